//! Skip logic: the condition under which an attribute is asked (`show_if`).
//!
//! Grammar: `A op literal` joined by `and` and `or`, each with `not` before it if wanted; `not` binds most, `or` least;
//! `op` is one of `== != < <= > >=`; a literal is `'term'`, a number, `true` or `false`. An answer that is not given
//! makes its comparison undecided, and a condition that stays undecided hides the attribute: nothing is asked on the
//! strength of what nobody said.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use voxel::Phrase;

use serde::{Deserialize, Serialize};

use super::{Attribute, AttributeKind};
use crate::value::Value;

/// A parsed condition. Its written form is kept: it is what the protocol's hash covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
    /// Any of these groups, all of a group's parts.
    any: Vec<Vec<Part>>,
}

/// Why a text is not a condition, or does not fit the attributes above it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConditionError(Phrase);

impl From<ConditionError> for Phrase {
    fn from(error: ConditionError) -> Self {
        error.0
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Part {
    negated: bool,
    attribute: String,
    op: Op,
    literal: Literal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Term(String),
    Number(f64),
    Bool(bool),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Op(Op),
    Literal(Literal),
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong, with the place in the text.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        let mut tokens = tokens(text)?.into_iter().peekable();
        let mut any = vec![Vec::new()];
        loop {
            let part = part(&mut tokens)?;
            if let Some(group) = any.last_mut() {
                group.push(part);
            }
            match tokens.next() {
                None => break,
                Some(Token::Name(word)) if word == "and" => {}
                Some(Token::Name(word)) if word == "or" => any.push(Vec::new()),
                Some(token) => {
                    let said = Phrase::new(
                        "condition-joint",
                        format!("`and` or `or` expected before {token}"),
                    );
                    return Err(ConditionError(said.with("token", token.to_string())));
                }
            }
        }
        Ok(Self {
            text: text.to_owned(),
            any,
        })
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Ids of the attributes that it looks at.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.any
            .iter()
            .flatten()
            .map(|part| part.attribute.as_str())
    }

    /// Whether it is met; an undecided condition is not.
    pub fn holds<K>(&self, asked: &[&Attribute], answers: &BTreeMap<K, Value>) -> bool
    where
        K: Ord + Borrow<str>,
    {
        self.any.iter().any(|group| {
            group
                .iter()
                .all(|part| part.decide(asked, answers) == Some(true))
        })
    }

    /// What does not fit the attributes above it.
    pub(super) fn faults(&self, above: &[&Attribute]) -> Vec<Phrase> {
        let parts = self.any.iter().flatten();
        parts.filter_map(|part| part.fault(above)).collect()
    }
}

impl Part {
    /// The comparison's result; undecided without an answer.
    fn decide<K>(&self, asked: &[&Attribute], answers: &BTreeMap<K, Value>) -> Option<bool>
    where
        K: Ord + Borrow<str>,
    {
        let attribute = asked.iter().find(|a| a.id.as_str() == self.attribute)?;
        let answer = answers.get(self.attribute.as_str())?;
        let met = match (answer, &self.literal) {
            (Value::Codes(given), Literal::Term(term)) => {
                let has = given.contains(term);
                if self.op == Op::NotEqual { !has } else { has }
            }
            (Value::Code(given), Literal::Term(term)) => {
                if attribute.kind == AttributeKind::Ordinal {
                    let order = attribute.rank(given)?.cmp(&attribute.rank(term)?);
                    self.op.accepts(order)
                } else {
                    self.op.accepts(equality(given == term))
                }
            }
            (Value::Bool(given), Literal::Bool(wanted)) => {
                self.op.accepts(equality(given == wanted))
            }
            (Value::Integer(given), Literal::Number(wanted)) => {
                self.op.accepts((*given as f64).partial_cmp(wanted)?)
            }
            (Value::Decimal(given), Literal::Number(wanted)) => {
                self.op.accepts(given.partial_cmp(wanted)?)
            }
            _ => return None,
        };
        Some(met != self.negated)
    }

