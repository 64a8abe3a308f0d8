//! The sample's patients, studies and nodules: persons who do not exist.

use super::nodule::{Kind, Nodule};
use super::thorax::Thorax;
use super::words::SampleWords;
use annotation_format::write::image_dicom::{SampleModality, SamplePatient, SampleSeries};

/// A thorax study.
pub(super) struct Study {
    pub(super) thorax: Thorax,
    pub(super) series: SampleSeries,
}

struct Person {
    id: &'static str,
    alphabetic: &'static str,
    ideographic: &'static str,
    phonetic: &'static str,
    birth_date: &'static str,
    sex: &'static str,
    age: &'static str,
}

const PEOPLE: [Person; 4] = [
    Person {
        id: "SAMPLE-001",
        alphabetic: "Mihon^Taro",
        ideographic: "見本^太郎",
        phonetic: "みほん^たろう",
        birth_date: "19650412",
        sex: "M",
        age: "061Y",
    },
    Person {
        id: "SAMPLE-002",
        alphabetic: "Renshu^Hanako",
        ideographic: "練習^花子",
        phonetic: "れんしゅう^はなこ",
        birth_date: "19580930",
        sex: "F",
        age: "068Y",
    },
    Person {
        id: "SAMPLE-003",
        alphabetic: "Gosei^Jiro",
        ideographic: "合成^次郎",
        phonetic: "ごうせい^じろう",
        birth_date: "19720105",
        sex: "M",
        age: "054Y",
    },
    Person {
        id: "SAMPLE-004",
        alphabetic: "Rei^Misaki",
        ideographic: "例^美咲",
        phonetic: "れい^みさき",
        birth_date: "19810722",
        sex: "F",
        age: "045Y",
    },
];

impl Person {
    fn patient(&self) -> SamplePatient {
        SamplePatient {
            id: self.id.to_owned(),
            name_alphabetic: self.alphabetic.to_owned(),
            name_ideographic: self.ideographic.to_owned(),
            name_phonetic: self.phonetic.to_owned(),
            birth_date: self.birth_date.to_owned(),
            sex: self.sex.to_owned(),
            age: self.age.to_owned(),
        }
    }
}

const fn nodule(centre_mm: [f32; 3], radius_mm: f32, kind: Kind, lobe: &'static str) -> Nodule {
    Nodule {
        centre_mm,
        radius_mm,
        kind,
        lobe,
    }
}

/// The three studies: six nodules of 3 to 25 mm.
pub(super) fn all(words: &SampleWords) -> Vec<Study> {
    let nodules = [
        vec![
            nodule([-92.0, -8.0, 30.0], 8.2, Kind::Solid, "lung-rul"),
            nodule([84.0, 34.0, 30.0], 10.5, Kind::PartSolid, "lung-lll"),
            nodule([-60.0, 48.0, 30.0], 3.0, Kind::Calcified, "lung-rll"),
        ],
        vec![
            nodule([72.0, -30.0, 12.0], 6.0, Kind::GroundGlass, "lung-lul"),
            nodule([-70.0, 30.0, 54.0], 1.7, Kind::Solid, "lung-rul"),
        ],
        vec![nodule([-74.0, 14.0, 18.0], 12.4, Kind::Solid, "lung-rul")],
    ];
    nodules
        .into_iter()
        .enumerate()
        .filter_map(|(index, nodules)| {
            let person = PEOPLE.get(index)?;
            let number = index + 1;
            Some(Study {
                thorax: Thorax {
                    nodules,
                    seed: 7 + index as u64,
                    build: 1.0 - 0.02 * index as f32,
                },
                series: SampleSeries {
                    seed: format!("dokuei sample {number}"),
                    modality: SampleModality::Ct,
                    patient: person.patient(),
                    study_date: "20261005".to_owned(),
                    study_time: "101500".to_owned(),
                    study_id: number.to_string(),
                    study_description: words.thorax[0].to_owned(),
                    series_number: 1,
                    series_description: words.thorax[1].to_owned(),
                    body_part: "CHEST".to_owned(),
                    window: Some((-600.0, 1500.0)),
                },
            })
        })
        .collect()
}

/// The head MR.
pub(super) fn head(words: &SampleWords) -> SampleSeries {
    SampleSeries {
        seed: "dokuei sample head".to_owned(),
        modality: SampleModality::Mr,
        patient: PEOPLE[3].patient(),
        study_date: "20261012".to_owned(),
        study_time: "143000".to_owned(),
        study_id: "4".to_owned(),
        study_description: words.head[0].to_owned(),
        series_number: 2,
        series_description: words.head[1].to_owned(),
        body_part: "HEAD".to_owned(),
        window: Some((450.0, 900.0)),
    }
}
