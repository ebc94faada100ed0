//! Command lines and URLs as they may be shown.
//!
//! Here a value is judged by where it stands and not by how it looks: what follows `--token` is
//! taken out even if it is `hunter2`.

use std::fmt::Write as _;

use aho_corasick::AhoCorasick;

use crate::{
    automaton::{self, Case},
    secrets::{
        credential_name, entropy, is_reference, mark, redact, redact_cow, redact_setting,
        secret_in_setting,
    },
};

/// Returns a command line as it may be shown, quoted where a shell would need it.
pub fn redact_command<'a>(program: &str, args: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = quote(&redact_argument(program));
    let mut after: Option<String> = None;
    for arg in args {
        let shown = match after.take() {
            Some(name) if !arg.starts_with("--") => redact_named(&name, arg),
            _ => redact_argument(arg),
        };
        after = names_next(arg);
        // Writing to a string does not fail.
        out.push(' ');
        out.push_str(&quote(&shown));
    }
    out
}

/// Returns a URL as it may be shown: no user part, and no value in its query or fragment.
#[must_use]
pub fn redact_url(url: &str) -> String {
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(a, b)| (a, Some(b)));
    let (base, query) = rest.split_once('?').map_or((rest, None), |(a, b)| (a, Some(b)));
    let mut out = redact_path(&redact_userinfo(base));
    for (mark, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out.push_str(&redact_pairs(part));
        }
    }
    redact(&out)
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

/// The name that an argument gives to the next one: `--token`, `-p`, `-H`.
fn names_next(arg: &str) -> Option<String> {
    if !arg.starts_with('-') || arg.contains('=') {
        return None;
    }
    Some(arg.trim_start_matches('-').to_owned())
}

fn redact_named(name: &str, value: &str) -> String {
    match name {
        "e" | "env" | "H" | "header" | "headers" => redact_argument(value),
        "u" | "user" if value.contains(':') => mark("credential"),
        _ if credential_flag(name) && !is_reference(value) => {
            mark(secret_in_setting("token", value).unwrap_or("credential"))
        }
        _ => redact_argument(value),
    }
}

fn credential_flag(name: &str) -> bool {
    credential_name(name)
}

/// One argument on its own: `NAME=value`, `Name: value`, a URL, or text.
fn redact_argument(arg: &str) -> String {
    if arg.contains("://") {
        return redact_words(arg);
    }
    if let Some((name, value)) = split_setting(arg) {
        let bare = name.trim_start_matches('-');
        let separator = arg.get(name.len()..arg.len() - value.len()).unwrap_or("=");
        // An upper-case name is an environment variable, whose value is nobody's business.
        let variable = bare.len() > 1
            && bare.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let shown = if variable && !is_reference(value) && !harmless(value) {
            mark(secret_in_setting(bare, value).unwrap_or("value"))
        } else {
            redact_setting(bare, value)
        };
        return format!("{name}{separator}{shown}");
    }
    let shown = redact(arg);
    if shown == arg && machine_made(arg) { mark("credential") } else { shown }
}

/// Splits `NAME=value` and `Name: value`.
fn split_setting(arg: &str) -> Option<(&str, &str)> {
    let at = arg.find(['=', ':'])?;
    let (name, rest) = arg.split_at_checked(at)?;
    let value = rest.get(1..)?.trim_start();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (!name.is_empty() && name.bytes().all(plain) && !value.is_empty() && name.len() > 1)
        .then_some((name, value))
}

