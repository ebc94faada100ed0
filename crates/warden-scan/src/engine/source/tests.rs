use warden_model::{DefinitionKind, Effect, SourceFile};

use super::*;

const SERVER: &str = "\
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP(\"git\")


@mcp.tool()
def log(path: str) -> str:
    \"\"\"Show the history of a file\"\"\"
    return subprocess.run(f\"git log {path}\", shell=True, capture_output=True).stdout
";

fn tree(root: &str, files: &[(&str, &str)]) -> SourceTree {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: (*text).into(),
    };
    let mut tree = SourceTree {
        name: "example".into(),
        root: root.to_owned(),
        files: files.iter().map(file).collect(),
        ..SourceTree::default()
    };
    tree.sort();
    tree
}

fn analysed(root: &str, files: &[(&str, &str)]) -> TreeScan {
    analyse_tree(&tree(root, files), &Analyse::default())
}

/// The findings of the rule for commands.
fn commands(scan: &TreeScan) -> Vec<&Finding> {
    scan.findings.iter().filter(|finding| finding.rule == "command-injection").collect()
}

#[test]
fn a_finding_names_tool_parameter_and_way() {
    let scan = analysed("", &[("server.py", SERVER)]);
    let [finding] = commands(&scan)[..] else { panic!("{:?}", scan.findings) };
    let subject = &finding.subject;
    assert_eq!(
        [&subject.server, &subject.tool, &subject.parameter].map(|text| text.as_deref()),
        [Some("example"), Some("log"), Some("path")]
    );
    assert_eq!(finding.location.line, Some(10));
    let steps: Vec<(Option<u32>, &str)> =
        finding.trace.iter().map(|step| (step.location.line, step.note.as_str())).collect();
    assert_eq!(steps.first(), Some(&(Some(8), "a model chooses this")));
    assert_eq!(steps.last().and_then(|step| step.0), Some(10));
    let code = finding.code.as_ref().expect("the line");
    assert!(code.text.starts_with("return subprocess.run("), "{code:?}");
    assert_eq!(finding.cwe.first(), Some(&78));
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_wherever_the_tree_lies() {
    let print = |root: &str, text: &str| {
        let scan = analysed(root, &[("server.py", text)]);
        let found: Vec<_> = commands(&scan).iter().map(|finding| finding.fingerprint).collect();
        found
    };
    let before = print("", SERVER);
    assert_eq!(before.len(), 1);
    assert_eq!(print("", &format!("# a\n# b\n\n{SERVER}")), before);
    assert_eq!(print("some/where", SERVER), before);
    assert_ne!(print("", &SERVER.replace("def log", "def show")), before);
    let below = analysed("", &[("server.py", SERVER)]).below("some/where");
    assert_eq!(below, analysed("some/where", &[("server.py", SERVER)]));
}

#[test]
fn one_value_at_two_places_of_a_function_is_one_finding() {
    let line = SERVER.lines().last().expect("the call");
    let twice = SERVER.replace(line, &format!("{}\n{line}", line.replace("return ", "")));
    let scan = analysed("", &[("server.py", &twice)]);
    let found = commands(&scan);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.ends_with("(and 1 more place of this function)"));
    let first = analysed("", &[("server.py", SERVER)]);
    assert_eq!(found[0].fingerprint, commands(&first)[0].fingerprint);
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let files: Vec<(String, String)> = (0..20)
        .map(|number| (format!("server{number}.py"), SERVER.replace("log", &format!("l{number}"))))
        .collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = tree("", &files);
    let one = analyse_tree(&tree, &Analyse { threads: 1, ..Analyse::default() });
    assert_eq!(commands(&one).len(), 20);
    for threads in [2, 5] {
        assert_eq!(analyse_tree(&tree, &Analyse { threads, ..Analyse::default() }), one);
    }
}

#[test]
fn what_the_source_says_that_a_model_reads_is_shown_and_judged() {
    let poisoned = SERVER.replace("Show the", "Show\u{200b} the");
    let scan = analysed("", &[("server.py", &poisoned)]);
    let hidden: Vec<_> =
        scan.findings.iter().filter(|finding| finding.rule == "hidden-characters").collect();
    assert_eq!(hidden.len(), 1, "{:?}", scan.findings);
    assert_eq!(hidden[0].subject.tool.as_deref(), Some("log"));
    let texts = &scan.surfaces[0].texts;
    assert!(texts.iter().any(|text| text.shown.contains("‹U+200B›")), "{texts:?}");
    let named = texts.iter().find(|text| text.kind == Some(DefinitionKind::Tool));
    assert_eq!(named.and_then(|text| text.effect), Some(Effect::Execute));
}

#[test]
fn what_a_tool_does_is_told() {
    let scan = analysed("", &[("server.py", SERVER)]);
    let [tool] = &scan.tools[..] else { panic!("{:?}", scan.tools) };
    assert_eq!(tool.tool.as_deref(), Some("log"));
    assert_eq!(tool.worst().map(|act| act.effect), Some(Effect::Execute));
}

#[test]
fn what_was_not_understood_is_counted_with_its_places() {
    let scan = analysed("in", &[("a.py", "def f(:\n    pass\n"), ("b.py", SERVER)]);
    let [gap] = &scan.coverage.gaps[..] else { panic!("{:?}", scan.coverage) };
    assert_eq!((gap.kind.as_str(), gap.places[0].file.as_str()), ("syntax", "in/a.py"));
    assert_eq!(scan.coverage.languages[0].files, 2);
    assert_eq!(scan.coverage.lines(), 12);
}

#[test]
fn no_secret_of_the_source_is_told() {
    for (kind, sample) in warden_detect::samples() {
        let values: Vec<&str> = warden_detect::secrets(&sample)
            .iter()
            .filter_map(|hit| sample.get(hit.range.clone()))
            .collect();
        let one_line = sample.lines().collect::<Vec<_>>().join(" ");
        let text =
            SERVER.replace("{path}\"", &format!("{{path}} {}\"", one_line.replace('"', "'")));
        let scan = analysed("", &[("server.py", &text)]);
        let told = format!("{:?}", (&scan.findings, &scan.surfaces, &scan.tools));
        for value in values.iter().filter(|value| !value.contains(['\n', '"'])) {
            assert!(!told.contains(*value), "{kind} is told: {told}");
        }
    }
}
