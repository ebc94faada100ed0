//! What the process stands in: environment, folders, clock and terminal, read once.
//!
//! Commands are handed this and read nothing of it themselves, so that a test or another command
//! can stand them somewhere else.

use std::{
    collections::BTreeMap,
    io::{IsTerminal as _, stderr, stdin, stdout},
    path::PathBuf,
    time::SystemTime,
};

use jiff::{Timestamp, tz::TimeZone};
use warden_model::Hidden;
use warden_report::{Colors, View};
use warden_scan::settle::Date;

use crate::{Failure, Kind, cli::Color};

/// Columns where nothing is known of a terminal.
const COLUMNS: usize = 80;

/// Wider than this, lines are hard to read.
const MOST_COLUMNS: usize = 160;

/// What the names of variables begin with that hold a passphrase or a PIN. Programs that are
/// started are not given them.
pub(crate) const SECRETS: &str = "MCPWARDEN_SECRET_";

/// What the process stands in.
#[derive(Debug)]
pub(crate) struct World {
    /// The environment; what is not Unicode is left out, and so are [secrets](World::secrets).
    pub(crate) env: BTreeMap<String, String>,
    /// Variables that hold a passphrase or a PIN. They are kept apart so that no program that is
    /// started is given one by mistake.
    pub(crate) secrets: BTreeMap<String, Hidden>,
    /// The home directory of the person, if the system tells.
    pub(crate) home: Option<PathBuf>,
    /// Where the program was started.
    pub(crate) cwd: PathBuf,
    /// Which streams are a terminal, and how wide it is.
    pub(crate) terminal: Terminal,
    /// When the person wants colours.
    pub(crate) color: Color,
}

/// Which streams are a terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    pub(crate) stdin: bool,
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
    pub(crate) columns: usize,
}

impl World {
    /// Reads it all.
    ///
    /// # Errors
    /// When the folder that the program was started in is gone.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads them")]
    pub(crate) fn read(color: Color) -> Result<Self, Failure> {
        let cwd = std::env::current_dir().map_err(|error| {
            Failure::new(Kind::Input, "cannot tell which folder this is")
                .caused_by(error)
                .hint("start it in a folder that exists")
        })?;
        let env = std::env::vars_os();
        let env = env.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let (secrets, env): (BTreeMap<String, String>, BTreeMap<String, String>) =
            env.partition(|(name, _)| name.starts_with(SECRETS));
        let secrets = secrets.into_iter().map(|(name, value)| (name, Hidden::new(value))).collect();
        let terminal = Terminal::read(&env);
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        Ok(Self { env, secrets, home, cwd, terminal, color })
    }

    /// The time now.
    #[expect(clippy::unused_self, reason = "whoever has a world may ask for the time")]
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Who runs this, as far as the environment tells; otherwise the number of the user.
    pub(crate) fn person(&self) -> String {
        let named = ["USER", "LOGNAME"].iter().find_map(|name| self.env.get(*name));
        named.cloned().unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
    }

    /// The day in UTC. A clock that shows no day at all makes nothing count that has an end.
    pub(crate) fn today(&self) -> Date {
        let date = self.now().to_zoned(TimeZone::UTC).date();
        let number = |number: i8| u8::try_from(number).unwrap_or(1);
        let year = u16::try_from(date.year()).unwrap_or(u16::MAX);
        Date::new(year, number(date.month()), number(date.day())).unwrap_or(Date::LAST)
    }

    /// How output on standard output is to look.
    pub(crate) fn view(&self) -> View {
        View {
            columns: self.terminal.columns,
            colors: colors(self.color, self.terminal.stdout, &self.env),
        }
    }
}

/// The clock of this machine, for what asks for the time again and again.
#[expect(clippy::disallowed_methods, reason = "this is the place that hands out the clock")]
pub(crate) fn clock() -> SystemTime {
    SystemTime::now()
}

impl Terminal {
    fn read(env: &BTreeMap<String, String>) -> Self {
        let stdout_is = stdout().is_terminal();
        let asked = env.get("COLUMNS").and_then(|columns| columns.parse().ok());
        let columns = asked.or_else(|| if stdout_is { columns_of(stdout()) } else { None });
        Self {
            stdin: stdin().is_terminal(),
            stdout: stdout_is,
            stderr: stderr().is_terminal(),
            columns: columns.filter(|columns| *columns > 0).unwrap_or(COLUMNS).min(MOST_COLUMNS),
        }
    }
}

#[cfg(unix)]
fn columns_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    rustix::termios::tcgetwinsize(stream).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn columns_of<S>(_stream: S) -> Option<usize> {
    None
}

/// Colours for what is told on standard error, also before a world could be read.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
pub(crate) fn error_colors(color: Color) -> Colors {
    let names = ["NO_COLOR", "TERM"];
    let env = names.iter().filter_map(|name| Some(((*name).into(), std::env::var(name).ok()?)));
    colors(color, stderr().is_terminal(), &env.collect())
}

fn colors(color: Color, terminal: bool, env: &BTreeMap<String, String>) -> Colors {
    let unwanted = env.get("NO_COLOR").is_some_and(|value| !value.is_empty())
        || env.get("TERM").is_some_and(|term| term == "dumb");
    match color {
        Color::Always => Colors::On,
        Color::Auto if terminal && !unwanted => Colors::On,
        Color::Auto | Color::Never => Colors::Off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_and_for_those_who_ask() {
        let env = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
        };
        assert_eq!(colors(Color::Auto, true, &env(&[])), Colors::On);
        assert_eq!(colors(Color::Auto, false, &env(&[])), Colors::Off);
        assert_eq!(colors(Color::Auto, true, &env(&[("NO_COLOR", "1")])), Colors::Off);
        assert_eq!(colors(Color::Auto, true, &env(&[("NO_COLOR", "")])), Colors::On);
        assert_eq!(colors(Color::Auto, true, &env(&[("TERM", "dumb")])), Colors::Off);
        assert_eq!(colors(Color::Always, false, &env(&[("NO_COLOR", "1")])), Colors::On);
        assert_eq!(colors(Color::Never, true, &env(&[])), Colors::Off);
    }
}
