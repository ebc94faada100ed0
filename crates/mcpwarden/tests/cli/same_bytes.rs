//! The same tree gives the same bytes on every run and with any number of threads.

use std::{fmt::Write as _, fs, path::Path};

use warden_testkit::TestHome;

use crate::run;

/// Every hostile server of the corpus and its honest twin as one tree, and modules that import
/// each other in a circle and in a line.
fn large() -> TestHome {
    let home = TestHome::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/malicious");
    copy(&corpus, &home.work().join("in/corpus"));
    for number in 0..60 {
        let next = (number + 1) % 60;
        let mut text = format!("import subprocess\nfrom m{next} import step{next}\n\n");
        let _infallible = write!(
            text,
            "class Base{number}:\n    def go(self, x):\n        self.kept = x\n        return step{next}(x)\n\n\
             def step{number}(x):\n    if x == \"{number}\":\n        subprocess.run(x, shell=True)\n    \
             return Base{number}().go(x)\n"
        );
        home.write(format!("work/in/ring/m{number}.py"), text);
        let text = format!(
            "import {{ f{next} }} from './n{next}.js';\nimport {{ exec }} from 'child_process';\n\
             export function f{number}(x) {{ exec(x.a{number}); return f{next}({{ a{next}: x }}); }}\n"
        );
        home.write(format!("work/in/line/n{number}.js"), text);
    }
    home
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the corpus is there") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}

#[test]
fn a_large_tree_gives_the_same_bytes_with_any_number_of_threads() {
    let home = large();
    let bytes = |threads: &str, format: &str| {
        let arguments = ["scan", "in", "--no-cache", "--threads", threads, "--format", format];
        run(&home, &arguments).stdout
    };
    for (format, others) in [("json", &["2", "3", "8", "8"][..]), ("sarif", &["8"])] {
        let first = bytes("1", format);
        assert!(first.len() > 100_000, "{format} is {} bytes", first.len());
        for threads in others {
            assert!(bytes(threads, format) == first, "{format} with {threads} threads");
        }
    }
}
