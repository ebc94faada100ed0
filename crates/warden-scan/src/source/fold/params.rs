//! Parameters, as the calls of their function give them.

use std::sync::Arc;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, ParamKind},
};

use super::{Ask, DEEPEST_PARAMS, Env, How, List, Value, expr::spread};
use crate::source::index::Within;

impl Ask<'_, '_> {
    /// A parameter that nothing was said of: what the calls of the function give.
    pub(super) fn param(&mut self, module: u32, function: FuncId, number: usize) -> Value {
        let outside = Value::Unknown(How::OUTSIDE);
        if self.closed {
            return outside;
        }
        if self.params >= DEEPEST_PARAMS {
            self.cut = true;
            return outside;
        }
        let id = FnId { module, function };
        let callers = self.fold.callers(id);
        self.params += 1;
        if callers.is_empty() {
            let given = self.given(id, number);
            self.params -= 1;
            return given.unwrap_or(outside);
        }
        let mut values = Vec::new();
        for caller in callers {
            values.push(self.argument(caller, id, number).unwrap_or(Value::Null));
        }
        self.params -= 1;
        Value::one_of(values)
    }

    /// What a function gets that is handed to a method of a list: its elements.
    fn given(&mut self, function: FnId, number: usize) -> Option<Value> {
        let made = self.fold.made_at(function)?;
        let module = self.fold.module(made.module);
        let parent = self.fold.index(made.module).parent(made.expr)?;
        let Expr::Call(call) = module.expr(parent) else { return None };
        let to = |expr: ExprId| At { module: made.module, expr };
        match module.expr(call.callee) {
            Expr::Member(base, name) => {
                let place = match module.text(*name) {
                    "map" | "forEach" | "filter" | "flatMap" | "some" | "every" | "find"
                    | "findLast" | "findIndex" => 0,
                    "reduce" => 1,
                    "then" if number == 0 => return Some(self.expr(to(*base), &Env::default())),
                    _ => return None,
                };
                if number != place {
                    return None;
                }
                let list = self.expr(to(*base), &Env::default());
                Some(self.step(made.module, &list, &Within::Element))
            }
            Expr::Global(name) if matches!(module.text(*name), "map" | "filter") && number == 0 => {
                let list = self.expr(to(call.args.get(1)?.value), &Env::default());
                Some(self.step(made.module, &list, &Within::Element))
            }
            _ => None,
        }
    }

    fn argument(&mut self, call: At, function: FnId, number: usize) -> Option<Value> {
        let Expr::Call(found) = self.fold.module(call.module).expr(call.expr) else { return None };
        let callee = self.fold.module(function.module);
        let param = callee.functions.get(function.function.at())?.params.get(number)?;
        let to = |expr: ExprId| At { module: call.module, expr };
        let outside = self.fold.module(call.module);
        if let Some(name) = param.name.map(|name| callee.text(name)) {
            let named =
                found.args.iter().find(|arg| arg.name.is_some_and(|n| outside.text(n) == name));
            if let Some(arg) = named {
                return Some(self.expr(to(arg.value), &Env::default()));
            }
        }
        if param.kind == ParamKind::Rest {
            let mut list = List::default();
            for arg in found.args.iter().skip(number).filter(|arg| arg.name.is_none()) {
                let value = self.expr(to(arg.value), &Env::default());
                if arg.spread {
                    spread(&value, &mut list);
                } else {
                    list.items.push(value);
                }
            }
            return Some(Value::List(Arc::new(list)));
        }
        let arg = found.args.get(number).filter(|arg| arg.name.is_none())?;
        if found.args.iter().take(number + 1).any(|arg| arg.spread) {
            return Some(Value::unknown());
        }
        Some(self.expr(to(arg.value), &Env::default()))
    }
}
