//! A cache changes how long a scan takes and nothing else.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use warden_testkit::TestHome;

use crate::run;

/// Numbers that look like chance and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

const SERVERS: usize = 5;

/// A repository of several servers; the last two share a package.
fn repository() -> TestHome {
    let home = TestHome::new();
    home.write("work/in/README.md", "Several servers.\n");
    for number in 0..SERVERS {
        for file in 0..3 {
            home.write(path(number, file), text(number, file, 0));
        }
        let folder = format!("work/in/servers/s{number}");
        home.write(format!("{folder}/package.json"), format!("{{\"name\": \"s{number}\"}}"));
    }
    home
}

fn path(server: usize, file: usize) -> String {
    format!("work/in/servers/s{server}/f{file}.js")
}

/// A file of a server, which calls the next one. The way into a shell goes over all of them.
fn text(server: usize, file: usize, variant: usize) -> String {
    let next = if file < 2 { format!("./f{}.js", file + 1) } else { String::new() };
    let shared = (server == SERVERS - 1).then(|| format!("s{}/f2.js", SERVERS - 2));
    let import = if next.is_empty() { shared.unwrap_or_else(|| "./f0.js".into()) } else { next };
    let body = match variant % 3 {
        0 => "return go(x);",
        1 => "exec(x.command); return go(x);",
        _ => "return `${go(x)}`;",
    };
    let start = if file == 0 {
        "const { McpServer } = require(\"@modelcontextprotocol/sdk/server/mcp.js\");\n\
         const server = new McpServer({ name: \"a\", version: \"1\" });\n\
         server.registerTool(\"run\", { inputSchema: {} }, async (x) => step(x));\n"
    } else {
        ""
    };
    format!(
        "const {{ exec }} = require(\"child_process\");\nconst {{ step: go }} = require(\"{import}\");\n\
         // {variant}\nfunction step(x) {{ {body} }}\nmodule.exports = {{ step }};\n{start}"
    )
}

fn entries(home: &TestHome) -> BTreeSet<PathBuf> {
    let read = fs::read_dir(home.work().join("kept/analysis"));
    read.into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect()
}

fn cached(home: &TestHome, format: &str) -> String {
    run(home, &["scan", "in", "--cache", "kept", "--format", format]).stdout
}

fn anew(home: &TestHome, format: &str) -> String {
    run(home, &["scan", "in", "--no-cache", "--format", format]).stdout
}

#[test]
fn whatever_is_edited_a_cache_changes_no_byte() {
    let home = repository();
    let mut numbers = Numbers(7);
    assert!(cached(&home, "json").contains("servers/s0"));
    for step in 1..12 {
        let (server, file) = (numbers.below(SERVERS), numbers.below(3));
        match numbers.below(5) {
            0 => fs::remove_file(home.path().join(path(server, file))).unwrap_or_default(),
            // A server begins or ceases to import another.
            1 => {
                let other = numbers.below(SERVERS);
                let text = format!("require(\"../s{other}/f1.js\");\n{}", text(server, file, step));
                home.write(path(server, file), text);
            }
            2 => drop(home.write("work/in/README.md", format!("Edition {step}\n"))),
            _ => drop(home.write(path(server, file), text(server, file, step))),
        }
        for format in ["json", "sarif"] {
            assert!(cached(&home, format) == anew(&home, format), "step {step}, {format}");
        }
    }
}

#[test]
fn a_change_in_one_server_is_no_reason_to_analyse_the_others() {
    let home = repository();
    let _first = cached(&home, "json");
    let before = entries(&home);
    // Three servers alone, two that are one part, and the top.
    assert_eq!(before.len(), 5);
    home.write(path(0, 1), text(0, 1, 1));
    let _second = cached(&home, "json");
    assert_eq!(entries(&home).difference(&before).count(), 1);
    let before = entries(&home);
    // What the last one imports changes both.
    home.write(path(SERVERS - 2, 2), text(SERVERS - 2, 2, 1));
    let _third = cached(&home, "json");
    assert_eq!(entries(&home).difference(&before).count(), 1);
    let before = entries(&home);
    let _fourth = cached(&home, "json");
    assert_eq!(entries(&home), before);
}

#[test]
fn an_entry_that_is_torn_or_is_another_one_is_not_believed() {
    let home = repository();
    let honest = cached(&home, "json");
    let all: Vec<PathBuf> = entries(&home).into_iter().collect();
    let cut = |path: &Path| {
        let bytes = fs::read(path).expect("an entry");
        fs::write(path, &bytes[..bytes.len() / 2]).expect("it can be written");
    };
    for path in &all {
        cut(path);
    }
    assert_eq!(cached(&home, "json"), honest);
    // The result of one part under the name of another.
    let texts: Vec<Vec<u8>> = all.iter().map(|path| fs::read(path).expect("an entry")).collect();
    for (path, text) in all.iter().zip(texts.iter().cycle().skip(1)) {
        fs::write(path, text).expect("it can be written");
    }
    assert_eq!(cached(&home, "json"), honest);
    // An empty result by somebody who knows the form.
    for (path, text) in all.iter().zip(&texts) {
        let text = String::from_utf8_lossy(text).replace("command-injection", "code-evaluation");
        fs::write(path, text).expect("it can be written");
    }
    assert_eq!(cached(&home, "json"), honest);
}
