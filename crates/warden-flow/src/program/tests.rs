//! Which file an import means.

use super::*;
use crate::{Limits, lower};

fn program(paths: &[&str], packages: Vec<Package>) -> Program {
    let modules = paths.iter().map(|path| {
        let language = Language::of_path(path).expect("a language");
        lower(path, language, b"", Limits::default())
    });
    Program::link(modules.collect(), packages)
}

#[track_caller]
fn check(program: &Program, from: &str, text: &str, expected: Option<&str>) {
    let at = *program.by_path.get(from).expect("the importing file");
    let found = program.resolve(at, text).map(|target| match target {
        Target::Module(module) => program.module(module).path.as_str(),
        Target::Folder(folder) => program.folder_names[folder as usize].as_str(),
    });
    assert_eq!(found, expected, "{text} in {from}");
}

#[test]
fn python_finds_relative_and_absolute_names_also_below_src() {
    let paths = ["src/app/__init__.py", "src/app/tools/git.py", "src/app/util.py", "src/ns/x.py"];
    let program = program(&paths, Vec::new());
    check(&program, "src/app/tools/git.py", "..util", Some("src/app/util.py"));
    check(&program, "src/app/util.py", ".", Some("src/app/__init__.py"));
    check(&program, "src/app/util.py", "app.tools.git", Some("src/app/tools/git.py"));
    check(&program, "src/app/util.py", "ns", Some("src/ns"));
    check(&program, "src/app/tools/git.py", "git", None);
    check(&program, "src/app/util.py", "os", None);
}

#[test]
fn javascript_finds_sources_behind_compiled_names_packages_and_aliases() {
    let paths = ["src/index.ts", "src/tools/run.ts", "src/lib/index.js", "pkgs/core/src/main.ts"];
    let packages = vec![
        Package {
            name: "@x/core".into(),
            folder: "pkgs/core".into(),
            main: Some("src/main.ts".into()),
            aliases: Vec::new(),
        },
        Package {
            name: "app".into(),
            folder: String::new(),
            main: None,
            aliases: vec![("@/*".into(), "src/*".into())],
        },
    ];
    let program = program(&paths, packages);
    check(&program, "src/index.ts", "./tools/run.js", Some("src/tools/run.ts"));
    check(&program, "src/tools/run.ts", "../lib", Some("src/lib/index.js"));
    check(&program, "src/index.ts", "@/tools/run", Some("src/tools/run.ts"));
    check(&program, "src/index.ts", "@x/core", Some("pkgs/core/src/main.ts"));
    check(&program, "src/index.ts", "../../outside", None);
    check(&program, "src/index.ts", "fs", None);
}

#[test]
fn go_finds_packages_of_its_module() {
    let package = Package {
        name: "example.org/app".into(),
        folder: String::new(),
        main: None,
        aliases: Vec::new(),
    };
    let program = program(&["main.go", "internal/run/run.go"], vec![package]);
    check(&program, "main.go", "example.org/app/internal/run", Some("internal/run"));
    check(&program, "main.go", "os/exec", None);
}
