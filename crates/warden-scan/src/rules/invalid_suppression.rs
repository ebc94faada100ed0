use warden_model::{Class, Severity};

use crate::{Meta, Rule};

/// The engine finds these itself, when it applies suppressions after all rules.
#[doc = include_str!("invalid_suppression.md")]
#[derive(Debug)]
pub(crate) struct InvalidSuppression;

static META: Meta = Meta {
    id: "invalid-suppression",
    class: Class::CertBelowPolicy,
    severity: Severity::Low,
    title: "a suppression does nothing",
    help: "take the suppression out, or mend its rule, its reason or its end",
    languages: &[],
    cwe: &[],
    page: include_str!("invalid_suppression.md"),
};

impl Rule for InvalidSuppression {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
