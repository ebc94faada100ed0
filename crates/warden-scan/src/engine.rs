//! Runs the rules and makes a scan of what they say.

mod source;

use std::collections::BTreeSet;

use warden_detect::{redact_command, redact_url, visible};
use warden_model::{
    Connection, Coverage, Digest, Endpoint, Finding, Hidden, Origin, Persona, Scan, ServerEntry,
    Snapshot, SourceCoverage, SurfaceView, TextView,
};

pub use source::{Analyse, TreeScan, analyse_tree};
#[cfg(test)]
pub(crate) use source::{run_source, threads};

use crate::{
    Context, Draft, Part, RULES, Rule, TreePart, View, parts,
    scrub::{redactor, scrub},
};

/// Runs every rule over `snapshot`. The same snapshot gives the same scan.
#[must_use]
pub fn scan(snapshot: &Snapshot) -> Scan {
    scan_knowing(snapshot, &[])
}

/// Like [`scan`], and takes out `given` as well: values that servers were started with and could
/// repeat, and that no configuration holds.
#[must_use]
pub fn scan_knowing(snapshot: &Snapshot, given: &[Hidden]) -> Scan {
    let how = Analyse::default();
    let parts = snapshot.sources.iter().cloned().flat_map(parts);
    let analysed = |part: TreePart| {
        let borrowed = part.borrowed.iter().map(|path| part.tree.shown(path)).collect();
        analyse_tree(&part.tree, &how).without(&borrowed)
    };
    let trees = parts.map(analysed).collect();
    scan_with(snapshot, trees, given)
}

/// Like [`scan_knowing`], with the trees of source code analysed already: those of the snapshot
/// are not looked at.
#[must_use]
pub fn scan_with(snapshot: &Snapshot, trees: Vec<TreeScan>, given: &[Hidden]) -> Scan {
    let context = Context::of(snapshot);
    let mut scan = Scan {
        servers: snapshot.connections.iter().map(entry).collect(),
        findings: RULES.iter().flat_map(|rule| run(*rule, &context)).collect(),
        settled: Vec::new(),
        surfaces: context.views.iter().map(shown).collect(),
        tools: Vec::new(),
        coverage: Coverage {
            files: snapshot.looked.len(),
            asked: snapshot
                .surfaces
                .iter()
                .filter(|surface| surface.origin == Origin::Live)
                .count(),
            rules: RULES.len(),
            source: SourceCoverage::default(),
            unread: snapshot.unread.clone(),
        },
        // Nothing is held back until somebody says for whom the scan is.
        persona: Persona::Auditor,
        held_back: 0,
    };
    for tree in trees {
        scan.findings.extend(tree.findings);
        scan.surfaces.extend(tree.surfaces);
        scan.tools.extend(tree.tools);
        scan.coverage.source.add(tree.coverage);
        scan.coverage.unread.extend(tree.unread);
    }
    order(&mut scan);
    scrub(&mut scan, &redactor(snapshot, given));
    scan
}

/// Runs one rule over everything.
pub(crate) fn run(rule: &dyn Rule, context: &Context<'_>) -> Vec<Finding> {
    let mut drafts = Vec::new();
    for connection in &context.snapshot.connections {
        rule.check_connection(connection, context, &mut drafts);
    }
    for view in &context.views {
        rule.check_surface(view, context, &mut drafts);
    }
    rule.check_snapshot(context, &mut drafts);
    drafts.into_iter().map(|draft| finding(rule, draft, "")).collect()
}

/// Makes a finding of a draft. Paths count without `root` for its fingerprint: where a tree lies
/// does not make it another one.
pub(crate) fn finding(rule: &dyn Rule, draft: Draft, root: &str) -> Finding {
    let meta = rule.meta();
    Finding {
        rule: meta.id,
        class: meta.class,
        cwe: meta.cwe(),
        severity: draft.severity.unwrap_or(meta.severity),
        confidence: draft.confidence,
        fingerprint: fingerprint(rule, &draft, root),
        message: draft.message,
        label: draft.label,
        location: draft.location,
        subject: draft.subject,
        code: draft.code,
        trace: draft.trace,
        help: draft.help.unwrap_or_else(|| meta.help.to_owned()),
    }
}

