//! Constant texts: from how they are written to what they mean.

use tree_sitter::Node;

use crate::{
    builder::offset,
    ir::{Expr, ExprId, GapKind, Span},
    lang::{go::Lowering, span},
};

/// Bytes of a text that are kept.
const LONGEST: usize = 64 << 10;

impl<'t> Lowering<'_, 't> {
    /// A constant text, cut if it is too long.
    pub(super) fn constant(&mut self, text: &str, at: Span) -> ExprId {
        if text.len() <= LONGEST {
            return self.builder.text(text, at);
        }
        let rest =
            Span { start: at.start.saturating_add(offset(LONGEST)).min(at.end), end: at.end };
        self.builder.gap(GapKind::TooLarge, rest);
        let cut = text.floor_char_boundary(LONGEST);
        self.builder.text(text.get(..cut).unwrap_or_default(), at)
    }

    /// `"…"` with escapes.
    pub(super) fn interpreted(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        let source = self.builder.slice(at);
        let inner = source.strip_prefix('"').unwrap_or(source);
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
            return self.constant(inner, at);
        }
        let text = unescape(inner);
        self.constant(&text, at)
    }

    /// `` `…` ``; carriage returns are no part of it.
    pub(super) fn raw(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        let inner = self.builder.slice(at).trim_matches('`');
        if memchr::memchr(b'\r', inner.as_bytes()).is_none() {
            return self.constant(inner, at);
        }
        self.constant(&inner.replace('\r', ""), at)
    }

    /// `'c'`: the character as a text.
    pub(super) fn rune(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        let source = self.builder.slice(at);
        let inner = source.strip_prefix('\'').unwrap_or(source);
        let text = unescape(inner.strip_suffix('\'').unwrap_or(inner));
        self.constant(&text, at)
    }

    /// What an expression says if it is a constant text.
    pub(super) fn text_of(&self, expr: ExprId) -> Option<&str> {
        match self.builder.module.expr(expr) {
            Expr::Text(name) => Some(self.builder.module.text(*name)),
            _ => None,
        }
    }
}

/// The text with its escapes decoded. Bytes that are no UTF-8 are replaced.
fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend_from_slice(before.as_bytes());
        rest = escape(after, &mut out);
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Decodes one escape, whose backslash is gone, and gives what comes after it.
fn escape<'a>(text: &'a str, out: &mut Vec<u8>) -> &'a str {
    let mut rest = text.chars();
    let Some(sign) = rest.next() else { return "" };
    let rest = rest.as_str();
    match sign {
        'a' => out.push(7),
        'b' => out.push(8),
        'f' => out.push(12),
        'n' => out.push(b'\n'),
        'r' => out.push(b'\r'),
        't' => out.push(b'\t'),
        'v' => out.push(11),
        'x' => return digits(rest, 2, 16, &mut |code| out.push(code.to_le_bytes()[0])),
        'u' => return digits(rest, 4, 16, &mut |code| character(code, out)),
        'U' => return digits(rest, 8, 16, &mut |code| character(code, out)),
        '0'..='7' => return digits(text, 3, 8, &mut |code| out.push(code.to_le_bytes()[0])),
        other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
    }
    rest
}

fn digits<'a>(text: &'a str, count: usize, radix: u32, take: &mut dyn FnMut(u32)) -> &'a str {
    match text.get(..count).and_then(|digits| u32::from_str_radix(digits, radix).ok()) {
        Some(code) => {
            take(code);
            text.get(count..).unwrap_or_default()
        }
        None => text,
    }
}

fn character(code: u32, out: &mut Vec<u8>) {
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_what_they_mean() {
        for (written, meant) in [
            (r"a\tb\n", "a\tb\n"),
            (r"\x63\x75\x72\x6c", "curl"),
            (r"\143\165\162\154", "curl"),
            (r"\u00e9\U0001F600", "é😀"),
            (r"\xc3\xa9", "é"),
            (r"\xff", "\u{fffd}"),
            (r#"\"\\\'"#, "\"\\'"),
            (r"\u12", "12"),
            (r"\", ""),
            (r"\uD800", "\u{fffd}"),
        ] {
            assert_eq!(unescape(written), meant, "{written}");
        }
    }
}
