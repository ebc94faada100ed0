//! Runs one program: with a time limit, bounded output, and an end of everything it started.

use std::{
    ffi::OsString,
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use super::{FetchError, Job, Step};

/// How often it is looked whether somebody cancelled.
const TICK: Duration = Duration::from_millis(25);

/// How much is kept of what a program says about its troubles.
const MOST_TALK: usize = 16 << 10;

/// How much of that is told.
const MOST_TOLD: usize = 800;

/// A program to run.
pub(super) struct Ask<'a> {
    pub(super) step: Step,
    pub(super) program: &'a Path,
    pub(super) args: Vec<OsString>,
    /// The folder that it runs in.
    pub(super) folder: &'a Path,
    /// Variables beyond, or instead of, those of the caller.
    pub(super) env: &'a [(&'a str, &'a str)],
    /// How variables of the caller start that the program does not get; empty for none.
    pub(super) without: &'a str,
    /// What it reads, which has to fit into a pipe.
    pub(super) input: &'a [u8],
}

/// What a program said.
pub(super) struct Said {
    pub(super) ok: bool,
    pub(super) output: Vec<u8>,
    /// The end of what it said about its troubles, without credentials.
    pub(super) talk: String,
}

impl Said {
    /// The output of a program that succeeded.
    ///
    /// # Errors
    /// With what it said if it did not.
    pub(super) fn success(self, step: Step) -> Result<Vec<u8>, FetchError> {
        if self.ok { Ok(self.output) } else { Err(FetchError::Failed { step, said: self.talk }) }
    }
}

/// What the two readers tell.
enum Heard {
    Output(io::Result<Vec<u8>>),
    Talk(Vec<u8>),
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started, takes too long, says too much, or somebody cancels. All that it
/// started is ended then.
pub(super) fn run(ask: &Ask<'_>, job: &Job<'_>) -> Result<Said, FetchError> {
    job.alive()?;
    let most = job.asker.limits.output;
    let mut child = start(ask, job)
        .map_err(|error| FetchError::NoProgram { program: PathBuf::from(ask.program), error })?;
    let (sender, heard) = channel();
    let (output, talk) = (child.stdout.take(), child.stderr.take());
    let told = sender.clone();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output
            .map_or(Ok(0), |output| output.take(most.saturating_add(1)).read_to_end(&mut bytes));
        // Nobody listens any more if the program was ended.
        _ = told.send(Heard::Output(read.map(|_| bytes)));
    });
    thread::spawn(move || _ = sender.send(Heard::Talk(talk.map(tail).unwrap_or_default())));
    let outcome = wait(&mut child, &heard, ask, job);
    if outcome.is_err() {
        end(&mut child);
    }
    outcome
}

fn start(ask: &Ask<'_>, job: &Job<'_>) -> io::Result<Child> {
    let mut command = Command::new(ask.program);
    command
        .args(&ask.args)
        .env_clear()
        .envs(
            job.asker
                .env
                .iter()
                .filter(|(name, _)| ask.without.is_empty() || !name.starts_with(ask.without)),
        )
        .envs(ask.env.iter().copied())
        .current_dir(ask.folder)
        .stdin(if ask.input.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read it says by its end what it made of that.
        _ = input.write_all(ask.input);
    }
    Ok(child)
}

/// Waits until both streams have ended and the program too.
fn wait(
    child: &mut Child,
    heard: &Receiver<Heard>,
    ask: &Ask<'_>,
    job: &Job<'_>,
) -> Result<Said, FetchError> {
    let limits = &job.asker.limits;
    let limit = limits.step.min(job.until.saturating_duration_since(Instant::now()));
    let until = Instant::now() + limit;
    let (mut output, mut talk, mut status) = (None, None, None::<ExitStatus>);
    loop {
        job.alive()?;
        if Instant::now() >= until {
            return Err(FetchError::TookTooLong { step: ask.step, limit });
        }
        match heard.recv_timeout(TICK) {
            Ok(Heard::Output(Ok(bytes))) if bytes.len() as u64 > limits.output => {
                return Err(FetchError::TooMuch(ask.step));
            }
            Ok(Heard::Output(Ok(bytes))) => output = Some(bytes),
            Ok(Heard::Output(Err(error))) => return Err(broken(ask, error)),
            Ok(Heard::Talk(bytes)) => talk = Some(bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        if status.is_none() {
            status = child.try_wait().map_err(|error| broken(ask, error))?;
        }
        if let (Some(status), Some(output), Some(talk)) = (status, &mut output, &talk) {
            let talk = told(&String::from_utf8_lossy(talk));
            return Ok(Said { ok: status.success(), output: std::mem::take(output), talk });
        }
    }
}

fn broken(ask: &Ask<'_>, error: io::Error) -> FetchError {
    FetchError::Io { place: ask.program.to_owned(), error }
}

/// Ends a program and everything it started that did not leave its group.
fn end(child: &mut Child) {
    // What has ended already cannot be ended: there is nothing to do about either error.
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    _ = child.kill();
    _ = child.wait();
}

/// Reads to the end and keeps the last part.
fn tail(mut stream: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count) = stream.read(&mut buffer) {
        if count == 0 {
            break;
        }
        kept.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let surplus = kept.len().saturating_sub(MOST_TALK);
        kept.drain(..surplus);
    }
    kept
}

/// The end of a text in one line, without control characters and credentials.
pub(super) fn told(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(without_credentials).collect();
    let plain: String = words.join(" ").chars().filter(|c| !c.is_control()).collect();
    let surplus = plain.chars().count().saturating_sub(MOST_TOLD);
    let start = if surplus > 0 { "…" } else { "" };
    format!("{start}{}", plain.chars().skip(surplus).collect::<String>())
}

/// An address without its user part and query.
pub(super) fn without_credentials(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}
