//! The laboratory: what measures the product, trains its detector, plays its demonstration and
//! writes the generated parts of its documents. `cargo xtask` starts it.
//!
//! Invariant: never a dependency of another crate.
//! Invariant: what it could not do it says, and then it does not end with success.

#![expect(clippy::print_stdout, reason = "a tool for developers talks to its terminal")]

pub mod bench;
pub mod demo;
pub mod eval;
pub mod generate;
pub mod soak;
pub mod train;

use std::process::ExitCode;

use xtask::shell::Failure;

/// What is done, under the name by which `cargo xtask` knows it.
type Task = (&'static str, fn(&[String]) -> Result<(), Failure>);

/// Everything that is done here.
pub static TASKS: &[Task] = &[
    ("bench", bench::run),
    ("demo", demo::run),
    ("eval", eval::run),
    ("generate", generate::run),
    ("soak", soak::run),
    ("train", train::run),
];

/// Does what `arguments` name.
#[must_use]
pub fn run(arguments: &[String]) -> ExitCode {
    let wanted = arguments.first().map_or("", String::as_str);
    let Some((name, run)) = TASKS.iter().find(|(name, _)| *name == wanted) else {
        println!("the laboratory does no `{wanted}`; `cargo xtask` lists what there is");
        return ExitCode::from(2);
    };
    xtask::ended(name, run(arguments.get(1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_left_to_the_laboratory_is_done_here() {
        let mut here: Vec<_> = TASKS.iter().map(|(name, _)| *name).collect();
        let mut left: Vec<_> = xtask::left_to_the_lab().collect();
        here.sort_unstable();
        left.sort_unstable();
        assert_eq!(here, left);
    }
}
