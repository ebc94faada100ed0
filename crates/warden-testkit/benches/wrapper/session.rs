//! A raw client: lines of JSON over pipes, and nothing that would take time of its own.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use warden_testkit::{TestHome, program};

/// The name that the server is approved by.
pub(crate) const NAME: &str = "bench";

/// Where an enlarged server lies.
const LARGE: &str = "large-server";

/// A running server, or what stands before it.
pub(crate) struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    line: Vec<u8>,
    last: u64,
}

/// A call of `echo`, but for its number.
pub(crate) struct Call(String);

impl Call {
    /// A call with about this many bytes of arguments.
    pub(crate) fn of(bytes: usize) -> Self {
        let words = "The quick brown fox jumps over the lazy dog. ";
        let text: String = words.chars().cycle().take(bytes.saturating_sub(11)).collect();
        Self(format!(
            r#","method":"tools/call","params":{{"name":"echo","arguments":{{"text":"{text}"}}}}}}"#
        ))
    }
}

/// A command that starts the server itself.
pub(crate) fn direct(home: &TestHome, flags: &[&str]) -> Command {
    let mut command = home.command(server(home));
    command.args(flags);
    command
}

/// A command that starts the server behind the guard.
pub(crate) fn guarded(home: &TestHome, options: &[&str], flags: &[&str]) -> Command {
    let mut command = home.mcpwarden(["run", "--name", NAME]);
    command.args(options).arg("--").arg(server(home)).args(flags);
    command
}

/// Approves the server as it is.
pub(crate) fn approve(home: &TestHome, flags: &[&str]) {
    let server = server(home);
    let mut words = vec![Path::new("approve"), "--name".as_ref(), NAME.as_ref()];
    words.extend(["--yes", "--"].map(Path::new));
    words.push(&server);
    words.extend(flags.iter().map(Path::new));
    drop(home.run(words).success());
}

/// Makes the server's program as large as some are. What is added is never read by the program,
/// but it is part of what was approved.
pub(crate) fn enlarge(home: &TestHome, bytes: usize) {
    let mut large = fs::read(program("fixture-server")).expect("the program can be read");
    large.resize(bytes.max(large.len()), 0);
    let path = home.write(LARGE, large);
    fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it may be made a program");
}

/// The server's program: the enlarged one if there is one.
fn server(home: &TestHome) -> PathBuf {
    let large = home.path().join(LARGE);
    if large.exists() { large } else { program("fixture-server") }
}

impl Session {
    /// Starts it and shakes hands.
    pub(crate) fn open(mut command: Command) -> Self {
        let mut session = Self::start(command.stderr(Stdio::null()));
        session.shake_hands();
        session
    }

    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.expect("it starts");
        let input = child.stdin.take().expect("it has an input");
        let output = child.stdout.take().expect("it has an output");
        let output = BufReader::with_capacity(256 * 1024, output);
        Self { child, input, output, line: Vec::new(), last: 0 }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first byte on standard error.
    pub(crate) fn await_noise(&mut self) {
        let stderr = self.child.stderr.as_mut().expect("standard error is a pipe");
        stderr.read_exact(&mut [0]).expect("the server says something at once");
    }

    pub(crate) fn shake_hands(&mut self) {
        self.ask(
            r#","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"#,
        );
        let ready = b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";
        self.input.write_all(ready).expect("it reads");
    }

    /// Lists the tools and returns how many bytes the answer has.
    pub(crate) fn list(&mut self) -> usize {
        self.ask(r#","method":"tools/list"}"#)
    }

    /// Makes one call and returns how long its answer took.
    pub(crate) fn time(&mut self, call: &Call) -> Duration {
        self.prepare(&call.0);
        let start = Instant::now();
        self.exchange();
        let time = start.elapsed();
        self.check();
        time
    }

    /// Makes `count` calls, at most `window` of them at a time.
    pub(crate) fn stream(&mut self, call: &Call, count: usize, window: usize) -> Duration {
        let start = Instant::now();
        let (mut left, mut waiting) = (count, 0);
        while left + waiting > 0 {
            let more = left.min(window - waiting);
            self.send(call, more);
            left -= more;
            waiting += more;
            waiting -= self.receive();
        }
        start.elapsed()
    }

    fn send(&mut self, call: &Call, count: usize) {
        self.line.clear();
        for _ in 0..count {
            self.number(&call.0);
        }
        self.input.write_all(&self.line).expect("it reads");
    }

    /// Reads what is there and returns how many answers end in it.
    fn receive(&mut self) -> usize {
        let part = self.output.fill_buf().expect("it can be read");
        assert!(!part.is_empty(), "it has ended");
        assert!(!holds(part, b"\"error\""), "it refuses: {}", String::from_utf8_lossy(part));
        let (length, ends) = (part.len(), part.split(|byte| *byte == b'\n').count() - 1);
        self.output.consume(length);
        ends
    }

    fn ask(&mut self, rest: &str) -> usize {
        self.prepare(rest);
        self.exchange();
        self.check();
        self.line.len()
    }

    fn prepare(&mut self, rest: &str) {
        self.line.clear();
        self.number(rest);
    }

    fn number(&mut self, rest: &str) {
        self.last += 1;
        let last = self.last;
        writeln!(self.line, r#"{{"jsonrpc":"2.0","id":{last}{rest}"#).expect("there is memory");
    }

    fn exchange(&mut self) {
        self.input.write_all(&self.line).expect("it reads");
        self.line.clear();
        self.output.read_until(b'\n', &mut self.line).expect("it answers");
    }

    /// A refusal is quick; it must not count as a call.
    fn check(&self) {
        let start = self.line.get(..self.line.len().min(100)).unwrap_or_default();
        assert!(holds(start, b"\"result\""), "it refuses: {}", String::from_utf8_lossy(start));
    }

    /// Closes its input and waits for its end.
    pub(crate) fn close(self) {
        let Self { mut child, input, .. } = self;
        drop(input);
        child.wait().expect("it ends");
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}
