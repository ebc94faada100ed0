//! What is written, what is said about it, and what is documented are one.

mod forms;
mod shows;
mod standings;
mod tables;

use std::path::PathBuf;
use std::time::SystemTime;

use crate::{World, certify::stand::Watch, cli::Color, machine::Terminal, paths::Paths};

/// Looks after certificates as the gateway does.
pub(super) fn watch(paths: &Paths) -> Watch {
    Watch::start(paths, || SystemTime::UNIX_EPOCH, |_| {})
}

/// A world with these variables.
pub(super) fn world(env: &[(&str, &str)]) -> World {
    World {
        env: env.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        secrets: std::collections::BTreeMap::new(),
        home: None,
        cwd: PathBuf::from("/"),
        terminal: Terminal { stdin: false, stdout: false, stderr: false, columns: 80 },
        color: Color::Never,
    }
}
