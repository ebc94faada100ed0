//! Which servers there are: by client and file, with everything a person decides on.

use anstyle::Style;
use warden_model::{AutoApprove, Credential, Package, Pinning, Scan, ServerEntry};

use crate::pen::{BAD, BOLD, DIM, GOOD, PLAIN, Pen, WARN};
use crate::{
    clean::printable,
    lines::{count, padded, width},
};

/// A longer name gets a line of its own, so that the others keep their room.
const NAME_COLUMNS: usize = 16;

pub(super) fn write(scan: &Scan, pen: &mut Pen) {
    let same_file = |a: &ServerEntry, b: &ServerEntry| {
        a.client == b.client && a.scope == b.scope && a.location.file == b.location.file
    };
    for group in scan.servers.chunk_by(same_file) {
        pen.gap();
        heading(group, pen);
        let most = NAME_COLUMNS.min(pen.columns() / 4);
        let names = group.iter().map(|entry| width(&printable(&entry.name)));
        let name_columns = names.filter(|columns| *columns <= most).max().unwrap_or(2);
        for entry in group {
            server(entry, name_columns, pen);
        }
    }
    pen.gap();
}

fn heading(group: &[ServerEntry], pen: &mut Pen) {
    let Some(first) = group.first() else { return };
    let user = first.user.as_deref().map(|user| format!(", started by {}", printable(user)));
    let servers = count(group.len(), "server");
    let about = format!("{}, {servers}{}", first.scope.name(), user.unwrap_or_default());
    pen.put(BOLD, &first.client);
    pen.put(DIM, &format!(" ({about})"));
    let file = printable(&first.location.file);
    if width(&first.client) + width(&about) + width(&file) + 5 > pen.columns() {
        pen.end();
    }
    pen.put(PLAIN, "  ");
    pen.put(DIM, &file);
    pen.end();
}

fn server(entry: &ServerEntry, name_columns: usize, pen: &mut Pen) {
    let start = 2 + name_columns + 2;
    let name = printable(&entry.name);
    pen.put(PLAIN, "  ");
    pen.put(BOLD, &padded(&name, name_columns + 2));
    if width(&name) > name_columns {
        pen.end();
        pen.put(PLAIN, &format!("{:start$}", ""));
    }
    pen.put(DIM, entry.transport.name());
    states(entry, pen);
    pen.end();
    if let Some(launch) = entry.command.as_deref().or(entry.url.as_deref()) {
        pen.block(start, PLAIN, launch);
    }
    for (style, text) in details(entry) {
        pen.block(start, style, &text);
    }
}

/// The words after the transport.
fn states(entry: &ServerEntry, pen: &mut Pen) {
    if entry.guarded {
        pen.put(GOOD, ", guarded");
    }
    if !entry.enabled {
        pen.put(DIM, ", disabled");
    }
}

fn details(entry: &ServerEntry) -> Vec<(Style, String)> {
    let mut out = Vec::new();
    if let Some(package) = &entry.package {
        out.push((pinning_style(package.pinning), package_line(package)));
    }
    if !entry.credentials.is_empty() {
        let literal = entry.credentials.iter().any(|credential| credential.literal);
        let list: Vec<_> = entry.credentials.iter().map(credential_text).collect();
        let production = entry.credentials.iter().any(|one| one.production.is_some());
        let style = if literal || production { BAD } else { PLAIN };
        out.push((style, format!("credentials: {}", list.join(", "))));
    }
    match &entry.auto_approve {
        AutoApprove::Ask => {}
        AutoApprove::Tools(tools) => {
            out.push((WARN, format!("runs without asking: {}", tools.join(", "))));
        }
        AutoApprove::All(setting) => {
            out.push((BAD, format!("runs without asking: every tool, by `{setting}`")));
        }
    }
    out
}

fn package_line(package: &Package) -> String {
    let version = match &package.version {
        Some(version) => format!("@{version}"),
        None => String::new(),
    };
    let pinning = match package.pinning {
        Pinning::Digest => "pinned by digest",
        Pinning::Exact => "pinned by version",
        Pinning::Floating => "floating",
        Pinning::Local => "local files",
    };
    let publisher = match &package.publisher {
        Some(publisher) => format!("publisher {publisher}"),
        None => "publisher unknown".to_owned(),
    };
    format!("{} {}{version}, {pinning}, {publisher}", package.registry.name(), package.name)
}

const fn pinning_style(pinning: Pinning) -> Style {
    match pinning {
        Pinning::Digest | Pinning::Exact => GOOD,
        Pinning::Floating => WARN,
        Pinning::Local => PLAIN,
    }
}

fn credential_text(credential: &Credential) -> String {
    let place = if credential.literal { " (its value stands in the file)" } else { "" };
    let production = match credential.production {
        Some(by) => format!(" (production, by its {})", by.name()),
        None => String::new(),
    };
    format!("{} {}{place}{production}", credential.kind.name(), credential.name)
}
