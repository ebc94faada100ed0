//! Every trick against analysis, each beside a flow: the flow is found, and what could not be
//! looked at is told, in the report and on the terminal.

mod servers;

use std::io::Write as _;

use serde_json::Value;
use warden_testkit::TestHome;

use self::servers::{GO, JAVASCRIPT, PYTHON, with_body};
use crate::{run, scan::check};

/// What a scan said of `in`.
struct Looked {
    report: Value,
    terminal: String,
}

impl Looked {
    /// Scans the folder `in`, or what is named in it, twice: for a program and for a person.
    #[track_caller]
    fn at(home: &TestHome, target: &str) -> Self {
        let json = run(home, &["scan", "--no-cache", "--format", "json", target]);
        let report: Value =
            serde_json::from_str(&json.stdout).unwrap_or_else(|_| panic!("{}", json.block()));
        check(include_str!("../../../../schemas/scan-report-2.schema.json"), &report);
        let human = run(home, &["scan", "--no-cache", target]);
        assert_eq!(json.code, human.code);
        // Lines are wrapped where the terminal ends.
        let words: Vec<&str> = human.stdout.split_whitespace().collect();
        let looked = Self { report, terminal: words.join(" ") };
        let complete = looked.report["coverage"]["complete"] == true;
        assert_eq!(complete, looked.told().is_empty());
        if complete {
            assert!(looked.terminal.contains("everything that was there was read"));
        } else {
            assert_ne!(json.code, Some(0), "{}", json.block());
        }
        for (kind, file) in looked.told() {
            assert!(looked.terminal.contains(&kind), "{kind}: {}", looked.terminal);
            assert!(looked.terminal.contains(&file), "{file}: {}", looked.terminal);
        }
        looked
    }

    /// A folder with these files.
    #[track_caller]
    fn of(files: &[(&str, &[u8])]) -> Self {
        Self::at(&home(files), "in")
    }

