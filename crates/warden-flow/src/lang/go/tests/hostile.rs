//! Input that is broken, huge or made to hurt. None may panic, hang or pass silently.

use std::thread;

use super::{kinds, read};
use crate::{
    Limits,
    ir::{Expr, GapKind, Language, Module, Stmt},
    lang::lower,
};

/// Reads on a stack of a size that threads commonly have.
fn on_thread(source: String) -> Module {
    let reading = thread::Builder::new().stack_size(8 << 20).spawn(move || read(&source));
    reading.expect("a thread starts").join().expect("reading does not panic")
}

fn function(body: &str) -> String {
    format!("package p\nfunc f(a string) {{\n{body}\n}}\n")
}

fn repeated(before: &str, middle: &str, after: &str) -> String {
    const TIMES: usize = 10_000;
    format!("{}{middle}{}", before.repeat(TIMES), after.repeat(TIMES))
}

#[test]
fn nesting_that_is_too_deep_is_a_gap() {
    for body in [
        repeated("{", "", "}"),
        repeated("if a {", "", "}"),
        repeated("x(", "a", ")"),
        format!("x = {}", repeated("(", "a", ")")),
        format!("x = {}", repeated("!", "a", "")),
        format!("x = {}", repeated("func() any { return ", "a", "}")),
        format!("x = []T{}", repeated("{", "a", "}")),
        format!("x = {}", repeated("[]T{", "a", "}")),
        format!("x = new({})", repeated("[]", "T", "")),
        format!("var x {}", repeated("struct { a ", "T", "}")),
        format!("x = new({})", repeated("func(", "T", ")")),
        format!("x = {}", repeated("[]byte(", "a", ")")),
        format!("x = {}", repeated("a + (", "a", ")")),
        format!("x = {}", repeated("a[", "a", "]")),
        repeated("switch {\ncase a:\n", "", "}"),
        repeated("for {", "", "}"),
        repeated("func() {", "", "}()"),
    ] {
        let module = on_thread(function(&body));
        let start: String = body.chars().take(20).collect();
        assert!(kinds(&module).contains(&GapKind::TooDeep), "{start}: {:?}", kinds(&module));
    }
}

#[test]
fn long_chains_need_no_depth() {
    for body in [
        format!("x = a{}", " + a".repeat(10_000)),
        format!("x = a{}", " && a".repeat(10_000)),
        format!("x = a{}", " - a".repeat(10_000)),
        format!("x = a{}", ".b(c)".repeat(10_000)),
        format!("x = a{}", "[1]".repeat(10_000)),
        format!("x = a{}", ".(T)".repeat(10_000)),
        format!("if a {{}} {}", "else if x := a; x {}".repeat(10_000)),
        format!("{} a = 1", "l: ".repeat(10_000)),
    ] {
        let module = on_thread(function(&body));
        let start: String = body.chars().take(20).collect();
        assert_eq!(kinds(&module), [], "{start}");
    }
}

#[test]
fn a_long_sum_is_one_flat_text() {
    let module = on_thread(function(&format!("x = a{}", " + a".repeat(10_000))));
    let longest = module.exprs.iter().filter_map(|expr| match expr {
        Expr::Concat(parts) => Some(parts.len()),
        _ => None,
    });
    assert_eq!(longest.collect::<Vec<_>>(), [10_001]);
}

#[test]
fn one_bad_spot_does_not_hide_the_rest() {
    let module = read(
        "package p\n\nfunc a() { exec(x }\n\nfunc b() { run(y) }\n\n)))) func c() { go(z) }\n",
    );
    assert!(kinds(&module).contains(&GapKind::Syntax));
    let called = |name: &str| {
        module.exprs.iter().any(|expr| match expr {
            Expr::Call(call) => {
                matches!(module.expr(call.callee), Expr::Global(callee) if module.text(*callee) == name)
            }
            _ => false,
        })
    };
    assert!(called("run"));
}

#[test]
fn a_text_that_is_too_long_is_cut_and_said() {
    let module = read(&format!("package p\nvar x = \"{}\"\n", "ä".repeat(40_000)));
    assert_eq!(kinds(&module), [GapKind::TooLarge]);
    let longest = module.names.iter().map(|name| name.len()).max();
    assert_eq!(longest, Some(64 << 10));
}

#[test]
fn blank_lines_cost_nothing() {
    let module = read(&format!("package p\n{}func f() {{ run() }}\n", "\n".repeat(100_000)));
    assert_eq!(kinds(&module), []);
    assert_eq!(module.functions.len(), 2);
}

#[test]
fn a_huge_line_is_read_to_its_end() {
    let calls = "run(a); ".repeat(200_000);
    let module = read(&format!("package p; func f(a string) {{ {calls} }}"));
    assert_eq!(kinds(&module), []);
    assert_eq!(
        module.stmts.iter().filter(|(stmt, _)| matches!(stmt, Stmt::Expr(_))).count(),
        200_001
    );
}

#[test]
fn bytes_that_are_no_text_are_read_as_far_as_possible() {
    let source = b"package p\nfunc f() { run(\"\xff\xfe\") }\n";
    let module = lower("a.go", Language::Go, source, Limits::default());
    assert_eq!(kinds(&module), [GapKind::Encoding]);
    assert_eq!(module.functions.len(), 2);
}

/// A generator of numbers with a fixed start.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }
}

const SNIPPETS: [&str; 4] = [
    "package p\nimport (\"fmt\"; x \"a/b/v2\")\ntype T[K any] struct { A, B string `json:\"a\"`; *E }\nfunc (t *T[K]) M(a ...string) (n int, err error) { return }\n",
    "func f() { for i, v := range xs { switch y := v.(type) { case string: go g(y...) } }; select { case a, ok := <-c: default: } }\n",
    "const (\n\tA = iota\n\tB\n)\nvar m = map[string][]T{\"a\": {{1, 2}, {x: `r`}}}\nfunc g() { if a, ok := m[b]; !ok { panic(fmt.Sprintf(\"%[2]*d %q\", a, b)) } else { c <- a[1:2:3] } }\n",
    "func h() { x.y(func() { defer z() })[1].(T).w += -1 + 'a' + \"\\u00e9\\xff\"; goto L; L: handlers[k](v); type U = struct{} }\n",
];

#[test]
fn damaged_sources_never_panic() {
    let mut numbers = Numbers(7);
    for round in 0..2_000 {
        let mut source = SNIPPETS[round % SNIPPETS.len()].as_bytes().to_vec();
        for _ in 0..=numbers.next(6) {
            let at = numbers.next(source.len());
            match numbers.next(4) {
                0 => source[at] = numbers.next(256).to_le_bytes()[0],
                1 => drop(source.drain(at..(at + numbers.next(12)).min(source.len()))),
                2 => {
                    let other = SNIPPETS[numbers.next(SNIPPETS.len())].as_bytes();
                    let from = numbers.next(other.len());
                    let piece = other[from..(from + numbers.next(30)).min(other.len())].to_vec();
                    source.splice(at..at, piece);
                }
                _ => source.insert(at, b"(){}[]\"`'\n;:=.,*&<-"[numbers.next(19)]),
            }
        }
        let module = lower("a.go", Language::Go, &source, Limits::default());
        assert_eq!(module.exprs.len(), module.spans.len());
    }
}