/// Whether an environment value tells nothing.
fn harmless(value: &str) -> bool {
    value.len() <= 5 && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a lone word looks like a value that a machine made up.
fn machine_made(arg: &str) -> bool {
    let body = arg.as_bytes();
    body.len() >= 20
        && body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.~+/=".contains(byte))
        && body.iter().any(u8::is_ascii_digit)
        && body.iter().any(u8::is_ascii_alphabetic)
        && !arg.contains('/')
        && !arg.starts_with('-')
        && entropy(arg) >= 36
        && !looks_named(arg)
}

/// Names of packages and files have parts that are words; keys do not.
fn looks_named(arg: &str) -> bool {
    arg.split(['-', '_', '.']).filter(|part| part.len() >= 3).any(|part| {
        part.bytes().all(|byte| byte.is_ascii_lowercase())
            && part.bytes().any(|byte| b"aeiou".contains(&byte))
    })
}

/// An argument that is, or holds, URLs; words in a shell's one-liner are taken one at a time.
fn redact_words(arg: &str) -> String {
    let mut out = String::with_capacity(arg.len());
    let mut after: Option<String> = None;
    for piece in arg.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        let shown = match after.take() {
            Some(name) if credential_name(&name) => mark("credential"),
            _ if word.contains("://") => redact_prefixed_url(word),
            _ => redact(word),
        };
        after = names_next(word);
        out.push_str(&shown);
        out.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    out
}

/// A word with a URL in it, perhaps behind `--url=` or a quote.
fn redact_prefixed_url(word: &str) -> String {
    let scheme = word.find("://").unwrap_or(0);
    let before = word.get(..scheme).unwrap_or_default();
    let start = before.rfind(|char: char| !char.is_ascii_alphanumeric() && !"+-.".contains(char));
    let (prefix, url) = word.split_at_checked(start.map_or(0, |at| at + 1)).unwrap_or(("", word));
    let name = prefix.trim_start_matches('-').trim_end_matches(['=', ':', '"', '\'']);
    if credential_name(name) {
        return format!("{prefix}{}", mark("credential"));
    }
    format!("{prefix}{}", redact_url(url))
}

fn redact_userinfo(base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else { return base.to_owned() };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    // The last `@` ends the user part; one inside a password does not.
    let user_end = rest.get(..authority_end).and_then(|authority| authority.rfind('@'));
    // A password with a slash pushes the `@` behind what looks like the authority.
    let user_end = user_end.or_else(|| {
        rest.find('@').filter(|at| {
            rest.get(..*at).is_some_and(|user| {
                user.contains(':') && !user.starts_with('[') && !port_first(user)
            })
        })
    });
    match user_end.and_then(|at| rest.get(at..)) {
        Some(host) => format!("{scheme}://{}{host}", mark("credential")),
        None => base.to_owned(),
    }
}

/// Whether what looks like `user:password` is `host:port/path`.
fn port_first(user: &str) -> bool {
    let after = user.split_once(':').map_or("", |(_, after)| after);
    let port = after.split('/').next().unwrap_or_default();
    after.contains('/') && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Path segments that look made by a machine, as hosted servers put keys there.
fn redact_path(base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else { return base.to_owned() };
    let mut out = format!("{scheme}://");
    for (index, segment) in rest.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        if index > 0 && machine_made(segment) {
            out.push_str(&mark("credential"));
        } else {
            out.push_str(segment);
        }
    }
    out
}

/// Query values, whatever they look like; references stay, since they tell where a value is kept.
fn redact_pairs(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    for (index, pair) in query.split('&').enumerate() {
        if index > 0 {
            out.push('&');
        }
        match pair.split_once('=') {
            Some((name, value)) if value.is_empty() || is_variable(value) => {
                out.push_str(name);
                out.push('=');
                out.push_str(value);
            }
            Some((name, value)) => {
                let kind = secret_in_setting(name, value).unwrap_or("value");
                if write!(out, "{name}={}", mark(kind)).is_err() {
                    out.push('…');
                }
            }
            None if pair.len() > 12 => out.push_str(&mark("value")),
            None => out.push_str(pair),
        }
    }
    out
}

fn is_variable(value: &str) -> bool {
    value.starts_with("${") && value.ends_with('}') && !value.contains(":-")
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
mod tests {
    use super::*;

    #[track_caller]
    fn command(line: &str, shown: &str) {
        let mut words = line.split(' ');
        let program = words.next().expect("a program");
        assert_eq!(redact_command(program, words), shown);
    }

    #[test]
    fn a_command_line_is_redacted_by_place() {
        command("npx -y server --token hunter2", "npx -y server --token ‹credential›");
        command("npx server --api-key=hunter2 x", "npx server --api-key=‹credential› x");
        command("docker run -e API_KEY=hunter2 img", "docker run -e API_KEY=‹credential› img");
        command("docker run -e DATABASE=orders2026 img", "docker run -e DATABASE=‹value› img");
        command("docker run -e GITHUB_TOKEN img", "docker run -e GITHUB_TOKEN img");
        command("x --token ${TOKEN}", "x --token ${TOKEN}");
        command(
            "x --url https://me:pw@host/a?key=1",
            "x --url https://‹credential›@host/a?key=‹value›",
        );
        command("node s.js 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e", "node s.js ‹credential›");
        command(
            "npx -y @modelcontextprotocol/server-memory@2025.11.25",
            "npx -y @modelcontextprotocol/server-memory@2025.11.25",
        );
        command("uvx mcp-server-git==2025.7.1", "uvx mcp-server-git==2025.7.1");
    }

    #[test]
    fn a_url_keeps_only_what_names_the_place() {
        assert_eq!(redact_url("https://a.example/mcp"), "https://a.example/mcp");
        assert_eq!(
            redact_url("https://a.example:8443/mcp?x=1&t=${T}"),
            "https://a.example:8443/mcp?x=‹value›&t=${T}"
        );
        assert_eq!(redact_url("https://u:p/q@h/mcp"), "https://‹credential›@h/mcp");
        assert_eq!(
            redact_url("https://h/s/Zx81kQpL0vB3nM7tYw2R/mcp"),
            "https://h/s/‹credential›/mcp"
        );
    }

    #[test]
    fn known_values_are_taken_out_of_any_text() {
        let redactor = Redactor::new(["correct horse", "abc"]);
        assert_eq!(redactor.apply("it is correct horse, abc"), "it is ‹credential›, abc");
    }
}
