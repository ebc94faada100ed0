//! How much memory `run` takes: the wrapper, and its supervisor.

use std::fs;

use warden_testkit::TestHome;

use crate::figures::{Row, Target, Unit};
use crate::session::{Call, Session, approve, direct, guarded};

/// What `run` may take, in bytes.
const MOST: f64 = 20e6;
/// Asks the server for a list of about a megabyte.
const HUGE: &[&str] = &["--huge", "1200000"];

pub(crate) fn measure() -> Vec<Row> {
    let mut all = Vec::new();
    let call = Call::of(1024);
    let calls = |sides: &mut Sides, count| {
        sides.each(|session| _ = session.stream(&call, count, 8));
    };
    let mut sides = Sides::open(&[]);
    calls(&mut sides, 10_000);
    all.extend(sides.rows("10,000 calls"));
    calls(&mut sides, 40_000);
    all.extend(sides.rows("50,000 calls"));
    sides.close();
    let mut sides = Sides::open(HUGE);
    for _ in 0..10 {
        sides.each(|session| assert!(session.list() > 1_000_000, "the list is long"));
    }
    all.extend(sides.rows("10 lists of 1 MB"));
    sides.close();
    all
}

struct Sides {
    plain: Session,
    kept: Session,
    _home: TestHome,
}

impl Sides {
    fn open(flags: &[&str]) -> Self {
        let home = TestHome::new();
        approve(&home, flags);
        let plain = Session::open(direct(&home, flags));
        let kept = Session::open(guarded(&home, &[], flags));
        Self { plain, kept, _home: home }
    }

    fn each(&mut self, mut act: impl FnMut(&mut Session)) {
        act(&mut self.plain);
        act(&mut self.kept);
    }

    /// The most that each process has held at once, and what they take together.
    fn rows(&self, after: &str) -> Vec<Row> {
        let (server, wrapper) = (self.plain.pid(), self.kept.pid());
        let supervisor = child_of(wrapper);
        let row = |name: String, with, target| {
            let without = Some(status(server, "VmHWM"));
            Row { name: format!("{name}, {after}"), without, with, unit: Unit::Bytes, target }
        };
        let peaks = [wrapper, supervisor].map(|pid| status(pid, "VmHWM"));
        // Both run the same program; what is its own is what it has written to.
        let own = status(supervisor, "RssAnon");
        vec![
            row("wrapper, peak".into(), peaks[0], Target::Total(MOST)),
            row("supervisor, peak".into(), peaks[1], Target::Total(MOST)),
            row("both, shared pages once".into(), peaks[0] + own, Target::Total(MOST)),
        ]
    }

    fn close(self) {
        self.plain.close();
        self.kept.close();
    }
}

/// A line of what the kernel says of a process, in bytes.
fn status(pid: u32, member: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs, on Linux");
    let line = text.lines().find_map(|line| line.strip_prefix(member)?.strip_prefix(':'));
    let kib = line.and_then(|rest| rest.trim().strip_suffix("kB"));
    kib.and_then(|kib| kib.trim().parse::<f64>().ok()).expect("a size") * 1024.0
}

/// The only child of a process.
fn child_of(pid: u32) -> u32 {
    let processes = fs::read_dir("/proc").expect("processes can be listed, on Linux");
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_child = |number: &u32| {
        // The name in parentheses may hold anything; state and parent come after it.
        fs::read_to_string(format!("/proc/{number}/stat")).is_ok_and(|stat| {
            let rest = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').nth(1));
            rest.flatten().and_then(|parent| parent.parse().ok()) == Some(pid)
        })
    };
    numbers.into_iter().find(is_child).expect("it has a child")
}
