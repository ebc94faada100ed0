//! Calls that wait: only a clear yes is one, what is stored is read strictly, and what is shown
//! hides nothing.

use warden_policy::hold::{Hold, exact_arguments, habits_from, habits_text, visible};
use warden_proxy::holds::elicit::{Said, said, said_again};

/// The first byte says what follows: `E` an answer to a form, `R` the parameters of a request made
/// again, `H` a stored hold, `F` stored habits, `A` arguments, anything else a text to be shown.
pub fn check(data: &[u8]) {
    let Some((what, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match what {
        b'E' => answer(&text),
        b'R' => {
            if said_again(&text) == Some(Said::Approve) {
                assert!(text.contains("inputResponses") || text.contains('\\'));
            }
        }
        b'H' => {
            if let Ok(hold) = Hold::read(rest) {
                assert_eq!(Hold::read(&hold.stored()), Ok(hold));
            }
        }
        b'F' => {
            if let Ok(habits) = habits_from(rest) {
                assert_eq!(habits_from(&habits_text(&habits)), Ok(habits));
            }
        }
        b'A' => {
            if let Ok(value) = exact_arguments(&text, 1 << 16) {
                let again: serde_json::Value =
                    serde_json::from_str(&text).expect("what is exact is JSON");
                assert_eq!(again, value);
            }
        }
        _ => shown(&text),
    }
}

/// A yes is what another reader reads as one.
fn answer(text: &str) {
    if said(text) != Said::Approve {
        return;
    }
    let value: serde_json::Value = serde_json::from_str(text).expect("a yes is JSON");
    assert_eq!(value["action"], "accept");
    assert_eq!(value["content"], serde_json::json!({"decision": "approve"}));
}

fn shown(text: &str) {
    let shown = visible(text, 400);
    assert!(!shown.chars().any(char::is_control), "a control character is shown");
    let moves = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!shown.chars().any(moves), "what cannot be seen is shown");
}
