//! The hosts that a text names: in addresses, and behind the sign of an e-mail address.

/// A longer name is none.
const LONGEST: usize = 253;

/// Returns each host of a text, in lower case, with where it stands, in order.
pub(crate) fn hosts(text: &str) -> Vec<(String, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for colon in memchr::memmem::find_iter(bytes, b"://") {
        let start = colon + 3;
        let end = text.floor_char_boundary((start + 2 * LONGEST).min(text.len()));
        let rest = text.get(start..end).unwrap_or_default();
        let ends = |char: char| char.is_whitespace() || "/?#\\\"'<>()[]{}`,;|".contains(char);
        let authority = rest.split(ends).next().unwrap_or_default();
        let skipped = authority.rfind('@').map_or(0, |at| at + 1);
        let host = authority.get(skipped..).unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
        add(host, start + skipped, &mut found);
    }
    for at in memchr::memchr_iter(b'@', bytes) {
        let local = at.checked_sub(1).and_then(|before| bytes.get(before));
        if !local.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-+}>".contains(byte)) {
            continue;
        }
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let named = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let length = rest.iter().take(LONGEST).take_while(named).count();
        let host = text.get(at + 1..at + 1 + length).unwrap_or_default();
        let host = host.trim_end_matches(['.', '-']);
        let ending = host.rsplit('.').next().unwrap_or_default();
        if host.contains('.') && ending.len() > 1 && ending.bytes().all(|b| b.is_ascii_alphabetic())
        {
            add(host, at + 1, &mut found);
        }
    }
    found.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
    found.dedup();
    found
}

fn add(host: &str, at: usize, found: &mut Vec<(String, usize)>) {
    if !host.is_empty() && host.len() <= LONGEST {
        found.push((host.to_lowercase(), at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_addresses_and_behind_names() {
        let names = |text| hosts(text).into_iter().map(|(host, _)| host).collect::<Vec<_>>();
        assert_eq!(
            names("to https://u:p@Evil.example:8/x, (ftp://b.example) and ann@mail.example."),
            ["evil.example", "b.example", "mail.example"]
        );
        assert!(names("left-pad@1.3.0 @app.route a://  x@y").is_empty());
    }
}
