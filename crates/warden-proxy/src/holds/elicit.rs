//! Asking the user at the client, and telling a client that its call waits.
//!
//! An older client is sent `elicitation/create`; a modern one is answered that input is required,
//! and makes its request again with the answer. The form is the same for both: a message, which is
//! ours, and one choice without a default.

use serde_json::{Value, json};
use warden_mcp::{Method, bridge, reply, walk};
use warden_policy::hold::Hold;
use warden_seal::read_strict;

use super::{CannotWait, Standing};

/// What the question is called towards a modern client.
pub const KEY: &str = "approval";

/// The longest answer that is read.
const MOST: usize = 64 << 10;

/// What a user has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Yes: an explicit `accept` with `decision` = `approve`, and nothing else beside it.
    Approve,
    /// No: `decline`, or `decision` = `refuse`.
    Refuse,
    /// Nothing: he was not there, has closed it, or what he says cannot be understood. The call
    /// waits on.
    Nothing,
}

/// The parameters of `elicitation/create` in form mode. `mode` is left out, which means a form in
/// every revision that has elicitation (2025-11-25, "Form Mode Elicitation Requests").
#[must_use]
pub fn question(message: &str) -> String {
    json!({
        "message": message,
        "requestedSchema": {
            "type": "object",
            "properties": {
                "decision": {
                    "type": "string",
                    "title": "Decision",
                    "description": "Whether this one call may be made",
                    "enum": ["approve", "refuse"],
                },
            },
            "required": ["decision"],
        },
    })
    .to_string()
}

/// Reads what a client answers to [`question`]: the result of the request.
#[must_use]
pub fn said(result: &str) -> Said {
    let Ok(Value::Object(result)) = read_strict(result.as_bytes(), MOST) else {
        return Said::Nothing;
    };
    match result.get("action").and_then(Value::as_str) {
        Some("decline") => Said::Refuse,
        Some("accept") => result.get("content").map_or(Said::Nothing, decided),
        Some(_) | None => Said::Nothing,
    }
}

fn decided(content: &Value) -> Said {
    let Value::Object(content) = content else { return Said::Nothing };
    match (content.len(), content.get("decision").and_then(Value::as_str)) {
        (1, Some("approve")) => Said::Approve,
        (_, Some("refuse")) => Said::Refuse,
        _ => Said::Nothing,
    }
}

/// The result that asks a modern client. `state` comes back with the answer, and has to be sealed.
#[must_use]
pub fn input_required(question: &str, state: &str) -> String {
    bridge::input_required([(KEY, Method::Elicitation, Some(question))], Some(state))
}

/// Reads what the parameters of a request made again say; `None` if they do not answer.
#[must_use]
pub fn said_again(params: &str) -> Option<Said> {
    let responses = walk::member(params, "inputResponses")?;
    walk::member(responses, KEY).map(said)
}

/// What a client is told whose call was not let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The JSON-RPC error code.
    pub code: i64,
    /// For whoever reads it, also a model.
    pub message: String,
    /// For programs. There is no secret in it.
    pub data: Value,
}

impl Told {
    /// The error, as JSON.
    #[must_use]
    pub fn error(&self) -> String {
        json!({"code": self.code, "message": self.message, "data": self.data}).to_string()
    }
}

/// What a client is told whose call stands like this; `None` if it may be made.
#[must_use]
pub fn told(standing: &Standing) -> Option<Told> {
    match standing {
        Standing::Approved { .. } => None,
        Standing::Pending { hold, .. } => Some(waits(hold)),
        Standing::Refused { id, reason, .. } => {
            let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            Some(Told {
                code: reply::REFUSED,
                message: format!("a person has refused this call{why}"),
                data: json!({"reason": "approval-refused", "hold": id, "retry": false}),
            })
        }
    }
}

fn waits(hold: &Hold) -> Told {
    let message = format!(
        "this call waits until a person approves it; make the same call again, unchanged, once \
         that was done, before {}",
        hold.expires_at
    );
    let data = json!({
        "reason": "needs-approval",
        "hold": hold.id,
        "expires": hold.expires_at,
        "retry": true,
    });
    Told { code: reply::REFUSED, message, data }
}

