//! What is to be sent because of the messages that came together, and its way past the ledger.
//!
//! Everything that one read of a pipe brought is dealt with, then recorded with one write, then
//! sent. That is what makes a durable ledger cheap under load.

use std::borrow::Cow;

use warden_audit::{Ledger, Pending, Recorded, Seq};
use warden_mcp::IdKey;
use warden_policy::Permitted;

use crate::{
    Refusal,
    call::{Inspected, Sent, send},
};

/// What is to be sent, not yet recorded.
#[derive(Debug, Default)]
pub struct Batch<'a> {
    pub(crate) to_server: Vec<Step<'a>>,
    pub(crate) to_client: Vec<Step<'a>>,
    /// The last record that must be stored before anything is sent.
    pub(crate) last: Option<Seq>,
    /// What people should be told, on standard error.
    pub(crate) alarms: Vec<String>,
    /// Whether the ledger has failed.
    pub(crate) broken: bool,
}

/// One thing to be sent.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// Nothing that policy judges.
    Plain(Cow<'a, [u8]>),
    /// The answer to a judged request, whose end was recorded. `id` is as written.
    Answer { id: Box<str>, bytes: Cow<'a, [u8]> },
    /// A judged request, announced but not yet stored.
    Call(Box<Pending<Permitted<Inspected>>>),
}

/// What is to be sent, in order; everything that had to be recorded is.
#[derive(Debug, Default)]
pub struct Outgoing<'a> {
    /// To the server, a message each.
    pub to_server: Vec<Cow<'a, [u8]>>,
    /// To the client, a message each.
    pub to_client: Vec<Cow<'a, [u8]>>,
    /// What people should be told.
    pub alarms: Vec<String>,
    /// The ledger has failed: nothing more can pass.
    pub broken: bool,
    /// Calls that are now on their way; the guard waits for their answers.
    pub(crate) sent: Vec<(IdKey, Recorded<Sent>, Toward)>,
    /// Calls that could not be recorded.
    pub(crate) unsent: Vec<(IdKey, Toward)>,
}

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toward {
    Server,
    Client,
}

impl<'a> Batch<'a> {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to_server.is_empty() && self.to_client.is_empty() && self.last.is_none()
    }

    /// Notes that this record must be stored before anything is sent.
    ///
    /// `None` says that it could not even be appended: the ledger is broken.
    pub(crate) fn after(&mut self, appended: Option<Seq>) {
        match appended {
            Some(seq) => self.last = Some(seq),
            None => self.broken = true,
        }
    }

    /// Stores what has to be on record, and returns what may now be sent.
    ///
    /// If it cannot be stored no judged request is sent and no answer passed on; both are
    /// answered with an error instead.
    #[must_use]
    pub fn commit(self, ledger: &Ledger, server: &str) -> Outgoing<'a> {
        let Self { to_server, to_client, last, alarms, mut broken } = self;
        if let Some(seq) = last {
            broken |= ledger.commit(seq).is_err();
        }
        let mut out = Outgoing { alarms, broken, ..Outgoing::default() };
        for (steps, toward) in [(to_server, Toward::Server), (to_client, Toward::Client)] {
            for step in steps {
                out.step(step, toward, ledger, server);
            }
        }
        out
    }
}

impl<'a> Outgoing<'a> {
    fn step(&mut self, step: Step<'a>, toward: Toward, ledger: &Ledger, server: &str) {
        let refusal = Refusal::CannotRecord;
        match step {
            Step::Plain(bytes) => self.push(toward, bytes),
            Step::Answer { bytes, .. } if !self.broken => self.push(toward, bytes),
            Step::Answer { id, .. } => {
                self.push(toward, refusal.answer(&id, "the answer", server).into());
            }
            // The first of a group stores them all; for the rest there is nothing left to do.
            Step::Call(pending) => match ledger.commit_one(*pending) {
                Ok(recorded) => {
                    let (line, id, sent) = send(recorded);
                    self.push(toward, line.into_vec().into());
                    self.sent.push((id, sent, toward));
                }
                Err(failed) => {
                    self.broken = true;
                    let call = failed.subject.into_subject().into_call();
                    let answer = refusal.answer(&call.raw_id, &call.target.words(), server);
                    let back = match toward {
                        Toward::Server => Toward::Client,
                        Toward::Client => Toward::Server,
                    };
                    self.push(back, answer.into());
                    self.unsent.push((call.id, toward));
                }
            },
        }
    }

    fn push(&mut self, toward: Toward, bytes: Cow<'a, [u8]>) {
        match toward {
            Toward::Server => self.to_server.push(bytes),
            Toward::Client => self.to_client.push(bytes),
        }
    }
}
