//! What stands under the arrow: the redacted rendering of the thing that a finding is about.

use warden_model::{Finding, Location, Scan, ServerEntry, SurfaceView, TextView};

/// A line to show, of which the second part is marked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// What leads to it.
    pub lead: String,
    /// What the label is about.
    pub marked: String,
}

/// The rendering for a finding; `None` where nothing is known of the place.
pub(super) fn of(scan: &Scan, finding: &Finding) -> Option<Excerpt> {
    if let Some(tool) = finding.subject.tool.as_deref() {
        return Some(definition(scan, finding, tool));
    }
    match entry_of(scan, finding) {
        Some(entry) => Some(configured(entry, &finding.location)),
        None => instructions(scan, finding),
    }
}

/// The entry that a finding stands in. Names repeat between files, places do not.
fn entry_of<'a>(scan: &'a Scan, finding: &Finding) -> Option<&'a ServerEntry> {
    let same_file = |entry: &&ServerEntry| entry.location.file == finding.location.file;
    let by_place = scan.servers.iter().filter(same_file).find(|entry| {
        entry.location.pointer.is_some() && below(entry, &finding.location).is_some()
    });
    let by_name = || {
        let server = finding.subject.server.as_deref();
        scan.servers.iter().filter(same_file).find(|entry| Some(entry.name.as_str()) == server)
    };
    by_place.or_else(by_name)
}

/// The rest of the pointer below the entry: `/env/TOKEN`, or nothing for the entry itself.
fn below<'a>(entry: &ServerEntry, location: &'a Location) -> Option<&'a str> {
    let rest = location.pointer.as_deref()?.strip_prefix(entry.location.pointer.as_deref()?)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

fn configured(entry: &ServerEntry, location: &Location) -> Excerpt {
    let lead = format!("{}: ", entry.name);
    let rest = below(entry, location).unwrap_or_default();
    let mut members = rest.split('/').skip(1).map(unescape);
    let marked = match (members.next().as_deref(), members.next()) {
        (None | Some("command" | "cmd" | "args"), _)
        | (Some("url" | "serverUrl" | "httpUrl" | "uri" | "endpoint"), None) => {
            let launch = entry.command.as_deref().or(entry.url.as_deref());
            launch.unwrap_or(entry.transport.name()).to_owned()
        }
        // Only the name: the value may be the secret that the finding is about.
        (Some(member), Some(name)) => format!("{member} {name}"),
        (Some(member), None) => member.to_owned(),
    };
    Excerpt { lead, marked }
}

/// A pointer's member as it stands in the file.
fn unescape(member: &str) -> String {
    member.replace("~1", "/").replace("~0", "~")
}

fn definition(scan: &Scan, finding: &Finding, tool: &str) -> Excerpt {
    let view = surface_of(scan, finding);
    let pointer = finding.location.pointer.as_deref().unwrap_or_default();
    let text = view.and_then(|view| {
        let named = view.texts.iter().filter(|text| text.kind.is_some() && text.name == tool);
        named.filter(|text| pointer.ends_with(&text.pointer)).max_by_key(|t| t.pointer.len())
    });
    let kind = text.and_then(|text| text.kind).map_or("tool", warden_model::DefinitionKind::name);
    match (text, finding.subject.parameter.as_deref()) {
        (Some(text), _) if !text.pointer.is_empty() => {
            Excerpt { lead: format!("{kind} {tool}: "), marked: one_line(text) }
        }
        (_, Some(parameter)) => {
            Excerpt { lead: format!("{kind} {tool}: "), marked: format!("parameter {parameter}") }
        }
        _ => Excerpt { lead: format!("{kind} "), marked: tool.to_owned() },
    }
}

fn instructions(scan: &Scan, finding: &Finding) -> Option<Excerpt> {
    let text = surface_of(scan, finding)?.texts.iter().find(|text| text.kind.is_none())?;
    Some(Excerpt { lead: "instructions: ".into(), marked: one_line(text) })
}

fn surface_of<'a>(scan: &'a Scan, finding: &Finding) -> Option<&'a SurfaceView> {
    let server = finding.subject.server.as_deref()?;
    scan.surfaces.iter().find(|view| view.server == server)
}

fn one_line(text: &TextView) -> String {
    text.shown.split_whitespace().collect::<Vec<_>>().join(" ")
}
