//! `mcpwarden-typeset`: a document on standard input, pages on standard output or into a folder.
//!
//! Invariant: started by `mcpwarden` it takes from itself what it does not need before it reads.

use std::{
    ffi::OsString,
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
    process::ExitCode,
};

use warden_report::{
    paper::{Language, Paper, sample},
    printable,
};
use warden_sandbox::worker::{self, Allowance};
use warden_typeset::{
    PPI,
    answer::{Wanted, answer, files},
};

const HELP: &str = "\
Sets documents of mcpwarden on paper

Usage:
  mcpwarden-typeset pdf < DOCUMENT > PDF
  mcpwarden-typeset png FOLDER [PPI] < DOCUMENT
  mcpwarden-typeset sample LANGUAGE PAPER > DOCUMENT
  mcpwarden-typeset --help | --version

DOCUMENT is JSON. `png` writes page-001.png, page-002.png and so on into a folder that
is there, with 144 pixels in an inch. `sample` writes a document with every block;
LANGUAGE is en, de or fr, PAPER is a4 or letter.

Exit codes: 0 done, 1 internal, 2 usage, 4 the document cannot be read or set
";

/// The word with which `mcpwarden` starts this program.
const ANSWER: &str = "answer";

const INTERNAL: u8 = 1;
const USAGE: u8 = 2;
const INPUT: u8 = 4;

/// Why the program ends without what was wanted.
struct Failure(u8, String);

#[expect(clippy::disallowed_methods, reason = "this is where arguments are read")]
fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let words: Option<Vec<&str>> = words.iter().map(|word| word.to_str()).collect();
    // What is not Unicode is none of what there is.
    match run(&words.unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, message)) => {
            // Nobody is left to tell when even that cannot be written.
            drop(writeln!(io::stderr(), "error: {message}"));
            ExitCode::from(code)
        }
    }
}

fn run(words: &[&str]) -> Result<(), Failure> {
    match words {
        ["--help" | "-h" | "help"] => put(HELP.as_bytes()),
        ["--version" | "-V"] => {
            put(format!("mcpwarden-typeset {}\n", env!("CARGO_PKG_VERSION")).as_bytes())
        }
        ["pdf"] => set(Wanted::Pdf)?.iter().try_for_each(|file| put(file)),
        ["png", folder] => pages(Path::new(folder), PPI),
        ["png", folder, ppi] => pages(Path::new(folder), number(ppi)?),
        ["sample", language, paper] => example(language, paper),
        [ANSWER, memory, seconds, "pdf"] => confined(memory, seconds, Wanted::Pdf),
        [ANSWER, memory, seconds, "png", ppi] => {
            confined(memory, seconds, Wanted::Png(number(ppi)?))
        }
        _ => Err(Failure(USAGE, format!("these are no arguments of it\n\n{HELP}"))),
    }
}

fn number<T: std::str::FromStr>(word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| Failure(USAGE, format!("`{word}` is no number")))
}

/// Sets the document on standard input.
fn set(wanted: Wanted) -> Result<Vec<Vec<u8>>, Failure> {
    files(&read()?, wanted)
        .map_err(|error| Failure(INPUT, printable(&error.to_string()).into_owned()))
}

fn pages(folder: &Path, ppi: u32) -> Result<(), Failure> {
    for (at, picture) in set(Wanted::Png(ppi))?.iter().enumerate() {
        let path = folder.join(format!("page-{:03}.png", at + 1));
        fs::write(&path, picture).map_err(|error| {
            Failure(INPUT, format!("cannot write `{}`: {error}", path.display()))
        })?;
    }
    Ok(())
}

fn example(language: &str, paper: &str) -> Result<(), Failure> {
    let unknown =
        |word: &str| Failure(USAGE, format!("`{word}` is none of what there is\n\n{HELP}"));
    let found = Language::ALL.iter().find(|one| one.tag() == language);
    let found = found.ok_or_else(|| unknown(language))?;
    let paper = match paper {
        "a4" => Paper::A4,
        "letter" => Paper::Letter,
        "slide" => Paper::Slide,
        other => return Err(unknown(other)),
    };
    let text = serde_json::to_string_pretty(&sample(*found, paper));
    put(format!("{}\n", text.map_err(|error| Failure(INTERNAL, error.to_string()))?).as_bytes())
}

/// Answers `mcpwarden`, after which nothing else can be done: no file can be opened any more.
fn confined(memory: &str, seconds: &str, wanted: Wanted) -> Result<(), Failure> {
    let seconds = number(seconds)?;
    let allowance = Allowance { memory: number(memory)?, seconds, clock: seconds, output: 0 };
    worker::confine(&allowance)
        .map_err(|error| Failure(INTERNAL, format!("it cannot be confined: {error}")))?;
    put(&answer(&read()?, wanted))
}

fn read() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure(INPUT, format!("cannot read standard input: {error}")))?;
    Ok(bytes)
}

fn put(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Failure(INTERNAL, format!("cannot write: {error}")))
}
