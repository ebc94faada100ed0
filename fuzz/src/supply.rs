//! Manifests and lock files: two readings agree, the order of files does not matter, and whatever
//! is told stands where it is said to stand and gives no credential away.

use warden_collect::supply::{self, Supply};

/// Names that say how the bytes are read.
const NAMES: &[&str] = &[
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    ".npmrc",
    ".yarnrc.yml",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pylock.toml",
    "setup.cfg",
    "pip.conf",
    "PKG-INFO",
    "go.mod",
    "go.sum",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];

/// What parts two files in one input.
const CUT: &[u8] = b"\n--8<--";

/// Each part begins with a byte that says the file's name (`A` is the first); the rest is the
/// file. A part of a name that was there before goes into a folder of its own.
pub fn check(data: &[u8]) {
    let mut files: Vec<(String, &[u8])> = Vec::new();
    for part in parts(data).into_iter().take(4) {
        let [name, bytes @ ..] = part else { continue };
        let name = NAMES[usize::from(name.wrapping_sub(b'A')) % NAMES.len()];
        let taken = files.iter().any(|(path, _)| path == name);
        let path = if taken { format!("part{}/{name}", files.len()) } else { name.to_owned() };
        files.push((path, bytes));
    }
    let first = read(&files);
    for component in &first.components {
        let (_, bytes) = file(&files, &component.file);
        placed(component.line, bytes);
        assert!(!component.name.is_empty() && !component.purl().contains(' '));
        for hash in &component.hashes {
            let (algorithm, digits) = hash.split_once(':').expect("an algorithm and digits");
            assert!(!algorithm.is_empty() && digits.len() >= 32, "{hash}");
            assert!(digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{hash}");
        }
    }
    for gap in &first.gaps {
        assert!(!gap.detail.is_empty());
        placed(gap.line, file(&files, &gap.file).1);
    }
    for manifest in &first.manifests {
        let (_, bytes) = file(&files, &manifest.file);
        manifest.requirements.iter().for_each(|asked| placed(asked.line, bytes));
    }
    files.reverse();
    assert!(read(&files) == first, "the order of files changed what was read");
    without_credentials(&files);
}

fn parts(data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(CUT.len()).position(|window| window == CUT) {
        parts.push(&rest[..at]);
        rest = &rest[at + CUT.len()..];
    }
    parts.push(rest);
    parts
}

fn read(files: &[(String, &[u8])]) -> Supply {
    supply::read_files(files.iter().map(|(path, bytes)| (path.as_str(), *bytes)))
}

fn file<'a>(files: &'a [(String, &'a [u8])], path: &str) -> (&'a str, &'a [u8]) {
    let found = files.iter().find(|(known, _)| known == path).expect("a file that was given");
    (&found.0, found.1)
}

fn placed(line: u32, bytes: &[u8]) {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(line as usize <= lines, "line {line} of {lines}");
}

/// A password in front of a host never comes out, wherever a host stands.
fn without_credentials(files: &[(String, &[u8])]) {
    let planted: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(path, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let text = text.replace("://registry.", "://u:PlantedSecret@registry.");
            (path.clone(), text.into_bytes())
        })
        .collect();
    let told =
        supply::read_files(planted.iter().map(|(path, text)| (path.as_str(), text.as_slice())));
    assert!(!format!("{told:?}").contains("PlantedSecret"), "a credential came out");
}
