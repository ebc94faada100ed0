//! What is wrong is told by its place and its name, and never by its value.

use crate::gateway::{example, form, near, parse};

/// Everything that is said of a configuration.
fn said(text: &str) -> Vec<String> {
    let problems = parse(text).err().unwrap_or_default();
    let line = |problem: &form::Problem| {
        let (line, column) = form::place(text, problem.at);
        format!("{line}:{column}: {problem}")
    };
    problems.iter().map(line).collect()
}

const SERVER: &str = "[[server]]\nname = \"a\"\ncommand = [\"a\"]\n";

/// What is said of a configuration that has a server besides.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(said(&format!("{text}\n{SERVER}")), expected, "{text}");
}

#[test]
fn the_example_is_well_formed() {
    assert_eq!(said(example()), [""; 0]);
}

#[test]
fn every_problem_of_the_form_is_told_at_once() {
    check(
        "lisen = \"127.0.0.1:1\"\ndrain = \"soon\"\n\n[limits]\nbody = -1\n",
        &[
            "1:1: there is no setting `lisen`; did you mean `listen`?",
            "2:9: `drain` has to be a span of time, such as `\"30s\"` or `\"1h 30m\"`",
            "5:8: `body` of [limits] has to be a size, such as `\"4 MiB\"`",
        ],
    );
}

#[test]
fn a_setting_in_the_wrong_place_is_told_where_it_belongs() {
    check(
        "[limits]\nhostile = \"refuse\"\nlisten = \"127.0.0.1:1\"\nlisen = 1",
        &[
            "2:1: there is no setting `hostile` of [limits]; it belongs under `[inspect]`",
            "3:1: there is no setting `listen` of [limits]; it stands above the first `[`",
            "4:1: there is no setting `lisen` of [limits]; did you mean `listen`? \
             It stands above the first `[`",
        ],
    );
}

#[test]
fn lists_and_tables_are_not_taken_for_each_other() {
    check("[view]\nname = \"v\"", &["1:2: `view` is a list: write `[[view]]`"]);
    check("limits = 1", &["1:1: `limits` is a table: write `[limits]`"]);
    assert_eq!(said("server = [\"a\"]"), ["1:1: `server` is a list: write `[[server]]`"]);
    assert_eq!(said("server = [{ name = \"a\", command = [\"a\"] }]"), [""; 0]);
}

#[test]
fn what_is_missing_is_told_where_its_section_begins() {
    assert_eq!(said("[[server]]\ncommand = [\"a\"]"), ["1:1: `name` of [[server]] is missing"]);
    assert_eq!(said(""), ["1:1: there is no `[[server]]`"]);
    check("[tls]\nkey = \"k\"", &["1:1: `certificate` of [tls] is missing"]);
}

#[test]
fn every_kind_says_what_it_takes() {
    for (line, expected) in [
        (
            "listen = \"localhost\"",
            "1:10: `listen` has to be an IP address and a port, such as `\"127.0.0.1:8931\"`",
        ),
        ("public = \"yes\"", "1:10: `public` has to be `true` or `false`"),
        ("hosts = \"a\"", "1:9: `hosts` has to be a list of texts"),
        ("threads = 0", "1:11: `threads` has to be a whole number from 1 to 1024"),
        (
            "names = \"plan\"",
            "1:9: `names` has to be `\"prefixed\"` or `\"plain\"`; did you mean `\"plain\"`?",
        ),
        (
            "secret = \"~/s\"",
            "1:10: `secret` begins with `~`, which only shells know; write the whole path",
        ),
        ("secret = 1", "1:10: `secret` has to be the path of a file or folder"),
    ] {
        check(line, &[expected]);
    }
    for (line, expected) in [
        (
            "url = \"a\"",
            "3:7: `url` of server `b` has to be an `http` or `https` URL without a user",
        ),
        (
            "url = \"https://u:p@a\"",
            "3:7: `url` of server `b` has to be an `http` or `https` URL without a user",
        ),
        (
            "url = \"https://${A}\"",
            "3:7: `url` of server `b` holds `${`, which is filled in in `env` and `headers` only",
        ),
        (
            "command = \"a\"",
            "3:11: `command` of server `b` has to be a program and its arguments, as a list of texts",
        ),
        ("env = { A = 1 }", "3:7: `env` of server `b` has to be a table of texts"),
        ("prefix = 1", "3:10: `prefix` of server `b` has to be a text"),
    ] {
        assert_eq!(said(&format!("[[server]]\nname = \"b\"\n{line}\n")), [expected], "{line}");
    }
    check(
        "[[client]]\nname = \"ann\"\ntoken_sha256 = \"secret\"",
        &[
            "3:16: `token_sha256` of client `ann` has to be a SHA-256 digest, 64 lower-case hexadecimal digits",
        ],
    );
    // An agent on a machine is called as in an estate.
    let agent = "[[client]]\nname = \"desk@branch-1\"\ncertificate = \"a\"";
    let told = said(agent).join("\n");
    assert!(!told.contains("`name`"), "{told}");
    check(
        "[[client]]\nname = \"a b\"\ncertificate = \"a\"",
        &[
            "2:8: `name` of [[client]] has to be a name of 1 to 64 letters, digits, `-`, `_`, `.` and `@`",
        ],
    );
}

