//! Lists on their way to the client: only what is approved is shown.

use warden_audit::{Decision, Event, Record, Text};
use warden_mcp::walk;
use warden_model::{DefinitionKind, Digest};
use warden_policy::{Drift, PinnedDefinition, Question, Ruled, compare_definitions, judge};

use super::{Judge, Memory};
use crate::{
    Batch,
    notes::Whom,
    shelf::{self, Seen, Shelf},
};

/// Drift beyond this is no longer recorded one by one.
const MOST_TOLD: usize = 10_000;

/// Who looks, and what is remembered of earlier looks.
pub(crate) struct Seer<'a> {
    pub(crate) whom: &'a Whom,
    pub(crate) memory: &'a mut Memory,
}

/// A list with what was not approved taken out.
pub(crate) struct Filtered<'a> {
    /// The entries that are left; `None` if all of them are.
    pub(crate) kept: Option<Vec<&'a str>>,
    /// Everything that stood in it.
    pub(crate) seen: Seen,
    /// What was taken out, as `tool/name`.
    pub(crate) hidden: Vec<String>,
}

impl Judge {
    /// Judges every entry of a list answer.
    pub(crate) fn filter<'a>(
        &self,
        kind: DefinitionKind,
        result: &'a str,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) -> Filtered<'a> {
        let mut found = Seen::default();
        let mut listed = Vec::new();
        for (name, raw) in shelf::entries(result, kind) {
            let digest = name.as_deref().and_then(|name| {
                let digest = self.examine((kind, name), raw, seer, batch);
                found.add(name, digest);
                digest
            });
            listed.push((name, raw, digest));
        }
        let mut kept = Vec::with_capacity(listed.len());
        let mut hidden = Vec::new();
        let all = listed.len();
        for (name, raw, digest) in listed {
            let fit = name.as_deref().is_some_and(|name| {
                kind != DefinitionKind::Resource || self.lists_well(name, raw, seer, batch)
            });
            match &name {
                Some(name) if fit && self.shows(kind, name, digest) => kept.push(raw),
                _ => hidden.push(format!("{}/{}", kind.name(), name.unwrap_or_default())),
            }
        }
        let kept = (kept.len() < all).then_some(kept);
        Filtered { kept, seen: found, hidden }
    }

    /// Whether an entry may be seen: the same judgement as over using it.
    pub(crate) fn shows(&self, kind: DefinitionKind, name: &str, digest: Option<Digest>) -> bool {
        let pinned = shelf::pinned(self.bundle.pin.as_ref(), kind, name);
        let question = if kind == DefinitionKind::Resource {
            Question::Read
        } else {
            Question::Use { kind, name, standing: shelf::standing(pinned, digest) }
        };
        !self.definitions.hides(kind, name)
            && judge((), question, &self.bundle, Ruled::Free).is_ok()
    }

    /// Records which entries of a list were taken out.
    pub(crate) fn tell_hidden(&self, hidden: &[String], whom: &Whom, batch: &mut Batch<'_>) {
        if hidden.is_empty() {
            return;
        }
        // The names of a hostile server must not fill the ledger.
        let labels = hidden.iter().take(100).map(|name| name.as_str().into()).collect();
        let record =
            Record { decision: Some(Decision::Modify), labels, ..whom.record(Event::ListFiltered) };
        batch.after(self.ledger.append(record).ok());
    }

    /// The digest of a served definition. What differs from its pin is recorded, once.
    pub(crate) fn examine(
        &self,
        (kind, name): (DefinitionKind, &str),
        raw: &str,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) -> Option<Digest> {
        if kind == DefinitionKind::Resource {
            return None;
        }
        let digest = seer.memory.digests.of(raw);
        let Some(pin) = &self.bundle.pin else { return digest };
        let old = pin.definition(kind, name);
        if old.is_some_and(|old| Some(old.digest) == digest) {
            self.tell_listed((kind, name), digest, seer, batch);
            return digest;
        }
        let key = (Some(kind), name.to_owned(), digest);
        if seer.memory.told.contains(&key) {
            return digest;
        }
        let body: serde_json::Value = serde_json::from_str(raw).unwrap_or_default();
        let effect = (kind == DefinitionKind::Tool).then(|| super::effect(&body));
        // Without a digest of its own it has that of nothing, which no pin has.
        let digest_or = digest.unwrap_or_else(|| Digest::of(b""));
        let noticed = self.looker.redefined(kind, old.map(|old| &old.body), &body);
        let new = PinnedDefinition { kind, name: name.into(), digest: digest_or, effect, body };
        if let Some(mut drift) = compare_definitions(old, Some(&new), &pin.effects()) {
            drift.served = digest;
            self.tell_drift((&drift, &noticed), seer, batch);
        }
        digest
    }

