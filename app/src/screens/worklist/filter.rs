//! Which cases the list shows, and in which order.

use super::{CaseRow, CaseState, State, View};
use std::collections::BTreeSet;

/// What the list shows of its cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filter {
    /// Words in number, study or note.
    pub(super) text: String,
    /// One state alone.
    pub(super) state: Option<CaseState>,
    /// Those on hold alone.
    pub(super) is_on_hold: bool,
    /// Studies that are left out.
    pub(super) without: BTreeSet<String>,
    pub(super) order: Order,
}

/// In which order they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// As they were assigned, what is submitted last.
    #[default]
    Assigned,
    /// By number.
    Number,
    /// What is to be done first, then by number.
    State,
    /// By study, then by number.
    Study,
}

impl Order {
    pub(super) const ALL: [Self; 4] = [Self::Assigned, Self::Number, Self::State, Self::Study];

    pub(super) const fn text_key(self) -> &'static str {
        match self {
            Self::Assigned => "worklist-order-assigned",
            Self::Number => "worklist-order-number",
            Self::State => "worklist-order-state",
            Self::Study => "worklist-order-study",
        }
    }
}

impl Filter {
    /// Whether anything is left out.
    pub(super) fn is_open(&self) -> bool {
        *self
            == Self {
                order: self.order,
                ..Self::default()
            }
    }

    /// Everything is shown again, in the same order.
    pub(super) fn clear(&mut self) {
        *self = Self {
            order: self.order,
            ..Self::default()
        };
    }

    fn lets(&self, case: &CaseRow, wanted: &str) -> bool {
        let says = |text: &str| text.to_lowercase().contains(wanted);
        let hold = case.hold.as_deref();
        self.state.is_none_or(|state| case.state == state)
            && (!self.is_on_hold || hold.is_some())
            && !self.without.contains(&case.study)
            && (wanted.is_empty()
                || says(&case.number)
                || says(&case.study)
                || hold.is_some_and(says))
    }
}

/// The cases that are shown.
pub(super) fn shown<'a>(state: &State, view: &View<'a>) -> Vec<&'a CaseRow> {
    let filter = &state.filter;
    let wanted = filter.text.trim().to_lowercase();
    let cases = state.rows(view).iter();
    let mut shown: Vec<&CaseRow> = cases.filter(|case| filter.lets(case, &wanted)).collect();
    let urgency = |case: &CaseRow| {
        let order = [
            CaseState::InProgress,
            CaseState::Reopened,
            CaseState::Assigned,
        ];
        let place = order.iter().position(|state| *state == case.state);
        place.unwrap_or(order.len())
    };
    match filter.order {
        Order::Assigned => shown.sort_by_key(|case| case.state.is_submitted()),
        Order::Number => shown.sort_by(|a, b| a.number.cmp(&b.number)),
        Order::State => {
            shown.sort_by(|a, b| (urgency(a), &a.number).cmp(&(urgency(b), &b.number)));
        }
        Order::Study => shown.sort_by(|a, b| (&a.study, &a.number).cmp(&(&b.study, &b.number))),
    }
    shown
}

/// The studies of a list with how many cases each has, the most frequent first.
pub(super) fn studies(cases: &[CaseRow]) -> Vec<(String, usize)> {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for case in cases {
        *counts.entry(&case.study).or_default() += 1;
    }
    let mut studies: Vec<_> = counts
        .into_iter()
        .map(|(study, count)| (study.to_owned(), count))
        .collect();
    studies.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    studies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(number: &str, study: &str, state: CaseState, hold: Option<&str>) -> CaseRow {
        CaseRow {
            id: number.to_owned(),
            number: number.to_owned(),
            study: study.to_owned(),
            state,
            series: 1,
            readers: Vec::new(),
            protocol: "1.0".to_owned(),
            is_mine: true,
            hold: hold.map(str::to_owned),
            submitted: 0,
            seen: None,
            active_s: None,
        }
    }

    fn numbers(filter: Filter, cases: &[CaseRow]) -> Vec<String> {
        let state = State {
            filter,
            ..State::default()
        };
        let view = View {
            cases,
            own: cases,
            sees_all: false,
            is_lead: false,
            is_admin: false,
            readers: &[],
            preview: None,
            flags: &[],
            progress: None,
        };
        let shown = shown(&state, &view);
        shown.iter().map(|case| case.number.clone()).collect()
    }

    fn cases() -> [CaseRow; 4] {
        [
            case("C-0004", "CT 胸部", CaseState::Submitted, None),
            case("C-0001", "MR 頭部", CaseState::Assigned, None),
            case(
                "C-0003",
                "CT 胸部",
                CaseState::InProgress,
                Some("前回を確かめる"),
            ),
            case("C-0002", "CT 胸部", CaseState::Assigned, None),
        ]
    }

    #[test]
    fn words_are_found_in_number_study_and_note() {
        let with = |text: &str| Filter {
            text: text.to_owned(),
            ..Filter::default()
        };
        assert_eq!(numbers(with(" c-0001 "), &cases()), ["C-0001"]);
        assert_eq!(numbers(with("mr"), &cases()), ["C-0001"]);
        assert_eq!(numbers(with("前回"), &cases()), ["C-0003"]);
        assert_eq!(numbers(with("none"), &cases()), [""; 0]);
    }

    #[test]
    fn studies_and_states_are_left_out_and_orders_are_kept() {
        let filter = Filter {
            without: ["MR 頭部".to_owned()].into(),
            order: Order::State,
            ..Filter::default()
        };
        assert_eq!(
            numbers(filter.clone(), &cases()),
            ["C-0003", "C-0002", "C-0004"]
        );
        let held = Filter {
            is_on_hold: true,
            ..filter
        };
        assert_eq!(numbers(held.clone(), &cases()), ["C-0003"]);
        let mut all = held;
        all.clear();
        assert!(all.is_open() && all.order == Order::State);
        assert_eq!(studies(&cases())[0], ("CT 胸部".to_owned(), 3));
    }
}
