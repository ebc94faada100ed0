//! The gateway's configuration file, and what becomes of it.

mod certificates;
mod contradict;
mod example;
mod file;
mod form;
mod identity;
mod look;
mod looking;
mod measure;
pub(crate) mod near;
mod reference;
mod schema;
mod secrets;
mod settings;
mod shows;
mod table;
#[cfg(test)]
mod tests;
mod watch;
mod words;

use std::{error::Error, fmt, path::Path};

use toml_edit::Document;

use crate::{Failure, Kind, World};
use form::Problem;

pub(crate) use example::example;
pub(crate) use file::{Certificates, Config, Ledger as LedgerSettings, Names, Outlives, Server};
pub(crate) use identity::made_key;
pub(crate) use look::look;
pub(crate) use looking::{inspection, personal};
pub(crate) use reference::reference;
pub(crate) use schema::schema;
pub(crate) use settings::{Lasting, artifact, policy, settings};

/// The most problems that are told at a time.
const MOST_TOLD: usize = 20;

/// Reads a configuration.
///
/// # Errors
/// When it cannot be read, or says something that we do not know: a setting that is written
/// wrongly must not be taken for one that is not there.
pub(crate) fn read(path: &Path, world: &World) -> Result<Config, Failure> {
    let (shown, path) = (path.display(), world.cwd.join(path));
    let text = text(&path).map_err(|error| {
        Failure::new(Kind::Config, format!("cannot read `{shown}`"))
            .caused_by(error)
            .hint("`mcpwarden gateway --example` prints one to begin with")
    })?;
    let config = parse(&text).map_err(|problems| unusable(&shown.to_string(), &text, problems))?;
    let mut config = config.at(path.parent().unwrap_or(&world.cwd).to_owned());
    let secrets = shows::secrets(&config, world)?;
    for server in &mut config.servers {
        server.secrets.clone_from(&secrets);
    }
    config.secrets = secrets;
    Ok(config)
}

fn unusable(shown: &str, text: &str, problems: Vec<Problem>) -> Failure {
    let failure = Failure::new(Kind::Config, format!("`{shown}` cannot be used"))
        .hint("every setting: `mcpwarden gateway --settings`");
    match Told::all(shown, text, problems) {
        Some(told) => failure.caused_by(told),
        None => failure,
    }
}

fn text(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let mut file = std::fs::File::open(path)?.take(form::MOST as u64 + 1);
    file.read_to_string(&mut text)?;
    if text.len() > form::MOST {
        return Err(std::io::Error::other("it is longer than a configuration can be"));
    }
    Ok(text)
}

fn parse(text: &str) -> Result<Config, Vec<Problem>> {
    let document = form::parse(text).map_err(|problem| vec![problem])?;
    let problems = form::problems(&table::WHOLE, &document);
    if !problems.is_empty() {
        return Err(problems);
    }
    // What the form lets through, the types take; should they not, their words may repeat values.
    let config: Config = toml_edit::de::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![Problem { at, what: "this is not what belongs here".into() }]
    })?;
    let wrong = contradict::contradictions(&config);
    if wrong.is_empty() { Ok(config) } else { Err(placed(&document, wrong)) }
}

/// Reads a configuration that somebody else has written, and starts nothing.
///
/// # Errors
/// The first thing that is wrong with it, with its line. It never repeats a value.
pub(crate) fn checked(text: &str) -> Result<Config, String> {
    if text.len() > form::MOST {
        return Err("it is longer than a configuration can be".to_owned());
    }
    parse(text).map_err(|problems| {
        let first = problems.first();
        let (line, _) = form::place(text, first.map_or(0, |problem| problem.at));
        format!("line {line}: {}", first.map_or("it is wrong", |problem| &*problem.what))
    })
}

fn placed(document: &Document<&str>, wrong: Vec<contradict::Wrong>) -> Vec<Problem> {
    let place = |wrong: contradict::Wrong| {
        let (section, nth) = wrong.section;
        Problem { at: form::find(document, section, nth, wrong.setting), what: wrong.what }
    };
    let mut problems: Vec<_> = wrong.into_iter().map(place).collect();
    problems.sort_by_key(|problem| problem.at);
    problems
}

/// A problem as it is told, and those after it.
#[derive(Debug)]
struct Told {
    line: String,
    next: Option<Box<Told>>,
}

impl Told {
    fn all(file: &str, text: &str, problems: Vec<Problem>) -> Option<Self> {
        let more = problems.len().saturating_sub(MOST_TOLD);
        let more = (more > 0).then(|| Self { line: format!("and {more} more"), next: None });
        problems.into_iter().take(MOST_TOLD).rev().fold(more, |next, problem| {
            let (line, column) = form::place(text, problem.at);
            let line = format!("{file}:{line}:{column}: {}", problem.what);
            Some(Self { line, next: next.map(Box::new) })
        })
    }
}

impl fmt::Display for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.line)
    }
}

impl Error for Told {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_deref().map(|next| next as _)
    }
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

/// What a program sees of our environment.
fn base_environment(world: &World) -> impl Iterator<Item = (&'static str, &str)> {
    const NAMES: &[&str] =
        &["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"];
    NAMES.iter().filter_map(|name| Some((*name, world.env.get(*name)?.as_str())))
}
