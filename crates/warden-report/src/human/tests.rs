use warden_model::{Coverage, Scan};

use super::*;
use crate::{Colors, lines::width, sample};

fn plain(columns: usize) -> View {
    View { columns, colors: Colors::Off }
}

fn full(columns: usize) -> String {
    render(&sample::scan(), &sample::TOOL, plain(columns), Detail::Full)
}

#[test]
fn a_report_reads_well_on_80_columns() {
    insta::assert_snapshot!(full(80));
}

#[test]
fn a_report_reads_well_on_120_columns() {
    insta::assert_snapshot!(full(120));
}

#[test]
fn a_report_reads_well_on_40_columns() {
    insta::assert_snapshot!(full(40));
}

#[test]
fn colours_add_nothing_but_escape_sequences() {
    let view = View { columns: 80, colors: Colors::On };
    let colored = render(&sample::scan(), &sample::TOOL, view, Detail::Full);
    let stripped: String = strip(&colored);
    assert_eq!(stripped, full(80));
    insta::assert_snapshot!(colored.replace('\u{1b}', "␛"));
}

fn strip(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn lines_keep_within_the_width_except_for_places() {
    for columns in [40, 60, 80, 100, 200] {
        for line in full(columns).lines().filter(|line| !line.contains("/home/ada")) {
            assert!(width(line) <= columns, "{columns}: {line}");
        }
    }
}

#[test]
fn no_control_character_of_the_input_is_written() {
    let report = full(80);
    assert!(report.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(report.contains("search-<U+001B>[31mred"));
}

#[test]
fn brief_leaves_out_what_is_not_a_problem() {
    let report = render(&sample::scan(), &sample::TOOL, plain(80), Detail::Brief);
    assert!(report.starts_with("critical[hidden-characters]: "), "{report}");
    assert!(full(80).ends_with(&report));
}

#[test]
fn the_last_line_says_what_is_missing() {
    let last = full(400).lines().last().map(str::to_owned);
    assert_eq!(
        last.as_deref(),
        Some(
            "5 findings (1 critical, 2 high, 2 medium; 1 suppressed, 1 known; \
             2 held back by persona pedantic) in 3 servers, 3 files and 2 source files (140 lines of python); 1 item could not be read; \
             5 places of code not understood; 7 files left out (tests); \
             the tools of 2 servers are not known"
        )
    );
    let mut alone = sample::scan();
    alone.servers.clear();
    alone.coverage.files = 0;
    assert!(summary(&alone).contains(" in 2 source files (140 lines of python); "));
    let nothing = Scan { coverage: Coverage::default(), ..Scan::default() };
    assert_eq!(
        render(&nothing, &sample::TOOL, plain(80), Detail::Full),
        "0 findings in 0 servers and 0 files; everything that was there was read\n"
    );
}

#[test]
fn many_mild_findings_of_a_rule_are_one_block_under_its_title() {
    let mut scan = sample::scan();
    let mild = scan.findings.pop().expect("the sample has findings");
    scan.findings = (1..=3)
        .map(|number| warden_model::Finding {
            message: format!("`package-{number}` has no version"),
            ..mild.clone()
        })
        .collect();
    let report = render(&scan, &sample::TOOL, plain(100), Detail::Brief);
    let header =
        "medium[unpinned-package]: a server starts whatever version is newest (in 3 places)";
    assert_eq!(report.matches("medium[").count(), 1, "{report}");
    assert!(report.starts_with(header), "{report}");
}
