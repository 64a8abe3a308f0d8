//! What a folder may hold besides images: indices, loops, pipes, odd names; and how a scan of many
//! files is stopped and followed.

mod made;
mod shared;

use imaging::{ScanOptions, ScanProgress, ScanResult, scan};
use made::{Made, item, nothing, part10, write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn scanned(path: &Path) -> ScanResult {
    scan(
        &[path.to_path_buf()],
        &ScanOptions::default(),
        &|_| {},
        &AtomicBool::new(false),
    )
}

fn codes(found: &ScanResult) -> Vec<&str> {
    let skipped = found.skipped.iter();
    skipped
        .map(|skipped| skipped.reason.code.as_str())
        .collect()
}

fn files(found: &ScanResult) -> Vec<PathBuf> {
    let series = found.series.iter();
    let mut files: Vec<_> = series.flat_map(|entry| entry.files.clone()).collect();
    files.sort();
    files
}

/// A DICOMDIR with these file identifiers.
fn index(names: &[&str]) -> Vec<u8> {
    let records: Vec<u8> = names
        .iter()
        .flat_map(|name| {
            item(
                &nothing()
                    .word(0x0004, 0x1410, 0xFFFF)
                    .text(0x0004, 0x1430, b"CS", "IMAGE")
                    .text(0x0004, 0x1500, b"CS", name),
            )
        })
        .collect();
    let set = nothing()
        .text(0x0004, 0x1130, b"CS", "DISC")
        .bytes(0x0004, 0x1220, b"SQ", records);
    part10("1.2.840.10008.1.2.1", &set.explicit())
}

#[test]
fn an_index_alone_leads_to_its_files_under_other_names() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let images = folder.path().join("images");
    std::fs::create_dir(&images).expect("a folder");
    let mut wanted = Vec::new();
    for (number, name) in (1..).zip(["im0001.dcm", "IM0002", "IM0003;1"]) {
        let slice = Made::ct().slice(number, f64::from(number));
        wanted.push(slice.write(&images, name));
    }
    wanted.sort();
    Made::ct().slice(9, 9.0).write(&images, "not-named.dcm");
    let names = ["IMAGES\\IM0001", "IMAGES\\IM0002", "IMAGES\\IM0003"];
    let path = write(folder.path(), "DICOMDIR", &index(&names));
    let found = scanned(&path);
    assert_eq!(files(&found), wanted);
    assert_eq!(codes(&found), ["dicomdir"]);
    assert!(found.skipped[0].expected);
    // with its folder, what it does not name is found too, and nothing twice
    let found = scanned(folder.path());
    assert_eq!(files(&found).len(), 4);
    assert_eq!(codes(&found), ["dicomdir"]);
}

#[test]
fn files_that_an_index_names_in_vain_are_told_together() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Made::ct().write(folder.path(), "IM1");
    let names: Vec<String> = (1..=6).map(|number| format!("IM{number}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.push("..\\secret");
    write(folder.path(), "DICOMDIR", &index(&names));
    let found = scanned(folder.path());
    assert_eq!(codes(&found), ["dicomdir_incomplete"]);
    assert!(!found.skipped[0].expected);
    assert_eq!(
        found.skipped[0].reason.text(),
        "6 of the 7 files that this DICOMDIR names are not there: IM2, IM3, IM4, …"
    );
    assert_eq!(files(&found).len(), 1);
}

#[test]
fn the_shared_indices_are_followed() {
    let Some(data) = shared::data() else { return };
    // pydicom counts 44 and 4 referenced files, none of them beside the indices
    let found = scanned(&data.join("traps/dicomdir"));
    let said: Vec<_> = found.skipped.iter().map(|s| s.reason.text()).collect();
    assert_eq!(
        said,
        [
            "44 of the 44 files that this DICOMDIR names are not there: IMAGES/IM0, IMAGES/IM1, IMAGES/IM2, …",
            "4 of the 4 files that this DICOMDIR names are not there: bbmri-53323131.dcm, bbmri-53323275.dcm, bbmri-53323419.dcm, …",
        ]
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = |from: PathBuf, name: &str| {
        let bytes = std::fs::read(from).expect("the file reads");
        write(folder.path(), name, &bytes)
    };
    let path = copy(data.join("traps/dicomdir/bbmri.dcmdir"), "DICOMDIR");
    for number in ["53323131", "53323275", "53323419", "53323563"] {
        let name = format!("bbmri-{number}.dcm");
        let bare = format!("BBMRI-{number}");
        copy(data.join("series/mr-sag-bbmri").join(name), &bare);
    }
    let found = scanned(&path);
    assert_eq!(codes(&found), ["dicomdir"]);
    assert_eq!(files(&found).len(), 4);
}

#[cfg(unix)]
#[test]
fn pipes_sockets_and_links_in_circles_never_stop_a_scan() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = folder.path();
    let image = Made::ct().write(home, "image");
    let pipe = home.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()));
    let _listener = std::os::unix::net::UnixListener::bind(home.join("socket"));
    std::fs::create_dir(home.join("below")).expect("a folder");
    for (to, from) in [
        (home.to_path_buf(), "below/up"),
        (home.join("self"), "self"),
        (home.join("nowhere"), "broken"),
        (pipe.clone(), "to-pipe"),
        (PathBuf::from("/dev/zero"), "zero"),
    ] {
        symlink(to, home.join(from)).expect("a link");
    }
    let (send, receive) = std::sync::mpsc::channel();
    let paths = [home.to_path_buf(), pipe.clone()];
    std::thread::spawn(move || {
        let stop = AtomicBool::new(false);
        send.send(scan(&paths, &ScanOptions::default(), &|_| {}, &stop))
    });
    let found = receive
        .recv_timeout(Duration::from_secs(20))
        .expect("the scan ends");
    assert_eq!(files(&found), [image]);
    assert_eq!(codes(&found), ["io"]);
    assert_eq!(found.skipped[0].file, pipe);
    assert!(found.skipped[0].reason.text().contains("pipe"));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_or_too_long_are_read_or_told() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = std::ffi::OsStr::from_bytes(b"\x8a\xb3\x8e\xd2\xff.dcm");
    let odd = folder.path().join(name);
    std::fs::rename(Made::ct().write(folder.path(), "a"), &odd).expect("a name of any bytes");
    // thirty folders of 200 letters, one in the other: longer than a path may be
    let script = "n=$(printf 'x%.0s' $(seq 200)); for i in $(seq 30); do mkdir $n; cd -P $n || exit; done; true";
    let made = std::process::Command::new("sh")
        .args(["-c", script])
        .current_dir(folder.path())
        .status();
    assert!(made.is_ok_and(|status| status.success()));
    let found = scanned(folder.path());
    assert_eq!(files(&found), [odd]);
    assert_eq!(codes(&found), ["io"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_told_and_the_rest_scanned() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).expect("a folder");
    let mode = |mode| std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(mode));
    mode(0o000).expect("the owner may close it");
    let image = Made::ct().write(folder.path(), "image");
    let found = scanned(folder.path());
    let is_closed = std::fs::read_dir(&closed).is_err();
    mode(0o700).expect("the owner may open it");
    assert_eq!(files(&found), [image]);
    if is_closed {
        assert_eq!(codes(&found), ["io"]);
    } else {
        shared::skipped("this account may read every folder");
    }
}

