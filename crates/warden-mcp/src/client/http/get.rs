//! Answers as they come, in pieces of any size: redirects and refusals are the caller's to deal
//! with, and so is where the bytes go.

use std::{
    cell::OnceCell,
    future::Future,
    io::{self, Write},
    pin::pin,
    time::{Duration, Instant},
};

use hyper::{
    HeaderMap, Method as Verb,
    body::Bytes,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT},
};
use thiserror::Error;
use warden_model::Hidden;

use super::link::{self, Link};
use crate::{Address, client::ProbeError};

/// How often it is looked whether somebody cancelled.
const TICK: Duration = Duration::from_millis(50);

/// How something is asked for.
#[derive(Clone, Copy)]
pub struct Getting<'a> {
    /// The types that are taken, as a header says them (RFC 9110, section 12.5.1).
    pub accept: &'a str,
    /// The value of `Authorization`, for this address alone.
    pub authorization: Option<&'a Hidden>,
    /// The most bytes that are read.
    pub most: u64,
    /// How long the other side may say nothing.
    pub silence: Duration,
    /// When all of it has to be there.
    pub until: Instant,
    /// Whether somebody has cancelled.
    pub cancelled: &'a dyn Fn() -> bool,
}

impl std::fmt::Debug for Getting<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Getting").field("accept", &self.accept).finish_non_exhaustive()
    }
}

/// The head of an answer. Its texts are those of a stranger.
#[derive(Clone, Debug)]
pub struct Got {
    /// The status.
    pub status: u16,
    /// The type without parameters, in lower case; empty if there is none.
    pub kind: String,
    headers: HeaderMap,
}

impl Got {
    /// The value of a header that is there once and can be read.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        match self.headers(name).as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Every value of a header that can be read.
    #[must_use]
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

/// Why there is no answer. Nothing in it was said by who was asked.
#[derive(Debug, Error)]
pub enum GetError {
    /// Nobody answered in time, or the answer stopped half-way.
    #[error("it did not answer in time")]
    Timeout,
    /// Somebody cancelled.
    #[error("it was cancelled")]
    Cancelled,
    /// The answer is longer than is read.
    #[error("the answer is longer than is read")]
    TooLarge,
    /// The answer broke off.
    #[error("the answer broke off")]
    BrokeOff(#[source] ProbeError),
    /// The bytes could not be put where they should go.
    #[error("the answer cannot be written")]
    Write(#[source] io::Error),
    /// It could not be asked.
    #[error(transparent)]
    Failed(#[from] ProbeError),
}

/// Asks one address after the other, and keeps what it needs for that.
#[derive(Default)]
pub struct Getter {
    plain: OnceCell<Link>,
    secure: OnceCell<Link>,
}

impl std::fmt::Debug for Getter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Getter").finish_non_exhaustive()
    }
}

impl Getter {
    /// Asks for what is at an address, and returns the head of the answer. No redirect is followed.
    /// The body of a status of success goes to `into`; another one is not read.
    ///
    /// # Errors
    /// When there is no whole answer. Some of it may be in `into` then.
    pub fn get(
        &self,
        address: &Address,
        getting: &Getting<'_>,
        into: &mut dyn Write,
    ) -> Result<Got, GetError> {
        let link = self.link(address)?;
        let headers = headers(getting)?;
        let work = async {
            let asked = link.once(Verb::GET, address, headers, Bytes::new());
            let answer = getting.patiently(asked).await??;
            let got = head(answer.status().as_u16(), answer.headers());
            if !answer.status().is_success() {
                return Ok(got);
            }
            let mut body = answer.into_body();
            let mut left = getting.most;
            while let Some(piece) =
                getting.patiently(link::next(&mut body)).await?.map_err(GetError::BrokeOff)?
            {
                left = left.checked_sub(piece.len() as u64).ok_or(GetError::TooLarge)?;
                into.write_all(&piece).map_err(GetError::Write)?;
            }
            Ok(got)
        };
        link.within(getting.until, work).unwrap_or(Err(GetError::Timeout))
    }

    fn link(&self, address: &Address) -> Result<&Link, ProbeError> {
        let slot = if address.is_plain() { &self.plain } else { &self.secure };
        if let Some(link) = slot.get() {
            return Ok(link);
        }
        let link = Link::new(address, &[], 0)?;
        Ok(slot.get_or_init(|| link))
    }
}

impl Getting<'_> {
    /// What comes of `work`, waited for no longer than the other side may say nothing.
    async fn patiently<T>(&self, work: impl Future<Output = T>) -> Result<T, GetError> {
        let quiet = (Instant::now() + self.silence).min(self.until);
        let mut work = pin!(work);
        loop {
            if (self.cancelled)() {
                return Err(GetError::Cancelled);
            }
            let tick = (Instant::now() + TICK).min(quiet);
            if let Ok(done) = tokio::time::timeout_at(tick.into(), work.as_mut()).await {
                return Ok(done);
            }
            if Instant::now() >= quiet {
                return Err(GetError::Timeout);
            }
        }
    }
}

fn headers(getting: &Getting<'_>) -> Result<HeaderMap, ProbeError> {
    let mut headers = HeaderMap::new();
    let bad = |name: &str| ProbeError::Header(name.into());
    let accept = HeaderValue::from_str(getting.accept).map_err(|_| bad("Accept"))?;
    headers.insert(ACCEPT, accept);
    headers.insert(USER_AGENT, HeaderValue::from_static("mcpwarden"));
    if let Some(value) = getting.authorization {
        let value = HeaderValue::from_str(value.reveal());
        let mut value = value.map_err(|_| bad("Authorization"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn head(status: u16, headers: &HeaderMap) -> Got {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Got { status, kind, headers: headers.clone() }
}
