//! Reads arguments, and answers, for where they lead and which side of a wall they are about.

mod wall;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use wall::{Side, Wall, WallError, WallPart, Walls};

use super::{
    form::{Forms, forms, strings},
    url::{host_of, urls},
};

/// The most text that is looked at, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// The most strings that are looked at.
const MOST_STRINGS: usize = 8192;
/// The most hosts, domains and sides that are told apart.
const MOST_NAMES: usize = 256;
/// Longer texts are looked at as they are: what is encoded in them is not one URL.
const MOST_FORMS_OF: usize = 4096;
/// Endings of file names that are domains as well; a bare name with one of them is a file.
const FILES: &[&str] = &[
    "md", "rs", "py", "sh", "js", "ts", "go", "pl", "cc", "so", "zip", "mov", "java", "json",
    "txt", "csv", "pdf", "png", "jpg", "html", "css", "xml", "yaml", "yml", "toml", "lock", "log",
    "sql", "doc", "docx", "xlsx", "jpeg", "gif", "svg", "ini", "cfg", "exe", "dll", "gz", "tar",
    "tsx", "jsx", "rb", "php", "cpp", "hpp", "ipynb", "env", "bak", "tmp", "db", "sqlite", "mp4",
];

/// What was read: the part of [`crate::access::Carries`] that a text alone tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Hosts of URLs, and bare host names, in lower case and as ASCII.
    pub hosts: BTreeSet<Box<str>>,
    /// Domains of e-mail addresses, in lower case and as ASCII.
    pub domains: BTreeSet<Box<str>>,
    /// Which side of each wall it is about.
    pub walls: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    /// Something could not be looked at, or there is more than can be told apart.
    pub unread: bool,
}

/// Reads the arguments of a call to `tool` on `server`.
#[must_use]
pub fn read(args: &Value, server: &str, tool: &str, walls: &Walls) -> Read {
    let mut read = Read::default();
    read.leads(args);
    walls.read(args, (server, tool), Side::Arguments, &mut read);
    read
}

impl Read {
    /// Reads which sides of walls an answer is about: its structured content, or the JSON that its
    /// text is.
    #[must_use]
    pub fn answer(answer: &Value, server: &str, tool: &str, walls: &Walls) -> Self {
        let mut read = Self::default();
        walls.read(answer, (server, tool), Side::Answer, &mut read);
        read
    }

    /// Adds every host and every domain in a value.
    fn leads(&mut self, value: &Value) {
        let (mut bytes, mut count) = (0, 0);
        strings(value, &mut |text| {
            bytes += text.len();
            count += 1;
            if bytes <= MOST_BYTES && count <= MOST_STRINGS {
                self.text(text);
            }
        });
        self.unread |= bytes > MOST_BYTES || count > MOST_STRINGS;
    }

    fn text(&mut self, text: &str) {
        if text.len() > MOST_FORMS_OF {
            return self.form(text);
        }
        let Forms { all, deeper } = forms(text);
        self.unread |= deeper;
        for form in &all {
            self.form(form);
        }
    }

    fn form(&mut self, text: &str) {
        let (found, more) = urls(text);
        self.unread |= more;
        for url in found {
            match host_of(url) {
                Some(host) => self.host(host),
                // A file has none; of anything else it should have been found.
                None => self.unread |= !url.starts_with(['f', 'F']) && url.contains("://"),
            }
        }
        if let Some(host) = bare_host(text.trim()) {
            self.host(host);
        }
        for (at, _) in text.match_indices('@') {
            if let Some(domain) = domain_at(text, at) {
                self.unread |= !add(&mut self.domains, domain);
            }
        }
    }

    fn host(&mut self, host: String) {
        self.unread |= !add(&mut self.hosts, host);
    }
}

/// Adds a name unless there are too many.
fn add(names: &mut BTreeSet<Box<str>>, name: String) -> bool {
    let room = names.len() < MOST_NAMES || names.contains(name.as_str());
    if room {
        names.insert(name.into());
    }
    room
}

/// The host, if a whole text is one, perhaps with a port and a path.
fn bare_host(text: &str) -> Option<String> {
    let name = text.split(['/', '?', '#']).next()?;
    let name = name.rsplit_once(':').map_or(name, |(name, port)| {
        if port.bytes().all(|it| it.is_ascii_digit()) { name } else { text }
    });
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    let (before, last) = name.trim_end_matches('.').rsplit_once('.')?;
    let address = name.parse::<std::net::Ipv4Addr>().is_ok();
    let named = last.chars().all(char::is_alphabetic) || last.starts_with("xn--");
    let sound = name.len() <= 253 && name.chars().all(letter) && !before.is_empty();
    let file = FILES.contains(&last.to_lowercase().as_str());
    (sound && (address || named && last.chars().count() > 1 && !file)).then(|| host_of(name))?
}

/// The domain behind the `@` at `at`, if somebody is in front of it.
fn domain_at(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?.chars().next_back()?;
    if before.is_whitespace() {
        return None;
    }
    let rest = text.get(at + 1..)?;
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let end = rest.find(|c| !letter(c)).unwrap_or(rest.len());
    let domain = rest.get(..end)?.trim_end_matches(['.', '-']);
    domain.contains('.').then(|| host_of(domain))?
}

#[cfg(test)]
mod tests;
