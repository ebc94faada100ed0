//! The life of a call: announced, stored, carried out, closed.
//!
//! `record` gives a [`Pending`], which shows nobody its subject. Only `commit_all` turns it into a
//! [`Recorded`], and only once the announcement is stored: what needs a `Recorded` to go on cannot
//! be reached by a call that is not on record.

use crate::{Answer, Event, Ledger, LedgerError, Mcp, Outcome, Record, Seq, Server, Text, Tool};

/// Something that was announced, whose announcement need not be stored yet. Dropping it writes down
/// that nobody saw it through.
///
/// It does not give its subject away:
///
/// ```compile_fail
/// # use warden_audit::Pending;
/// fn forward(pending: &Pending<String>) -> &String {
///     pending.subject()
/// }
/// ```
#[derive(Debug)]
#[must_use = "what is announced must be committed before it is done"]
pub struct Pending<T>(Announced<T>);

impl<T> Pending<T> {
    /// The record that announced it; `None` never.
    #[must_use]
    pub fn seq(&self) -> Option<Seq> {
        self.0.open.0.as_ref().map(|open| open.seq)
    }
}

/// An announcement whose subject has not been handed over yet.
#[derive(Debug)]
#[must_use = "what is announced and dropped is on record as aborted"]
pub struct Announcement(Guard);

impl Announcement {
    /// The announcement, of `subject`.
    pub fn of<T>(self, subject: T) -> Pending<T> {
        Pending(Announced { subject, open: self.0 })
    }
}

/// Something that was announced, and whose announcement is stored.
///
/// It cannot be made up:
///
/// ```compile_fail
/// # use warden_audit::Recorded;
/// let forged = Recorded("rm -rf /");
/// ```
///
/// nor made out of one that is not stored:
///
/// ```compile_fail
/// # use warden_audit::{Pending, Recorded};
/// fn hurry(pending: Pending<String>) -> Recorded<String> {
///     Recorded(pending.0)
/// }
/// ```
///
/// Dropping it writes down that nobody saw it through.
#[derive(Debug)]
#[must_use = "what is dropped is on record as aborted"]
pub struct Recorded<T>(Announced<T>);

/// What came to an end. Its end need not be stored yet: commit `seq` before telling anybody.
#[derive(Debug)]
#[must_use = "commit the end before telling anybody"]
pub struct Closed<T> {
    /// What it was about.
    pub subject: T,
    /// The record of its end.
    pub seq: Seq,
}

/// The ledger could not record something; here is what it was about.
#[derive(Debug, thiserror::Error)]
#[error("cannot record")]
pub struct Unrecorded<T> {
    /// What should have been recorded.
    pub subject: T,
    /// Why it could not be.
    pub source: LedgerError,
}

/// How something ended.
#[derive(Clone, Debug)]
pub struct Ending<'a> {
    /// In one word.
    pub outcome: Outcome,
    /// Whatever else there is to say: result, duration, labels, reason, rule, drift. `event`,
    /// `intent` and `outcome` are set by the ledger, and so is, where it is missing, whom and what
    /// it was about.
    pub details: Record<'a>,
}

impl<'a> Ending<'a> {
    /// An end of which there is nothing more to say.
    #[must_use]
    pub fn of(outcome: Outcome) -> Self {
        Self { outcome, details: Record::default() }
    }

    /// An end with this answer, after so many microseconds.
    #[must_use]
    pub fn answered(outcome: Outcome, result: Answer<'a>, duration_us: u64) -> Self {
        let details =
            Record { result: Some(result), duration_us: Some(duration_us), ..Record::default() };
        Self { outcome, details }
    }
}

impl Ledger {
    /// Announces what is about to be done to `subject`. Several of them are then committed at once.
    ///
    /// # Errors
    /// When it cannot be recorded, or `intent` is not an intent. The caller then refuses to go on.
    pub fn record<T>(&self, subject: T, intent: Record<'_>) -> Result<Pending<T>, Unrecorded<T>> {
        match self.announce(intent) {
            Ok(announcement) => Ok(announcement.of(subject)),
            Err(source) => Err(Unrecorded { subject, source }),
        }
    }

    /// Announces something whose record borrows from it; see [`Announcement::of`].
    ///
    /// # Errors
    /// When it cannot be recorded, or `intent` is not an intent.
    pub fn announce(&self, intent: Record<'_>) -> Result<Announcement, LedgerError> {
        let closing = Event::parse(&intent.event).and_then(Event::closing);
        let closing = closing.ok_or(LedgerError::NotAnIntent)?;
        let echo = Echo::of(&intent);
        let seq = self.append(intent)?;
        Ok(Announcement(Guard(Some(Open { ledger: self.clone(), closing, seq, echo }))))
    }

