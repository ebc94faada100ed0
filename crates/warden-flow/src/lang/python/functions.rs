//! Functions, methods and lambdas.

use super::{Field, Frame, Kind, Python};
use crate::ir::{
    Arg, Call, CallKind, ClassId, Expr, ExprId, FuncId, Item, Method, Name, Param, ParamKind, Span,
    Stmt, StmtId, VarId,
};

/// A parameter as it is written, before there is a function that declares it.
struct Written {
    name: Option<Name>,
    at: Span,
    annotation: Option<ExprId>,
    default: Option<ExprId>,
    kind: ParamKind,
    /// The names of a parameter that is taken apart (Python 2).
    parts: Vec<(Name, Span)>,
}

/// What stands before the body of a function.
#[derive(Default)]
struct Head {
    name: Option<(Name, Span)>,
    params: Vec<Written>,
    returns: Option<ExprId>,
    is_async: bool,
}

/// What decorators and the name make of a function in a class.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Static,
    Class,
    Getter,
    Setter,
}

/// Decorators that give a function a role in its class.
const ROLES: &[(&str, Role)] = &[
    ("staticmethod", Role::Static),
    ("abstractstaticmethod", Role::Static),
    ("classmethod", Role::Class),
    ("abstractclassmethod", Role::Class),
    ("property", Role::Getter),
    ("cached_property", Role::Getter),
    ("abstractproperty", Role::Getter),
    ("hybrid_property", Role::Getter),
    ("computed_field", Role::Getter),
    ("getter", Role::Getter),
    ("setter", Role::Setter),
    ("deleter", Role::Setter),
];

impl Python<'_, '_> {
    /// `def name(params): body`: an assignment of the function, through its decorators.
    pub(super) fn function(&mut self, decorators: &[ExprId]) {
        let at = self.at();
        let mut head = Head::default();
        let mut function = None;
        self.tokens(|python, kind, _| match (Field::of(&python.cursor), kind) {
            (Field::Name, _) => head.name = Some((python.identifier(), python.at())),
            (Field::Parameters, _) => head.params = python.parameters(),
            (Field::ReturnType, _) => head.returns = Some(python.aside(Self::annotation)),
            (Field::Body, Kind::Block) => {
                let head = std::mem::take(&mut head);
                function = Some(python.define(head, decorators, at));
            }
            (_, Kind::Async) => head.is_async = true,
            _ => {}
        });
        let (function, name) = function.unwrap_or_else(|| self.define_nothing(&head, at));
        let value = self.builder.expr(Expr::Function(function), at);
        let Some((name, place)) = name else { return self.push(Stmt::Expr(value), at) };
        let target = self.bind(name, place);
        let value = self.decorate(value, decorators);
        self.push_assign(target, value, at);
    }

    /// Decorators are called from the inside out.
    pub(super) fn decorate(&mut self, mut value: ExprId, decorators: &[ExprId]) -> ExprId {
        for callee in decorators.iter().rev() {
            let at = self.builder.module.span(*callee);
            let args = vec![Arg { value, name: None, spread: false }];
            let call = Call { callee: *callee, args, kind: CallKind::Decorator };
            value = self.builder.expr(Expr::Call(call), at);
        }
        value
    }

    /// A function whose body is missing.
    fn define_nothing(&mut self, head: &Head, at: Span) -> (FuncId, Option<(Name, Span)>) {
        let function = self.builder.open_function(at);
        self.builder.function_mut(function).name = head.name.map(|(name, _)| name);
        self.builder.close_function();
        (function, head.name)
    }

    /// Makes the function, the cursor standing at its body.
    fn define(
        &mut self,
        head: Head,
        decorators: &[ExprId],
        at: Span,
    ) -> (FuncId, Option<(Name, Span)>) {
        let class = self.class();
        let role = self.role(decorators, head.name);
        let function = self.open(at);
        let mut params = head.params;
        let receiver = match class {
            Some(_) if role != Role::Static => self.take_receiver(&mut params),
            _ => None,
        };
        let params = self.declare_all(&params);
        let doc = self.docstring();
        let body = self.block();
        let name = head.name.map(|(name, _)| name);
        let made = self.builder.function_mut(function);
        made.name = name;
        made.params = params;
        made.receiver = receiver;
        made.class = class;
        made.doc = doc;
        made.body = body;
        made.is_async = head.is_async;
        made.returns = head.returns;
        made.decorators = decorators.to_vec();
        self.close();
        if let (Some(class), Some(name)) = (class, name) {
            self.add_method(class, name, function, role);
        }
        (function, head.name)
    }

    fn open(&mut self, at: Span) -> FuncId {
        self.frames.push(Frame::default());
        self.builder.open_function(at)
    }

    fn close(&mut self) {
        self.builder.close_function();
        self.frames.pop();
    }

    /// A setter has the name of its property; as a method it is called `name.setter`, so that
    /// whoever looks for the name finds the getter.
    fn add_method(&mut self, class: ClassId, name: Name, function: FuncId, role: Role) {
        let name = if role == Role::Setter {
            let text = format!("{}.setter", self.builder.module.text(name));
            self.builder.name(&text)
        } else {
            name
        };
        let is_static = matches!(role, Role::Static | Role::Class);
        let method = Method { name, function, is_static, is_getter: role == Role::Getter };
        self.builder.module.classes[class.at()].methods.push(method);
    }

