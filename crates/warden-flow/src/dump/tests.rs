use super::*;
use crate::{
    builder::Builder,
    ir::{Call, CallKind, Expr, Language, ParamKind, Span},
};

const AT: Span = Span { start: 0, end: 0 };

#[test]
fn statements_stand_on_lines_and_functions_below() {
    let mut builder = Builder::new("a.py", Language::Python, "");
    let (name, print) = (builder.name("greet"), builder.name("print"));
    let var = builder.declare(name);
    let target = builder.variable(var, AT);
    let function = builder.open_function(AT);
    let who = builder.name("who");
    let param = builder.declare(who);
    let bound = builder.variable(param, AT);
    let (hello, read) = (builder.text("hi ", AT), builder.reference(who, AT));
    let text = builder.expr(Expr::Concat(vec![hello, read]), AT);
    let callee = builder.reference(print, AT);
    let args = vec![crate::ir::Arg { value: text, name: None, spread: false }];
    let call = builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Plain }), AT);
    let body = vec![builder.stmt(Stmt::Return(Some(call)), AT)];
    let made = builder.function_mut(function);
    made.name = Some(name);
    made.body = body;
    made.params.push(Param {
        name: Some(who),
        target: bound,
        default: None,
        annotation: None,
        kind: ParamKind::Plain,
    });
    builder.close_function();
    let value = builder.expr(Expr::Function(function), AT);
    let body = vec![builder.assign(target, value, AT)];
    let module = builder.finish(body);
    let expected = "module:\n  greet = fn1\nfn1 greet(who):\n  return @print((\"hi \" ++ who))\n";
    assert_eq!(dump(&module), expected);
}

#[test]
fn a_chain_without_end_is_cut() {
    let mut builder = Builder::new("a.js", Language::JavaScript, "");
    let name = builder.name("a");
    let mut expr = builder.reference(name, AT);
    for _ in 0..100_000 {
        expr = builder.expr(Expr::Member(expr, name), AT);
    }
    let body = vec![builder.stmt(Stmt::Expr(expr), AT)];
    let module = builder.finish(body);
    assert!(dump(&module).contains('…'));
}