    /// Stores everything that `pending` announced, with one write.
    ///
    /// # Errors
    /// When it cannot be stored: none of it may be done.
    pub fn commit_all<T>(
        &self,
        pending: Vec<Pending<T>>,
    ) -> Result<Vec<Recorded<T>>, Unrecorded<Vec<T>>> {
        let stored = pending.iter().try_for_each(|pending| pending.0.open.commit());
        match stored {
            Ok(()) => {
                Ok(pending.into_iter().map(|Pending(announced)| Recorded(announced)).collect())
            }
            Err(source) => {
                let subject = pending.into_iter().map(|pending| pending.0.subject).collect();
                Err(Unrecorded { subject, source })
            }
        }
    }

    /// Stores what `pending` announced.
    ///
    /// # Errors
    /// When it cannot be stored: it may not be done.
    pub fn commit_one<T>(&self, pending: Pending<T>) -> Result<Recorded<T>, Unrecorded<T>> {
        match pending.0.open.commit() {
            Ok(()) => Ok(Recorded(pending.0)),
            Err(source) => Err(Unrecorded { subject: pending.0.subject, source }),
        }
    }
}

impl<T> Recorded<T> {
    /// What may now be done.
    pub fn subject(&self) -> &T {
        &self.0.subject
    }

    /// Changes what may now be done into something made of it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Recorded<U> {
        let Announced { subject, open } = self.0;
        Recorded(Announced { subject: change(subject), open })
    }

    /// The record that announced it; `None` never, while it is open.
    #[must_use]
    pub fn seq(&self) -> Option<Seq> {
        self.0.open.0.as_ref().map(|open| open.seq)
    }

    /// Records how it ended.
    ///
    /// # Errors
    /// When that cannot be recorded. It was done all the same, and its announcement is stored.
    pub fn close(self, ending: Ending<'_>) -> Result<Closed<T>, Unrecorded<T>> {
        let Announced { subject, mut open } = self.0;
        let closed = open.0.take().ok_or(LedgerError::Closed).and_then(|open| open.close(ending));
        match closed {
            Ok(seq) => Ok(Closed { subject, seq }),
            Err(source) => Err(Unrecorded { subject, source }),
        }
    }
}

#[derive(Debug)]
struct Announced<T> {
    subject: T,
    open: Guard,
}

/// Empty once the end is on record.
#[derive(Debug)]
struct Guard(Option<Open>);

#[derive(Debug)]
struct Open {
    ledger: Ledger,
    closing: Event,
    seq: Seq,
    echo: Echo,
}

/// What the end repeats of the announcement, so that it can be read without it.
#[derive(Debug)]
struct Echo {
    agent: Option<Text<'static>>,
    method: Option<Text<'static>>,
    request: Option<Text<'static>>,
    server: Option<Text<'static>>,
    session: Option<Text<'static>>,
    tool: Option<Text<'static>>,
}

impl Guard {
    fn commit(&self) -> Result<(), LedgerError> {
        let Open { ledger, seq, .. } = self.0.as_ref().ok_or(LedgerError::Closed)?;
        ledger.commit(*seq)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(open) = self.0.take() else { return };
        let ledger = open.ledger.clone();
        // The best that can be done: there is nobody left to tell, and an announcement without an
        // end already says that nobody knows how it ended.
        if let Ok(seq) = open.close(Ending::of(Outcome::Aborted)) {
            drop(ledger.commit(seq));
        }
    }
}

impl Open {
    fn close(self, Ending { outcome, details }: Ending<'_>) -> Result<Seq, LedgerError> {
        let Self { ledger, closing, seq, echo } = self;
        ledger.append_closing(
            seq,
            Record { event: closing.name().into(), outcome: Some(outcome), ..echo.fill(details) },
        )
    }
}

impl Echo {
    fn of(intent: &Record<'_>) -> Self {
        let own = |text: &Text<'_>| text.clone().into_owned();
        let some = |text: &Option<Text<'_>>| text.as_ref().map(own);
        Self {
            agent: some(&intent.agent),
            method: intent.mcp.as_ref().and_then(|mcp| some(&mcp.method)),
            request: some(&intent.request),
            server: intent.server.as_ref().map(|server| own(&server.name)),
            session: some(&intent.session),
            tool: intent.tool.as_ref().map(|tool| own(&tool.name)),
        }
    }

    fn fill(self, details: Record<'_>) -> Record<'_> {
        let Self { agent, method, request, server, session, tool } = self;
        let mcp = method.map(|method| Mcp { method: Some(method), ..Mcp::default() });
        let server = server.map(|name| Server { name, ..Server::default() });
        let tool = tool.map(|name| Tool { name, ..Tool::default() });
        Record {
            agent: details.agent.or(agent),
            mcp: details.mcp.or(mcp),
            request: details.request.or(request),
            server: details.server.or(server),
            session: details.session.or(session),
            tool: details.tool.or(tool),
            ..details
        }
    }
}
