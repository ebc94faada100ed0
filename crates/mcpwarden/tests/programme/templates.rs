//! The templates for pipelines: they call the gate as it is, and end when it does.

use std::{fs, path::Path, process::Command};

use warden_testkit::TestHome;

fn template(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib/ci");
    fs::read_to_string(root.join(name)).unwrap()
}

/// The shell script of a template: what is indented below the line that begins it.
fn script(text: &str, begins: &str) -> String {
    let mut lines = text.lines().skip_while(|line| line.trim() != begins).skip(1).peekable();
    let indent = lines.peek().map_or(0, |line| line.len() - line.trim_start().len());
    let ours = |line: &&str| line.is_empty() || line.starts_with(&" ".repeat(indent));
    lines.take_while(ours).map(|line| line.trim_start().to_owned() + "\n").collect()
}

/// Runs a script with the program on the search path.
fn run(home: &TestHome, script: &str, agents: &str) -> Option<i32> {
    let program = home.mcpwarden::<&str>([]).get_program().to_owned();
    let folder = Path::new(&program).parent().unwrap().display().to_string();
    Command::new("sh")
        .args(["-c", script])
        .current_dir(home.work())
        .env("PATH", format!("{folder}:/usr/bin:/bin"))
        .env("HOME", home.path())
        .env("AGENTS", agents)
        .env("ESTATE", "estate")
        .output()
        .unwrap()
        .status
        .code()
}

#[test]
fn both_templates_fail_with_the_gate_and_pass_with_it() {
    let home = TestHome::new();
    drop(home.write("work/estate/people.csv", "id,name\nann,Ann\n"));
    drop(home.write("work/estate/processes.csv", "id,name\npay,Payments\n"));
    drop(home.write(
        "work/estate/agents.csv",
        "id,name,owner,process,data,reviewed,review_until,review_outcome\n\
        good,Good,ann,pay,internal,2026-01-01,2126-01-01,passed\n\
        bad,Bad,ann,pay,internal,2026-01-01,2126-01-01,failed\n",
    ));
    for (name, begins) in [
        ("github/mcpwarden-agent-review.yml", "run: |"),
        ("gitlab/mcpwarden-agent-review.gitlab-ci.yml", "- |"),
    ] {
        let script = script(&template(name), begins);
        assert!(script.contains("mcpwarden programme gate"), "{name}: {script}");
        assert_eq!(run(&home, &script, "good"), Some(0), "{name}");
        assert_eq!(run(&home, &script, "good bad"), Some(13), "{name}");
        assert_eq!(run(&home, &script, "nobody"), Some(13), "{name}");
        // A pipeline that names no agent has not asked.
        assert_eq!(run(&home, &script, ""), Some(2), "{name}");
    }
}
