//! How a certified server is started, as the store remembers it.

use serde_json::{Value, json};
use warden_collect::store::launch::{Interpreter, Launch};

/// The launch as JSON.
pub(crate) fn to_value(launch: &Launch) -> Value {
    let (interpreter, version) = match &launch.interpreter {
        Interpreter::Node => ("node", None),
        Interpreter::Python { version } => ("python", version.as_deref()),
    };
    json!({
        "interpreter": interpreter,
        "script": launch.script,
        "tree": launch.tree.to_string(),
        "version": version,
    })
}

/// Reads what [`to_value`] wrote; nothing if it is anything else.
pub(crate) fn from_value(value: &Value) -> Option<Launch> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let interpreter = match text("interpreter")? {
        "node" => Interpreter::Node,
        "python" => Interpreter::Python { version: text("version").map(str::to_owned) },
        _ => return None,
    };
    let (script, tree) = (text("script")?.to_owned(), text("tree")?.parse().ok()?);
    Some(Launch { interpreter, script, tree, overlaps: Vec::new() })
}

#[cfg(test)]
mod tests {
    use warden_model::Digest;

    use super::*;

    #[test]
    fn a_launch_is_read_as_it_was_written() {
        for interpreter in [
            Interpreter::Node,
            Interpreter::Python { version: None },
            Interpreter::Python { version: Some("3.11".into()) },
        ] {
            let launch = Launch {
                interpreter,
                script: "run/mail.py".into(),
                tree: Digest::of(b"tree"),
                overlaps: Vec::new(),
            };
            assert_eq!(from_value(&to_value(&launch)), Some(launch));
        }
        assert_eq!(from_value(&json!({"interpreter": "sh", "script": "x", "tree": "y"})), None);
    }
}
