//! The front-ends over any bytes: nothing is lost, nothing points nowhere, and what stands above a
//! file changes nothing in it.

use std::collections::HashSet;

use rayon::ThreadPool;
use warden_flow::{
    Limits,
    dump::dump,
    ir::{Case, Expr, ExprId, Function, GapKind, Key, Language, Module, Span, Stmt, StmtId},
    lower, parse_only,
};

/// An address sanitizer makes every frame larger than it is in the product.
const STACK: usize = 128 << 20;

/// The whole input is a file.
pub fn python(data: &[u8]) {
    check(Language::Python, "m.py", data);
}

/// The whole input is a file.
pub fn javascript(data: &[u8]) {
    check(Language::JavaScript, "m.js", data);
}

/// The whole input is a file, with JSX if its first line is `// tsx`.
pub fn typescript(data: &[u8]) {
    match data.strip_prefix(b"// tsx\n") {
        Some(rest) => check(Language::Tsx, "m.tsx", rest),
        None => check(Language::TypeScript, "m.ts", data),
    }
}

/// The whole input is a file.
pub fn go(data: &[u8]) {
    check(Language::Go, "m.go", data);
}

fn check(language: Language, path: &str, data: &[u8]) {
    threads().install(|| {
        let limits = Limits::default();
        let module = lower(path, language, data, limits);
        let text = String::from_utf8_lossy(data);
        let again = lower(path, language, data, limits);
        assert!(
            dump(&module) == dump(&again) && module.spans == again.spans,
            "two readings differ"
        );
        let given_up = module.gaps.iter().any(|gap| gap.kind == GapKind::Budget);
        assert_eq!(parse_only(language, data, limits).is_none(), given_up);
        let replaced = matches!(text, std::borrow::Cow::Owned(_));
        // A file in Python may say that it is in an encoding which hides what it is.
        let hidden = language == Language::Python && text.contains("coding");
        assert!(hidden || replaced == has(&module, GapKind::Encoding));
        if !given_up {
            sound(&module, &text);
            moved(&module, language, path, &text);
        }
    });
}

/// Threads with enough stack, made once.
pub(crate) fn threads() -> &'static ThreadPool {
    static POOL: std::sync::LazyLock<ThreadPool> = std::sync::LazyLock::new(|| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(STACK);
        builder.build().expect("threads can be started")
    });
    &POOL
}

fn has(module: &Module, kind: GapKind) -> bool {
    module.gaps.iter().any(|gap| gap.kind == kind)
}

/// A blank line above the file moves everything and changes nothing. Where a file is not in its
/// language, the parser may mend it in another way.
fn moved(module: &Module, language: Language, path: &str, text: &str) {
    let first = text.chars().next();
    if has(module, GapKind::Syntax) || matches!(first, None | Some('#' | '\u{feff}')) {
        return;
    }
    let below = lower(path, language, format!("\n{text}").as_bytes(), Limits::default());
    assert!(bare(&dump(&below)) == bare(&dump(module)), "a blank line above changes what it is");
    assert_eq!(below.spans.len(), module.spans.len());
}

