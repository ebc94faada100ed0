//! Content blocks that a revision does not have.

use std::borrow::Cow;

use super::Untranslatable;
use crate::{
    Revision,
    splice::{self, Edit},
    walk,
};

/// An array with some elements changed; `None` if `change` changes none of them.
pub(super) fn elements<'a>(
    raw: &'a str,
    mut change: impl FnMut(&'a str) -> Result<Option<String>, Untranslatable>,
) -> Result<Option<String>, Untranslatable> {
    let mut any = false;
    let mut all: Vec<Cow<'a, str>> = Vec::new();
    for element in walk::elements(raw) {
        let changed = change(element)?;
        any |= changed.is_some();
        all.push(changed.map_or(Cow::Borrowed(element), Cow::Owned));
    }
    Ok(any.then(|| format!("[{}]", all.join(","))))
}

/// Whether there are kinds of content that only later revisions have.
pub(super) fn lacks_any(revision: Revision) -> bool {
    !knows(revision, "resource_link")
}

/// A content block as text, if `revision` does not have its kind; `None` if it does.
pub(super) fn as_text(block: &str, revision: Revision) -> Option<String> {
    let kind = walk::text(block, "type")?;
    if knows(revision, &kind) {
        return None;
    }
    let words = match &*kind {
        "audio" => audio(block),
        "resource_link" => link(block),
        _ => return None,
    };
    let mut edits = vec![("type", Edit::Set("\"text\"")), ("text", Edit::Set(&words))];
    // Annotations and `_meta` are of text, too.
    let others = ["data", "mimeType", "uri", "name", "title", "description", "size", "icons"];
    edits.extend(others.map(|name| (name, Edit::Gone)));
    Some(splice::object(Some(block), &edits))
}

fn knows(revision: Revision, kind: &str) -> bool {
    match kind {
        "audio" => revision >= Revision::V2025_03_26,
        "resource_link" => revision >= Revision::V2025_06_18,
        _ => true,
    }
}

fn audio(block: &str) -> String {
    let kind = walk::text(block, "mimeType").unwrap_or(Cow::Borrowed("of unknown type"));
    splice::text(&format!("[audio, {kind}: left out, as the protocol revision in use has none]"))
}

fn link(block: &str) -> String {
    let part = |name| walk::text(block, name).filter(|text| !text.is_empty());
    let name = part("title").or_else(|| part("name")).unwrap_or_default();
    let uri = part("uri").unwrap_or_default();
    let about = part("description").map(|text| format!("\n{text}")).unwrap_or_default();
    splice::text(&format!("[resource {name}] {uri}{about}"))
}