/// Over what stays when lines move: no line, no column and no wording.
fn fingerprint(rule: &dyn Rule, draft: &Draft, root: &str) -> Digest {
    let meta = rule.meta();
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = [
        meta.id.to_owned(),
        meta.class.id().to_owned(),
        inside(&draft.location.file, root).to_owned(),
        optional(&draft.location.pointer),
        optional(&draft.subject.server),
        optional(&draft.subject.tool),
        optional(&draft.subject.parameter),
        draft.key.clone(),
    ];
    // The length before each part keeps parts from running into each other.
    let lengths: Vec<[u8; 8]> =
        parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let pieces =
        lengths.iter().zip(&parts).flat_map(|(length, part)| [&length[..], part.as_bytes()]);
    Digest::of_parts(pieces)
}

/// The path below a root.
fn inside<'p>(path: &'p str, root: &str) -> &'p str {
    let below = path.strip_prefix(root).filter(|_| !root.is_empty());
    below.and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
}

/// The worst finding first, each once; servers by client, file and pointer.
pub(crate) fn order(scan: &mut Scan) {
    order_findings(&mut scan.findings);
    scan.servers.sort_by(|a, b| {
        (&a.client, &a.location.file, &a.location.pointer, &a.name).cmp(&(
            &b.client,
            &b.location.file,
            &b.location.pointer,
            &b.name,
        ))
    });
}

/// The worst finding first, each once.
pub(crate) fn order_findings(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        (b.severity, b.confidence)
            .cmp(&(a.severity, a.confidence))
            .then_with(|| (a.rule, &a.location).cmp(&(b.rule, &b.location)))
            .then_with(|| {
                (&a.subject.server, &a.subject.tool).cmp(&(&b.subject.server, &b.subject.tool))
            })
            .then_with(|| (&a.message, a.fingerprint).cmp(&(&b.message, b.fingerprint)))
    });
    let mut seen = BTreeSet::new();
    findings.retain(|finding| seen.insert(finding.fingerprint));
}

fn entry(connection: &Connection) -> ServerEntry {
    let (command, url) = match &connection.endpoint {
        Endpoint::Command(launch) => {
            let args = launch.args.iter().map(Hidden::reveal);
            (Some(redact_command(&launch.command, args)), None)
        }
        Endpoint::Remote(remote) => (None, Some(redact_url(remote.url.reveal()))),
        Endpoint::Builtin => (None, None),
    };
    ServerEntry {
        name: connection.name.clone(),
        client: connection.client.clone(),
        scope: connection.scope,
        location: connection.location.clone(),
        transport: connection.transport,
        command: command.map(|text| visible(&text).text),
        url: url.map(|text| visible(&text).text),
        package: connection.package.clone(),
        credentials: connection.credentials.clone(),
        auto_approve: connection.auto_approve.clone(),
        enabled: connection.enabled,
        guarded: connection.guarded,
        user: connection.user.as_deref().map(|user| visible(user).text),
    }
}

fn shown(view: &View<'_>) -> SurfaceView {
    let surface = view.surface;
    let mut last = None;
    let texts =
        view.texts.iter().filter(|text| text.part != Part::Value || !is_type(&text.pointer));
    let texts = texts.map(|text| {
        let first = last != Some(text.definition);
        last = Some(text.definition);
        let effects = text.definition.and_then(|index| view.effects.get(index)?.as_ref());
        let seen = visible(text.text);
        TextView {
            kind: text.kind,
            name: visible(text.name).text,
            pointer: text.pointer.clone(),
            shown: seen.text,
            hidden: seen.count,
            effect: effects.filter(|_| first).map(|effects| effects.effect),
        }
    });
    SurfaceView {
        server: surface.server.clone(),
        origin: surface.origin,
        protocol: surface.protocol.clone(),
        implementation: surface.implementation.clone(),
        texts: texts.collect(),
    }
}

/// The types of a schema are structure and not text.
fn is_type(pointer: &str) -> bool {
    pointer.ends_with("/type") || pointer.ends_with("/$schema") || pointer.contains("/required/")
}

#[cfg(test)]
mod tests;