    fn fault(&self, above: &[&Attribute]) -> Option<Phrase> {
        let name = &self.attribute;
        let Some(attribute) = above.iter().find(|a| a.id.as_str() == name) else {
            let why = format!("{name} is not an attribute above it");
            return Some(Phrase::new("condition-not-above", why).with("name", name.as_str()));
        };
        let ordered = !matches!(self.op, Op::Equal | Op::NotEqual);
        match (attribute.kind, &self.literal) {
            (AttributeKind::Code | AttributeKind::Codes, Literal::Term(_)) if ordered => {
                Some(no_order(name))
            }
            (AttributeKind::Bool, Literal::Bool(_)) if ordered => Some(no_order(name)),
            (
                AttributeKind::Code | AttributeKind::Codes | AttributeKind::Ordinal,
                Literal::Term(term),
            ) => attribute.choice(term).is_none().then(|| {
                let why = format!("'{term}' is not a value of {name}");
                Phrase::new("condition-no-value", why)
                    .with("term", term.as_str())
                    .with("name", name.as_str())
            }),
            (AttributeKind::Bool, Literal::Bool(_))
            | (AttributeKind::Integer | AttributeKind::Decimal, Literal::Number(_)) => None,
            _ => {
                let literal = self.literal.to_string();
                let why = format!("{name} cannot be compared with {literal}");
                Some(
                    Phrase::new("condition-no-comparison", why)
                        .with("name", name.as_str())
                        .with("literal", literal),
                )
            }
        }
    }
}

impl Op {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Op::Equal => order == Ordering::Equal,
            Op::NotEqual => order != Ordering::Equal,
            Op::Less => order == Ordering::Less,
            Op::LessOrEqual => order != Ordering::Greater,
            Op::Greater => order == Ordering::Greater,
            Op::GreaterOrEqual => order != Ordering::Less,
        }
    }
}

/// Equality as an order, for what has none.
fn equality(equal: bool) -> Ordering {
    if equal {
        Ordering::Equal
    } else {
        Ordering::Less
    }
}

fn part(
    tokens: &mut std::iter::Peekable<std::vec::IntoIter<Token>>,
) -> Result<Part, ConditionError> {
    let mut negated = false;
    while tokens.peek() == Some(&Token::Name("not".to_owned())) {
        negated = !negated;
        tokens.next();
    }
    let attribute = match tokens.next() {
        Some(Token::Name(name)) if name != "and" && name != "or" => name,
        other => {
            return Err(expected(
                Phrase::new("condition-attribute", "an attribute"),
                other.as_ref(),
            ));
        }
    };
    let op = match tokens.next() {
        Some(Token::Op(op)) => op,
        other => {
            return Err(expected(
                Phrase::new("condition-operator", "== != < <= > or >="),
                other.as_ref(),
            ));
        }
    };
    match tokens.next() {
        Some(Token::Literal(literal)) => Ok(Part {
            negated,
            attribute,
            op,
            literal,
        }),
        other => Err(expected(
            Phrase::new("condition-literal", "'a term', a number, true or false"),
            other.as_ref(),
        )),
    }
}

fn expected(what: Phrase, found: Option<&Token>) -> ConditionError {
    let said = match found {
        Some(token) => {
            let why = format!("{what} expected, not {token}");
            Phrase::new("condition-expected", why).with("token", token.to_string())
        }
        None => Phrase::new(
            "condition-unfinished",
            format!("{what} expected at the end"),
        ),
    };
    ConditionError(said.with("what", what))
}

fn no_order(name: &str) -> Phrase {
    let why = format!("{name} has no order; use == or !=");
    Phrase::new("condition-no-order", why).with("name", name)
}

fn tokens(text: &str) -> Result<Vec<Token>, ConditionError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' => term(rest)?,
            '=' | '!' | '<' | '>' => operator(rest)?,
            '-' | '.' | '0'..='9' => number(rest)?,
            c if c.is_ascii_alphabetic() || c == '_' => word(rest),
            c => {
                let said =
                    Phrase::new("condition-character", format!("unexpected character {c:?}"));
                return Err(ConditionError(said.with("character", c)));
            }
        };
        found.push(token);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(found)
}

fn term(rest: &str) -> Result<(Token, usize), ConditionError> {
    let inner = rest.get(1..).unwrap_or("");
    let end = inner
        .find('\'')
        .ok_or_else(|| ConditionError(Phrase::new("condition-quote", "a quote is not closed")))?;
    let text = inner.get(..end).unwrap_or("").to_owned();
    Ok((Token::Literal(Literal::Term(text)), end + 2))
}

