//! TOML, from the tree of `toml_edit`.

use std::ops::Range;

use toml_edit::{Document as Source, Item, Key, Table, Value};

use super::{DEPTH_CAP, DocumentError, Kind, Member, NODE_CAP, Node, Parsed, Stop};

/// Parses TOML. `toml_edit` guards its own recursion at 80.
pub(super) fn parse(text: &str, base: usize) -> Result<Parsed, Stop> {
    let source = Source::parse(text).map_err(|error| {
        if nests_deeply(text) {
            return Stop::Because(DocumentError::TooDeep);
        }
        Stop::At(base + error.span().map_or(0, |span| span.start))
    })?;
    let mut walk = Walk { text, base, nodes: 0 };
    let mut root = walk.table(source.as_table(), DEPTH_CAP)?;
    root.span = base..base + text.len();
    // A key that stands twice is a syntax error in TOML.
    Ok(Parsed { root, duplicates: Vec::new() })
}

/// Whether brackets nest deeper than `toml_edit` follows. Brackets in strings count too: this is
/// only asked about a file that could not be parsed.
fn nests_deeply(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 79
    })
}

struct Walk<'a> {
    text: &'a str,
    base: usize,
    nodes: usize,
}

impl Walk<'_> {
    fn table(&mut self, table: &Table, depth: usize) -> Result<Node, DocumentError> {
        let mut members = Vec::with_capacity(table.len());
        for (name, _) in table {
            if let Some((key, item)) = table.get_key_value(name) {
                let value = self.item(item, depth)?;
                members.extend(value.map(|value| self.member(key, value)));
            }
        }
        let own = table.span().filter(|span| !span.is_empty()).map(|span| self.shift(&span));
        self.object(members, own)
    }

    fn item(&mut self, item: &Item, depth: usize) -> Result<Option<Node>, DocumentError> {
        let depth = depth.checked_sub(1).ok_or(DocumentError::TooDeep)?;
        match item {
            Item::None => Ok(None),
            Item::Value(value) => self.value(value, depth).map(Some),
            Item::Table(table) => self.table(table, depth).map(Some),
            Item::ArrayOfTables(tables) => {
                let items: Vec<_> = tables
                    .iter()
                    .map(|table| self.table(table, depth))
                    .collect::<Result<_, _>>()?;
                self.array(items, None).map(Some)
            }
        }
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<Node, DocumentError> {
        let depth = depth.checked_sub(1).ok_or(DocumentError::TooDeep)?;
        let span = value.span().map(|span| self.shift(&span));
        let kind = match value {
            Value::Array(array) => {
                let items: Vec<_> =
                    array.iter().map(|item| self.value(item, depth)).collect::<Result<_, _>>()?;
                return self.array(items, span);
            }
            Value::InlineTable(table) => {
                let mut members = Vec::with_capacity(table.len());
                for (name, _) in table {
                    if let Some((key, Item::Value(item))) = table.get_key_value(name) {
                        let item = self.value(item, depth)?;
                        members.push(self.member(key, item));
                    }
                }
                return self.object(members, span);
            }
            Value::String(text) => Kind::String(text.value().clone()),
            Value::Integer(number) => Kind::Number(self.raw(value, number.value())),
            Value::Float(number) => Kind::Number(self.raw(value, number.value())),
            Value::Boolean(truth) => Kind::Bool(*truth.value()),
            Value::Datetime(time) => Kind::String(time.value().to_string()),
        };
        self.node(kind, span.unwrap_or(self.base..self.base))
    }

    /// The number as it is written.
    fn raw(&self, value: &Value, number: &impl ToString) -> String {
        let written = value.span().and_then(|span| self.text.get(span));
        written.map_or_else(|| number.to_string(), str::to_owned)
    }

    fn member(&self, key: &Key, value: Node) -> Member {
        let key_span =
            key.span().map_or(value.span.start..value.span.start, |span| self.shift(&span));
        Member { key: key.get().to_owned(), key_span, value }
    }

    fn object(
        &mut self,
        mut members: Vec<Member>,
        own: Option<Range<usize>>,
    ) -> Result<Node, DocumentError> {
        members.sort_by_key(|member| member.key_span.start);
        let below = members.iter().flat_map(|member| [&member.key_span, &member.value.span]);
        let span = cover(own, below);
        self.node(Kind::Object(members), span)
    }

    fn array(
        &mut self,
        items: Vec<Node>,
        own: Option<Range<usize>>,
    ) -> Result<Node, DocumentError> {
        let span = cover(own, items.iter().map(|item| &item.span));
        self.node(Kind::Array(items), span)
    }

    fn node(&mut self, kind: Kind, span: Range<usize>) -> Result<Node, DocumentError> {
        self.nodes += 1;
        if self.nodes > NODE_CAP {
            return Err(DocumentError::TooLarge);
        }
        Ok(Node { span, kind, shared: false })
    }

    const fn shift(&self, span: &Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }
}

/// The smallest range over all of these; at least one of them is expected.
fn cover<'a>(
    own: Option<Range<usize>>,
    below: impl Iterator<Item = &'a Range<usize>>,
) -> Range<usize> {
    below
        .cloned()
        .chain(own)
        .reduce(|all, one| all.start.min(one.start)..all.end.max(one.end))
        .unwrap_or(0..0)
}
