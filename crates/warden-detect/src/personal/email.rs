//! E-mail addresses: around every `@`.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::{DataClass, Found, PersonalHit, Proof, Told};

/// RFC 5321: the longest name before the `@`.
const LOCAL: usize = 64;
/// RFC 1035: the longest name of a host.
const DOMAIN: usize = 253;

/// What ends like the name of a file is one: `icon@2x.png`.
static FILES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "js", "mjs", "cjs", "ts", "tsx", "jsx",
    "json", "css", "scss", "less", "html", "htm", "xml", "yaml", "yml", "toml", "txt", "pdf",
    "zip", "gz", "tgz", "tar", "whl", "exe", "dll", "so", "jar", "class", "java", "rb", "rs", "go",
    "cpp", "hpp", "service", "timer", "socket", "target", "latest",
];

/// Names that are those of a task and not of a person, or stand for anybody's.
static ROLES: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "billing",
    "contact",
    "dev",
    "developers",
    "email",
    "enquiries",
    "example",
    "feedback",
    "foo",
    "git",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "jobs",
    "legal",
    "mail",
    "mailer-daemon",
    "marketing",
    "me",
    "media",
    "name",
    "news",
    "newsletter",
    "no-reply",
    "noreply",
    "donotreply",
    "do-not-reply",
    "notifications",
    "office",
    "opensource",
    "ops",
    "postmaster",
    "press",
    "privacy",
    "root",
    "sales",
    "security",
    "service",
    "someone",
    "support",
    "team",
    "test",
    "user",
    "username",
    "webmaster",
    "you",
    "your-email",
    "your.email",
    "youremail",
    "yourname",
];

/// RFC 2606 and RFC 6761: names that are nobody's.
static RESERVED: &[&str] =
    &["example.com", "example.org", "example.net", "example", "test", "invalid", "localhost"];

/// Tells of every address in `text`.
pub(crate) fn find(text: &str, found: &mut Found) {
    found.reader();
    let bytes = text.as_bytes();
    for at in memchr_iter(b'@', bytes) {
        // Cheap, and enough for most of what is no address.
        if !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let Some(range) = address(bytes, at) else { continue };
        let Some((local, domain)) = text.get(range.clone()).and_then(|value| value.split_once('@'))
        else {
            continue;
        };
        let hit = PersonalHit {
            kind: Cow::Borrowed("email"),
            class: class(local, domain),
            proof: Proof::Shape,
            range,
            mixed: false,
        };
        if found.tell(hit) == Told::Enough {
            return;
        }
    }
}

/// The address around the `@` at `at`.
fn address(bytes: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    let start = local(bytes, at)?;
    let end = domain(bytes, at + 1)?;
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    // `git@host:path` is a place, and what stands before a host in a URL is a credential.
    let place = bytes.get(end) == Some(&b':')
        && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric)
        && bytes.get(start..at) == Some(b"git");
    let credential = match before {
        Some(b'/') => bytes.get(start.saturating_sub(2)) == Some(&b'/'),
        Some(b':') => in_url(bytes, start - 1),
        Some(b'@') => true,
        _ => false,
    };
    (!place && !credential).then_some(start..end)
}

/// Where the name before the `@` begins.
fn local(bytes: &[u8], at: usize) -> Option<usize> {
    let mut start = at;
    while let Some(before) = start.checked_sub(1) {
        crate::work::add(1);
        let byte = *bytes.get(before)?;
        let fits = byte.is_ascii_alphanumeric() || b"._%+-'&=!#$*/?^`{|}~".contains(&byte);
        if fits {
            // Of the signs that the standard allows, only these are in names of people.
            if !(byte.is_ascii_alphanumeric() || b"._%+-'".contains(&byte)) {
                break;
            }
            start = before;
        } else if let Some(letter) = latin(bytes, before) {
            start = letter;
        } else {
            break;
        }
        if at - start > LOCAL {
            return None;
        }
    }
    while bytes.get(start).is_some_and(|byte| b".'-%+".contains(byte)) && start < at {
        start += 1;
    }
    (start < at && bytes.get(at - 1) != Some(&b'.')).then_some(start)
}

/// Where the Latin letter of two bytes that ends at `last` begins.
fn latin(bytes: &[u8], last: usize) -> Option<usize> {
    let first = last.checked_sub(1)?;
    let continues = bytes.get(last).is_some_and(|byte| (0x80..0xc0).contains(byte));
    (continues && bytes.get(first).is_some_and(|byte| (0xc3..=0xc9).contains(byte)))
        .then_some(first)
}

/// Where the host that begins at `from` ends: labels with dots, and letters at the end.
fn domain(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..(from + DOMAIN + 1).min(bytes.len()))?;
    let length = rest
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')))
        .unwrap_or(rest.len());
    if length > DOMAIN || rest.get(length) == Some(&b'@') || rest.get(length) == Some(&b'_') {
        return None;
    }
    let mut host = rest.get(..length)?;
    while let [head @ .., b'.' | b'-'] = host {
        host = head;
    }
    let top = host.rsplit(|byte| *byte == b'.').next()?;
    let labels = host.split(|byte| *byte == b'.');
    let named = labels.clone().count() > 1
        && labels.clone().all(|label| !label.is_empty() && label.len() < 64)
        && host.first().is_some_and(u8::is_ascii_alphanumeric);
    let letters = top.iter().all(u8::is_ascii_alphabetic) || top.starts_with(b"xn--");
    let file = FILES.iter().any(|file| top.eq_ignore_ascii_case(file.as_bytes()));
    (named && letters && (2..=24).contains(&top.len()) && !file).then_some(from + host.len())
}

/// Whether `//` stands before the colon at `colon`, in the same word.
fn in_url(bytes: &[u8], colon: usize) -> bool {
    let before = bytes.get(colon.saturating_sub(LOCAL)..colon).unwrap_or_default();
    let word = before.rsplit(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'\n' | b'<')).next();
    word.is_some_and(|word| word.windows(2).any(|pair| pair == b"//"))
}

fn class(local: &str, domain: &str) -> DataClass {
    let reserved = RESERVED.iter().any(|name| {
        let from = domain.len().checked_sub(name.len());
        from.and_then(|from| domain.split_at_checked(from)).is_some_and(|(head, tail)| {
            tail.eq_ignore_ascii_case(name) && (head.is_empty() || head.ends_with('.'))
        })
    });
    let role = ROLES.iter().any(|role| local.eq_ignore_ascii_case(role));
    if reserved || role { DataClass::Public } else { DataClass::Confidential }
}
