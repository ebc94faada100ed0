//! Lines on their way to a server's standard input.
//!
//! A line is written at once by whoever sends it. What the pipe does not take is kept in order
//! and written when it does; then, and when the server does not read, senders wait.

use std::{
    io::ErrorKind,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{net::unix::pipe, sync::Notify};

use crate::gateway::upstream::LinkError;

/// So many bytes may be kept before senders wait.
const ROOM: usize = 1 << 20;

/// Lines on their way.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Outbox {
    state: Mutex<State>,
    /// There is something to write, or nothing will come any more.
    wake: Notify,
    /// There is room again.
    room: Notify,
}

#[derive(Debug)]
struct State {
    /// None once it was closed.
    pipe: Option<Arc<pipe::Sender>>,
    kept: Vec<u8>,
    /// So many bytes of what is kept have been written.
    written: usize,
}

impl Outbox {
    pub(super) fn new(pipe: pipe::Sender) -> Self {
        let state = State { pipe: Some(Arc::new(pipe)), kept: Vec::new(), written: 0 };
        Self { state: Mutex::new(state), wake: Notify::new(), room: Notify::new() }
    }

    /// Sends a line, in front of all that are sent later. Giving up while waiting sends nothing.
    pub(in crate::gateway::upstream) async fn send(&self, line: Vec<u8>) -> Result<(), LinkError> {
        loop {
            let room = self.room.notified();
            let mut room = std::pin::pin!(room);
            room.as_mut().enable();
            if self.state().left() <= ROOM {
                return self.put(line);
            }
            room.await;
        }
    }

    /// Sends a line whose arrival makes no difference to us, if there is room.
    pub(in crate::gateway::upstream) fn send_along(&self, line: Vec<u8>) {
        if self.state().left() <= ROOM {
            // A server that has gone needs to be told nothing.
            self.put(line).ok();
        }
    }

    /// Closes the server's input; what is kept is thrown away.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.pipe = None;
        state.kept = Vec::new();
        state.written = 0;
        drop(state);
        self.wake.notify_one();
        self.room.notify_waiters();
    }

    /// Writes what is kept, until the input is closed.
    pub(super) async fn run(self: Arc<Self>) {
        loop {
            let pipe = {
                let state = self.state();
                let Some(pipe) = &state.pipe else { return };
                (state.left() > 0).then(|| Arc::clone(pipe))
            };
            let Some(pipe) = pipe else {
                self.wake.notified().await;
                continue;
            };
            // A closed pipe wakes nobody who waits for room in it.
            let writable = tokio::select! {
                writable = pipe.writable() => writable,
                () = self.wake.notified() => Ok(()),
            };
            if writable.is_err() || self.state().write().is_err() {
                return self.close();
            }
            if self.state().left() <= ROOM {
                self.room.notify_waiters();
            }
        }
    }

    fn put(&self, line: Vec<u8>) -> Result<(), LinkError> {
        let mut state = self.state();
        if state.pipe.is_none() {
            return Err(LinkError::Gone);
        }
        if state.left() == 0 {
            state.kept = line;
            state.written = 0;
            if state.write().is_err() {
                let untouched = state.written == 0;
                drop(state);
                self.close();
                // Unless nothing was written, the server may have read it.
                return Err(if untouched { LinkError::Gone } else { LinkError::Ended });
            }
        } else {
            state.kept.extend_from_slice(&line);
        }
        let left = state.left() > 0;
        drop(state);
        if left {
            self.wake.notify_one();
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn left(&self) -> usize {
        self.kept.len() - self.written
    }

    /// Writes as much as the pipe takes now.
    fn write(&mut self) -> std::io::Result<()> {
        let Some(pipe) = &self.pipe else { return Ok(()) };
        while let Some(rest @ [_, ..]) = self.kept.get(self.written..) {
            match pipe.try_write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.written += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if self.written > ROOM {
                        self.kept.drain(..self.written);
                        self.written = 0;
                    }
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.kept = Vec::new();
        self.written = 0;
        Ok(())
    }
}
