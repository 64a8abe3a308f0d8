//! Names of exported files: ASCII, from case number and reader pseudonym, never from patient data.
//!
//! The form follows BIDS derivatives: `case-0001_series-2_desc-r1_dseg.nii.gz`.

/// What an exported file is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileStem {
    /// Number of the case in its project.
    pub case: u32,
    /// Number of the series within the case, from 1, where the case has several.
    pub series: Option<u32>,
    /// Pseudonym of the reader (`r1`), or `consensus`.
    pub reader: String,
}

impl FileStem {
    /// The stem without a suffix: `case-0001_desc-r1`.
    pub fn base(&self) -> String {
        self.with_description("")
    }

    /// The stem with words added to the description: `case-0001_desc-r1-instances`.
    pub fn with_description(&self, words: &str) -> String {
        let mut name = format!("case-{:04}", self.case);
        if let Some(series) = self.series {
            name.push_str(&format!("_series-{series}"));
        }
        let description: Vec<String> = [self.reader.as_str(), words]
            .into_iter()
            .map(ascii)
            .filter(|word| !word.is_empty())
            .collect();
        if !description.is_empty() {
            name.push_str("_desc-");
            name.push_str(&description.join("-"));
        }
        name
    }

    /// A whole file name: `file("seg", "dcm")` gives `case-0001_desc-r1_seg.dcm`.
    pub fn file(&self, suffix: &str, extension: &str) -> String {
        format!("{}_{}.{extension}", self.base(), ascii(suffix))
    }
}

/// The lower-case ASCII letters and digits of a text; each run of other characters becomes one hyphen.
pub fn ascii(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_case_series_and_reader_in_ascii() {
        let stem = FileStem {
            case: 7,
            series: Some(2),
            reader: "R1".into(),
        };
        assert_eq!(
            stem.file("dseg", "nii.gz"),
            "case-0007_series-2_desc-r1_dseg.nii.gz"
        );
        assert_eq!(
            stem.with_description("instances"),
            "case-0007_series-2_desc-r1-instances"
        );
        assert_eq!(
            FileStem {
                case: 1,
                ..FileStem::default()
            }
            .file("seg", "dcm"),
            "case-0001_seg.dcm"
        );
    }

    #[test]
    fn japanese_and_path_signs_do_not_reach_the_disc() {
        assert_eq!(ascii("山田/../太郎 A_1"), "a-1");
        assert_eq!(
            FileStem {
                case: 1,
                series: None,
                reader: "山田".into()
            }
            .base(),
            "case-0001"
        );
    }
}
