//! Texts, templates, numbers and regular expressions.

use std::borrow::Cow;

use crate::{
    ir::{Expr, ExprId, GapKind, Span},
    lang::span,
};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

/// The longest text that is kept whole.
const MAX_TEXT: usize = 64 << 10;

impl<'s> Lowerer<'s, '_> {
    /// Adds a constant text, cut if it is too long.
    pub(super) fn constant(&mut self, text: &str, at: Span) -> ExprId {
        let mut end = text.len();
        if end > MAX_TEXT {
            self.builder.gap(GapKind::TooLarge, at);
            end = text.floor_char_boundary(MAX_TEXT);
        }
        self.builder.text(text.get(..end).unwrap_or(text), at)
    }

    /// The value of the string under the cursor.
    pub(super) fn string_value(&self) -> Cow<'s, str> {
        decode(unquoted(self.text()))
    }

    /// Lowers a string.
    pub(super) fn string(&mut self) -> ExprId {
        let at = self.span();
        self.flaws();
        let text = self.string_value();
        self.constant(&text, at)
    }

    /// Looks for errors inside a literal.
    fn flaws(&mut self) {
        self.skip();
    }

    /// Lowers a regular expression.
    pub(super) fn regex(&mut self) -> ExprId {
        let at = self.span();
        let (mut pattern, mut flags) = ("", "");
        self.each(|inner, _| match inner.field() {
            Field::Pattern => pattern = inner.text(),
            Field::Flags => flags = inner.text(),
            _ => {}
        });
        let (pattern, flags) = (self.builder.name(pattern), self.builder.name(flags));
        self.builder.expr(Expr::Regex(pattern, flags), at)
    }

    /// Lowers a template: a text put together.
    pub(super) fn template(&mut self) -> ExprId {
        let at = self.span();
        let base = self.operands.len();
        self.template_parts(|inner, text, at| {
            if !text.is_empty() {
                let text = inner.constant(&cooked(text), at);
                inner.operands.push(text);
            }
        });
        if self.operands.len() == base {
            return self.constant("", at);
        }
        self.sum(base, at)
    }

    /// Calls `piece` for each piece of constant text, and leaves the values between them among
    /// the operands.
    fn template_parts(&mut self, mut piece: impl FnMut(&mut Self, &'s str, Span)) {
        let at = self.span();
        let mut from = at.start + 1;
        self.each(|inner, kind| {
            if kind != Kind::Substitution {
                return;
            }
            let part = inner.span();
            let before = Span { start: from, end: part.start };
            piece(inner, inner.builder.slice(before), before);
            if let Some(value) = inner.only_child(Self::expr) {
                inner.operands.push(value);
            }
            from = part.end;
        });
        let rest = Span { start: from, end: at.end.saturating_sub(1).max(from) };
        piece(self, self.builder.slice(rest), rest);
    }

    /// Lowers the template of a tag: the pieces of text, and the values between them.
    pub(super) fn tagged(&mut self, raw: bool) -> (Vec<ExprId>, Vec<ExprId>) {
        let base = self.operands.len();
        let mut pieces = Vec::new();
        self.template_parts(|inner, text, at| {
            let text = if raw { Cow::Borrowed(text) } else { cooked(text) };
            pieces.push(inner.constant(&text, at));
        });
        (pieces, self.operands.split_off(base))
    }

    /// Puts the operands from `base` on together: the parts of sums among them one by one,
    /// neighbouring constant texts as one.
    pub(super) fn sum(&mut self, base: usize, at: Span) -> ExprId {
        let operands = self.operands.split_off(base);
        let mut flat = Vec::with_capacity(operands.len());
        for operand in operands {
            match &mut self.builder.module.exprs[operand.at()] {
                Expr::Concat(parts) => flat.append(parts),
                _ => flat.push(operand),
            }
        }
        let mut parts = Vec::with_capacity(flat.len());
        let mut rest = flat.as_slice();
        while let [first, ..] = rest {
            let texts = rest.iter().take_while(|part| matches!(self.made(**part), Expr::Text(_)));
            let (run, after) = rest.split_at(texts.count());
            match (run, after) {
                ([], [other, more @ ..]) => {
                    parts.push(*other);
                    rest = more;
                }
                ([_], _) => {
                    parts.push(*first);
                    rest = after;
                }
                _ => {
                    parts.push(self.joined(run));
                    rest = after;
                }
            }
        }
        match parts.as_slice() {
            [only] if matches!(self.made(*only), Expr::Text(_)) => *only,
            _ => self.builder.expr(Expr::Concat(parts), at),
        }
    }

    /// One text of several that stand next to each other.
    fn joined(&mut self, texts: &[ExprId]) -> ExprId {
        let mut whole = String::new();
        let mut at =
            texts.first().map(|first| self.builder.module.span(*first)).unwrap_or_default();
        for text in texts {
            if let Expr::Text(name) = self.made(*text) {
                whole.push_str(self.builder.module.text(*name));
            }
            at.end = self.builder.module.span(*text).end.max(at.end);
        }
        self.constant(&whole, at)
    }

    /// Lowers `import.meta` and `new.target`: names that the language gives.
    pub(super) fn meta_property(&mut self) -> ExprId {
        let at = self.span();
        let text: String = self.text().split_whitespace().collect();
        let name = self.builder.name(&text);
        self.builder.expr(Expr::Global(name), at)
    }

    /// The name that a node has as it is written.
    pub(super) fn literal(&mut self) -> crate::ir::Name {
        let at = span(self.node());
        self.builder.name(self.builder.slice(at))
    }
}

