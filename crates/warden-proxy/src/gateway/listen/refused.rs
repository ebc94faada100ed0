//! Every way in which the listener says no.

use std::sync::atomic::{AtomicU64, Ordering};

use hyper::{
    Response, StatusCode,
    header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};

use super::outbody::Outbody;

/// Why the listener does not take something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A method that nothing here answers.
    Method,
    /// The target is too long.
    UriLong,
    /// `Host` is missing, there several times, or no name.
    HostMalformed,
    /// `Host` names somebody else.
    HostUnknown,
    /// `Origin` is not among those that may come.
    OriginUnknown,
    /// A browser says that another site sent it.
    CrossSite,
    /// The body is longer than is taken.
    BodyLong,
    /// The body does not come.
    BodySlow,
    /// The body breaks off or is not what it says.
    BodyBroken,
    /// The body is in an encoding that is not taken.
    Encoding,
    /// There are too many bodies under way.
    Busy,
    /// What came is no HTTP.
    HeadMalformed,
    /// The head is longer than is taken.
    HeadLong,
    /// The head does not come.
    HeadSlow,
    /// The handshake of TLS failed.
    Handshake,
    /// The client does not take what it is sent.
    Stalled,
    /// There were no file descriptors for another connection.
    NoFiles,
}

/// What is known of a reason: its code, the status, and what the client reads.
struct Row(Refused, &'static str, StatusCode, &'static str);

/// Every reason, in the order of their numbers. The codes are public and never move.
static TABLE: [Row; 17] = {
    use Refused as R;
    use StatusCode as S;
    [
        Row(R::Method, "http-method", S::METHOD_NOT_ALLOWED, "this method is not answered here\n"),
        Row(R::UriLong, "uri-too-long", S::URI_TOO_LONG, "the target is too long\n"),
        Row(R::HostMalformed, "host-malformed", S::BAD_REQUEST, "there has to be one `Host`\n"),
        Row(
            R::HostUnknown,
            "host-unknown",
            S::MISDIRECTED_REQUEST,
            "`Host` is not a name of this gateway; it can be added to its `hosts`\n",
        ),
        Row(
            R::OriginUnknown,
            "origin-unknown",
            S::FORBIDDEN,
            "this `Origin` may not come in; it can be added to the gateway's `origins`\n",
        ),
        Row(R::CrossSite, "cross-site", S::FORBIDDEN, "another site may not send this\n"),
        Row(R::BodyLong, "body-too-long", S::PAYLOAD_TOO_LARGE, "the body is too long\n"),
        Row(R::BodySlow, "body-too-slow", S::REQUEST_TIMEOUT, "the body did not come in time\n"),
        Row(R::BodyBroken, "body-malformed", S::BAD_REQUEST, "the body is malformed\n"),
        Row(
            R::Encoding,
            "body-encoding",
            S::UNSUPPORTED_MEDIA_TYPE,
            "the body may be in gzip or deflate, or as it is\n",
        ),
        Row(R::Busy, "too-many-bodies", S::SERVICE_UNAVAILABLE, "there is too much to do\n"),
        Row(R::HeadMalformed, "head-malformed", S::BAD_REQUEST, ""),
        Row(R::HeadLong, "head-too-long", S::REQUEST_HEADER_FIELDS_TOO_LARGE, ""),
        Row(R::HeadSlow, "head-too-slow", S::REQUEST_TIMEOUT, ""),
        Row(R::Handshake, "tls-handshake", S::BAD_REQUEST, ""),
        Row(R::Stalled, "client-stalled", S::REQUEST_TIMEOUT, ""),
        Row(R::NoFiles, "no-files", S::SERVICE_UNAVAILABLE, ""),
    ]
};

/// Every reason.
pub(crate) static REFUSED: [Refused; TABLE.len()] = {
    let mut all = [Refused::Method; TABLE.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = TABLE[at].0;
        at += 1;
    }
    all
};

impl Refused {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The code in metrics.
    pub(crate) fn code(self) -> &'static str {
        self.row().1
    }

    /// The answer.
    pub(super) fn answer(self) -> Response<Outbody> {
        let Row(_, _, status, text) = self.row();
        let mut answer = Response::new(Outbody::Whole((*text).into()));
        *answer.status_mut() = *status;
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        match self {
            Self::Method => {
                headers.insert(ALLOW, HeaderValue::from_static(super::doors::METHODS));
            }
            Self::Busy => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        if self.leaves_a_body() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    /// Whether bytes of the body may still be on their way when this is said.
    pub(super) fn leaves_a_body(self) -> bool {
        matches!(self, Self::BodyLong | Self::BodySlow | Self::BodyBroken | Self::Busy)
    }
}

/// How often each was said.
#[derive(Debug, Default)]
pub(crate) struct Counts([AtomicU64; TABLE.len()]);

impl Counts {
    /// Counts one more.
    pub(super) fn add(&self, reason: Refused) {
        self.0[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was said.
    pub(crate) fn of(&self, reason: Refused) -> u64 {
        self.0[reason as usize].load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_stands_at_its_number_and_has_a_code_of_its_own() {
        for (at, reason) in REFUSED.iter().enumerate() {
            assert_eq!(*reason as usize, at);
            assert_eq!(REFUSED.iter().filter(|other| other.code() == reason.code()).count(), 1);
        }
    }
}
