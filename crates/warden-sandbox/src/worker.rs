//! A worker: this program once more, for work on what strangers wrote.
//!
//! It gets bytes on standard input and gives bytes on standard output. Before it reads the first
//! of them it takes from itself what the work does not need: memory and processor time beyond a
//! limit, files, and a life after its parent's. What goes wrong in there ends the worker and
//! nothing else, and whoever started it is told.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

use rustix::process::{
    DumpableBehavior, Pid, Resource, Rlimit, Signal, kill_process, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};

/// What a worker may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Bytes of address space.
    pub memory: u64,
    /// Seconds of processor time, of all its threads together.
    pub seconds: u64,
    /// Seconds on the clock: more, since others want the processor as well.
    pub clock: u64,
    /// Bytes of output.
    pub output: u64,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It could not be started.
    #[error("it could not be started")]
    Start(#[source] io::Error),
    /// It needed more time than it may.
    #[error("it needed more time than it may")]
    Time,
    /// It gave more than it may.
    #[error("its answer is too large")]
    Output,
    /// A signal ended it: memory ran out, or something in it broke.
    #[error("it was ended by signal {0}")]
    Signal(i32),
    /// It ended itself, with this exit code.
    #[error("it ended with exit code {0}")]
    Exit(i32),
}

/// Takes from this process what work on foreign bytes does not need. Threads that the work needs
/// can still be started; no file can be opened any more.
///
/// # Errors
/// When the system refuses: the work must not begin then.
pub fn confine(allowance: &Allowance) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::thread::set_no_new_privs(true)?;
    limit(Resource::As, allowance.memory)?;
    limit(Resource::Cpu, allowance.seconds)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    // Standard input, output and error are all there is.
    limit(Resource::Nofile, 3)
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = Some(most);
    Ok(setrlimit(resource, Rlimit { current: most, maximum: most })?)
}

/// Starts a worker, gives it what `input` writes, and returns what it answers.
///
/// # Errors
/// When it did not come to its end by itself, in time and with success.
pub fn run(
    program: &[OsString],
    allowance: &Allowance,
    input: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Vec<u8>, WorkerError> {
    let (first, rest) = program
        .split_first()
        .ok_or_else(|| WorkerError::Start(io::Error::from(io::ErrorKind::InvalidInput)))?;
    let mut child = Command::new(first)
        .args(rest)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(WorkerError::Start)?;
    let watch = Watch::over(&child, Duration::from_secs(allowance.clock));
    let answer = talk(&mut child, allowance.output, input);
    let in_time = watch.end();
    if answer.is_err() {
        // It may still be at work, with nobody who listens.
        drop(child.kill());
    }
    let status = child.wait().map_err(WorkerError::Start)?;
    match (in_time, answer) {
        (InTime::No, _) => Err(WorkerError::Time),
        (InTime::Yes, Ok(bytes)) if status.success() => Ok(bytes),
        (InTime::Yes, Err(Some(error))) => Err(error),
        (InTime::Yes, Ok(_) | Err(None)) => Err(ended(status)),
    }
}

/// Writes all, then reads all. An error without a reason is one of the pipe: how the worker ended
/// says more.
fn talk(
    child: &mut Child,
    most: u64,
    input: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Vec<u8>, Option<WorkerError>> {
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(None);
    };
    let mut stdin = io::BufWriter::with_capacity(1 << 16, stdin);
    input(&mut stdin).and_then(|()| stdin.flush()).map_err(|_| None)?;
    drop(stdin);
    let mut bytes = Vec::new();
    stdout.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| None)?;
    if bytes.len() as u64 > most { Err(Some(WorkerError::Output)) } else { Ok(bytes) }
}

fn ended(status: ExitStatus) -> WorkerError {
    match (status.signal(), status.code()) {
        (Some(signal), _) if signal == Signal::XCPU.as_raw() => WorkerError::Time,
        (Some(signal), _) => WorkerError::Signal(signal),
        (None, code) => WorkerError::Exit(code.unwrap_or(-1)),
    }
}

/// Whether the worker had its end before its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InTime {
    Yes,
    No,
}

/// A thread that ends the worker when its time is over.
struct Watch {
    done: Sender<()>,
    thread: thread::JoinHandle<InTime>,
}

impl Watch {
    fn over(child: &Child, most: Duration) -> Self {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let (done, wait) = channel();
        // The worker is waited for only after this thread has ended, so the number is its own.
        let thread = thread::spawn(move || match wait.recv_timeout(most) {
            Err(RecvTimeoutError::Timeout) => {
                if let Some(pid) = pid {
                    // It may have ended by itself just now.
                    let _gone = kill_process(pid, Signal::KILL);
                }
                InTime::No
            }
            Ok(()) | Err(RecvTimeoutError::Disconnected) => InTime::Yes,
        });
        Self { done, thread }
    }

    fn end(self) -> InTime {
        drop(self.done);
        self.thread.join().unwrap_or(InTime::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: Allowance = Allowance { memory: 1 << 30, seconds: 20, clock: 60, output: 1 << 20 };

    fn shell(script: &str) -> Vec<OsString> {
        ["/bin/sh", "-c", script].map(OsString::from).into()
    }

    fn worked(script: &str, allowance: &Allowance) -> Result<Vec<u8>, WorkerError> {
        run(&shell(script), allowance, |input| input.write_all(b"what it gets\n"))
    }

    #[test]
    fn a_worker_answers_what_it_was_given() {
        let answer = worked("/bin/cat", &LARGE).expect("it works");
        assert_eq!(answer, b"what it gets\n");
    }

    #[test]
    fn a_worker_has_no_environment() {
        let answer = worked("cat > /dev/null; echo \"${HOME-none}\"", &LARGE).expect("it works");
        assert_eq!(answer, b"none\n");
    }

    #[test]
    fn a_worker_that_does_not_end_well_gives_no_result() {
        let error = |script: &str, allowance: &Allowance| {
            worked(script, allowance).expect_err(script).to_string()
        };
        assert_eq!(error("echo half; exit 7", &LARGE), "it ended with exit code 7");
        assert_eq!(error("echo half; kill -ABRT $$", &LARGE), "it was ended by signal 6");
        let small = Allowance { output: 3, ..LARGE };
        assert_eq!(error("/bin/cat", &small), "its answer is too large");
        let short = Allowance { clock: 0, ..LARGE };
        assert_eq!(error("while :; do :; done", &short), "it needed more time than it may");
        let missing = run(&["/nowhere/worker".into()], &LARGE, |_| Ok(()));
        assert!(matches!(missing, Err(WorkerError::Start(_))));
        assert!(matches!(run(&[], &LARGE, |_| Ok(())), Err(WorkerError::Start(_))));
    }

    #[test]
    fn a_worker_that_reads_nothing_is_no_trouble() {
        let much = vec![b'x'; 1 << 20];
        let answer = run(&shell("exit 3"), &LARGE, |input| input.write_all(&much));
        assert!(matches!(answer, Err(WorkerError::Exit(3))), "{answer:?}");
    }
}
