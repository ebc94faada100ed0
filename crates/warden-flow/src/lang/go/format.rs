//! Format strings: `fmt.Sprintf("%s/%d", a, b)` is text put together.

use crate::{
    ir::{Arg, Call, CallKind, Expr, ExprId, Name, Span},
    lang::go::Lowering,
};

/// A piece of a format string.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The verb, and the argument that it takes.
    Verb(char, usize),
}

impl Lowering<'_, '_> {
    /// `fmt.Sprintf`, `fmt.Sprint` and `fmt.Sprintln` as text put together, if it is known how.
    pub(super) fn formatted(&mut self, name: Name, args: &[Arg], at: Span) -> Option<ExprId> {
        if args.iter().any(|arg| arg.spread) {
            return None;
        }
        let values = args.iter().map(|arg| arg.value);
        if name == self.known.sprint {
            return Some(self.concat_or_empty(values.collect(), at));
        }
        if name == self.known.sprintln {
            let end = self.builder.text("\n", at);
            return Some(self.text_concat(values.chain([end]).collect(), at));
        }
        if name != self.known.sprintf {
            return None;
        }
        let format = self.format_of(args.first()?.value)?;
        let values: Vec<ExprId> = values.skip(1).collect();
        let parts = self.pieced(pieces(&format), &values, at);
        Some(self.concat_or_empty(parts, at))
    }

    fn concat_or_empty(&mut self, parts: Vec<ExprId>, at: Span) -> ExprId {
        if parts.is_empty() { self.builder.text("", at) } else { self.text_concat(parts, at) }
    }

    /// The format, if it is a constant of this file.
    fn format_of(&self, expr: ExprId) -> Option<String> {
        let text = match self.builder.module.expr(expr) {
            Expr::Text(text) => text,
            Expr::Var(var) => self.constants.get(var)?,
            _ => return None,
        };
        Some(self.builder.module.text(*text).to_owned())
    }

    fn pieced(&mut self, pieces: Vec<Piece>, values: &[ExprId], at: Span) -> Vec<ExprId> {
        let mut used = vec![false; values.len()];
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => parts.push(self.constant(&text, at)),
                Piece::Verb(verb, index) => {
                    let Some(value) = values.get(index) else { continue };
                    if let Some(used) = used.get_mut(index) {
                        *used = true;
                    }
                    parts.push(self.converted(verb, *value));
                }
            }
        }
        // What no verb takes is written at the end.
        let left = values.iter().zip(&used).filter(|(_, used)| !**used);
        parts.extend(left.map(|(value, _)| *value));
        parts
    }

    /// What a verb makes of a value: a number is one for certain, `%q` quotes as Go does.
    fn converted(&mut self, verb: char, value: ExprId) -> ExprId {
        let at = self.builder.module.span(value);
        let callee = match verb {
            'd' | 'b' | 'o' | 'O' => self.builder.expr(Expr::Global(self.known.int), at),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                self.builder.expr(Expr::Global(self.known.float), at)
            }
            'q' => {
                let path = self.builder.expr(Expr::Text(self.known.strconv), at);
                let module = self.builder.expr(Expr::Import(path), at);
                self.builder.expr(Expr::Member(module, self.known.quote), at)
            }
            't' | 'p' | 'T' => return self.builder.expr(Expr::Unary(value), at),
            _ => return value,
        };
        let args = vec![Arg { value, name: None, spread: false }];
        self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Plain }), at)
    }
}

/// Takes a format string apart.
fn pieces(format: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut next = 0;
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let (verb, index, tail) = directive(after, &mut next);
        rest = tail;
        match verb {
            Some('%') => text.push('%'),
            Some(verb) => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Verb(verb, index));
            }
            None => {}
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Reads what follows a `%`: flags, width and precision (which may take arguments), the position
/// of an argument, and the verb. Gives the verb, the position that it takes, and what comes after.
fn directive<'a>(text: &'a str, next: &mut usize) -> (Option<char>, usize, &'a str) {
    let mut rest = text;
    loop {
        let mut chars = rest.chars();
        let Some(sign) = chars.next() else { return (None, 0, "") };
        let after = chars.as_str();
        match sign {
            '+' | '-' | '#' | ' ' | '.' | '0'..='9' => rest = after,
            '*' => {
                *next += 1;
                rest = after;
            }
            '[' => {
                let (position, after) = after.split_once(']').unwrap_or(("", ""));
                if let Some(position) =
                    position.parse().ok().and_then(|at: usize| at.checked_sub(1))
                {
                    *next = position;
                }
                rest = after;
            }
            '%' => return (Some('%'), 0, after),
            verb => {
                let index = *next;
                *next = next.saturating_add(1);
                return (Some(verb), index, after);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str) -> String {
        let piece = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Verb(verb, at) => format!("<{verb}{at}>"),
        };
        pieces(format).into_iter().map(piece).collect()
    }

    #[test]
    fn a_format_falls_into_text_and_verbs() {
        for (format, expected) in [
            ("a %s b", "a <s0> b"),
            ("%d%%", "<d0>%"),
            ("%-10.3f|%+v", "<f0>|<v1>"),
            ("%[2]s %[1]s", "<s1> <s0>"),
            ("%*d %s", "<d1> <s2>"),
            ("no verb", "no verb"),
            ("%", ""),
            ("%[", ""),
            ("%[0]s%[99999999999999999999]s", "<s0><s1>"),
        ] {
            assert_eq!(shown(format), expected, "{format}");
        }
    }
}
