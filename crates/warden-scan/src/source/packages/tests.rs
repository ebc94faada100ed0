use super::*;

fn tree(files: &[(&str, &str)]) -> SourceTree {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let mut tree = SourceTree { files: files.iter().map(file).collect(), ..SourceTree::default() };
    tree.sort();
    tree
}

/// Each package as `name folder main alias=target…`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let line = |package: &Package| {
        let main = package.main.as_deref().unwrap_or("-");
        let aliases: Vec<String> =
            package.aliases.iter().map(|(short, long)| format!(" {short}={long}")).collect();
        format!("{}|{}|{main}{}", package.name, package.folder, aliases.concat())
    };
    let found: Vec<String> = packages(&tree(files)).iter().map(line).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_manifest_gives_the_name_and_the_file_that_it_means() {
    check(
        &[("package.json", r#"{"name": "a", "main": "./lib/a.js"}"#), ("lib/a.js", "")],
        &["a||lib/a.js"],
    );
    check(&[("go.mod", "module example.org/a // x\n\ngo 1.23\n")], &["example.org/a||-"]);
    check(&[("package.json", "{"), ("go.mod", "")], &[]);
}

#[test]
fn what_a_build_would_write_is_found_in_the_sources() {
    let core = r##"{"name": "@x/core", "main": "dist/index.js",
        "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"},
                    "./sub": {"node": {"import": "./dist/esm/sub.js"}}, "./all/*": "./dist/all/*.js"},
        "imports": {"#in/*": "./src/in/*.js"}}"##;
    check(
        &[
            ("p/core/package.json", core),
            ("p/core/src/index.ts", ""),
            ("p/core/src/sub.ts", ""),
            ("package.json", r#"{"workspaces": ["p/*"]}"#),
        ],
        &[
            "@x/core|p/core|src/index.ts @x/core/sub=src/sub.ts @x/core/all/*=src/all/* \
           #in/*=src/in/*",
            "||-",
        ],
    );
}

#[test]
fn the_inner_package_comes_first() {
    check(
        &[
            ("package.json", r#"{"name": "outer"}"#),
            ("a/b/package.json", r#"{"name": "inner"}"#),
            ("a/package.json", r#"{"name": "middle"}"#),
        ],
        &["inner|a/b|-", "middle|a|-", "outer||-"],
    );
}

#[test]
fn paths_of_the_compiler_are_short_names() {
    let config = "{ // paths\n \"compilerOptions\": {\"baseUrl\": \"./src\", \
                  \"paths\": {\"@/*\": [\"./app/*\", \"../gen/*\"],}, }, }";
    check(&[("web/tsconfig.json", config)], &["|web|- @/*=src/app/* @/*=gen/* *=src/*"]);
    check(&[("tsconfig.json", r#"{"compilerOptions": {}}"#)], &[]);
    check(&[("deno.json", r#"{"imports": {"@/": "./lib/", "x": "npm:x"}}"#)], &["||- @/*=lib/*"]);
}

#[test]
fn what_runs_is_named_by_main_and_bin() {
    let tree = tree(&[(
        "a/package.json",
        r#"{"main": "./x.js", "bin": {"one": "bin/one", "out": "../../../etc/x"}}"#,
    )]);
    assert_eq!(entry_files(&tree), ["a/bin/one", "a/x.js"]);
}
