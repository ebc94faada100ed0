//! Type annotations, pydantic models and enumerations.

use std::cell::Cell;

use serde_json::Value;
use warden_flow::{
    analysis::{At, FnId},
    ir::{Class, ClassId, Expr, ExprId, Operator, Param, ParamKind},
};

use crate::source::surface::{
    ParamInfo,
    found::Takes,
    reader::{CallAt, Reader},
    shape::{Kinds, Shape},
};

/// Types in types that are followed.
const MAX_DEPTH: usize = 8;

/// Types that are looked at for one parameter: models may hold models many times.
const MAX_STEPS: usize = 2048;

/// Reads annotations.
pub(crate) struct Types<'a> {
    pub(crate) reader: &'a Reader<'a>,
    pub(crate) kinds: &'a Kinds<'a>,
    steps: Cell<usize>,
}

impl<'a> Types<'a> {
    pub(crate) fn new(reader: &'a Reader<'a>, kinds: &'a Kinds<'a>) -> Self {
        Self { reader, kinds, steps: Cell::new(0) }
    }

    /// The parameters of a function that callers choose, and where they arrive.
    pub(crate) fn parameters(&self, function: FnId) -> (Vec<ParamInfo>, Takes) {
        let module = self.reader.module(function.module);
        let mut infos = Vec::new();
        let mut takes = Vec::new();
        let params = module.functions.get(function.function.at()).map(|f| f.params.as_slice());
        for (param, position) in params.unwrap_or_default().iter().zip(0u16..) {
            let Some(name) = param.name.map(|name| module.text(name)) else { continue };
            if !matches!(param.kind, ParamKind::Plain | ParamKind::Named)
                || self.is_injected(function.module, param)
            {
                continue;
            }
            infos.push(self.parameter(function.module, param).named(name));
            takes.push((position, name.to_owned()));
        }
        (infos, Takes::Each(takes))
    }

    /// Whether the framework gives the value and not the caller.
    fn is_injected(&self, module: u32, param: &Param) -> bool {
        let at = |expr: ExprId| At { module, expr };
        let names = |expr: Option<ExprId>, names: &[&str]| {
            expr.is_some_and(|expr| self.mentions(at(expr), names, 0))
        };
        names(param.annotation, INJECTED_TYPES)
            || param
                .default
                .and_then(|default| self.reader.call(at(default)))
                .is_some_and(|call| names(Some(call.call.callee), INJECTED_DEFAULTS))
    }

    /// Whether an annotation names one of `names`, also inside `Optional[…]` and the like.
    pub(super) fn mentions(&self, at: At, names: &[&str], depth: usize) -> bool {
        let inner = |expr: ExprId| self.mentions(At { expr, ..at }, names, depth + 1);
        if depth > MAX_DEPTH {
            return false;
        }
        match self.reader.expr(at) {
            Expr::Index(base, key) => inner(*base) || inner(*key),
            Expr::Binary(_, first, second) => inner(*first) || inner(*second),
            Expr::List(items) => items.iter().any(|item| inner(item.value)),
            Expr::Call(call) => inner(call.callee),
            Expr::Text(_) | Expr::Var(_) | Expr::Global(_) | Expr::Member(..) => {
                self.reader.last_name(at).is_some_and(|name| names.contains(&name))
            }
            _ => false,
        }
    }

    fn parameter(&self, module: u32, param: &Param) -> Shape {
        let at = |expr: ExprId| At { module, expr };
        let mut shape = param
            .annotation
            .map_or_else(|| self.kinds.anything(), |annotation| self.annotation(at(annotation)));
        let Some(default) = param.default.map(at) else {
            shape.optional = Some(false);
            return shape;
        };
        match self.reader.call(default) {
            Some(call) if self.is_field(call) => self.field(call, shape),
            _ => {
                shape.optional = Some(true);
                self.with_default(shape, default)
            }
        }
    }

    fn with_default(&self, shape: Shape, default: At) -> Shape {
        match self.reader.expr(default) {
            Expr::Text(name) => {
                shape.with("default", self.reader.name(default.module, *name).into())
            }
            Expr::Bool(truth) => shape.with("default", (*truth).into()),
            _ => shape,
        }
    }

    /// What an annotation says.
    pub(crate) fn annotation(&self, at: At) -> Shape {
        self.annotated(at, 0)
    }

    fn annotated(&self, at: At, depth: usize) -> Shape {
        if depth == 0 {
            self.steps.set(0);
        }
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > MAX_STEPS {
            return self.kinds.anything();
        }
        match self.reader.expr(at) {
            Expr::Null => self.kinds.typed("null"),
            Expr::Index(base, key) => {
                self.generic(At { expr: *base, ..at }, At { expr: *key, ..at }, depth)
            }
            Expr::Binary(Operator::Arithmetic, first, second) => {
                let sides = [*first, *second];
                let shapes = sides.map(|expr| self.annotated(At { expr, ..at }, depth + 1));
                self.kinds.any_of(shapes.into())
            }
            Expr::Call(call) => self.constrained(CallAt { at, call }, depth),
            _ => self.plain(at, depth),
        }
    }

