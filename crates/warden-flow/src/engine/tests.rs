//! The flows that must be found, and the checks that must end them, in every language alike.
//!
//! Each case is one small program per language. `tool` is what is called from outside; `run` is
//! the sink.

mod checks;
mod flows;
mod limits;

use super::analyse;
use crate::{
    Limits,
    analysis::{Entry, Flow, FnId, Origin},
    ir::{FuncId, Language},
    lower,
    models::{Bits, Models, SourceKind, Table, Vocabulary},
    program::Program,
};

/// What the tests know of libraries.
const TABLE: &str = "
:run
    sink command 0
sh:run
sh:Run
    sink command 0
:start
    sink command 0 when 1.shell=true
:begin
    sink command 0[0]
:clean
    clean command
:safe
sh:Safe
    guard true 0 clears command
:unsafe
    guard false 0 clears command
:check
    ensure 0 clears command
*.{map,forEach}
    call 0 with self[]
*.{push,append,add}
    store 0 into self[]
:append
    pass *
*.get
    field 0
*.split
    clean none self
:count
    pure
:typeof
    guard false 0 clears command when 1==string
:process.env.*
    source env value
{os:getenv,os:Getenv}
    source env
*.state
    shared
:mark
    clean command 0 when 1==a
    clean none 0 when 1!=a
";

/// One program in one language, as files.
pub(super) struct Case {
    pub(super) language: Language,
    pub(super) files: Vec<(String, String)>,
}

impl Case {
    /// Files that start at lines `== path`.
    pub(super) fn new(language: Language, text: &str) -> Self {
        let mut files: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("== ") {
                files.push((path.to_owned(), String::new()));
            } else {
                if files.is_empty() {
                    files.push((main_file(language).to_owned(), String::new()));
                }
                let last = files.last_mut().expect("a file was begun");
                last.1.push_str(line);
                last.1.push('\n');
            }
        }
        Self { language, files }
    }

    /// The flows from every parameter of `tool`.
    pub(super) fn flows(&self) -> Vec<Flow> {
        let models = models();
        let program = self.program();
        let entries = entries(&program);
        assert!(!entries.is_empty(), "no `tool` in {:?}", self.files);
        analyse(&program, &models).flows(&entries).ways
    }

    /// The program that the files are.
    fn program(&self) -> Program {
        let modules = self.files.iter().map(|(path, text)| {
            let module = lower(path, self.language, text.as_bytes(), Limits::default());
            assert_eq!(module.gaps, [], "{text}");
            module
        });
        let packages = vec![crate::Package {
            name: "example.org/app".into(),
            folder: String::new(),
            main: None,
            aliases: Vec::new(),
        }];
        Program::link(modules.collect(), packages)
    }
}

fn main_file(language: Language) -> &'static str {
    match language {
        Language::Python => "main.py",
        Language::JavaScript => "main.js",
        Language::TypeScript => "main.ts",
        Language::Tsx => "main.tsx",
        Language::Go => "main.go",
    }
}

fn models() -> Models {
    let vocabulary = Vocabulary {
        sinks: vec!["command"],
        marks: vec!["leading", "authority", "separator"],
        sources: vec!["tool", "env"],
        shallow: Vec::new(),
    };
    let table = || {
        let mut table = Table::default();
        table.add(&vocabulary, TABLE).expect("the table is well formed");
        table
    };
    Models {
        python: table(),
        javascript: table(),
        go: table(),
        pattern: |vocabulary, pattern, _| {
            let closed = pattern.starts_with('^') && pattern.ends_with('$');
            if closed { vocabulary.bit("command").unwrap_or_default() } else { Bits::NONE }
        },
        vocabulary,
    }
}

fn entries(program: &Program) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (at, module) in program.modules.iter().enumerate() {
        for (number, function) in module.functions.iter().enumerate() {
            let name = function.name.map(|name| module.text(name));
            if !matches!(name, Some("tool" | "Tool")) {
                continue;
            }
            for param in 0..function.params.len() {
                entries.push(Entry {
                    function: FnId {
                        module: u32::try_from(at).expect("few modules"),
                        function: FuncId(u32::try_from(number).expect("few functions")),
                    },
                    param: u16::try_from(param).expect("few parameters"),
                    within: Vec::new(),
                    known: Vec::new(),
                    kind: SourceKind(0),
                });
            }
        }
    }
    entries
}

/// The lines of the sinks that are reached, with what reaches them.
#[track_caller]
pub(super) fn check(language: Language, text: &str, expected: &[(&str, u32)]) {
    let case = Case::new(language, text);
    let flows = case.flows();
    let found: Vec<(String, u32)> = flows
        .iter()
        .map(|flow| {
            let below = match &flow.source {
                Origin::Entry(_, below) => below.join("."),
                Origin::Source { path, .. } => path.to_string(),
            };
            assert!(flow.trace.len() >= 2 || flow.trace.len() == 1, "{flow:?}");
            (below, line_of(&case, flow))
        })
        .collect();
    let found: Vec<(&str, u32)> = found.iter().map(|(b, l)| (b.as_str(), *l)).collect();
    assert_eq!(found, expected, "{} {text}\n{flows:#?}", language.name());
}

/// The line of the sink, counted from 1 in its file.
fn line_of(case: &Case, flow: &Flow) -> u32 {
    let mut paths: Vec<&(String, String)> = case.files.iter().collect();
    paths.sort();
    let text = &paths[flow.at.module as usize].1;
    let before = text.get(..flow.at.span.start as usize).unwrap_or("");
    u32::try_from(before.matches('\n').count()).expect("few lines") + 1
}
