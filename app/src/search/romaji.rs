//! Kana in Latin letters, so that a term is found without switching the input method.
//!
//! People write the same kana differently: Hepburn `shi`, Kunrei `si`, with or without long vowels, `n` or
//! `m` before `b`. Instead of every spelling of every term, both the term and what is typed are brought
//! into one plain spelling ([`plain`]), and that of the beginning of a word is the beginning of that of
//! the word: what is typed finds the term from its first letter on.

/// Two kana that are one sound, then single kana; small ones stand alone only where a word is odd.
const SOUNDS: &[(&str, &str)] = &[
    ("きゃ", "kya"),
    ("きゅ", "kyu"),
    ("きょ", "kyo"),
    ("ぎゃ", "gya"),
    ("ぎゅ", "gyu"),
    ("ぎょ", "gyo"),
    ("しゃ", "sya"),
    ("しゅ", "syu"),
    ("しょ", "syo"),
    ("しぇ", "sye"),
    ("じゃ", "zya"),
    ("じゅ", "zyu"),
    ("じょ", "zyo"),
    ("じぇ", "zye"),
    ("ちゃ", "tya"),
    ("ちゅ", "tyu"),
    ("ちょ", "tyo"),
    ("ちぇ", "tye"),
    ("ぢゃ", "zya"),
    ("ぢゅ", "zyu"),
    ("ぢょ", "zyo"),
    ("にゃ", "nya"),
    ("にゅ", "nyu"),
    ("にょ", "nyo"),
    ("ひゃ", "hya"),
    ("ひゅ", "hyu"),
    ("ひょ", "hyo"),
    ("びゃ", "bya"),
    ("びゅ", "byu"),
    ("びょ", "byo"),
    ("ぴゃ", "pya"),
    ("ぴゅ", "pyu"),
    ("ぴょ", "pyo"),
    ("みゃ", "mya"),
    ("みゅ", "myu"),
    ("みょ", "myo"),
    ("りゃ", "rya"),
    ("りゅ", "ryu"),
    ("りょ", "ryo"),
    ("ふぁ", "fa"),
    ("ふぃ", "fi"),
    ("ふぇ", "fe"),
    ("ふぉ", "fo"),
    ("ふゅ", "fyu"),
    ("てぃ", "ti"),
    ("でぃ", "di"),
    ("とぅ", "tu"),
    ("どぅ", "du"),
    ("てゅ", "tyu"),
    ("でゅ", "dyu"),
    ("つぁ", "tsa"),
    ("つぃ", "tsi"),
    ("つぇ", "tse"),
    ("つぉ", "tso"),
    ("うぃ", "wi"),
    ("うぇ", "we"),
    ("うぉ", "wo"),
    ("いぇ", "ye"),
    ("ゔぁ", "va"),
    ("ゔぃ", "vi"),
    ("ゔぇ", "ve"),
    ("ゔぉ", "vo"),
    ("くぁ", "kwa"),
    ("くぉ", "kwo"),
    ("あ", "a"),
    ("い", "i"),
    ("う", "u"),
    ("え", "e"),
    ("お", "o"),
    ("か", "ka"),
    ("き", "ki"),
    ("く", "ku"),
    ("け", "ke"),
    ("こ", "ko"),
    ("が", "ga"),
    ("ぎ", "gi"),
    ("ぐ", "gu"),
    ("げ", "ge"),
    ("ご", "go"),
    ("さ", "sa"),
    ("し", "si"),
    ("す", "su"),
    ("せ", "se"),
    ("そ", "so"),
    ("ざ", "za"),
    ("じ", "zi"),
    ("ず", "zu"),
    ("ぜ", "ze"),
    ("ぞ", "zo"),
    ("た", "ta"),
    ("ち", "ti"),
    ("つ", "tu"),
    ("て", "te"),
    ("と", "to"),
    ("だ", "da"),
    ("ぢ", "zi"),
    ("づ", "zu"),
    ("で", "de"),
    ("ど", "do"),
    ("な", "na"),
    ("に", "ni"),
    ("ぬ", "nu"),
    ("ね", "ne"),
    ("の", "no"),
    ("は", "ha"),
    ("ひ", "hi"),
    ("ふ", "hu"),
    ("へ", "he"),
    ("ほ", "ho"),
    ("ば", "ba"),
    ("び", "bi"),
    ("ぶ", "bu"),
    ("べ", "be"),
    ("ぼ", "bo"),
    ("ぱ", "pa"),
    ("ぴ", "pi"),
    ("ぷ", "pu"),
    ("ぺ", "pe"),
    ("ぽ", "po"),
    ("ま", "ma"),
    ("み", "mi"),
    ("む", "mu"),
    ("め", "me"),
    ("も", "mo"),
    ("や", "ya"),
    ("ゆ", "yu"),
    ("よ", "yo"),
    ("ら", "ra"),
    ("り", "ri"),
    ("る", "ru"),
    ("れ", "re"),
    ("ろ", "ro"),
    ("わ", "wa"),
    ("ゐ", "i"),
    ("ゑ", "e"),
    ("を", "o"),
    ("ん", "n"),
    ("ゔ", "vu"),
    ("ぁ", "a"),
    ("ぃ", "i"),
    ("ぅ", "u"),
    ("ぇ", "e"),
    ("ぉ", "o"),
    ("ゃ", "ya"),
    ("ゅ", "yu"),
    ("ょ", "yo"),
    ("ゎ", "wa"),
    ("ー", ""),
];

