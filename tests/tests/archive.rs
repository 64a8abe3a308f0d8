//! Images that lie in an archive, from the medium to the readers' work.

use std::io::Write;
use std::path::Path;
use tests::calls::{list, text};
use tests::scene::{LEAD, READERS, Scene, head_mr};

/// Packs the files of a folder as somebody who sends a study would.
fn packed(folder: &Path, archive: &Path) {
    let file = std::fs::File::create(archive).expect("the archive can be made");
    let mut writer = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default();
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        writer
            .start_file(format!("検査/{name}"), options)
            .expect("a member begins");
        let bytes = std::fs::read(&path).expect("the image is read");
        writer.write_all(&bytes).expect("the member is written");
    }
    writer.finish().expect("the archive is complete");
}

#[test]
fn an_archive_comes_in_like_the_folder_that_it_holds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let images = head_mr(folder.path());
    let archive = folder.path().join("study.zip");
    packed(&images, &archive);
    let scene = Scene::new(&[&archive]);
    // the project has its own copies: the medium may go
    std::fs::remove_file(&archive).expect("the archive goes");
    std::fs::remove_dir_all(&images).expect("the images go");
    let cases = scene.calls.done(LEAD, &["case", "list"]);
    assert_eq!(list(&cases, "cases").len(), 1, "{cases}");
    let [reader, _] = READERS;
    let line = serde_json::json!({"tool": "no_finding"});
    let script = scene.script("line.jsonl", &[line]);
    scene
        .calls
        .done(reader, &["annotate", "1", "--script", text(&script)]);
    scene.calls.verify();
}
