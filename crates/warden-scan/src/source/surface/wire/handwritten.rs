//! Functions that answer `tools/call` of JSON-RPC without an SDK.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Operator, Span, Stmt, StmtId, VarId},
};

use crate::source::surface::{
    SurfaceGapKind,
    found::{Argument, Dispatched, Found, FoundDispatcher},
    reader::{Origin, Reader, holds},
};

/// The methods that call something.
static METHODS: &[(&str, Dispatched)] = &[
    ("tools/call", Dispatched::Tools),
    ("resources/read", Dispatched::Resources),
    ("prompts/get", Dispatched::Prompts),
];

/// Members of members that are followed.
const MAX_CHAIN: usize = 8;

/// A branch that answers a method.
struct Answer {
    of: Dispatched,
    /// What is compared with the method.
    subject: At,
    /// The statements.
    inside: Span,
    /// The comparison.
    place: At,
}

/// Where a request comes from.
enum Request {
    /// A parameter of the function around, with the members on the way.
    Parameter(FnId, u16, Vec<String>),
    /// A variable.
    Variable(VarId),
}

/// Adds every function that answers a method by its name.
pub(super) fn collect(reader: &Reader<'_>, out: &mut Found) {
    for (number, module) in reader.modules() {
        for (method, of) in METHODS {
            if reader.index(number).named(method).is_none() {
                continue;
            }
            for (stmt, _) in &module.stmts {
                for answer in answers(reader, number, stmt, (method, *of)) {
                    one(reader, &answer, out);
                }
            }
            tables(reader, number, (method, *of), out);
        }
    }
}

fn answers(
    reader: &Reader<'_>,
    number: u32,
    stmt: &Stmt,
    (method, of): (&str, Dispatched),
) -> Vec<Answer> {
    let at = |expr: ExprId| At { module: number, expr };
    let is = |expr: ExprId| reader.constant(at(expr)) == Some(method);
    let mut found = Vec::new();
    match stmt {
        Stmt::If { cond, then, .. } => {
            let Expr::Binary(Operator::Equal, first, second) = reader.expr(at(*cond)) else {
                return found;
            };
            let subject = match (is(*first), is(*second)) {
                (false, true) => *first,
                (true, false) => *second,
                _ => return found,
            };
            found.extend(block(reader, number, then).map(|inside| Answer {
                of,
                subject: at(subject),
                inside,
                place: at(*cond),
            }));
        }
        Stmt::Switch { subject: Some(subject), cases } => {
            for case in cases {
                let test = case.tests.iter().flatten().find(|test| is(**test));
                let Some(test) = test else { continue };
                found.extend(block(reader, number, &case.body).map(|inside| Answer {
                    of,
                    subject: at(*subject),
                    inside,
                    place: at(*test),
                }));
            }
        }
        _ => {}
    }
    found
}

fn block(reader: &Reader<'_>, number: u32, body: &[StmtId]) -> Option<Span> {
    let stmts = &reader.module(number).stmts;
    let spans = body.iter().filter_map(|stmt| stmts.get(stmt.at())).map(|(_, span)| *span);
    spans.reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) })
}

fn one(reader: &Reader<'_>, answer: &Answer, out: &mut Found) {
    // A client that asks and a server that answers both have the text; only one of them compares.
    let Some(request) = request(reader, answer.subject) else { return };
    if let Request::Parameter(function, param, within) = &request {
        push(reader, *function, (*param, within.clone()), answer, out);
        return;
    }
    let Request::Variable(variable) = request else { return };
    let module = reader.module(answer.subject.module);
    let before = out.dispatchers.len();
    for (expr, id) in module.exprs.iter().zip(0..) {
        let at = At { expr: ExprId(id), ..answer.subject };
        let Expr::Call(call) = expr else { continue };
        if !holds(answer.inside, reader.spot(at).span) {
            continue;
        }
        for (arg, position) in call.args.iter().zip(0u16..) {
            let Some(way) = relative(reader, At { expr: arg.value, ..at }, variable, 0) else {
                continue;
            };
            let Some(rest) = rest(&way, answer.of) else { continue };
            for function in reader.functions(At { expr: call.callee, ..at }) {
                dispatcher(function, (position, rest.clone()), answer, out);
            }
        }
    }
    if out.dispatchers.len() == before {
        out.gap(answer.place, SurfaceGapKind::Handler);
    }
}