/// The plain spelling of a folded text ([`super::fold`]) of hiragana, Latin letters and digits; `None` where
/// it holds anything else, such as kanji.
#[must_use]
pub fn plain_of(folded: &str) -> Option<String> {
    let mut spelt = String::with_capacity(folded.len());
    let mut rest = folded;
    let mut doubles = false;
    while let Some(first) = rest.chars().next() {
        if first == 'っ' {
            doubles = true;
            rest = rest.get(first.len_utf8()..)?;
            continue;
        }
        let sound = if first.is_ascii_alphanumeric() {
            rest = rest.get(1..)?;
            first.to_string()
        } else {
            let (kana, sound) = SOUNDS.iter().find(|(kana, _)| rest.starts_with(kana))?;
            rest = rest.get(kana.len()..)?;
            (*sound).to_owned()
        };
        if std::mem::take(&mut doubles) {
            spelt.extend(sound.chars().next().filter(|c| !is_vowel(*c)));
        }
        spelt.push_str(&sound);
    }
    Some(plain(&spelt))
}

/// Brings a spelling in Latin letters into the plain one: Kunrei's consonants, short vowels, one `n`.
#[must_use]
pub(super) fn plain(spelt: &str) -> String {
    let letters: Vec<char> = without_small_tsu(spelt).chars().collect();
    let mut out = String::with_capacity(letters.len());
    let mut at = 0;
    let next = |at: usize| letters.get(at).copied();
    while let Some(letter) = next(at) {
        let after = next(at + 1);
        let (sound, taken, soft) = match (letter, after) {
            ('s', Some('h')) => ('s', 2, true),
            ('c', Some('h')) => ('t', 2, true),
            ('c', Some('c' | 'y') | None) => ('t', 1, false),
            ('t', Some('s')) => ('t', 2, false),
            ('t', Some('c')) => ('t', 1, false),
            ('j', _) => ('z', 1, after != Some('j')),
            ('d', Some('i' | 'u' | 'y')) => ('z', 1, false),
            ('f', _) => ('h', 1, false),
            ('v', _) => ('b', 1, false),
            ('m', Some('b' | 'm' | 'p')) => ('n', 1, false),
            ('w', Some('o')) => ('o', 2, false),
            (other, _) => (other, 1, false),
        };
        at += taken;
        push(&mut out, sound);
        // sha is sya, shi is si
        if soft && matches!(next(at), Some('a' | 'u' | 'e' | 'o')) {
            out.push('y');
        }
    }
    out
}

/// Adds a letter, but neither a lengthened vowel nor a second `n`.
fn push(out: &mut String, letter: char) {
    let last = out.chars().next_back();
    let lengthens = match letter {
        'u' => matches!(last, Some('u' | 'o')),
        'a' | 'i' | 'e' | 'o' => last == Some(letter),
        'n' => last == Some('n'),
        _ => false,
    };
    if !lengthens {
        out.push(letter);
    }
}

/// `xtu` and its like before a consonant double it.
fn without_small_tsu(spelt: &str) -> String {
    let mut text = spelt.to_owned();
    for small in ["xtsu", "ltsu", "xtu", "ltu"] {
        while let Some(at) = text.find(small) {
            let follows = text.get(at + small.len()..).and_then(|t| t.chars().next());
            let doubled = follows.filter(|c| c.is_ascii_alphabetic() && !is_vowel(*c));
            let doubled = doubled.map_or_else(String::new, String::from);
            text.replace_range(at..at + small.len(), &doubled);
        }
    }
    text
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'i' | 'u' | 'e' | 'o')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_of_a_word_is_the_same_word() {
        let words: [(&str, &[&str]); 13] = [
            ("すりがらす", &["surigarasu"]),
            (
                "じゅうじつせい",
                &["juujitsusei", "jujitsusei", "zyuuzitusei", "jyuujitusei"],
            ),
            (
                "しょうけっせつ",
                &["shoukessetsu", "syoukessetu", "shokessetsu"],
            ),
            ("しんぶん", &["shinbun", "shimbun", "sinbun", "shinnbunn"]),
            ("まっちゃ", &["matcha", "maccha", "mattya"]),
            (
                "ぶんようじょう",
                &["bunyoujou", "bunyojo", "bunnyouzyou", "bunyoojoo"],
            ),
            ("ふしゅ", &["fushu", "husyu"]),
            ("つぶ", &["tsubu", "tubu"]),
            ("きんえん", &["kinen", "kinnenn"]),
            ("ぢゅう", &["dyuu", "juu", "zyu"]),
            ("こーひー", &["ko-hi-", "koohii", "kohi"]),
            ("きっと", &["kitto", "kixtuto", "kiltsuto"]),
            ("ちょうぶ", &["choubu", "tyoubu", "chobu"]),
        ];
        for (kana, spellings) in words {
            let plain_kana = plain_of(kana).expect("kana");
            for spelling in spellings {
                let typed: String = spelling.chars().filter(|c| *c != '-').collect();
                assert_eq!(plain(&typed), plain_kana, "{kana} {spelling}");
            }
        }
    }

    #[test]
    fn the_beginning_of_a_spelling_is_the_beginning_of_the_word() {
        for (kana, spelling) in [
            ("すりがらすえい", "surigarasuei"),
            ("しゅうえん", "shuuenn"),
            ("ちゅうしんせい", "chuushinsei"),
            ("じょうよう", "jouyou"),
            ("けっせつ", "kessetsu"),
        ] {
            let whole = plain_of(kana).expect("kana");
            for end in 1..=spelling.len() {
                let typed = plain(&spelling[..end]);
                assert!(whole.starts_with(&typed), "{kana}: {typed} of {whole}");
            }
        }
    }

    #[test]
    fn a_half_composed_word_is_read_as_far_as_it_goes_and_kanji_are_not() {
        assert_eq!(plain_of("すりg").as_deref(), Some("surig"));
        assert_eq!(plain_of("影"), None);
    }
}
