//! What logs show that single servers sent, and what of it they do not declare.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::Map;
use warden_collect::egress::{self, Said, What};
use warden_detect::redact;
use warden_govern::{
    Estate,
    estate::{Finding, FindingState, Lookup, read::Draft},
};
use warden_model::{Class, Digest, Severity};

use super::{evidence, finish, read};
use crate::{Failure, Kind};

/// The kind of the evidence.
const KIND: &str = "egress-log";

/// What a server was seen to send: the names of the fields, by host.
type Sent = BTreeMap<String, BTreeSet<String>>;

/// The estate with what logs of single servers show, each given as `SERVER=LOG`, and what has to be
/// said about them. Whatever a server does not declare is a finding of it.
///
/// # Errors
/// A log that cannot be read, or is of no server of the estate.
pub(super) fn add(given: &[String], estate: Estate) -> Result<(Estate, Vec<String>), Failure> {
    if given.is_empty() {
        return Ok((estate, Vec::new()));
    }
    let (mut estate, mut told, mut draft) = (estate, Vec::new(), Draft::default());
    for one in given {
        let (server, file) = one.rsplit_once('=').ok_or_else(|| {
            Failure::new(Kind::Usage, format!("`{one}` does not say which server it is of"))
                .hint(format!("write `--sent SERVER={one}`"))
        })?;
        let bytes = read(Path::new(file))?;
        let (sent, unread) = seen(&bytes);
        if unread > 0 {
            told.push(format!("lines of `{file}` that cannot be read: {unread}"));
        }
        note(&mut estate, server, &sent, file)?;
        let shown = evidence(file, KIND, Digest::of(&bytes), estate.as_of);
        draft.add_part(file, Map::from_iter([("evidence".into(), shown)]));
    }
    draft.add_file("estate.json", &estate.to_json());
    Ok((finish(draft, estate.as_of)?, told))
}

/// What a log shows, and how many of its lines cannot be read. Who only asked for the address of a
/// host has sent it nothing.
fn seen(bytes: &[u8]) -> (Sent, u64) {
    let (mut sent, mut unread) = (Sent::new(), 0);
    let mut note = |_, said| match said {
        Said::Seen(seen) if seen.what != What::Lookup => {
            sent.entry(seen.to.host).or_default().extend(seen.to.fields);
        }
        Said::Unread(_) => unread += 1,
        Said::Seen(_) | Said::Nothing => {}
    };
    // Reading bytes does not fail.
    drop(egress::each(bytes, &mut note));
    (sent, unread)
}

/// Adds it to a server of the estate.
fn note(estate: &mut Estate, id: &str, sent: &Sent, file: &str) -> Result<(), Failure> {
    let Some(server) = estate.servers.iter_mut().find(|server| server.id == id) else {
        let message = format!("`{file}` is a log of `{id}`, which is no server of the estate");
        return Err(Failure::new(Kind::Input, message)
            .hint("`mcpwarden estate show` lists the servers that there are"));
    };
    let add = |all: &mut Vec<String>, more: Vec<String>| {
        all.extend(more);
        all.sort_unstable();
        all.dedup();
    };
    // A name can be a secret where somebody has put a value in its place.
    let fields = sent.values().flatten().map(|field| redact(field));
    add(&mut server.observed_fields, fields.collect());
    add(&mut server.observed_hosts, sent.keys().cloned().collect());
    add(&mut server.evidence, vec![file.to_owned()]);
    let findings = findings(estate, id, file);
    let known: BTreeSet<String> = estate.findings.iter().map(|one| one.id.clone()).collect();
    estate.findings.extend(findings.into_iter().filter(|one| !known.contains(&one.id)));
    Ok(())
}

fn findings(estate: &Estate, id: &str, file: &str) -> Vec<Finding> {
    let known = Lookup::new(estate);
    let Some(server) = known.server(id) else { return Vec::new() };
    let beyond = server.beyond_declared(&known);
    let finding = |what: &str, name: &str, title: String| Finding {
        id: Digest::of(["sent", id, what, name].join("\n").as_bytes()).to_string(),
        class: Class::HiddenNetwork,
        severity: Severity::High,
        server: id.to_owned(),
        tool: None,
        title,
        cvss: None,
        state: FindingState::Open,
        found: estate.day(),
        closed: None,
        action: None,
        owner: None,
        due: None,
        evidence: vec![file.to_owned()],
    };
    let host = |host: &&str| {
        finding("host", host, format!("it talks to {host}, which it does not declare"))
    };
    let field = |field: &&str| {
        finding("field", field, format!("it sends `{field}`, which no tool has as a parameter"))
    };
    beyond.hosts.iter().map(host).chain(beyond.fields.iter().map(field)).collect()
}
