//! Freezing: a protocol file and the list of terms become a protocol that depends on neither.

use std::collections::BTreeMap;

use toml::Spanned;

use super::check::check;
use super::condition::Condition;
use super::fault::ProtocolFault;
use super::source::{AttributeSource, LabelSource, Source, TargetSource, ToleranceSource};
use super::{
    Attribute, Choice, Display, Instruction, Label, Protocol, Target, TargetOf, Tolerance, Unit,
    WindowPreset, canonical, colour_of_label,
};
use crate::code::LOCAL;
use crate::ids::{AttributeId, LabelId};
use crate::terms::{Term, Terms};
use crate::text::Text;
use voxel::Phrase;

/// Largest protocol that is read, bytes.
const LARGEST: usize = 16 << 20;

impl Protocol {
    /// Reads and freezes a protocol file.
    ///
    /// # Errors
    /// Every fault that was found, with its line where it has one; the first one only if the file is not TOML of this
    /// form at all.
    pub fn from_toml(text: &str, terms: &Terms) -> Result<Protocol, Vec<ProtocolFault>> {
        too_large(text)?;
        let source: Source = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            vec![ProtocolFault::new("form", "file", form(error.message())).at(line)]
        })?;
        let mut freezer = Freezer {
            text,
            terms,
            lines: BTreeMap::new(),
            faults: Vec::new(),
        };
        let mut protocol = freezer.protocol(source);
        let lines = freezer.lines;
        let mut faults = freezer.faults;
        faults.extend(check(&protocol).into_iter().map(|fault| {
            let line = lines.get(&fault.place).copied();
            fault.at(line)
        }));
        faults.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
        if faults.is_empty() {
            protocol.sha256 = protocol.content_sha256();
            Ok(protocol)
        } else {
            Err(faults)
        }
    }

    /// Reads the frozen form. The hash it names, if it names one, must be that of its content.
    ///
    /// # Errors
    /// Every fault that was found.
    pub fn from_json(text: &str) -> Result<Protocol, Vec<ProtocolFault>> {
        too_large(text)?;
        let mut protocol: Protocol = serde_json::from_str(text).map_err(|error| {
            let line = (error.line() > 0).then(|| error.line());
            vec![ProtocolFault::new("form", "file", form(&error.to_string())).at(line)]
        })?;
        let mut faults = check(&protocol);
        let hash = protocol.content_sha256();
        if !protocol.sha256.is_empty() && protocol.sha256 != hash {
            let why = Phrase::new(
                "protocol-hash",
                format!("the content has {hash}; leave sha256 out after a change"),
            );
            faults.push(ProtocolFault::new(
                "hash",
                "sha256",
                why.with("hash", hash.as_str()),
            ));
        }
        if faults.is_empty() {
            protocol.sha256 = hash;
            Ok(protocol)
        } else {
            Err(faults)
        }
    }

    /// Reads either form: JSON if the text begins with a brace, else TOML.
    ///
    /// # Errors
    /// Every fault that was found.
    pub fn from_text(text: &str, terms: &Terms) -> Result<Protocol, Vec<ProtocolFault>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with('{') {
            Protocol::from_json(text)
        } else {
            Protocol::from_toml(text, terms)
        }
    }

    /// The frozen form, in the order of the struct's fields, for reading by people and programs.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.to_value()).unwrap_or_default()
    }

    /// The frozen form as a JSON value.
    pub fn to_value(&self) -> serde_json::Value {
        // A protocol holds strings, finite numbers and lists of them: nothing that JSON cannot write.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The canonical JSON (RFC 8785) that the hash covers: everything but the hash.
    pub fn canonical_json(&self) -> String {
        canonical::to_string(&self.without_hash())
    }

    fn content_sha256(&self) -> String {
        canonical::sha256_hex(&self.without_hash())
    }

    fn without_hash(&self) -> serde_json::Value {
        let mut value = self.to_value();
        if let Some(map) = value.as_object_mut() {
            map.remove("sha256");
        }
        value
    }
}

fn too_large(text: &str) -> Result<(), Vec<ProtocolFault>> {
    if text.len() <= LARGEST {
        return Ok(());
    }
    let megabytes = LARGEST >> 20;
    let why = Phrase::new("protocol-size", format!("larger than {megabytes} MiB"));
    let why = why.with("megabytes", megabytes);
    Err(vec![ProtocolFault::new("size", "file", why)])
}

/// The file is not of the form at all: the parser's own words, which are English, stay at the end.
fn form(why: &str) -> Phrase {
    Phrase::new("protocol-form", why).with("why", why)
}

/// Line of a byte offset, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + before.iter().filter(|&&byte| byte == b'\n').count()
}

/// Collects faults and lines on the way through the file.
struct Freezer<'a> {
    text: &'a str,
    terms: &'a Terms,
    /// Where each named place begins.
    lines: BTreeMap<String, usize>,
    faults: Vec<ProtocolFault>,
}