fn operator(rest: &str) -> Result<(Token, usize), ConditionError> {
    const OPERATORS: [(&str, Op); 6] = [
        ("==", Op::Equal),
        ("!=", Op::NotEqual),
        ("<=", Op::LessOrEqual),
        (">=", Op::GreaterOrEqual),
        ("<", Op::Less),
        (">", Op::Greater),
    ];
    OPERATORS
        .iter()
        .find(|(sign, _)| rest.starts_with(sign))
        .map(|&(sign, op)| (Token::Op(op), sign.len()))
        .ok_or_else(|| {
            ConditionError(Phrase::new(
                "condition-single",
                "a single = or ! is no comparison",
            ))
        })
}

fn number(rest: &str) -> Result<(Token, usize), ConditionError> {
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or("");
    let value: f64 = text.parse().map_err(|_| {
        let said = Phrase::new("condition-number", format!("{text} is not a number"));
        ConditionError(said.with("text", text))
    })?;
    Ok((Token::Literal(Literal::Number(value)), end))
}

fn word(rest: &str) -> (Token, usize) {
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or("");
    let token = match text {
        "true" => Token::Literal(Literal::Bool(true)),
        "false" => Token::Literal(Literal::Bool(false)),
        name => Token::Name(name.to_owned()),
    };
    (token, end)
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Term(term) => write!(f, "'{term}'"),
            Literal::Number(number) => write!(f, "{number}"),
            Literal::Bool(value) => write!(f, "{value}"),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Name(name) => f.write_str(name),
            Token::Op(_) => f.write_str("a comparison"),
            Token::Literal(literal) => literal.fmt(f),
        }
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, answers: &[(&str, Value)]) -> bool {
        let protocol = crate::protocol::example("lung-nodule-ct");
        let asked: Vec<&Attribute> = protocol.attributes.iter().collect();
        let answers: BTreeMap<String, Value> = answers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let condition = Condition::parse(condition).unwrap();
        assert_eq!(condition.faults(&asked), Vec::<Phrase>::new());
        condition.holds(&asked, &answers)
    }

    fn code(id: &str) -> Value {
        Value::Code(id.to_owned())
    }

    #[test]
    fn and_binds_more_than_or_and_not_more_than_both() {
        let solid = [("density", code("density-solid"))];
        assert!(holds("density == 'density-solid'", &solid));
        assert!(!holds("not density == 'density-solid'", &solid));
        assert!(holds(
            "density == 'density-solid' or density == 'density-fat' and density == 'density-fat'",
            &solid
        ));
        assert!(!holds(
            "density != 'density-solid' and density == 'density-solid'",
            &solid
        ));
    }

    #[test]
    fn what_nobody_answered_hides_even_behind_not() {
        assert!(!holds("density == 'density-solid'", &[]));
        assert!(!holds("density != 'density-solid'", &[]));
        assert!(!holds("not density == 'density-solid'", &[]));
    }

    #[test]
    fn ordinals_compare_by_their_order_and_lists_by_membership() {
        let four = [("malignancy", code("lidc-malignancy-4"))];
        assert!(holds("malignancy >= 'lidc-malignancy-3'", &four));
        assert!(!holds("malignancy < 'lidc-malignancy-4'", &four));
        let margins = [(
            "margin",
            Value::Codes(vec!["margin-smooth".into(), "margin-lobulated".into()]),
        )];
        assert!(holds("margin == 'margin-lobulated'", &margins));
        assert!(!holds("margin != 'margin-smooth'", &margins));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let size = [("solid_size", Value::Decimal(4.5))];
        assert!(holds("solid_size > 4", &size));
        assert!(!holds("solid_size <= -1.5", &size));
    }

    #[test]
    fn texts_outside_the_grammar_are_refused() {
        for text in [
            "",
            "density",
            "density = 'a'",
            "density == a",
            "density == 'a",
            "(density == 'a')",
            "density == 'a' xor density == 'b'",
            "density == 'a' and",
            "and == 'a'",
            "x == 1-2",
        ] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }
}
