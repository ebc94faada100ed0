//! Input that is made to be hard to read.

use super::{check, module, operands_come_first};
use crate::{
    dump::dump,
    ir::{Expr, GapKind, Language, Module, Stmt},
    lang::{Limits, lower},
};

const DEEP: usize = 10_000;

fn kinds(module: &Module) -> Vec<GapKind> {
    let mut kinds: Vec<GapKind> = module.gaps.iter().map(|gap| gap.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What nests so deeply is read as far as it goes, and then said to be too deep.
#[track_caller]
fn too_deep(source: &str) {
    let module = module(source);
    assert!(kinds(&module).contains(&GapKind::TooDeep), "{:?}", kinds(&module));
    operands_come_first(&module);
}

/// What only looks deep in the tree is read to its end.
#[track_caller]
fn read(source: &str) -> Module {
    let module = module(source);
    assert_eq!(module.gaps, [], "{}", source.chars().take(40).collect::<String>());
    operands_come_first(&module);
    module
}

#[test]
fn nesting_on_the_right_ends_in_a_gap() {
    for (open, middle, close) in [
        ("[", "1", "]"),
        ("{1: ", "1", "}"),
        ("(1, ", "1", ")"),
        ("f(", "1", ")"),
        ("a[", "1", "]"),
        ("not ", "1", ""),
        ("-", "1", ""),
        ("lambda: ", "1", ""),
        ("1 if a else ", "1", ""),
        ("[x for x in ", "y", "]"),
        ("a ** ", "1", ""),
        ("a + (", "1", ")"),
    ] {
        too_deep(&format!("x = {}{middle}{}\n", open.repeat(DEEP), close.repeat(DEEP)));
    }
    too_deep(&format!("{}1\n", "a = ".repeat(DEEP)));
    too_deep(&format!("{}a{} = 1\n", "(".repeat(DEEP), ",)".repeat(DEEP)));
}

#[test]
fn nested_blocks_end_in_a_gap() {
    for head in ["if a:", "def f():", "class C:", "while a:", "with a:", "try:"] {
        let mut source = String::new();
        for depth in 0..600 {
            source.push_str(&" ".repeat(depth));
            source.push_str(head);
            source.push('\n');
        }
        source.push_str(&" ".repeat(600));
        source.push_str("pass\n");
        too_deep(&source);
    }
}

#[test]
fn filled_in_text_inside_of_itself_ends_in_a_gap() {
    too_deep(&format!("x = {}1{}\n", "f'{".repeat(1000), "}'".repeat(1000)));
    too_deep(&format!("x = f'{{a{}1{}}}'\n", ":{b".repeat(1000), "}".repeat(1000)));
}

#[test]
fn patterns_inside_of_each_other_end_in_a_gap() {
    let pattern = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
    too_deep(&format!("match a:\n  case {pattern}: pass\n"));
}

#[test]
fn a_long_chain_is_read_to_its_end() {
    let chain = |head: &str, link: &str| format!("x = {head}{}\n", link.repeat(DEEP));
    for (head, link) in [
        ("a", ".b"),
        ("a", "(1)"),
        ("a", "[1]"),
        ("a", " - b"),
        ("a", " and b"),
        ("a", " < b"),
        ("a", " / b"),
        ("a", ".b(c)[1]"),
    ] {
        read(&chain(head, link));
    }
    read(&format!("x = {}a{}\n", "(".repeat(DEEP), ")".repeat(DEEP)));
    read(&format!("async def f(): {}a\n", "await ".repeat(DEEP)));
}

#[test]
fn a_long_sum_is_one_flat_list() {
    let module = read(&format!("x = a{}\n", " + b".repeat(DEEP)));
    let longest = module.exprs.iter().filter_map(|expr| match expr {
        Expr::Concat(parts) => Some(parts.len()),
        _ => None,
    });
    assert_eq!(longest.max(), Some(DEEP + 1));
    let module = read(&format!("x = 'a'{}\n", " + 'b'".repeat(DEEP)));
    let whole = module.names.iter().map(|name| name.len()).max();
    assert_eq!(whole, Some(DEEP + 1));
}

#[test]
fn a_long_choice_is_read_to_its_end() {
    let module = read(&format!("if a: b\n{}", "elif a: b()\n".repeat(DEEP)));
    let branches = module.stmts.iter().filter(|(stmt, _)| matches!(stmt, Stmt::If { .. }));
    assert_eq!(branches.count(), DEEP + 1);
}

#[test]
fn blank_lines_and_long_lines_are_read() {
    let module = read(&format!("import os\n{}os.system(x)\n", "\n".repeat(100_000)));
    assert!(dump(&module).contains("os.system(@x)"));
    let module = read(&"a = f(1); ".repeat(50_000));
    assert_eq!(module.functions[0].body.len(), 50_000);
}

#[test]
fn a_text_without_end_is_cut_with_a_gap() {
    let module = module(&format!("x = '{}'\n", "é".repeat(100_000)));
    assert_eq!(kinds(&module), [GapKind::TooLarge]);
    let longest = module.names.iter().map(|name| name.len()).max();
    assert_eq!(longest, Some(64 << 10));
}

#[test]
fn what_is_no_text_is_read_with_replacements() {
    let module = lower("a.py", Language::Python, b"x = '\xff\xfe'\ny(x)\n", Limits::default());
    assert_eq!(kinds(&module), [GapKind::Encoding]);
    assert!(dump(&module).contains("@y(x)"));
}

#[test]
fn an_error_hides_only_itself() {
    check(
        "def f(a):\n    x = = 1\n    return g(a)\nh(1 2)\nk(2)\n",
        "module:\n  f = fn1\n  @h(1)\n  @k(2)\nfn1 f(a):\n  x = 1\n  return @g(a)\n\
         gap syntax at 2:9\ngap syntax at 4:5\n",
    );
}

#[test]
fn mutated_sources_never_panic() {
    const SOURCES: [&str; 3] = [
        include_str!("statements.rs"),
        include_str!("expressions.rs"),
        include_str!("functions.rs"),
    ];
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below.max(1) as u64).unwrap()
    };
    // The tests of this folder hold Python among other things.
    let snippets: Vec<&str> = SOURCES.iter().flat_map(|file| file.split("check(")).collect();
    for _ in 0..400 {
        let mut bytes = snippets[next(snippets.len())].as_bytes().to_vec();
        for _ in 0..=next(8) {
            let (at, other) = (next(bytes.len()), snippets[next(snippets.len())].as_bytes());
            match next(4) {
                0 if !bytes.is_empty() => bytes[at] = u8::try_from(next(256)).unwrap(),
                1 => bytes.truncate(at),
                2 => {
                    let from = next(other.len());
                    let piece = other[from..].iter().take(next(40)).copied();
                    bytes.splice(at..at, piece.collect::<Vec<_>>());
                }
                _ => {
                    let end = (at + next(30)).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        let module = lower("a.py", Language::Python, &bytes, Limits::default());
        operands_come_first(&module);
        assert!(dump(&module).starts_with("module:"));
    }
}
