//! Schemas that are written as calls: zod, and what is written like it (`TypeBox`, valibot).

use std::cell::Cell;

use serde_json::Value;
use warden_flow::{
    analysis::{At, Literal},
    ir::{Expr, ExprId},
};

use crate::source::surface::{
    ParamInfo,
    reader::{CallAt, Reader},
    shape::{Kinds, Shape},
    wire,
};

/// Types in types that are followed.
const MAX_DEPTH: usize = 8;

/// Types that are looked at for one tool.
const MAX_STEPS: usize = 4096;

/// Calls one after the other: `z.string().min(1).max(2)`.
const MAX_CALLS: usize = 64;

/// Reads schemas.
pub(super) struct Zod<'a> {
    reader: &'a Reader<'a>,
    kinds: &'a Kinds<'a>,
    steps: Cell<usize>,
}

/// One call of a chain.
#[derive(Clone, Copy)]
struct Step<'a> {
    name: &'a str,
    call: CallAt<'a>,
}

impl<'a> Zod<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, kinds: &'a Kinds<'a>) -> Self {
        Self { reader, kinds, steps: Cell::new(0) }
    }

    /// The parameters of a tool, and whether there may be more.
    pub(super) fn parameters(&self, at: At) -> (Vec<ParamInfo>, bool) {
        for value in self.reader.values(at) {
            if matches!(self.reader.expr(value), Expr::Object(_)) {
                return self.object_parameters(value);
            }
            let shape = self.shape(value, 0);
            if !shape.members.is_empty() || !shape.open {
                return (shape.members, shape.open);
            }
        }
        (Vec::new(), true)
    }

    /// `{path: z.string()}`, or JSON Schema.
    fn object_parameters(&self, object: At) -> (Vec<ParamInfo>, bool) {
        let part = |name: &str| self.reader.part(object, &[name]);
        let kind = part("type").and_then(|at| self.reader.text(at));
        let properties = part("properties")
            .is_some_and(|at| self.reader.values(at).iter().any(|v| self.is_object(*v)));
        if kind.as_deref() == Some("object") || properties {
            return wire::schema_parameters(self.reader, self.kinds, object);
        }
        (self.members(object, 0), false)
    }

    fn is_object(&self, at: At) -> bool {
        matches!(self.reader.expr(at), Expr::Object(_))
    }

    fn members(&self, object: At, depth: usize) -> Vec<ParamInfo> {
        let parts = self.reader.parts(object).into_iter();
        parts
            .map(|part| {
                let mut shape = self.shape(part.at, depth + 1);
                shape.optional = Some(shape.optional.unwrap_or(false));
                shape.named(part.name)
            })
            .collect()
    }

    /// What a type at a place says.
    fn shape(&self, at: At, depth: usize) -> Shape {
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > MAX_STEPS {
            return self.kinds.anything();
        }
        for value in self.reader.values(at) {
            let chain = self.chain(value);
            if let Some((first, rest)) = chain.split_first() {
                let start = self.start(*first, depth);
                return rest.iter().fold(start, |shape, step| self.refine(*step, shape, depth));
            }
            if let Expr::Member(base, name) = self.reader.expr(value)
                && matches!(self.reader.name(value.module, *name), "shape" | "entries")
            {
                return self.shape(At { expr: *base, ..value }, depth + 1);
            }
        }
        self.kinds.anything()
    }

    /// The calls of a chain from left to right, those of variables that it starts with included.
    fn chain(&self, at: At) -> Vec<Step<'a>> {
        let mut found = Vec::new();
        let mut at = at;
        while found.len() < MAX_CALLS {
            let Some(call) = self.reader.call(at) else { break };
            let callee = At { expr: call.call.callee, ..at };
            let Some(name) = self.reader.last_name(callee) else { break };
            found.push(Step { name, call });
            let Some(base) = self.reader.base(callee) else { break };
            let mut next = self.reader.values(base).into_iter();
            let Some(next) = next.find(|next| self.reader.call(*next).is_some()) else { break };
            at = next;
        }
        found.reverse();
        found
    }

    fn args(&self, step: Step<'a>) -> Vec<At> {
        self.reader.plain_args(step.call)
    }

    fn first(&self, step: Step<'a>, depth: usize) -> Shape {
        let first = self.args(step).first().copied();
        first.map_or_else(|| self.kinds.anything(), |at| self.shape(at, depth + 1))
    }

    /// The call that makes a type.
    fn start(&self, step: Step<'a>, depth: usize) -> Shape {
        let kinds = self.kinds;
        let lower: String = step.name.to_ascii_lowercase();
        let shape = match lower.as_str() {
            "number" => kinds.typed("number"),
            "int" | "int32" | "integer" | "bigint" => kinds.typed("integer"),
            "boolean" | "stringbool" => kinds.typed("boolean"),
            "date" => kinds.format("date-time"),
            "null" | "undefined" | "void" => kinds.typed("null"),
            "uuid" | "guid" | "cuid" | "cuid2" | "ulid" | "nanoid" => kinds.format("uuid"),
            "ipv4" | "ipv6" => kinds.format("ipv4"),
            "url" | "httpurl" => kinds.format("uri"),
            "string" | "email" | "templateliteral" => kinds.typed("string"),
            "enum" | "nativeenum" | "picklist" | "literal" => kinds.choice(self.constants(step)),
            "array" | "set" => kinds.list(&self.first(step, depth)),
            "tuple" => kinds.typed("array"),
            "record" | "map" => kinds.typed("object"),
            "object" | "strictobject" | "looseobject" => self.object(step, depth),
            "union" | "discriminatedunion" | "variant" => self.union(step, depth),
            "intersect" | "intersection" => self.both(step, depth),
            "optional" | "nullish" | "nullable" => {
                let mut shape = self.first(step, depth);
                shape.optional = Some(true);
                shape
            }
            "pipe" => self.pipe(step, depth),
            "preprocess" => {
                let second = self.args(step).get(1).copied();
                second.map_or_else(|| kinds.anything(), |at| self.shape(at, depth + 1))
            }
            "lazy" => self.lazy(step, depth),
            "zodtojsonschema" | "tojsonschema" | "tojsonschemacompat" | "standardschema" => {
                self.first(step, depth)
            }
            _ => kinds.anything(),
        };
        self.options(step, shape)
    }

    /// `TypeBox` takes keywords of JSON Schema as the last argument.
    fn options(&self, step: Step<'a>, mut shape: Shape) -> Shape {
        let capital = step.name.starts_with(|first: char| first.is_ascii_uppercase());
        let Some(last) = self.args(step).last().copied().filter(|_| capital) else { return shape };
        let text = |name: &str| self.reader.part(last, &[name]).and_then(|at| self.reader.text(at));
        if let Some(text) = text("description") {
            shape = shape.with("description", (&*text).into());
        }
        if let Some(pattern) = text("pattern") {
            shape = shape.also(self.kinds.pattern(&pattern, false));
        }
        if let Some(format) = text("format") {
            shape = shape.also(self.kinds.format(&format).known);
        }
        if self.reader.part(last, &["maximum"]).is_some() {
            shape = shape.bounded();
        }
        shape
    }

    fn constants(&self, step: Step<'a>) -> Vec<Value> {
        let Some(first) = self.args(step).first().copied() else { return Vec::new() };
        let texts = |at: At| self.reader.text(at).map(|text| Value::from(&*text));
        if let Some(only) = texts(first) {
            return vec![only];
        }
        self.reader.elements(first).into_iter().filter_map(texts).collect()
    }

    fn object(&self, step: Step<'a>, depth: usize) -> Shape {
        let Some(first) = self.args(step).first().copied() else { return self.kinds.anything() };
        let mut objects = self.reader.values(first).into_iter();
        let Some(object) = objects.find(|value| self.is_object(*value)) else {
            return self.shape(first, depth + 1);
        };
        self.kinds.object(self.members(object, depth), step.name == "looseObject")
    }

    fn union(&self, step: Step<'a>, depth: usize) -> Shape {
        let list = self.args(step).into_iter().flat_map(|at| self.reader.elements(at));
        self.kinds.any_of(list.map(|at| self.shape(at, depth + 1)).collect())
    }

    fn both(&self, step: Step<'a>, depth: usize) -> Shape {
        let args = self.args(step).into_iter();
        let shapes: Vec<Shape> = args.map(|at| self.shape(at, depth + 1)).collect();
        let open = shapes.iter().any(|shape| shape.open);
        self.kinds.object(shapes.into_iter().flat_map(|shape| shape.members).collect(), open)
    }

    /// valibot: `v.pipe(v.string(), v.regex(/…/))`.
    fn pipe(&self, step: Step<'a>, depth: usize) -> Shape {
        let mut shape = self.first(step, depth);
        for at in self.args(step).into_iter().skip(1) {
            for check in self.chain(at) {
                shape = self.refine(check, shape, depth);
            }
        }
        shape
    }

    fn lazy(&self, step: Step<'a>, depth: usize) -> Shape {
        let functions = self.args(step).into_iter().flat_map(|at| self.reader.functions(at));
        let returned = functions.flat_map(|function| self.reader.returned(function)).next();
        returned.map_or_else(|| self.kinds.anything(), |at| self.shape(at, depth + 1))
    }

    /// A call that changes a type.
    fn refine(&self, step: Step<'a>, mut shape: Shape, depth: usize) -> Shape {
        let text = || {
            self.args(step)
                .first()
                .and_then(|at| self.reader.text(*at))
                .map(|text| text.to_string())
        };
        match step.name {
            "optional" | "nullish" | "default" | "prefault" | "catch" => {
                shape.optional = Some(true);
                shape
            }
            "describe" | "description" => match text() {
                Some(text) => shape.with("description", text.into()),
                None => shape,
            },
            "meta" => {
                let first = self.args(step).first().copied();
                let told = first.and_then(|at| self.reader.part(at, &["description"]));
                match told.and_then(|at| self.reader.text(at)) {
                    Some(text) => shape.with("description", (&*text).into()),
                    None => shape,
                }
            }
            "regex" => match self.regex(step) {
                Some(pattern) => {
                    let known = self.kinds.pattern(&pattern, false);
                    shape.with("pattern", pattern.into()).also(known)
                }
                None => shape,
            },
            "uuid" | "guid" | "cuid" | "cuid2" | "ulid" | "nanoid" | "datetime" | "date" | "ip"
            | "ipv4" | "ipv6" => {
                let known = self.kinds.format("uuid").known;
                shape.also(known)
            }
            "url" => {
                let known = self.kinds.format("uri").known;
                shape.with("format", "uri".into()).also(known)
            }
            "int" => shape.with("type", "integer".into()),
            "max" | "lte" | "lt" | "maxValue" => shape.bounded(),
            "array" => self.kinds.list(&shape),
            "extend" | "merge" | "safeExtend" | "and" => self.extended(step, shape, depth),
            "partial" => {
                for member in &mut shape.members {
                    member.required = Some(false);
                }
                shape
            }
            "or" => {
                let other = self.first(step, depth);
                self.kinds.any_of(vec![shape, other])
            }
            "passthrough" | "loose" | "catchall" => {
                shape.open = true;
                shape
            }
            // What comes out is whatever the function makes.
            "transform" | "overwrite" => shape.known(warden_flow::models::Bits::NONE),
            "pipe" => {
                let other = self.first(step, depth);
                let known = other.known;
                shape.also(known)
            }
            _ => shape,
        }
    }

    fn extended(&self, step: Step<'a>, shape: Shape, depth: usize) -> Shape {
        let Some(first) = self.args(step).first().copied() else { return shape };
        let mut members = shape.members;
        for value in self.reader.values(first) {
            let more = if self.is_object(value) {
                self.members(value, depth)
            } else {
                self.shape(value, depth + 1).members
            };
            members.retain(|member| !more.iter().any(|other| other.name == member.name));
            members.extend(more);
        }
        self.kinds.object(members, shape.open)
    }

    fn regex(&self, step: Step<'a>) -> Option<String> {
        let first = self.args(step).first().copied()?;
        self.reader.values(first).into_iter().find_map(|value| match self.reader.expr(value) {
            Expr::Regex(pattern, flags) => {
                let flags = self.reader.name(value.module, *flags);
                let pattern = self.reader.name(value.module, *pattern);
                // With `m` the ends are those of a line.
                (!flags.contains('m')).then(|| pattern.to_owned())
            }
            Expr::Call(call) => {
                let callee = At { expr: call.callee, ..value };
                let regex = self.reader.last_name(callee) == Some("RegExp");
                let arg = |expr: ExprId| At { expr, ..value };
                let text = call.args.first().and_then(|first| self.reader.text(arg(first.value)));
                text.filter(|_| regex).map(|text| text.to_string())
            }
            _ => match self.reader.analysis.literal(value) {
                Literal::Regex(pattern, flags) if !flags.contains('m') => Some(pattern.to_string()),
                _ => None,
            },
        })
    }
}
