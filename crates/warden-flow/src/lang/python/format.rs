//! `"…" % values` and `"…".format(values)` on constant texts: the values put in their places.

use super::{Python, strings::representation, templates};
use crate::ir::{Arg, Expr, ExprId, Key, Span};

pub(super) use templates::is_numeric;
use templates::{Piece, Place, Step, Wanted};

/// What there is to fill in.
#[derive(Default)]
struct Given {
    positions: Vec<(ExprId, bool)>,
    names: Vec<(String, ExprId, bool)>,
    /// Values of which nobody knows what is in them: `*args`, `**kwargs`, a tuple in a variable.
    rest: Vec<(ExprId, bool)>,
    next: usize,
}

impl Given {
    /// Takes the next value by position.
    fn at(&mut self, place: Option<usize>) -> Option<ExprId> {
        let place = place.unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        let found = match self.positions.get_mut(place) {
            Some(found) => found,
            None => self.rest.first_mut()?,
        };
        found.1 = true;
        Some(found.0)
    }

    fn named(&mut self, name: &str) -> Option<ExprId> {
        let found = self.names.iter_mut().find(|(known, ..)| known == name)?;
        found.2 = true;
        Some(found.1)
    }

    /// What no place asked for.
    fn unused(&self) -> impl Iterator<Item = ExprId> {
        let positions = self.positions.iter().chain(&self.rest);
        let names = self.names.iter().map(|(_, value, used)| (*value, *used));
        positions.copied().chain(names).filter(|(_, used)| !used).map(|(value, _)| value)
    }
}

impl Python<'_, '_> {
    /// `left % right`, unless it is arithmetic.
    pub(super) fn percent(&mut self, left: ExprId, right: ExprId, at: Span) -> Option<ExprId> {
        let Some(template) = self.text_of(left).map(str::to_owned) else {
            // A text that is made up, or one that somebody else made: all of it together.
            if self.is_number(right) && !matches!(self.builder.module.expr(left), Expr::Concat(_)) {
                return None;
            }
            let mut parts = vec![left];
            parts.extend(self.values_of(right));
            return Some(self.concat(&parts, at));
        };
        let pieces = templates::percent(&template);
        let fields = pieces.iter().filter(|piece| matches!(piece, Piece::Field(_))).count();
        let named = pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Field(Wanted { place: Place::Name(_), .. })));
        let given = self.percent_values(right, fields, named);
        Some(self.fill(left, &pieces, given, at))
    }

    fn percent_values(&self, right: ExprId, fields: usize, named: bool) -> Given {
        let mut given = Given::default();
        match self.builder.module.expr(right) {
            Expr::List(items) => {
                for item in items {
                    let list = if item.spread { &mut given.rest } else { &mut given.positions };
                    list.push((item.value, false));
                }
            }
            Expr::Object(parts) if named => {
                for part in parts {
                    match part.key {
                        Key::Name(name) => {
                            let name = self.builder.module.text(name).to_owned();
                            given.names.push((name, part.value, false));
                        }
                        Key::Computed(_) | Key::Spread => given.rest.push((part.value, false)),
                    }
                }
            }
            _ if named || fields > 1 => given.rest.push((right, false)),
            _ => given.positions.push((right, false)),
        }
        given
    }

    /// The values of a tuple or dictionary that stands right there, or the one value.
    fn values_of(&self, expr: ExprId) -> Vec<ExprId> {
        match self.builder.module.expr(expr) {
            Expr::List(items) => items.iter().map(|item| item.value).collect(),
            Expr::Object(parts) => parts.iter().map(|part| part.value).collect(),
            _ => vec![expr],
        }
    }

    /// `"…".format(args)` on a constant.
    pub(super) fn format_call(&mut self, base: ExprId, args: &[Arg], at: Span) -> Option<ExprId> {
        let template = self.text_of(base)?.to_owned();
        let mut given = Given::default();
        for arg in args {
            match arg.name {
                _ if arg.spread => given.rest.push((arg.value, false)),
                Some(name) => {
                    let name = self.builder.module.text(name).to_owned();
                    given.names.push((name, arg.value, false));
                }
                None => given.positions.push((arg.value, false)),
            }
        }
        Some(self.fill(base, &templates::braces(&template), given, at))
    }

    fn fill(&mut self, literal: ExprId, pieces: &[Piece], mut given: Given, at: Span) -> ExprId {
        let place = self.builder.module.span(literal);
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => parts.push(self.constant(text, place)),
                Piece::Field(wanted) => parts.extend(self.field(wanted, &mut given, at)),
            }
        }
        parts.extend(given.unused());
        self.concat(&parts, at)
    }

    /// What stands under a name in values that nobody can look into.
    fn part_of_rest(&mut self, name: &str, given: &mut Given, at: Span) -> Option<ExprId> {
        let (rest, used) = given.rest.last_mut()?;
        *used = true;
        let key = self.builder.text(name, at);
        Some(self.index(*rest, key, at))
    }

    fn field(&mut self, wanted: &Wanted, given: &mut Given, at: Span) -> Option<ExprId> {
        let mut value = match &wanted.place {
            Place::Next => given.at(None)?,
            Place::At(place) => given.at(Some(*place))?,
            Place::Name(name) => match given.named(name) {
                Some(value) => value,
                None => self.part_of_rest(name, given, at)?,
            },
        };
        for step in &wanted.steps {
            value = match step {
                Step::Member(name) => {
                    let name = self.builder.name(name);
                    self.builder.expr(Expr::Member(value, name), at)
                }
                Step::Index(key) => {
                    let key = self.builder.text(key, at);
                    self.builder.expr(Expr::Index(value, key), at)
                }
            };
        }
        Some(self.shown(value, representation(&wanted.conversion), wanted.numeric, at))
    }
}
