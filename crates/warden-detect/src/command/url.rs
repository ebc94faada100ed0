//! URLs as they may be shown.

use std::fmt::Write as _;

use super::made::machine_made;
use crate::secrets::{mark, redact, secret_in_setting};

/// Returns a URL as it may be shown: no user part, and no value in its query or fragment.
#[must_use]
pub fn redact_url(url: &str) -> String {
    // First as a whole: a key with a slash or a sign in it is no key any more once it is cut up.
    let url = redact(url);
    let (rest, fragment) = url.split_once('#').map_or((url.as_str(), None), |(a, b)| (a, Some(b)));
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
            Some((name, value)) if value.is_empty() || is_variable(value) || is_mark(value) => {
                out.push_str(name);
                out.push('=');
                out.push_str(value);
            }
            // A key may hold the sign, too: what stands before it is then no name.
            Some((name, _)) if !is_name(name) => out.push_str(&mark("value")),
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

/// What stands for a value that was taken out.
fn is_mark(value: &str) -> bool {
    let kind = value.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›'));
    kind.is_some_and(|kind| kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// Whether this can be the name of a value.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]~%$:".contains(&byte);
    name.len() <= 64 && name.bytes().all(plain) && !machine_made(name)
}

/// One variable without a default, which tells nothing.
fn is_variable(value: &str) -> bool {
    value.starts_with("${") && value.ends_with('}') && !value.contains(":-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_only_what_names_the_place() {
        assert_eq!(redact_url("https://a.example/mcp"), "https://a.example/mcp");
        assert_eq!(
            redact_url("https://a.example:8443/mcp?x=1&t=${T}"),
            "https://a.example:8443/mcp?x=‹value›&t=${T}"
        );
        assert_eq!(redact_url("https://h/#k: Zx81kQ+pL0vB3nM=="), "https://h/#‹value›");
        assert_eq!(redact_url("https://u:p/q@h/mcp"), "https://‹credential›@h/mcp");
        for key in ["Zx81kQpL0vB3nM7tYw2R", "kQpLvBnMtYwRzXhJgFdSaPoI"] {
            let shown = redact_url(&format!("https://h/s/{key}/mcp"));
            assert_eq!(shown, "https://h/s/‹credential›/mcp");
        }
    }
}
