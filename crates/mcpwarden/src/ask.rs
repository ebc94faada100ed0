//! Asking the person at the terminal.

use std::io;

use crate::{Failure, Kind, World, output};

/// Whether the person agrees. `otherwise` is what to do where nobody can be asked.
///
/// # Errors
/// When nobody is there to be asked.
pub(crate) fn agreed(world: &World, question: &str, otherwise: &str) -> Result<bool, Failure> {
    if !world.terminal.stdin {
        return Err(
            Failure::new(Kind::Usage, "nobody is there to be asked").hint(otherwise.to_owned())
        );
    }
    output::tell(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Failure::new(Kind::Usage, "cannot read the answer").caused_by(error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
