//! The whole analysis over any files: the same every time, at places that exist, and blind to
//! where in a file something stands.

use std::collections::BTreeSet;

use warden_model::{Finding, Location, Snapshot, SourceFile, SourceTree};
use warden_scan::scan;

/// How many files an input may have.
const MOST_FILES: usize = 8;

/// Files: a line `# file: path` or `// file: path` stands above each. Without one, the whole input
/// is a file in Python.
pub fn check(data: &[u8]) {
    let files = files(data);
    let findings = findings(&files);
    let again = self::findings(&files);
    assert!(format!("{findings:?}") == format!("{again:?}"), "two runs differ");
    for finding in &findings {
        exists(&finding.location, &files);
        finding.trace.iter().for_each(|step| exists(&step.location, &files));
    }
    if files.iter().all(|file| can_move(&file.bytes)) {
        moved(&files, &findings);
    }
}

fn files(data: &[u8]) -> Vec<SourceFile> {
    let mut files = vec![SourceFile { path: "m.py".into(), bytes: Vec::new() }];
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        let told = line.strip_prefix(b"# file: ").or_else(|| line.strip_prefix(b"// file: "));
        let path = told.and_then(|path| std::str::from_utf8(path.trim_ascii()).ok());
        match path.filter(|path| !path.is_empty() && files.len() <= MOST_FILES) {
            Some(path) => files.push(SourceFile { path: path.into(), bytes: Vec::new() }),
            None => files.last_mut().expect("there is one").bytes.extend_from_slice(line),
        }
    }
    // What stands above the first line is a file only if there is something.
    files.retain(|file| !file.bytes.is_empty());
    files
}

fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let mut tree =
        SourceTree { name: "fuzz".into(), files: files.to_vec(), ..SourceTree::default() };
    tree.sort();
    let snapshot = Snapshot { sources: vec![tree], ..Snapshot::default() };
    scan(&snapshot).findings
}

/// A place is in a file of the tree and within its lines.
fn exists(place: &Location, files: &[SourceFile]) {
    let Some(line) = place.line else { return };
    let same = files.iter().filter(|file| file.path == place.file);
    let lines = same.map(|file| file.bytes.iter().filter(|byte| **byte == b'\n').count() + 1);
    let most = lines.max().unwrap_or_else(|| panic!("no such file: {place:?}"));
    assert!(line >= 1 && line as usize <= most, "{place:?}");
}

/// Whether a line above a file may be blank: some languages look at the first line.
fn can_move(bytes: &[u8]) -> bool {
    !bytes.starts_with(b"#") && !bytes.starts_with("\u{feff}".as_bytes())
}

/// A blank line above every file changes no fingerprint.
fn moved(files: &[SourceFile], findings: &[Finding]) {
    let below = |file: &SourceFile| SourceFile {
        path: file.path.clone(),
        bytes: [b"\n", file.bytes.as_slice()].concat(),
    };
    let below: Vec<SourceFile> = files.iter().map(below).collect();
    let prints = |findings: &[Finding]| -> BTreeSet<_> {
        findings.iter().map(|finding| finding.fingerprint.to_string()).collect()
    };
    assert_eq!(prints(findings), prints(&self::findings(&below)), "lines have moved, no more");
}
