use super::*;
use annotation_format::terms::{Term, Terms};
use proptest::prelude::*;

fn entry_of(term: &Term) -> Entry {
    let both = term.synonyms_en.iter().chain(&term.synonyms_ja);
    Entry {
        ja: term.name.ja.clone(),
        kana: term.kana.clone(),
        en: term.name.en.clone(),
        synonyms: both.cloned().collect(),
        codes: vec![term.id.clone(), term.code.value.clone()],
        ..Entry::default()
    }
}

fn ground_glass() -> Entry {
    Entry {
        ja: "すりガラス影".into(),
        kana: "すりがらすえい".into(),
        en: "Ground-glass opacity".into(),
        synonyms: vec!["GGO".into()],
        codes: vec!["LN-0301".into()],
        ..Entry::default()
    }
}

fn named(ja: &str, kana: &str, en: &str) -> Entry {
    Entry {
        ja: ja.into(),
        kana: kana.into(),
        en: en.into(),
        ..Entry::default()
    }
}

fn fit_of(index: &Index, typed: &str, entry: usize) -> Option<Fit> {
    let hits = index.find(typed, 100, |_| true);
    hits.iter()
        .find(|hit| hit.entry == entry)
        .map(|hit| hit.fit)
}

#[test]
fn a_term_is_found_by_every_way_of_writing_it() {
    let index = Index::new(&[ground_glass()]);
    for (typed, fit) in [
        ("LN-0301", Fit::Code),
        ("ln0301", Fit::Code),
        ("LN-03", Fit::Head),
        ("suriga", Fit::Head),
        ("surigarasuei", Fit::Head),
        ("すりが", Fit::Head),
        ("スリガラス", Fit::Head),
        ("ｽﾘｶﾞ", Fit::Head),
        ("すりg", Fit::Head),
        ("すりガラス影", Fit::Head),
        ("ground", Fit::Head),
        ("Ground glass", Fit::Head),
        ("ggo", Fit::Head),
        ("glass", Fit::Word),
        ("opac", Fit::Word),
        ("影", Fit::Within),
        ("garasu", Fit::Within),
        ("grond", Fit::Slip),
        ("gruond", Fit::Slip),
        ("suligarasu", Fit::Slip),
        ("opazity", Fit::Slip),
    ] {
        assert_eq!(fit_of(&index, typed, 0), Some(fit), "{typed}");
    }
    for typed in ["", "  ・", "xyz", "grx", "結節", "grnud x"] {
        assert_eq!(fit_of(&index, typed, 0), None, "{typed}");
    }
}

#[test]
fn ones_own_stand_first_then_what_is_used_then_the_shorter_name() {
    let mut entries = vec![
        named("結節状影", "", ""),
        named("結節", "", ""),
        named("結節性硬化症", "", ""),
        named("結節型", "", ""),
    ];
    let order = |entries: &[Entry]| -> Vec<usize> {
        let hits = Index::new(entries).find("結節", 10, |_| true);
        hits.iter().map(|hit| hit.entry).collect()
    };
    assert_eq!(order(&entries), [1, 3, 0, 2]);
    entries[0].used = 3;
    assert_eq!(order(&entries), [0, 1, 3, 2]);
    entries[2].is_own = true;
    assert_eq!(order(&entries), [2, 0, 1, 3]);
}

#[test]
fn only_those_that_may_be_are_found_and_no_more_than_asked_for() {
    let entries: Vec<_> = (0..50).map(|_| named("結節", "", "")).collect();
    let index = Index::new(&entries);
    let even = index.find("結", 100, |entry| entry % 2 == 0);
    assert_eq!(even.len(), 25);
    let three = index.find("結", 3, |_| true);
    let places: Vec<_> = three.iter().map(|hit| hit.entry).collect();
    assert_eq!(places, [0, 1, 2]);
}

