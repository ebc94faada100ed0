//! Builds a tree from events, with a stack of its own instead of the program's.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    ops::Range,
};

use super::{DEPTH_CAP, DocumentError, Duplicate, Kind, Member, NODE_CAP, Node, Parsed};

/// An object or array that is not closed yet.
struct Frame {
    start: usize,
    body: Body,
}

enum Body {
    Object { members: Vec<Member>, key: Option<(String, Range<usize>)> },
    Array(Vec<Node>),
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Nothing is open.
    Nothing,
    /// An object that waits for a key or its end.
    Keys,
    /// An object that has a key and waits for its value.
    Value,
    /// An array.
    Items,
}

/// A tree that is being built.
#[derive(Default)]
pub(super) struct Builder {
    stack: Vec<Frame>,
    root: Option<Node>,
    duplicates: Vec<Duplicate>,
    nodes: usize,
}

impl Builder {
    pub(super) fn inside(&self) -> Inside {
        match self.stack.last().map(|frame| &frame.body) {
            None => Inside::Nothing,
            Some(Body::Object { key: None, .. }) => Inside::Keys,
            Some(Body::Object { key: Some(_), .. }) => Inside::Value,
            Some(Body::Array(_)) => Inside::Items,
        }
    }

    pub(super) const fn has_root(&self) -> bool {
        self.root.is_some()
    }

    pub(super) const fn take_root(&mut self) -> Option<Node> {
        self.root.take()
    }

    /// How many objects and arrays are open.
    pub(super) const fn depth(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn open_object(&mut self, start: usize) -> Result<(), DocumentError> {
        self.open(Frame { start, body: Body::Object { members: Vec::new(), key: None } })
    }

    pub(super) fn open_array(&mut self, start: usize) -> Result<(), DocumentError> {
        self.open(Frame { start, body: Body::Array(Vec::new()) })
    }

    fn open(&mut self, frame: Frame) -> Result<(), DocumentError> {
        if self.stack.len() >= DEPTH_CAP {
            return Err(DocumentError::TooDeep);
        }
        self.stack.push(frame);
        Ok(())
    }

    /// Sets the key of the member that comes next.
    pub(super) fn key(&mut self, text: String, span: Range<usize>) {
        if let Some(Frame { body: Body::Object { key, .. }, .. }) = self.stack.last_mut() {
            *key = Some((text, span));
        }
    }

    /// Adds a value where one is expected. What has no place is dropped; parsers check before.
    pub(super) fn value(&mut self, node: Node) -> Result<(), DocumentError> {
        self.count(1)?;
        match self.stack.last_mut().map(|frame| &mut frame.body) {
            None => self.root = Some(node),
            Some(Body::Array(items)) => items.push(node),
            Some(Body::Object { members, key }) => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member { key, key_span, value: node });
                }
            }
        }
        Ok(())
    }

    /// Counts values that were copied.
    pub(super) fn count(&mut self, nodes: usize) -> Result<(), DocumentError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODE_CAP { Err(DocumentError::TooLarge) } else { Ok(()) }
    }

    /// Takes the innermost open object or array off the stack as a finished value, whose end is
    /// `end` or, without one, that of the last value in it.
    pub(super) fn close(&mut self, end: Option<usize>) -> Option<Node> {
        let Frame { start, body } = self.stack.pop()?;
        let kind = match body {
            Body::Array(items) => Kind::Array(items),
            Body::Object { members, .. } => {
                self.note_duplicates(&members);
                Kind::Object(members)
            }
        };
        let end = end.unwrap_or_else(|| last_end(&kind).unwrap_or(start));
        Some(Node { span: start..end.max(start), kind, shared: false })
    }

    fn note_duplicates(&mut self, members: &[Member]) {
        let mut lasts = HashMap::with_capacity(members.len());
        let mut told = HashSet::new();
        for member in members.iter().rev() {
            let key = member.key.as_str();
            match lasts.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(&member.key_span);
                }
                Entry::Occupied(entry) if told.insert(key) => {
                    let key_span = (*entry.get()).clone();
                    self.duplicates.push(Duplicate { key: key.to_owned(), key_span });
                }
                Entry::Occupied(_) => {}
            }
        }
    }

    pub(super) fn finish(mut self) -> Result<Parsed, DocumentError> {
        let root = self.root.take().ok_or(DocumentError::Empty)?;
        self.duplicates.sort_by_key(|duplicate| duplicate.key_span.start);
        Ok(Parsed { root, duplicates: self.duplicates })
    }
}

fn last_end(kind: &Kind) -> Option<usize> {
    match kind {
        Kind::Array(items) => items.last().map(|item| item.span.end),
        Kind::Object(members) => {
            members.last().map(|member| member.value.span.end.max(member.key_span.end))
        }
        _ => None,
    }
}