    /// Records approved definitions that are no longer served.
    pub(crate) fn tell_missing(
        &self,
        kind: DefinitionKind,
        stock: &Shelf,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) {
        let Some(pin) = &self.bundle.pin else { return };
        let gone: Vec<_> = pin
            .definitions
            .iter()
            .filter(|pinned| pinned.kind == kind && !stock.has(&pinned.name))
            .filter_map(|pinned| compare_definitions(Some(pinned), None, &pin.effects()))
            .collect();
        for drift in gone {
            self.tell_drift((&drift, &[]), seer, batch);
        }
    }

    /// Records a drift, once for what is served, with what was noticed in it.
    pub(crate) fn tell_drift(
        &self,
        (drift, labels): (&Drift, &[String]),
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) {
        let key = (drift.kind, drift.name.clone(), drift.served);
        let told = &mut seer.memory.told;
        if told.len() >= MOST_TOLD || !told.insert(key) {
            return;
        }
        for change in &drift.changes {
            let labels = labels.iter().map(Text::from).collect();
            let record = Record { labels, ..seer.whom.drift(drift, change) };
            batch.after(self.ledger.append(record).ok());
        }
        let classes: Vec<_> = drift
            .changes
            .iter()
            .map(|change| format!("{} ({})", change.class.code(), change.detail))
            .collect();
        let what = drift.kind.map_or("the server's", DefinitionKind::name);
        let noticed = if labels.is_empty() {
            String::new()
        } else {
            format!("; it was noticed by {}", labels.join(", "))
        };
        batch.alarms.push(format!(
            "server {}: {what} {} is not as approved: {}{noticed}",
            self.server,
            drift.name,
            classes.join(", ")
        ));
    }
}

/// A list answer with only these entries in it.
pub(crate) fn rebuild(id: &str, result: &str, kind: DefinitionKind, kept: &[&str]) -> Vec<u8> {
    with_members(id, result, |name| {
        if name == kind.list_member() { Member::List(kept) } else { Member::Same }
    })
}

/// What becomes of a member of a result.
#[derive(Clone, Copy)]
pub(crate) enum Member<'a> {
    /// It stays as it was written.
    Same,
    /// It is left out.
    Gone,
    /// It is a list of these.
    List(&'a [&'a str]),
}

/// An answer with the members of `result`, each as `change` says.
pub(crate) fn with_members<'a>(
    id: &str,
    result: &str,
    change: impl Fn(&str) -> Member<'a>,
) -> Vec<u8> {
    // Nothing in it is longer than it was, so it is written once and never moved.
    let mut out = Vec::with_capacity(result.len() + id.len() + 64);
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(br#","result":{"#);
    let mut first = true;
    for (name, value) in walk::members(result) {
        let what = change(&name);
        if matches!(what, Member::Gone) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.extend_from_slice(serde_json::Value::from(&*name).to_string().as_bytes());
        out.push(b':');
        match what {
            Member::Same => out.extend_from_slice(value.as_bytes()),
            Member::Gone => {}
            Member::List(entries) => {
                out.push(b'[');
                for (at, entry) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(entry.as_bytes());
                }
                out.push(b']');
            }
        }
    }
    out.extend_from_slice(b"}}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuilt_list_keeps_every_other_member_as_it_was() {
        let result = r#"{"a\"b":{"x":1.0},"tools":[{"name":"a"},{"name":"b"}],"nextCursor":"c"}"#;
        let line = rebuild("7", result, DefinitionKind::Tool, &[r#"{"name":"b"}"#]);
        let expected = r#"{"jsonrpc":"2.0","id":7,"result":{"a\"b":{"x":1.0},"tools":[{"name":"b"}],"nextCursor":"c"}}"#;
        assert_eq!(String::from_utf8(line).unwrap(), expected);
    }
}