    /// A type by its name.
    fn plain(&self, at: At, depth: usize) -> Shape {
        let name = self.reader.last_name(at).unwrap_or_default();
        if let Some(shape) = self.builtin(name) {
            return shape;
        }
        for value in self.reader.values(at) {
            match self.reader.expr(value) {
                Expr::Class(class) => return self.class(value.module, *class, depth + 1),
                Expr::Index(..) | Expr::Binary(..) | Expr::Call(_) if value != at => {
                    return self.annotated(value, depth + 1);
                }
                Expr::Var(_) | Expr::Global(_) | Expr::Member(..) if value != at => {
                    return self.plain(value, depth + 1);
                }
                _ => {}
            }
        }
        self.kinds.anything()
    }

    fn builtin(&self, name: &str) -> Option<Shape> {
        let kinds = self.kinds;
        Some(match name {
            "str" | "bytes" | "SecretStr" | "EmailStr" | "Path" | "FilePath" | "DirectoryPath" => {
                kinds.typed("string")
            }
            "int" | "PositiveInt" | "NonNegativeInt" | "NegativeInt" | "StrictInt" => {
                kinds.typed("integer")
            }
            "float" | "Decimal" | "PositiveFloat" | "StrictFloat" => kinds.typed("number"),
            "bool" | "StrictBool" => kinds.typed("boolean"),
            "UUID" | "UUID1" | "UUID4" => kinds.format("uuid"),
            "datetime" => kinds.format("date-time"),
            "date" => kinds.format("date"),
            "timedelta" => kinds.format("duration"),
            "IPv4Address" | "IPvAnyAddress" => kinds.format("ipv4"),
            "AnyUrl" | "HttpUrl" | "AnyHttpUrl" => kinds.format("uri"),
            "list" | "List" | "Sequence" | "set" | "Set" | "tuple" | "Tuple" | "Iterable" => {
                kinds.typed("array")
            }
            "dict" | "Dict" | "Mapping" => kinds.typed("object"),
            "None" | "NoneType" => kinds.typed("null"),
            "Any" | "object" => kinds.anything(),
            _ => return None,
        })
    }

    /// `Optional[X]`, `list[X]`, `Literal["a", "b"]`, `Annotated[X, Field(…)]`.
    fn generic(&self, base: At, key: At, depth: usize) -> Shape {
        let args = self.args(key);
        let first = || {
            args.first().map_or_else(|| self.kinds.anything(), |at| self.annotated(*at, depth + 1))
        };
        match self.reader.last_name(base).unwrap_or_default() {
            "Optional" => self.kinds.any_of(vec![first(), self.kinds.typed("null")]),
            "Union" => {
                self.kinds.any_of(args.iter().map(|at| self.annotated(*at, depth + 1)).collect())
            }
            "Literal" => self.kinds.choice(self.constants(&args)),
            "Annotated" => args.iter().skip(1).fold(first(), |shape, at| self.metadata(*at, shape)),
            "list" | "List" | "Sequence" | "set" | "Set" | "frozenset" | "FrozenSet" | "tuple"
            | "Tuple" | "Iterable" | "Collection" => self.kinds.list(&first()),
            "dict" | "Dict" | "Mapping" | "MutableMapping" => self.kinds.typed("object"),
            "Required" | "Final" | "ReadOnly" | "SkipJsonSchema" => first(),
            "NotRequired" => {
                let mut shape = first();
                shape.optional = Some(true);
                shape
            }
            _ => self.plain(base, depth + 1),
        }
    }

    fn args(&self, key: At) -> Vec<At> {
        match self.reader.expr(key) {
            Expr::List(items) => items.iter().map(|item| At { expr: item.value, ..key }).collect(),
            _ => vec![key],
        }
    }

    fn constants(&self, args: &[At]) -> Vec<Value> {
        let module = |at: &At| self.reader.module(at.module);
        args.iter()
            .filter_map(|at| match self.reader.expr(*at) {
                Expr::Text(name) => Some(module(at).text(*name).into()),
                Expr::Number(name) => module(at).text(*name).parse::<i64>().ok().map(Value::from),
                Expr::Bool(truth) => Some((*truth).into()),
                Expr::Null => Some(Value::Null),
                _ => self.reader.constant(*at).map(Value::from),
            })
            .collect()
    }

    /// `constr(pattern=…)`, `conint(le=…)`.
    fn constrained(&self, call: CallAt<'_>, depth: usize) -> Shape {
        let callee = At { expr: call.call.callee, ..call.at };
        let shape = match self.reader.last_name(callee).unwrap_or_default() {
            "constr" => self.kinds.typed("string"),
            "conint" => self.kinds.typed("integer"),
            "confloat" | "condecimal" => self.kinds.typed("number"),
            "conlist" => {
                let item = self.reader.arg(call, Some(0), "item_type");
                let item = item
                    .map_or_else(|| self.kinds.anything(), |item| self.annotated(item, depth + 1));
                self.kinds.list(&item)
            }
            _ => return self.kinds.anything(),
        };
        self.constraints(call, shape)
    }

