//! From what was recorded and what people keep to what is shown: the estate, what each command says
//! of it, and the report for the board.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use warden_testkit::{TestHome, program};

use super::machines::copy;
use super::{folder, pack, product};
use xtask::shell::{self, Failure, root, section};

/// The time of which all of it speaks: the evening of the day on which it was recorded.
pub const AS_OF: &str = "2026-11-22T18:00:00Z";

/// Where it is shown.
pub const SHOWN: &str = "docs/demo";

/// The estate in `docs/demo`.
pub const ESTATE: &str = "estate.json";

/// What is run over the estate, with the file that keeps what it says.
const COMMANDS: &[(&str, &[&str])] = &[
    ("estate.txt", &["estate", "show"]),
    ("risk-servers.txt", &["risk", "servers"]),
    ("risk-queue.txt", &["risk", "queue"]),
    ("risk-catalogue.txt", &["risk", "catalogue"]),
    ("risk-money.txt", &["risk", "money"]),
    ("risk-cards.txt", &["risk", "cards"]),
    ("surface.txt", &["surface"]),
    ("surface-cut.txt", &["surface", "cut"]),
    ("surface-priority.txt", &["surface", "priority"]),
    ("maturity.txt", &["maturity"]),
    ("metrics.txt", &["metrics"]),
    ("comply-frameworks.txt", &["comply", "frameworks"]),
    ("programme.txt", &["programme", "show"]),
    ("programme-due.txt", &["programme", "due"]),
    ("dora-assets.txt", &["comply", "dora", "assets"]),
];

/// What a command ends with that has found something in the way, which is no failure here.
const IN_THE_WAY: i32 = 13;

/// What stands on every page in place of who may read it.
const COVER: &str = "Invented, to show the program";

/// How many pixels an inch of a picture has: enough to read, and small enough to keep.
const PPI: &str = "72";

/// How many pages are shown as pictures: those before the annex.
const PAGES: usize = 8;

/// Files by their names below [`SHOWN`].
pub type Files = BTreeMap<String, Vec<u8>>;

/// Makes everything that is shown.
///
/// # Errors
/// The first command that does not succeed.
pub fn make() -> Result<Files, Failure> {
    let home = TestHome::new();
    let work = home.work();
    let recorded = folder().join("recorded");
    copy(&recorded.join("scans"), &work.join("scans"))?;
    pack::unpack(&recorded.join("ledger"), &work.join("ledger"))?;
    copy(&folder().join("estate"), &work.join("estate"))?;
    // Names are read in their order: what people keep goes before what a machine has found.
    let here = shell::read(&recorded.join("here.json"))?;
    shell::write(&work.join("estate/0-machine.json"), &here)?;
    section("estate");
    println!("{}", estate(&home)?.trim());
    let mut files = Files::new();
    files.insert(ESTATE.into(), bytes(&work.join(ESTATE))?);
    section("commands");
    for (name, words) in COMMANDS {
        let words: Vec<_> = words.iter().copied().chain(["--estate", ESTATE]).collect();
        let said = product(&home, &words, &[IN_THE_WAY])?;
        println!("mcpwarden {}: {} lines", words.join(" "), said.lines().count());
        files.insert(format!("commands/{name}"), said.into_bytes());
    }
    section("report");
    report(&home, "html", &["--output", "board.html"])?;
    files.insert("board.html".into(), bytes(&work.join("board.html"))?);
    if is_typeset() {
        report(&home, "pdf", &["--output", "board.pdf"])?;
        files.insert("board.pdf".into(), bytes(&work.join("board.pdf"))?);
        files.extend(pictures(&home)?);
    } else {
        println!("the typesetter is not built: neither PDF nor pictures");
    }
    Ok(files)
}

/// Writes the report for the board in a form.
fn report(home: &TestHome, format: &str, more: &[&str]) -> Result<(), Failure> {
    let words = ["report", "board", "--estate", ESTATE, "--classification", COVER];
    let words = [&words[..], &["--format", format], more].concat();
    println!("{}", product(home, &words, &[])?.trim());
    Ok(())
}

/// The first pages as pictures.
fn pictures(home: &TestHome) -> Result<Files, Failure> {
    let folder = home.work().join("pages");
    fs::create_dir_all(&folder).map_err(|error| Failure::of(&folder, &error))?;
    report(home, "png", &["--ppi", PPI, "--output", "pages"])?;
    let names = shell::names_with(&folder, "png")?;
    let pages = names.iter().take(PAGES);
    pages.map(|name| Ok((format!("pages/{name}"), bytes(&folder.join(name))?))).collect()
}

/// Whether the typesetter is beside the programs that are run.
fn is_typeset() -> bool {
    let beside = program("mcpwarden").with_file_name("mcpwarden-typeset");
    beside.with_extension(std::env::consts::EXE_EXTENSION).is_file()
}

/// Puts the estate together, as somebody would in a folder of these files.
fn estate(home: &TestHome) -> Result<String, Failure> {
    let mut words: Vec<String> = ["estate", "build", "--tables", "estate"].map(Into::into).into();
    for name in shell::names_with(&home.work().join("scans"), "json")? {
        let machine = name.trim_end_matches(".json").trim_end_matches("-source");
        words.extend(["--scan".into(), format!("{machine}=scans/{name}")]);
    }
    words.extend(["--ledger", "ledger", "--as-of", AS_OF, "--output", ESTATE].map(Into::into));
    product(home, &words.iter().map(String::as_str).collect::<Vec<_>>(), &[])
}

/// Writes what is shown where it is shown, and takes away what is shown no more.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(files: &Files) -> Result<(), Failure> {
    let shown = root().join(SHOWN);
    for (name, bytes) in files {
        let path = shown.join(name);
        if fs::read(&path).is_ok_and(|present| present == *bytes) {
            continue;
        }
        let above = path.parent().unwrap_or(&shown);
        fs::create_dir_all(above).map_err(|error| Failure::of(above, &error))?;
        fs::write(&path, bytes).map_err(|error| Failure::of(&path, &error))?;
        println!("wrote {SHOWN}/{name}");
    }
    Ok(())
}

/// Compares with what is committed.
///
/// # Errors
/// Every file that is another one.
pub fn check(files: &Files) -> Result<(), Failure> {
    let shown = root().join(SHOWN);
    let other = files.iter().filter(|(name, bytes)| {
        !fs::read(shown.join(name)).is_ok_and(|present| present == **bytes)
    });
    let other: Vec<_> = other.map(|(name, _)| format!("{SHOWN}/{name}")).collect();
    if other.is_empty() {
        return Ok(());
    }
    Err(Failure(format!("not what the commands give: {}", other.join(", "))))
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::of(path, &error))
}
