//! Parts that every page of files has: head, warnings, tables of figures, methods, checklists.

use super::PageHead;
use crate::figure::Reasons;
use crate::rating::{ByCase, Coefficient};
use crate::report::page::page;
use crate::report::sections::why;
use crate::report::sources::Numbering;
use crate::report::standards::{Answered, checklist};
use crate::report::words::{Bilingual, Language, coefficient_interval};
use crate::warning::Warning;
use maud::{Markup, html};

/// Everything of a page but its own sections.
pub(super) struct Frame<'a> {
    pub(super) title: Bilingual,
    pub(super) head: &'a PageHead,
    /// Further lines of the head.
    pub(super) facts: Vec<(Bilingual, String)>,
    pub(super) warnings: &'a [Warning],
    pub(super) methods: Vec<Bilingual>,
    /// Items of Metrics Reloaded; empty where masks and findings are not concerned.
    pub(super) metrics: Vec<Answered>,
    /// Items of GRRAS.
    pub(super) grras: Vec<Answered>,
}

impl Frame<'_> {
    /// The whole page around its sections.
    pub(super) fn page(&self, language: Language, sections: &Markup) -> String {
        let title = self.title.get(language);
        let body = html! {
            h1 { (title) }
            (self.head_table(language))
            (warnings(self.warnings, language))
            (sections)
            (methods(&self.all_methods(), language))
            @if !self.metrics.is_empty() {
                (checklist(language.say("報告項目（Metrics Reloaded）", "Reporting checklist (Metrics Reloaded)"), &self.metrics, language))
            }
            (checklist(language.say("報告項目（GRRAS）", "Reporting checklist (GRRAS)"), &self.grras, language))
            footer {
                p {
                    (language.say("研究用。診断には使用できません。", "For research. Not for diagnosis."))
                }
            }
        };
        page(title, language, &body)
    }

    /// The definitions, and what computed them.
    fn all_methods(&self) -> Vec<Bilingual> {
        let program = &self.head.program;
        let mut texts = self.methods.clone();
        texts.push(Bilingual::new(
            format!("計算：{program}。報告項目は GRRAS {{grras}} と Metrics Reloaded {{metrics}} に従います。"),
            format!("Computed with {program}. Reporting follows GRRAS {{grras}} and Metrics Reloaded {{metrics}}."),
        ));
        texts
    }

    fn head_table(&self, language: Language) -> Markup {
        let say = |japanese, english| language.say(japanese, english);
        html! {
            table.head {
                tbody {
                    @for (name, text) in &self.facts {
                        tr { th scope="row" { (name.get(language)) } td { (text) } }
                    }
                    @if self.facts.is_empty() {
                        @for input in &self.head.inputs {
                            tr { th scope="row" { (say("入力", "input")) } td.path { (input) } }
                        }
                    }
                    tr {
                        th scope="row" { (say("作成", "made")) }
                        td { (self.head.created_at) " · " (self.head.program) }
                    }
                }
            }
        }
    }
}

/// The warnings, each as a sentence.
pub(super) fn warnings(warnings: &[Warning], language: Language) -> Markup {
    html! {
        @for warning in warnings {
            p.few { (warning.text(language)) }
        }
    }
}

/// Definitions, and the sources they name.
pub(in crate::report) fn methods(texts: &[Bilingual], language: Language) -> Markup {
    let mut numbering = Numbering::default();
    let paragraphs: Vec<String> = texts
        .iter()
        .map(|text| numbering.text(text.get(language)))
        .collect();
    html! {
        section.methods {
            h2 { (language.say("方法", "Methods")) }
            @for paragraph in &paragraphs { p { (paragraph) } }
            ol.sources {
                @for (text, doi) in numbering.sources() {
                    li { (text) "." @if !doi.is_empty() { " doi:" (doi) } }
                }
            }
        }
    }
}

/// A row of a table of figures: what, value, interval or unit, and what it means.
pub(super) struct FigureRow {
    pub(super) name: Bilingual,
    pub(super) value: String,
    pub(super) beside: String,
    /// Key of the reason in `Reasons` where the value is a dash.
    pub(super) key: &'static str,
}