#[test]
fn hidden_folders_are_scanned_only_on_demand() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let hidden = folder.path().join(".trash");
    std::fs::create_dir(&hidden).expect("a folder");
    let image = Made::ct().write(&hidden, "image");
    assert_eq!(files(&scanned(folder.path())), Vec::<PathBuf>::new());
    assert_eq!(files(&scanned(&hidden)), std::slice::from_ref(&image));
    let mut options = ScanOptions::default();
    options.hidden = true;
    let found = scan(
        &[folder.path().to_path_buf()],
        &options,
        &|_| {},
        &AtomicBool::new(false),
    );
    assert_eq!(files(&found), [image]);
}

/// Fifty thousand names of a few files in five folders.
fn crowd(home: &Path) {
    for below in 0..5_u32 {
        let folder = home.join(format!("series{below}"));
        std::fs::create_dir(&folder).expect("a folder");
        let image = Made::ct().slice(below, 0.0).write(&folder, "image");
        for number in 1..10_000 {
            std::fs::hard_link(&image, folder.join(format!("{number:05}"))).expect("a link");
        }
    }
}

#[test]
fn a_scan_of_fifty_thousand_files_stops_within_a_tenth_of_a_second() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    crowd(folder.path());
    let mut least = Duration::MAX;
    // a busy machine may be slow once
    for wanted in [1_000, 3_000, 2_000] {
        let stop = AtomicBool::new(false);
        let asked = Mutex::new(None);
        let told = |progress: ScanProgress| {
            if progress.files_done >= wanted && !stop.swap(true, Ordering::Relaxed) {
                *asked.lock().expect("no panic") = Some(Instant::now());
            }
        };
        let paths = [folder.path().to_path_buf()];
        scan(&paths, &ScanOptions::default(), &told, &stop);
        let asked = asked.into_inner().expect("no panic");
        least = least.min(asked.expect("the scan came so far").elapsed());
    }
    assert!(least < Duration::from_millis(100), "{least:?}");
    // and while folders are walked
    let begun = Instant::now();
    let stop = AtomicBool::new(true);
    let paths = [folder.path().to_path_buf()];
    let found = scan(&paths, &ScanOptions::default(), &|_| {}, &stop);
    assert!(found.series.is_empty() && begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn progress_never_goes_back_and_ends_at_the_total() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for number in 0..3_000_u32 {
        write(folder.path(), &format!("{number}.txt"), b"text");
    }
    let told = Mutex::new(Vec::new());
    scan(
        &[folder.path().to_path_buf()],
        &ScanOptions::default(),
        &|progress| told.lock().expect("no panic").push(progress),
        &AtomicBool::new(false),
    );
    let told = told.into_inner().expect("no panic");
    assert!(told.windows(2).all(|pair| {
        pair[0].files_done <= pair[1].files_done && pair[0].files_total <= pair[1].files_total
    }));
    assert!(told.len() <= 1_502);
    let last = told.last().expect("something was told");
    assert_eq!((last.files_done, last.files_total), (3_000, 3_000));
}
