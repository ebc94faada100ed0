//! Where an entry keeps its command and its arguments.

use super::{EditError, Place};
use crate::document::{Document, Kind, Member, Node};

/// The members that hold a command.
pub(super) const COMMAND: &[&str] = &["command", "cmd"];

/// The members that hold arguments.
pub(super) const ARGUMENTS: &[&str] = &["args", "arguments"];

/// An entry that starts a program.
pub(super) struct Entry<'a> {
    document: &'a Document,
    /// The object with the command.
    pub(super) node: &'a Node,
    /// How the command is spelled.
    pub(super) spelled: Spelled<'a>,
}

/// How a command is spelled.
pub(super) enum Spelled<'a> {
    /// As text, with the arguments beside it.
    Text {
        /// The object that holds the text.
        holder: &'a Node,
        /// The text.
        command: &'a Member,
        /// The arguments; `null` counts as a value here.
        arguments: Option<&'a Member>,
    },
    /// As a list that begins with the program; more arguments may stand beside it.
    Words {
        /// The list.
        list: &'a Node,
        /// What stands beside it.
        more: Option<&'a Node>,
    },
}

impl<'a> Entry<'a> {
    pub(super) fn find(document: &'a Document, pointer: &str) -> Result<Self, EditError> {
        let entry = owned(document.root(), pointer)?;
        // Older Continue keeps the command one level deeper.
        let node = match entry.get("transport").filter(|inner| inner.members().is_some()) {
            Some(inner) => inner,
            None => entry,
        };
        let command = first(node, COMMAND).filter(|member| member.value.kind != Kind::Null);
        let command = command.ok_or(EditError::Shape)?;
        let beside = first(node, ARGUMENTS);
        let spelled = match &command.value.kind {
            Kind::String(_) => Spelled::Text { holder: node, command, arguments: beside },
            Kind::Array(_) => {
                Spelled::Words { list: &command.value, more: beside.map(|member| &member.value) }
            }
            Kind::Object(_) => {
                let holder = &command.value;
                let inner = first(holder, &["path", "command"]).ok_or(EditError::Shape)?;
                let arguments = first(holder, &["args"]);
                // With lists in both places the line is the one after the other.
                if beside.is_some() && arguments.is_some() {
                    return Err(EditError::Shape);
                }
                Spelled::Text { holder, command: inner, arguments: arguments.or(beside) }
            }
            _ => return Err(EditError::Shape),
        };
        let entry = Self { document, node, spelled };
        if entry.parts().any(|part| part.shared) { Err(EditError::Shared) } else { Ok(entry) }
    }

    fn parts(&self) -> impl Iterator<Item = &'a Node> {
        let parts = match self.spelled {
            Spelled::Text { holder, command, arguments } => [
                Some(self.node),
                Some(holder),
                Some(&command.value),
                arguments.map(|member| &member.value),
            ],
            Spelled::Words { list, more } => [Some(self.node), Some(list), more, None],
        };
        parts.into_iter().flatten()
    }

    /// The command and its arguments.
    pub(super) fn line(&self) -> Result<Vec<String>, EditError> {
        let (first, lists) = match self.spelled {
            Spelled::Text { command, arguments, .. } => {
                let text = command.value.text().ok_or(EditError::Shape)?;
                (Some(text), [arguments.map(|member| &member.value), None])
            }
            Spelled::Words { list, more } => (None, [Some(list), more]),
        };
        let mut line: Vec<_> = first.into_iter().map(str::to_owned).collect();
        for list in lists.into_iter().flatten().filter(|list| list.kind != Kind::Null) {
            for item in list.items().ok_or(EditError::Shape)? {
                line.push(item.scalar().ok_or(EditError::Shape)?.to_owned());
            }
        }
        if line.first().is_none_or(String::is_empty) { Err(EditError::Shape) } else { Ok(line) }
    }

    /// The bytes at which a place may begin.
    pub(super) fn places(&self, place: Place) -> [Option<usize>; 2] {
        match (place, &self.spelled) {
            (Place::Command, Spelled::Text { command, .. }) => {
                [Some(command.value.span.start), None]
            }
            (Place::Arguments, Spelled::Text { arguments, .. }) => {
                [arguments.and_then(|member| self.after_colon(member)), None]
            }
            (Place::Words, Spelled::Text { arguments, .. }) => {
                arguments.map_or([None; 2], |member| self.first_word(&member.value))
            }
            (Place::Words, Spelled::Words { list, .. }) => self.first_word(list),
            (Place::Command | Place::Arguments, Spelled::Words { .. }) => [None; 2],
        }
    }

    /// The byte after the colon of a member. An empty YAML value says nothing about its place.
    pub(super) fn after_colon(&self, member: &Member) -> Option<usize> {
        let key = member.key_span.end;
        let rest = self.document.source(key..self.document.root().span.end.max(key))?;
        rest.find(':')
            .filter(|at| rest.get(..*at).is_some_and(|gap| gap.trim().is_empty()))
            .map(|at| key + at + 1)
    }

    /// Where the first word of a list begins, and where it began in a list that was empty.
    fn first_word(&self, list: &Node) -> [Option<usize>; 2] {
        let source = self.document.source(list.span.clone()).unwrap_or_default();
        if !source.starts_with('[') {
            // A block list of YAML begins with the dash of its first word.
            return [Some(list.span.start), None];
        }
        let first = list.items().and_then(|items| items.first());
        [first.map(|item| item.span.start), Some(list.span.start + 1)]
    }
}

/// The last member with the first of these names that is there.
fn first<'a>(node: &'a Node, names: &[&str]) -> Option<&'a Member> {
    names.iter().find_map(|name| node.member(name))
}

/// The value at `pointer`, if it and everything around it is written where it stands.
fn owned<'a>(root: &'a Node, pointer: &str) -> Result<&'a Node, EditError> {
    let mut node = root;
    for token in pointer.split('/').skip(1) {
        let next = node.at(&format!("/{token}")).ok_or(EditError::Missing)?;
        if next.shared {
            return Err(EditError::Shared);
        }
        node = next;
    }
    Ok(node)
}
