//! `cargo xtask train`: learns the weights of the learnt detector from `tests/corpus/detect`.
//!
//! Everything is decided by the data: no clock, no random number, one thread, so that the same
//! data gives the same bytes.

pub mod data;
pub mod fit;
pub mod hold;

use warden_detect::Subject;

use self::data::Sample;
use xtask::shell::{Failure, root};

/// Where the weights are.
const FOLDER: &str = "crates/warden-detect/src/learnt/weights";

/// The models, and their files.
pub static MODELS: &[(Subject, &str)] =
    &[(Subject::Definition, "definition.bin"), (Subject::Content, "content.bin")];

/// Trains both models, and writes their weights.
///
/// # Errors
/// The corpus cannot be read, a file cannot be written, or with `--check` one is another.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => return Err(Failure("usage: cargo xtask train [--check]".into())),
    };
    let samples = data::read()?;
    for (subject, file) in MODELS {
        let of: Vec<&Sample> =
            samples.iter().filter(|one| one.subject == *subject && one.trains).collect();
        let bytes = hold::model(*subject, &of).to_bytes();
        let path = root().join(FOLDER).join(file);
        println!("{subject:?}: {} texts, {} bytes", of.len(), bytes.len());
        if !check {
            std::fs::write(&path, &bytes).map_err(|error| Failure::of(&path, &error))?;
        } else if std::fs::read(&path).ok().as_deref() != Some(&bytes[..]) {
            return Err(Failure(format!("{file} is not what the corpus gives")));
        }
    }
    Ok(())
}
