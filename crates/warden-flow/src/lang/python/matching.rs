//! The patterns of `match`: what must be equal as expressions, captures as targets.

use smallvec::SmallVec;

use super::{Field, Kind, Python};
use crate::ir::{Case, Expr, ExprId, Item, Key, Property, Span};

/// A pattern.
#[derive(Default)]
pub(super) struct Pattern {
    /// What the subject is compared with; nothing if everything matches.
    tests: SmallVec<[ExprId; 2]>,
    /// What the subject is assigned to.
    targets: SmallVec<[ExprId; 1]>,
    /// Captures of what another capture holds: target and value.
    further: Vec<(ExprId, ExprId)>,
}

impl Pattern {
    fn test(test: ExprId) -> Self {
        Self { tests: SmallVec::from_slice(&[test]), ..Self::default() }
    }

    fn capture(target: ExprId) -> Self {
        Self { targets: SmallVec::from_slice(&[target]), ..Self::default() }
    }
}

impl Python<'_, '_> {
    /// `case pattern if guard: body`.
    pub(super) fn case(&mut self, subject: ExprId) -> Case {
        let at = self.at();
        let mut patterns: Vec<Pattern> = Vec::new();
        let mut case = Case { tests: None, guard: None, body: Vec::new(), falls: false };
        case.body = self.gather(|python| {
            python.children(|python, kind| match kind {
                Kind::CasePattern => patterns.push(python.pattern(Kind::CasePattern)),
                Kind::IfClause => case.guard = Some(python.inner()),
                Kind::Block => {
                    let pattern = python.whole(std::mem::take(&mut patterns), at);
                    if !pattern.tests.is_empty() {
                        case.tests = Some(pattern.tests.to_vec());
                    }
                    python.capture(&pattern, subject, at);
                    python.children(Self::statement);
                }
                _ => {
                    python.aside(Self::expr);
                }
            });
        });
        case
    }

    /// Several patterns without brackets are one of a tuple.
    fn whole(&mut self, mut patterns: Vec<Pattern>, at: Span) -> Pattern {
        match patterns.len() {
            1 => patterns.pop().unwrap_or_default(),
            _ => self.in_order(patterns.into_iter().map(|one| (one, false)).collect(), at),
        }
    }

    fn capture(&mut self, pattern: &Pattern, subject: ExprId, at: Span) {
        for target in &pattern.targets {
            self.push_assign(*target, subject, at);
        }
        for (target, value) in &pattern.further {
            self.push_assign(*target, *value, at);
        }
    }

    /// The pattern at the cursor.
    fn pattern(&mut self, kind: Kind) -> Pattern {
        let at = self.at();
        if !self.builder.enter(at) {
            return Pattern::test(self.nothing(at));
        }
        let made = match kind {
            Kind::CasePattern => self.wrapped(),
            Kind::DottedName => self.name_pattern(),
            Kind::AsPattern => self.named_pattern(),
            Kind::UnionPattern => self.alternatives(),
            Kind::ListPattern | Kind::TuplePattern => self.sequence(kind),
            Kind::DictPattern => self.mapping(),
            Kind::ClassPattern => self.instance(),
            Kind::SplatPattern => self.splat(),
            Kind::ComplexPattern => self.number(at),
            Kind::KeywordPattern => Pattern::default(),
            _ => Pattern::test(self.expr()),
        };
        self.builder.leave();
        made
    }

    /// What stands inside a pattern; nothing for `_`. A minus belongs to the number behind it.
    fn wrapped(&mut self) -> Pattern {
        let at = self.at();
        let mut made = Pattern::default();
        let mut negative = false;
        self.tokens(|python, kind, node| {
            negative |= kind == Kind::Minus;
            if node.is_named() {
                made = python.pattern(kind);
            }
        });
        if negative { self.number(at) } else { made }
    }

    /// A number with whatever stands before it.
    fn number(&mut self, at: Span) -> Pattern {
        let text = self.builder.name(self.builder.slice(at));
        Pattern::test(self.builder.expr(Expr::Number(text), at))
    }

    /// A name captures, a dotted name is a value.
    fn name_pattern(&mut self) -> Pattern {
        let at = self.at();
        if self.builder.slice(at).contains('.') {
            return Pattern::test(self.dotted());
        }
        self.capture_name()
    }

    fn capture_name(&mut self) -> Pattern {
        let mut name = None;
        if self.kind() == Kind::Identifier {
            name = Some((self.identifier(), self.at()));
        } else {
            self.children(|python, kind| {
                if kind == Kind::Identifier {
                    name = Some((python.identifier(), python.at()));
                }
            });
        }
        match name {
            Some((name, at)) if self.builder.module.text(name) != "_" => {
                Pattern::capture(self.bind(name, at))
            }
            _ => Pattern::default(),
        }
    }

    /// `pattern as name`.
    fn named_pattern(&mut self) -> Pattern {
        let at = self.at();
        let mut inner = Pattern::default();
        let mut name = None;
        self.children(|python, kind| match kind {
            Kind::Identifier => name = Some((python.identifier(), python.at())),
            _ => inner = python.pattern(kind),
        });
        let Some((name, place)) = name else { return inner };
        let target = self.bind(name, place);
        for old in std::mem::take(&mut inner.targets) {
            let value = self.reference(name, at);
            inner.further.insert(0, (old, value));
        }
        inner.targets.push(target);
        inner
    }

