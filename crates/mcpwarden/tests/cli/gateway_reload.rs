//! A gateway goes with its configuration while it runs, and says what it does.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStderr, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use warden_testkit::{TestHome, program};

use crate::mcpwarden;

/// How long a test waits for a line; long, since machines are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A gateway that serves, and ends with this value.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(home: &TestHome) -> Self {
        let mut command = mcpwarden(home, &["gateway", "--config", "gateway.toml"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let lines = lines(child.stderr.take().expect("it is a pipe"));
        let running = Self { child, lines };
        running.says("listening on http://127.0.0.1:");
        running
    }

    /// Waits for a line with this text.
    #[track_caller]
    fn says(&self, text: &str) {
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(text) {
                return;
            }
            said.push(line);
        }
        panic!("it does not say `{text}`, but {said:#?}");
    }

    fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        // The shell's own `kill`: small systems have no program of that name.
        let mut shell = Command::new("sh");
        shell.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &number]);
        assert!(shell.status().expect("there is a shell").success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn lines(stderr: ChildStderr) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let lines = BufReader::new(stderr).lines().map_while(Result::ok);
        // The receiver is gone when the test has ended.
        lines.for_each(|line| drop(sender.send(line)));
    });
    receiver
}

fn config(more: &str) -> String {
    let server = program("fixture-server").display().to_string();
    format!(
        "listen = \"127.0.0.1:0\"\n{more}\n[[server]]\nname = \"mail\"\ncommand = ['{server}']\n"
    )
}

#[test]
fn a_configuration_is_read_again_and_a_bad_one_changes_nothing() {
    let home = TestHome::new();
    home.write("work/gateway.toml", config(""));
    let mut gateway = Running::start(&home);
    home.write("work/gateway.toml", config("names = \"plain\""));
    gateway.says("read the configuration and the approvals again");
    home.write("work/gateway.toml", config("lisen = 1"));
    gateway.says("gateway.toml:2:1: there is no setting `lisen`; did you mean `listen`?");
    gateway.says("the configuration stays as it was");
    home.write("work/gateway.toml", config("drain = \"1s\"\nhosts = [\"mcp.example.com\"]"));
    gateway.says("what concerns the listener counts from the next start");
    gateway.signal("HUP");
    gateway.says("read the configuration and the approvals again");
    gateway.signal("TERM");
    gateway.says("ends what is under way");
    assert_eq!(gateway.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn an_approval_counts_at_once() {
    let home = TestHome::new();
    home.write("work/gateway.toml", config(""));
    let gateway = Running::start(&home);
    let words = ["approve", "--config", "gateway.toml", "--yes", "mail"];
    drop(warden_testkit::Outcome::of(&mut mcpwarden(&home, &words), b"").success());
    gateway.says("read the configuration and the approvals again");
}
