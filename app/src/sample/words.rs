//! What the sample's people and studies are called. It is data of a hospital that does not exist, so it
//! stands here and not among the words of the window.

use crate::language::Language;

/// The words of a sample.
pub(super) struct SampleWords {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) readers: [&'static str; 2],
    pub(super) qualification: &'static str,
    /// Study and series of the thorax CTs.
    pub(super) thorax: [&'static str; 2],
    /// Study and series of the head MR.
    pub(super) head: [&'static str; 2],
}

pub(super) const JAPANESE: SampleWords = SampleWords {
    title: "サンプル：肺結節 3 例",
    lead: "責任者 01",
    readers: ["読影者 01", "読影者 02"],
    qualification: "放射線診断専門医",
    thorax: ["胸部 単純", "肺野 1.5 mm"],
    head: ["頭部 単純", "T2 斜断"],
};

const ENGLISH: SampleWords = SampleWords {
    title: "Sample: lung nodules, 3 cases",
    lead: "Lead 01",
    readers: ["Reader 01", "Reader 02"],
    qualification: "Diagnostic radiologist",
    thorax: ["Chest without contrast", "Lung 1.5 mm"],
    head: ["Head without contrast", "T2 oblique"],
};

impl SampleWords {
    /// Those of a language.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Ja => &JAPANESE,
            Language::En => &ENGLISH,
        }
    }
}
