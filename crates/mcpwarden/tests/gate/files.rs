//! The files for pipelines: they are what the services take, and their scripts do what they say.
//!
//! The scripts are read out of the files and run by the shell that the services would run them
//! with, in a repository, with the variables that the services set. What the services themselves do
//! around them is not tested here.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use warden_collect::document::{Document, Format, Node};
use warden_testkit::{Outcome, program};

use crate::{MAIL, Repo, npm};

/// The commit that a base would have if there is none.
const NONE: &str = "";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("it is there")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn parsed(file: &str) -> Document {
    Document::parse(read(file).as_bytes(), Format::Yaml).expect("it is YAML")
}

/// The text at a pointer.
#[track_caller]
fn text(document: &Document, pointer: &str) -> String {
    let node = document.at(pointer).unwrap_or_else(|| panic!("there is no {pointer}"));
    node.text().expect("it is a text").to_owned()
}

/// A repository as the files expect it: keys, list and certificates in `.mcpwarden`.
fn repo() -> Repo {
    let repo = Repo::new();
    let work = repo.home.work();
    drop(
        repo.home
            .run(["quarantine", &format!("sha256:{}", "0".repeat(64)), "--reason", "r"])
            .success(),
    );
    repo.certify(&npm("@acme/mail", "1.2.3"));
    fs::create_dir_all(work.join(".mcpwarden")).unwrap();
    fs::rename(work.join("certs"), work.join(".mcpwarden/certificates")).unwrap();
    fs::rename(work.join("trust.json"), work.join(".mcpwarden/trust.json")).unwrap();
    let list = repo.home.warden().join("revocations.json");
    fs::rename(list, work.join(".mcpwarden/revocations.json")).unwrap();
    // The machine of a pipeline has nothing of its own.
    fs::remove_dir_all(repo.home.warden()).unwrap();
    repo
}

/// Where `mcpwarden` lies, and a program that notes what it is called with in place of `gh`.
fn search_path(repo: &Repo) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let note = repo.home.path().join("gh.txt");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}'\nfor word; do case \"$word\" in sarif=@*) cp \"${{word#sarif=@}}\" '{0}.body';; esac; done\n",
        note.display()
    );
    let gh = repo.home.write("programs/gh", script);
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
    let own = program("mcpwarden");
    let own = own.parent().unwrap().display();
    let programs = repo.home.path().join("programs");
    #[expect(
        clippy::disallowed_methods,
        reason = "the shell is where the developer's shell has it"
    )]
    let rest = std::env::var("PATH").unwrap_or_default();
    format!("{}:{own}:{rest}", programs.display())
}

/// Runs a script as the runner does, in a folder.
fn shell(repo: &Repo, folder: &Path, script: &str, env: &[(&str, &str)]) -> Outcome {
    let file = repo.home.write("step.sh", script);
    let mut command = repo.home.command("bash");
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(file).current_dir(folder);
    command.env("PATH", search_path(repo)).env("GIT_CONFIG_NOSYSTEM", "1");
    let temp = repo.home.path().join("temp");
    fs::create_dir_all(&temp).unwrap();
    command.env("RUNNER_TEMP", &temp);
    command.env("GITHUB_STEP_SUMMARY", temp.join("summary.md"));
    command.env("GITHUB_OUTPUT", temp.join("output.txt"));
    Outcome::of(command.envs(env.iter().copied()), b"")
}

