//! Whether an answer is right. Every one is looked at.
//!
//! An answer that is, but for its id, byte for byte one that was taken apart and found right is
//! right. That makes looking at all of them cheap, and it is no guess.

use std::borrow::Cow;

use memchr::memchr;
use serde::Deserialize;
use serde_json::value::RawValue;
use warden_testkit::english;

use crate::failures::Failure;
use crate::options::{Method, Options};
use crate::response::Response;

/// What a right answer looks like.
#[derive(Debug)]
pub(crate) struct Verifier {
    method: Method,
    tools: usize,
    text: String,
    known: Option<Known>,
}

/// The parts of an answer that was found right, before and after its id.
#[derive(Debug)]
struct Known {
    before: Vec<u8>,
    after: Vec<u8>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Called<'a> {
    #[serde(borrow)]
    content: Vec<Block<'a>>,
    #[serde(default, rename = "isError")]
    is_error: bool,
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Listed {
    tools: Vec<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
}

impl Verifier {
    pub(crate) fn new(options: &Options) -> Self {
        let text = english(options.payload);
        Self { method: options.method, tools: options.tools, text, known: None }
    }

    /// Returns normally if `response` is the right answer to the request with this id.
    pub(crate) fn check(&mut self, response: &Response, id: u64) -> Result<(), Failure> {
        let head = response.head().ok_or(Failure::Framing)?;
        if head.status != 200 {
            return Err(Failure::Status);
        }
        if !head.is_stream {
            return self.message(response.body(), id);
        }
        let mut answered = false;
        for event in events(response.body()) {
            if !answers(&event) {
                continue;
            }
            if answered {
                // One request, one answer.
                return Err(Failure::Id);
            }
            self.message(&event, id)?;
            answered = true;
        }
        if answered { Ok(()) } else { Err(Failure::Json) }
    }

    fn message(&mut self, message: &[u8], id: u64) -> Result<(), Failure> {
        let digits = id.to_string();
        if self.known.as_ref().is_some_and(|known| known.is(message, digits.as_bytes())) {
            return Ok(());
        }
        let place = self.take_apart(message, &digits)?;
        self.known = Some(Known {
            before: message.get(..place).unwrap_or_default().to_vec(),
            after: message.get(place + digits.len()..).unwrap_or_default().to_vec(),
        });
        Ok(())
    }

    /// Reads the whole message and returns where its id stands.
    fn take_apart(&self, message: &[u8], id: &str) -> Result<usize, Failure> {
        let parsed: Message<'_> = serde_json::from_slice(message).map_err(|_| Failure::Json)?;
        if parsed.jsonrpc != "2.0" || parsed.method.is_some() {
            return Err(Failure::Json);
        }
        if parsed.error.is_some() {
            return Err(Failure::Error);
        }
        let found = parsed.id.filter(|found| found.get() == id).ok_or(Failure::Id)?;
        let result = parsed.result.ok_or(Failure::Json)?.get();
        match self.method {
            Method::Call => self.called(result)?,
            Method::List => self.listed(result)?,
        }
        Ok(found.get().as_ptr().addr() - message.as_ptr().addr())
    }

    fn called(&self, result: &str) -> Result<(), Failure> {
        let called: Called<'_> = serde_json::from_str(result).map_err(|_| Failure::Content)?;
        if called.is_error {
            return Err(Failure::ToolFailed);
        }
        match &called.content[..] {
            [block] if block.text == self.text => Ok(()),
            _ => Err(Failure::Content),
        }
    }

    fn listed(&self, result: &str) -> Result<(), Failure> {
        let listed: Listed = serde_json::from_str(result).map_err(|_| Failure::Content)?;
        let mut names: Vec<_> = listed.tools.into_iter().map(|tool| tool.name).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() == self.tools { Ok(()) } else { Err(Failure::Content) }
    }
}

impl Known {
    fn is(&self, message: &[u8], id: &[u8]) -> bool {
        let rest = message.strip_prefix(&self.before[..]).and_then(|rest| rest.strip_prefix(id));
        rest == Some(&self.after)
    }
}

/// Returns whether a message has no method, which every request and notification has.
fn answers(message: &[u8]) -> bool {
    // Most messages are long answers; a notification is short and says what it is at once.
    let start = message.get(..message.len().min(200)).unwrap_or_default();
    if memchr::memmem::find(start, b"\"method\"").is_none() {
        return true;
    }
    serde_json::from_slice::<Message<'_>>(message).map_or(true, |parsed| parsed.method.is_none())
}

/// The data of every event that has some.
fn events(mut body: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    std::iter::from_fn(move || {
        let mut data: Option<Cow<'_, [u8]>> = None;
        loop {
            let end = memchr(b'\n', body);
            // An event that does not end does not count.
            let line = body.get(..end?)?;
            body = body.get(end? + 1..)?;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if let Some(value) = line.strip_prefix(b"data:") {
                let value = value.strip_prefix(b" ").unwrap_or(value);
                match &mut data {
                    None => data = Some(Cow::Borrowed(value)),
                    Some(lines) => {
                        lines.to_mut().push(b'\n');
                        lines.to_mut().extend_from_slice(value);
                    }
                }
            } else if line.is_empty() {
                match data.take() {
                    Some(data) if !data.is_empty() => return Some(data),
                    _ => {}
                }
            }
        }
    })
}

#[cfg(test)]
mod tests;