/// What a client is told whose call cannot even wait.
#[must_use]
pub fn told_why(why: CannotWait) -> Told {
    let retry = matches!(why, CannotWait::Away(_) | CannotWait::Full | CannotWait::Busy);
    Told {
        code: reply::REFUSED,
        message: format!("this call needs the approval of a person, and cannot wait for it: {why}"),
        data: json!({"reason": why.code(), "retry": retry}),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_question_is_a_form_with_one_choice_and_no_default() {
        let question: Value = serde_json::from_str(&question("what \"it\" is\n")).unwrap();
        assert_eq!(question["message"], "what \"it\" is\n");
        let schema = &question["requestedSchema"];
        assert_eq!(schema["properties"]["decision"]["enum"], json!(["approve", "refuse"]));
        assert_eq!(schema["required"], json!(["decision"]));
        assert!(!question.to_string().contains("default"));
        assert!(question.get("mode").is_none());
    }

    // Only an explicit yes is one.
    #[test]
    fn only_an_accept_that_says_approve_is_a_yes() {
        for (result, expected) in [
            (r#"{"action":"accept","content":{"decision":"approve"}}"#, Said::Approve),
            (r#"{"_meta":{},"content":{"decision":"approve"},"action":"accept"}"#, Said::Approve),
            (r#"{"action":"accept","content":{"decision":"refuse"}}"#, Said::Refuse),
            (r#"{"action":"decline"}"#, Said::Refuse),
            (r#"{"action":"decline","content":{"decision":"approve"}}"#, Said::Refuse),
            (r#"{"action":"cancel"}"#, Said::Nothing),
            (r#"{"action":"cancel","content":{"decision":"approve"}}"#, Said::Nothing),
            (r#"{"action":"accept"}"#, Said::Nothing),
            (r#"{"action":"accept","content":{}}"#, Said::Nothing),
            (r#"{"action":"accept","content":"approve"}"#, Said::Nothing),
            (r#"{"action":"accept","content":{"decision":true}}"#, Said::Nothing),
            (r#"{"action":"accept","content":{"decision":"Approve"}}"#, Said::Nothing),
            (r#"{"action":"accept","content":{"decision":"approve","x":1}}"#, Said::Nothing),
            (r#"{"action":"Accept","content":{"decision":"approve"}}"#, Said::Nothing),
            (
                r#"{"action":"cancel","action":"accept","content":{"decision":"approve"}}"#,
                Said::Nothing,
            ),
            (r#"[{"action":"accept","content":{"decision":"approve"}}]"#, Said::Nothing),
            ("", Said::Nothing),
        ] {
            assert_eq!(said(result), expected, "{result}");
        }
    }

    #[test]
    fn a_modern_client_is_asked_by_its_answer_and_answers_by_asking_again() {
        let question = question("x");
        let result = input_required(&question, "sealed");
        let asked = bridge::input_requests(&result).unwrap();
        assert_eq!(asked.len(), 1);
        assert_eq!((&*asked[0].key, asked[0].params), (KEY, Some(&*question)));
        assert_eq!(bridge::request_state(&result).as_deref(), Some("sealed"));
        let params = r#"{"name":"send","inputResponses":{"approval":{"action":"accept","content":{"decision":"approve"}}},"requestState":"sealed"}"#;
        assert_eq!(said_again(params), Some(Said::Approve));
        assert_eq!(said_again(r#"{"name":"send"}"#), None);
        assert_eq!(said_again(r#"{"inputResponses":{"other":{"action":"accept"}}}"#), None);
    }

    #[test]
    fn a_client_is_told_that_and_how_long_its_call_waits() {
        let hold = super::super::tests::hold();
        let pending = Standing::Pending { hold: hold.clone().into(), asked_anew: true };
        let told = told(&pending).unwrap();
        assert_eq!(told.data["reason"], "needs-approval");
        assert_eq!(told.data["hold"], *hold.id);
        assert_eq!(told.data["retry"], true);
        assert_eq!(told.data["expires"], hold.expires_at.to_string());
        let error: Value = serde_json::from_str(&told.error()).unwrap();
        assert_eq!(error["code"], reply::REFUSED);
        let refused =
            Standing::Refused { id: "x".into(), by: "ben".into(), reason: "too much".into() };
        let refused = super::told(&refused).unwrap();
        assert_eq!(refused.message, "a person has refused this call: too much");
        assert_eq!(refused.data["retry"], false);
        assert_eq!(told_why(CannotWait::Full).data["reason"], "too-many-holds");
    }

    proptest! {
        #[test]
        fn nothing_that_a_client_says_can_panic_us(text in ".{0,60}|[\\[\\]{}\":,a-z]{0,60}") {
            prop_assert!(said(&text) != Said::Approve || text.contains("approve"));
            prop_assert!(said_again(&text) != Some(Said::Approve) || text.contains(KEY));
        }
    }
}
