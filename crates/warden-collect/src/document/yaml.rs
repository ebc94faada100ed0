//! YAML, from the events of `saphyr-parser`.
//!
//! An alias becomes a copy of what it stands for. Copies count like values that were written, so
//! that a few lines which stand for billions of values end in an error and not in swap space.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use saphyr_parser::{Event, Parser as Events, ScalarStyle, ScanError, Span, Tag};

use super::{
    DEPTH_CAP, DocumentError, Kind, Member, Node, Parsed, Stop,
    build::{Builder, Inside},
};

/// Parses a YAML stream.
pub(super) fn parse(text: &str, base: usize) -> Result<Parsed, Stop> {
    let mut parser = Parser {
        text,
        base,
        offsets: Offsets::of(text),
        builder: Builder::default(),
        anchors: HashMap::new(),
        open: Vec::new(),
        gap: 0,
    };
    let mut documents = Vec::new();
    for event in Events::new_from_str(text) {
        let (event, span) = event.map_err(|error| parser.stop(&error))?;
        let span = parser.bytes(&span);
        if matches!(event, Event::DocumentStart(_)) {
            documents.extend(parser.builder.take_root());
        }
        parser.accept(event, span)?;
    }
    if documents.is_empty() {
        return Ok(parser.builder.finish()?);
    }
    documents.extend(parser.builder.take_root());
    let start = documents.first().map_or(base, |node| node.span.start);
    parser.builder.open_array(start)?;
    for document in documents {
        parser.builder.value(document)?;
    }
    parser.finish_collection(None)?;
    Ok(parser.builder.finish()?)
}

struct Parser<'a> {
    text: &'a str,
    base: usize,
    offsets: Offsets,
    builder: Builder,
    anchors: HashMap<usize, Node>,
    /// For each open collection: its anchor, and whether it is written in brackets.
    open: Vec<(usize, bool)>,
    /// Where the last event with text ended, within `text`.
    gap: usize,
}

impl Parser<'_> {
    fn stop(&self, error: &ScanError) -> Stop {
        // The scanner looks ahead, and has a limit of its own on brackets within brackets.
        if error.info() == "recursion limit exceeded" {
            return DocumentError::TooDeep.into();
        }
        Stop::At(self.base + self.offsets.byte(self.text, error.marker().index()))
    }

    fn accept(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(text, (style, tag.as_deref()), anchor, span)
            }
            Event::SequenceStart(anchor, _) => {
                let flow = self.is_flow(&span, "[");
                let start = if flow { span.start } else { self.first_dash(&span) };
                self.check_no_key(start)?;
                self.builder.open_array(self.base + start)?;
                self.open_collection(anchor, flow, &span);
                Ok(())
            }
            Event::MappingStart(anchor, _) => {
                let flow = self.is_flow(&span, "{");
                self.check_no_key(span.start)?;
                self.builder.open_object(self.base + span.start)?;
                self.open_collection(anchor, flow, &span);
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.finish_collection(Some(&span)),
            Event::Alias(anchor) => self.alias(anchor, &span),
            Event::DocumentStart(true) | Event::DocumentEnd => {
                self.gap = self.gap.max(span.end);
                Ok(())
            }
            // Without `---`, the range is that of whatever comes first in the document.
            Event::DocumentStart(false)
            | Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd => Ok(()),
        }
    }

    fn open_collection(&mut self, anchor: usize, flow: bool, span: &Range<usize>) {
        self.open.push((anchor, flow));
        self.gap = self.gap.max(span.end);
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        (style, tag): (ScalarStyle, Option<&Tag>),
        anchor: usize,
        span: Range<usize>,
    ) -> Result<(), Stop> {
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar(span),
            _ => span,
        };
        self.gap = self.gap.max(span.end);
        let span = self.base + span.start..self.base + span.end;
        if self.builder.inside() == Inside::Keys {
            self.builder.key(text.into_owned(), span);
            return Ok(());
        }
        self.add(Node { span, kind: resolve(text, style, tag), shared: false }, anchor)
    }

    fn alias(&mut self, anchor: usize, span: &Range<usize>) -> Result<(), Stop> {
        self.check_no_key(span.start)?;
        self.gap = self.gap.max(span.end);
        // An anchor that is not known yet is one that is inside itself.
        let node = self.anchors.get(&anchor).ok_or(Stop::At(self.base + span.start))?;
        let (count, depth) = measure(node);
        if self.builder.depth() + depth > DEPTH_CAP {
            return Err(DocumentError::TooDeep.into());
        }
        self.builder.count(count)?;
        let span = self.base + span.start..self.base + span.end;
        let node = Node { span, kind: node.kind.clone(), shared: true };
        Ok(self.builder.value(node)?)
    }

    fn finish_collection(&mut self, end: Option<&Range<usize>>) -> Result<(), Stop> {
        let (anchor, flow) = self.open.pop().unwrap_or((0, false));
        self.gap = end.map_or(self.gap, |end| self.gap.max(end.end.min(self.text.len())));
        let end = end.filter(|_| flow).map(|end| self.base + end.end);
        let Some(mut node) = self.builder.close(end) else {
            return Ok(());
        };
        if let Kind::Object(members) = &mut node.kind {
            self.builder.count(merge(members))?;
        }
        self.add(node, anchor)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        if anchor != 0 {
            self.builder.count(measure(&node).0)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(self.builder.value(node)?)
    }

    /// Keys that are not scalars are refused: no configuration has them.
    fn check_no_key(&self, start: usize) -> Result<(), Stop> {
        if self.builder.inside() == Inside::Keys {
            return Err(Stop::At(self.base + start));
        }
        Ok(())
    }

    fn is_flow(&self, span: &Range<usize>, bracket: &str) -> bool {
        self.text.get(span.clone()).is_some_and(|text| text.ends_with(bracket))
    }

    /// The first `-` of a block sequence. The parser reports the first item instead when the
    /// dashes are not indented below their key.
    fn first_dash(&self, span: &Range<usize>) -> usize {
        if self.builder.inside() != Inside::Value || !span.is_empty() {
            return span.start;
        }
        self.find(span.start, |byte| byte == b'-').unwrap_or(span.start)
    }

    /// A block scalar from its header to its last character that is no line break.
    fn block_scalar(&self, span: Range<usize>) -> Range<usize> {
        let start = self.find(span.start, |byte| matches!(byte, b'|' | b'>')).unwrap_or(span.start);
        let text = self.text.get(start..span.end).unwrap_or("");
        start..start + text.trim_end_matches(['\n', '\r', ' ']).len()
    }

    /// Looks for a byte between the last event and `end`, where nothing but punctuation,
    /// comments, anchors and tags can be. `end` itself counts too.
    fn find(&self, end: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.gap;
        while at <= end {
            let byte = *bytes.get(at)?;
            if wanted(byte) {
                return Some(at);
            }
            at += match byte {
                b'#' => bytes[at..].iter().position(|byte| *byte == b'\n')?,
                b'&' | b'!' => bytes[at..].iter().position(u8::is_ascii_whitespace)?,
                _ => 1,
            };
        }
        None
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        let start = self.offsets.byte(self.text, span.start.index());
        let end = self.offsets.byte(self.text, span.end.index());
        start..end.max(start)
    }
}

