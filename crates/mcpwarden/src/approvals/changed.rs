//! What a new certificate does to an approval: nothing, if nothing that matters changed; otherwise
//! everybody has to look again.

use std::collections::BTreeMap;

use warden_collect::store::{RefRecord, Writer};
use warden_model::Digest;
use warden_policy::{
    approval::{AcceptedFinding, Change, Comparison, Deed, Person, Subject, compare},
    certificate::Certificate,
};
use warden_scan::certify::Waiver;

use super::{Desk, facts, review::Notice, signing::Signing, subject};
use crate::{Failure, Kind, World, output, paths::Paths};

/// The name of what the store keeps for the approval of a server.
pub(crate) fn reference(name: &str) -> String {
    format!("approval {name}")
}

/// The findings whose risk somebody has accepted, as they are scored.
///
/// # Errors
/// When the file with them cannot be believed.
pub(crate) fn accepted(
    name: &str,
    world: &World,
    paths: &Paths,
) -> Result<BTreeMap<Digest, Waiver>, Failure> {
    let desk = Desk::open(world, paths)?;
    let Some(acts) = desk.acts(name)? else { return Ok(BTreeMap::new()) };
    let history = desk.history(&acts);
    let waiver = |finding: &AcceptedFinding| {
        let (owner, reason) = (finding.owner.to_string(), finding.reason.clone());
        Some((finding.fingerprint, Waiver { owner, reason, until: finding.until.parse().ok()? }))
    };
    Ok(history.accepted(&desk.policy, desk.now).filter_map(waiver).collect())
}

/// Holds an approval against what was just certified, and tells people what comes of it.
pub(crate) fn tell(
    (name, certificate): (&str, &Certificate),
    writer: &Writer<'_>,
    world: (&World, &Paths),
) {
    let told = certified(name, certificate, writer, world).unwrap_or_else(|failure| {
        // The certificate is there; the approval is of something else, and so counts for nothing.
        vec![
            format!("the approval of `{name}` could not be held against it: {}", failure.message()),
            format!("  see it: `mcpwarden approval show {name}`"),
        ]
    });
    for line in told {
        output::tell(&format!("{}\n", warden_report::printable(&line)));
    }
}

/// Holds an approval against what was just certified, and returns what people have to be told.
fn certified(
    name: &str,
    certificate: &Certificate,
    writer: &Writer<'_>,
    (world, paths): (&World, &Paths),
) -> Result<Vec<String>, Failure> {
    if !paths.approval(name).exists() {
        return Ok(Vec::new());
    }
    let desk = Desk::open(world, paths)?;
    let held = desk.change()?;
    let Some(acts) = desk.acts(name)? else { return Ok(Vec::new()) };
    let history = desk.history(&acts);
    let Some(dossier) = history.dossier.as_ref().filter(|_| history.withdrawn.is_none()) else {
        return Ok(Vec::new());
    };
    let store = writer.store();
    let after = subject::subject(name, certificate, store);
    let (before, after) =
        (subject::measured(&dossier.subject, store), subject::measured(&after, store));
    let in_code = subject::named_in_code(&before, &after, store);
    let (immaterial, material) = match compare(&before, &after, in_code.as_ref()) {
        Comparison::Same => {
            // Whoever saw the change may have ended before it was on record.
            if let Some(changed) = &history.changed {
                let subject = dossier.subject.digest();
                Notice { name, subject, act: acts.last(), changed }.record(writer, paths)?;
            }
            return Ok(Vec::new());
        }
        Comparison::Immaterial(changes) => (changes.into_iter().collect(), Vec::new()),
        Comparison::Material(changes) => (Vec::new(), changes.iter().map(Change::text).collect()),
    };
    let from = dossier.subject.digest();
    let deed = Deed::Change { from, subject: after.subject.clone(), immaterial, material };
    let machine = Signing::machine(&desk)?;
    let material_change = matches!(&deed, Deed::Change { material, .. } if !material.is_empty());
    let mut acts = desk.add(&held, acts, &machine, deed)?;
    keep_tree(name, &after.subject, writer)?;
    if !material_change {
        return Ok(vec![format!("nothing changed that matters: the approval of `{name}` holds")]);
    }
    // What evidence answers is answered for what it is now.
    let digest = after.subject.digest();
    let history = desk.history(&acts);
    let about = facts::About {
        name,
        certificate,
        subject: digest,
        before: history.dossier.as_ref().map_or(&[], |dossier| &dossier.answers),
        given: &facts::Given::default(),
    };
    let answers = facts::answers(&about, writer, desk.now, (world, paths))?;
    acts = desk.add(&held, acts, &machine, Deed::Answers { answers })?;
    let history = desk.history(&acts);
    let Some(changed) = &history.changed else { return Ok(Vec::new()) };
    // On record before anybody is told.
    Notice { name, subject: digest, act: acts.last(), changed }.record(writer, paths)?;
    let names = |people: Vec<&str>| {
        if people.is_empty() { "nobody".to_owned() } else { people.join(", ") }
    };
    Ok(vec![
        format!("the approval of `{name}` is due for review; changed: {}", changed.what.join("; ")),
        format!(
            "  votes that count no more: {}",
            names(changed.void.iter().map(Person::id).collect())
        ),
        format!("  questions that are open again: {}", names(changed.reopened.clone())),
        format!("  to be told: {}", names(changed.tell.iter().map(Person::id).collect())),
    ])
}

/// Has the store keep the tree that an approval is about, to compare the next one with.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn keep_tree(name: &str, subject: &Subject, writer: &Writer<'_>) -> Result<(), Failure> {
    let store = writer.store();
    let mut record = kept(name, writer);
    record.trees.remove("subject");
    record.trees.extend(
        subject.tree.filter(|tree| store.has_tree(*tree)).map(|tree| ("subject".to_owned(), tree)),
    );
    set(name, &record, writer)
}

/// What the store keeps for the approval of a server.
pub(crate) fn kept(name: &str, writer: &Writer<'_>) -> RefRecord {
    // What is damaged is written anew: all that it does is to keep things.
    writer.store().reference(&reference(name)).unwrap_or_default()
}

/// Has the store keep other things for the approval of a server.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn set(name: &str, record: &RefRecord, writer: &Writer<'_>) -> Result<(), Failure> {
    writer
        .set_reference(&reference(name), record)
        .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))
}
