//! Reading a `security.txt` (RFC 9116).

use super::SecurityTxt;
use crate::Time;

/// The longest file that is read, in bytes.
const MOST: usize = 32 << 10;

/// How a file that is signed begins, and how its text ends (RFC 9580, section 7).
const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

impl SecurityTxt {
    /// Reads a file as RFC 9116 (sections 2 to 4) writes it: comments, empty lines, and fields with
    /// a name and a value, perhaps within a signature of `OpenPGP`, which nobody verifies here.
    ///
    /// Returns what is in it, and in `malformed` the first thing that is wrong with its form; where
    /// it came from is not known.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut found = Self { found: true, ..Self::default() };
        if let Err(why) = found.fields(bytes) {
            found.malformed = Some(why);
        }
        found
    }

    fn fields(&mut self, bytes: &[u8]) -> Result<(), String> {
        if bytes.len() > MOST {
            return Err(format!("it is longer than {MOST} bytes"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not in UTF-8".to_owned())?;
        let mut languages = 0;
        for (number, line) in plain(text)? {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |why: &str| format!("line {number}: {why}");
            let (name, value) = line.split_once(':').ok_or_else(|| wrong("it is no field"))?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if name.is_empty() || !name.chars().all(is_name) {
                return Err(wrong("it has no name of a field"));
            }
            let value = value.trim();
            if value.is_empty() || value.chars().any(char::is_control) {
                return Err(wrong("the field has no value"));
            }
            match name.to_ascii_lowercase().as_str() {
                "contact" if is_contact(value) => self.contacts += 1,
                "contact" => return Err(wrong("a contact is `https:`, `mailto:` or `tel:`")),
                "expires" => {
                    let time = Time::from_rfc3339(value);
                    self.expires.push(time.ok_or_else(|| wrong("it is no date of RFC 3339"))?);
                }
                "preferred-languages" => languages += 1,
                "policy" if is_web(value) => self.policies += 1,
                "policy" => return Err(wrong("a policy is at an address of HTTPS")),
                // The rest has no part in the answer, and there may be fields of later versions.
                _ => {}
            }
        }
        if languages > 1 { Err("it has several `Preferred-Languages`".into()) } else { Ok(()) }
    }
}

/// The lines with their numbers, without a signature around them.
fn plain(text: &str) -> Result<Vec<(usize, &str)>, String> {
    let all = (1..).zip(text.lines());
    if text.lines().next() != Some(SIGNED) {
        return Ok(all.collect());
    }
    let mut inside = all.skip(1).skip_while(|(_, line)| !line.is_empty()).skip(1);
    let mut out = Vec::new();
    let signed = loop {
        match inside.next() {
            Some((_, SIGNATURE)) => break inside.any(|(_, line)| line == END),
            Some((number, line)) => out.push((number, line.strip_prefix("- ").unwrap_or(line))),
            None => break false,
        }
    };
    if signed { Ok(out) } else { Err("its signature has no end".into()) }
}

/// Whether this is a contact (section 2.5.3): what is on the web is reached over HTTPS.
fn is_contact(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let of = |scheme: &str| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    let plain = !value.contains(char::is_whitespace);
    plain && (of("mailto:") || of("tel:") || is_web(value))
}

fn is_web(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let host = lower.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty()) && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Hello\nContact: mailto:security@example.com\r\ncontact: https://example.com/tell\n\nExpires: 2027-01-31T23:00:00+01:00\nPolicy: https://example.com/policy\nPreferred-Languages: en, de\nHiring: anything\n";

    #[test]
    fn fields_are_read_whatever_their_case_and_order() {
        let found = SecurityTxt::read(GOOD.as_bytes());
        assert_eq!(found.malformed, None);
        assert_eq!((found.contacts, found.policies, found.https), (2, 1, None));
        let expires: Time = "2027-01-31T22:00:00.000000Z".parse().unwrap();
        assert_eq!(found.expires, [expires]);
    }

    #[test]
    fn a_signature_is_around_the_text() {
        let signed =
            format!("{SIGNED}\nHash: SHA256\n\n- # dashed\n{GOOD}{SIGNATURE}\n\niQ\n{END}\n");
        let found = SecurityTxt::read(signed.as_bytes());
        assert_eq!((found.malformed.as_deref(), found.contacts), (None, 2));
        let open = SecurityTxt::read(format!("{SIGNED}\n\n{GOOD}").as_bytes());
        assert!(open.malformed.is_some());
    }

    #[test]
    fn what_has_another_form_is_told() {
        for (text, why) in [
            ("Contact: http://example.com/tell\n", "line 1: a contact"),
            ("Contact: security@example.com\n", "line 1: a contact"),
            ("\nContact: mailto:\n", "line 2: a contact"),
            ("Contact: https://\n", "line 1: a contact"),
            ("Expires: tomorrow\n", "line 1: it is no date"),
            ("<html>\n", "line 1: it is no field"),
            ("Not found: sorry\n", "line 1: it has no name"),
            ("Contact:\n", "line 1: the field has no value"),
            ("Policy: http://example.com\n", "line 1: a policy"),
            ("Preferred-Languages: en\nPreferred-Languages: de\n", "several"),
        ] {
            let found = SecurityTxt::read(text.as_bytes());
            let told = found.malformed.expect("it is malformed");
            assert!(told.starts_with(why) || told.contains("several"), "{text}: {told}");
        }
        assert!(SecurityTxt::read(b"\xff").malformed.is_some());
        assert!(SecurityTxt::read(&vec![b'#'; MOST + 1]).malformed.is_some());
    }
}