    /// `a | b`.
    fn alternatives(&mut self) -> Pattern {
        let mut made = Pattern::default();
        let mut anything = false;
        let mut minus = None;
        self.tokens(|python, kind, node| {
            if kind == Kind::Minus {
                minus = Some(python.at());
            } else if node.is_named() {
                let mut one = match minus.take() {
                    Some(minus) => python.number(Span { end: python.at().end, ..minus }),
                    None => python.pattern(kind),
                };
                anything |= one.tests.is_empty();
                made.tests.append(&mut one.tests);
                made.targets.append(&mut one.targets);
                made.further.append(&mut one.further);
            } else {
                anything |= node.kind() == "_";
            }
        });
        if anything {
            made.tests.clear();
        }
        made
    }

    fn sequence(&mut self, kind: Kind) -> Pattern {
        let at = self.at();
        let mut parts = Vec::new();
        let mut commas = kind == Kind::ListPattern;
        self.tokens(|python, part, node| {
            if node.is_named() {
                let splat = python.is_splat();
                parts.push((python.pattern(part), splat));
            }
            commas |= node.kind() == ",";
        });
        match parts.len() {
            // Brackets around one pattern.
            1 if !commas => parts.pop().map(|(one, _)| one).unwrap_or_default(),
            _ => self.in_order(parts, at),
        }
    }

    fn is_splat(&self) -> bool {
        self.builder.slice(self.at()).starts_with('*')
    }

    fn in_order(&mut self, parts: Vec<(Pattern, bool)>, at: Span) -> Pattern {
        let mut made = Pattern::default();
        let (mut tests, mut targets) = (Vec::new(), Vec::new());
        let mut captures = false;
        for (mut part, spread) in parts {
            captures |= !part.targets.is_empty();
            let target = part.targets.first().copied();
            let target = target.unwrap_or_else(|| self.nothing(at));
            targets.push(Item { value: target, spread });
            tests.push(Item { value: self.one_test(&part, at), spread });
            made.further.append(&mut part.further);
        }
        made.tests.push(self.builder.expr(Expr::List(tests), at));
        if captures {
            made.targets.push(self.builder.expr(Expr::List(targets), at));
        }
        made
    }

    /// What a part of the subject is compared with, as one expression.
    fn one_test(&mut self, pattern: &Pattern, at: Span) -> ExprId {
        match pattern.tests.as_slice() {
            [one] => *one,
            many => {
                let many = many.to_vec();
                self.builder.expr(Expr::Unknown(many), at)
            }
        }
    }

    /// `{"key": pattern, **rest}`.
    fn mapping(&mut self) -> Pattern {
        let at = self.at();
        let mut parts: Vec<(Key, Pattern)> = Vec::new();
        let mut key = None;
        self.children(|python, kind| match Field::of(&python.cursor) {
            Field::Key => {
                let value = python.pattern(kind).tests.first().copied();
                let value = value.unwrap_or_else(|| python.nothing(at));
                key = Some(python.key_of(value));
            }
            Field::Value => {
                let value = python.pattern(kind);
                parts.push((key.take().unwrap_or(Key::Spread), value));
            }
            _ => {
                let value = python.pattern(kind);
                parts.push((Key::Spread, value));
            }
        });
        self.by_key(parts, at)
    }

    fn by_key(&mut self, parts: Vec<(Key, Pattern)>, at: Span) -> Pattern {
        let mut made = Pattern::default();
        let (mut tests, mut targets) = (Vec::new(), Vec::new());
        for (key, mut part) in parts {
            if key != Key::Spread {
                tests.push(Property { key, value: self.one_test(&part, at) });
            }
            if let Some(target) = part.targets.first() {
                targets.push(Property { key, value: *target });
            }
            made.further.append(&mut part.further);
        }
        made.tests.push(self.builder.expr(Expr::Object(tests), at));
        if !targets.is_empty() {
            made.targets.push(self.builder.expr(Expr::Object(targets), at));
        }
        made
    }

    /// `Class(pattern, name=pattern)`: of the class, and captures of its fields. What is captured
    /// by position is the subject itself, as it is for the classes of the language.
    fn instance(&mut self) -> Pattern {
        let at = self.at();
        let mut class = None;
        let mut made = Pattern::default();
        let mut fields = Vec::new();
        self.children(|python, kind| match kind {
            Kind::DottedName => class = Some(python.dotted()),
            _ => {
                if let Some(field) = python.keyword_pattern() {
                    fields.push(field);
                } else {
                    let mut pattern = python.pattern(kind);
                    made.targets.append(&mut pattern.targets);
                    made.further.append(&mut pattern.further);
                }
            }
        });
        let mut fields = self.by_key(fields, at);
        made.tests.extend(class);
        made.targets.append(&mut fields.targets);
        made.further.append(&mut fields.further);
        made
    }

    /// `name=pattern` inside the pattern at the cursor, if it is that.
    fn keyword_pattern(&mut self) -> Option<(Key, Pattern)> {
        if !self.goto_first_plainly() {
            return None;
        }
        let mut made = None;
        if self.kind() == Kind::KeywordPattern {
            let (mut name, mut pattern) = (None, Pattern::default());
            self.children(|python, kind| {
                if name.is_none() {
                    name = Some(python.identifier());
                } else {
                    pattern = python.pattern(kind);
                }
            });
            made = name.map(|name| (Key::Name(name), pattern));
        }
        self.cursor.goto_parent();
        made
    }

    /// `*rest`.
    fn splat(&mut self) -> Pattern {
        self.capture_name()
    }
}
