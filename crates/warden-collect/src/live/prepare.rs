//! What is started or reached for a connection, with every reference resolved.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use warden_model::{
    Connection, CredentialKind, Endpoint, Hidden, Launch, Remote, Scope, Setting, Transport,
    UnreadReason,
};

use super::{Live, resolve::Known};
use crate::reader;

/// What a server inherits from the person, as with the official clients.
const INHERITED: &[&str] = &["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"];

/// The most that is read of a file with environment variables.
const ENV_FILE_CAP: u64 = 1 << 20;

/// A value shorter than this is hardly a secret, and may stand in any text.
const SHORTEST_SECRET: usize = 6;

/// Why a server was not asked, or did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    pub(super) reason: UnreadReason,
    pub(super) detail: String,
}

/// What is started or reached.
#[derive(PartialEq, Eq)]
pub(super) enum Prepared {
    Process(Process),
    Address {
        url: Hidden,
        headers: Vec<(String, Hidden)>,
        transport: Transport,
        secrets: Vec<Hidden>,
    },
}

/// A process that can be started.
#[derive(PartialEq, Eq)]
pub(super) struct Process {
    program: String,
    args: Vec<Hidden>,
    env: BTreeMap<String, Hidden>,
    /// What it could repeat and nobody should see.
    secrets: Vec<Hidden>,
    folder: Option<PathBuf>,
}

impl Process {
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.args.iter().map(Hidden::reveal));
        command.env_clear();
        command.envs(self.env.iter().map(|(name, value)| (name, value.reveal())));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }
}

impl Prepared {
    pub(super) fn new(connection: &Connection, live: &Live<'_>) -> Result<Self, Obstacle> {
        let folder = folder(connection, live.home);
        let (env, used) = (live.env, RefCell::default());
        let known = Known { env, home: live.home, folder: folder.as_deref(), used };
        match &connection.endpoint {
            Endpoint::Command(launch) => process(connection, launch, &known).map(Self::Process),
            Endpoint::Remote(_) if connection.transport == Transport::WebSocket => {
                Err(unknown("it speaks WebSocket, which is not part of the protocol"))
            }
            Endpoint::Remote(remote) => address(connection, remote, &known),
            Endpoint::Builtin => Err(unknown("it is a part of its client")),
        }
    }

    /// What the server was given, could repeat, and nobody should see.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Hidden> {
        let (Self::Process(Process { secrets, .. }) | Self::Address { secrets, .. }) = self;
        secrets.iter().filter(|secret| secret.reveal().len() >= SHORTEST_SECRET)
    }
}

fn unknown(detail: &str) -> Obstacle {
    Obstacle { reason: UnreadReason::Unknown, detail: detail.to_owned() }
}

fn process(
    connection: &Connection,
    launch: &Launch,
    known: &Known<'_>,
) -> Result<Process, Obstacle> {
    let inherited = INHERITED.iter().filter_map(|name| {
        let value = known.env.get(*name)?;
        Some(((*name).to_owned(), Hidden::from(value.as_str())))
    });
    let mut env: BTreeMap<_, _> = inherited.collect();
    let mut given = variables(connection, launch, known)?;
    let folder = match &launch.cwd {
        Some(written) => Some(absolute(&known.resolve(written)?, known)),
        None => known.folder.or(known.home).map(Path::to_owned),
    };
    if let Some(file) = &launch.env_file {
        let file = absolute(&known.resolve(file)?, known);
        for (name, value) in env_file(&file)? {
            given.entry(name).or_insert(value);
        }
    }
    let args = launch.args.iter().map(|arg| known.resolve(arg.reveal()).map(Hidden::new));
    let args = args.collect::<Result<Vec<_>, _>>()?;
    let mut secrets: Vec<_> = given.values().cloned().collect();
    if connection.credentials.iter().any(|credential| credential.kind == CredentialKind::Argument) {
        secrets.extend(args.iter().flat_map(argument_secrets));
    }
    env.extend(given);
    let program = known.resolve(&launch.command)?;
    let program = match program.strip_prefix("~/") {
        Some(_) => absolute(&program, known).to_string_lossy().into_owned(),
        None => program,
    };
    if program.is_empty() {
        return Err(unknown("it has no command"));
    }
    secrets.extend(known.used.take());
    Ok(Process { program, args, env, secrets, folder })
}

/// An argument, and what stands behind its `=`.
fn argument_secrets(arg: &Hidden) -> Vec<Hidden> {
    let value = arg.reveal().split_once('=').map(|(_, value)| Hidden::from(value));
    std::iter::once(arg.clone()).chain(value).collect()
}

