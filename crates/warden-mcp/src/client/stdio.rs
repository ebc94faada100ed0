//! The probe over standard input and output, and how it learns which era a server speaks.

use std::{io, time::Instant};

use serde_json::Value;

use super::{
    Failed, Limits, ProbeError, Shown, Started,
    child::{Event, Running},
    lists::{Greeting, Next, collect},
    wire::{Answer, Incoming, LEGACY, Wire, discover, initialize, initialized, request},
};
use crate::{FrameError, IdKey, Method, name_scan::TopLevel};

/// Starts a server and asks what it shows a model.
///
/// `start` is called a second time if the server dies of the first question, as some older ones
/// do. Whatever happens, everything that was started is ended before this returns.
///
/// # Errors
/// When the server cannot be started or introduces itself in no way that we know. A list that
/// fails later is a gap in what is returned.
pub fn probe_stdio(
    start: &mut dyn FnMut() -> io::Result<Started>,
    limits: &Limits,
) -> Result<Shown, Failed> {
    let end = Instant::now() + limits.whole;
    let mut pipe = Pipe::start(start, limits)?;
    let greeting = match pipe.greet(limits, end) {
        Err(ProbeError::Gone(Method::Discover)) => {
            drop(pipe);
            pipe = Pipe::start(start, limits)?;
            pipe.shake_hands(LEGACY.first().copied().unwrap_or_default(), end)
        }
        other => other,
    };
    let shown = greeting.map(|greeting| collect(&mut pipe, greeting, limits, end));
    match shown {
        Ok(shown) => {
            pipe.server.finish();
            Ok(shown)
        }
        Err(error) => Err(Failed { error, said: pipe.server.said() }),
    }
}

struct Pipe {
    server: Running,
    last_id: i64,
}

/// Who answered while two questions were open.
enum Heard {
    First(Answer),
    Second(Answer),
}

impl Pipe {
    fn start(
        start: &mut dyn FnMut() -> io::Result<Started>,
        limits: &Limits,
    ) -> Result<Self, ProbeError> {
        let started = start().map_err(ProbeError::Start)?;
        Ok(Self { server: Running::new(started, limits)?, last_id: 0 })
    }

    /// Asks in the modern way, and in the old one where that fails or stays unanswered.
    fn greet(&mut self, limits: &Limits, end: Instant) -> Result<Greeting, ProbeError> {
        let newest = LEGACY.first().copied().unwrap_or_default();
        let asked = self.send(Method::Discover, &discover())?;
        let patience = end.min(Instant::now() + limits.silence);
        match self.wait(Method::Discover, (asked, asked), patience) {
            Ok(Heard::First(answer) | Heard::Second(answer)) => self.discovered(&answer, end),
            // It may be old and silent, or modern and still starting: now both may answer.
            Err(ProbeError::Timeout(_)) => {
                let shook = self.send(Method::Initialize, &initialize(newest))?;
                match self.wait(Method::Initialize, (asked, shook), end) {
                    Ok(Heard::First(Answer::Error(complaint))) if !complaint.is_modern() => {
                        let answer = self.answer(Method::Initialize, shook, end)?;
                        self.shaken(&answer)
                    }
                    Ok(Heard::First(answer)) => self.discovered(&answer, end),
                    Ok(Heard::Second(answer)) => self.shaken(&answer),
                    // It died of the first question, only later.
                    Err(ProbeError::Gone(_)) => Err(ProbeError::Gone(Method::Discover)),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn discovered(&mut self, answer: &Answer, end: Instant) -> Result<Greeting, ProbeError> {
        match answer {
            Answer::Error(complaint) if complaint.offers_modern() => {
                let again = self.ask(Method::Discover, &discover(), end)?;
                self.introduced(&again, end)
            }
            _ => self.introduced(answer, end),
        }
    }

    fn introduced(&mut self, answer: &Answer, end: Instant) -> Result<Greeting, ProbeError> {
        let revision = match answer {
            Answer::Result(result) => match Greeting::discovered(result)? {
                Next::Lists(greeting) => return Ok(greeting),
                Next::Initialize(revision) => revision,
            },
            Answer::Error(complaint) if complaint.is_modern() => complaint.choose()?,
            Answer::Error(_) => LEGACY.first().copied().unwrap_or_default(),
        };
        self.shake_hands(revision, end)
    }

    fn shake_hands(&mut self, revision: &str, end: Instant) -> Result<Greeting, ProbeError> {
        let answer = self.ask(Method::Initialize, &initialize(revision), end)?;
        self.shaken(&answer)
    }

    fn shaken(&mut self, answer: &Answer) -> Result<Greeting, ProbeError> {
        match answer {
            Answer::Result(result) => {
                let greeting = Greeting::initialized(result)?;
                self.server.send(initialized())?;
                Ok(greeting)
            }
            Answer::Error(complaint) => {
                Err(ProbeError::Refused { method: Method::Initialize, code: complaint.code })
            }
        }
    }

    fn send(&mut self, method: Method, params: &Value) -> Result<i64, ProbeError> {
        self.last_id += 1;
        self.server.send(request(self.last_id, method, params))?;
        Ok(self.last_id)
    }

    fn answer(&self, method: Method, id: i64, until: Instant) -> Result<Answer, ProbeError> {
        match self.wait(method, (id, id), until)? {
            Heard::First(answer) | Heard::Second(answer) => Ok(answer),
        }
    }

    /// Waits for the answer to either of two requests, of which `method` names the later one.
    fn wait(&self, method: Method, ids: (i64, i64), until: Instant) -> Result<Heard, ProbeError> {
        loop {
            let line = match self.server.listen(until) {
                None => return Err(ProbeError::Timeout(method)),
                Some(Event::Gone) => return Err(ProbeError::Gone(method)),
                Some(Event::TooLarge) => return Err(ProbeError::TooLarge),
                Some(Event::Line(line)) => line,
            };
            match Incoming::read(&line) {
                Ok(Incoming::Answer(Some(IdKey::Number(id)), answer)) if id == ids.0 => {
                    return Ok(Heard::First(answer));
                }
                Ok(Incoming::Answer(Some(IdKey::Number(id)), answer)) if id == ids.1 => {
                    return Ok(Heard::Second(answer));
                }
                // An error about a request that could not be read can only be about ours.
                Ok(Incoming::Answer(None, answer)) => return Ok(Heard::First(answer)),
                Ok(Incoming::Ask(refusal)) => self.server.send(refusal)?,
                Ok(Incoming::Answer(..) | Incoming::Other) => {}
                Err(why) => given_up(method, ids, &line, why)?,
            }
        }
    }
}

/// Passes over a line that is no message, as clients do, unless it is the answer.
fn given_up(
    method: Method,
    ids: (i64, i64),
    line: &[u8],
    why: FrameError,
) -> Result<(), ProbeError> {
    let mut scan = TopLevel::default();
    scan.feed(line);
    match scan.id() {
        Some(IdKey::Number(id)) if id == ids.0 || id == ids.1 => {
            Err(ProbeError::Frame { method, why })
        }
        _ => Ok(()),
    }
}

impl Wire for Pipe {
    fn ask(
        &mut self,
        method: Method,
        params: &Value,
        until: Instant,
    ) -> Result<Answer, ProbeError> {
        let id = self.send(method, params)?;
        self.answer(method, id, until)
    }
}
