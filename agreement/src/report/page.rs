//! The page: one HTML file without scripts, outside fonts or links to other files.

use super::case_sections::{cases, findings};
use super::figures::{ReportFigures, figures};
use super::file_pages::methods;
use super::input::{ReportInput, StudyKind};
use super::methods::{grras_items, methods as method_texts, metrics_items};
use super::sections::{categories, labels, mean_text, measurements, volumes};
use super::standards::checklist;
use super::words::{Language, interval, share_or_dash};
use crate::Error;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Style sheet of every page.
const STYLE: &str = include_str!("style.css");

/// The agreement report as one self-contained HTML page.
///
/// # Errors
/// [`Error::BadInput`] where answers do not fit the scale of their field.
pub fn html(input: &ReportInput, language: Language) -> Result<String, Error> {
    let figures = figures(input)?;
    let title = title(input.kind, language);
    let body = html! {
        (head(input, title, language))
        @if figures.few_cases { (few_cases(figures.n_cases, language)) }
        (tiles(&figures, language))
        (labels(input, &figures, language))
        (categories(input, &figures, language))
        (measurements(input, &figures, language))
        @if let Some(found) = &figures.findings { (findings(input, found, language)) }
        (volumes(input, &figures, language))
        (cases(input, &figures, language))
        (methods(&method_texts(input), language))
        (checklist(language.say("報告項目（GRRAS）", "Reporting checklist (GRRAS)"), &grras_items(input), language))
        (checklist(language.say("報告項目（Metrics Reloaded）", "Reporting checklist (Metrics Reloaded)"), &metrics_items(input), language))
        (footer(&figures, language))
    };
    Ok(page(
        &format!("{title} – {}", input.project),
        language,
        &body,
    ))
}

/// A whole page around its body.
pub(crate) fn page(title: &str, language: Language, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

fn title(kind: StudyKind, language: Language) -> &'static str {
    match kind {
        StudyKind::InterReader => {
            language.say("観察者間一致度の報告", "Inter-reader agreement report")
        }
        StudyKind::IntraReader => {
            language.say("観察者内一致度の報告", "Intra-reader agreement report")
        }
    }
}

fn head(input: &ReportInput, title: &str, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let protocol = &input.protocol;
    let reader = |place: usize| {
        let reader = &input.readers[place];
        if reader.background.is_empty() {
            reader.name.clone()
        } else {
            format!("{} ({})", reader.name, reader.background)
        }
    };
    html! {
        h1 { (title) }
        table.head {
            tbody {
                @for (name, text) in [
                    (say("プロジェクト", "project"), input.project.clone()),
                    (say("計画書", "protocol"), format!("{} ({})", protocol.name.get(language), protocol.id)),
                    (say("版", "version"), protocol.version.clone()),
                    (say("読影者 A", "reader A"), reader(0)),
                    (say("読影者 B", "reader B"), reader(1)),
                    (say("症例数", "cases"), input.cases.len().to_string()),
                    (say("作成", "made"), format!("{} · {}", input.created_at, input.program)),
                ] {
                    tr { th scope="row" { (name) } td { (text) } }
                }
            }
        }
    }
}

fn few_cases(n: usize, language: Language) -> Markup {
    html! {
        p.few {
            @if n == 0 {
                (language.say(
                    "両者が提出した症例がまだありません。",
                    "No case is submitted by both readers yet.",
                ))
            } @else {
                (match language {
                    Language::Japanese => format!("件数が少ないため参考値です（n = {n}）。"),
                    Language::English => format!("Few cases: indicative only (n = {n})."),
                })
            }
        }
    }
}

fn tiles(figures: &ReportFigures, language: Language) -> Markup {
    let say = |japanese, english| language.say(japanese, english);
    let drawn = figures.overall_dice.n;
    html! {
        div.tiles {
            div.tile {
                b { (figures.n_cases) }
                span { (say("比較した症例", "compared cases")) }
            }
            @if drawn > 0 {
                div.tile {
                    b { (mean_text(&figures.overall_dice)) }
                    span { (say("平均 Dice（症例ごとの平均）", "mean Dice (of the cases' means)")) " · n = " (drawn) }
                }
            }
            @if let Some(findings) = &figures.findings {
                @let limits = &findings.f1_by_case;
                div.tile {
                    b { (share_or_dash(findings.figures.f1)) " " (interval(limits.ci_low, limits.ci_high)) }
                    span { (say("所見の F1", "F1 of the findings")) }
                }
            }
        }
    }
}

fn footer(figures: &ReportFigures, language: Language) -> Markup {
    html! {
        footer {
            p {
                (language.say("比較の識別子：", "Comparisons: "))
                (figures.comparisons.join(", "))
            }
            p {
                (language.say("計画書の SHA-256：", "SHA-256 of the protocol: "))
                (figures.protocol.sha256)
            }
            p {
                (language.say(
                    "研究用。診断には使用できません。",
                    "For research. Not for diagnosis.",
                ))
            }
        }
    }
}
