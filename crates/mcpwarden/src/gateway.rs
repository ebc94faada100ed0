//! The gateway's configuration file, and what becomes of it.

mod file;
mod look;
mod settings;
mod words;

use std::path::Path;

use crate::{Failure, Kind, World};

pub(crate) use file::{Config, Outlives, Server};
pub(crate) use look::look;
pub(crate) use settings::{artifact, settings};

/// Reads a configuration.
///
/// # Errors
/// When it cannot be read, or says something that we do not know: a setting that is written
/// wrongly must not be taken for one that is not there.
pub(crate) fn read(path: &Path) -> Result<Config, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(Kind::Config, format!("cannot read `{shown}`")).caused_by(error)
    })?;
    parse(&text).map_err(|error| {
        Failure::new(Kind::Config, format!("`{shown}` is not a gateway's configuration"))
            .hint(error)
            .hint("every setting is in `docs/reference/gateway.md`")
    })
}

fn parse(text: &str) -> Result<Config, String> {
    let config: Config =
        toml_edit::de::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    config.check()?;
    Ok(config)
}

/// The server of this name in a configuration.
///
/// # Errors
/// When there is none.
pub(crate) fn server<'a>(config: &'a Config, name: &str) -> Result<&'a Server, Failure> {
    config.servers.iter().find(|server| server.name == name).ok_or_else(|| {
        let names: Vec<_> = config.servers.iter().map(|server| &*server.name).collect();
        Failure::new(Kind::Input, format!("the configuration has no server `{name}`"))
            .hint(format!("there are: {}", names.join(", ")))
    })
}

/// What stands in for what is not written.
pub(crate) fn base_environment(world: &World) -> impl Iterator<Item = (&'static str, &str)> {
    const NAMES: &[&str] =
        &["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"];
    NAMES.iter().filter_map(|name| Some((*name, world.env.get(*name)?.as_str())))
}
