//! What a client asks for: the parameters of a list, and where a page goes on.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use thiserror::Error;

use super::{check, percent};

/// How many servers a page has if nobody says, as in the official registry.
pub const USUAL: usize = 30;

/// How many servers a page may have, as in the official registry.
pub const MOST: usize = 100;

/// How long a search may be.
const SEARCH: usize = 200;

/// Which versions a list holds.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Which {
    /// All of them.
    #[default]
    All,
    /// Of each server the newest.
    Latest,
    /// Those with this version.
    Exactly(String),
}

/// A question for a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Where to go on.
    pub cursor: Option<Cursor>,
    /// How many servers at most, 1 to [`MOST`].
    pub limit: usize,
    /// A part of the name, the title or the description; case does not matter.
    pub search: Option<String>,
    /// Only what was updated after this time. Brings what was deleted too.
    pub updated_since: Option<Timestamp>,
    /// Which versions.
    pub version: Which,
    /// Whether what was deleted is shown.
    pub include_deleted: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            cursor: None,
            limit: USUAL,
            search: None,
            updated_since: None,
            version: Which::All,
            include_deleted: false,
        }
    }
}

/// A parameter that cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadQuery {
    /// The query is not percent-encoded UTF-8.
    #[error("the query is not well encoded")]
    Encoding,
    /// A parameter stands twice.
    #[error("`{0}` stands twice")]
    Twice(&'static str),
    /// The cursor is none that we gave.
    #[error("`cursor` is no cursor of this catalog")]
    Cursor,
    /// The limit is no number in its range.
    #[error("`limit` must be a number from 1 to {MOST}")]
    Limit,
    /// The search is too long.
    #[error("`search` may have at most {SEARCH} bytes")]
    Search,
    /// The time is none.
    #[error("`updated_since` must be a time as in RFC 3339, such as 2025-08-07T13:15:04.280Z")]
    Time,
    /// The version is none.
    #[error("`version` must be `latest` or one exact version")]
    Version,
    /// Neither true nor false.
    #[error("`include_deleted` must be `true` or `false`")]
    Deleted,
}

/// The parameters that are known.
const KNOWN: [&str; 6] =
    ["cursor", "limit", "search", "updated_since", "version", "include_deleted"];

impl Query {
    /// Reads the part of a URL behind the question mark. A parameter without a value counts as
    /// not there, and one that nobody knows does not matter, as in the official registry.
    ///
    /// # Errors
    /// What cannot be understood.
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        let mut values: [Option<String>; KNOWN.len()] = Default::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (form(key)?, form(value)?);
            let known = KNOWN.iter().zip(&mut values).find(|(name, _)| **name == key);
            let Some((name, place)) = known else { continue };
            if place.replace(value).is_some() {
                return Err(BadQuery::Twice(name));
            }
        }
        let values = values.map(|value| value.filter(|value| !value.is_empty()));
        let [cursor, limit, search, updated_since, version, deleted] = values;
        Ok(Self {
            cursor: cursor.map(|text| Cursor::parse(&text).ok_or(BadQuery::Cursor)).transpose()?,
            limit: limit.map_or(Ok(USUAL), |text| number(&text).ok_or(BadQuery::Limit))?,
            search: search.map(|text| searched(&text)).transpose()?,
            updated_since: updated_since.map(|text| time(&text)).transpose()?,
            version: version.map_or(Ok(Which::All), |text| which(&text))?,
            include_deleted: deleted.map_or(Ok(false), |text| truth(&text))?,
        })
    }
}

/// Query strings have `+` for a space.
fn form(text: &str) -> Result<String, BadQuery> {
    percent::decode(&text.replace('+', " ")).ok_or(BadQuery::Encoding)
}

fn number(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| (1..=MOST).contains(number))?;
    digits.then_some(number)
}

fn searched(text: &str) -> Result<String, BadQuery> {
    if text.len() > SEARCH { Err(BadQuery::Search) } else { Ok(text.to_lowercase()) }
}

fn time(text: &str) -> Result<Timestamp, BadQuery> {
    // In a query `+` is a space, so `+02:00` arrives with one; no RFC 3339 time has any.
    text.replace(' ', "+").parse().map_err(|_| BadQuery::Time)
}

fn which(text: &str) -> Result<Which, BadQuery> {
    match text {
        "latest" => Ok(Which::Latest),
        text if check::is_version(text) => Ok(Which::Exactly(text.to_owned())),
        _ => Err(BadQuery::Version),
    }
}

fn truth(text: &str) -> Result<bool, BadQuery> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(BadQuery::Deleted),
    }
}

/// Where a page goes on: behind a version of a server. It stays right when servers come or go,
/// also if the one that it names goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) name: String,
    pub(super) version: String,
}

/// The longest cursor: the longest name and version, in base64.
const CURSOR: usize = 640;

impl Cursor {
    /// Behind this version of this server.
    #[must_use]
    pub(super) fn behind(name: &str, version: &str) -> Self {
        Self { name: name.to_owned(), version: version.to_owned() }
    }

    /// What clients get and give back.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("1:{}:{}", self.name, self.version))
    }

    /// Reads what [`encode`](Self::encode) wrote, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > CURSOR {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (name, version) = text.strip_prefix("1:")?.split_once(':')?;
        let known = check::is_name(name) && check::is_version(version);
        known.then(|| Self::behind(name, version))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn bad(text: &str, why: BadQuery) {
        assert_eq!(Query::parse(text), Err(why), "{text}");
    }

    #[test]
    fn a_parameter_that_cannot_be_understood_is_told() {
        bad("cursor=abc", BadQuery::Cursor);
        bad("limit=0", BadQuery::Limit);
        bad("limit=101", BadQuery::Limit);
        bad("limit=%2B5", BadQuery::Limit);
        bad("limit=ten", BadQuery::Limit);
        bad("limit=3&limit=3", BadQuery::Twice("limit"));
        bad("updated_since=yesterday", BadQuery::Time);
        bad("version=%5E1.2.3", BadQuery::Version);
        bad("include_deleted=maybe", BadQuery::Deleted);
        bad("search=%", BadQuery::Encoding);
        bad(&format!("search={}", "a".repeat(201)), BadQuery::Search);
    }

    #[test]
    fn what_clients_send_is_understood() {
        let query = Query::parse(
            "version=latest&limit=50&search=Weather+map&cursor=&new=1&include_deleted=true\
             &updated_since=2026-01-02T03:04:05+02:00",
        );
        let query = query.expect("the query is well formed");
        let since = "2026-01-02T01:04:05Z".parse().expect("a time");
        assert_eq!(
            query,
            Query {
                limit: 50,
                search: Some("weather map".into()),
                updated_since: Some(since),
                version: Which::Latest,
                include_deleted: true,
                cursor: None,
            }
        );
        assert_eq!(Query::parse(""), Ok(Query::default()));
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_what_it_wrote(
            name in "[a-z][a-z0-9]{0,40}\\.[a-z]{1,9}/[a-z][a-z0-9]{0,40}",
            version in "[0-9]\\.[0-9]:?[a-z0-9]{0,20}",
        ) {
            let cursor = Cursor::behind(&name, &version);
            prop_assert_eq!(Cursor::parse(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn no_other_text_is_a_cursor(text in "[A-Za-z0-9_-]{0,60}") {
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }

        #[test]
        fn no_query_panics(text in "\\PC{0,80}") {
            drop(Query::parse(&text));
        }
    }
}