impl FigureRow {
    pub(super) fn new(
        ja: &str,
        en: &str,
        value: String,
        beside: impl Into<String>,
        key: &'static str,
    ) -> Self {
        Self {
            name: Bilingual::new(ja, en),
            value,
            beside: beside.into(),
            key,
        }
    }
}

/// Rows under a heading.
pub(super) fn figure_table(rows: &[FigureRow], reasons: &Reasons, language: Language) -> Markup {
    html! {
        table.figures {
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.name.get(language)) }
                        td.number { (row.value) }
                        td {
                            (row.beside)
                            @if row.value == "–" { (why(reasons, row.key, language)) }
                        }
                    }
                }
            }
        }
    }
}

/// Intervals with cases resampled, coefficient by coefficient.
pub(super) fn intervals_by_case(by_case: &ByCase, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    if by_case.limits.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { (say("症例を単位とする 95 % 区間", "95 % intervals by case")) }
            @if by_case.most_rows > 1 {
                p {
                    (say(
                        "1 例に複数の項目があるため、引用する区間はこちらです。上の表の区間は各項目を独立とみなしています。",
                        "A case has several items: these are the intervals to cite. Those of the table above take each item as independent.",
                    ))
                }
            }
            p.note {
                (match language {
                    Language::Japanese => format!("{} 例、1 例あたり最大 {} 項目", by_case.n_cases, by_case.most_rows),
                    Language::English => format!("{} cases, at most {} items a case", by_case.n_cases, by_case.most_rows),
                })
            }
            table.figures {
                tbody {
                    @for (coefficient, limits) in &by_case.limits {
                        @let (ja, en) = coefficient_name(*coefficient);
                        tr {
                            th scope="row" { (say(ja, en)) }
                            td.number { (coefficient_interval(limits.ci_low, limits.ci_high)) }
                            td { (why(&limits.reasons, "ci_low", language)) }
                        }
                    }
                }
            }
        }
    }
}

fn coefficient_name(coefficient: Coefficient) -> (&'static str, &'static str) {
    match coefficient {
        Coefficient::ObservedAgreement => ("観察一致率", "observed agreement"),
        Coefficient::CohenUnweighted => ("Cohen κ", "Cohen κ"),
        Coefficient::CohenLinear => ("Cohen κ 線形", "Cohen κ, linear"),
        Coefficient::CohenQuadratic => ("Cohen κ 二次", "Cohen κ, quadratic"),
        Coefficient::CohenCustom => ("Cohen κ 指定の重み", "Cohen κ, given weights"),
        Coefficient::FleissKappa => ("Fleiss κ", "Fleiss κ"),
        Coefficient::GwetAc1 => ("Gwet AC1", "Gwet AC1"),
        Coefficient::KrippendorffAlpha => ("Krippendorff α", "Krippendorff α"),
        Coefficient::Icc21 => ("ICC(2,1)", "ICC(2,1)"),
        Coefficient::Icc31 => ("ICC(3,1)", "ICC(3,1)"),
        Coefficient::LinCcc => ("Lin の一致相関係数", "Lin's concordance"),
    }
}

/// Large figures at the head of a page.
pub(super) fn tiles(tiles: &[(String, String, String)]) -> Markup {
    html! {
        div.tiles {
            @for (value, name, beside) in tiles {
                div.tile {
                    span { (name) }
                    b { (value) }
                    span { (beside) }
                }
            }
        }
    }
}

/// Letters of readers: A, B, …, Z, then numbers.
pub(super) fn letter(reader: usize) -> String {
    u8::try_from(reader)
        .ok()
        .filter(|reader| *reader < 26)
        .map_or_else(
            || (reader + 1).to_string(),
            |reader| char::from(b'A' + reader).to_string(),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_have_letters_and_then_numbers() {
        assert_eq!([letter(0), letter(25), letter(26)], ["A", "Z", "27"]);
    }

    #[test]
    fn sources_of_the_methods_are_listed_once() {
        let texts = [Bilingual::new("κ {cohen60}、{cohen60}", "κ {cohen60}")];
        let page = methods(&texts, Language::Japanese).into_string();
        assert!(page.contains("κ [1]、[1]") && page.matches("<li>").count() == 1);
    }
}
