use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use warden_testkit::{Outcome, TestHome, program};

use crate::{mcpwarden, run};

/// A server of ours, as a script beside the configuration.
fn with_server(config: &str) -> TestHome {
    let home = TestHome::new();
    let server = program("fixture-server").display().to_string();
    home.write("work/server.sh", format!("exec '{server}' \"$@\"\n"));
    home.write("work/gateway.toml", config);
    home
}

const MAIL: &str = "[[server]]\nname = \"mail\"\ncommand = [\"sh\", \"server.sh\"]\n";

#[track_caller]
fn approved(home: &TestHome, server: &str) {
    let words = ["approve", "--config", "gateway.toml", "--by", "ann", "--yes", server];
    drop(run(home, &words).success());
}

/// What is said of a configuration that cannot be used.
#[track_caller]
fn refused(config: &str) -> String {
    let home = with_server(config);
    let outcome = run(&home, &["gateway", "--config", "gateway.toml", "--check"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    outcome.block()
}

#[test]
fn its_help_reads_well() {
    let home = TestHome::new();
    for command in ["gateway", "approve"] {
        let mut command = mcpwarden(&home, &[command, "--help"]);
        let help = Outcome::of(command.env("COLUMNS", "80"), b"").success();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        insta::assert_snapshot!(help);
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let home = TestHome::new();
    for wrong in [
        &["gateway"][..],
        &["gateway", "--check"],
        &["gateway", "--config", "a", "--check", "--stdio"],
        &["gateway", "--config", "a", "--view", "v"],
        &["gateway", "--config", "a", "--example"],
        &["gateway", "--example", "--schema"],
        &["approve", "--config", "a", "--", "b"],
    ] {
        let outcome = run(&home, wrong);
        assert_eq!(outcome.code, Some(2), "{wrong:?} {}", outcome.block());
    }
}

#[test]
fn a_configuration_that_is_not_there_is_told() {
    let home = TestHome::new();
    let outcome = run(&home, &["gateway", "--config", "gateway.toml"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    insta::assert_snapshot!(outcome.block());
}

#[test]
fn every_problem_is_told_with_its_place() {
    let form = "lisen = \"127.0.0.1:1\"\ndrain = \"soon\"\n\n[[server]]\ncomand = [\"a\"]\n";
    insta::assert_snapshot!(refused(form));
    let contradictions = "listen = \"0.0.0.0:1\"\n\n[[server]]\nname = \"a\"\n\n[[view]]\n\
                          name = \"v\"\nservers = [\"b\"]\n";
    insta::assert_snapshot!(refused(contradictions));
    insta::assert_snapshot!(refused("[[server]]\nname = \"a\n"));
}

#[test]
fn so_many_problems_are_told_and_no_more() {
    let many: Vec<_> = (0..30).map(|n| format!("x{n} = 1\n")).collect();
    let many = many.concat();
    let said = refused(&many);
    assert!(said.contains("because: and 10 more\n"), "{said}");
    assert_eq!(said.matches("there is no setting").count(), 20, "{said}");
}

#[test]
fn what_cannot_be_filled_in_is_told() {
    let server = "[[server]]\nname = \"a\"\ncommand = [\"sh\", \"server.sh\"]\n";
    insta::assert_snapshot!(refused(&format!("{server}env = {{ A = \"x ${{MISSING}}\" }}\n")));
}

#[test]
fn files_of_tls_that_cannot_be_used_are_told_before_anything_is_opened() {
    let said = refused(&format!("tls = {{ certificate = \"a\", key = \"b\" }}\n{MAIL}"));
    assert!(said.contains("error: the files of `[tls]` cannot be used"), "{said}");
    assert!(said.contains("work/a`"), "{said}");
}

#[test]
fn names_that_collide_are_told_with_both_owners() {
    let home = with_server(&format!("names = \"plain\"\n{MAIL}{}", MAIL.replace("mail", "post")));
    approved(&home, "mail");
    approved(&home, "post");
    let outcome = run(&home, &["gateway", "--config", "gateway.toml", "--check"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    let both = "tool `read_mail` of server `mail` and of server `post` would have one name";
    assert!(outcome.stderr.contains(both), "{}", outcome.block());
}

#[test]
fn a_check_says_what_is_served_and_what_is_missing() {
    let url = "[[server]]\nname = \"far\"\nurl = \"https://far.example/mcp?key=hunter2\"\n";
    let view = "[[view]]\nname = \"search\"\nservers = [\"mail\"]\ntools = [\"*__search_*\"]\n";
    let home = with_server(&format!("{MAIL}{url}{view}"));
    approved(&home, "mail");
    let outcome = run(&home, &["gateway", "--config", "gateway.toml", "--check"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    insta::assert_snapshot!(outcome.block());
    home.write("work/server.sh", "echo another\n");
    let outcome = run(&home, &["gateway", "--config", "gateway.toml", "--check"]);
    assert!(outcome.stdout.contains("mail: what runs is not what was approved"), "{outcome:?}");
}

#[test]
fn the_example_passes_its_check() {
    let home = TestHome::new();
    let example = run(&home, &["gateway", "--example"]).success();
    home.write("work/gateway.toml", example);
    home.write("work/secrets/tickets.token", "hunter2\n");
    let outcome = run(&home, &["gateway", "--config", "gateway.toml", "--check"]);
    assert!(!outcome.block().contains("hunter2"), "{}", outcome.block());
    let shown = outcome.success();
    assert!(shown.contains("git: nobody has approved it"), "{shown}");
    assert!(shown.contains("\n/mcp/reading\n"), "{shown}");
}

#[test]
fn a_program_is_approved_as_it_is_configured_from_any_folder() {
    let home = with_server(MAIL);
    let words = ["approve", "--config", "work/gateway.toml", "--yes", "mail"];
    let mut command = mcpwarden(&home, &words);
    drop(Outcome::of(command.current_dir(home.path()), b"").success());
    let shown = run(&home, &["gateway", "--config", "gateway.toml", "--check"]).success();
    assert!(shown.contains("mail__read_mail") && !shown.contains("not shown"), "{shown}");
}

#[test]
fn a_server_that_is_not_configured_is_not_approved() {
    let home = with_server(MAIL);
    let outcome = run(&home, &["approve", "--config", "gateway.toml", "--yes", "mial"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    insta::assert_snapshot!(outcome.block());
    let outcome = run(&home, &["approve", "--config", "gateway.toml", "--yes"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    insta::assert_snapshot!(outcome.block());
}

#[test]
fn a_view_that_is_not_there_is_not_served() {
    let home = with_server(MAIL);
    let words = ["gateway", "--config", "gateway.toml", "--stdio", "--view", "v"];
    let outcome = run(&home, &words);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    assert!(outcome.stderr.contains("there is no view `v`"), "{}", outcome.block());
}

/// A process that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A server behind a URL.
#[cfg(target_os = "linux")]
fn far() -> (Running, String) {
    let mut command = std::process::Command::new(program("mock-server"));
    command.args(["--port", "0", "--tools", "3"]).stdout(Stdio::piped());
    let mut running = Running(command.spawn().expect("it starts"));
    let stdout = running.0.stdout.take().expect("it is a pipe");
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
    let url = line.trim().rsplit(' ').next().expect("there is a word").to_owned();
    (running, url)
}

#[cfg(target_os = "linux")]
#[test]
fn a_url_is_approved_as_it_is_configured() {
    let (_far, url) = far();
    let home = with_server(&format!("[[server]]\nname = \"far\"\nurl = \"{url}?key=hunter2\"\n"));
    approved(&home, "far");
    let outcome = run(&home, &["gateway", "--config", "gateway.toml", "--check"]);
    assert!(!outcome.block().contains("hunter2"), "{}", outcome.block());
    let shown = outcome.success();
    assert!(shown.contains("3 tools") && !shown.contains("not shown"), "{shown}");
    let pins = std::fs::read_dir(home.warden().join("pins")).expect("there are pins");
    for pin in pins {
        let pin = std::fs::read_to_string(pin.expect("it can be listed").path());
        assert!(!pin.expect("it is text").contains("hunter2"));
    }
}