/// The variables that the configuration sets, and those that it names.
fn variables(
    connection: &Connection,
    launch: &Launch,
    known: &Known<'_>,
) -> Result<BTreeMap<String, Hidden>, Obstacle> {
    let mut variables = BTreeMap::new();
    for credential in &connection.credentials {
        if credential.kind == CredentialKind::Env
            && !credential.literal
            && let Some(value) = known.env.get(&credential.name)
        {
            variables.insert(credential.name.clone(), Hidden::from(value.as_str()));
        }
    }
    for (name, value) in settings(&launch.env, known)? {
        variables.insert(name, value);
    }
    Ok(variables)
}

fn settings(settings: &[Setting], known: &Known<'_>) -> Result<Vec<(String, Hidden)>, Obstacle> {
    let resolved = settings.iter().map(|setting| {
        let value = known.resolve(setting.value.reveal())?;
        Ok((setting.name.clone(), Hidden::new(value)))
    });
    resolved.collect()
}

fn address(
    connection: &Connection,
    remote: &Remote,
    known: &Known<'_>,
) -> Result<Prepared, Obstacle> {
    let url = Hidden::new(known.resolve(remote.url.reveal())?);
    let mut headers = settings(&remote.headers, known)?;
    // Codex names the variable that holds the token.
    let named = connection.credentials.iter().find(|credential| {
        let pointer = credential.location.pointer.as_deref().unwrap_or_default();
        pointer.ends_with("/bearer_token_env_var")
    });
    if let Some(token) = named {
        let value = known
            .env
            .get(&token.name)
            .ok_or_else(|| unknown(&format!("the variable `{}` is not set", token.name)))?;
        headers.push(("Authorization".to_owned(), Hidden::new(format!("Bearer {value}"))));
    }
    let mut secrets: Vec<_> = headers.iter().map(|(_, value)| value.clone()).collect();
    secrets.extend(known.used.take());
    Ok(Prepared::Address { url, headers, transport: connection.transport, secrets })
}

/// The folder that a configuration belongs to: that of its file, or the one around `.vscode` and
/// its like.
fn folder(connection: &Connection, home: Option<&Path>) -> Option<PathBuf> {
    if connection.scope != Scope::Project {
        return None;
    }
    let file = &connection.location.file;
    let file = match (file.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(file),
    };
    let parents = file.ancestors().skip(1).filter(|path| path.is_absolute());
    let is_hidden =
        |path: &&Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let parents: Vec<_> = parents.collect();
    let outermost = parents.iter().position(is_hidden).filter(|hidden| *hidden < 2);
    parents.get(outermost.map_or(0, |hidden| hidden + 1)).map(|path| (*path).to_owned())
}

fn absolute(written: &str, known: &Known<'_>) -> PathBuf {
    if let (Some(rest), Some(home)) = (written.strip_prefix("~/"), known.home) {
        return home.join(rest);
    }
    match known.folder.or(known.home) {
        Some(folder) => folder.join(written),
        None => PathBuf::from(written),
    }
}

/// Reads a file of `NAME=value` lines.
fn env_file(file: &Path) -> Result<Vec<(String, Hidden)>, Obstacle> {
    let told = |refusal: reader::Refusal| Obstacle {
        reason: refusal.reason,
        detail: format!("its file of environment variables: {}", refusal.detail),
    };
    let checked = reader::check(file, Path::new("/")).map_err(told)?;
    let checked =
        checked.ok_or_else(|| unknown("its file of environment variables is not there"))?;
    let bytes = reader::read(&checked, ENV_FILE_CAP).map_err(told)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| unknown("its file of environment variables is not UTF-8"))?;
    Ok(text.lines().filter_map(env_line).collect())
}

fn env_line(line: &str) -> Option<(String, Hidden)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| {
        value
            .strip_prefix(*quote)
            .and_then(|rest| rest.split_once(*quote))
            .map(|(inside, _)| inside)
    });
    let value = quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or(value).trim_end());
    Some((name.trim().to_owned(), Hidden::from(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_environment_file_are_read_as_shells_do() {
        let read = |line| env_line(line).map(|(name, value)| format!("{name}={}", value.reveal()));
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(read("A=b"), is("A=b"));
        assert_eq!(read(" export A = \"b # c\" # d"), is("A=b # c"));
        assert_eq!(read("A=b # c"), is("A=b"));
        assert_eq!(read("A='b'"), is("A=b"));
        assert_eq!(read("A="), is("A="));
        assert_eq!(read("# A=b"), None);
        assert_eq!(read("nothing"), None);
    }
}
