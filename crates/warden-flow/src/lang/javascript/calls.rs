//! Calls, and what the helpers of compilers mean.

use crate::ir::{Arg, Call, CallKind, Expr, ExprId, Item, Key, Name, Span};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

impl Lowerer<'_, '_> {
    /// Adds an ordinary call.
    pub(super) fn plain_call(&mut self, callee: ExprId, args: Vec<Arg>, at: Span) -> ExprId {
        self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Plain }), at)
    }

    /// Lowers the rest of a call; the cursor stands on what is called.
    pub(super) fn call(&mut self, callee: ExprId) -> ExprId {
        let mut args = Vec::new();
        let mut tag = false;
        if self.along_to(Field::Arguments) {
            tag = self.kind() == Kind::Template;
            args = if tag { self.tag_arguments(callee) } else { self.arguments() };
        }
        self.up();
        let at = self.span();
        if tag {
            return self.tagged_call(callee, args, at);
        }
        // The grammar takes `await (0, a.b)(c)`, which compilers write, for a call of `await`.
        if let Some(awaited) = args.last().filter(|_| self.is_await(callee)) {
            return awaited.value;
        }
        match self.special(callee, &args, at) {
            Some(made) => made,
            None => self.plain_call(callee, args, at),
        }
    }

    fn is_await(&self, callee: ExprId) -> bool {
        matches!(self.made(callee), Expr::Global(name) if self.name_text(*name) == "await")
    }

    /// Lowers arguments.
    fn arguments(&mut self) -> Vec<Arg> {
        let mut args = Vec::new();
        self.each(|inner, kind| {
            if kind.is_token() {
                return;
            }
            let spread = kind == Kind::Spread;
            let value = if spread { inner.inside() } else { inner.expr() };
            args.push(Arg { value, name: None, spread });
        });
        args
    }

    /// Whether `callee` is `String.raw`, whose text has no escapes.
    fn is_raw(&self, callee: ExprId) -> bool {
        let Expr::Member(base, name) = self.made(callee) else { return false };
        let Expr::Global(base) = self.made(*base) else { return false };
        self.name_text(*name) == "raw" && self.name_text(*base) == "String"
    }

    fn tag_arguments(&mut self, callee: ExprId) -> Vec<Arg> {
        let at = self.span();
        let raw = self.is_raw(callee);
        let (pieces, values) = self.tagged(raw);
        let arg = |value| Arg { value, name: None, spread: false };
        if raw {
            let mut parts = Vec::new();
            let mut values = values.into_iter();
            for piece in pieces {
                if !matches!(self.made(piece), Expr::Text(text) if self.name_text(*text).is_empty())
                {
                    parts.push(arg(piece));
                }
                parts.extend(values.next().map(arg));
            }
            return parts;
        }
        let items = pieces.into_iter().map(|value| Item { value, spread: false }).collect();
        let first = self.builder.expr(Expr::List(items), at);
        std::iter::once(first).chain(values).map(arg).collect()
    }

    fn tagged_call(&mut self, callee: ExprId, args: Vec<Arg>, at: Span) -> ExprId {
        if self.is_raw(callee) {
            let base = self.operands.len();
            self.operands.extend(args.iter().map(|arg| arg.value));
            return self.sum(base, at);
        }
        self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Tagged }), at)
    }

    /// `new C(…)`.
    pub(super) fn new_instance(&mut self) -> ExprId {
        let at = self.span();
        let mut callee = None;
        let mut args = Vec::new();
        self.each(|inner, kind| match inner.field() {
            Field::Constructor => callee = Some(inner.expr()),
            Field::Arguments if kind == Kind::Arguments => args = inner.arguments(),
            _ => {}
        });
        let callee = callee.unwrap_or_else(|| self.nothing(at));
        self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::New }), at)
    }

    /// Calls that mean something else, if this is one.
    fn special(&mut self, callee: ExprId, args: &[Arg], at: Span) -> Option<ExprId> {
        match *self.made(callee) {
            Expr::Global(name) if name == self.known.import => {
                let path = args.first().map(|arg| arg.value);
                let path = path.unwrap_or_else(|| self.nothing(at));
                Some(self.builder.expr(Expr::Import(path), at))
            }
            Expr::Global(name) => self
                .helper(name, args, at)
                .or_else(|| self.lowered_by_compilers(callee, name, args, at))
                .or_else(|| self.loads(callee, name, args, at)),
            Expr::Member(base, name) => self
                .helper(name, args, at)
                .or_else(|| self.lowered_by_compilers(callee, name, args, at))
                .or_else(|| self.member_helper(base, name, args, at))
                .or_else(|| self.loads(callee, name, args, at)),
            Expr::Call(_) => {
                self.async_helper(args, at).or_else(|| self.loads_by_call(callee, args, at))
            }
            _ => self.async_helper(args, at),
        }
    }

    /// `createRequire(…)("name")`.
    fn loads_by_call(&mut self, callee: ExprId, args: &[Arg], at: Span) -> Option<ExprId> {
        let [Arg { value, .. }] = args else { return None };
        matches!(self.made(*value), Expr::Text(_)).then(|| {
            let made = self.plain_call(callee, args.to_vec(), at);
            self.later.requires.push(made);
            made
        })
    }

    /// Notes a call that may load a module, to be decided when names are resolved.
    fn loads(&mut self, callee: ExprId, name: Name, args: &[Arg], at: Span) -> Option<ExprId> {
        if let Some(made) = self.async_helper(args, at) {
            return Some(made);
        }
        self.export_getters(args, at);
        let [path] = args else { return None };
        let loads = matches!(self.made(path.value), Expr::Text(_))
            || matches!(self.name_text(name), "require" | "__require");
        if !loads || path.spread {
            return None;
        }
        let made = self.plain_call(callee, args.to_vec(), at);
        self.later.requires.push(made);
        Some(made)
    }

    /// The helpers that compilers write into their output.
    fn helper(&mut self, name: Name, args: &[Arg], at: Span) -> Option<ExprId> {
        let first = args.first()?.value;
        match self.name_text(name) {
            "__importDefault"
            | "__importStar"
            | "_interopRequireDefault"
            | "_interopRequireWildcard"
            | "_interop_require_default"
            | "_interop_require_wildcard"
            | "__toESM"
            | "__toCommonJS"
            | "__toModule"
            | "_asyncToGenerator"
            | "_async_to_generator" => Some(first),
            "__exportStar" => Some(self.star(first)),
            "__reExport" => args.get(1).map(|module| self.star(module.value)),
            "__createBinding" => self.binding(args, at),
            "__commonJS" | "__commonJSMin" => self.factory(first),
            "__esm" | "__esmMin" => self.wrapped(first),
            "__export" | "__exportAll" if args.len() == 1 => Some(self.star(first)),
            _ => None,
        }
    }

    /// Notes what is to be given back its newer form when names are resolved.
    fn lowered_by_compilers(
        &mut self,
        callee: ExprId,
        name: Name,
        args: &[Arg],
        at: Span,
    ) -> Option<ExprId> {
        match self.name_text(name) {
            "__decorate" | "__decorateClass" | "_ts_decorate" | "_decorate" => {
                let made = self.plain_call(callee, args.to_vec(), at);
                self.later.decorated.push(made);
                Some(made)
            }
            "__generator" | "_ts_generator" => {
                let function = self.function_of_outside(args.last()?.value, at)?;
                let mut args = args.to_vec();
                args.truncate(1);
                args.push(Arg { value: function, name: None, spread: false });
                let made = self.plain_call(callee, args, at);
                self.later.machines.push(made);
                Some(made)
            }
            "__awaiter" => {
                let function = self.function_of_outside(args.last()?.value, at)?;
                Some(self.plain_call(function, Vec::new(), at))
            }
            _ => None,
        }
    }

    /// A function that is called right here and whose `this` is that of here.
    fn function_of_outside(&mut self, value: ExprId, at: Span) -> Option<ExprId> {
        let Expr::Function(function) = *self.made(value) else { return None };
        let made = self.builder.function_mut(function);
        made.is_async = true;
        if let Some(own) = made.receiver.take() {
            let target = self.builder.variable(own, at);
            let value = self.builder.reference(self.known.this, at);
            let stmt = self.builder.assign(target, value, at);
            self.builder.function_mut(function).body.insert(0, stmt);
        }
        Some(value)
    }

    /// `export * from`, as compilers write it.
    fn star(&mut self, module: ExprId) -> ExprId {
        self.builder.module.exports.stars.push(module);
        module
    }

    /// `__createBinding(exports, module, "name", "alias")`.
    fn binding(&mut self, args: &[Arg], at: Span) -> Option<ExprId> {
        let [into, module, name, rest @ ..] = args else { return None };
        let Expr::Text(name) = *self.made(name.value) else { return None };
        let alias = match rest.first().map(|alias| self.made(alias.value)) {
            Some(Expr::Text(alias)) => *alias,
            _ => name,
        };
        let target = self.builder.expr(Expr::Member(into.value, alias), at);
        let value = self.builder.expr(Expr::Member(module.value, name), at);
        Some(self.builder.expr(Expr::Assign { target, value }, at))
    }

    /// `Object.defineProperty(object, "name", { get, value })`.
    fn member_helper(
        &mut self,
        base: ExprId,
        name: Name,
        args: &[Arg],
        at: Span,
    ) -> Option<ExprId> {
        let Expr::Global(base) = self.made(base) else { return None };
        let known = matches!(self.name_text(*base), "Object" | "Reflect");
        if !known || self.name_text(name) != "defineProperty" {
            return None;
        }
        let [object, key, descriptor] = args else { return None };
        let Expr::Object(parts) = self.made(descriptor.value) else { return None };
        let part = |wanted: &str| {
            let part = parts
                .iter()
                .find(|part| matches!(part.key, Key::Name(name) if self.name_text(name) == wanted));
            part.map(|part| part.value)
        };
        let value = match (part("value"), part("get")) {
            (Some(value), _) => value,
            (None, Some(getter)) => match self.made(getter) {
                Expr::Function(function) => self.gives(*function)?,
                _ => return None,
            },
            (None, None) => return None,
        };
        let target = match *self.made(key.value) {
            Expr::Text(name) => self.builder.expr(Expr::Member(object.value, name), at),
            _ => self.builder.expr(Expr::Index(object.value, key.value), at),
        };
        Some(self.builder.expr(Expr::Assign { target, value }, at))
    }

    /// `__export(object, { name: () => value })`, whatever it is called: bundlers write the
    /// exports of a module so. The values are assigned as well.
    fn export_getters(&mut self, args: &[Arg], at: Span) {
        let [object, getters] = args else { return };
        let Expr::Object(parts) = self.made(getters.value) else { return };
        let mut found = Vec::new();
        for part in parts {
            let (Key::Name(name), Expr::Function(function)) = (part.key, self.made(part.value))
            else {
                return;
            };
            let Some(value) = self.gives(*function) else { return };
            found.push((name, value));
        }
        if !matches!(self.made(object.value), Expr::Global(_) | Expr::Var(_)) {
            return;
        }
        for (name, value) in found {
            let target = self.builder.expr(Expr::Member(object.value, name), at);
            self.push_assign(target, value, at);
        }
    }

    /// `__awaiter(this, void 0, void 0, function* () {…})`, whatever it is called: a call of an
    /// async function whose `this` is that of outside.
    fn async_helper(&mut self, args: &[Arg], at: Span) -> Option<ExprId> {
        let [context @ .., last] = args else { return None };
        let Expr::Function(function) = *self.made(last.value) else { return None };
        if context.len() < 2
            || self.generator != Some(function)
            || !context.iter().all(|arg| self.is_context(arg.value))
        {
            return None;
        }
        let function = self.function_of_outside(last.value, at)?;
        Some(self.plain_call(function, Vec::new(), at))
    }

    fn is_context(&self, value: ExprId) -> bool {
        match self.made(value) {
            Expr::Null => true,
            Expr::Global(name) => *name == self.known.this,
            _ => false,
        }
    }

    /// Whether the call under the cursor runs a generator as an async function.
    pub(super) fn is_awaiter(&self) -> bool {
        let node = self.node();
        let count = u32::try_from(node.named_child_count()).unwrap_or(u32::MAX);
        let args = node.named_child(count.saturating_sub(1));
        let Some(args) = args.filter(|args| self.kind_of(*args) == Kind::Arguments) else {
            return false;
        };
        let count = args.named_child_count();
        if !(3..=4).contains(&count) {
            return false;
        }
        let kind = |at: usize| {
            let child = args.named_child(u32::try_from(at).unwrap_or(u32::MAX));
            child.map_or(Kind::Other, |child| self.kind_of(child))
        };
        kind(count - 1) == Kind::Generator
            && (0..count - 1).all(|at| matches!(kind(at), Kind::This | Kind::Unary | Kind::Null))
    }

    /// Lowers the generator of such a call as if it stood in the function that returns it.
    pub(super) fn awaited_body(&mut self) {
        let function = self.builder.function();
        self.builder.function_mut(function).is_async = true;
        if self.down(|_, kind| kind == Kind::Arguments) {
            if self.down(|_, kind| kind == Kind::Generator) {
                if self.down_to(Field::Body) {
                    let outer = std::mem::replace(&mut self.awaits, true);
                    self.block();
                    self.awaits = outer;
                    self.up();
                }
                self.up();
            }
            self.up();
        }
    }
}
