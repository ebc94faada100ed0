//! What exactly is sent, for the person who approves it and for the digest that binds him to it.

use serde_json::Value;
use warden_detect::{credential_name, first_secrets};
use warden_mcp::{splice, splice::Edit};
use warden_policy::hold::{Masks, exact_arguments};

/// Members that name what is called, or are the envelope of the call.
const ENVELOPE: &[(&str, Edit<'static>)] = &[
    ("_meta", Edit::Gone),
    ("name", Edit::Gone),
    ("uri", Edit::Gone),
    ("requestState", Edit::Gone),
];

/// The most secrets of one text that are hidden one by one.
const MOST_SECRETS: usize = 64;

/// What these parameters say beside whom they name: the arguments, and where something stands
/// beside them, all of it in a list of its own. `None` if it can be read in more than one way.
pub(super) fn sent(params: &str, most: usize) -> Option<Value> {
    let content = splice::object(Some(params), ENVELOPE);
    let Value::Object(mut all) = exact_arguments(&content, most).ok()? else { return None };
    if all.is_empty() {
        return Some(Value::Object(all));
    }
    match all.remove("arguments") {
        Some(Value::Object(arguments)) if all.is_empty() => Some(Value::Object(arguments)),
        // Arguments are an object, so that a list cannot be taken for them.
        Some(arguments) => {
            all.insert("arguments".into(), arguments);
            Some(Value::Array(vec![Value::Object(all)]))
        }
        None => Some(Value::Array(vec![Value::Object(all)])),
    }
}

/// Where secrets stand in what is sent, so that nobody is shown them.
pub(super) fn masks(sent: &Value) -> Masks {
    let mut masks = Masks::new();
    find(&mut String::new(), "", sent, &mut masks);
    masks
}

fn find(at: &mut String, name: &str, value: &Value, masks: &mut Masks) {
    match value {
        // A number can be a pass code.
        Value::Number(_) if credential_name(name) => hide(at, masks),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            let found = first_secrets(text, MOST_SECRETS);
            if found.cut || credential_name(name) {
                hide(at, masks);
            } else if !found.hits.is_empty() {
                let ranges = found.hits.into_iter().map(|hit| hit.range).collect();
                masks.insert(at.as_str().into(), ranges);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                below(at, &number.to_string(), |at| find(at, name, item, masks));
            }
        }
        Value::Object(members) => {
            // A name cannot be hidden alone.
            if members.keys().any(|name| !first_secrets(name, 1).hits.is_empty()) {
                return hide(at, masks);
            }
            for (name, value) in members {
                let part = name.replace('~', "~0").replace('/', "~1");
                below(at, &part, |at| find(at, name, value, masks));
            }
        }
    }
}

fn hide(at: &str, masks: &mut Masks) {
    masks.insert(at.into(), Vec::new());
}

fn below(at: &mut String, part: &str, work: impl FnOnce(&mut String)) {
    let length = at.len();
    at.push('/');
    at.push_str(part);
    work(at);
    at.truncate(length);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(params: &str, expected: Option<&Value>) {
        assert_eq!(sent(params, 1 << 20).as_ref(), expected, "{params}");
    }

    #[test]
    fn what_is_beside_the_arguments_is_bound_as_well() {
        check(r#"{"name":"rm"}"#, Some(&json!({})));
        check(r#"{"name":"rm","arguments":{"a":1},"_meta":{"x":1}}"#, Some(&json!({"a": 1})));
        let more = r#"{"name":"rm","arguments":{"a":1},"inputResponses":{"k":{}}}"#;
        check(more, Some(&json!([{"arguments": {"a": 1}, "inputResponses": {"k": {}}}])));
        check(r#"{"name":"rm","arguments":[1]}"#, Some(&json!([{"arguments": [1]}])));
        check(r#"{"uri":"file:///a"}"#, Some(&json!({})));
        check(r#"{"arguments":{"a":1e400}}"#, None);
    }

    // Nobody is shown a secret.
    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut names = 0;
        for (kind, text) in warden_detect::samples() {
            let hidden = masks(&json!({"note": text, "plain": "text"}));
            assert_eq!(hidden.keys().map(|at| &**at).collect::<Vec<_>>(), ["/note"], "{kind}");
            if !first_secrets(&text, 1).hits.is_empty() {
                // A name cannot be hidden without what stands beside it.
                assert!(masks(&json!({"deep": {text: 1}})).contains_key("/deep"), "{kind}");
                names += 1;
            }
        }
        assert!(names > 10, "{names}");
        let masked = masks(&json!({"password": "x", "a/b": {"api_key": [1, "x"]}, "to": "x"}));
        let places: Vec<_> = masked.keys().map(|at| &**at).collect();
        assert_eq!(places, ["/a~1b/api_key/0", "/a~1b/api_key/1", "/password"]);
    }
}
