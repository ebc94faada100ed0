//! The program itself: started, watched and told to stop.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Setup;
use crate::TestHome;

/// What it says once it listens, before the scheme and the address.
const LISTENING: &str = "listening on ";

/// How long a test waits for the gateway to say or do something; long, since machines are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A gateway that serves for as long as this value lives.
#[derive(Debug)]
pub struct Gateway {
    process: Child,
    address: SocketAddr,
    said: Arc<Said>,
}

/// How a gateway ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its status.
    pub status: ExitStatus,
    /// Everything that it has said.
    pub said: String,
    /// The processes below it that were still there after it had gone.
    pub left: Vec<u32>,
}

/// What it says, as it says it.
#[derive(Debug, Default)]
struct Said {
    text: Mutex<(String, bool)>,
    more: Condvar,
}

impl Gateway {
    /// Approves every server of a configuration, and serves it.
    #[must_use]
    #[track_caller]
    pub fn start(home: &TestHome, setup: &Setup) -> Self {
        Self::write(home, setup);
        for name in setup.names() {
            Self::approve(home, name);
        }
        Self::serve(home)
    }

    /// Writes a configuration, in one step.
    pub fn write(home: &TestHome, setup: &Setup) {
        let new = home.write("gateway.new", setup.text());
        std::fs::rename(new, home.path().join("gateway.toml")).expect("one folder");
    }

    /// Approves a server of the configuration as it is.
    #[track_caller]
    pub fn approve(home: &TestHome, name: &str) {
        let config = home.path().join("gateway.toml").to_string_lossy().into_owned();
        let words = ["approve", "--config", &config, name, "--by", "ann", "--yes"];
        let words = words.iter().chain(&["--allow", "sampling,elicitation,roots"]);
        drop(home.run(words).success());
    }

    /// Serves the configuration as it is written, with whatever was approved.
    #[must_use]
    #[track_caller]
    pub fn serve(home: &TestHome) -> Self {
        Self::serve_file(home, &home.path().join("gateway.toml"))
    }

    /// Serves this configuration.
    #[must_use]
    #[track_caller]
    pub fn serve_file(home: &TestHome, config: &Path) -> Self {
        let mut command = home.mcpwarden([Path::new("gateway"), Path::new("--config"), config]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("mcpwarden can be started");
        let said = Arc::<Said>::default();
        let stderr = process.stderr.take().expect("standard error is a pipe");
        let listener = Arc::clone(&said);
        thread::spawn(move || listener.read(stderr));
        let line = said.wait_for(LISTENING);
        let address = line.and_then(|text| {
            let (_, rest) = text.split_once(LISTENING)?;
            let (_, address) = rest.lines().next()?.split_once("://")?;
            address.trim().parse().ok()
        });
        let Some(address) = address else {
            drop(process.kill());
            panic!("the gateway does not listen; it said:\n{}", said.so_far());
        };
        Self { process, address, said }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits until it has said this, so many times in all.
    #[track_caller]
    pub fn await_said(&self, words: &str, times: usize) {
        let said = self.said.wait(|said| said.matches(words).count() >= times);
        assert!(said.is_some(), "it has not said `{words}` but:\n{}", self.said.so_far());
    }

    /// Everything that it has said until now.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.so_far()
    }

    /// The memory that it holds, in KiB.
    #[must_use]
    pub fn kib(&self) -> u64 {
        kib_of(self.pid()).unwrap_or_default()
    }

    /// The most memory that it has ever held, in KiB.
    #[must_use]
    pub fn peak_kib(&self) -> u64 {
        status_of(self.pid(), "VmHWM:").unwrap_or_default()
    }

    /// Sends it a signal, by its name without `SIG`.
    pub fn signal(&self, name: &str) {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &self.pid().to_string()]);
        drop(shell.status());
    }

    /// Asks it to stop, and waits until it has.
    #[must_use]
    #[track_caller]
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until it has ended.
    #[must_use]
    #[track_caller]
    pub fn wait(mut self) -> Ended {
        let below = tree_of(self.pid());
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.process.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
                other => panic!("the gateway does not end: {other:?}\n{}", self.said.so_far()),
            }
        };
        // Everything that it says is there once its end of the pipe is closed.
        self.said.wait(|_| false);
        let left = below.into_iter().filter(|pid| crate::is_running(&pid.to_string())).collect();
        Ended { status, said: self.said.so_far(), left }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It has ended already when a test has told it to.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Said {
    fn read(&self, from: impl Read) {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            text.0.push_str(&line);
            text.0.push('\n');
            drop(text);
            self.more.notify_all();
        }
        self.text.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.more.notify_all();
    }

    fn so_far(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn wait_for(&self, words: &str) -> Option<String> {
        self.wait(|said| said.contains(words))
    }

    /// Waits until it has said what is waited for, or will not say anything any more.
    fn wait(&self, enough: impl Fn(&str) -> bool) -> Option<String> {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |said: &mut (String, bool)| !enough(&said.0) && !said.1;
        let (text, _) = self
            .more
            .wait_timeout_while(text, PATIENCE, waits)
            .unwrap_or_else(PoisonError::into_inner);
        enough(&text.0).then(|| text.0.clone())
    }
}

/// The memory that a process holds, in KiB; `None` once it has ended.
#[must_use]
pub fn kib_of(pid: u32) -> Option<u64> {
    status_of(pid, "VmRSS:")
}

fn status_of(pid: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// How many files a process has open; `None` once it has ended.
#[must_use]
pub fn open_files_of(pid: u32) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count())
}

/// Every process that was started in this home and still runs, whoever its parent is now.
#[must_use]
pub fn left_behind(home: &TestHome) -> Vec<u32> {
    let mark = format!("HOME={}\0", home.home().display());
    let has_mark = |pid: &u32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        memchr::memmem::find(&environment, mark.as_bytes()).is_some()
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(has_mark).filter(|pid| crate::is_running(&pid.to_string())).collect()
}

/// Every process below this one.
#[must_use]
pub fn tree_of(pid: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(own) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process may end while we look.
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
        if let Some(parent) = parent.and_then(|parent| parent.parse::<u32>().ok()) {
            parents.push((own, parent));
        }
    }
    let mut found: Vec<u32> = vec![pid];
    let mut at = 0;
    while let Some(above) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, parent)| *parent == above).map(|(own, _)| *own));
        at += 1;
    }
    found.split_off(1)
}
