//! The arguments of a call as texts that go out.
//!
//! All of them are read as one text, for a record that is spread over them; and each is read
//! together with what went out by the same argument before. Who gets a message, and a link that is
//! followed, are no content: an address that is all of such an argument is not carried out by it.

use std::ops::Range;

use serde_json::Value;

use super::{
    Carried, Destination, Sketch,
    look::{Found, Look},
    moved,
};

/// Arguments that say where something goes.
const ADDRESSES: &[&str] = &[
    "address",
    "assignee",
    "attendees",
    "bcc",
    "cc",
    "contact",
    "email",
    "emails",
    "from",
    "guests",
    "href",
    "invitees",
    "link",
    "participants",
    "recipient",
    "recipients",
    "reply_to",
    "replyto",
    "sender",
    "to",
    "uri",
    "url",
    "user",
];
/// Arguments nested deeper are not looked at.
const DEEPEST: usize = 64;
/// So many arguments are read together with what went before.
const FOLLOWED: usize = 24;

/// The way that all tools share.
const EVERY: &[u8] = b"\n";

/// A string or number among the arguments.
struct Leaf {
    pointer: String,
    /// What it is called, without the places in lists.
    way: String,
    range: Range<usize>,
    /// It may hold nothing but where something goes.
    address: bool,
}

/// The arguments as one text.
#[derive(Default)]
struct Flat {
    text: String,
    leaves: Vec<Leaf>,
    complete: bool,
}

impl Sketch {
    /// Looks at the arguments of a call to `tool`, together with those of its earlier calls.
    /// Ranges are in the text of the argument that a match names, with the marks of JSON left out.
    pub fn carried_in(&mut self, tool: &str, arguments: &Value, to: Destination) -> Carried {
        if self.table.is_empty() {
            return Carried::NOTHING;
        }
        let mut flat = Flat { complete: true, ..Flat::default() };
        flat.add(arguments, &mut Path::default(), 0);
        let seams = self.seams(tool, &flat);
        let mut look = Look::new(&self.table, self.key, self.spared(to));
        look.at(flat.text.as_bytes());
        let symbols = look.symbols;
        let mut placed = flat.placed(std::mem::take(&mut look.found), &look.addresses);
        let addresses = std::mem::take(&mut look.addresses);
        for (leaf, seam) in seams {
            if leaf.address && flat.goes_to(leaf, &addresses) {
                continue;
            }
            let length = leaf.range.len();
            let found = look.seam(&seam).into_iter().map(|found| {
                let range = moved(&found.range, seam.new, length);
                (leaf.pointer.clone(), Found { range, ..found })
            });
            placed.extend(found);
        }
        let complete = look.complete && flat.complete;
        self.told(placed, symbols, complete)
    }

    /// How each argument goes on from what went out by it before.
    fn seams<'f>(&mut self, tool: &str, flat: &'f Flat) -> Vec<(&'f Leaf, super::streams::Seam)> {
        let mut seams = Vec::new();
        for leaf in flat.leaves.iter().filter(|leaf| !leaf.range.is_empty()).take(FOLLOWED) {
            let way = format!("{tool}\n{}", leaf.way);
            let text = flat.text.get(leaf.range.clone()).unwrap_or_default();
            let both = self.streams.add(self.key, way.as_bytes(), text.as_bytes());
            seams.extend(both.into_iter().flatten().map(|seam| (leaf, seam)));
        }
        // And what all tools say by turns, which is in the longest argument of each call.
        let says = flat.leaves.iter().filter(|leaf| !leaf.address && !leaf.way.is_empty());
        if let Some(leaf) = says.max_by_key(|leaf| leaf.range.len()).filter(|l| !l.range.is_empty())
        {
            let text = flat.text.get(leaf.range.clone()).unwrap_or_default();
            let both = self.streams.add(self.key, EVERY, text.as_bytes());
            seams.extend(both.into_iter().flatten().map(|seam| (leaf, seam)));
        }
        seams
    }
}

/// Where among the arguments one is.
#[derive(Default)]
struct Path {
    pointer: String,
    way: String,
    name: String,
}

impl Flat {
    fn add(&mut self, value: &Value, path: &mut Path, depth: usize) {
        if depth > DEEPEST {
            self.complete = false;
            return;
        }
        match value {
            Value::Null => {}
            Value::Bool(_) => self.text.push('\n'),
            Value::Number(number) => self.leaf(&number.to_string(), path),
            Value::String(text) => self.leaf(text, path),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let length = path.pointer.len();
                    path.pointer.push_str(&format!("/{at}"));
                    self.add(item, path, depth + 1);
                    path.pointer.truncate(length);
                }
            }
            Value::Object(members) => {
                for (name, item) in members {
                    let lengths = (path.pointer.len(), path.way.len());
                    path.pointer.push('/');
                    path.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    path.way.push('/');
                    path.way.push_str(name);
                    let outer = std::mem::replace(&mut path.name, name.to_lowercase());
                    self.name(name, &path.pointer);
                    self.add(item, path, depth + 1);
                    path.name = outer;
                    path.pointer.truncate(lengths.0);
                    path.way.truncate(lengths.1);
                }
            }
        }
    }

    /// The name of a member may be data as well, and is text if it looks like none.
    fn name(&mut self, name: &str, pointer: &str) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        if name.len() > 24 || !name.bytes().all(plain) {
            self.push(name, pointer.to_owned(), String::new(), false);
        }
    }

    fn leaf(&mut self, text: &str, path: &Path) {
        let address = ADDRESSES.contains(&path.name.as_str());
        self.push(text, path.pointer.clone(), path.way.clone(), address);
    }

    fn push(&mut self, text: &str, pointer: String, way: String, address: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        let range = start..self.text.len();
        self.text.push('\n');
        self.leaves.push(Leaf { pointer, way, range, address });
    }

    /// Says in which argument something was found, and leaves out what only says where to.
    fn placed(&self, found: Vec<Found>, addresses: &[Range<usize>]) -> Vec<(String, Found)> {
        let place = |found: Found| {
            let start = found.range.start;
            let at = self.leaves.partition_point(|leaf| leaf.range.end <= start);
            let leaf = self.leaves.get(at).filter(|leaf| leaf.range.end >= found.range.end);
            let Some(leaf) = leaf else { return Some((String::new(), found)) };
            if leaf.address && self.goes_to(leaf, addresses) {
                return None;
            }
            let range = moved(&found.range, leaf.range.start, leaf.range.len());
            Some((leaf.pointer.clone(), Found { range, ..found }))
        };
        found.into_iter().filter_map(place).collect()
    }

    /// Whether the argument is one address that was seen as a whole.
    fn goes_to(&self, leaf: &Leaf, addresses: &[Range<usize>]) -> bool {
        let text = self.text.get(leaf.range.clone()).unwrap_or_default();
        let sign = |char: char| !char.is_alphanumeric();
        let start = leaf.range.start + text.len() - text.trim_start_matches(sign).len();
        let end = leaf.range.start + text.trim_end_matches(sign).len();
        addresses.iter().any(|range| range.start <= start && range.end >= end)
    }
}
