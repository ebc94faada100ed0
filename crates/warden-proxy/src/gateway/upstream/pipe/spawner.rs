//! The one thread that starts servers.
//!
//! What the kernel tells a supervisor of is the end of the thread that started it. A thread of a
//! runtime may end long before the gateway does; this one does not.

use std::{
    process::{ChildStdin, ChildStdout},
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;
use warden_sandbox::{Launch, Server};

use crate::gateway::upstream::LinkError;

type Started = std::io::Result<(Server, ChildStdin, ChildStdout)>;

struct Job {
    launch: Launch,
    done: oneshot::Sender<Started>,
}

static SPAWNER: Mutex<Option<mpsc::Sender<Job>>> = Mutex::new(None);

/// Starts a server.
///
/// # Errors
/// What the system says.
pub(super) async fn start(launch: Launch) -> Result<(Server, ChildStdin, ChildStdout), LinkError> {
    let (done, started) = oneshot::channel();
    let refused = |error: std::io::Error| LinkError::CannotStart(error.kind());
    hand_over(Job { launch, done }).map_err(refused)?;
    // The thread ends only with the process.
    started.await.map_err(|_| LinkError::CannotStart(std::io::ErrorKind::Other))?.map_err(refused)
}

fn hand_over(job: Job) -> std::io::Result<()> {
    let mut spawner = SPAWNER.lock().unwrap_or_else(PoisonError::into_inner);
    let jobs = if let Some(jobs) = spawner.take() {
        jobs
    } else {
        let (jobs, todo) = mpsc::channel();
        thread::Builder::new().name("start servers".into()).spawn(move || work(&todo))?;
        jobs
    };
    let sent = jobs.send(job).map_err(|_| std::io::ErrorKind::Other.into());
    *spawner = Some(jobs);
    sent
}

fn work(todo: &mpsc::Receiver<Job>) {
    while let Ok(Job { launch, done }) = todo.recv() {
        // Whoever has given up waiting wants it to end, which dropping it does; elsewhere, since
        // that takes its time.
        if let Err(Ok((server, ..))) = done.send(launch.start()) {
            super::child::end_elsewhere(server);
        }
    }
}
