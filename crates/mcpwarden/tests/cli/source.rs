use std::io::Write as _;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

use crate::{mcpwarden, run, scan::check};

/// A server that does nothing which any rule has something against.
const SERVER: &str = "\
from mcp.server.fastmcp import FastMCP

mcp = FastMCP(\"adder\")


@mcp.tool()
def add(a: int, b: int) -> int:
    \"\"\"Add two numbers\"\"\"
    return a + b
";

/// A configuration with one finding: a package without a version.
const FLOATING: &str = r#"{"mcpServers": {"memory": {
    "command": "npx",
    "args": ["-y", "@modelcontextprotocol/server-memory"]
}}}"#;

fn home_with(files: &[(&str, &str)]) -> TestHome {
    let home = TestHome::new();
    for (path, text) in files {
        home.write(path, text);
    }
    home
}

/// The report about a folder of the home, and the exit code.
#[track_caller]
fn report(home: &TestHome, arguments: &[&str]) -> (Value, Option<i32>) {
    let outcome = run(home, &[&["scan", "--format", "json"], arguments].concat());
    let report = serde_json::from_str(&outcome.stdout);
    (report.unwrap_or_else(|_| panic!("{}", outcome.block())), outcome.code)
}

#[track_caller]
fn ends(home: &TestHome, arguments: &[&str], code: i32, told: &str) -> Outcome {
    let outcome = run(home, &[&["scan"], arguments].concat());
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(outcome.code == Some(code) && said.contains(told), "{told}: {}", outcome.block());
    outcome
}

fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

#[test]
fn the_last_line_says_how_much_code_was_analysed() {
    let home = home_with(&[("work/in/server.py", SERVER), ("work/in/tests/test_a.py", "")]);
    let line = "0 findings in 1 source file (9 lines of python); everything that was there was \
                read; 1 file left out (tests)";
    ends(&home, &["in"], 0, line);
    ends(&home, &["in/server.py"], 0, "0 findings in 1 source file (9 lines of python);");
    ends(&home, &["in", "--no-source"], 0, "0 findings in 0 servers and 0 files");
}

#[test]
fn a_package_is_analysed_without_unpacking_it() {
    let home = TestHome::new();
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut header = vec![0_u8; 512];
    header[..17].copy_from_slice(b"package/server.py");
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", SERVER.len()).as_bytes());
    header[156] = b'0';
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = vec![0; SERVER.len().next_multiple_of(512) - SERVER.len() + 1024];
    for part in [&header, SERVER.as_bytes(), &padding] {
        writer.write_all(part).expect("a vector takes everything");
    }
    home.write("work/p.tgz", writer.finish().expect("it is whole"));
    let (report, code) = report(&home, &["p.tgz"]);
    assert_eq!((&report["coverage"]["source"]["files"], code), (&1.into(), Some(0)), "{report}");
}

#[test]
fn what_was_not_understood_is_told_and_no_clean_result() {
    let home = home_with(&[("work/in/server.py", "def add(:\n    return\n")]);
    ends(&home, &["in"], 10, "not understood syntax: this is not the syntax of the language");
    let home = home_with(&[("work/in/server.py", SERVER), ("work/in/core.pyc", "")]);
    ends(&home, &["in"], 10, "opaque-code: compiled Python, which is not analysed");
    let home = home_with(&[("work/in/main.rs", "fn main() {}\n")]);
    ends(&home, &["in"], 10, "opaque-code: 1 file of Rust, which is not analysed");
    let log = run(&home, &["scan", "in", "--format", "sarif"]);
    assert_eq!(log.code, Some(10), "{}", log.block());
}