/// A text without what stands around it.
fn unquoted(text: &str) -> &str {
    let mut chars = text.chars();
    let quote = chars.next();
    let inner = chars.as_str();
    quote.and_then(|quote| inner.strip_suffix(quote)).unwrap_or(inner)
}

/// The value of a piece of a template, in which every end of a line is the same.
fn cooked(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        return Cow::Owned(decode(&text).into_owned());
    }
    decode(text)
}

/// The value of a text with escapes.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let Some((plain, mut rest)) = text.split_once('\\') else { return Cow::Borrowed(text) };
    let mut value = String::with_capacity(text.len());
    value.push_str(plain);
    loop {
        rest = escape(rest, &mut value);
        let Some((plain, after)) = rest.split_once('\\') else {
            value.push_str(rest);
            return Cow::Owned(value);
        };
        value.push_str(plain);
        rest = after;
    }
}

/// Decodes what follows a backslash, and returns the rest.
fn escape<'t>(text: &'t str, value: &mut String) -> &'t str {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return "" };
    let rest = chars.as_str();
    let plain = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\n' | '\u{2028}' | '\u{2029}' => return rest,
        '\r' => return rest.strip_prefix('\n').unwrap_or(rest),
        'x' => return hexadecimal(rest, 2, value),
        'u' => return unicode(rest, value),
        '0'..='7' => return octal(text, value),
        other => other,
    };
    value.push(plain);
    rest
}

fn hexadecimal<'t>(text: &'t str, digits: usize, value: &mut String) -> &'t str {
    match number(text, digits) {
        Some((code, rest)) => {
            value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest
        }
        None => text,
    }
}

/// The number that the first `digits` hexadecimal digits are, and the rest.
fn number(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let plain = number.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(number, 16).ok().filter(|_| plain).map(|number| (number, rest))
}

/// `u{1f600}`, `u0041`, and the two halves of a character beyond the first plane.
fn unicode<'t>(text: &'t str, value: &mut String) -> &'t str {
    if let Some((digits, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        value.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
        return rest;
    }
    let Some((high, rest)) = number(text, 4) else { return text };
    if (0xd800..0xdc00).contains(&high) {
        let low = rest.strip_prefix("\\u").and_then(|rest| number(rest, 4));
        if let Some((low, rest)) = low.filter(|(low, _)| (0xdc00..0xe000).contains(low)) {
            let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            return rest;
        }
    }
    value.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

fn octal<'t>(text: &'t str, value: &mut String) -> &'t str {
    let limit = if text.starts_with(['0', '1', '2', '3']) { 3 } else { 2 };
    let digits = text.bytes().take(limit).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let (number, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    let code = u32::from_str_radix(number, 8).ok().and_then(char::from_u32);
    value.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}