/// The request that the method is a member of.
fn request(reader: &Reader<'_>, subject: At) -> Option<Request> {
    let place = |expr: ExprId| At { expr, ..subject };
    match reader.expr(subject) {
        Expr::Member(base, _) | Expr::Index(base, _) => whence(reader, place(*base), Vec::new(), 0),
        Expr::Call(call) => match reader.expr(place(call.callee)) {
            // `message.get("method")`
            Expr::Member(base, _) => whence(reader, place(*base), Vec::new(), 0),
            _ => None,
        },
        Expr::Var(var) => {
            let origins: Vec<Origin> = reader.index(subject.module).origins(*var).collect();
            origins.into_iter().find_map(|origin| match origin {
                Origin::Member(value, _) => whence(reader, place(value), Vec::new(), 0),
                Origin::Value(value) if value != subject.expr => request(reader, place(value)),
                Origin::ParameterMember(function, param, _) => Some(Request::Parameter(
                    FnId { module: subject.module, function },
                    param,
                    Vec::new(),
                )),
                // `handle(method, params)`
                Origin::Parameter(function, _) => beside(reader, subject.module, function),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Where a request comes from that is at a place.
fn whence(reader: &Reader<'_>, at: At, mut within: Vec<String>, depth: usize) -> Option<Request> {
    if depth > MAX_CHAIN {
        return None;
    }
    match reader.expr(at) {
        Expr::Var(var) => {
            let origins: Vec<Origin> = reader.index(at.module).origins(*var).collect();
            let parameter = origins.iter().find_map(|origin| match origin {
                Origin::Parameter(function, param) => Some((*function, *param)),
                _ => None,
            });
            within.reverse();
            Some(match parameter {
                Some((function, param)) => {
                    Request::Parameter(FnId { module: at.module, function }, param, within)
                }
                None => Request::Variable(*var),
            })
        }
        Expr::Member(base, name) => {
            within.push(reader.name(at.module, *name).to_owned());
            whence(reader, At { expr: *base, ..at }, within, depth + 1)
        }
        _ => None,
    }
}

/// The parameter beside the method that holds the rest.
fn beside(reader: &Reader<'_>, module: u32, function: FuncId) -> Option<Request> {
    let found = reader.module(module);
    let params = &found.functions.get(function.at())?.params;
    let named = |name: &str| matches!(name, "params" | "parameters" | "Params" | "rawParams");
    let at = params.iter().position(|p| p.name.is_some_and(|name| named(found.text(name))))?;
    let within = vec![String::from("\0params")];
    Some(Request::Parameter(FnId { module, function }, u16::try_from(at).ok()?, within))
}

fn push(
    reader: &Reader<'_>,
    function: FnId,
    (param, mut within): (u16, Vec<String>),
    answer: &Answer,
    out: &mut Found,
) {
    let go = reader.language(function.module) == warden_flow::ir::Language::Go;
    let [params, arguments, uri] =
        if go { ["Params", "Arguments", "URI"] } else { ["params", "arguments", "uri"] };
    // The parameter beside the method is the `params` already.
    if within.last().is_some_and(|last| last == "\0params") {
        within.pop();
    } else {
        within.push(params.to_owned());
    }
    within.push(
        match answer.of {
            Dispatched::Resources => uri,
            Dispatched::Tools | Dispatched::Prompts => arguments,
        }
        .to_owned(),
    );
    dispatcher(function, (param, within), answer, out);
}

fn dispatcher(
    function: FnId,
    (param, within): (u16, Vec<String>),
    answer: &Answer,
    out: &mut Found,
) {
    out.dispatchers.push(FoundDispatcher {
        function,
        of: answer.of,
        name: None,
        arguments: Argument { param, within },
        validated: false,
        place: answer.place,
    });
}

/// The members on the way from a variable to what is at a place.
fn relative(reader: &Reader<'_>, at: At, variable: VarId, depth: usize) -> Option<Vec<String>> {
    if depth > MAX_CHAIN {
        return None;
    }
    let place = |expr: ExprId| At { expr, ..at };
    let further = |base: ExprId, name: &str| {
        let mut way = relative(reader, place(base), variable, depth + 1)?;
        way.push(name.to_owned());
        Some(way)
    };
    match reader.expr(at) {
        Expr::Var(var) if *var == variable => Some(Vec::new()),
        Expr::Var(var) => {
            let origins: Vec<Origin> = reader.index(at.module).origins(*var).collect();
            origins.into_iter().find_map(|origin| match origin {
                Origin::Value(value) => relative(reader, place(value), variable, depth + 1),
                Origin::Member(value, name) => further(value, reader.name(at.module, name)),
                _ => None,
            })
        }
        Expr::Member(base, name) => further(*base, reader.name(at.module, *name)),
        Expr::Index(base, key) => further(*base, reader.constant(place(*key))?),
        Expr::Logic(_, first, _) => relative(reader, place(*first), variable, depth + 1),
        Expr::Call(call) => {
            // `params.get("arguments", {})`
            let callee = place(call.callee);
            let base = reader.base(callee).filter(|_| reader.last_name(callee) == Some("get"))?;
            further(base.expr, reader.constant(place(call.args.first()?.value))?)
        }
        _ => None,
    }
}

/// What is left of the way to the arguments when something was passed on.
fn rest(way: &[String], of: Dispatched) -> Option<Vec<String>> {
    let last = match of {
        Dispatched::Resources => "uri",
        Dispatched::Tools | Dispatched::Prompts => "arguments",
    };
    let whole = ["params", last];
    let behind = whole.get(way.len()..)?;
    let fits = way.iter().zip(whole).all(|(have, want)| have.eq_ignore_ascii_case(want));
    fits.then(|| behind.iter().map(|name| (*name).to_owned()).collect())
}

/// `{"tools/call": handle}`
fn tables(reader: &Reader<'_>, number: u32, (method, of): (&str, Dispatched), out: &mut Found) {
    let module = reader.module(number);
    let Some(name) = reader.index(number).named(method) else { return };
    for (expr, id) in module.exprs.iter().zip(0..) {
        let Expr::Object(properties) = expr else { continue };
        let has = |property: &&warden_flow::ir::Property| matches!(property.key, warden_flow::ir::Key::Name(key) if key == name);
        for property in properties.iter().filter(has) {
            let at = At { module: number, expr: property.value };
            for function in reader.functions(at) {
                let place = At { module: number, expr: ExprId(id) };
                let answer = Answer { of, subject: at, inside: Span::default(), place };
                let within = first_is_params(reader, function).then(|| "\0params".to_owned());
                push(reader, function, (0, within.into_iter().collect()), &answer, out);
            }
        }
    }
}

fn first_is_params(reader: &Reader<'_>, function: FnId) -> bool {
    let module = reader.module(function.module);
    let found = module.functions.get(function.function.at());
    let first = found.and_then(|found| found.params.first()).and_then(|param| param.name);
    first.is_some_and(|name| module.text(name).to_ascii_lowercase().contains("params"))
}
