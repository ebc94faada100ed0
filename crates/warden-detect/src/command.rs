//! Command lines and URLs as they may be shown.
//!
//! Here a value is judged by where it stands as much as by how it looks: what follows `--token` is
//! taken out even if it is `hunter2`. When in doubt it goes: a display may lose harmless text.

mod line;
mod made;
mod url;

use aho_corasick::AhoCorasick;

use crate::{
    automaton::{self, Case},
    secrets::{
        credential_name, is_reference, mark, redact, redact_cow, redact_setting, secret_in_setting,
        secrets,
    },
};

pub(crate) use made::machine_made;
pub use url::redact_url;

/// So many lines inside lines are followed: a shell that starts a shell that starts a shell.
const DEPTH: usize = 4;

/// Returns a command line as it may be shown, quoted where a shell would need it.
pub fn redact_command<'a>(program: &str, args: impl IntoIterator<Item = &'a str>) -> String {
    let mut args = args.into_iter().peekable();
    let program_shown = redact_line(program, DEPTH);
    // Some clients take a whole line as the command: it is shown as it is written.
    let whole = args.peek().is_none() && program.contains(char::is_whitespace);
    let mut out = if whole { program_shown } else { quote(&program_shown) };
    let mut before = Before::of(program.rsplit(char::is_whitespace).next().unwrap_or_default());
    for arg in args {
        let shown = before.show(arg, DEPTH);
        before = before.then(arg);
        out.push(' ');
        out.push_str(&quote(&shown));
    }
    // A key may be spread over several words, none of which is one.
    if secrets(&out).is_empty() { out } else { redact(&out) }
}

/// Takes values that are known to be secret out of texts, besides those that look like one.
#[derive(Debug, Default)]
pub struct Redactor {
    automaton: Option<AhoCorasick>,
}

impl Redactor {
    /// Learns these values. Short ones are left out: a text without the letter `a` is no text.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<&str> = values.into_iter().filter(|value| value.len() >= 6).collect();
        let automaton = (!values.is_empty()).then(|| automaton::longest(&values, Case::Exact));
        Self { automaton: automaton.flatten() }
    }

    /// Returns `text` without any secret.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let Some(automaton) = &self.automaton else { return redact(text) };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for hit in automaton.find_iter(text) {
            out.push_str(text.get(from..hit.start()).unwrap_or_default());
            out.push_str(&mark("credential"));
            from = hit.end();
        }
        out.push_str(text.get(from..).unwrap_or_default());
        redact_cow(&out).into_owned()
    }
}

/// What a word says of the one behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// `--token`, `Authorization:`
    Credential,
    /// `Bearer`
    Scheme,
    /// `-H`, `--header`
    Header,
    /// `-u`, `--user`
    User,
    /// `-k`, which is a key to some and nothing to `curl`
    Key,
    /// `-c`, behind which a shell's line stands
    Line,
    /// `setx`, behind which a name stands, and then its value
    Assign,
}

impl Before {
    fn of(word: &str) -> Self {
        if let Some(flag) = word.strip_prefix('-').filter(|_| !word.contains('=')) {
            let name = flag.trim_start_matches('-');
            return match name {
                "H" | "header" | "headers" => Self::Header,
                "u" | "U" | "user" | "proxy-user" => Self::User,
                "k" | "K" => Self::Key,
                "c" | "lc" | "ic" | "ec" | "lic" | "Command" | "command" => Self::Line,
                _ if credential_name(name) => Self::Credential,
                _ => Self::Nothing,
            };
        }
        let bare = word.trim_matches(|char| "\"'{}[],".contains(char));
        if let Some(name) = bare.strip_suffix([':', '=']) {
            let named = credential_name(last_name(name));
            return if named { Self::Credential } else { Self::Nothing };
        }
        match last_name(bare).to_ascii_lowercase().as_str() {
            "bearer" | "basic" => Self::Scheme,
            "setx" | "set" | "export" => Self::Assign,
            "/c" | "/k" => Self::Line,
            _ => Self::Nothing,
        }
    }

    /// What `word` says of the next one, standing where it does.
    fn then(self, word: &str) -> Self {
        let loose = matches!(word, "=" | ":" | ":=");
        match self {
            Self::Credential if loose || is_scheme(word) => self,
            // The value of a credential says nothing of what stands behind it.
            Self::Credential | Self::Scheme if !word.starts_with('-') => Self::Nothing,
            Self::Assign if matches!(word, "-x" | "-gx" | "-Ux" | "-xg" | "-xU") => self,
            Self::Assign if credential_name(word) => Self::Credential,
            _ => Self::of(word),
        }
    }

    fn show(self, word: &str, depth: usize) -> String {
        let flag = word.starts_with("--");
        match self {
            Self::Credential if is_scheme(word) || matches!(word, "=" | ":" | ":=") => word.into(),
            Self::Credential | Self::Scheme if !flag => redact_setting("token", word),
            Self::Header if !flag => header(word),
            Self::User if word.contains(':') => mark("credential"),
            Self::Key if !word.starts_with('-') && !word.contains("://") => {
                if is_reference(word) || harmless(word) {
                    redact_setting("token", word)
                } else {
                    mark("credential")
                }
            }
            Self::Line => redact_line(word, depth),
            _ => redact_word(word, depth),
        }
    }
}

