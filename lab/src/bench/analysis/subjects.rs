//! What is analysed: large real trees, servers of ordinary size, and a gigabyte.

use std::fs;
use std::path::{Path, PathBuf};

use crate::eval::cache::{Cache, Got};
use crate::eval::labels::{self, Commits};
use crate::eval::tree::{Tree, is_code};
use xtask::shell::{self, Failure, root};

/// A tree.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    /// A folder or a package.
    pub(super) target: PathBuf,
    /// Lines of code, without blank ones.
    pub(super) lines: usize,
}

/// A language that a speed was promised for.
pub(super) struct Group {
    pub(super) language: &'static str,
    /// Lines per second.
    pub(super) promised: f64,
    endings: &'static [&'static str],
    /// Repositories, each with a commit.
    real: &'static [(&'static str, &'static str)],
}

/// Every group, in the order of the table.
pub(super) static GROUPS: &[Group] = &[
    Group {
        language: "Python",
        promised: 150_000.0,
        endings: &["py"],
        real: &[
            ("awslabs/mcp", "446dda5c15862c68a4d830e4bb7cd05f36a67d9e"),
            ("PrefectHQ/fastmcp", "40bdfb6b1de0ce30609ee9ba5bb95ecd04a9fb71"),
            ("sooperset/mcp-atlassian", "5cd697dfce9116ef330b8dc7a91291640e0528d9"),
        ],
    },
    Group {
        language: "TypeScript",
        promised: 100_000.0,
        endings: &["ts", "tsx"],
        real: &[
            ("modelcontextprotocol/typescript-sdk", "0a75810b26e24bae6b9cfb41e12ac770aeaa1da4"),
            ("wonderwhy-er/DesktopCommanderMCP", "5c308865313691b74a565184ac80bae80ecd25cf"),
            ("cyanheads/git-mcp-server", "0dbd6995ccdf76ab770b58013034365b2d06c4d9"),
            ("Flux159/mcp-server-kubernetes", "d7890f50a4567bf5d9842541ba6f41e180227f9a"),
        ],
    },
];

/// Lines of a generated tree, where there is nothing real.
const GENERATED: usize = 200_000;

/// Lines of a server of ordinary size.
const ORDINARY: std::ops::RangeInclusive<usize> = 2_000..=10_000;

/// Trees of one language: those of the mirrors, or one that is generated from the corpus.
///
/// # Errors
/// A tree that is there cannot be taken out, or one cannot be made.
pub(super) fn large(group: &Group, cache: &Cache) -> Result<Vec<Subject>, Failure> {
    let mut subjects = Vec::new();
    for (repository, commit) in group.real {
        let trees = Commits {
            repository: (*repository).to_owned(),
            folder: String::new(),
            vulnerable: String::new(),
            fixed: None,
        };
        match cache.commit(&trees, commit)? {
            Got::Tree(target) => subjects.push(subject(repository, &target)?),
            Got::Missing(why) => println!("{repository}: {why}"),
        }
    }
    if subjects.is_empty() {
        let folder = cache.folder().join("generated").join(group.language);
        let sources = corpus(group.endings)?;
        repeat(&sources, &folder, &mut |_, lines| lines < GENERATED)?;
        subjects.push(subject("generated from the corpus", &folder)?);
    }
    Ok(subjects)
}

/// Packages of ordinary size.
///
/// # Errors
/// The labels cannot be read, or a package is not what its digest promises.
pub(super) fn ordinary(cache: &Cache) -> Result<Vec<Subject>, Failure> {
    let mut subjects = Vec::new();
    for package in labels::packages()?.benign {
        let name = format!("{} {}", package.name, package.version);
        match cache.package(&package)? {
            Got::Tree(target) => {
                let one = subject(&name, &target)?;
                if ORDINARY.contains(&one.lines) {
                    subjects.push(one);
                }
            }
            Got::Missing(why) => println!("{name}: {why}"),
        }
    }
    Ok(subjects)
}

/// So many bytes of source code: real files again and again, with other names.
///
/// # Errors
/// It cannot be made.
pub(super) fn huge(cache: &Cache, bytes: usize) -> Result<Subject, Failure> {
    let mut sources = Vec::new();
    for group in GROUPS {
        for subject in large(group, cache)? {
            sources.extend(files(&subject.target, group.endings)?);
        }
    }
    // Small files would reach the limit of how many are read before that of how much.
    sources.retain(|source| source.text.len() >= 12_000);
    let folder = cache.folder().join("generated").join("huge");
    let sources =
        if sources.is_empty() { joined(corpus(&["py", "ts", "js", "go"])?) } else { sources };
    repeat(&sources, &folder, &mut |written, _| written < bytes)?;
    subject("a gigabyte", &folder)
}

/// A file of a tree.
struct Source {
    path: String,
    text: Vec<u8>,
}

fn subject(name: &str, target: &Path) -> Result<Subject, Failure> {
    let lines = Tree::read(target)?.lines;
    Ok(Subject { name: name.to_owned(), target: target.to_owned(), lines })
}

/// The files of the corpus with these endings.
fn corpus(endings: &[&str]) -> Result<Vec<Source>, Failure> {
    files(&root().join(labels::FOLDER).join("malicious"), endings)
}

fn files(folder: &Path, endings: &[&str]) -> Result<Vec<Source>, Failure> {
    let tree = Tree::read(folder)?;
    let wanted = |path: &str| {
        let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
        is_code(path) && ending.is_some_and(|ending| endings.contains(&ending))
    };
    let files = tree.files().filter(|(path, _)| wanted(path));
    Ok(files.map(|(path, text)| Source { path: path.to_owned(), text: text.to_vec() }).collect())
}

/// Files of the corpus are small: those of one language one after the other make larger ones.
fn joined(sources: Vec<Source>) -> Vec<Source> {
    let mut all: Vec<Source> = Vec::new();
    for source in sources {
        let ending = |path: &str| Path::new(path).extension().map(ToOwned::to_owned);
        match all.last_mut() {
            Some(last)
                if last.text.len() < 12_000 && ending(&last.path) == ending(&source.path) =>
            {
                last.text.extend_from_slice(&source.text);
            }
            _ => all.push(source),
        }
    }
    all
}

/// Writes the files into folders with numbers for as long as `more` says, which is told bytes and
/// lines.
fn repeat(
    sources: &[Source],
    folder: &Path,
    more: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::of(folder, &error))?;
    }
    let (mut bytes, mut lines) = (0, 0);
    for round in 0.. {
        for source in sources {
            if !more(bytes, lines) {
                return Ok(());
            }
            let path = folder.join(format!("copy{round}")).join(&source.path);
            shell::write(&path, &String::from_utf8_lossy(&source.text))?;
            bytes += source.text.len();
            lines += source.text.split(|byte| *byte == b'\n').count();
        }
        if bytes == 0 {
            return Err(Failure("there is nothing to repeat".into()));
        }
    }
    Ok(())
}