#[test]
fn code_that_is_made_to_break_readers_is_survived_and_told() {
    let deep = format!("x = {}1{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let files = [
        ("work/in/blank.py", "\n".repeat(100_000)),
        ("work/in/deep.py", deep),
        ("work/in/deep.js", "[".repeat(10_000)),
        ("work/in/deep.go", format!("package p\nvar x = {}", "{".repeat(10_000))),
        ("work/in/wide.ts", "a=b;".repeat(100_000)),
        ("work/in/large.py", "x = 1\n".repeat(3 << 20)),
    ];
    let home = TestHome::new();
    for (path, text) in &files {
        home.write(path, text);
    }
    let (report, code) = report(&home, &["in"]);
    assert_eq!(code, Some(10));
    let unread = report["coverage"]["unread"].as_array().expect("a list");
    assert_eq!(unread.len(), 1, "{report}");
    assert_eq!(unread[0]["reason"], "too-large");
    let gaps = report["coverage"]["source"]["gaps"].as_array().expect("a list");
    assert!(gaps.iter().any(|gap| gap["kind"] == "too-deep"), "{report}");
    assert_eq!(report["coverage"]["source"]["files"], 5);
}

#[test]
fn reports_are_the_same_bytes_with_any_number_of_threads_and_from_the_cache() {
    let home = home_with(&[
        ("work/in/a.py", SERVER),
        ("work/in/b.py", "import a\n\ndef f(:\n"),
        ("work/in/c.js", "const { add } = require('./d');\nadd(1,\n"),
    ]);
    let one = run(&home, &["scan", "in", "--format", "json", "--threads", "1", "--no-cache"]);
    for threads in ["2", "7"] {
        let arguments = ["scan", "in", "--format", "json", "--no-cache", "--threads", threads];
        assert_eq!(run(&home, &arguments).stdout, one.stdout);
    }
    let kept = ["scan", "in", "--format", "json", "--cache", "kept"];
    assert_eq!(run(&home, &kept).stdout, one.stdout);
    assert_eq!(run(&home, &kept).stdout, one.stdout, "this time it was not analysed");
    let folder = home.work().join("kept/analysis");
    assert_eq!(std::fs::read_dir(&folder).expect("the cache is there").count(), 1);
    home.write("work/in/a.py", format!("{SERVER}\n"));
    assert_ne!(run(&home, &kept).stdout, one.stdout);
    assert_eq!(std::fs::read_dir(&folder).expect("the cache is there").count(), 2);
}

#[test]
fn every_format_about_source_code_is_valid() {
    let home = home_with(&[("work/in/server.py", "def add(:\n"), ("work/in/.mcp.json", FLOATING)]);
    let published = include_str!("../../../../schemas/scan-report-2.schema.json");
    check(published, &report(&home, &["in"]).0);
    let log = run(&home, &["scan", "in", "--format", "sarif"]).stdout;
    check(&crate::scan::official(), &serde_json::from_str(&log).expect("the log is JSON"));
    let lines = run(&home, &["scan", "in", "--format", "github"]).stdout;
    assert!(lines.contains("::warning file=in/server.py,line=1"), "{lines}");
}

#[test]
fn a_worker_has_what_it_may_use_and_ends_when_that_is_over() {
    let home = TestHome::new();
    let work = |arguments: &[&str], input: &[u8]| {
        let arguments = [&["__analyse"], arguments].concat();
        Outcome::of(&mut mcpwarden(&home, &arguments), input)
    };
    let request = {
        let number = |number: usize| (number as u64).to_be_bytes();
        let mut bytes = b"mcpwarden-tree-1\n".to_vec();
        // One thread, a tree without a name, nothing left out, one file.
        for part in [number(1), number(0), number(0), number(1), number(4)] {
            bytes.extend(part);
        }
        bytes.extend(b"a.py");
        bytes.extend(number(SERVER.len()));
        bytes.extend(SERVER.as_bytes());
        bytes
    };
    let good = work(&["4000000000", "60"], &request);
    assert_eq!(good.code, Some(0), "{}", good.block());
    assert!(good.stdout.starts_with("{\"version\":2,"), "{}", good.block());
    let small = work(&["30000000", "60"], &request);
    let told = small.code != Some(0) || small.stdout.contains("no thread could be started");
    assert!(told, "{}", small.block());
    for (arguments, input) in [
        (&["4000000000", "60"][..], &b"something else"[..]),
        (&["4000000000"][..], &request),
        (&[][..], &request),
    ] {
        let outcome = work(arguments, input);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    }
}

