//! Films, images of other kinds, documents: named, passed over, or listed as broken.

mod pictures;

use pictures::{folder, found, refusal, write};

#[test]
fn films_and_images_of_other_kinds_are_named_in_one_sentence() {
    for (bytes, code, name) in [
        (&b"\0\0\0\x20ftypisom\0\0\x02\0"[..], "film", "MP4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "film", "MOV"),
        (b"RIFF\0\0\x01\0AVI LIST", "film", "AVI"),
        (b"\0\0\x01\xBA\x44\0\x04\0", "film", "MPEG"),
        (b"\x1A\x45\xDF\xA3\x9F\x42\x82\x84webm", "film", "WebM"),
        (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9", "film", "WMV"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "format_later", "HEIC"),
        (b"RIFF\0\0\x01\0WEBPVP8 ", "format_later", "WebP"),
        (b"GIF89a\x01\0\x01\0", "format_later", "GIF"),
        (b"\xFF\x0A\xFF\0", "format_later", "JPEG XL"),
        (b"\xFF\x4F\xFF\x51\0\x29", "format_later", "JPEG 2000"),
    ] {
        let (seen, text) = refusal(bytes);
        assert_eq!(seen, code);
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn documents_of_a_folder_are_passed_over_and_a_named_one_is_told() {
    let folder = folder();
    for (name, bytes) in [
        ("report.pdf", &b"%PDF-1.7\n"[..]),
        ("table.csv", b"case,group\n1,A\n"),
        ("labels.json", b"{\"a\": 1}"),
        ("letter.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
        ("viewer.exe", b"MZ\x90\0"),
        ("autorun.inf", b"[autorun]"),
        ("README", "所見の一覧\n".as_bytes()),
    ] {
        write(folder.path(), name, bytes);
    }
    let result = found(folder.path());
    assert_eq!(result.skipped.len(), 7);
    for skipped in &result.skipped {
        assert!(skipped.expected, "{skipped:?}");
        assert_eq!(skipped.reason.code, "document");
    }
    let result = found(&folder.path().join("report.pdf"));
    assert!(!result.skipped[0].expected);
    assert!(result.skipped[0].reason.text().contains("PDF"));
}

#[test]
fn what_promises_an_image_and_is_none_is_listed_as_broken() {
    let folder = folder();
    for (name, bytes) in [
        ("scan.dcm", &b"not an image at all"[..]),
        ("photo.jpg", b"<no picture>"),
        ("photo.png", b"\x89PNG\r\n\x1a\nrubbish"),
        ("slide.tif", b"II\x2A\0\xFF\xFF\xFF\x7F"),
        ("unknown", b"\x01\x02\x03\x04\x05"),
    ] {
        write(folder.path(), name, bytes);
    }
    let result = found(folder.path());
    assert_eq!(result.series.len(), 0);
    assert_eq!(result.skipped.len(), 5);
    assert!(
        result.skipped.iter().all(|skipped| !skipped.expected),
        "{:?}",
        result.skipped
    );
}
