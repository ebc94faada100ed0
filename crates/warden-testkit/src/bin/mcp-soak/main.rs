//! Keeps a gateway busy and troubled for a while, and says whether anything was lost.
//!
//! Clients of both eras come, ask and go; servers over pipes and over HTTP crash at random; the
//! configuration changes every second. Every answer has to belong to its request. At the end the
//! verdict is printed as a table, and anything lost, grown or left behind is a failure.

mod clients;
mod samples;
mod trouble;
mod verdict;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use warden_testkit::TestHome;
use warden_testkit::gateway::upstream::Upstream;
use warden_testkit::gateway::{Gateway, left_behind};

use clients::Counts;
use samples::Samples;
use trouble::World;
use verdict::Verdict;

/// How many clients there are at a time.
const CLIENTS: usize = 12;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a program of its own: flags are its interface")]
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds = match &*arguments {
        [flag, seconds] if flag == "--seconds" => seconds.parse().ok(),
        _ => None,
    };
    let Some(seconds) = seconds else {
        // Nobody is left to tell when this fails too.
        drop(writeln!(io::stderr(), "usage: mcp-soak --seconds NUMBER"));
        return ExitCode::from(2);
    };
    let verdict = soak(Duration::from_secs(seconds));
    drop(writeln!(io::stdout(), "{}", verdict.table()));
    if verdict.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn soak(time: Duration) -> Verdict {
    let home = TestHome::new();
    let upstreams = [Upstream::legacy(&[]), Upstream::modern(&[])];
    let world = World::new(&home, &upstreams);
    let gateway = world.start();
    let (counts, done) = (Counts::default(), AtomicBool::new(false));
    let mut samples = Samples::default();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (counts, done, address) = (&counts, &done, gateway.address());
            scope.spawn(move || clients::run(number, address, counts, done));
        }
        scope.spawn(|| world.change(&done));
        scope.spawn(|| world.crash(&gateway, &done));
        let end = Instant::now() + time;
        while Instant::now() < end {
            thread::sleep(Duration::from_secs(1));
            samples.take(gateway.pid());
        }
        done.store(true, Ordering::Release);
    });
    let reloads = gateway.said().matches(trouble::AGAIN).count();
    end(gateway, &home, (time, counts, samples, reloads, world.crashes()))
}

/// Stops the gateway and looks at what it leaves.
fn end(
    gateway: Gateway,
    home: &TestHome,
    (time, counts, samples, reloads, crashes): (Duration, Counts, Samples, usize, u64),
) -> Verdict {
    let ended = gateway.stop();
    let orphans = left_behind(home).len();
    let ledger = home.run(["audit", "verify"]);
    Verdict {
        time,
        counts,
        samples,
        reloads,
        crashes,
        stopped_well: ended.status.success(),
        orphans,
        ledger_is_whole: ledger.code == Some(0),
    }
}