    /// What was not analysed: the kind of each and its first file.
    fn told(&self) -> Vec<(String, String)> {
        let coverage = &self.report["coverage"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let gaps = list(&coverage["source"]["gaps"]);
        let gaps = gaps.iter().map(|gap| (text(&gap["kind"]), text(&gap["places"][0]["file"])));
        let unread = list(&coverage["unread"]);
        let unread =
            unread.iter().map(|one| (text(&one["reason"]), text(&one["location"]["file"])));
        gaps.chain(unread).collect()
    }

    #[track_caller]
    fn tells(self, expected: &[(&str, &str)]) -> Self {
        let told = self.told();
        let told: Vec<(&str, &str)> =
            told.iter().map(|(kind, file)| (kind.as_str(), file.as_str())).collect();
        assert_eq!(told, expected, "{}", self.terminal);
        self
    }

    /// There is a finding of this rule in this file.
    #[track_caller]
    fn finds(self, rule: &str, file: &str) -> Self {
        let findings = self.report["findings"].as_array().expect("a list");
        let hit = |one: &Value| one["rule"] == rule && one["location"]["file"] == file;
        assert!(findings.iter().any(hit), "{rule} in {file}: {}", self.terminal);
        self
    }
}

fn home(files: &[(&str, &[u8])]) -> TestHome {
    let home = TestHome::new();
    for (path, bytes) in files {
        home.write(format!("work/in/{path}"), bytes);
    }
    home
}

const RULE: &str = "command-injection";

#[test]
fn a_hundred_thousand_blank_lines_hide_nothing() {
    let far = |text: &str, before: &str| {
        text.replace(before, &format!("{}{before}", "\n".repeat(100_000)))
    };
    Looked::of(&[
        ("a.py", far(PYTHON, "@mcp.tool").as_bytes()),
        ("b.js", far(JAVASCRIPT, "server.registerTool").as_bytes()),
        ("c.go", far(GO, "func run").as_bytes()),
    ])
    .tells(&[])
    .finds(RULE, "in/a.py")
    .finds(RULE, "in/b.js")
    .finds(RULE, "in/c.go");
}

#[test]
fn a_line_of_fifty_megabytes_is_told_and_does_not_hide_its_neighbour() {
    let line = "a=b;".repeat((50 << 20) / 4);
    Looked::of(&[("a.py", PYTHON.as_bytes()), ("b.js", line.as_bytes())])
        .tells(&[("too-large", "in/b.js")])
        .finds(RULE, "in/a.py");
    // Small enough to be collected, and too large to be read.
    let line = "a=b;".repeat((9 << 20) / 4);
    Looked::of(&[("a.py", PYTHON.as_bytes()), ("b.js", line.as_bytes())])
        .tells(&[("too-large", "in/b.js")])
        .finds(RULE, "in/a.py");
}

#[test]
fn a_line_that_is_long_and_read_hides_nothing() {
    let line = format!("{}{}", "var a = 1;".repeat(1 << 16), JAVASCRIPT.replace('\n', " "));
    Looked::of(&[("b.js", line.as_bytes())]).tells(&[]).finds(RULE, "in/b.js");
}

#[test]
fn nesting_of_ten_thousand_levels_is_told_and_hides_nothing_beside_it() {
    let nested =
        |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let python = format!("{PYTHON}\nx = {}\n", nested("[", "]"));
    let javascript = format!("{JAVASCRIPT}\nif (a) {}\n", nested("{", "}"));
    let go = format!("{GO}\nvar x = {}\n", nested("[]int{", "}"));
    Looked::of(&[("a.py", python.as_bytes())])
        .tells(&[("too-deep", "in/a.py")])
        .finds(RULE, "in/a.py");
    Looked::of(&[("b.js", javascript.as_bytes())])
        .tells(&[("too-deep", "in/b.js")])
        .finds(RULE, "in/b.js");
    Looked::of(&[("c.go", go.as_bytes())]).tells(&[("too-deep", "in/c.go")]).finds(RULE, "in/c.go");
    // What stands inside is not followed, and that is said.
    let inside = with_body(
        PYTHON,
        &format!("return {}os.system(command){}", "[".repeat(10_000), "]".repeat(10_000)),
    );
    Looked::of(&[("a.py", inside.as_bytes())]).tells(&[("too-deep", "in/a.py")]);
}

#[test]
fn compiled_python_without_its_source_is_told() {
    Looked::of(&[
        ("a.py", PYTHON.as_bytes()),
        ("core.pyc", b"\xcb\r\r\n"),
        ("__pycache__/a.cpython-312.pyc", b"\xcb\r\r\n"),
        ("__pycache__/gone.cpython-312.pyc", b"\xcb\r\r\n"),
    ])
    .tells(&[
        ("opaque-code", "in/__pycache__/gone.cpython-312.pyc"),
        ("opaque-code", "in/core.pyc"),
    ])
    .finds(RULE, "in/a.py");
}

#[test]
fn native_modules_are_told_by_name_and_by_their_first_bytes() {
    Looked::of(&[
        ("a.py", PYTHON.as_bytes()),
        ("core.node", b""),
        ("fast.so", b"\x7fELF"),
        ("logo.png", b"\x7fELF\x02\x01"),
        ("table.dat", b"MZ\x90\0\x03"),
        ("core.wasm", b"\0asm"),
    ])
    .tells(&[
        ("opaque-code", "in/core.node"),
        ("opaque-code", "in/core.wasm"),
        ("opaque-code", "in/fast.so"),
        ("opaque-code", "in/logo.png"),
        ("opaque-code", "in/table.dat"),
    ])
    .finds(RULE, "in/a.py");
}

#[test]
fn an_archive_inside_a_wheel_is_told_whatever_it_is_called() {
    let inner = zip(&[("core.py", PYTHON.as_bytes())]);
    let wheel = zip(&[
        ("server/__init__.py", PYTHON.as_bytes()),
        ("server/core.zip", &inner),
        ("server/strings.bin", &inner),
    ]);
    let home = home(&[("s-1-py3-none-any.whl", &wheel)]);
    let file = |path: &str| format!("in/s-1-py3-none-any.whl!/server/{path}");
    Looked::at(&home, "in/s-1-py3-none-any.whl")
        .tells(&[("opaque-code", &file("core.zip")), ("opaque-code", &file("strings.bin"))])
        .finds(RULE, &file("__init__.py"));
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*path, options).expect("a name");
        writer.write_all(bytes).expect("a vector takes everything");
    }
    writer.finish().expect("it is whole").into_inner()
}