/// Runs the steps of the workflow for a commit, in an empty folder.
fn workflow(repo: &Repo, (head, base): (&str, &str)) -> (Outcome, PathBuf) {
    let document = parsed("contrib/ci/github/mcpwarden-gate.yml");
    let step = |nth: usize| text(&document, &format!("/jobs/gate/steps/{nth}/run"));
    let folder = repo.home.path().join(format!("runner-{head}-{base}"));
    fs::create_dir_all(&folder).unwrap();
    let server = format!("file://{}", repo.home.path().display());
    let env = [
        ("TOKEN", "t0ken-of-the-run"),
        ("BASE", base),
        ("GITHUB_SHA", head),
        ("GITHUB_REF", "refs/pull/1/merge"),
        ("GITHUB_SERVER_URL", server.as_str()),
        ("GITHUB_REPOSITORY", "work"),
        ("GH_TOKEN", "t0ken-of-the-run"),
    ];
    let out = shell(repo, &folder, &step(0), &env);
    assert_eq!(out.code, Some(0), "{}", out.block());
    let config = fs::read_to_string(folder.join(".git/config")).unwrap();
    assert!(!config.contains("t0ken"), "no token stays: {config}");
    let gate = shell(repo, &folder, &step(1), &env);
    let sent = shell(repo, &folder, &step(2), &env);
    assert_eq!(sent.code, Some(0), "{}", sent.block());
    (gate, folder)
}

#[test]
fn the_workflow_judges_what_a_pull_request_brings_and_all_of_the_main_branch() {
    let repo = repo();
    repo.put(".cursor/mcp.json", &MAIL.replace("@acme/mail", "@acme/old"));
    let base = repo.commit();
    repo.put(".mcp.json", MAIL);
    let good = repo.commit();
    repo.put(".mcp.json", &MAIL.replace("1.2.3", "6.6.6"));
    let bad = repo.commit();

    let (outcome, _) = workflow(&repo, (&good, &base));
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    let (outcome, _) = workflow(&repo, (&bad, &base));
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("::error file=.mcp.json,line=3,"), "{}", outcome.stdout);
    let (outcome, _) = workflow(&repo, (&good, NONE));
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("::error file=.cursor/mcp.json,"), "{}", outcome.stdout);

    let temp = repo.home.path().join("temp");
    let summary = fs::read_to_string(temp.join("summary.md")).unwrap();
    assert_eq!(summary.matches("## MCP servers").count(), 3, "{summary}");
    let sent = fs::read_to_string(repo.home.path().join("gh.txt")).unwrap();
    for word in
        ["repos/work/code-scanning/sarifs", "ref=refs/pull/1/merge", &format!("commit_sha={good}")]
    {
        assert!(sent.lines().any(|line| line == word), "{sent}");
    }
    let body = fs::read_to_string(repo.home.path().join("gh.txt.body")).unwrap();
    let packed = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body).unwrap();
    let mut log = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut log)
        .unwrap();
    let log: serde_json::Value = serde_json::from_str(&log).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "not-certified");
}

#[test]
fn a_pull_request_does_not_bring_the_policy_or_the_keys_that_let_it_pass() {
    let repo = repo();
    let base = repo.commit();
    repo.put(".mcp.json", &MAIL.replace("1.2.3", "6.6.6"));
    repo.put(
        ".mcpwarden/gate.toml",
        "[[waiver]]\nserver = \"mail\"\nreason = \"r\"\nowner = \"me\"\nuntil = 2999-01-01\n",
    );
    let head = repo.commit();
    let (outcome, _) = workflow(&repo, (&head, &base));
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
}