fn is_scheme(word: &str) -> bool {
    ["bearer", "basic", "token", "bot", "digest", "apikey", "negotiate"]
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// One word: `NAME=value`, `Name: value`, a URL, a line in quotes, or text.
fn redact_word(word: &str, depth: usize) -> String {
    if word.contains("://") && !word.contains(char::is_whitespace) {
        return redact_prefixed_url(word);
    }
    if let Some(shown) = redact_pair(word) {
        return shown;
    }
    if word.contains(char::is_whitespace) {
        return redact_line(word, depth);
    }
    let shown = redact(word);
    if shown == word && machine_made(word) { mark("credential") } else { shown }
}

/// A line that a shell takes apart, word by word.
fn redact_line(text: &str, depth: usize) -> String {
    let Some(deeper) = depth.checked_sub(1) else { return mark("command") };
    let mut out = String::with_capacity(text.len());
    let mut before = Before::Nothing;
    let mut last: Option<String> = None;
    for word in line::words(&redact(text)) {
        // `$env:NAME = "value"`, with room around the sign.
        if word.plain == "=" && last.as_deref().is_some_and(|name| credential_name(last_name(name)))
        {
            before = Before::Credential;
        }
        let shown = before.show(&word.plain, deeper);
        out.push_str(word.gap);
        out.push_str(if shown == word.plain { word.raw } else { &shown });
        before = before.then(&word.plain);
        last = Some(word.plain);
    }
    out
}

/// A header as it may be shown: only those that tell nothing keep their value.
fn header(word: &str) -> String {
    let Some((name, value)) = word.split_once([':', '=']) else { return redact_word(word, 1) };
    let separator = word.get(name.len()..=name.len()).unwrap_or(":");
    let value = value.trim_start_matches([':', '=', ' ']);
    let open = ["accept", "content-type", "user-agent", "mcp-protocol-version"];
    if open.iter().any(|open| name.trim().eq_ignore_ascii_case(open)) || harmless(value) {
        return redact(word);
    }
    format!("{}{separator} {}", redact_word(name, 1), redact_setting("token", value))
}

/// Everything behind the first name that is a credential's, also inside `--header=`, JSON and
/// `$env:NAME=`; `None` if there is no such name before the first white space.
fn redact_pair(word: &str) -> Option<String> {
    let last_colon = word.rfind(':');
    let space = word.find(char::is_whitespace).unwrap_or(word.len());
    for (at, separator) in word.match_indices(['=', ':']).take_while(|(at, _)| *at < space) {
        let (before, rest) = word.split_at_checked(at)?;
        let name = last_name(before);
        if name.is_empty() {
            continue;
        }
        let rest = rest.get(separator.len()..)?;
        let value = rest.trim_start_matches(['=', ':', ' ', '"', '\'']);
        let lead = word.get(..word.len() - value.len())?;
        if value.is_empty() {
            return None;
        }
        let shown = if matches!(name, "header" | "headers" | "H")
            && separator == "="
            && last_colon.is_some_and(|colon| colon > at)
        {
            header(value)
        } else if credential_name(name) {
            redact_setting(name, value)
        } else if separator == "=" && is_variable_name(name) && !harmless(value) {
            if value.contains("://") {
                redact_prefixed_url(value)
            } else if is_reference(value) {
                redact_setting("token", value)
            } else {
                mark(secret_in_setting(name, value).unwrap_or("value"))
            }
        } else {
            continue;
        };
        let lead = if machine_made(lead) { mark("value") } else { redact(lead) };
        return Some(format!("{lead}{shown}"));
    }
    None
}

/// The name at the end of `text`.
fn last_name(text: &str) -> &str {
    let text = text.trim_end_matches([' ', '"', '\'']);
    let plain = |char: char| char.is_ascii_alphanumeric() || "_-.".contains(char);
    let name = text.rsplit(|char| !plain(char)).next().unwrap_or_default();
    name.trim_start_matches('-')
}

/// An upper-case name is an environment variable, whose value is nobody's business.
fn is_variable_name(name: &str) -> bool {
    name.len() > 1
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a value tells nothing.
fn harmless(value: &str) -> bool {
    value.len() <= 5 && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A word with a URL in it, perhaps behind `--url=` or a quote.
fn redact_prefixed_url(word: &str) -> String {
    let scheme = word.find("://").unwrap_or(0);
    let before = word.get(..scheme).unwrap_or_default();
    let start = before.rfind(|char: char| !char.is_ascii_alphanumeric() && !"+-.".contains(char));
    // What the sign before the URL takes up depends on the sign.
    let start = start.map_or(0, |at| at + before.get(at..).map_or(1, first_width));
    let (prefix, url) = word.split_at_checked(start).unwrap_or(("", word));
    let name = last_name(prefix.trim_end_matches(['=', ':', '"', '\'']));
    if credential_name(name) {
        return format!("{prefix}{}", mark("credential"));
    }
    let prefix = redact_pair(prefix).unwrap_or_else(|| redact(prefix));
    // Behind a comma something else begins, unless the comma is part of a password.
    match url.find([',', ';', '"', '\'']).and_then(|at| url.split_at_checked(at)) {
        Some((url, rest)) if !rest.contains('@') => {
            let rest = if rest.contains("://") {
                mark("value")
            } else {
                redact_pair(rest).unwrap_or_else(|| redact(rest))
            };
            format!("{prefix}{}{rest}", redact_url(url))
        }
        _ => format!("{prefix}{}", redact_url(url)),
    }
}

fn first_width(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// Quotes an argument that a shell would take apart.
fn quote(arg: &str) -> String {
    let plain = |char: char| char.is_alphanumeric() || "_-./:=@%+,~‹›$^{}?&#".contains(char);
    if !arg.is_empty() && arg.chars().all(plain) {
        return arg.to_owned();
    }
    format!("'{}'", arg.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
