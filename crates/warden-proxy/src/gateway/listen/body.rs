//! A request's body, whole.

use std::{
    io::Read,
    sync::atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http_body_util::BodyExt as _;
use hyper::{
    body::{Body as _, Incoming},
    header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue},
};

use super::refused::Refused;

/// What pieces of bodies take of the room that all of them share, until it is dropped.
#[derive(Debug)]
pub(super) struct Charge<'room> {
    room: &'room AtomicUsize,
    most: usize,
    taken: usize,
}

impl<'room> Charge<'room> {
    /// Nothing yet, of `most` bytes.
    pub(super) fn new(room: &'room AtomicUsize, most: usize) -> Self {
        Self { room, most, taken: 0 }
    }

    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.taken += bytes;
        if self.room.fetch_add(bytes, Ordering::Relaxed) + bytes > self.most {
            return Err(Refused::Busy);
        }
        Ok(())
    }
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        if self.taken > 0 {
            self.room.fetch_sub(self.taken, Ordering::Relaxed);
        }
    }
}

/// Reads all of `body`, but no more than `most` bytes. A body that comes in one piece is not
/// copied, and is not charged for.
pub(super) async fn read(
    mut body: Incoming,
    most: usize,
    charge: &mut Charge<'_>,
) -> Result<Bytes, Refused> {
    let hint = body.size_hint();
    let exact = hint.exact().and_then(|length| usize::try_from(length).ok());
    if usize::try_from(hint.lower()).is_ok_and(|length| length > most) {
        return Err(Refused::BodyLong);
    }
    let Some(first) = piece(&mut body).await? else { return Ok(Bytes::new()) };
    if first.len() > most {
        return Err(Refused::BodyLong);
    }
    if body.is_end_stream() {
        return Ok(first);
    }
    charge.take(first.len())?;
    // Room that was only announced costs nothing: it is not touched before something comes.
    let mut whole = Vec::with_capacity(exact.unwrap_or(first.len().saturating_mul(2)).min(most));
    whole.extend_from_slice(&first);
    drop(first);
    while let Some(next) = piece(&mut body).await? {
        if next.len() > most - whole.len() {
            return Err(Refused::BodyLong);
        }
        charge.take(next.len())?;
        whole.extend_from_slice(&next);
    }
    Ok(whole.into())
}

async fn piece(body: &mut Incoming) -> Result<Option<Bytes>, Refused> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refused::BodyBroken)?;
        // Trailers say nothing that anybody here listens to.
        if let Ok(data) = frame.into_data()
            && !data.is_empty()
        {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
    Deflate,
}

impl Encoding {
    /// What the headers say.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refused> {
        let mut said = headers.get_all(CONTENT_ENCODING).iter();
        let Some(first) = said.next() else { return Ok(Self::Plain) };
        let is = |name: &str| first.as_bytes().eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if said.next().is_some() => Err(Refused::Encoding),
            () if is("identity") => Ok(Self::Plain),
            () if is("gzip") || is("x-gzip") => Ok(Self::Gzip),
            () if is("deflate") => Ok(Self::Deflate),
            () => Err(Refused::Encoding),
        }
    }

    /// Takes the compression off, and from the headers, which then speak of what is handed on.
    pub(super) fn remove(
        self,
        body: Bytes,
        most: usize,
        headers: &mut HeaderMap,
    ) -> Result<Bytes, Refused> {
        let body = match self {
            Self::Plain => return Ok(body),
            Self::Gzip => inflate(MultiGzDecoder::new(&*body), most)?,
            Self::Deflate => inflate(ZlibDecoder::new(&*body), most)?,
        };
        headers.remove(CONTENT_ENCODING);
        if headers.contains_key(CONTENT_LENGTH) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        Ok(body)
    }
}

fn inflate(from: impl Read, most: usize) -> Result<Bytes, Refused> {
    let mut whole = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    from.take(limit).read_to_end(&mut whole).map_err(|_| Refused::BodyBroken)?;
    if whole.len() > most {
        return Err(Refused::BodyLong);
    }
    Ok(whole.into())
}
