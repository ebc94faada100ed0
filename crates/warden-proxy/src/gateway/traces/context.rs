//! What goes along with a request, so that its trace goes on at the other side: W3C Trace Context
//! and Baggage, in `_meta` or in headers.

use std::sync::Arc;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use warden_mcp::walk;

/// The names, both in `_meta` and as headers.
const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";

/// The longest values that are passed on.
const MOST_STATE: usize = 512;
const MOST_BAGGAGE: usize = 8192;

/// The headers of an HTTP request that go along with its message, if there are any.
pub(crate) fn along(headers: &HeaderMap) -> Option<Arc<HeaderMap>> {
    if !headers.contains_key(PARENT) && !headers.contains_key(BAGGAGE) {
        return None;
    }
    let mut along = HeaderMap::new();
    for name in [PARENT, STATE, BAGGAGE] {
        for value in headers.get_all(name) {
            along.append(HeaderName::from_static(name), value.clone());
        }
    }
    Some(Arc::new(along))
}

/// A span at the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) trace: u128,
    pub(super) span: u64,
    pub(super) flags: u8,
}

impl Parent {
    /// `00-<trace>-<span>-<flags>`; a later version may have more at its end.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let version = hex(parts.next()?, 2)?;
        let trace = hex(parts.next()?, 32)?;
        let span = u64::try_from(hex(parts.next()?, 16)?).ok()?;
        let flags = u8::try_from(hex(parts.next()?, 2)?).ok()?;
        let good = version != 0xff && trace != 0 && span != 0;
        (good && (version > 0 || parts.next().is_none())).then_some(Self { trace, span, flags })
    }

    /// As it is written.
    pub(super) fn text(self) -> String {
        format!("00-{:032x}-{:016x}-{:02x}", self.trace, self.span, self.flags & 1)
    }

    /// Whether the other side keeps it.
    pub(super) fn is_sampled(self) -> bool {
        self.flags & 1 == 1
    }
}

/// Exactly `digits` of them, in lower case.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let right = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let good = text.len() == digits && text.bytes().all(right);
    good.then(|| u128::from_str_radix(text, 16).ok())?
}

/// What goes along with a request from us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// `traceparent`.
    pub(crate) parent: Option<String>,
    /// `tracestate`.
    pub(crate) state: Option<Arc<str>>,
    /// `baggage`.
    pub(crate) baggage: Option<Arc<str>>,
}

impl Carried {
    /// The members of `_meta` that there are to be, and those that there are not. The names are
    /// also those of the headers.
    pub(crate) fn members(&self) -> [(&'static str, Option<&str>); 3] {
        [
            (PARENT, self.parent.as_deref()),
            (STATE, self.state.as_deref()),
            (BAGGAGE, self.baggage.as_deref()),
        ]
    }

    /// Whether nothing goes along.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes it into the headers of a request.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        for (name, text) in self.members() {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// What came along with a request to us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remote {
    parent: Option<Parent>,
    state: Option<Arc<str>>,
    baggage: Option<Arc<str>>,
    /// The span of the HTTP request, when the message has one of its own.
    link: Option<Parent>,
}

impl Remote {
    /// Reads `_meta`, which is verified JSON, and the headers of the HTTP request. One HTTP
    /// request may carry what belongs to another trace, so the message's own wins.
    pub(crate) fn read(meta: Option<&str>, headers: Option<&HeaderMap>) -> Self {
        let said = meta.and_then(|meta| walk::text(meta, PARENT));
        let own = said.and_then(|text| Parent::parse(&text));
        let header = headers.and_then(|headers| Parent::parse(&one(headers, PARENT)?));
        let from_meta = |name, most| {
            let text = walk::text(meta?, name)?;
            plain(&text, most)
        };
        let from_headers = |name, most| plain(&one(headers?, name)?, most);
        let (state, link) = match own {
            Some(_) => (from_meta(STATE, MOST_STATE), header),
            None => (header.and_then(|_| from_headers(STATE, MOST_STATE)), None),
        };
        let baggage = from_meta(BAGGAGE, MOST_BAGGAGE);
        let baggage = baggage.or_else(|| from_headers(BAGGAGE, MOST_BAGGAGE));
        Self { parent: own.or(header), state, baggage, link }
    }