#[test]
fn a_suppression_counts_from_outside_of_what_is_scanned_and_not_from_inside() {
    let ignore = "[[ignore]]\nrule = 'unpinned-package'\nreason = 'pinned by the image'\n";
    let home = home_with(&[("work/in/.mcp.json", FLOATING), ("work/.mcpwarden.toml", ignore)]);
    ends(&home, &["in"], 0, "0 findings (1 suppressed) in 1 server and 1 file");
    let told = "`.mcpwarden.toml` lies in what is scanned and does not count";
    ends(&home, &["."], 12, told);
    ends(&home, &[".", "--suppressions", ".mcpwarden.toml"], 0, "0 findings (1 suppressed)");
    ends(&home, &[".", "--trust-comments"], 0, "0 findings (1 suppressed)");
    let (report, _) = report(&home, &["in"]);
    assert_eq!(report["settled"][0]["decision"], "suppressed");
    assert_eq!(report["settled"][0]["reason"], "pinned by the image");
}

#[test]
fn a_suppression_that_does_nothing_is_a_finding() {
    let ignore = "[[ignore]]\nrule = 'unpinned-package'\nreason = 'r'\nuntil = 2020-01-31\n\
                  [[ignore]]\nrule = 'plain-http'\nreason = 'r'\n";
    let home = home_with(&[("work/in/.mcp.json", FLOATING), ("work/.mcpwarden.toml", ignore)]);
    let (report, code) = report(&home, &["in"]);
    let expected = ["unpinned-package", "invalid-suppression", "invalid-suppression"];
    assert_eq!((rules(&report).as_slice(), code), (&expected[..], Some(12)));
}

#[test]
fn mistakes_in_suppressions_are_all_told() {
    let home = home_with(&[
        ("work/in/server.py", SERVER),
        ("work/x.toml", "colour = 1\n[[ignore]]\nrule = 'nothing'\n"),
    ]);
    let wrong = ["in", "--suppressions", "x.toml"];
    ends(&home, &wrong, 3, "x.toml:1: there is no setting `colour`");
    ends(&home, &wrong, 3, "x.toml:3: there is no rule `nothing`");
    ends(&home, &wrong, 3, "x.toml:2: a suppression needs a `reason`");
    ends(&home, &["in", "--suppressions", "y.toml"], 4, "cannot read the suppressions");
}

#[test]
fn comments_in_code_count_only_where_they_are_trusted() {
    let text = format!("{SERVER}# mcpwarden: ignore[plain-http] nothing is here\n");
    let home = home_with(&[("work/in/server.py", &text)]);
    let told = "1 comment asks to ignore findings; they count with `--trust-comments`";
    ends(&home, &["in"], 0, told);
    ends(&home, &["in", "--trust-comments"], 11, "low[invalid-suppression]");
}

#[test]
fn a_baseline_settles_what_was_found_before() {
    let home = home_with(&[("work/in/.mcp.json", FLOATING)]);
    let with = |more: &[&'static str]| [&["in", "--baseline", "known.json"], more].concat();
    ends(&home, &with(&[]), 4, "to begin one, add `--write-baseline`");
    ends(&home, &with(&["--write-baseline"]), 0, "0 findings (1 known)");
    let text = std::fs::read_to_string(home.work().join("known.json")).expect("it was written");
    let schema = include_str!("../../../../schemas/baseline-1.schema.json");
    check(schema, &serde_json::from_str(&text).expect("it is JSON"));
    ends(&home, &with(&[]), 0, "0 findings (1 known)");
    ends(&home, &with(&["--only-new"]), 0, "0 findings in 1 server");
    // A report is a baseline as well.
    let report = run(&home, &["scan", "in", "--format", "json"]).stdout;
    home.write("work/report.json", report);
    ends(&home, &["in", "--baseline", "report.json"], 0, "0 findings (1 known)");
    home.write("work/in/.cursor/mcp.json", FLOATING);
    ends(&home, &with(&["--only-new"]), 12, "1 finding (1 medium) in 2 servers");
    std::fs::remove_file(home.work().join("in/.mcp.json")).expect("it can be removed");
    ends(&home, &with(&[]), 12, "1 finding of the baseline are gone");
    home.write("work/known.json", "{}");
    ends(&home, &with(&[]), 4, "it holds no list of findings");
}
