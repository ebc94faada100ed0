//! A server that is a program of ours, on its standard input and output.

mod child;
mod outbox;
mod spawner;

use std::{
    ffi::OsString,
    os::fd::OwnedFd,
    process::{ChildStdin, ChildStdout},
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::AsyncReadExt as _, net::unix::pipe, runtime::Handle, sync::mpsc, task::AbortHandle,
};
use warden_audit::Process;
use warden_mcp::{Line, LineSplitter, Revision};
use warden_sandbox::Launch;

pub(super) use outbox::Outbox;

use super::{
    ASIDES, Aside, Hello, Introduction, LinkError,
    board::Board,
    envelope,
    talk::{Carrier, Talk},
};
use crate::{Refusal, gateway::settings::StdioReach};
use child::Child;

/// How long a server may take to end once its input was closed.
const GRACE: Duration = Duration::from_secs(2);

/// A running server.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) talk: Talk,
    outbox: Arc<Outbox>,
    child: Arc<Child>,
    tasks: [AbortHandle; 2],
}

/// A server that has introduced itself.
pub(super) type Opened = (Pipe, Introduction, mpsc::Receiver<Aside>);

impl Pipe {
    /// The process number of the server's supervisor.
    pub(super) fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// Starts a server and asks who it is.
    pub(super) async fn open(
        reach: &StdioReach,
        hello: &Hello,
        most: usize,
    ) -> Result<Opened, LinkError> {
        let (pipe, asides) = Self::start(reach, most).await?;
        match pipe.talk.probe(hello).await {
            Ok(introduction) => return Ok((pipe, introduction, asides)),
            Err(LinkError::Ended | LinkError::Gone) => {}
            Err(error) => {
                pipe.close().await;
                return Err(error);
            }
        }
        // Some older servers do not survive a question that they do not know.
        pipe.close().await;
        let (pipe, asides) = Self::start(reach, most).await?;
        match pipe.talk.shake_hands(hello, Revision::NEWEST_LEGACY).await {
            Ok(introduction) => Ok((pipe, introduction, asides)),
            Err(error) => {
                pipe.close().await;
                Err(error)
            }
        }
    }

    async fn start(
        reach: &StdioReach,
        most: usize,
    ) -> Result<(Self, mpsc::Receiver<Aside>), LinkError> {
        let environment = reach.environment.iter();
        let environment =
            environment.map(|(name, value)| (name.clone(), OsString::from(value.reveal())));
        let launch = Launch {
            supervisor: reach.supervisor.clone(),
            command: reach.command.clone(),
            folder: reach.folder.clone(),
            environment: Some(environment.collect()),
            without: Vec::new(),
            silent: true,
        };
        let (server, input, output) = spawner::start(launch).await?;
        let child = Arc::new(Child::new(server));
        let (input, output) = streams(input, output)?;
        let (aside, asides) = mpsc::channel(ASIDES);
        let board = Arc::new(Board::new(aside, most));
        let outbox = Arc::new(Outbox::new(input));
        let reader = Reader {
            output,
            split: LineSplitter::new(most),
            board: Arc::clone(&board),
            outbox: Arc::clone(&outbox),
            child: Arc::clone(&child),
        };
        let home = Handle::current();
        let tasks = [
            home.spawn(Arc::clone(&outbox).run()).abort_handle(),
            home.spawn(reader.run()).abort_handle(),
        ];
        let carrier = Carrier::Lines(Arc::clone(&outbox));
        let talk = Talk { board, carrier, open: Arc::new(AtomicUsize::new(0)) };
        Ok((Self { talk, outbox, child, tasks }, asides))
    }

    /// Ends the server and everything it started. Returns how it ended.
    pub(super) async fn close(&self) -> Process {
        self.outbox.close();
        let process = self.child.end(GRACE).await;
        self.talk.board.end(&LinkError::Ended);
        process
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.outbox.close();
        for task in &self.tasks {
            task.abort();
        }
        self.talk.board.end(&LinkError::Ended);
    }
}

fn streams(
    input: ChildStdin,
    output: ChildStdout,
) -> Result<(pipe::Sender, pipe::Receiver), LinkError> {
    let refused = |error: std::io::Error| LinkError::CannotStart(error.kind());
    let input = pipe::Sender::from_owned_fd(OwnedFd::from(input)).map_err(refused)?;
    let output = pipe::Receiver::from_owned_fd(OwnedFd::from(output)).map_err(refused)?;
    Ok((input, output))
}

/// Reads what the server says and takes it where it belongs.
struct Reader {
    output: pipe::Receiver,
    split: LineSplitter,
    board: Arc<Board>,
    outbox: Arc<Outbox>,
    child: Arc<Child>,
}

impl Reader {
    async fn run(mut self) {
        while let Ok(read @ 1..) = self.output.read(self.split.space()).await {
            self.split.filled(read);
            self.take_lines().await;
        }
        match self.split.rest() {
            Some(Line::TooLong { id, .. }) => self.board.too_long(id).await,
            Some(_) => self.board.say(Aside::Dropped(Refusal::Malformed, None)).await,
            None => {}
        }
        self.board.end(&LinkError::Ended);
        self.outbox.close();
        let process = self.child.end(GRACE).await;
        self.board.say(Aside::Ended(Some(process))).await;
    }

    async fn take_lines(&mut self) {
        while let Some(line) = self.split.next() {
            match line {
                // Only what is left at the end is torn, and an empty line is nothing.
                Line::Whole([]) | Line::Torn(_) => {}
                Line::Whole(line) => {
                    let message = Bytes::copy_from_slice(line);
                    if let Some(answer) = self.board.take(message).await {
                        self.outbox.send_along(envelope::line(answer));
                    }
                }
                Line::TooLong { id, .. } => self.board.too_long(id).await,
            }
        }
    }
}
