//! Documents on paper, through `mcpwarden-typeset`, which lies beside this program.
//!
//! A typesetter is larger than all the rest together, so it is a program of its own. It is looked
//! for in one place and never on the path, it gets no environment and no file, little memory and
//! little time, and what it answers is taken apart with care.

use std::path::{Path, PathBuf};

use warden_report::paper::{Document, Plan};
use warden_sandbox::worker::{self, Allowance, WorkerError};

use crate::{Failure, Kind, commands::this_program};

/// What it may use. A report of a dozen pages takes about a second.
const ALLOWANCE: Allowance =
    Allowance { memory: 4 << 30, seconds: 60, clock: 120, output: 1 << 28 };

/// The first byte of an answer with files, and of one without.
const DONE: u8 = b'+';
const REFUSED: u8 = b'-';

/// The program that sets documents.
#[derive(Debug)]
pub(crate) struct Typesetter {
    program: PathBuf,
    allowance: Allowance,
}

impl Typesetter {
    /// The one beside this program.
    ///
    /// # Errors
    /// When it is not there.
    pub(crate) fn beside() -> Result<Self, Failure> {
        let this = this_program()?;
        Self::within(this.parent().unwrap_or(Path::new("/")))
    }

    fn within(folder: &Path) -> Result<Self, Failure> {
        let program = folder.join(format!("mcpwarden-typeset{}", std::env::consts::EXE_SUFFIX));
        if program.is_file() {
            return Ok(Self { program, allowance: ALLOWANCE });
        }
        Err(Failure::new(
            Kind::Internal,
            "`mcpwarden-typeset` is missing, which sets PDF and pictures",
        )
        .hint(format!("put it into `{}`: it is looked for nowhere else", folder.display()))
        .hint("make it from source with `cargo build --release -p warden-typeset`")
        .hint("`--format html` does without it"))
    }

    /// The document as PDF.
    ///
    /// # Errors
    /// What does not hold in it or does not fit, or why the program gave no answer.
    pub(crate) fn pdf(&self, document: &Document) -> Result<Vec<u8>, Failure> {
        let files = self.files(document, &["pdf"])?;
        let pdf = files.into_iter().next().filter(|file| file.starts_with(b"%PDF-"));
        pdf.ok_or_else(|| unreadable("there is no PDF in it"))
    }

    /// A picture of each page as PNG, with so many pixels in an inch.
    ///
    /// # Errors
    /// What does not hold in it or does not fit, or why the program gave no answer.
    pub(crate) fn png(&self, document: &Document, ppi: u32) -> Result<Vec<Vec<u8>>, Failure> {
        self.files(document, &["png", &ppi.to_string()])
    }

    fn files(&self, document: &Document, wanted: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
        plan(document)?;
        let question = serde_json::to_vec(document).map_err(|error| {
            Failure::new(Kind::Internal, "the document cannot be written").caused_by(error)
        })?;
        let limits = [self.allowance.memory, self.allowance.seconds].map(|most| most.to_string());
        let words = ["answer", &limits[0], &limits[1]].into_iter().chain(wanted.iter().copied());
        let mut program = vec![self.program.clone().into_os_string()];
        program.extend(words.map(Into::into));
        let answer = worker::run(&program, &self.allowance, |input| input.write_all(&question));
        read(&answer.map_err(|error| unanswered(&self.program, error))?)
    }
}

/// The document, checked and numbered.
///
/// # Errors
/// Everything in it that does not hold.
pub(crate) fn plan(document: &Document) -> Result<Plan, Failure> {
    Plan::of(document).map_err(|problems| {
        let told = Failure::new(Kind::Input, "the document does not hold");
        problems.0.iter().fold(told, |told, problem| told.hint(problem.to_string()))
    })
}

