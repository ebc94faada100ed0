//! Characters that no font here has a shape for.

use serde_json::Value;
use warden_report::paper::Document;

use crate::{SetError, desk::Types};

/// The document with every character spelled out that would be an empty box on paper, as
/// `<U+4E00>`: whoever reads it sees that there was something, and what.
///
/// # Errors
/// When it cannot be written as JSON, which a document always can.
pub(crate) fn spelled(document: &Document, types: &Types) -> Result<Document, SetError> {
    let mut value = serde_json::to_value(document).map_err(SetError::Format)?;
    each_text(&mut value, &|text| {
        let bare = |c: &char| !c.is_ascii() && !c.is_control() && !shown(*c, types);
        if text.chars().any(|c| bare(&c)) {
            *text = text.chars().map(|c| if bare(&c) { number(c) } else { c.into() }).collect();
        }
    });
    serde_json::from_value(value).map_err(SetError::Format)
}

fn number(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// Whether a character has a shape that means the same to everybody. In the areas for private use
/// each font has shapes of its own, which no reader can name.
fn shown(c: char, types: &Types) -> bool {
    let private = matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF);
    !private && types.cover(c)
}

fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(all) => all.iter_mut().for_each(|one| each_text(one, change)),
        Value::Object(all) => all.iter_mut().for_each(|(_, one)| each_text(one, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
