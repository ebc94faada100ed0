//! What each side can do, as the other era says it.
//!
//! Tasks are built into revision 2025-11-25 and an extension with other messages later; neither
//! side is told of the other's.

use std::borrow::Cow;

use super::meta::TASKS;
use crate::{
    Revision,
    splice::{self, Edit},
    walk,
};

/// A modern client's capabilities, as a client of `revision` says them.
///
/// Before 2025-11-25 elicitation has no modes and is always a form, so a client that takes only
/// addresses has none. Changes of roots are told only in older revisions, by nobody here.
#[must_use]
pub fn capabilities_to_legacy(raw: &str, revision: Revision) -> Cow<'_, str> {
    let raw = without_list_changes(without_tasks(Cow::Borrowed(raw)));
    let Some(elicitation) = walk::member(&raw, "elicitation") else { return raw };
    if revision >= Revision::V2025_11_25 || is_plain(elicitation) {
        return raw;
    }
    let edit = if takes_forms(elicitation) { Edit::Set("{}") } else { Edit::Gone };
    Cow::Owned(splice::object(Some(&raw), &[("elicitation", edit)]))
}

/// An older client's capabilities, as a modern client says them.
#[must_use]
pub fn capabilities_to_modern(raw: &str) -> Cow<'_, str> {
    without_list_changes(without_tasks(Cow::Borrowed(raw)))
}

/// A modern server's capabilities, as an older server says them.
#[must_use]
pub fn server_capabilities_to_legacy(raw: &str) -> Cow<'_, str> {
    without_tasks(Cow::Borrowed(raw))
}

/// An older server's capabilities, as a modern server says them.
#[must_use]
pub fn server_capabilities_to_modern(raw: &str) -> Cow<'_, str> {
    without_tasks(Cow::Borrowed(raw))
}

/// Whether the client takes forms: it does unless it names only other modes.
fn takes_forms(elicitation: &str) -> bool {
    is_plain(elicitation) || walk::member(elicitation, "form").is_some()
}

fn is_plain(object: &str) -> bool {
    walk::members(object).next().is_none()
}

fn without_tasks(raw: Cow<'_, str>) -> Cow<'_, str> {
    let extension = walk::member(&raw, "extensions")
        .filter(|extensions| walk::member(extensions, TASKS).is_some())
        .map(|extensions| splice::object(Some(extensions), &[(TASKS, Edit::Gone)]));
    if extension.is_none() && walk::member(&raw, "tasks").is_none() {
        return raw;
    }
    let mut edits = vec![("tasks", Edit::Gone)];
    if let Some(rest) = &extension {
        edits.push(("extensions", if is_plain(rest) { Edit::Gone } else { Edit::Set(rest) }));
    }
    Cow::Owned(splice::object(Some(&raw), &edits))
}

fn without_list_changes(raw: Cow<'_, str>) -> Cow<'_, str> {
    let roots = walk::member(&raw, "roots");
    if roots.and_then(|roots| walk::member(roots, "listChanged")).is_none() {
        return raw;
    }
    Cow::Owned(splice::nested(Some(&raw), "roots", &[("listChanged", Edit::Gone)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_older_revisions_take_forms_or_nothing() {
        let check = |raw: &str, old: &str, new: &str| {
            assert_eq!(capabilities_to_legacy(raw, Revision::V2025_06_18), old);
            assert_eq!(capabilities_to_legacy(raw, Revision::V2025_11_25), new);
        };
        let plain = r#"{"elicitation":{}}"#;
        check(plain, plain, plain);
        let both = r#"{"elicitation":{"form":{},"url":{}}}"#;
        check(both, plain, both);
        let url = r#"{"sampling":{"tools":{}},"elicitation":{"url":{}}}"#;
        check(url, r#"{"sampling":{"tools":{}}}"#, url);
    }

    #[test]
    fn tasks_stay_in_their_era() {
        let old = r#"{"roots":{"listChanged":true},"tasks":{"list":{}},"sampling":{}}"#;
        assert_eq!(capabilities_to_modern(old), r#"{"roots":{},"sampling":{}}"#);
        let new = r#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;
        assert_eq!(server_capabilities_to_legacy(new), "{}");
        let more = r#"{"extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/ui":{}}}"#;
        let ui = r#"{"extensions":{"io.modelcontextprotocol/ui":{}}}"#;
        assert_eq!(server_capabilities_to_legacy(more), ui);
        assert_eq!(capabilities_to_legacy(more, Revision::V2025_11_25), ui);
        let server = r#"{"tools":{"listChanged":true},"tasks":{"requests":{}}}"#;
        assert_eq!(server_capabilities_to_modern(server), r#"{"tools":{"listChanged":true}}"#);
    }

    #[test]
    fn what_both_eras_know_is_not_touched() {
        let raw = r#"{ "logging":{}, "resources":{"subscribe":true},"experimental":{"a":{}} }"#;
        assert!(matches!(server_capabilities_to_modern(raw), Cow::Borrowed(_)));
        assert!(matches!(server_capabilities_to_legacy(raw), Cow::Borrowed(_)));
        let raw = r#"{"roots":{},"sampling":{"context":{}}}"#;
        assert!(matches!(capabilities_to_modern(raw), Cow::Borrowed(_)));
        assert!(matches!(capabilities_to_legacy(raw, Revision::V2024_11_05), Cow::Borrowed(_)));
    }
}
