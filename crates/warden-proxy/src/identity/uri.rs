//! Addresses, compared as proofs want it.

/// An address without query and fragment, in the one spelling that is compared (RFC 9449, section
/// 4.3, with RFC 3986, sections 6.2.2 and 6.2.3): scheme and host in lower case, no default port,
/// no empty path, and no character escaped without need. `None` for what is no such address.
pub(super) fn normal(uri: &str) -> Option<String> {
    let uri = uri.split(['?', '#']).next()?;
    let (scheme, rest) = uri.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(at)?;
    let sound = !authority.is_empty() && !authority.contains('@') && uri.is_ascii();
    if !sound || uri.bytes().any(|byte| byte <= b' ') {
        return None;
    }
    let authority = authority.to_ascii_lowercase();
    let authority = authority.trim_end_matches(default);
    if authority.is_empty() {
        return None;
    }
    Some(format!("{scheme}://{authority}{}", plain_path(path)?))
}

/// The scheme and the authority of an address, and its path, which is empty or begins with `/`.
pub(super) fn split(uri: &str) -> Option<(&str, &str)> {
    let begin = uri.find("://")? + 3;
    let at = uri.get(begin..)?.find('/').map_or(uri.len(), |at| begin + at);
    uri.split_at_checked(at)
}

fn plain_path(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some("/".to_owned());
    }
    let mut plain = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            plain.push(char::from(byte));
            continue;
        }
        let byte = digit(bytes.next()?)? << 4 | digit(bytes.next()?)?;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            plain.push(char::from(byte));
        } else {
            plain.push_str(&format!("%{byte:02X}"));
        }
    }
    // A path that leads elsewhere than it seems is nobody's.
    (!plain.split('/').any(|part| part == "." || part == "..")).then_some(plain)
}

/// The bytes that stand for themselves or are escaped in part of a query.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = bytes.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|pair| {
            let [high, low] = pair else { return None };
            Some(digit(*high)? << 4 | digit(*low)?)
        });
        out.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_address_has_one_spelling() {
        let here = Some("https://gate.example/mcp".to_owned());
        for same in [
            "https://gate.example/mcp",
            "HTTPS://Gate.Example:443/mcp",
            "https://gate.example/mcp?a=b#c",
            "https://gate.example/%6dcp",
        ] {
            assert_eq!(normal(same), here, "{same}");
        }
        for other in [
            "https://gate.example/mcp/",
            "https://gate.example/MCP",
            "http://gate.example/mcp",
            "https://gate.example:8443/mcp",
            "https://gate.example.evil/mcp",
            "https://user@gate.example/mcp",
            "https://gate.example/x/../mcp",
            "https://gate.example/x/%2e%2e/mcp",
            "https://gate.example%2fmcp",
            "//gate.example/mcp",
            "https:///mcp",
            "https://gate.example/mcp%",
            "https://gate.example/ mcp",
        ] {
            assert_ne!(normal(other), here, "{other}");
        }
        assert_eq!(normal("https://gate.example"), normal("https://gate.example/"));
        assert_eq!(normal("https://gate.example/a%2fb"), normal("https://gate.example/a%2Fb"));
        assert_ne!(normal("https://gate.example/a%2fb"), normal("https://gate.example/a/b"));
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_so(uri in "https?://[a-zA-Z.:@%0-9]{0,12}(/[a-z%0-9A-F.]{0,6}){0,3}") {
            if let Some(normal) = normal(&uri) {
                prop_assert_eq!(super::normal(&normal), Some(normal));
            }
        }
    }
}
