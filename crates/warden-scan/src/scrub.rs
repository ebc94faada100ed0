//! Takes every secret out of a finished scan, so that no rule can tell one by mistake.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use warden_detect::{Redactor, credential_name, is_reference, redact_command, redact_url, secrets};
use warden_model::{
    AutoApprove, Endpoint, Excerpt, Finding, Hidden, Launch, Location, Package, Scan, ServerEntry,
    Snapshot, SourceCoverage, Subject, SurfaceView, ToolAct, ToolProfile, Unread,
};

/// Values that are known to be secret from where they stand, besides those that look like one.
pub(crate) fn redactor(snapshot: &Snapshot, given: &[Hidden]) -> Redactor {
    let given = given.iter().map(Hidden::reveal).filter(|value| !plain_address(value));
    let mut values: Vec<String> = given.map(str::to_owned).collect();
    for connection in &snapshot.connections {
        let settings = match &connection.endpoint {
            Endpoint::Command(launch) => {
                values.extend(taken_out(launch));
                let mut named = false;
                for arg in &launch.args {
                    let arg = arg.reveal();
                    if named && !arg.starts_with('-') {
                        values.push(arg.to_owned());
                    }
                    named = arg.starts_with('-') && credential_name(arg);
                    let pair = arg.split_once(['=', ':']).filter(|(name, _)| credential_name(name));
                    values.extend(pair.map(|(_, value)| value.trim().to_owned()));
                    values.extend(inside(arg));
                }
                &launch.env
            }
            Endpoint::Remote(remote) => {
                values.extend(inside(remote.url.reveal()));
                values.extend(missing(remote.url.reveal(), &redact_url(remote.url.reveal())));
                &remote.headers
            }
            Endpoint::Builtin => continue,
        };
        for setting in settings {
            let value = setting.value.reveal();
            if credential_name(&setting.name) {
                values.push(value.to_owned());
                values.extend(value.split_once(' ').map(|(_, token)| token.to_owned()));
            }
            values.extend(inside(value));
        }
    }
    let servers: HashSet<&str> =
        snapshot.connections.iter().map(|connection| connection.name.as_str()).collect();
    values.retain(|value| {
        let long = value.len() >= 16 || telling(value);
        long && !is_reference(value) && !servers.contains(value.as_str())
    });
    Redactor::new(values.iter().map(String::as_str))
}

/// What a command line shows no longer: it must not be told anywhere else either.
fn taken_out(launch: &Launch) -> Vec<String> {
    let args = || launch.args.iter().map(Hidden::reveal);
    let shown = redact_command(&launch.command, args());
    let words = std::iter::once(launch.command.as_str()).chain(args());
    words.flat_map(|word| missing(word, &shown)).collect()
}

/// The longer pieces of `text` that are not in `shown`.
fn missing(text: &str, shown: &str) -> Vec<String> {
    let ends = |char: char| !(char.is_ascii_alphanumeric() || "_-.+/~!#$%^*".contains(char));
    let kept: HashSet<&str> = shown.split(ends).collect();
    let pieces = text.split(ends).filter(|piece| !kept.contains(piece));
    // A piece that may be a word is left in other texts, which speak of such things as well.
    let telling = |piece: &&str| telling(piece) || piece.len() >= 16;
    pieces.filter(telling).map(str::to_owned).collect()
}

fn inside(text: &str) -> impl Iterator<Item = String> {
    secrets(text).into_iter().filter_map(move |hit| text.get(hit.range)).map(str::to_owned)
}

/// Whether a value is a URL that tells nothing: servers are given those as well.
fn plain_address(value: &str) -> bool {
    value.contains("://") && redact_url(value) == value
}

/// A password that is a word (`postgres`) would take the word out of every name; where it stands
/// it is taken out by place, and rules do not quote values.
fn telling(value: &str) -> bool {
    value.len() >= 8 && value.bytes().any(|byte| !byte.is_ascii_lowercase())
}

