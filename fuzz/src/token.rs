//! `pkcs11:` URIs (RFC 7512): what is taken names one key and nothing else, whatever order it is
//! written in, and what is refused repeats nothing, since a PIN may stand in it.

use std::path::Path;

use warden_seal::TokenUri;

/// A text, also as the label of a key in an URI that is otherwise right.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    read(text);
    let label: String = data.iter().take(1000).map(|byte| format!("%{byte:02X}")).collect();
    let found = TokenUri::parse(&format!("pkcs11:object=k;token={label}?module-path=/p11.so"));
    let takes = !text.is_empty() && data.len() <= 1000 && !text.chars().any(char::is_control);
    let token = found.ok().map(|uri| uri.key.token);
    assert_eq!(token, takes.then(|| text.to_owned()), "a label comes back as it was written");
}

fn read(text: &str) {
    let found = TokenUri::parse(text);
    assert_eq!(found, TokenUri::parse(text), "two readings differ");
    let uri = match found {
        Ok(uri) => uri,
        Err(why) => {
            let told = why.to_string();
            let values = text.split([';', '&', '?']).filter_map(|pair| pair.split_once('='));
            for (_, value) in values.filter(|(_, value)| value.len() > 12) {
                assert!(!told.contains(value), "`{told}` repeats a value");
            }
            return;
        }
    };
    assert!(uri.key.module.is_absolute() && !uri.key.token.is_empty() && !uri.key.key.is_empty());
    assert!(uri.pin_source.as_deref().is_none_or(Path::is_absolute));
    let (path, query) = text["pkcs11:".len()..].split_once('?').expect("it names a library");
    let named = |pair: &str| pair.starts_with("pin-value=");
    assert!(!path.split(';').chain(query.split('&')).any(named), "a PIN was taken");
    // The order of attributes means nothing, and no attribute is passed over.
    let turned = format!("pkcs11:{}?{}", back(path, ";"), back(query, "&"));
    assert_eq!(TokenUri::parse(&turned).as_ref(), Ok(&uri), "the order means something");
    for more in [format!("{text}&slot-id=1"), format!("{text}&pin-value=1")] {
        assert!(TokenUri::parse(&more).is_err(), "an attribute was passed over");
    }
}

/// The parts in the other order.
fn back(text: &str, by: &str) -> String {
    text.split(by).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(by)
}