    pub(super) fn parent(&self) -> Option<Parent> {
        self.parent
    }

    pub(super) fn link(&self) -> Option<Parent> {
        self.link.filter(|link| Some(*link) != self.parent)
    }

    pub(super) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// For spans that the request leads to.
    pub(super) fn without_link(&self) -> Self {
        Self { link: None, ..self.clone() }
    }

    /// What goes on from here, with our span in the place of the other side's if there is one.
    pub(super) fn carried(&self, own: Option<Parent>) -> Carried {
        Carried {
            parent: own.or(self.parent).map(Parent::text),
            state: self.state.clone(),
            baggage: self.baggage.clone(),
        }
    }
}

/// All values of a header as one; a list may come in several.
fn one(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().ok());
    let values = values.collect::<Option<Vec<_>>>()?;
    (!values.is_empty()).then(|| values.join(","))
}

/// Text that may stand in a header, if it is not too long.
fn plain(text: &str, most: usize) -> Option<Arc<str>> {
    let good = !text.is_empty()
        && text.len() <= most
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
    good.then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const OTHER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    #[test]
    fn a_parent_is_read_as_it_is_written() {
        let parent = Parent::parse(GOOD).unwrap();
        assert_eq!(parent.text(), GOOD);
        assert!(parent.is_sampled() && !Parent::parse(OTHER).unwrap().is_sampled());
        assert!(Parent::parse(&GOOD.replacen("00", "cc", 1)).is_some());
        assert!(Parent::parse(&format!("{}-more", GOOD.replacen("00", "cc", 1))).is_some());
    }

    #[test]
    fn what_is_no_parent_is_none() {
        for text in [
            "",
            "00",
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &format!("{GOOD}-more"),
            &format!("{GOOD},{GOOD}"),
            &format!(" {GOOD}"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(Parent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_message_wins_over_the_http_request() {
        let meta = format!(r#"{{"traceparent":"{GOOD}","tracestate":"a=1","baggage":"u=m"}}"#);
        let mut headers = HeaderMap::new();
        for (name, value) in [(PARENT, OTHER), (STATE, "b=2"), (BAGGAGE, "u=h")] {
            headers.insert(name, value.parse().unwrap());
        }
        let both = Remote::read(Some(&meta), Some(&headers));
        assert_eq!(both.parent(), Parent::parse(GOOD));
        assert_eq!(both.link(), Parent::parse(OTHER));
        assert_eq!((both.state(), both.baggage.as_deref()), (Some("a=1"), Some("u=m")));
        let header = Remote::read(Some("{}"), Some(&headers));
        assert_eq!((header.parent(), header.link()), (Parent::parse(OTHER), None));
        assert_eq!((header.state(), header.baggage.as_deref()), (Some("b=2"), Some("u=h")));
    }

    #[test]
    fn what_may_not_stand_in_a_header_is_not_passed_on() {
        let long = "a".repeat(MOST_STATE + 1);
        for state in ["", "a\\nb", "\\u00e9", &long] {
            let meta = format!(r#"{{"traceparent":"{GOOD}","tracestate":"{state}"}}"#);
            assert_eq!(Remote::read(Some(&meta), None).state(), None, "{state}");
        }
        let meta = r#"{"traceparent":1,"tracestate":"a=1","baggage":{}}"#;
        assert_eq!(Remote::read(Some(meta), None), Remote::default());
        let mut twice = HeaderMap::new();
        twice.append(PARENT, GOOD.parse().unwrap());
        twice.append(PARENT, OTHER.parse().unwrap());
        assert_eq!(Remote::read(None, Some(&twice)), Remote::default());
    }
}
