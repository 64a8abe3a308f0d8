//! A measured case: as a row of a table and as JSON.

use super::spread::Spread;
use std::fmt::Write;

/// What a peer needs for the same.
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) median_s: f64,
    pub(crate) peak_mib: Option<f64>,
}

/// One measured case.
pub(crate) struct Case {
    pub(crate) group: &'static str,
    pub(crate) name: String,
    /// A single duration.
    pub(crate) median_s: Option<f64>,
    /// A latency.
    pub(crate) spread: Option<Spread>,
    pub(crate) peak_mib: Option<f64>,
    pub(crate) peer: Option<Peer>,
    /// The budget in words, and what shows that the right thing was measured.
    pub(crate) check: String,
}

impl Case {
    /// A case without figures yet.
    pub(crate) fn new(group: &'static str, name: &str, check: impl Into<String>) -> Self {
        Self {
            group,
            name: name.to_owned(),
            median_s: None,
            spread: None,
            peak_mib: None,
            peer: None,
            check: check.into(),
        }
    }

    /// A case of a latency in the window.
    pub(crate) fn of_window(name: &str, spread: Option<Spread>, check: impl Into<String>) -> Self {
        Self {
            spread,
            ..Self::new("window", name, check)
        }
    }

    /// Ours by the peer's.
    fn ratio(&self) -> Option<f64> {
        let peer = self.peer.as_ref()?;
        (peer.median_s > 0.0).then_some(self.median_s? / peer.median_s)
    }
}

/// The cases as a table.
pub(crate) fn table(cases: &[Case]) -> String {
    let mut text = format!(
        "{:<46} {:>11} {:>8} {:>8} {:>8} {:>9}  {}\n",
        "case", "median ms", "p50", "p95", "p99", "MiB", "peer, check"
    );
    let figure = |value: Option<f64>, digits: usize| {
        value.map_or_else(String::new, |value| format!("{value:.digits$}"))
    };
    for case in cases {
        let spread = |of: fn(&Spread) -> f64| figure(case.spread.as_ref().map(of), 1);
        let peer = case.peer.as_ref().map_or_else(String::new, |peer| {
            format!(
                "{} {:.3} ms, ratio {}; ",
                peer.name,
                peer.median_s * 1e3,
                figure(case.ratio(), 3)
            )
        });
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "{:<46} {:>11} {:>8} {:>8} {:>8} {:>9}  {peer}{}",
            format!("{}: {}", case.group, case.name),
            figure(case.median_s.map(|s| s * 1e3), 3),
            spread(|s| s.p50_ms),
            spread(|s| s.p95_ms),
            spread(|s| s.p99_ms),
            figure(case.peak_mib, 1),
            case.check
        );
    }
    text
}

/// The cases as the JSON of the contract.
pub(crate) fn json(cases: &[Case]) -> String {
    let number = |value: Option<f64>| {
        value
            .filter(|value| value.is_finite())
            .map_or_else(|| "null".to_owned(), |value| value.to_string())
    };
    let rows: Vec<String> = cases
        .iter()
        .map(|case| {
            let spread = |of: fn(&Spread) -> f64| number(case.spread.as_ref().map(of));
            let ours = format!(
                r#"{{"median_s":{},"p50_ms":{},"p95_ms":{},"p99_ms":{},"peak_mib":{}}}"#,
                number(case.median_s),
                spread(|s| s.p50_ms),
                spread(|s| s.p95_ms),
                spread(|s| s.p99_ms),
                number(case.peak_mib)
            );
            let peer = case.peer.as_ref().map_or_else(
                || "null".to_owned(),
                |peer| {
                    format!(
                        r#"{{"name":{},"median_s":{},"peak_mib":{}}}"#,
                        quoted(&peer.name),
                        number(Some(peer.median_s)),
                        number(peer.peak_mib)
                    )
                },
            );
            format!(
                r#"{{"group":{},"name":{},"ours":{ours},"peer":{peer},"ratio":{},"check":{}}}"#,
                quoted(case.group),
                quoted(&case.name),
                number(case.ratio()),
                quoted(&case.check)
            )
        })
        .collect();
    format!("{{\"cases\":[\n{}\n]}}\n", rows.join(",\n"))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => {
                // Writing into a string cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_with_a_peer_has_a_ratio_and_one_without_has_none() {
        let mut case = Case::new("edit", "a \"ball\"", "voxels 1");
        case.median_s = Some(0.5);
        case.peer = Some(Peer {
            name: "numpy".to_owned(),
            median_s: 2.0,
            peak_mib: None,
        });
        let text = json(&[case, Case::new("window", "idle", "")]);
        assert!(text.contains(r#""name":"a \"ball\"""#));
        assert!(text.contains(r#""ratio":0.25"#));
        assert!(text.contains(r#""peer":null,"ratio":null"#));
    }
}
