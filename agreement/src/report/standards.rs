//! Reporting checklists: GRRAS (Kottner 2011) and Metrics Reloaded (Maier-Hein 2024). Every item is
//! answered or says "not recorded"; none is dropped.

use super::words::{Bilingual, Language};
use maud::{Markup, html};

/// An item and its answer; empty: not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) item: Bilingual,
    pub(crate) answer: Bilingual,
}

/// The 15 items of GRRAS.
const GRRAS: [(&str, &str); 15] = [
    ("何の信頼性・一致度か", "which reliability or agreement"),
    ("装置・尺度", "device, scale"),
    ("対象", "subjects"),
    ("読影者", "readers"),
    ("背景と理由", "rationale"),
    ("標本数の決め方", "choice of the sample size"),
    ("抽出と割り当て", "sampling and assignment"),
    ("読影の手順", "rating process"),
    ("独立性・盲検", "independence, blinding"),
    ("統計解析", "statistical analysis"),
    ("実際の件数", "numbers actually used"),
    ("読影者と症例の特徴", "characteristics of readers and cases"),
    ("推定値と不確かさ", "estimates with uncertainty"),
    ("実際上の意味", "practical relevance"),
    ("詳細な結果", "detailed results"),
];

/// GRRAS with the answers to items by their number (from 1).
pub(crate) fn grras(answers: &[(usize, Bilingual)]) -> Vec<Answered> {
    GRRAS
        .iter()
        .enumerate()
        .map(|(place, (ja, en))| Answered {
            item: Bilingual::new(*ja, *en),
            answer: answers
                .iter()
                .find(|(number, _)| *number == place + 1)
                .map(|(_, answer)| answer.clone())
                .unwrap_or_default(),
        })
        .collect()
}

/// What only files tell of GRRAS: which agreement, the scale, the numbers, where the rest stands.
pub(crate) fn grras_of_files(scale: Bilingual, numbers: Bilingual) -> Vec<Answered> {
    grras(&[
        (
            1,
            Bilingual::new(
                "ファイル間の一致度（観察者間）",
                "agreement between files (inter-reader)",
            ),
        ),
        (2, scale),
        (10, Bilingual::new("方法を参照", "see Methods")),
        (11, numbers),
        (13, Bilingual::new("表を参照", "see the tables")),
        (
            15,
            Bilingual::new("--csv と --json の出力", "output of --csv and --json"),
        ),
    ])
}

/// Answers to Metrics Reloaded.
pub(crate) fn metrics(answers: &[(&str, &str, &str, &str)]) -> Vec<Answered> {
    answers
        .iter()
        .map(|(ja, en, answer_ja, answer_en)| Answered {
            item: Bilingual::new(*ja, *en),
            answer: Bilingual::new(*answer_ja, *answer_en),
        })
        .collect()
}

/// A checklist as a table.
pub(crate) fn checklist(title: &str, items: &[Answered], language: Language) -> Markup {
    html! {
        section {
            h2 { (title) }
            table.checklist {
                tbody {
                    @for (number, item) in items.iter().enumerate() {
                        tr {
                            td.number { (number + 1) }
                            th scope="row" { (item.item.get(language)) }
                            td {
                                @let answer = item.answer.get(language);
                                @if answer.is_empty() {
                                    em { (language.say("記録なし", "not recorded")) }
                                } @else {
                                    (answer)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_answered_or_said_not_to_be() {
        let items = grras(&[(3, Bilingual::new("成人", "adults"))]);
        assert_eq!(items.len(), 15);
        let page = checklist("GRRAS", &items, Language::English).into_string();
        assert_eq!(page.matches("not recorded").count(), 14);
        assert!(page.contains("adults"));
    }
}
