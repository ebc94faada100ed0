//! References such as `${TOKEN}`: what clients put in place of a value.

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference<'a> {
    /// A variable: `${X}`, `$X`, `${env:X}`, `${X:-default}`, `{env:X}`, `%X%`, `{{X}}`.
    Variable(&'a str),
    /// Something that the client asks for: `${input:x}`.
    Input(&'a str),
    /// A file: `{file:x}`, `${file:x}`.
    File(&'a str),
    /// A command that prints it: `$(…)`, `` `…` ``.
    Command,
}

/// The references in a text, in order.
pub(super) fn references(text: &str) -> impl Iterator<Item = Reference<'_>> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Reference(reference) => Some(reference),
        Piece::Text(_) => None,
    })
}

/// Whether a value itself stands in a text: whether anything is left of it without references,
/// without the scheme of a header and without punctuation.
pub(super) fn stands_there(text: &str) -> bool {
    let mut left = 0;
    let mut refers = false;
    for piece in pieces(text) {
        match piece {
            Piece::Reference(_) => refers = true,
            Piece::Text(text) => {
                left += text
                    .split_whitespace()
                    .filter(|word| !is_scheme(word))
                    .map(str::len)
                    .sum::<usize>();
            }
        }
    }
    // Beside a reference stand prefixes such as `token=`.
    if refers { left >= 16 } else { left > 0 }
}

fn is_scheme(word: &str) -> bool {
    let word = word.trim_end_matches(':');
    ["bearer", "basic", "token", "apikey"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

enum Piece<'a> {
    Text(&'a str),
    Reference(Reference<'a>),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    // Whether a word may begin here: `$` within a word is part of a password rather.
    let mut boundary = true;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((reference, length)) = reference_at(rest, boundary) {
            boundary = true;
            rest = rest.get(length..).unwrap_or("");
            return Some(Piece::Reference(reference));
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let after = rest.get(first..).unwrap_or("");
        let end = after.find(['$', '{', '%', '`']).map_or(rest.len(), |at| at + first);
        let (before, tail) = rest.split_at(end);
        rest = tail;
        boundary = before.ends_with(|c: char| !c.is_alphanumeric() && c != '$');
        Some(Piece::Text(before))
    })
}

/// The reference at the start of a text, with its length.
fn reference_at(text: &str, boundary: bool) -> Option<(Reference<'_>, usize)> {
    let between = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        let end = inner.find(close)?;
        Some((inner.get(..end)?, open.len() + end + close.len()))
    };
    if let Some((_, length)) = between("$(", ")") {
        return Some((Reference::Command, length));
    }
    if let Some((_, length)) = between("`", "`") {
        return Some((Reference::Command, length));
    }
    if let Some((inner, length)) = between("${{", "}}").or_else(|| between("{{", "}}")) {
        let name = inner.trim().rsplit('.').next().unwrap_or(inner);
        return is_name(name).then_some((Reference::Variable(name), length));
    }
    if let Some((inner, length)) = between("${", "}") {
        return named(inner).map(|reference| (reference, length));
    }
    if let Some((inner, length)) = between("{", "}") {
        return inner.contains(':').then(|| named(inner)).flatten().map(|one| (one, length));
    }
    if let Some((inner, length)) = between("%", "%") {
        return is_name(inner).then_some((Reference::Variable(inner), length));
    }
    let name = text.strip_prefix('$').filter(|_| boundary)?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    let shouts = |name: &&str| !name.bytes().any(|byte| byte.is_ascii_lowercase());
    let name = name.get(..end).filter(|name| is_name(name)).filter(shouts)?;
    Some((Reference::Variable(name), end + 1))
}

fn named(inner: &str) -> Option<Reference<'_>> {
    if let Some(("input" | "prompt" | "promptString", name)) = inner.split_once(':') {
        return Some(Reference::Input(name));
    }
    if let Some(("file", name)) = inner.split_once(':') {
        return Some(Reference::File(name));
    }
    let name = ["env:", "secrets.", "secret:", "keychain:", "localEnv:"]
        .iter()
        .find_map(|prefix| inner.strip_prefix(prefix))
        .unwrap_or(inner);
    let name = name.split(':').next().unwrap_or(name).trim();
    is_name(name).then_some(Reference::Variable(name))
}

fn is_name(name: &str) -> bool {
    let first = name.bytes().next();
    first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Reference<'_>], literal: bool) {
        assert_eq!(references(text).collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(stands_there(text), literal, "{text}");
    }

    #[test]
    fn a_reference_is_no_value() {
        use Reference::{Command, File, Input, Variable};
        check("${TOKEN}", &[Variable("TOKEN")], false);
        check("$TOKEN", &[Variable("TOKEN")], false);
        check("Bearer ${TOKEN}", &[Variable("TOKEN")], false);
        check("${env:TOKEN}", &[Variable("TOKEN")], false);
        check("${TOKEN:-}", &[Variable("TOKEN")], false);
        check("{env:TOKEN}", &[Variable("TOKEN")], false);
        check("%TOKEN%", &[Variable("TOKEN")], false);
        check("{{ secrets.TOKEN }}", &[Variable("TOKEN")], false);
        check("${input:api-key}", &[Input("api-key")], false);
        check("{file:~/.token}", &[File("~/.token")], false);
        check("$(pass show x)", &[Command], false);
        check("user=${A} pass=${B}", &[Variable("A"), Variable("B")], false);
        check("", &[], false);
        check("Bearer ", &[], false);
    }

    #[test]
    fn a_value_stands_there() {
        check("abc", &[], true);
        check("Bearer abc", &[], true);
        check("p$$w{rd", &[], true);
        check("$1.50", &[], true);
        check("é%é", &[], true);
        check("0123456789abcdef0123${SUFFIX}", &[Reference::Variable("SUFFIX")], true);
    }
}