/// What a scalar means in the core schema.
fn resolve(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Kind {
    if style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str") {
        return Kind::String(text.into_owned());
    }
    // A plain scalar never ends in white space; the parser lets a line break through at times.
    match text.trim_end_matches(['\n', '\r', ' ', '\t']) {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        text if is_number(text) => Kind::Number(text.to_owned()),
        text => Kind::String(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let numeric =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(numeric)
        && text.parse::<f64>().is_ok()
}

/// Adds what `<<` names, where no member of that name is written, and takes `<<` out. Returns how
/// many values were copied.
fn merge(members: &mut Vec<Member>) -> usize {
    let merges = |member: &Member| {
        member.key == "<<" && matches!(&member.value.kind, Kind::Object(_) | Kind::Array(_))
    };
    let Some(at) = members.iter().position(merges) else {
        return 0;
    };
    let source = members.remove(at);
    let sources = match source.value.kind {
        Kind::Array(items) => items,
        kind => vec![Node { span: source.value.span, kind, shared: true }],
    };
    let mut known: std::collections::HashSet<String> =
        members.iter().map(|member| member.key.clone()).collect();
    let mut copied = 0;
    for node in sources {
        let Kind::Object(inherited) = node.kind else { continue };
        for mut member in inherited {
            if known.insert(member.key.clone()) {
                copied += 1;
                member.value.shared = true;
                members.push(member);
            }
        }
    }
    copied
}

/// How many values there are in this one, and how deep they are nested.
fn measure(node: &Node) -> (usize, usize) {
    let below = |nodes: &mut dyn Iterator<Item = &Node>| {
        nodes
            .map(measure)
            .fold((1, 1), |(count, depth), (below, deep)| (count + below, depth.max(deep + 1)))
    };
    match &node.kind {
        Kind::Object(members) => below(&mut members.iter().map(|member| &member.value)),
        Kind::Array(items) => below(&mut items.iter()),
        _ => (1, 1),
    }
}

/// Turns the parser's character counts into bytes.
struct Offsets {
    /// The byte of every 64th character; empty if every character is one byte.
    marks: Vec<usize>,
}

impl Offsets {
    const STEP: usize = 64;

    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self { marks: Vec::new() };
        }
        Self { marks: text.char_indices().step_by(Self::STEP).map(|(byte, _)| byte).collect() }
    }

    fn byte(&self, text: &str, character: usize) -> usize {
        if self.marks.is_empty() {
            return character.min(text.len());
        }
        let Some(mark) = self.marks.get(character / Self::STEP) else {
            return text.len();
        };
        let rest = text.get(*mark..).unwrap_or("");
        let within = rest.char_indices().nth(character % Self::STEP);
        within.map_or(text.len(), |(byte, _)| mark + byte)
    }
}
