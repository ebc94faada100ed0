//! E-mail addresses, held against those that may be written to.
//!
//! A field for addresses has a grammar (RFC 5322 section 3.4) that mailers follow as far as they
//! like. What passes is the part on which they agree: plain addresses, one or several, with plain
//! names before them. Groups, comments, quoted local parts, routes and literals are refused.

use ::url::Host;
use serde_json::Value;

use super::form::normal_forms;

const MOST_ADDRESSES: usize = 256;
const MOST_TEXT: usize = 64 * 1024;
/// Letters of a local part (RFC 5322 section 3.2.3) without `%`, `!`, `/` and `=`, which stood for routes
/// to other hosts and stand for addresses in other networks.
const LOCAL: &str = "#$&'*+-?^_`{|}~.";

/// Who may be written to.
#[derive(Clone, Debug)]
pub(super) struct Recipients(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    /// `None` for everybody at the domain.
    local: Option<String>,
    domain: String,
    /// The domain stands for what is below it.
    below: bool,
}

impl Recipients {
    /// Reads the addresses of a setting.
    pub(super) fn read(patterns: &[String]) -> Option<Self> {
        let patterns: Option<Vec<Pattern>> = patterns.iter().map(|it| Pattern::read(it)).collect();
        patterns.filter(|it| !it.is_empty()).map(Self)
    }