impl<'a> Freezer<'a> {
    fn protocol(&mut self, source: Source) -> Protocol {
        let head = source.protocol;
        self.mark("protocol".to_owned(), &head.id);
        let labels = source.label.into_iter().enumerate();
        let labels: Vec<Label> = labels
            .filter_map(|(at, label)| self.label(at, label))
            .collect();
        let attributes = self.attributes("attribute", source.attribute);
        let case_form = self.attributes("case_form", source.case_form);
        let instructions = source
            .instruction
            .into_iter()
            .map(|instruction| {
                let place = format!("instruction {}", instruction.applies_to.get_ref());
                self.mark(place, &instruction.applies_to);
                Instruction {
                    applies_to: LabelId::new(instruction.applies_to.into_inner()),
                    text: Text::new(instruction.ja, instruction.en),
                }
            })
            .collect();
        let tolerances = source
            .tolerance
            .into_iter()
            .filter_map(|t| self.tolerance(t))
            .collect();
        let targets = source
            .target
            .into_iter()
            .filter_map(|t| self.target(t))
            .collect();
        Protocol {
            id: head.id.into_inner(),
            title: Text::new(head.title_ja, head.title_en),
            version: head.version,
            purpose: Text::new(head.purpose_ja, head.purpose_en),
            modalities: self.choices("protocol", head.modalities),
            required_depth: head.required_depth,
            readers: head.readers,
            display: self.display(source.display),
            labels,
            attributes,
            case_form,
            instructions,
            tolerances,
            targets,
            timing: source.timing,
            sha256: String::new(),
        }
    }

    fn display(&mut self, source: Option<super::source::DisplaySource>) -> Display {
        let Some(source) = source else {
            return Display {
                layout: "1x1".to_owned(),
                ..Display::default()
            };
        };
        let windows = source.windows.into_iter().map(|window| WindowPreset {
            name: Text::new(window.name_ja, window.name_en),
            center: window.center,
            width: window.width,
        });
        Display {
            layout: source.layout,
            planes: self.choices("display", source.planes),
            series: self.choices("display", source.series),
            windows: windows.collect(),
            linked: source.linked,
            timeline: source.timeline,
            priors: source.priors,
            ai_overlay: source.ai_overlay,
        }
    }

    fn label(&mut self, at: usize, source: LabelSource) -> Option<Label> {
        let place = format!("label {}", source.id.get_ref());
        self.mark(place.clone(), &source.id);
        let key = source.key.and_then(|key| self.key(&place, &key));
        let derived = source
            .derived
            .map(|text| self.derived(&place, &text))
            .unwrap_or_default();
        let terms = self.terms;
        let term = self.term(&place, &source.term)?;
        let of_modifier = term.modifier.as_deref().and_then(|id| terms.get(id));
        let is_side = of_modifier.is_some_and(|m| m.id == "left" || m.id == "right");
        let code_of_modifier = of_modifier.map(|modifier| modifier.code.clone());
        let (modifier, region) = if is_side {
            (code_of_modifier, None)
        } else {
            (None, code_of_modifier)
        };
        let synonyms = term.synonyms_ja.iter().chain(&term.synonyms_en);
        Some(Label {
            id: LabelId::new(source.id.into_inner()),
            term: term.id.clone(),
            name: term.name.clone(),
            kana: term.kana.clone(),
            synonyms: synonyms.cloned().collect(),
            code: term.code.clone(),
            category: terms.category(term),
            modifier,
            region,
            color: colour_of_label(at),
            geometry: source.geometry,
            many: source.many,
            key,
            parent: source.parent.map(LabelId::new),
            inside: source.inside.map(LabelId::new),
            exclusive_with: source
                .exclusive_with
                .into_iter()
                .map(LabelId::new)
                .collect(),
            min_size_mm: source.min_size_mm,
            laterality: source.laterality,
            track: source.track,
            partition: source.partition,
            derived,
        })
    }

    fn key(&mut self, place: &str, key: &Spanned<String>) -> Option<char> {
        let mut characters = key.get_ref().chars();
        match (characters.next(), characters.next()) {
            (Some(one @ '1'..='9'), None) => Some(one),
            _ => {
                self.fault(
                    "key",
                    place,
                    Phrase::new("protocol-key-digit", "a key is one of 1 to 9"),
                    key,
                );
                None
            }
        }
    }

    fn derived(&mut self, place: &str, text: &Spanned<String>) -> Vec<LabelId> {
        let inner = text.get_ref().trim().strip_prefix("union(");
        match inner.and_then(|rest| rest.strip_suffix(')')) {
            Some(list) => list.split(',').map(|id| LabelId::from(id.trim())).collect(),
            None => {
                self.fault(
                    "derived",
                    place,
                    Phrase::new("protocol-derived-form", "written union(label, label, …)"),
                    text,
                );
                Vec::new()
            }
        }
    }

    fn attributes(&mut self, table: &'static str, sources: Vec<AttributeSource>) -> Vec<Attribute> {
        let frozen = sources.into_iter();
        frozen
            .filter_map(|source| self.attribute(table, source))
            .collect()
    }

