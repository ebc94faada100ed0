//! The servers, and what befalls them.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use warden_testkit::TestHome;
use warden_testkit::gateway::upstream::Upstream;
use warden_testkit::gateway::{Gateway, Setup, tree_of};

/// What the gateway says once it has gone over to what is written now.
pub(crate) const AGAIN: &str = "read the configuration and the approvals again";

/// Numbers that look random and are the same each time.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `most`.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most.max(1)
    }

    /// A place among `most`.
    pub(crate) fn index(&mut self, most: usize) -> usize {
        usize::try_from(self.below(most as u64)).unwrap_or_default()
    }
}

/// Everything behind the gateway.
#[derive(Debug)]
pub(crate) struct World<'a> {
    home: &'a TestHome,
    upstreams: &'a [Upstream; 2],
    setup: Setup,
    crashes: AtomicU64,
}

impl<'a> World<'a> {
    pub(crate) fn new(home: &'a TestHome, upstreams: &'a [Upstream; 2]) -> Self {
        let [legacy, modern] = upstreams;
        let short = "call_time = 10\nwhole_time = 10\nfailures = 1000000\nidle_time = 5";
        let setup = Setup::new()
            .program("fix", &["--bare", "--die-at", "300"])
            .more(short)
            .program("own", &["--bare", "--die-at", "50"])
            .share("session")
            .more("prefix = \"own__\"\nconnections = 16")
            .more(short)
            .url("web", &legacy.url())
            .more("prefix = \"web__\"")
            .more(short)
            .url("new", &modern.url())
            .more("prefix = \"new__\"")
            .more(short)
            .program("extra", &["--bare"])
            .more("prefix = \"extra__\"")
            .table("[limits]\nrecheck = 2\nsession_time = 10");
        Self { home, upstreams, setup, crashes: AtomicU64::new(0) }
    }

    /// Approves everything and starts the gateway.
    pub(crate) fn start(&self) -> Gateway {
        Gateway::start(self.home, &self.setup)
    }

    /// How often a server was brought down.
    pub(crate) fn crashes(&self) -> u64 {
        self.crashes.load(Ordering::Relaxed)
    }

    /// Changes the configuration every second.
    pub(crate) fn change(&self, done: &AtomicBool) {
        let mut turn = 0_u64;
        while !done.load(Ordering::Acquire) {
            let setup = match turn % 4 {
                // A server less.
                0 => self.setup.clone().without("extra"),
                // Other settings of one: it gets new connections, and the old ones end.
                1 => self.setup.clone().more(&format!("list_time = {}", 10 + turn % 7)),
                // A view more.
                2 => self.setup.clone().table("[[view]]\nname = \"some\"\nservers = [\"fix\"]"),
                // A broken file, which changes nothing.
                _ => {
                    self.home.write("gateway.toml", format!("listen = {turn}"));
                    pause(done, 1000);
                    self.setup.clone()
                }
            };
            let setup = setup.table(&format!("# {turn}"));
            Gateway::write(self.home, &setup);
            turn += 1;
            pause(done, 1000);
        }
    }

    /// Brings servers down at random.
    pub(crate) fn crash(&self, gateway: &Gateway, done: &AtomicBool) {
        let mut dice = Dice::new(99);
        while !done.load(Ordering::Acquire) {
            let wait = 200 + dice.below(1500);
            pause(done, wait);
            let Some(upstream) = self.upstreams.get(dice.index(2)) else { continue };
            match dice.below(3) {
                0 => upstream.cut(),
                1 => {
                    upstream.go_down(true);
                    pause(done, 100);
                    upstream.go_down(false);
                }
                _ => kill_one(gateway, &mut dice),
            }
            self.crashes.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn pause(done: &AtomicBool, millis: u64) {
    const STEP: u64 = 50;
    for _ in 0..millis.div_ceil(STEP) {
        if done.load(Ordering::Acquire) {
            return;
        }
        thread::sleep(Duration::from_millis(STEP));
    }
}

/// Kills one of the processes below the gateway, supervisor or server.
fn kill_one(gateway: &Gateway, dice: &mut Dice) {
    let below = tree_of(gateway.pid());
    if let Some(process) = below.get(dice.index(below.len())) {
        let mut shell = Command::new("sh");
        shell.args(["-c", "kill -9 \"$1\" 2>/dev/null", "sh", &process.to_string()]);
        // It may have ended by itself, which is as good.
        drop(shell.status());
    }
}