#[test]
fn every_builtin_term_is_found_by_its_names_and_comes_early_by_its_code() {
    let terms: Vec<&Term> = Terms::builtin().iter().collect();
    let index = Index::new(&terms.iter().map(|t| entry_of(t)).collect::<Vec<_>>());
    for (at, term) in terms.iter().enumerate() {
        for name in [&term.name.ja, &term.kana, &term.name.en] {
            if fold(name).text.is_empty() {
                continue;
            }
            let hits = index.find(name, 40, |_| true);
            assert!(hits.iter().any(|hit| hit.entry == at), "{name}");
        }
        // a code of signs alone, such as %, is not looked for
        if fold(&term.code.value).text.is_empty() {
            continue;
        }
        let by_code = index.find(&term.code.value, 20, |_| true);
        let hit = by_code.iter().find(|hit| hit.entry == at);
        assert_eq!(hit.map(|hit| hit.fit), Some(Fit::Code), "{}", term.id);
    }
}

/// What a name fits as by looking at every place of it.
fn simply(names: &[&str], typed: &str) -> Option<Fit> {
    let sought: Vec<char> = fold(typed).text.chars().collect();
    let mut best = None;
    for name in names {
        let folded = fold(name);
        let text: Vec<char> = folded.text.chars().collect();
        for at in 0..text.len() {
            if text[at..].starts_with(&sought) {
                let fit = match (at, folded.words.contains(&at)) {
                    (0, _) => Fit::Head,
                    (_, true) => Fit::Word,
                    _ if sought.len() == 1 && sought[0].is_ascii() => continue,
                    _ => Fit::Within,
                };
                best = Some(best.map_or(fit, |known: Fit| known.min(fit)));
            }
        }
    }
    best
}

proptest! {
    #[test]
    fn the_sieve_loses_nothing_that_a_plain_look_finds(
        names in proptest::collection::vec("[a-c影結節]{1,6}( [a-c]{1,4})?", 1..4),
        typed in "[a-c影結節]{1,4}",
    ) {
        let entry = Entry {
            ja: names[0].clone(),
            synonyms: names[1..].to_vec(),
            ..Entry::default()
        };
        let index = Index::new(&[entry]);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(fit) = simply(&names, &typed) {
            prop_assert_eq!(fit_of(&index, &typed, 0), Some(fit));
        } else {
            let found = fit_of(&index, &typed, 0);
            prop_assert!(found.is_none_or(|fit| fit == Fit::Slip));
        }
    }
}

/// `cargo test -p dokuei --release search -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn how_long_a_hundred_thousand_terms_take() {
    let terms: Vec<Entry> = Terms::builtin().iter().map(entry_of).collect();
    let mut entries = Vec::new();
    for turn in 0..80 {
        for (at, term) in terms.iter().enumerate() {
            let other = &terms[(at * 7 + turn * 31) % terms.len()];
            entries.push(Entry {
                ja: format!("{}{}", term.ja, other.ja),
                kana: format!("{}{}", term.kana, other.kana),
                en: format!("{} {}", term.en, other.en),
                codes: vec![format!("{}{turn}", term.codes[1])],
                ..term.clone()
            });
        }
    }
    let begun = std::time::Instant::now();
    let index = Index::new(&entries);
    let built = begun.elapsed();
    let typed = [
        "s",
        "su",
        "sur",
        "suriga",
        "すりが",
        "肺",
        "結節",
        "ground",
        "ground glass",
        "opacity",
        "grond glas",
        "xqzvw",
        "hai",
        "hainokessetu",
        "112063",
        "影",
        "a",
        "noodle",
        "右肺上葉",
    ];
    let mut worst = std::time::Duration::ZERO;
    let mut text = format!("{} entries, made in {built:?}\n", index.len());
    for typed in typed {
        let mut times: Vec<_> = (0..9)
            .map(|_| {
                let begun = std::time::Instant::now();
                let hits = index.find(typed, 200, |_| true).len();
                (begun.elapsed(), hits)
            })
            .collect();
        times.sort_unstable();
        let (median, hits) = times[times.len() / 2];
        worst = worst.max(median);
        text.push_str(&format!("{typed:>16} {hits:>4} {median:?}\n"));
    }
    std::io::Write::write_all(
        &mut std::io::stdout(),
        format!("{text}worst {worst:?}\n").as_bytes(),
    )
    .expect("told");
}