#[cfg(unix)]
#[test]
fn loops_of_links_come_to_an_end_and_are_told() {
    let home = home(&[("a.py", PYTHON.as_bytes())]);
    let links = [("a", "b"), ("b", "a"), ("here", "."), ("up", ".."), ("out.py", "/etc/passwd")];
    for (name, target) in links {
        std::os::unix::fs::symlink(target, home.work().join("in").join(name)).expect("a link");
    }
    Looked::at(&home, "in")
        .tells(&[("io", "in/a"), ("io", "in/b"), ("outside", "in/out.py"), ("outside", "in/up")])
        .finds(RULE, "in/a.py");
}

#[test]
fn bytes_that_are_no_text_are_told_and_what_can_be_read_is() {
    let latin = [b"# caf\xe9\n", PYTHON.as_bytes()].concat();
    Looked::of(&[("a.py", &latin)]).tells(&[("encoding", "in/a.py")]).finds(RULE, "in/a.py");
    let zeros = [PYTHON.as_bytes(), b"\0\0x = 1\n"].concat();
    Looked::of(&[("a.py", &zeros)]).tells(&[("syntax", "in/a.py")]).finds(RULE, "in/a.py");
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(PYTHON.bytes().flat_map(|b| [b, 0])).collect();
    let looked = Looked::of(&[("a.py", &wide)]);
    assert!(looked.told().iter().any(|(kind, _)| kind == "encoding"), "{}", looked.terminal);
}

#[test]
fn an_encoding_that_makes_another_program_of_the_text_is_told() {
    for name in ["rot13", "utf-7", "unicode_escape"] {
        let text = format!("#!/usr/bin/env python\n# -*- coding: {name} -*-\n{PYTHON}");
        Looked::of(&[("a.py", text.as_bytes())]).tells(&[("encoding", "in/a.py")]);
    }
    let text = format!("# -*- coding: utf-8 -*-\n{PYTHON}");
    Looked::of(&[("a.py", text.as_bytes())]).tells(&[]).finds(RULE, "in/a.py");
}

#[test]
fn a_name_with_a_letter_of_another_script_is_told() {
    const HONEST: &str =
        "def validate(x):\n    if x != 'ls':\n        raise ValueError\n    return x\n";
    let python = with_body(PYTHON, "return subprocess.run(v\u{430}lidate(command), shell=True)");
    let shadow = "def v\u{430}lidate(x):\n    return x\n";
    let text = format!("{HONEST}\n\n{shadow}\n\n{python}");
    Looked::of(&[("a.py", text.as_bytes())])
        .tells(&[])
        .finds(RULE, "in/a.py")
        .finds("obfuscated-code", "in/a.py");
    let javascript = with_body(JAVASCRIPT, "exec(\u{441}lean(command));");
    let text = format!(
        "function clean(x) {{ return 'ls'; }}\nfunction \u{441}lean(x) {{ return x; }}\n{javascript}"
    );
    Looked::of(&[("b.js", text.as_bytes())])
        .finds(RULE, "in/b.js")
        .finds("obfuscated-code", "in/b.js");
    let go = with_body(GO, "exec.Command(\"sh\", \"-c\", cl\u{435}an(command)).Run()");
    let text = format!(
        "{go}\nfunc clean(x string) string {{ return \"ls\" }}\n\nfunc cl\u{435}an(x string) string {{ return x }}\n"
    );
    Looked::of(&[("c.go", text.as_bytes())])
        .finds(RULE, "in/c.go")
        .finds("obfuscated-code", "in/c.go");
    // People name things in their own script.
    let own = format!("{PYTHON}\nпроверка = 1\n\u{3b1} = 2\n");
    let looked = Looked::of(&[("a.py", own.as_bytes())]).tells(&[]).finds(RULE, "in/a.py");
    assert!(!looked.terminal.contains("obfuscated-code"), "{}", looked.terminal);
}

