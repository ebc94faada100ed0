//! The process of a server, and its end.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::ExitStatus,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::{
    sync::OnceCell,
    time::{Instant, sleep},
};
use warden_audit::Process;
use warden_sandbox::Server;

/// How long the supervisor may take once it was told. It needs less by its own rules.
const STOPPING: Duration = Duration::from_secs(10);

/// How often a process that should end is looked at, at first and at last.
const LOOKS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// A server's process.
#[derive(Debug)]
pub(super) struct Child {
    server: Mutex<Option<Server>>,
    pid: u32,
    end: OnceCell<Process>,
}

impl Child {
    /// The process number of the supervisor.
    pub(super) const fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn new(server: Server) -> Self {
        let pid = server.pid();
        Self { server: Mutex::new(Some(server)), pid, end: OnceCell::new() }
    }

    /// Waits until it has ended; after `grace` tells it to, with everything it started. Whoever
    /// asks first decides on the grace.
    pub(super) async fn end(&self, grace: Duration) -> Process {
        let end = self.end.get_or_init(|| async {
            if let Some(status) = self.ends_within(grace).await {
                return self.process(Some(status));
            }
            if let Some(server) = self.server().as_mut() {
                server.stop();
            }
            self.process(self.ends_within(STOPPING).await)
        });
        *end.await
    }

    async fn ends_within(&self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        let mut pause = LOOKS.0;
        loop {
            let looked = self.server().as_mut().map(Server::try_wait);
            match looked {
                Some(Ok(Some(status))) => return Some(status),
                Some(Ok(None)) if Instant::now() < until => {}
                _ => return None,
            }
            sleep(pause).await;
            pause = LOOKS.1.min(pause * 2);
        }
    }

    fn process(&self, status: Option<ExitStatus>) -> Process {
        Process {
            exit: status.and_then(|status| status.code()),
            pid: Some(self.pid),
            signal: status.and_then(|status| status.signal()),
        }
    }

    fn server(&self) -> MutexGuard<'_, Option<Server>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let ended = self.end.initialized();
        let server = self.server().take();
        if let Some(mut server) = server {
            if ended && matches!(server.try_wait(), Ok(Some(_))) {
                return;
            }
            end_elsewhere(server);
        }
    }
}

/// Ends a server on a thread that may wait for it.
pub(super) fn end_elsewhere(mut server: Server) {
    // At once, in case that we end before the thread has begun.
    server.stop();
    // Where there is no thread, the value is dropped here, which waits as well.
    thread::Builder::new().name("end a server".into()).spawn(move || drop(server)).ok();
}
