//! `security.txt` (RFC 9116): what counts as contacts and dates are those that a reader of lines
//! finds, and what is malformed is told with a line that there is.

use warden_policy::approval::SecurityTxt;

/// A file.
pub fn check(data: &[u8]) {
    let found = SecurityTxt::read(data);
    assert_eq!(found, SecurityTxt::read(data), "two readings differ");
    assert!(found.found && found.https.is_none(), "nobody saw it come");
    let text = String::from_utf8_lossy(data);
    if let Some(why) = &found.malformed {
        if let Some(line) = why.strip_prefix("line ").and_then(|rest| rest.split(':').next()) {
            let line: usize = line.parse().expect("a number");
            assert!((1..=text.lines().count()).contains(&line), "{why}");
        }
        return;
    }
    assert!(std::str::from_utf8(data).is_ok(), "it is not in UTF-8");
    let signed = text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----");
    let named = |name: &str| {
        let lines = text.lines().map(|line| line.strip_prefix("- ").unwrap_or(line));
        let fields = lines.filter_map(|line| line.split_once(':'));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).count()
    };
    // Of a signed one, what comes behind the signature is not part of it.
    let fits = |found: usize, lines: usize| if signed { found <= lines } else { found == lines };
    assert!(fits(found.contacts as usize, named("Contact")), "contacts of {text:?}");
    assert!(fits(found.expires.len(), named("Expires")), "dates of {text:?}");
    assert!(fits(found.policies as usize, named("Policy")), "policies of {text:?}");
    if !signed {
        // Comments and empty lines mean nothing, and neither does the way in which lines end.
        let more = format!("# a comment\r\n\r\n{}", text.replace('\n', "\r\n"));
        let again = SecurityTxt::read(more.replace("\r\r", "\r").as_bytes());
        let of = |it: &SecurityTxt| (it.contacts, it.policies, it.expires.clone());
        if again.malformed.is_none() {
            assert_eq!(of(&again), of(&found));
        }
    }
}