    fn attribute(&mut self, table: &'static str, source: AttributeSource) -> Option<Attribute> {
        let place = format!("{table} {}", source.id.get_ref());
        self.mark(place.clone(), &source.id);
        if source.required.is_none() && source.computed.is_none() {
            self.fault(
                "required",
                &place,
                Phrase::new(
                    "protocol-required-unsaid",
                    "required or computed must be said",
                ),
                &source.id,
            );
        }
        let condition = source.show_if.and_then(|text| {
            Condition::parse(text.get_ref())
                .map_err(|error| self.fault("show_if", &place, error.into(), &text))
                .ok()
        });
        let unit = source.unit.and_then(|unit| {
            let term = self.term(&place, &unit)?;
            Some(unit_of(term))
        });
        let values = self.choices(&place, source.values);
        let term = self.term(&place, &source.term)?;
        let applies_to = source.applies_to.unwrap_or_default();
        Some(Attribute {
            id: AttributeId::new(source.id.into_inner()),
            name: term.name.clone(),
            code: term.code.clone(),
            applies_to: applies_to.into_iter().map(LabelId::new).collect(),
            kind: source.kind,
            values,
            unit,
            range: source.range,
            decimals: source.decimals,
            required: source.required.unwrap_or(false),
            computed: source.computed,
            show_if: condition,
        })
    }

    fn tolerance(&mut self, source: Spanned<ToleranceSource>) -> Option<Tolerance> {
        let line = line_of(self.text, source.span().start);
        let source = source.into_inner();
        let subject = source.label.as_ref().or(source.attribute.as_ref());
        let place = format!("tolerance {}", subject.map_or("", String::as_str));
        self.lines.insert(place.clone(), line);
        let answer_only = source.pairing.is_none()
            && source.threshold.is_none()
            && source.agree.is_none()
            && source.agree_threshold.is_none()
            && source.boundary_s.is_none();
        match (
            source.label,
            source.attribute,
            source.pairing,
            source.max_difference,
        ) {
            (Some(label), None, Some(pairing), None) => Some(Tolerance::Label {
                label: (label != "*").then(|| LabelId::new(label)),
                pairing,
                threshold: source.threshold,
                agree: source.agree,
                agree_threshold: source.agree_threshold,
                boundary_s: source.boundary_s,
            }),
            (None, Some(attribute), None, Some(max_difference)) if answer_only => {
                Some(Tolerance::Attribute {
                    attribute: AttributeId::new(attribute),
                    max_difference,
                })
            }
            _ => {
                let why = Phrase::new(
                    "protocol-tolerance-form",
                    "either label with match, or attribute with max_difference",
                );
                self.faults
                    .push(ProtocolFault::new("tolerance", place, why).at(Some(line)));
                None
            }
        }
    }

    fn target(&mut self, source: Spanned<TargetSource>) -> Option<Target> {
        let line = line_of(self.text, source.span().start);
        let source = source.into_inner();
        let subject = source.label.as_ref().or(source.attribute.as_ref());
        let place = format!("target {}", subject.map_or("", String::as_str));
        self.lines.insert(place.clone(), line);
        let of = match (source.label, source.attribute) {
            (Some(label), None) if label == "*" => TargetOf::EveryLabel,
            (Some(label), None) => TargetOf::Label(LabelId::new(label)),
            (None, Some(attribute)) => TargetOf::Attribute(AttributeId::new(attribute)),
            _ => {
                let why = Phrase::new("protocol-target-form", "either label or attribute");
                self.faults
                    .push(ProtocolFault::new("target", place, why).at(Some(line)));
                return None;
            }
        };
        Some(Target {
            of,
            statistic: source.statistic,
            value: source.value,
            ci: source.ci,
        })
    }

    fn choices(&mut self, place: &str, ids: Vec<Spanned<String>>) -> Vec<Choice> {
        ids.into_iter()
            .filter_map(|id| self.term(place, &id).map(Term::choice))
            .collect()
    }

    fn term(&mut self, place: &str, id: &Spanned<String>) -> Option<&'a Term> {
        let found = self.terms.get(id.get_ref());
        if found.is_none() {
            let name = id.get_ref().as_str();
            let why = Phrase::new("protocol-unknown-term", format!("there is no term {name}"));
            self.fault("unknown_term", place, why.with("name", name), id);
        }
        found
    }

    fn mark(&mut self, place: String, at: &Spanned<String>) {
        self.lines
            .insert(place, line_of(self.text, at.span().start));
    }

    fn fault(&mut self, code: &'static str, place: &str, why: Phrase, at: &Spanned<String>) {
        let line = line_of(self.text, at.span().start);
        self.faults
            .push(ProtocolFault::new(code, place, why).at(Some(line)));
    }
}

/// The unit of a term. The list has a few units without a UCUM row; their ids end in UCUM's own spelling.
fn unit_of(term: &Term) -> Unit {
    let ucum = if term.code.scheme == LOCAL {
        term.id.strip_prefix("unit-").unwrap_or(&term.id)
    } else {
        &term.code.value
    };
    Unit {
        ucum: ucum.to_owned(),
        name: term.name.clone(),
    }
}