pub(crate) fn scrub(scan: &mut Scan, redactor: &Redactor) {
    // Files, servers and helps come again and again.
    let seen: RefCell<HashMap<String, String>> = RefCell::default();
    let clean = |text: &mut String| {
        if let Some(known) = seen.borrow().get(text.as_str()) {
            text.clone_from(known);
            return;
        }
        let cleaned = redactor.apply(text);
        seen.borrow_mut().insert(std::mem::replace(text, cleaned.clone()), cleaned);
    };
    scan.findings.iter_mut().for_each(|found| finding(found, &clean));
    scan.servers.iter_mut().for_each(|server| entry(server, &clean));
    scan.surfaces.iter_mut().for_each(|view| surface(view, &clean));
    scan.tools.iter_mut().for_each(|tool| profile(tool, &clean));
    let SourceCoverage { languages: _, gaps, skipped } = &mut scan.coverage.source;
    gaps.iter_mut().flat_map(|gaps| &mut gaps.places).for_each(|found| place(found, &clean));
    for skipped in skipped {
        clean(&mut skipped.path);
    }
    for Unread { location, client, detail, reason: _ } in &mut scan.coverage.unread {
        place(location, &clean);
        client.iter_mut().for_each(clean);
        clean(detail);
    }
}

fn finding(found: &mut Finding, clean: &impl Fn(&mut String)) {
    clean(&mut found.message);
    clean(&mut found.label);
    clean(&mut found.help);
    place(&mut found.location, clean);
    let Subject { server, tool, parameter } = &mut found.subject;
    [server, tool, parameter].into_iter().flatten().for_each(clean);
    code(found.code.as_mut(), clean);
    for step in &mut found.trace {
        place(&mut step.location, clean);
        clean(&mut step.note);
        code(step.code.as_mut(), clean);
    }
}

/// What is underlined stays inside the line when a part of it was taken out.
fn code(excerpt: Option<&mut Excerpt>, clean: &impl Fn(&mut String)) {
    let Some(excerpt) = excerpt else { return };
    clean(&mut excerpt.text);
    let total = excerpt.text.chars().count();
    excerpt.start = excerpt.start.min(total.saturating_sub(1));
    excerpt.length = excerpt.length.clamp(1, (total - excerpt.start).max(1));
}

fn place(location: &mut Location, clean: &impl Fn(&mut String)) {
    let Location { file, pointer, line: _, column: _, function } = location;
    clean(file);
    function.iter_mut().for_each(clean);
    if let Some(text) = pointer {
        segments(text, clean);
    }
}

/// A pointer spells `/` as `~1`, which would hide a secret from those who look for it.
fn segments(pointer: &mut String, clean: &impl Fn(&mut String)) {
    clean(pointer);
    let segments = pointer.split('/').map(|segment| {
        let mut plain = segment.replace("~1", "/").replace("~0", "~");
        let before = plain.clone();
        clean(&mut plain);
        if plain == before {
            segment.to_owned()
        } else {
            plain.replace('~', "~0").replace('/', "~1")
        }
    });
    *pointer = segments.collect::<Vec<_>>().join("/");
}

fn entry(server: &mut ServerEntry, clean: &impl Fn(&mut String)) {
    clean(&mut server.name);
    clean(&mut server.client);
    place(&mut server.location, clean);
    [&mut server.command, &mut server.url].into_iter().flatten().for_each(clean);
    if let Some(Package { name, version, publisher, registry: _, pinning: _ }) = &mut server.package
    {
        clean(name);
        [version, publisher].into_iter().flatten().for_each(clean);
    }
    server.user.iter_mut().for_each(clean);
    for credential in &mut server.credentials {
        clean(&mut credential.name);
        place(&mut credential.location, clean);
    }
    match &mut server.auto_approve {
        AutoApprove::Ask => {}
        AutoApprove::Tools(tools) => tools.iter_mut().for_each(clean),
        AutoApprove::All(setting) => clean(setting),
    }
}

fn profile(found: &mut ToolProfile, clean: &impl Fn(&mut String)) {
    let ToolProfile { server, tool, location, effects, hosts, systems: _, credentials, open: _ } =
        found;
    clean(server);
    tool.iter_mut().for_each(clean);
    place(location, clean);
    hosts.iter_mut().chain(credentials).for_each(clean);
    for ToolAct { effect: _, kind: _, call, certain: _, location } in effects {
        clean(call);
        place(location, clean);
    }
}

fn surface(view: &mut SurfaceView, clean: &impl Fn(&mut String)) {
    clean(&mut view.server);
    view.protocol.iter_mut().for_each(clean);
    if let Some((name, version)) = &mut view.implementation {
        clean(name);
        clean(version);
    }
    for text in &mut view.texts {
        clean(&mut text.name);
        segments(&mut text.pointer, clean);
        clean(&mut text.shown);
    }
}