/// Takes an answer apart: each file is behind its length.
fn read(answer: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let Some((first, mut rest)) = answer.split_first() else {
        return Err(unreadable("it is empty"));
    };
    match *first {
        REFUSED => {
            let why = String::from_utf8_lossy(rest);
            return Err(Failure::new(Kind::Input, format!("the document cannot be set: {why}")));
        }
        DONE => {}
        _ => return Err(unreadable("it is of another kind")),
    }
    let mut files = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_be_bytes(*length)).ok();
        let split = length.and_then(|length| after.split_at_checked(length));
        let (file, after) = split.ok_or_else(|| unreadable("it was cut short"))?;
        files.push(file.to_vec());
        rest = after;
    }
    if rest.is_empty() && !files.is_empty() {
        Ok(files)
    } else {
        Err(unreadable("it was cut short"))
    }
}

fn unreadable(why: &str) -> Failure {
    Failure::new(Kind::Internal, format!("the answer of `mcpwarden-typeset` cannot be read: {why}"))
        .hint("it has to be of the same version as this program")
}

fn unanswered(program: &Path, error: WorkerError) -> Failure {
    Failure::new(Kind::Internal, format!("`{}` gave no answer", program.display())).caused_by(error)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use warden_report::{
        Colors,
        paper::{Language, Paper, sample},
    };

    use super::*;

    /// What is said when a program does this instead of setting.
    fn told(script: &str, allowance: Allowance) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = folder.path().join("mcpwarden-typeset");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("there is room");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("it is ours");
        let typesetter = Typesetter::within(folder.path()).expect("it is there");
        let typesetter = Typesetter { allowance, ..typesetter };
        let document = sample(Language::En, Paper::A4);
        let failure = typesetter.pdf(&document).expect_err("it sets nothing");
        failure.render(Colors::Off).replace(&*folder.path().to_string_lossy(), "FOLDER")
    }

    const READ: &str = "cat > /dev/null; ";

    #[test]
    fn a_program_that_is_missing_is_not_looked_for_elsewhere() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let told = Typesetter::within(folder.path()).expect_err("there is none");
        let told = told.render(Colors::Off);
        assert!(told.starts_with("error: `mcpwarden-typeset` is missing"), "{told}");
        assert!(told.contains("cargo build --release -p warden-typeset"), "{told}");
    }

    #[test]
    fn an_answer_that_is_none_is_told() {
        for (script, wanted) in [
            ("printf ''", "cannot be read: it is empty"),
            ("printf 'hello'", "cannot be read: it is of another kind"),
            ("printf '+'", "cannot be read: it was cut short"),
            ("printf '+\\377\\377\\377\\377\\377\\377\\377\\377%%PDF-'", "it was cut short"),
            ("printf '+\\0\\0\\0\\0\\0\\0\\0\\2ab'", "there is no PDF in it"),
            ("printf -- '-page 3: `x` does not fit'", "cannot be set: page 3: `x` does not fit"),
            ("exit 3", "`FOLDER/mcpwarden-typeset` gave no answer"),
        ] {
            let told = told(&format!("{READ}{script}"), ALLOWANCE);
            assert!(told.contains(wanted), "{script}: {told}");
        }
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let told = told("while :; do :; done", Allowance { clock: 0, ..ALLOWANCE });
        assert!(told.contains("it needed more time than it may"), "{told}");
    }

    #[test]
    fn it_gets_no_environment_and_the_limits() {
        let script = format!("{READ}printf -- \"-$1 $2 $3 $4 home=${{HOME-none}}\"");
        let told = told(&script, ALLOWANCE);
        assert!(told.contains("answer 4294967296 60 pdf home=none"), "{told}");
    }

    #[test]
    fn what_does_not_hold_is_told_before_anything_is_started() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let typesetter = Typesetter { program: folder.path().join("none"), allowance: ALLOWANCE };
        let mut document = sample(Language::En, Paper::A4);
        document.title = String::new();
        let told = typesetter.pdf(&document).expect_err("it has no title").render(Colors::Off);
        assert_eq!(told, "error: the document does not hold\n  help: title: it is empty\n");
    }
}