#[test]
fn every_contradiction_is_told_where_it_stands() {
    check(
        "listen = \"0.0.0.0:1\"",
        &[
            "1:1: `listen` can be reached from other machines; say `public = true` if that is wanted",
        ],
    );
    check(
        "listen = \"0.0.0.0:1\"\npublic = true",
        &[
            "2:1: whoever can be reached from other machines has to know its clients; add a `[[client]]`",
        ],
    );
    check(
        "[[client]]\nname = \"ann\"",
        &["2:1: client `ann` shows nothing: give it `token_sha256` or `certificate`"],
    );
    check(
        "[[client]]\nname = \"ann\"\ncertificate = \"ann\"",
        &["3:1: client `ann` shows a certificate, but `clients` of [tls] names no authority"],
    );
    check(SERVER, &["6:1: two servers are called `a`"]);
    check(
        "[[view]]\nname = \"v\"\nservers = [\"aa\", \"tickets\"]",
        &[
            "3:1: view `v` names server `aa`, which is not there; did you mean `a`?",
            "3:1: view `v` names server `tickets`, which is not there",
        ],
    );
}

#[test]
fn a_server_is_a_program_or_a_url() {
    for (lines, expected) in [
        ("", "2:1: server `b` has neither `command` nor `url`, and is not `certified`"),
        (
            "certified = \"b\"\ncommand = [\"a\"]",
            "4:1: server `b` is started from the store, and so has no `command`",
        ),
        ("command = [\"a\"]\nurl = \"http://a\"", "4:1: server `b` has both `command` and `url`"),
        (
            "command = [\"a\"]\nheaders = { A = \"b\" }",
            "4:1: server `b` is a program, and `headers` is for URLs",
        ),
        (
            "command = [\"a\"]\ntransport = \"sse\"",
            "4:1: server `b` is a program, and `transport` is for URLs",
        ),
        (
            "url = \"http://a\"\nenv = { A = \"b\" }",
            "4:1: server `b` is a URL, and `env` is for programs",
        ),
        (
            "url = \"http://a\"\nfolder = \"b\"",
            "4:1: server `b` is a URL, and `folder` is for programs",
        ),
        (
            "url = \"http://a\"\nauthorities = \"b\"",
            "4:1: server `b` is reached without TLS, so nobody shows a certificate",
        ),
        (
            "url = \"http://a\"\nheaders = { Mcp-Session-Id = \"b\" }",
            "4:1: server `b` sets `Mcp-Session-Id`, which the gateway sets",
        ),
        (
            "url = \"http://a\"\nheaders = { \"A B\" = \"b\" }",
            "4:1: server `b` has a header whose name is none",
        ),
        (
            "command = [\"a\"]\nenv = { \"A=B\" = \"c\" }",
            "4:1: server `b` has a variable whose name is none",
        ),
    ] {
        assert_eq!(said(&format!("[[server]]\nname = \"b\"\n{lines}\n")), [expected], "{lines}");
    }
}

#[test]
fn what_is_no_toml_is_told_without_its_text() {
    for text in
        ["token = \"hunter2", "hunter2", "a = hunter2", "[hunter2", "a = 1\na = \"hunter2\""]
    {
        let said = said(text);
        assert_eq!(said.len(), 1, "{text}: {said:?}");
        assert!(said.iter().all(|line| !line.contains("hunter2")), "{said:?}");
    }
}

#[test]
fn places_are_counted_in_lines_and_characters() {
    assert_eq!(form::place("", 0), (1, 1));
    assert_eq!(form::place("a\nbc", 3), (2, 2));
    assert_eq!(form::place("é = 1", 2), (1, 2));
    assert_eq!(form::place("a", 99), (1, 2));
    assert_eq!(near::nearest("", ["a"].into_iter()), Some("a"));
}
