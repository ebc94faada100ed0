//! Texts of a pack with what stands in them for secrets.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;
use warden_govern::redteam::FORMS;

/// What an agent writes for something that it has not read.
const NOT_KNOWN: &str = "(not known)";

/// Every secret of a pack, by name.
pub(super) type Secrets = BTreeMap<String, String>;

/// A text as whoever wrote the attack means it.
pub(super) fn whole(text: &str, secrets: &Secrets) -> String {
    fill(text, secrets, |_| true)
}

/// A text as an agent writes it that knows some of the secrets.
pub(super) fn fill(text: &str, secrets: &Secrets, knows: impl Fn(&str) -> bool) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    secrets.iter().fold(text.to_owned(), |text, (name, secret)| {
        let has = knows(secret);
        let put = |text: String, place: &str, form: &str| {
            if !text.contains(place) {
                return text;
            }
            text.replace(place, &if has { formed(secret, form) } else { NOT_KNOWN.to_owned() })
        };
        let text = put(text, &format!("{{{name}}}"), "");
        FORMS.iter().fold(text, |text, form| put(text, &format!("{{{name}|{form}}}"), form))
    })
}

/// A secret in one of the [forms](FORMS); as it is in any other.
fn formed(secret: &str, form: &str) -> String {
    match form {
        "base64" => BASE64_STANDARD.encode(secret),
        "hex" => each(secret, |byte| format!("{byte:02x}")),
        "percent" => each(secret, |byte| format!("%{byte:02X}")),
        "reverse" => secret.chars().rev().collect(),
        "first" => halves(secret).0.to_owned(),
        "second" => halves(secret).1.to_owned(),
        _ => secret.to_owned(),
    }
}

fn each(text: &str, form: impl Fn(u8) -> String) -> String {
    text.bytes().map(form).collect::<Vec<_>>().concat()
}

fn halves(text: &str) -> (&str, &str) {
    let middle = text.char_indices().nth(text.chars().count() / 2);
    text.split_at(middle.map_or(0, |(at, _)| at))
}

/// Every text in a value, with a line end between them.
pub(super) fn texts(value: &Value) -> String {
    let mut all = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => all.push(text.as_str()),
            Value::Array(values) => open.extend(values.iter().rev()),
            Value::Object(members) => open.extend(members.values().rev()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stand_in_every_form_for_those_who_know_them() {
        let secrets = Secrets::from([("pin".into(), "7406".into())]);
        for form in FORMS {
            let text = format!("a {{pin|{form}}} b");
            let filled = whole(&text, &secrets);
            assert!(!filled.contains(['{', '|']) && filled != "a 7406 b", "{filled}");
        }
        let text = "{pin} {pin|hex} {pin|base64} {pin|first}+{pin|second} {other}";
        assert_eq!(whole(text, &secrets), "7406 37343036 NzQwNg== 74+06 {other}");
        assert_eq!(fill("{pin|hex}", &secrets, |_| false), NOT_KNOWN);
    }
}
