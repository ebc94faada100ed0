//! From flags to what is printed.

use crate::options::{Mode, Options};
use crate::{first, idle, load, output};

/// Returns whether nothing failed.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let options = Options::parse(arguments)?;
    warden_testkit::raise_file_limit().map_err(|error| error.to_string())?;
    let result = match options.mode {
        Mode::Time(_) | Mode::Requests(_) => load::run(&options)?,
        Mode::Sessions(_) | Mode::Streams(_) => idle::run(&options)?,
        Mode::First(_) => first::run(&options)?,
    };
    output(&result)?;
    Ok(result["failures"] == 0)
}