    /// Whether a value holds addresses and only such that may be written to.
    pub(super) fn hold(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.hold_text(text),
            Value::Array(items) => {
                items.len() <= MOST_ADDRESSES
                    && items.iter().all(|item| !item.is_array() && self.hold(item))
            }
            Value::Object(members) => {
                let mut found = false;
                let sound = members.iter().all(|(name, member)| {
                    let address = is_address_field(name);
                    found |= address;
                    if address { self.hold(member) } else { harmless(member) }
                });
                found && sound
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn hold_text(&self, text: &str) -> bool {
        let each = |form: &String| {
            let found = addresses(form);
            found.is_some_and(|all| all.iter().all(|it| self.0.iter().any(|p| p.covers(it))))
        };
        normal_forms(text).iter().all(each)
    }
}

/// Members under which an address stands in an object.
fn is_address_field(name: &str) -> bool {
    let name = super::field::folded(name);
    matches!(name.as_str(), "email" | "address" | "emailaddress" | "mail" | "addr" | "recipient")
}

/// A member that is not for addresses has none.
fn harmless(member: &Value) -> bool {
    match member {
        Value::String(text) => !text.contains(['@', '＠', '<', '\r', '\n']),
        Value::Array(_) | Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

impl Pattern {
    fn read(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let (below, name) = domain.strip_prefix("*.").map_or((false, domain), |it| (true, it));
        let domain = ascii(name)?;
        let local = match local {
            "*" => None,
            local => Some(is_local(local).then(|| local.to_lowercase())?),
        };
        Some(Self { local, domain: if below { format!(".{domain}") } else { domain }, below })
    }

    fn covers(&self, address: &Address) -> bool {
        let local = self.local.as_ref().is_none_or(|it| *it == address.local);
        let at = |it: &str| if self.below { it.ends_with(&self.domain) } else { it == self.domain };
        local && at(&address.domain)
    }
}

/// An address with both sides in lower case and the domain as ASCII.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    local: String,
    pub(super) domain: String,
}

/// Every address in a field for addresses; `None` if it is written in a way that not every
/// mailer reads alike.
fn addresses(text: &str) -> Option<Vec<Address>> {
    if text.len() > MOST_TEXT
        || text.contains(|c: char| c.is_control() || (super::field::unseen(c) && c != ' '))
    {
        return None;
    }
    let parts = parts(text)?;
    let found: Vec<Address> = parts.iter().map(|part| mailbox(part)).collect::<Option<_>>()?;
    (!found.is_empty() && found.len() <= MOST_ADDRESSES).then_some(found)
}

/// The text between commas and semicolons that are not in quotes.
fn parts(text: &str) -> Option<Vec<&str>> {
    let mut quoted = false;
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, c) in text.char_indices() {
        match c {
            '\\' | '(' | ')' | '[' | ']' | ':' => return None,
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                parts.push(text.get(begin..at)?.trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    let last = text.get(begin..)?.trim();
    // One comma at the end is a habit.
    if !last.is_empty() || parts.is_empty() {
        parts.push(last);
    }
    (!quoted).then_some(parts)
}

/// `ann@example.com`, `Ann <ann@example.com>` or `"Doe, Ann" <ann@example.com>`.
fn mailbox(text: &str) -> Option<Address> {
    let Some((name, rest)) = text.split_once('<') else { return address(text) };
    let inner = rest.strip_suffix('>')?;
    let quoted = name.trim().strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let plain = quoted.unwrap_or(name);
    // A name that looks like an address is one for somebody.
    if plain.contains(['@', '"', '<', '>', '＠', '﹫']) {
        return None;
    }
    address(inner)
}

pub(super) fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.split_once('@')?;
    let domain = ascii(domain)?;
    (is_local(local) && domain.contains('.'))
        .then(|| Address { local: local.to_lowercase(), domain })
}

fn is_local(local: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || LOCAL.contains(c);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    !local.is_empty() && local.len() <= 64 && local.chars().all(letter) && !dots
}

/// A domain in lower case and as ASCII; `None` for what is no name.
fn ascii(domain: &str) -> Option<String> {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    if domain.is_empty() || !domain.chars().all(letter) || domain.contains(['ß', 'ς']) {
        return None;
    }
    match Host::parse(domain).ok()? {
        Host::Domain(name) if !name.ends_with('.') && !name.starts_with('.') => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recipients() -> Recipients {
        let patterns = ["*@example.com", "ann@partner.test", "*@*.example.org", "*@bücher.example"];
        Recipients::read(&patterns.map(str::to_owned)).expect("addresses")
    }

    // No form of an address goes to somebody else.
    #[test]
    fn no_form_of_an_address_goes_elsewhere() {
        let hostile = [
            "ann@evil.test",
            "ann@example.com.evil.test",
            "ann@notexample.com",
            "ben@partner.test",
            "ann@example.com, eve@evil.test",
            "ann@example.com;eve@evil.test",
            "eve@evil.test,ann@example.com",
            "\"ann@example.com\" <eve@evil.test>",
            "ann@example.com <eve@evil.test>",
            "<eve@evil.test> ann@example.com",
            "ann@example.com\nBcc: eve@evil.test",
            "ann@example.com\r\neve@evil.test",
            "ann@example.com%0abcc:eve@evil.test",
            "friends: eve@evil.test, ann@example.com;",
            "ann(eve@evil.test)@example.com",
            "(ann@example.com) eve@evil.test",
            "\"eve@evil.test\"@example.com",
            "eve%evil.test@example.com",
            "evil.test!eve@example.com",
            "@evil.test:ann@example.com",
            "ann@[10.0.0.1]",
            "ann@example.com.",
            "ann@@example.com",
            "ann@example.com@evil.test",
            "ann@ex\u{200b}ample.com",
            "ann＠evil.test",
            "ann@еxample.com",
            "ann@example。com，eve@evil.test",
            "mailto:ann@example.com?cc=eve@evil.test",
            "",
            " ",
            "ann",
            "@example.com",
            "ann@",
            "ann@example.com eve@evil.test",
            "ann@localhost",
            ".ann@example.com",
            "a..b@example.com",
            "ann@example.org",
            "ann\\@evil.test@example.com",
            "=?utf-8?q?eve=40evil.test?=@example.com",
            "ann@exa mple.com",
            "<ann@example.com",
        ];
        for text in hostile {
            assert!(!recipients().hold(&json!(text)), "{text:?}");
        }
        let values = [
            json!(["ann@example.com", "eve@evil.test"]),
            json!({"email": "eve@evil.test"}),
            json!([["ann@example.com"]]),
            json!({"name": "eve@evil.test", "email": "ann@example.com"}),
            json!({"name": "Ann"}),
            json!(5),
            json!(null),
            json!({"email": "ann@example.com", "cc": ["eve@evil.test"]}),
            json!([{"address": "a@b.test"}]),
        ];
        for value in &values {
            assert!(!recipients().hold(value), "{value}");
        }
    }

    #[test]
    fn ordinary_addresses_pass() {
        let good = [
            json!("ann@example.com"),
            json!("Ann@Example.COM"),
            json!("Ann Doe <ann.doe+x@example.com>"),
            json!("\"Doe, Ann\" <ann@example.com>"),
            json!("ann@example.com, ben@example.com"),
            json!(["ann@example.com", "Ben <ben@example.com>"]),
            json!("ann@partner.test"),
            json!("a@x.example.org"),
            json!({"name": "Ann", "email": "ann@example.com"}),
            json!("ann@example.com;"),
            json!("o'neil@example.com"),
            json!("ann@bücher.example"),
            json!("ann@xn--bcher-kva.example"),
            json!([]),
            json!({"emailAddress": {"address": "ann@example.com", "name": "Ann"}}),
            json!("Änne Groß <ann@example.com>"),
        ];
        for value in &good {
            assert!(recipients().hold(value), "{value}");
        }
        for pattern in ["", "example.com", "*@", "a b@example.com", "*@*", "ann@[1.1.1.1]"] {
            assert!(Recipients::read(&[pattern.to_owned()]).is_none(), "{pattern:?}");
        }
    }
}
