//! Files that are no images, or images of a kind that is not read: told by their first bytes, by
//! their name only where these say nothing.

/// What such a file is, with its name in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// A film.
    Film(&'static str),
    /// An image format that is not read.
    Image(&'static str),
    /// Something that holds no image.
    Document(&'static str),
}

/// Ends of names that promise an image: what is broken behind them is told, not passed over.
const IMAGE_ENDS: &[&str] = &[
    "avif", "bmp", "dcm", "dib", "dic", "dicom", "gif", "gz", "hdr", "heic", "heif", "ima", "img",
    "jfif", "jp2", "jpe", "jpeg", "jpg", "jxl", "mha", "mhd", "ndpi", "nhdr", "nii", "nrrd", "png",
    "scn", "svs", "tif", "tiff", "webp", "zip",
];

/// Ends of names that hold no image, whatever their bytes.
const DOCUMENT_ENDS: &[(&str, &str)] = &[
    ("css", "CSS"),
    ("csv", "CSV"),
    ("db", "DB"),
    ("dll", "DLL"),
    ("doc", "DOC"),
    ("docx", "DOCX"),
    ("exe", "EXE"),
    ("htm", "HTML"),
    ("html", "HTML"),
    ("inf", "INF"),
    ("ini", "INI"),
    ("jar", "JAR"),
    ("js", "JS"),
    ("json", "JSON"),
    ("log", "LOG"),
    ("md", "MD"),
    ("pdf", "PDF"),
    ("ppt", "PPT"),
    ("pptx", "PPTX"),
    ("py", "PY"),
    ("rtf", "RTF"),
    ("tsv", "TSV"),
    ("txt", "TXT"),
    ("xls", "XLS"),
    ("xlsx", "XLSX"),
    ("xml", "XML"),
    ("yaml", "YAML"),
    ("yml", "YAML"),
];

/// What a file is that no reader takes; `None` where nothing is known of it. `name` is in lower case.
pub(crate) fn foreign(first: &[u8], name: &str) -> Option<Foreign> {
    film(first)
        .map(Foreign::Film)
        .or_else(|| image(first).map(Foreign::Image))
        .or_else(|| document(first).map(Foreign::Document))
        .or_else(|| by_name(first, name).map(Foreign::Document))
}

fn film(first: &[u8]) -> Option<&'static str> {
    let at = |place: usize, bytes: &[u8]| first.get(place..place + bytes.len()) == Some(bytes);
    let brand = first.get(8..12).unwrap_or_default();
    Some(match first {
        _ if at(4, b"ftyp") => match brand {
            b"qt  " => "MOV",
            // still pictures share the container
            _ if image(first).is_some() => return None,
            _ => "MP4",
        },
        _ if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") => "MOV",
        _ if at(0, b"RIFF") && at(8, b"AVI ") => "AVI",
        [0, 0, 1, 0xBA | 0xB3, ..] => "MPEG",
        [0x47, ..] if at(188, &[0x47]) && at(376, &[0x47]) => "MPEG-TS",
        [0x1A, 0x45, 0xDF, 0xA3, ..] if first.windows(4).take(60).any(|four| four == b"webm") => {
            "WebM"
        }
        [0x1A, 0x45, 0xDF, 0xA3, ..] => "MKV",
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => "WMV",
        [b'F', b'L', b'V', 1, ..] => "FLV",
        [b'O', b'g', b'g', b'S', ..] => "Ogg",
        _ => return None,
    })
}

fn image(first: &[u8]) -> Option<&'static str> {
    let at = |place: usize, bytes: &[u8]| first.get(place..place + bytes.len()) == Some(bytes);
    let brand = first.get(8..12).unwrap_or_default();
    Some(match first {
        _ if at(4, b"ftyp") => match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => "HEIC",
            b"avif" | b"avis" => "AVIF",
            b"crx " => "CR3",
            _ => return None,
        },
        _ if at(0, b"RIFF") && at(8, b"WEBP") => "WebP",
        [b'G', b'I', b'F', b'8', ..] => "GIF",
        [0xFF, 0x0A, ..] => "JPEG XL",
        [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] => "JPEG XL",
        [0, 0, 0, 0x0C, b'j', b'P', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..] => "JPEG 2000",
        [b'8', b'B', b'P', b'S', ..] => "PSD",
        _ => return None,
    })
}

fn document(first: &[u8]) -> Option<&'static str> {
    let text = first.trim_ascii_start();
    let begins = |with: &[u8]| {
        let start = text.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    Some(match first {
        [b'%', b'P', b'D', b'F', ..] => "PDF",
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => "DOC, XLS, PPT",
        [b'M', b'Z', ..] => "EXE",
        [0x7F, b'E', b'L', b'F', ..] => "ELF",
        _ if first.starts_with(b"SQLite format 3") => "SQLite",
        _ if begins(b"{\\rtf") => "RTF",
        _ if begins(b"<html") || begins(b"<!doctype html") => "HTML",
        _ if begins(b"<?xml") => "XML",
        _ => return None,
    })
}

fn by_name(first: &[u8], name: &str) -> Option<&'static str> {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    if let Some((_, kind)) = DOCUMENT_ENDS.iter().find(|(known, _)| *known == end) {
        return Some(kind);
    }
    (is_text(first) && !IMAGE_ENDS.contains(&end)).then_some("TXT")
}

/// No control character but those of text; letters of any coding.
fn is_text(first: &[u8]) -> bool {
    let is_wide = first.starts_with(&[0xFF, 0xFE]) || first.starts_with(&[0xFE, 0xFF]);
    let is_written =
        |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B | 0x20..=0x7E | 0x80..);
    is_wide || first.iter().all(is_written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_images_and_documents_are_told_by_their_first_bytes() {
        for (bytes, expected) in [
            (&b"\0\0\0\x20ftypisom"[..], Foreign::Film("MP4")),
            (b"\0\0\0\x14ftypqt  ", Foreign::Film("MOV")),
            (b"\0\0\0\x18ftypheic", Foreign::Image("HEIC")),
            (b"RIFF\0\0\0\0AVI LIST", Foreign::Film("AVI")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Foreign::Image("WebP")),
            (b"\0\0\x01\xBA\x44", Foreign::Film("MPEG")),
            (
                b"\x1A\x45\xDF\xA3\x9F\x42\x82\x84webm",
                Foreign::Film("WebM"),
            ),
            (
                b"\x1A\x45\xDF\xA3\x9F\x42\x82\x88matroska",
                Foreign::Film("MKV"),
            ),
            (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Foreign::Film("WMV")),
            (b"GIF89a", Foreign::Image("GIF")),
            (b"%PDF-1.7", Foreign::Document("PDF")),
            (b"\n<?xml version='1.0'?>", Foreign::Document("XML")),
        ] {
            assert_eq!(foreign(bytes, "film.dcm"), Some(expected));
        }
    }

    #[test]
    fn text_is_a_document_unless_its_name_promises_an_image() {
        assert_eq!(
            foreign(b"a,b\n1,2", "a.csv"),
            Some(Foreign::Document("CSV"))
        );
        assert_eq!(
            foreign(b"12.5 30.25\n", "contour"),
            Some(Foreign::Document("TXT"))
        );
        assert_eq!(
            foreign("所見".as_bytes(), "memo"),
            Some(Foreign::Document("TXT"))
        );
        assert_eq!(foreign(b"not an image", "a.dcm"), None);
        assert_eq!(foreign(&[8, 0, 5, 0], "im0001"), None);
    }
}
