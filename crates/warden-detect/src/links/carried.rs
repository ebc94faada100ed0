//! What an address carries already: running text, also encoded, and credentials.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::secrets::first_secrets;

use super::{
    Carrier,
    slot::{Address, decoded},
};

/// A shorter value carries no text worth the while.
const SHORTEST: usize = 20;

/// Parameters whose use is to be shown, searched for or sent as words.
static SHOWN: &[&str] = &[
    "text",
    "title",
    "label",
    "caption",
    "alt",
    "q",
    "query",
    "search",
    "s",
    "subject",
    "chl",
    "chart",
    "c",
    "tex",
    "latex",
    "name",
    "body",
    "description",
    "desc",
    "u",
    "url",
    "quote",
    "message",
    "msg",
    "logo",
    "font",
    "family",
];

/// Words of a conversation, as one is written down.
static SPOKEN: &[&str] = &[
    "user:",
    "assistant:",
    "system:",
    "human:",
    "system prompt",
    "password",
    "conversation",
    "api key",
    "api_key",
    "secret",
    "private key",
    "confidential",
    "my name is",
    "\"role\"",
];

const PADDING: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, PADDING);
const SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, PADDING);

/// What the values of an address count for.
pub(super) fn weight(address: &Address<'_>, carrier: Carrier) -> u32 {
    let values = address.pairs.iter().map(|(name, value)| (*name, *value));
    let segments = address.path.split('/').map(|segment| ("/", segment));
    let labels = address.host.split('.').map(|label| ("/", label));
    let all = values.chain(segments).chain(labels);
    let long = all.filter(|(_, value)| value.len() >= SHORTEST);
    long.map(|(name, value)| of_value(name, value, carrier)).max().unwrap_or(0)
}

fn of_value(name: &str, value: &str, carrier: Carrier) -> u32 {
    let plain = decoded(value).replace('+', " ");
    if let Some(hidden) = encoded(value) {
        let weight = match said(&hidden) {
            Says::Nothing => 0,
            Says::Words if hidden.starts_with(['{', '[', '<']) => 10,
            Says::Words => 55,
            Says::Spoken => 60,
        };
        return if carrier.loads() { weight } else { weight / 2 };
    }
    let shown = SHOWN.contains(&name.to_ascii_lowercase().as_str());
    match (said(&plain), carrier.loads()) {
        (Says::Words, true) => {
            if shown || name == "/" {
                0
            } else {
                25
            }
        }
        (Says::Spoken, true) => {
            if shown {
                35
            } else {
                55
            }
        }
        (Says::Nothing, _) | (Says::Words, false) => 0,
        (Says::Spoken, false) => {
            if shown || name == "/" {
                5
            } else {
                20
            }
        }
    }
}

/// What a value says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Nothing,
    /// Running text.
    Words,
    /// What was said in a conversation, or a credential.
    Spoken,
}

fn said(text: &str) -> Says {
    let lower = text.to_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Says::Nothing;
    }
    let word = |word: &&str| word.chars().filter(|char| char.is_alphabetic()).count() >= 2;
    let count = text.split_whitespace().filter(word).take(6).count();
    if count >= 2 && SPOKEN.iter().any(|word| lower.contains(word)) {
        return Says::Spoken;
    }
    if !first_secrets(text, 1).hits.is_empty() {
        return Says::Spoken;
    }
    if count >= 5 { Says::Words } else { Says::Nothing }
}

/// The text in a value that is Base64 or hexadecimal.
fn encoded(value: &str) -> Option<String> {
    let value = value.trim_end_matches(|char: char| !char.is_ascii_alphanumeric() && char != '=');
    let value = value.strip_suffix(".png").or_else(|| value.strip_suffix(".gif")).unwrap_or(value);
    let value = decoded(value);
    let bytes = value.as_bytes();
    if bytes.len() < SHORTEST {
        return None;
    }
    let all = |fits: fn(&u8) -> bool| bytes.iter().all(fits);
    let text = if all(u8::is_ascii_hexdigit) {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let pair = |pair: &[u8]| match pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        };
        bytes.chunks(2).map(pair).collect::<Option<Vec<u8>>>()?
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(byte)) {
        SAFE.decode(bytes).ok()?
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"+/= ".contains(byte)) {
        PLAIN.decode(value.replace(' ', "+")).ok()?
    } else {
        return None;
    };
    let text = String::from_utf8(text).ok()?;
    let shows = |char: char| !char.is_control() || char.is_whitespace();
    text.chars().all(shows).then_some(text)
}