#[test]
fn a_function_that_is_looked_up_by_a_hidden_name_is_found() {
    for (body, rule) in [
        ("return getattr(__import__(\"o\" + \"s\"), \"sys\" + \"tem\")(command)", RULE),
        ("return getattr(__import__('so'[::-1]), 'metsys'[::-1])(command)", "obfuscated-code"),
        ("return getattr(subprocess, 'ru' + 'n')(command, shell=True)", RULE),
        ("return subprocess.__dict__['r' + 'un'](command, shell=True)", RULE),
    ] {
        let text = with_body(PYTHON, body);
        Looked::of(&[("a.py", text.as_bytes())]).finds(rule, "in/a.py");
    }
    for (body, rule) in [
        ("globalThis[\"ev\" + \"al\"](command);", "code-evaluation"),
        ("require(\"child_\" + \"process\").exec(command);", RULE),
        (
            "require([\"child\", \"process\"].join(\"_\"))[\"ex\" + \"ec\"](command);",
            "obfuscated-code",
        ),
        ("(await import(\"node:child\" + \"_process\"))[\"e\" + \"xec\"](command);", RULE),
        ("(() => {})[\"con\" + \"structor\"](command)();", "obfuscated-code"),
    ] {
        let text = with_body(JAVASCRIPT, body);
        Looked::of(&[("b.js", text.as_bytes())]).finds(rule, "in/b.js");
    }
}

#[test]
fn a_function_that_nobody_can_name_is_told() {
    for body in [
        "import settings\n    return getattr(__import__(settings.one()), settings.two())(command)",
        "import os\n    return getattr(os, command)(\"x\")",
        "import importlib, os\n    return importlib.import_module(os.environ[\"M\"]).run(command)",
        "import os\n    return globals()[os.environ[\"F\"]](command)",
    ] {
        let text = with_body(PYTHON, body);
        Looked::of(&[("a.py", text.as_bytes())]).tells(&[("dynamic", "in/a.py")]);
    }
    for body in [
        "globalThis[process.env.F](command);",
        "require(process.env.M).exec(command);",
        "process[command](\"x\");",
        "(await import(process.env.M)).run(command);",
    ] {
        let text = with_body(JAVASCRIPT, body);
        Looked::of(&[("b.js", text.as_bytes())]).tells(&[("dynamic", "in/b.js")]);
    }
    let body =
        "p, _ := plugin.Open(\"x.so\"); f, _ := p.Lookup(\"Run\"); f.(func(string))(command)";
    let text = with_body(GO, body).replace("\"os/exec\"", "\"plugin\"");
    Looked::of(&[("c.go", text.as_bytes())]).tells(&[("dynamic", "in/c.go")]);
}

#[test]
fn code_in_a_file_of_data_is_found_and_told() {
    let text = with_body(PYTHON, "exec(open(\"notes.txt\").read())\n    return command");
    Looked::of(&[("a.py", text.as_bytes()), ("notes.txt", b"import os\n")])
        .tells(&[("dynamic", "in/a.py")]);
    let text = with_body(PYTHON, "import json\n    exec(json.load(open(\"s.json\"))[\"run\"])");
    Looked::of(&[("a.py", text.as_bytes()), ("s.json", b"{\"run\": \"import os\"}")])
        .tells(&[("dynamic", "in/a.py")]);
    let text = with_body(PYTHON, "import runpy\n    runpy.run_path(\"logo.png\")");
    Looked::of(&[("a.py", text.as_bytes()), ("logo.png", b"import os\n")])
        .finds("obfuscated-code", "in/a.py");
    let body =
        "require(\"vm\").runInThisContext(require(\"fs\").readFileSync(\"en.json\", \"utf8\"));";
    let text = with_body(JAVASCRIPT, body);
    Looked::of(&[("b.js", text.as_bytes()), ("en.json", b"1")])
        .tells(&[("dynamic", "in/b.js")])
        .finds("obfuscated-code", "in/b.js");
    let text = format!("{JAVASCRIPT}\nrequire(\"./font.woff\");\n");
    Looked::of(&[("b.js", text.as_bytes()), ("font.woff", b"exec('id')")])
        .tells(&[("dynamic", "in/b.js")])
        .finds(RULE, "in/b.js");
}