#[test]
fn the_action_passes_its_inputs_and_nothing_else() {
    let repo = repo();
    repo.put(".mcp.json", MAIL);
    let document = parsed("contrib/ci/github/action.yml");
    let script = text(&document, "/runs/steps/0/run");
    let member = |pointer: &str| document.at(pointer).and_then(Node::members).expect("members");
    // Each input reaches the script, and through the environment alone.
    assert!(!script.contains("${{"), "{script}");
    let env = member("/runs/steps/0/env");
    let mut set = Vec::new();
    for input in member("/inputs") {
        let value = format!("${{{{ inputs.{} }}}}", input.key);
        let name =
            env.iter().find(|one| one.value.text() == Some(&value)).expect("it is passed on");
        let usual = input.value.get("default").and_then(Node::text).expect("it has a default");
        assert!(script.contains(&format!("${}", name.key)), "{} is used", name.key);
        set.push((name.key.as_str(), usual));
    }
    assert_eq!(set.len(), env.len());
    let work = repo.home.work();
    let outcome = shell(&repo, &work, &script, &set);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    let output = fs::read_to_string(repo.home.path().join("temp/output.txt")).unwrap();
    let sarif = output.trim().strip_prefix("sarif=").expect("it tells the file");
    assert!(Path::new(sarif).is_file(), "{output}");
    // What an input holds is one word, whatever it is.
    let with = |name: &str, value: &'static str| {
        let mut set = set.clone();
        set.iter_mut().find(|(known, _)| *known == name).expect("it is an input").1 = value;
        shell(&repo, &work, &script, &set)
    };
    for (name, value) in [
        ("INPUT_PATH", "--allow-floating"),
        ("INPUT_SINCE", "$(touch hacked); touch hacked"),
        ("INPUT_CERTIFICATES", "x --level 0"),
        ("INPUT_POLICY", "`touch hacked`"),
    ] {
        let outcome = with(name, value);
        assert!(matches!(outcome.code, Some(3 | 4)), "{name}: {}", outcome.block());
    }
    assert!(!work.join("hacked").exists());
    assert_eq!(with("INPUT_FINDINGS", "critical").code, Some(0));
    repo.put(".mcp.json", &MAIL.replace("1.2.3", "6.6.6"));
    assert_eq!(with("INPUT_PATH", ".").code, Some(13));
}

#[test]
fn the_template_judges_what_a_merge_request_brings() {
    let repo = repo();
    let base = repo.commit();
    repo.put(".mcp.json", &MAIL.replace("1.2.3", "6.6.6"));
    repo.commit();
    let document = parsed("contrib/ci/gitlab/mcpwarden-gate.gitlab-ci.yml");
    let script = text(&document, "/mcpwarden-gate/script/0");
    let work = repo.home.work();
    for since in [[("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str())].as_slice(), &[]] {
        let outcome = shell(&repo, &work, &script, since);
        assert_eq!(outcome.code, Some(13), "{}", outcome.block());
        let report = text(&document, "/mcpwarden-gate/artifacts/reports/codequality");
        let issues = fs::read_to_string(work.join(report)).unwrap();
        let issues: serde_json::Value = serde_json::from_str(&issues).unwrap();
        assert_eq!(issues[0]["check_name"], "not-certified");
        assert!(work.join("mcpwarden-gate.sarif").is_file());
    }
    repo.put(".mcp.json", MAIL);
    assert_eq!(shell(&repo, &work, &script, &[]).code, Some(0));
}

#[test]
fn no_file_takes_more_than_it_needs() {
    let workflow = parsed("contrib/ci/github/mcpwarden-gate.yml");
    assert_eq!(workflow.at("/permissions").and_then(Node::members).map(<[_]>::len), Some(0));
    let job = workflow.at("/jobs/gate/permissions").and_then(Node::members).unwrap();
    let job: Vec<_> = job.iter().map(|one| (one.key.as_str(), one.value.text().unwrap())).collect();
    assert_eq!(job, [("contents", "read"), ("security-events", "write")]);
    for file in [
        "contrib/ci/github/mcpwarden-gate.yml",
        "contrib/ci/github/action.yml",
        "contrib/ci/gitlab/mcpwarden-gate.gitlab-ci.yml",
        ".pre-commit-hooks.yaml",
    ] {
        let all = read(file);
        let code: Vec<&str> =
            all.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let code = code.join("\n");
        for word in ["secrets.", "pull_request_target", "uses:", "curl", "wget", "sudo"] {
            assert!(!code.contains(word), "{file} has `{word}`");
        }
    }
    // No expression is part of a script: what a branch is called would be run.
    for nth in 0..3 {
        let script = text(&workflow, &format!("/jobs/gate/steps/{nth}/run"));
        assert!(!script.contains("${{"), "{script}");
    }
}

/// The published programs that `cargo xtask test` has installed.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn published(name: &str) -> PathBuf {
    let folder = match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => PathBuf::from(folder),
        None => panic!("`{name}` is not installed: run `cargo xtask test`"),
    };
    let found = folder.join("python-ci/bin").join(name);
    assert!(found.is_file(), "{} is not there: run `cargo xtask test`", found.display());
    found
}

