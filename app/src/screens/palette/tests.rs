use super::scope::scope_of;
use super::*;
use crate::keys::Action;

fn item(kind: Kind, name: &str, action: Option<Action>) -> Item {
    Item {
        kind,
        id: format!("id:{name}"),
        icon: "command",
        color: None,
        name: name.into(),
        beside: String::new(),
        effect: String::new(),
        group: String::new(),
        code: String::new(),
        keys: String::new(),
        action,
        deed: Some(Deed::Act(action.unwrap_or(Action::Undo))),
        anew: None,
        entry: Entry {
            en: name.into(),
            ..Entry::default()
        },
    }
}

fn palette() -> State {
    let items = vec![
        item(Kind::Label, "solid", None),
        item(Kind::Term, "solid margin", None),
        item(Kind::Command, "solo", Some(Action::Solo)),
        item(Kind::Case, "C-0001", None),
        item(Kind::Setting, "Text size", None),
    ];
    State::new(false, items, vec![3, 1])
}

fn names(state: &State) -> Vec<&str> {
    let items = state.listed.iter().filter_map(|at| state.items.get(*at));
    items.map(|item| item.name.as_str()).collect()
}

#[test]
fn what_was_used_last_stands_first_while_nothing_is_typed() {
    let state = palette();
    assert_eq!(
        names(&state),
        ["C-0001", "solid margin", "solid", "solo", "Text size"]
    );
}

#[test]
fn a_first_sign_of_either_width_says_where_to_look() {
    let mut state = palette();
    for (text, found) in [
        ("sol", vec!["solo", "solid", "solid margin"]),
        (">sol", vec!["solo"]),
        ("＃sol", vec!["solid", "solid margin"]),
        ("@", vec!["C-0001"]),
        (": text", vec!["Text size"]),
        ("@sol", vec![]),
    ] {
        state.text = text.into();
        state.list();
        let mut listed = names(&state);
        let mut found = found;
        listed.sort_unstable();
        found.sort_unstable();
        assert_eq!(listed, found, "{text}");
    }
    assert_eq!(scope_of("a:b", Scope::Cases), (Scope::Cases, "a:b"));
}

#[test]
fn the_row_in_hand_goes_round_and_enter_asks_for_it() {
    let mut state = palette();
    state.step(-1);
    assert_eq!(
        state.chosen().map(|item| item.name.as_str()),
        Some("Text size")
    );
    state.step(1);
    state.step(2);
    let asked = state.ask(false);
    assert!(matches!(asked, Some(Choice::Do(id, _)) if id == "id:solid"));
    assert!(state.ask(true).is_none(), "a label without a new finding");
    state.step(1);
    assert!(matches!(
        state.ask(true),
        Some(Choice::GiveKey(Action::Solo))
    ));
}

#[test]
fn scopes_lie_beside_each_other_in_a_ring() {
    for is_terms in [false, true] {
        let first = Scope::row(is_terms)[0];
        let mut scope = first;
        for _ in Scope::row(is_terms) {
            scope = scope.beside(is_terms, 1);
        }
        assert_eq!(scope, first);
        assert_eq!(first.beside(is_terms, -1).beside(is_terms, 1), first);
    }
}

#[test]
fn what_is_neither_label_nor_term_is_proposed_to_the_lead() {
    let items = vec![
        item(Kind::Label, "solid", None),
        item(Kind::Term, "cystic", None),
    ];
    let mut state = State::new(true, items, Vec::new());
    state.text = " xqzv ".into();
    state.list();
    assert!(state.ask(false).is_none(), "nobody can be asked");
    state.may_propose = true;
    let asked = state.ask(false);
    assert!(matches!(asked, Some(Choice::Propose(term)) if term == "xqzv"));
    assert!(state.ask(true).is_none());
    // a term is no label, and a box with nothing typed lacks none
    for (scope, text) in [(Scope::Labels, "cystic"), (Scope::Words, " ")] {
        (state.scope, state.text) = (scope, text.into());
        state.list();
        assert_eq!(state.proposal(), None, "{text}");
    }
}
