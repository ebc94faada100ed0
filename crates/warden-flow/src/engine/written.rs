//! Where what a name stands for is written, also in other files.

use std::sync::Arc;

use super::{
    Analysis,
    literal::Reader,
    value::{Ref, Value},
};
use crate::{
    analysis::{At, FnId, Spot},
    ir::{ClassId, Expr, ExprId, VarId},
    program::Sym,
};

/// Places in one answer.
const MOST: usize = 64;

/// Modules that hand on what others export.
const MOST_STARS: usize = 16;

impl Analysis<'_> {
    /// The expressions that a name or a member stands for: what is assigned to it where it is
    /// declared, in whichever file. Only one step: what it is assigned may be a name again.
    #[must_use]
    pub fn written(&self, at: At) -> Vec<At> {
        let program = self.shared.program;
        let mut found = Vec::new();
        match program.module(at.module).expr(at.expr) {
            Expr::Var(var) => self.assigned(at.module, *var, &mut found),
            Expr::Global(name) => {
                let folder = program.folder_of_module(at.module);
                for var in program.in_folder(folder, program.sym(at.module, *name)) {
                    let (module, var) = program.var(*var);
                    self.assigned(module, var, &mut found);
                }
            }
            Expr::Member(base, name) => {
                let base = self.value_at(At { expr: *base, ..at });
                let name = program.sym(at.module, *name);
                for one in base.refs() {
                    self.member(one, name, &mut found);
                }
            }
            _ => {}
        }
        found.retain(|place| *place != at);
        found.sort_unstable();
        found.dedup();
        found.truncate(MOST);
        found
    }

    /// The constant texts that an expression may be, whoever calls, sorted.
    #[must_use]
    pub fn texts_at(&self, at: At) -> Vec<Arc<str>> {
        let value = self.value_at(at);
        let texts = value.refs().iter().filter_map(|one| match one {
            Ref::Text(text) => Some(Arc::clone(self.shared.program.text(*text))),
            _ => None,
        });
        let mut texts: Vec<Arc<str>> = texts.collect();
        texts.sort_unstable();
        texts
    }

    /// What a function does to the world by itself, without what it calls: effect, API path and
    /// place of every call, sorted.
    #[must_use]
    pub fn effects_in(&self, function: FnId) -> &[(Arc<str>, Arc<str>, Spot)] {
        let number = self.shared.program.function_number(function) as usize;
        self.effects.get(number).map_or(&[], Vec::as_slice)
    }

    fn value_at(&self, at: At) -> Value {
        Reader::new(self).value(at, 0)
    }

    fn assigned(&self, module: u32, var: VarId, out: &mut Vec<At>) {
        let program = self.shared.program;
        let values = program.assigned(program.var_number(module, var));
        out.extend(values.iter().take(MOST).map(|expr| At { module, expr: *expr }));
    }

    fn member(&self, of: &Ref, name: Sym, out: &mut Vec<At>) {
        let program = self.shared.program;
        match of {
            Ref::Module(module) => self.exports(*module, name, 0, out),
            Ref::Folder(folder) => {
                for var in program.in_folder(*folder, name) {
                    let (module, var) = program.var(*var);
                    self.assigned(module, var, out);
                }
            }
            Ref::Class(class) | Ref::Instance(class) => {
                let (module, class) = program.class(*class);
                self.field(module, class, name, out);
            }
            _ => {}
        }
    }

    /// What a module exports under a name.
    fn exports(&self, module: u32, name: Sym, depth: usize, out: &mut Vec<At>) {
        let program = self.shared.program;
        let exporting = program.module(module);
        if let Some(var) = exporting.exports.object {
            let values = program.assigned_member(program.var_number(module, var), name);
            out.extend(values.iter().take(MOST).map(|expr| At { module, expr: *expr }));
        }
        let scope = exporting.exports.scope.iter();
        for (_, var) in scope.filter(|(known, _)| program.sym(module, *known) == name) {
            self.assigned(module, *var, out);
        }
        if !out.is_empty() || depth > MOST_STARS {
            return;
        }
        for star in &exporting.exports.stars {
            for one in self.value_at(At { module, expr: *star }).refs() {
                if let Ref::Module(further) = one
                    && *further != module
                {
                    self.exports(*further, name, depth + 1, out);
                }
            }
        }
    }

    /// What a field of a class is given where it is declared, and by the methods of the class.
    fn field(&self, module: u32, class: ClassId, name: Sym, out: &mut Vec<At>) {
        let program = self.shared.program;
        let found = &program.module(module).classes[class.at()];
        let at = |expr: ExprId| At { module, expr };
        let declared = found.fields.iter().filter(|field| program.sym(module, field.name) == name);
        out.extend(declared.filter_map(|field| field.value).map(at));
        for method in &found.methods {
            let function = &program.module(module).functions[method.function.at()];
            let Some(receiver) = function.receiver else { continue };
            let receiver = program.var_number(module, receiver);
            out.extend(program.assigned_member(receiver, name).iter().copied().map(at));
        }
    }
}
