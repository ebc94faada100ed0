use super::*;

/// Lowers on a thread with the stack that programs start with.
#[track_caller]
fn survives(path: &'static str, source: String) -> Module {
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    let made = thread.spawn(move || module(path, &source)).expect("a thread can be started");
    made.join().expect("nothing panics")
}

fn kinds(module: &Module) -> Vec<GapKind> {
    let mut kinds: Vec<GapKind> = module.gaps.iter().map(|gap| gap.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

const DEEP: usize = 10_000;

#[test]
fn chains_without_end_are_read_to_their_end() {
    let chains = [
        format!("x = a{};", " + b".repeat(DEEP)),
        format!("x = 'a'{};", " + 'b'".repeat(DEEP)),
        format!("x = a{};", " && b".repeat(DEEP)),
        format!("x = a{};", ".b()".repeat(DEEP)),
        format!("x = a{};", "[0]".repeat(DEEP)),
        format!("x = a{};", "`t`".repeat(DEEP)),
        format!("{} f();", "if (a) b(); else ".repeat(DEEP)),
        format!("x = {} c;", "a ? b : ".repeat(DEEP)),
        format!("{} c();", "a ? b() : ".repeat(DEEP)),
        format!("x = ({}c);", "a(), ".repeat(DEEP)),
        format!("x = [{}];", "a,".repeat(DEEP)),
    ];
    for source in chains {
        assert_eq!(kinds(&survives("a.js", source.clone())), [], "{source:.30}");
    }
}

#[test]
fn a_chain_of_types_is_read_to_its_end() {
    let source = format!("function f(a: 'x'{}) {{}}", " | 'y'".repeat(DEEP));
    assert_eq!(kinds(&survives("a.ts", source)), []);
}

#[test]
fn nesting_without_end_is_a_gap() {
    let nests = [
        ["x = ", "(", "1", ")", ";"],
        ["x = ", "[", "", "]", ";"],
        ["x = ", "{ a: ", "1", "}", ";"],
        ["x = ", "f(", "1", ")", ";"],
        ["x = ", "new C(", "1", ")", ";"],
        ["x = ", "!", "a", "", ";"],
        ["x = ", "a = ", "1", "", ";"],
        ["x = ", "() => ", "1", "", ";"],
        ["x = ", "async () => { await ", "1", "}", ";"],
        ["x = ", "function () { return ", "1", "}", ";"],
        ["x = ", "class { x = ", "1", "}", ";"],
        ["x = ", "class { m() { return ", "1", "} }", ";"],
        ["x = ", "`${", "1", "}`", ";"],
        ["x = ", "a ? (b, ", "1", ") : c", ";"],
        ["x = ", "a && (b, ", "1", ")", ";"],
        ["", "{", "", "}", ""],
        ["", "if (a) {", "", "}", ""],
        ["", "while (a) {", "", "}", ""],
        ["", "for (const a of b) {", "", "}", ""],
        ["", "switch (a) { case 1: ", "", "}", ""],
        ["", "try {", "", "} catch {}", ""],
        ["", "a: ", "b()", "", ";"],
        ["", "function f() {", "", "}", ""],
        ["let ", "[", "a", "]", " = b;"],
        ["let ", "{ a: ", "b", "}", " = c;"],
        ["f(", "(a = ", "1", ") => 1", ");"],
    ];
    for [start, open, middle, close, end] in nests {
        let source =
            format!("{start}{}{middle}{}{end}\nlast();", open.repeat(DEEP), close.repeat(DEEP));
        let module = survives("a.js", source);
        assert!(kinds(&module).contains(&GapKind::TooDeep), "{open} {:?}", kinds(&module));
    }
}

#[test]
fn types_without_end_are_a_gap_only_where_they_are_read() {
    let deep = |open: &str, close: &str| {
        format!("function f(a: {}b{}) {{}}", open.repeat(DEEP), close.repeat(DEEP))
    };
    assert_eq!(kinds(&survives("a.ts", deep("(", ")"))), [GapKind::TooDeep]);
    assert_eq!(kinds(&survives("a.ts", deep("c<", ">"))), []);
}

#[test]
fn what_follows_a_nest_without_end_is_read() {
    let source = format!("x = {}1{};\nlast();", "(".repeat(DEEP), ")".repeat(DEEP));
    assert!(dump(&survives("a.js", source)).contains("@last()"));
}

#[test]
fn elements_without_end_are_a_gap() {
    let source = format!("x = {}{};", "<a>".repeat(DEEP), "</a>".repeat(DEEP));
    assert!(kinds(&survives("a.jsx", source)).contains(&GapKind::TooDeep));
}

#[test]
fn a_file_of_one_long_line_is_read() {
    let line = "a(b, 'c');".repeat(100_000);
    assert_eq!(kinds(&survives("a.js", line)), []);
    let text = format!("x = '{}';", "a".repeat(1 << 20));
    assert_eq!(kinds(&survives("a.js", text)), [GapKind::TooLarge]);
}

#[test]
fn a_hundred_thousand_blank_lines_hide_nothing() {
    let source = format!("a();{}eval(b);", "\n".repeat(100_000));
    assert!(dump(&module("a.js", &source)).contains("@eval(@b)"));
}

#[test]
fn one_bad_spot_does_not_hide_the_rest() {
    let source = "function f() { a(; b(c); }\nlet ] = 3;\neval(d);";
    let module = module("a.js", source);
    assert!(kinds(&module).contains(&GapKind::Syntax));
    let text = dump(&module);
    assert!(text.contains("@b(@c)") && text.contains("@eval(@d)"), "{text}");
}

#[test]
fn errors_in_errors_take_no_longer_than_errors() {
    for open in
        ["class A { m( { return class { ", "x = function ] (a) { return ", "f( } function g ( ] { "]
    {
        let module = survives("a.js", open.repeat(2_000));
        assert_eq!(kinds(&module).first(), Some(&GapKind::Syntax), "{open}");
    }
}

#[test]
fn nested_names_and_targets_take_no_longer_than_others() {
    let depth = 120;
    let nests = [
        ("class { [", "a", "] = this.b }"),
        ("class { [", "a", "]() {} }"),
        ("a[", "1", "] += 1"),
        ("(a[", "1", "] ||= b)"),
        ("{ [", "a", "]: b }"),
        ("{ get [", "a", "]() { return b } }"),
    ];
    for (open, middle, close) in nests {
        let source = format!("x = {}{middle}{};", open.repeat(depth), close.repeat(depth));
        let module = survives("a.js", source);
        assert!(!dump(&module).is_empty());
        assert!(module.exprs.len() < 100 * depth, "{open} {}", module.exprs.len());
    }
}

#[test]
fn names_and_texts_can_not_be_hidden_by_escapes() {
    check(
        "a.js",
        r#"\u0065val("\x61\u{62}\143\
d"); globalThis["ev" + `al`](x); a["\u{1f600}\ud83d\ude00\ud800"]"#,
        r#"
        module:
          @eval("abcd")
          @globalThis.eval(@x)
          @a.😀😀�
        "#,
    );
}

#[test]
fn bytes_that_are_no_text_are_a_gap() {
    let module = lower("a.js", Language::JavaScript, b"a('\xff\xfe'); b();", Limits::default());
    assert_eq!(kinds(&module), [GapKind::Encoding]);
    assert!(dump(&module).contains("@b()"));
}

#[test]
fn what_is_no_program_at_all_is_a_gap() {
    assert!(gaps("a.js", "\u{0}\u{1}PK\u{3}\u{4} %$§ {{{ ]]] `").contains(&GapKind::Syntax));
    assert_eq!(gaps("a.js", &"{".repeat(10_000)), [GapKind::Syntax]);
    assert_eq!(gaps("a.js", ""), []);
}

/// Numbers that look random and are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }
}

#[test]
fn no_change_to_a_program_makes_reading_it_panic() {
    let source = include_str!("sample.tsx").as_bytes();
    let signs = b"{}[]()<>;:,.`'\"$\\/*=&|?!+-#@\n\0\xff ";
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for round in 0..150 {
        let mut bytes = source.to_vec();
        for _ in 0..=numbers.below(12) {
            let at = numbers.below(bytes.len());
            match numbers.below(4) {
                0 => bytes[at] = signs[numbers.below(signs.len())],
                1 => bytes.insert(at, signs[numbers.below(signs.len())]),
                2 => {
                    let end = (at + numbers.below(40)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let end = (at + numbers.below(80)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    let to = numbers.below(bytes.len());
                    bytes.splice(to..to, part);
                }
            }
        }
        let (path, language) = match round % 3 {
            0 => ("a.js", Language::JavaScript),
            1 => ("a.ts", Language::TypeScript),
            _ => ("a.tsx", Language::Tsx),
        };
        let module = lower(path, language, &bytes, Limits::default());
        assert_eq!(module.exprs.len(), module.spans.len());
    }
}
