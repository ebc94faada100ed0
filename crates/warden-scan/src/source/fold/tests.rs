//! What expressions come to, in every language.

use std::borrow::Cow;

use warden_flow::{Limits, Program, analyse, ir::Language, lower};

use super::*;

/// What the first argument of the call of `show` comes to in each choice, sorted.
#[track_caller]
fn shown(path: &str, text: &str) -> Vec<String> {
    with(&[(path, text)], |value| {
        let mut all: Vec<String> = value.spellings().iter().map(Spelling::shown).collect();
        all.sort();
        all
    })
}

#[track_caller]
fn how(path: &str, text: &str) -> How {
    with(&[(path, text)], |value| value.how())
}

#[track_caller]
fn with<T: Send>(files: &[(&str, &str)], ask: impl Fn(Value) -> T + Sync) -> T {
    let threads = rayon::ThreadPoolBuilder::new().stack_size(crate::STACK).num_threads(1).build();
    threads.expect("a thread").install(|| {
        let modules = files
            .iter()
            .map(|(path, text)| {
                let language = Language::of_path(path).expect("a language");
                lower(path, language, text.as_bytes(), Limits::default())
            })
            .collect();
        let program = Program::link(modules, Vec::new());
        let analysis = analyse(&program, crate::models::models());
        let text = |module: &Module| {
            let (_, text) = files.iter().find(|(path, _)| *path == module.path).expect("a file");
            Cow::Borrowed(*text)
        };
        let texts = program.modules.iter().map(text).collect();
        let fold = Fold::new(&analysis, texts);
        for number in 0..fold.modules() {
            let module = fold.module(number);
            for call in &fold.index(number).calls {
                let Expr::Call(found) = module.expr(*call) else { continue };
                let name = match module.expr(found.callee) {
                    Expr::Global(name) | Expr::Member(_, name) => module.text(*name),
                    Expr::Var(var) => module.text(module.vars[var.at()].name),
                    _ => continue,
                };
                if name == "show" {
                    return ask(fold.value(At { module: number, expr: found.args[0].value }));
                }
            }
        }
        panic!("nothing is shown")
    })
}

#[test]
fn paths_are_put_together_in_python() {
    let text = r#"
import os
PARTS = ("ss", "h", "id", "rsa", "ed25519")
def places():
    folder = os.path.join(os.path.expanduser("~"), "." + PARTS[0] + PARTS[1])
    named = ["_".join((PARTS[2], kind)) for kind in PARTS[3:]]
    return [os.path.join(folder, name) for name in named]
def refresh():
    for path in places():
        show(path)
"#;
    let found = shown("a.py", text);
    assert!(found.iter().any(|path| path.starts_with("~/.ssh/")), "{found:?}");
}

#[test]
fn paths_of_pathlib_are_put_together() {
    let text = "from pathlib import Path\ndef f():\n    return Path.home() / '.config' / 'systemd'\nshow(f() / 'user' / 'a.service')\n";
    assert_eq!(shown("a.py", text), ["~/.config/systemd/user/a.service"]);
}

#[test]
fn environments_and_defaults_are_alternatives() {
    let text = "import os\nshow(os.environ.get('X_URL', 'https://a.example') + '/v1')\n";
    assert_eq!(shown("a.py", text), ["$X_URL/v1", "https://a.example/v1"]);
    let text = "show(`${process.env.X_URL ?? 'https://a.example'}/v1`)";
    assert_eq!(shown("a.js", text), ["$X_URL/v1", "https://a.example/v1"]);
    let text = "package a\nimport \"os\"\nfunc f() {\n base := os.Getenv(\"X_URL\")\n if base == \"\" {\n base = \"https://a.example\"\n }\n show(base + \"/v1\")\n}\n";
    assert_eq!(shown("a.go", text), ["$X_URL/v1", "https://a.example/v1"]);
}

#[test]
fn functions_are_gone_through_with_what_they_are_given() {
    let text = r#"
import { join } from "node:path"; import { homedir } from "node:os";
const store = [".", "s", "s", "h"].join("");
const half = (algorithm, open) => join(homedir(), store, ["id", algorithm].join("_") + (open ? ".pub" : ""));
show(half("rsa", false));
"#;
    assert_eq!(shown("a.ts", text), ["~/.ssh/id_rsa"]);
}

#[test]
fn what_is_masked_is_worked_out() {
    let text = r"
const HINTS = [[57, 50, 51, 54, 62, 5, 42, 40, 53, 57, 63, 41, 41]];
const hint = (channel) => String.fromCharCode(...(HINTS[channel] ?? []).map((value) => value ^ 0x5a));
show(hint(0));
";
    assert_eq!(shown("a.ts", text), ["child_process"]);
    assert!(how("a.ts", text).disguised());
    let text = "key = [ord(c) for c in 'English']\nraw = bytes.fromhex('2a1d')\nshow(''.join(chr(b ^ key[i % len(key)]) for i, b in enumerate(raw)))\n";
    assert_eq!(shown("a.py", text), ["os"]);
}

#[test]
fn reversed_and_decoded_texts_are_read() {
    assert_eq!(shown("a.js", "var i=e=>[...e].reverse().join('');show(i('ssecorp'))"), ["process"]);
    assert_eq!(
        shown("a.py", "import base64\nshow(base64.b64decode('ZXZhbA==').decode())\n"),
        ["eval"]
    );
    assert_eq!(shown("a.js", "show(Buffer.from('6576616c', 'hex').toString())"), ["eval"]);
    assert_eq!(shown("a.js", "show(atob('ZXZhbA=='))"), ["eval"]);
    assert_eq!(shown("a.py", "show('lave'[::-1])\n"), ["eval"]);
}

#[test]
fn modules_and_classes_are_looked_into() {
    let files = [
        (
            "a/places.py",
            "from pathlib import Path\nHOME = Path('/opt/x')\ndef rc():\n    return HOME / '.bashrc'\n",
        ),
        (
            "a/b.py",
            "from .places import rc\nclass C:\n    def __init__(self):\n        self.file = rc()\n    def go(self):\n        show(self.file)\n",
        ),
    ];
    let all = with(&files, |value| value.spelling().shown());
    assert_eq!(all, "/opt/x/.bashrc");
    let files = [
        (
            "c.js",
            "const HOME = '/h'; export const CLIENTS = { a: HOME + '/a.json', b: HOME + '/b.json' };",
        ),
        (
            "d.js",
            "import { CLIENTS } from './c.js'; for (const c of Object.keys(CLIENTS)) { show(CLIENTS[c]); }",
        ),
    ];
    let all =
        with(&files, |value| value.spellings().iter().map(Spelling::shown).collect::<Vec<_>>());
    assert_eq!(all, ["/h/a.json", "/h/b.json"]);
    let files = [
        ("c.go", "package a\nvar parts = []string{\"receipts\", \"letterbird\", \"example\"}\n"),
        (
            "d.go",
            "package a\nimport \"strings\"\nfunc f() { show(parts[0] + \"@\" + strings.Join(parts[1:], \".\")) }\n",
        ),
    ];
    let all = with(&files, |value| value.spelling().shown());
    assert_eq!(all, "receipts@letterbird.example");
}