    fn role(&self, decorators: &[ExprId], name: Option<(Name, Span)>) -> Role {
        let told = decorators.iter().find_map(|decorator| {
            let name = self.last_name(*decorator);
            ROLES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
        });
        let name = name.map_or("", |(name, _)| self.builder.module.text(name));
        told.unwrap_or(match name {
            "__new__" | "__init_subclass__" | "__class_getitem__" => Role::Class,
            _ => Role::Plain,
        })
    }

    /// The last name of `a`, `m.a`, `m.a(…)`.
    pub(super) fn last_name(&self, expr: ExprId) -> &str {
        let module = &self.builder.module;
        let mut expr = expr;
        if let Expr::Assign { value, .. } = module.expr(expr) {
            expr = *value;
        }
        if let Expr::Call(call) = module.expr(expr) {
            expr = call.callee;
        }
        match module.expr(expr) {
            Expr::Global(name) | Expr::Member(_, name) => module.text(*name),
            Expr::Var(var) => module.text(module.vars[var.at()].name),
            _ => "",
        }
    }

    /// The first parameter of a method is what it is called on.
    fn take_receiver(&mut self, params: &mut Vec<Written>) -> Option<VarId> {
        let first = params.first()?;
        let name = first.name.filter(|_| first.kind == ParamKind::Plain)?;
        params.remove(0);
        Some(self.builder.declare(name))
    }

    fn declare_all(&mut self, params: &[Written]) -> Vec<Param> {
        params.iter().map(|param| self.declare_param(param)).collect()
    }

    fn declare_param(&mut self, written: &Written) -> Param {
        let target = if let Some(name) = written.name {
            self.declared(name, written.at)
        } else {
            let mut items = Vec::with_capacity(written.parts.len());
            for (name, at) in &written.parts {
                items.push(Item { value: self.declared(*name, *at), spread: false });
            }
            self.builder.expr(Expr::List(items), written.at)
        };
        let Written { name, annotation, default, kind, .. } = *written;
        Param { name, target, default, annotation, kind }
    }

    fn declared(&mut self, name: Name, at: Span) -> ExprId {
        let var = self.builder.declare(name);
        self.builder.variable(var, at)
    }

    /// Reads parameters. Defaults and annotations belong to what is around the function.
    fn parameters(&mut self) -> Vec<Written> {
        let mut params = Vec::new();
        let mut kind = ParamKind::Plain;
        self.children(|python, part| match part {
            Kind::KeywordSeparator => kind = ParamKind::Named,
            Kind::PositionalSeparator => {}
            _ => {
                let mut param = Written {
                    name: None,
                    at: python.at(),
                    annotation: None,
                    default: None,
                    kind,
                    parts: Vec::new(),
                };
                python.parameter(part, &mut param);
                if param.kind == ParamKind::Rest {
                    kind = ParamKind::Named;
                }
                params.push(param);
            }
        });
        params
    }

    fn parameter(&mut self, part: Kind, param: &mut Written) {
        match part {
            Kind::Identifier => {
                param.name = Some(self.identifier());
                param.at = self.at();
            }
            Kind::ListSplatPattern => {
                param.kind = ParamKind::Rest;
                self.children(|python, part| python.parameter(part, param));
            }
            Kind::DictionarySplatPattern => {
                param.kind = ParamKind::NamedRest;
                self.children(|python, part| python.parameter(part, param));
            }
            Kind::TuplePattern => self.children(|python, part| {
                if part == Kind::Identifier {
                    param.parts.push((python.identifier(), python.at()));
                }
            }),
            Kind::DefaultParameter | Kind::TypedParameter | Kind::TypedDefaultParameter => {
                self.children(|python, part| match Field::of(&python.cursor) {
                    Field::Type => param.annotation = Some(python.aside(Self::annotation)),
                    Field::Value => {
                        let value = python.aside(Self::expr);
                        if let Some(name) = param.name {
                            python.call_it(value, name);
                        }
                        param.default = Some(value);
                    }
                    _ => python.parameter(part, param),
                });
            }
            _ => {}
        }
    }

    /// `lambda params: value`.
    pub(super) fn lambda(&mut self) -> ExprId {
        let at = self.at();
        let mut params = Vec::new();
        let mut function = None;
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Parameters => params = python.parameters(),
            Field::Body => {
                let made = python.open(at);
                let params = python.declare_all(&params);
                let body = python.returned();
                let it = python.builder.function_mut(made);
                it.params = params;
                it.body = body;
                python.close();
                function = Some(made);
            }
            _ => {}
        });
        match function {
            Some(function) => self.builder.expr(Expr::Function(function), at),
            None => self.nothing(at),
        }
    }

    /// The body of a lambda.
    fn returned(&mut self) -> Vec<StmtId> {
        self.gather(|python| {
            let at = python.at();
            let value = python.expr();
            python.push(Stmt::Return(Some(value)), at);
        })
    }
}