    fn is_field(&self, call: CallAt<'_>) -> bool {
        let callee = At { expr: call.call.callee, ..call.at };
        self.reader.last_name(callee).is_some_and(|name| FIELDS.contains(&name))
    }

    /// A part of `Annotated` behind the type.
    fn metadata(&self, at: At, shape: Shape) -> Shape {
        match self.reader.expr(at) {
            Expr::Text(name) => {
                shape.with("description", self.reader.name(at.module, *name).into())
            }
            Expr::Call(call) => {
                let call = CallAt { at, call };
                let optional = shape.optional;
                let mut shape = self.constraints(call, shape);
                shape.optional = optional;
                shape
            }
            _ => shape,
        }
    }

    /// `Field(default, description=…, pattern=…)` as a default.
    fn field(&self, call: CallAt<'_>, shape: Shape) -> Shape {
        let mut shape = self.constraints(call, shape);
        let default = self.reader.arg(call, Some(0), "default");
        let given = default.is_some_and(|at| {
            !matches!(self.reader.expr(at), Expr::Unknown(_))
                && self.reader.last_name(at) != Some("Ellipsis")
        });
        let made = self.reader.arg(call, None, "default_factory").is_some();
        shape.optional = Some(given || made);
        shape
    }

    fn constraints(&self, call: CallAt<'_>, mut shape: Shape) -> Shape {
        let reader = self.reader;
        let arg = |name: &str| reader.arg(call, None, name);
        if let Some(text) = arg("description").and_then(|at| reader.text(at)) {
            shape = shape.with("description", (&*text).into());
        }
        let pattern = arg("pattern").or_else(|| arg("regex"));
        if let Some(pattern) = pattern.and_then(|at| reader.text(at)) {
            let known = self.kinds.pattern(&pattern, false);
            shape = shape.with("pattern", (&*pattern).into()).also(known);
        }
        if arg("le").or_else(|| arg("lt")).is_some() {
            shape = shape.bounded();
        }
        shape
    }

    /// What a class of the program says of its instances.
    fn class(&self, module: u32, class: ClassId, depth: usize) -> Shape {
        let found = &self.reader.module(module).classes[class.at()];
        if self.is_enumeration(module, found) {
            let values: Vec<At> = found
                .fields
                .iter()
                .filter_map(|field| Some(At { module, expr: field.value? }))
                .collect();
            return self.kinds.choice(self.constants(&values));
        }
        let members = self.members(module, class, depth);
        if members.is_empty() {
            return self.kinds.anything();
        }
        self.kinds.object(members, false)
    }

    fn is_enumeration(&self, module: u32, class: &Class) -> bool {
        class.bases.iter().any(|base| {
            let name = self.reader.last_name(At { module, expr: *base });
            name.is_some_and(|name| name.ends_with("Enum"))
        })
    }

    /// The fields of a model, those of its bases first.
    pub(crate) fn members(&self, module: u32, class: ClassId, depth: usize) -> Vec<ParamInfo> {
        let reader = self.reader;
        let found = &reader.module(module).classes[class.at()];
        let mut members: Vec<ParamInfo> = Vec::new();
        if depth == 0 {
            self.steps.set(0);
        }
        if depth < MAX_DEPTH {
            for base in &found.bases {
                if let Some((module, base)) = reader.class(At { module, expr: *base }) {
                    members.extend(self.members(module, base, depth + 1));
                }
            }
        }
        for field in &found.fields {
            let Some(annotation) = field.annotation.map(|expr| At { module, expr }) else {
                continue;
            };
            let name = reader.name(module, field.name);
            if name.starts_with('_') || self.mentions(annotation, &["ClassVar"], 0) {
                continue;
            }
            let shape = self.annotated(annotation, depth + 1);
            let default = field.value.map(|expr| At { module, expr });
            let shape = match default.and_then(|at| reader.call(at)) {
                Some(call) if self.is_field(call) => self.field(call, shape),
                _ => Shape { optional: Some(default.is_some()), ..shape },
            };
            members.retain(|member| member.name != name);
            members.push(shape.named(name));
        }
        members
    }
}

/// Types of parameters that the framework fills.
static INJECTED_TYPES: &[&str] = &[
    "Context",
    "RequestContext",
    "Request",
    "WebSocket",
    "BackgroundTasks",
    "Depends",
    "AccessToken",
    "Progress",
    "ServerSession",
];

/// Defaults that the framework replaces.
static INJECTED_DEFAULTS: &[&str] = &[
    "Depends",
    "Security",
    "CurrentContext",
    "CurrentFastMCP",
    "CurrentRequest",
    "CurrentHeaders",
    "CurrentAccessToken",
    "Provide",
    "Resolve",
];

/// Functions that describe a field.
static FIELDS: &[&str] = &["Field", "Query", "Path", "Body", "Header", "Form", "File", "Cookie"];
