//! Addresses that are programs.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use super::{Carrier, LinkKind, Links, WEAK, place::Place, slot::decoded};

/// What a program does that takes something away or loads something.
static ACTS: &[&str] = &[
    "cookie",
    "fetch(",
    "xmlhttp",
    "eval(",
    "atob(",
    "localstorage",
    "sessionstorage",
    "import(",
    "document.write",
    "location=",
    "location.href",
    "location.replace",
    "sendbeacon",
    "new image",
    ".src=",
    "websocket",
    "function(",
    "innerhtml",
];

/// What makes a program of a document.
static ACTIVE: &[&str] =
    &["<script", "onload=", "onerror=", "javascript:", "<iframe", "<foreignobject", "http-equiv"];

const ACTING: u32 = 55;
const DOING: u32 = 30;
/// `javascript:void(0)` and `javascript:;` are how pages make a link that leads nowhere.
const IDLE: u32 = 2;

/// Judges `javascript:` and `data:` with a document.
pub(super) fn judge(address: &str, range: &Range<usize>, place: &Place<'_>, found: &mut Links) {
    let weight = if address.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        of_document(address)
    } else {
        of_program(address)
    };
    // Text that speaks of such addresses does nothing.
    let plain = place.carrier == Carrier::Plain && !place.marked;
    let weight = if plain { weight.min(WEAK / 2) } else { weight };
    found.add(LinkKind::Script, place.carrier, weight, range);
}

fn of_program(address: &str) -> u32 {
    let body = address.split_once(':').map_or("", |(_, body)| body);
    let body = decoded(body).to_lowercase();
    let flat: String = body.chars().filter(|char| !char.is_whitespace() || *char == ' ').collect();
    if ACTS.iter().any(|act| flat.contains(act)) {
        return ACTING;
    }
    let idle = flat.trim_matches([';', ' ', '/']);
    let harmless =
        ["", "void(0)", "void 0", "false", "history.back()", "history.go(-1)", "print()"];
    let calls = idle.contains('(') && !idle.starts_with("window.print");
    if harmless.contains(&idle) || !calls { IDLE } else { DOING }
}

fn of_document(address: &str) -> u32 {
    let (head, body) = address.split_once(',').unwrap_or((address, ""));
    let text = if head.to_ascii_lowercase().contains(";base64") {
        let coded: Vec<u8> = body
            .bytes()
            .filter(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
            .collect();
        // What has lost its end is read as far as it goes.
        let whole = coded.len() - coded.len() % 4;
        let coded = if coded.len() % 4 == 1 { coded.get(..whole) } else { Some(coded.as_slice()) };
        let bytes = STANDARD_NO_PAD.decode(coded.unwrap_or_default()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        decoded(body).into_owned()
    };
    let lower = text.to_lowercase();
    let active = ACTIVE.iter().any(|active| lower.contains(active));
    let page = head.to_ascii_lowercase().contains("text/html");
    match (active, page) {
        (true, _) => ACTING,
        (false, true) => DOING / 2,
        (false, false) => 0,
    }
}
