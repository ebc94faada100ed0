//! The ways in which identifiers are written, as one tree that is walked once for each place.
//!
//! A form is written with `d` for a digit, `a` for a letter, `x` for either, and separators as they
//! are. A `?` in front says that the form asks for a word near, a `^` that it does unless its
//! letters are capitals.

use std::sync::LazyLock;

use super::{boundary::separator, kinds};

/// A form that ends at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The place of the kind in the table.
    pub kind: usize,
    /// What is asked for beyond the check.
    pub need: Need,
}

/// What a form asks for beyond the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Nothing,
    Capitals,
    Word,
}

/// The longest form has fewer letters and digits.
const LONGEST: usize = 24;

/// An identifier without separators, in upper case.
#[derive(Clone, Copy)]
pub(crate) struct Plain {
    bytes: [u8; LONGEST],
    length: usize,
    /// Whether a letter was small.
    pub small: bool,
}

impl Plain {
    const EMPTY: Self = Self { bytes: [0; LONGEST], length: 0, small: false };

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte.to_ascii_uppercase();
            self.length += 1;
            self.small |= byte.is_ascii_lowercase();
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// The sorts of bytes that a form is made of.
const SORTS: usize = 7;

#[derive(Default)]
struct Node {
    next: [u16; SORTS],
    forms: Vec<Form>,
}

/// The tree of all forms of all kinds.
pub(crate) struct Tree(Vec<Node>);

/// The tree, built when it is first walked.
pub(crate) static TREE: LazyLock<Tree> = LazyLock::new(|| {
    let mut tree = Tree(vec![Node::default()]);
    for (kind, row) in kinds::personal_kinds().enumerate() {
        for form in row.forms {
            let (need, form) = match form.as_bytes() {
                [b'?', rest @ ..] => (Need::Word, rest),
                [b'^', rest @ ..] => (Need::Capitals, rest),
                rest => (Need::Nothing, rest),
            };
            tree.add(0, form, Form { kind, need });
        }
    }
    tree
});

impl Tree {
    fn add(&mut self, node: usize, form: &[u8], what: Form) {
        let Some((first, rest)) = form.split_first() else {
            if let Some(node) = self.0.get_mut(node) {
                node.forms.push(what);
            }
            return;
        };
        let sorts: &[usize] = match first {
            b'd' => &[0],
            b'a' => &[1],
            b'x' => &[0, 1],
            byte => &[sort(*byte)],
        };
        for sort in sorts {
            let next = self.child(node, *sort);
            self.add(next, rest, what);
        }
    }

    fn child(&mut self, node: usize, sort: usize) -> usize {
        let fresh = self.0.len();
        let Some(place) = self.0.get_mut(node).and_then(|node| node.next.get_mut(sort)) else {
            return 0;
        };
        if *place != 0 {
            return usize::from(*place);
        }
        *place = u16::try_from(fresh).unwrap_or(0);
        self.0.push(Node::default());
        fresh
    }

    /// Calls `visit` with every place where a form that begins at `start` ends, the nearest first.
    pub(crate) fn walk(
        &self,
        bytes: &[u8],
        start: usize,
        mut visit: impl FnMut(usize, &[Form], &Plain),
    ) {
        let mut plain = Plain::EMPTY;
        let (mut at, mut node) = (start, 0_usize);
        while let Some(byte) = bytes.get(at) {
            crate::work::add(1);
            let (byte, width) = match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                    plain.push(*byte);
                    (*byte, 1)
                }
                _ => match separator(bytes, at) {
                    Some(found) => found,
                    None => return,
                },
            };
            let next = self.0.get(node).and_then(|node| node.next.get(sort(byte)));
            let Some(next) = next.copied().filter(|next| *next != 0) else { return };
            node = usize::from(next);
            at += width;
            let whole = !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
            if let Some(node) = self.0.get(node).filter(|node| whole && !node.forms.is_empty()) {
                visit(at, &node.forms, &plain);
            }
        }
    }

    /// How many bytes the tree takes.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.0.iter().map(|node| size_of::<Node>() + size_of_val(node.forms.as_slice())).sum()
    }
}

const fn sort(byte: u8) -> usize {
    match byte {
        b'0'..=b'9' => 0,
        b'-' => 2,
        b' ' => 3,
        b'.' => 4,
        b'/' => 5,
        b'+' => 6,
        _ => 1,
    }
}
