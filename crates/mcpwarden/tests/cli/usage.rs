use std::process::Stdio;

use warden_testkit::{Outcome, TestHome};

use crate::{mcpwarden, run};

#[test]
fn help_reads_well_on_80_columns() {
    let home = TestHome::new();
    for command in [&["--help"][..], &["scan", "--help"], &["explain", "--help"]] {
        let outcome = Outcome::of(mcpwarden(&home, command).env("COLUMNS", "80"), b"");
        let help = outcome.success();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
    insta::assert_snapshot!(run(&home, &["scan", "--help"]).block());
}

#[test]
fn a_wrong_argument_is_exit_code_2() {
    let home = TestHome::new();
    for wrong in [&["scna"][..], &["scan", "--format", "xml"], &["scan", "--root", "/", "x"], &[]] {
        let outcome = run(&home, wrong);
        assert_eq!(outcome.code, Some(2), "{}", outcome.block());
        assert!(outcome.stdout.is_empty(), "{}", outcome.block());
    }
}

#[test]
fn the_version_is_the_one_of_the_package() {
    let version = run(&TestHome::new(), &["--version"]).success();
    assert_eq!(version, format!("mcpwarden {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_name_every_command() {
    let home = TestHome::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = run(&home, &["completions", shell]).success();
        for command in ["scan", "explain", "completions"] {
            assert!(text.contains(command), "{shell} {command}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = TestHome::new();
    let mut child = mcpwarden(&home, &["explain"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*told), (Some(0), ""));
}
