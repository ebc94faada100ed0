//! A role can only give.
//!
//! The roles of a session are those that both its agent and its user hold. A role that took
//! something away would be lost by whoever uses an agent that does not have it, and taking a role
//! from somebody could let him do more. So no rule may say no because of a role.

use cedar_policy::{Effect, Policy, PrincipalConstraint};
use serde_json::Value;

/// How a condition depends on a part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depends {
    /// What makes the part true makes more permitted.
    Gives,
    /// What makes the part true makes less permitted.
    Takes,
    /// It could be either.
    Either,
}

impl Depends {
    const fn turned(self) -> Self {
        match self {
            Self::Gives => Self::Takes,
            Self::Takes => Self::Gives,
            Self::Either => Self::Either,
        }
    }
}

/// Whether holding a role can take something away by this rule. What cannot be told can.
pub(super) fn a_role_takes(policy: &Policy, role: &str) -> bool {
    let forbids = policy.effect() == Effect::Forbid;
    let head = matches!(
        policy.principal_constraint(),
        PrincipalConstraint::In(_) | PrincipalConstraint::IsIn(..)
    );
    if forbids && head {
        return true;
    }
    let Ok(json) = policy.to_json() else { return true };
    let Some(conditions) = json.get("conditions").and_then(Value::as_array) else { return true };
    let takes = |condition: &Value| {
        let unless = condition.get("kind").and_then(Value::as_str) != Some("when");
        let start = if forbids == unless { Depends::Gives } else { Depends::Takes };
        condition.get("body").is_none_or(|body| takes(body, start, role))
    };
    conditions.iter().any(takes)
}

/// Whether an expression has a role in a place where it takes. Expressions are as deep as Cedar's
/// parser lets them be.
fn takes(expression: &Value, depends: Depends, role: &str) -> bool {
    match expression {
        Value::Object(members) => members.iter().any(|(name, value)| match name.as_str() {
            "__entity" => {
                let of = value.get("type").and_then(Value::as_str);
                of.is_none_or(|of| of == role) && depends != Depends::Gives
            }
            "!" => takes(value, depends.turned(), role),
            "&&" | "||" | "in" | "left" | "right" | "arg" | "Value" | "is" => {
                takes(value, depends, role)
            }
            _ => takes(value, Depends::Either, role),
        }),
        Value::Array(all) => all.iter().any(|value| takes(value, depends, role)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