#[test]
fn every_file_is_the_same_to_the_schemas_of_the_services() {
    let home = warden_testkit::TestHome::new();
    let check = |schema: &str, file: &Path| {
        let mut command: Command = home.command(published("check-jsonschema"));
        command.args(["--builtin-schema", schema]).arg(file);
        Outcome::of(&mut command, b"")
    };
    for (schema, file) in [
        ("vendor.github-workflows", "contrib/ci/github/mcpwarden-gate.yml"),
        ("vendor.github-actions", "contrib/ci/github/action.yml"),
        ("vendor.gitlab-ci", "contrib/ci/gitlab/mcpwarden-gate.gitlab-ci.yml"),
    ] {
        let outcome = check(schema, &root().join(file));
        assert_eq!(outcome.code, Some(0), "{file}: {}", outcome.block());
        // It looks: the same with one word changed is refused.
        let from = if schema == "vendor.gitlab-ci" { "rules:" } else { "steps:" };
        let wrong = home.write("work/wrong.yml", read(file).replacen(from, "stepps:", 1));
        assert_eq!(check(schema, &wrong).code, Some(1), "{file}");
    }
}

#[test]
fn a_hook_is_the_same_to_the_published_pre_commit() {
    let repo = repo();
    let tool = |words: &[&str]| {
        let mut command: Command = repo.home.command(published("pre-commit"));
        command.args(words).current_dir(repo.home.work());
        command.env("PATH", search_path(&repo)).env("GIT_CONFIG_NOSYSTEM", "1");
        // No index that packages could come from: nothing is to be fetched.
        command.env("PIP_NO_INDEX", "1").env("PRE_COMMIT_HOME", repo.home.path().join("hooks"));
        Outcome::of(&mut command, b"")
    };
    let hooks = root().join(".pre-commit-hooks.yaml").display().to_string();
    let outcome = tool(&["validate-manifest", &hooks]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    // The hooks as a repository of their own, as pre-commit gets them.
    let source = repo.home.path().join("source");
    fs::create_dir_all(&source).unwrap();
    fs::copy(&hooks, source.join(".pre-commit-hooks.yaml")).unwrap();
    for words in [["init", "--quiet"].as_slice(), &["add", "."], &["commit", "-qm", "x"]] {
        crate::git(&repo.home, &source, words);
    }
    let revision = crate::git(&repo.home, &source, &["rev-parse", "HEAD"]);
    let given = "'--certificates=.mcpwarden/certificates', '--trust=.mcpwarden/trust.json', \
                 '--revocations=.mcpwarden/revocations.json'";
    repo.put(
        ".pre-commit-config.yaml",
        &format!(
            "repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: mcpwarden-gate\n    args: [{given}]\n  \
             - id: mcpwarden-gate-changed\n    args: [{given}]\n",
            source.display(),
            revision.trim()
        ),
    );
    repo.put(".cursor/mcp.json", &MAIL.replace("1.2.3", "1.0.0"));
    repo.commit();
    let outcome = tool(&["run", "mcpwarden-gate"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.block());
    assert!(outcome.stdout.contains("not-certified"), "{}", outcome.block());
    let outcome = tool(&["run", "mcpwarden-gate-changed"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    repo.put(".mcp.json", &MAIL.replace("1.2.3", "6.6.6"));
    repo.git(&["add", "."]);
    let outcome = tool(&["run", "mcpwarden-gate-changed"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.block());
    repo.put(".mcp.json", MAIL);
    repo.git(&["add", "."]);
    let outcome = tool(&["run", "mcpwarden-gate-changed"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}
