//! Passwords in URLs.

use std::ops::Range;

use super::Look;
use crate::secrets::{
    class::Class,
    setting::{self, is_reference},
    shape::Fit,
};

/// The services whose URLs hold passwords.
const SERVICES: &[&str] = &[
    "postgres",
    "postgresql",
    "mysql",
    "mysql2",
    "mariadb",
    "mongodb",
    "redis",
    "rediss",
    "valkey",
    "valkeys",
    "amqp",
    "amqps",
    "sqlserver",
    "mssql",
    "clickhouse",
    "cockroachdb",
    "neo4j",
    "bolt",
    "snowflake",
    "smtp",
    "smtps",
    "ldap",
    "ldaps",
    "ftp",
    "sftp",
    "ftps",
    "nats",
    "kafka",
    "mqtt",
    "mqtts",
    "oracle",
    "imap",
    "imaps",
    "couchdb",
    "cassandra",
];
const WEB: &[&str] = &["http", "https", "ws", "wss", "git", "git+https", "git+http", "ssh"];

/// Whose URLs are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::secrets) enum Sort {
    /// Databases and other services.
    Service,
    /// Web pages and repositories.
    Web,
}

/// What documentation writes where a password stands.
const NO_PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "secret",
    "mypassword",
    "mypass",
    "mysecretpassword",
    "my_password",
    "token",
    "key",
    "postgres",
    "root",
    "user",
    "username",
    "test",
    "admin",
    "guest",
    "p",
    "pass123",
    "password123",
    "...",
    "***",
    "redacted",
    "xxx",
    "s3cret",
    "s3cr3t",
    "dbpass",
    "db_password",
    "api_key",
    "apikey",
    "hunter2",
    "minioadmin",
];

/// Where a scan for the end of a password came to, so that it is not made again for each `://`.
#[derive(Default)]
pub(in crate::secrets) struct Stops {
    service: Range<usize>,
    web: Range<usize>,
}

/// The password in `scheme://user:password@host`, whose `://` begins at `at`.
pub(in crate::secrets) fn url(
    text: &str,
    at: usize,
    sort: Sort,
    fit: Fit,
    stops: &mut Stops,
) -> Look {
    let web = sort == Sort::Web;
    let bytes = text.as_bytes();
    let from = at + 3;
    let nothing = Look::nothing(at);
    if !scheme(text, at, if web { WEB } else { SERVICES }) {
        return nothing;
    }
    let Some(rest) = bytes.get(from..) else { return nothing };
    let stop = |byte: u8| {
        byte.is_ascii_whitespace() || b"@\"'`".contains(&byte) || (web && b"<>".contains(&byte))
    };
    let user = rest.iter().take_while(|byte| !stop(**byte) && !b":/".contains(*byte)).count();
    let value = match rest.get(user) {
        Some(b':') => {
            let start = from + user + 1;
            let known = if web { &mut stops.web } else { &mut stops.service };
            if !(known.start <= start && start <= known.end) || known.start == known.end {
                let rest = bytes.get(start..).unwrap_or_default();
                let length = rest.iter().take_while(|byte| !stop(**byte)).count();
                *known = start..start + length;
            }
            start..known.end
        }
        Some(b'@') if web && user >= 16 => from..from + user,
        _ => return nothing,
    };
    let Some(password) = text.get(value.clone()).filter(|_| bytes.get(value.end) == Some(&b'@'))
    else {
        return nothing;
    };
    let user = text.get(from..from + user).unwrap_or_default();
    if password.is_empty() || !is_password(password, user, sort, fit) {
        return nothing;
    }
    Look::at(value)
}

fn is_password(password: &str, user: &str, sort: Sort, fit: Fit) -> bool {
    let marked = password.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›'));
    if marked.is_some_and(|kind| !kind.contains(['‹', '›'])) {
        return false;
    }
    if fit == Fit::Loose {
        return !is_reference(password) || !setting::variable(password);
    }
    // `http://host:3000/@me` has a port and a path.
    let port = sort == Sort::Web && password.contains(['/', '?', '#']);
    let example = NO_PASSWORDS.iter().any(|word| password.eq_ignore_ascii_case(word))
        || (password == user && password.len() < 16)
        || password.contains(['{', '}', '<', '>', '$', '|']);
    !port && !example && !is_reference(password)
}

fn scheme(text: &str, at: usize, known: &[&str]) -> bool {
    const NAME: Class = Class::of("0-9A-Za-z+.^-");
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let length = NAME.run_back(before, 32);
    let Some(scheme) = text.get(at - length..at) else { return false };
    let is = |scheme: &str| known.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is(scheme)
        || scheme.split_once('+').is_some_and(|(scheme, _)| is(scheme))
        || scheme.rsplit_once(['-', '.']).is_some_and(|(_, scheme)| is(scheme))
}