/// A dump without the places of gaps, which count in bytes.
fn bare(dump: &str) -> String {
    dump.lines()
        .filter(|line| !line.trim_start().starts_with("gap "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every span is one of the file, every index one of its table, and nothing contains itself.
fn sound(module: &Module, text: &str) {
    assert_eq!(module.spans.len(), module.exprs.len());
    let within = |span: Span| {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
        let (line, column) = module.line(span.start);
        assert!(line >= 1 && column >= 1 && line as usize <= text.matches('\n').count() + 1);
    };
    module.spans.iter().copied().for_each(within);
    module.stmts.iter().for_each(|(_, span)| within(*span));
    module.gaps.iter().for_each(|gap| within(gap.span));
    module.functions.iter().for_each(|function| within(function.span));
    module.classes.iter().for_each(|class| within(class.span));
    for (at, function) in module.functions.iter().enumerate() {
        // Only the body of the module stands in nothing, and nothing stands in what it holds.
        assert_eq!(function.parent.is_none(), at == 0, "function {at}");
        assert!(function.parent.is_none_or(|parent| parent.at() < at), "function {at}");
        assert!(function.class.is_none_or(|class| class.at() < module.classes.len()));
        assert!(function.receiver.is_none_or(|var| var.at() < module.vars.len()));
    }
    for class in &module.classes {
        assert!(class.methods.iter().all(|method| method.function.at() < module.functions.len()));
    }
    for var in &module.vars {
        assert!(var.owner.at() < module.functions.len() && var.name.at() < module.names.len());
    }
    tree_of_statements(module);
    no_circles(module);
}

/// Every statement is in at most one body.
fn tree_of_statements(module: &Module) {
    let mut seen = HashSet::new();
    let bodies = module.functions.iter().flat_map(|function| &function.body);
    let inner = module.stmts.iter().flat_map(|(stmt, _)| bodies_of(stmt));
    for id in bodies.chain(inner) {
        assert!(id.at() < module.stmts.len(), "{id:?}");
        assert!(seen.insert(*id), "{id:?} stands in two bodies");
    }
}

fn bodies_of(stmt: &Stmt) -> Vec<&StmtId> {
    match stmt {
        Stmt::If { then, otherwise, .. } => then.iter().chain(otherwise).collect(),
        Stmt::Loop { body, otherwise, .. } => body.iter().chain(otherwise).collect(),
        Stmt::Switch { cases, .. } => cases.iter().flat_map(|case| &case.body).collect(),
        Stmt::Try { body, handlers, finally } => {
            let handlers = handlers.iter().flat_map(|(_, body)| body);
            body.iter().chain(handlers).chain(finally).collect()
        }
        Stmt::Expr(_)
        | Stmt::Return(_)
        | Stmt::Throw(_)
        | Stmt::Break
        | Stmt::Continue
        | Stmt::Yield(_) => Vec::new(),
    }
}

/// No expression is a part of itself, so that whoever follows them comes to an end.
fn no_circles(module: &Module) {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let roots = module.functions.iter().flat_map(in_function);
    let roots = roots.chain(module.stmts.iter().flat_map(|(stmt, _)| in_statement(stmt)));
    let fields = module.classes.iter().flat_map(|class| &class.fields);
    let roots =
        roots.chain(fields.flat_map(|field| field.value.into_iter().chain(field.annotation)));
    let roots = roots.chain(module.classes.iter().flat_map(|class| class.bases.iter().copied()));
    let mut marks = vec![Mark::New; module.exprs.len()];
    for root in roots.chain(module.exports.stars.iter().copied()) {
        let mut open = vec![(root, false)];
        while let Some((id, left)) = open.pop() {
            assert!(id.at() < marks.len(), "{id:?}");
            if left {
                marks[id.at()] = Mark::Done;
                continue;
            }
            match marks[id.at()] {
                Mark::Done => continue,
                Mark::Open => panic!("{id:?} contains itself"),
                Mark::New => marks[id.at()] = Mark::Open,
            }
            open.push((id, true));
            open.extend(parts(module.expr(id)).into_iter().map(|part| (part, false)));
        }
    }
}

fn in_function(function: &Function) -> Vec<ExprId> {
    let params = function.params.iter();
    let params =
        params.flat_map(|param| [Some(param.target), param.default, param.annotation]).flatten();
    params.chain(function.returns).chain(function.decorators.iter().copied()).collect()
}

fn in_statement(stmt: &Stmt) -> Vec<ExprId> {
    match stmt {
        Stmt::Expr(id) | Stmt::Yield(id) => vec![*id],
        Stmt::If { cond, .. } => vec![*cond],
        Stmt::Loop { each, cond, .. } => {
            each.iter().flat_map(|(target, source)| [*target, *source]).chain(*cond).collect()
        }
        Stmt::Switch { subject, cases } => {
            let in_case = |case: &Case| -> Vec<ExprId> {
                case.tests.iter().flatten().copied().chain(case.guard).collect()
            };
            subject.iter().copied().chain(cases.iter().flat_map(in_case)).collect()
        }
        Stmt::Return(id) | Stmt::Throw(id) => id.iter().copied().collect(),
        Stmt::Break | Stmt::Continue | Stmt::Try { .. } => Vec::new(),
    }
}

fn parts(expr: &Expr) -> Vec<ExprId> {
    match expr {
        Expr::Text(_)
        | Expr::Number(_)
        | Expr::Bool(_)
        | Expr::Null
        | Expr::Regex(..)
        | Expr::Var(_)
        | Expr::Global(_)
        | Expr::Function(_)
        | Expr::Class(_) => Vec::new(),
        Expr::Import(id) | Expr::Member(id, _) | Expr::Not(id) | Expr::Unary(id) => vec![*id],
        Expr::Index(one, other)
        | Expr::Binary(_, one, other)
        | Expr::Logic(_, one, other)
        | Expr::Default(one, other)
        | Expr::Assign { target: one, value: other } => vec![*one, *other],
        Expr::Choice { cond, then, otherwise } => vec![*cond, *then, *otherwise],
        Expr::Call(call) => {
            std::iter::once(call.callee).chain(call.args.iter().map(|arg| arg.value)).collect()
        }
        Expr::Object(properties) => {
            let key = |key: &Key| if let Key::Computed(id) = key { Some(*id) } else { None };
            properties.iter().flat_map(|one| key(&one.key).into_iter().chain([one.value])).collect()
        }
        Expr::List(items) => items.iter().map(|item| item.value).collect(),
        Expr::Concat(ids) | Expr::Unknown(ids) => ids.clone(),
        Expr::Comprehension { clauses, values } => {
            let clauses = clauses.iter().flat_map(|clause| {
                [clause.target, clause.source].into_iter().chain(clause.conditions.iter().copied())
            });
            clauses.chain(values.iter().copied()).collect()
        }
    }
}
