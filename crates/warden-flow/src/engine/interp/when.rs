//! Conditions of models on what a call is given.

use super::{Interp, apply::Given};
use crate::{
    engine::value::Ref,
    ir::{Expr, ExprId},
    models::{Argument as Which, Is, Select, Test, Within},
    program::{ELEMENT, position_of},
};

/// Variables that stand for others, one after the other.
const LONGEST: u8 = 6;

impl Interp<'_, '_> {
    /// Whether a condition on a call may be fulfilled.
    pub(super) fn holds(&mut self, test: &Test, given: &Given) -> bool {
        let value = self.select(&test.select, given);
        let is_given = (!value.is_empty() || self.is_named(&test.select, given))
            && !self.is_left_out(&test.select, given);
        let mut constants: Vec<String> =
            value.refs().iter().filter_map(|one| self.constant(*one)).collect();
        let mut known = !constants.is_empty() && !value.is_tainted();
        if constants.is_empty()
            && let Some(end) = self.end_of(&test.select, given)
        {
            constants.push(end);
            known = true;
        }
        match &test.is {
            Is::Given => is_given,
            Is::Absent => !is_given,
            Is::OneOf(texts) => {
                is_given && (constants.is_empty() || constants.iter().any(|one| fits(one, texts)))
            }
            Is::Surely(texts) => known && constants.iter().all(|one| fits(one, texts)),
            // What somebody outside chooses may always be something else.
            Is::NoneOf(texts) => !known || constants.iter().any(|one| !fits(one, texts)),
        }
    }

    /// Whether a member is asked for of something that the function was given whole, and those
    /// who call it give it others and never this one: the options of a function that only passes
    /// them on.
    fn is_left_out(&mut self, select: &Select, given: &Given) -> bool {
        let [Within::Field(name)] = &select.within[..] else { return false };
        let whole = Select { from: select.from.clone(), within: Vec::new() };
        let value = self.select(&whole, given);
        let member = self.shared.program.symbol(name);
        let is_told =
            value.fields().iter().any(|(at, _)| position_of(*at).is_none() && *at != ELEMENT);
        let is_passed_on = value.taints().iter().all(|taint| taint.label.is_given_whole());
        is_told && is_passed_on && member.is_none_or(|member| !value.has_field(member))
    }

    /// Whether an argument is there of which nothing is known.
    fn is_named(&self, select: &Select, given: &Given) -> bool {
        select.within.is_empty()
            && select.from.iter().any(|which| match which {
                Which::Named(name) => given.args.iter().any(|arg| {
                    arg.name.is_some_and(|known| &**self.shared.program.text(known) == name)
                }),
                Which::At(at) => {
                    given.args.iter().filter(|arg| arg.name.is_none()).count() > usize::from(*at)
                }
                Which::Receiver => given.this.is_some(),
                Which::After(_) | Which::All => !given.args.is_empty(),
            })
    }

    fn constant(&self, one: Ref) -> Option<String> {
        match one {
            Ref::Text(text) | Ref::Number(text) => Some(self.shared.program.text(text).to_string()),
            Ref::Bool(value) => Some(value.to_string()),
            Ref::Null => Some("none".to_owned()),
            // `yaml.SafeLoader`
            Ref::Api(path) if !Ref::Api(path).is_unknown() => {
                let api = self.shared.apis.get(self.language, path)?;
                let last = api.text.rsplit(['.', ':']).next()?;
                (!last.is_empty() && !last.ends_with([')', ']'])).then(|| last.to_owned())
            }
            _ => None,
        }
    }

    /// The end of a text that is put together, where that is constant.
    fn end_of(&self, select: &Select, given: &Given) -> Option<String> {
        let [Which::At(at)] = select.from[..] else { return None };
        let arg = given.args.get(usize::from(at)).filter(|_| select.within.is_empty())?;
        self.end(arg.at?, 0)
    }

    fn end(&self, expr: ExprId, depth: u8) -> Option<String> {
        if depth > LONGEST {
            return None;
        }
        match self.module.expr(expr) {
            Expr::Text(text) => Some(self.module.text(*text).to_owned()),
            Expr::Concat(parts) => self.end(*parts.last()?, depth + 1),
            // `path.sep`, `os.sep`, `filepath.Separator`
            Expr::Member(_, name) => {
                let name = self.module.text(*name);
                matches!(name, "sep" | "separator" | "Separator" | "PathSeparator")
                    .then(|| "/".to_owned())
            }
            // `string(filepath.Separator)`
            Expr::Call(call) => match (self.module.expr(call.callee), &call.args[..]) {
                (Expr::Global(_), [arg]) => self.end(arg.value, depth + 1),
                _ => None,
            },
            Expr::Choice { then, otherwise, .. } => {
                self.end(*then, depth + 1).or_else(|| self.end(*otherwise, depth + 1))
            }
            Expr::Var(var) => {
                let number = self.shared.program.var_number(self.module_number, *var);
                match self.shared.program.assigned(number) {
                    [only] => self.end(*only, depth + 1),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether a constant is one of `texts`; `*a` stands for all that end with `a`.
fn fits(one: &str, texts: &[String]) -> bool {
    texts.iter().any(|text| match text.strip_prefix('*') {
        Some(end) => one.ends_with(end),
        None => one == text,
    })
}
