//! What a configuration would do, as a table.

use warden_model::DefinitionKind;
use warden_policy::Standing;
use warden_proxy::gateway::{
    Offer,
    settings::{Listen, Reach, ServerSettings, Settings},
};
use warden_report::printable;

/// The most names that are shown of one endpoint.
const MOST_NAMES: usize = 200;

/// Says what settings would do. `config` is the configuration as it was named.
pub(super) fn show(settings: &Settings, offers: &[Offer], config: &str, columns: usize) -> String {
    let mut out = door(&settings.listen, &known(settings));
    out.push('\n');
    let mut rows = vec![["server", "reached at", "approved", "shows"].map(str::to_owned)];
    rows.extend(settings.servers.iter().map(row));
    out.push_str(&table(&rows));
    for offer in offers {
        out.push_str(&offered(offer, columns));
    }
    let todo: Vec<_> = settings.servers.iter().filter_map(|server| todo(server, config)).collect();
    if !todo.is_empty() {
        out.push_str("\nnot shown to clients\n");
        out.extend(todo);
    }
    out
}

/// Who comes in.
fn known(settings: &Settings) -> String {
    let count = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("one {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let Some(identity) = &settings.identity else {
        let clients = count(settings.clients.len(), "client");
        return clients.unwrap_or_else(|| "anybody who reaches it".to_owned());
    };
    let parts = [
        count(identity.issuers.len(), "issuer"),
        count(identity.keys.len(), "key"),
        count(identity.certificates.len(), "peer"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("whom {} let in", parts.join(", "))
}

fn door(listen: &Listen, who: &str) -> String {
    let scheme = if listen.tls.is_some() { "https" } else { "http" };
    let open = if listen.address.ip().is_loopback() { "" } else { ", reached from other machines" };
    format!("listens on {scheme}://{} for {who}{open}\n", listen.address)
}

fn row(server: &ServerSettings) -> [String; 4] {
    let reach = match &server.reach {
        // Arguments may hold secrets, and so may what stands behind the path of a URL.
        Reach::Stdio(reach) => {
            let program = reach.command.first().map(|word| word.to_string_lossy().into_owned());
            program.unwrap_or_default()
        }
        Reach::Http(reach) | Reach::Sse(reach) => {
            warden_detect::redact_url(reach.url.split(['?', '#']).next().unwrap_or_default())
        }
    };
    let (approved, shows) = match &server.bundle.pin {
        None => ("no".to_owned(), "nothing".to_owned()),
        Some(pin) => {
            let by = format!("by {}", pin.approval.by);
            (by, if is_shown(server) { counts(server) } else { "nothing".into() })
        }
    };
    [server.name.clone(), reach, approved, shows].map(|cell| printable(&cell).into_owned())
}

/// Whether what runs is what was approved, as far as that can be told.
fn is_shown(server: &ServerSettings) -> bool {
    server.bundle.pin.is_some() && server.bundle.artifact == Standing::Approved
}

fn counts(server: &ServerSettings) -> String {
    let definitions = server.bundle.pin.iter().flat_map(|pin| &pin.definitions);
    let kinds: Vec<_> = definitions.map(|definition| definition.kind).collect();
    let count = |kind, one, many| {
        let count = kinds.iter().filter(|found| **found == kind).count();
        match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        }
    };
    let parts = [
        count(DefinitionKind::Tool, "tool", "tools"),
        count(DefinitionKind::Prompt, "prompt", "prompts"),
        count(DefinitionKind::Template, "template", "templates"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no tools".into() } else { parts.join(", ") }
}

/// The names that an endpoint offers.
fn offered(offer: &Offer, columns: usize) -> String {
    let path = if offer.view.is_empty() { "/mcp".into() } else { format!("/mcp/{}", offer.view) };
    let names: Vec<&str> = offer.tools.iter().chain(&offer.prompts).map(String::as_str).collect();
    let mut out = format!("\n{path}\n");
    let mut line = String::new();
    let more = names.len().saturating_sub(MOST_NAMES);
    let more = (more > 0).then(|| format!("and {more} more"));
    let shown = names.into_iter().take(MOST_NAMES).map(|name| printable(name).into_owned());
    for name in shown.chain(more) {
        if !line.is_empty() && line.chars().count() + name.chars().count() + 3 > columns {
            out.push_str(&format!("  {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&name);
    }
    let last = if line.is_empty() { "nothing that has a name" } else { &line };
    out.push_str(&format!("  {last}\n"));
    out
}

/// Why nothing of a server is shown, and what to do about it.
fn todo(server: &ServerSettings, config: &str) -> Option<String> {
    let name = &server.name;
    let (why, flag) = match (&server.bundle.pin, server.bundle.artifact) {
        (Some(_), Standing::Approved) => return None,
        (None, _) => ("nobody has approved it", ""),
        (Some(_), Standing::Drifted { .. }) => ("what runs is not what was approved", "--diff "),
        (Some(_), Standing::Unknown | Standing::CouldNotTell) => {
            ("it could not be told whether what runs is what was approved", "--diff ")
        }
    };
    let config = printable(config);
    Some(format!("  {name}: {why}; see `mcpwarden approve {flag}--config {config} {name}`\n"))
}

fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..3).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = widths.get(column).copied().unwrap_or_default();
            line.push_str(&format!("{cell:width$}  "));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
