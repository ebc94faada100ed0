//! Programs in which everything may call everything come to an end, and it is said where they
//! were cut short.

use super::{Case, check, entries, models};
use crate::{
    engine::{analyse, analyse_within, query},
    ir::{GapKind, Language},
};

/// Functions that call all that they are given with all that they are given.
fn tangle(count: usize) -> String {
    let made = (0..count).map(|at| {
        format!(
            "function f{at}(a, b, c, d) {{ a(b, c, d, a); b(c, d, a, b); c(d, a, b, c); \
             d(a, b, c, d); return {{ a, b, c, d, f: [a, b, c, d] }}; }}\n"
        )
    });
    let called = (0..count).map(|at| {
        let [a, b, c, d] = [1, 2, 3, 4].map(|step| (at * 7 + step * 3 + 1) % count);
        format!("f{at}(f{a}, f{b}, f{c}, f{d});\n")
    });
    made.chain(called).collect()
}

const TOOL: &str = "function tool(x) { run(x); }\n";

#[test]
fn functions_that_are_passed_to_each_other_come_to_an_end() {
    let text = format!("{TOOL}{}", tangle(60));
    check(Language::JavaScript, &text, &[("", 1)]);
}

#[test]
fn what_was_cut_short_is_said_and_what_was_found_until_then_is_kept() {
    let case = Case::new(Language::JavaScript, &format!("{TOOL}{}", tangle(60)));
    let (program, models) = (case.program(), models());
    let analysis = analyse_within(vec![0], &program, &models);
    let flows = analysis.flows(&entries(&program)).ways;
    assert_eq!(flows.len(), 1, "{flows:#?}");
    let kinds: Vec<GapKind> = analysis.gaps().iter().map(|(_, gap)| gap.kind).collect();
    assert!(kinds.contains(&GapKind::Budget), "{kinds:?}");
}

#[test]
fn ways_through_variables_that_are_not_followed_are_told() {
    let text = "let kept;\nfunction tool(x) { kept = x; }\nfunction later() { run(kept); }\n";
    let case = Case::new(Language::JavaScript, text);
    let (program, models) = (case.program(), models());
    let analysis = analyse(&program, &models);
    let whole = analysis.flows(&entries(&program));
    assert_eq!((whole.ways.len(), whole.gaps.len()), (1, 0));
    let cut = query::flows(&analysis, &entries(&program), 0);
    assert!(cut.ways.is_empty());
    let kinds: Vec<GapKind> = cut.gaps.iter().map(|(_, gap)| gap.kind).collect();
    assert_eq!(kinds, [GapKind::Function]);
}

#[test]
fn a_program_that_is_not_tangled_needs_no_second_look_to_be_whole() {
    let text = "function tool(x) { return pass(x); }\nfunction pass(y) { return run(y); }\n";
    let case = Case::new(Language::JavaScript, text);
    let (program, models) = (case.program(), models());
    assert_eq!(analyse(&program, &models).gaps(), []);
}
