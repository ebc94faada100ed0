//! The catalog as a page for people: HTML without a script, a style sheet beside it.
//!
//! Whoever hosts it sends [`POLICY`] with it. Nothing on the page needs more: no script, no
//! inline style, nothing from elsewhere.

use jiff::Timestamp;

use super::{Catalog, Door, Entry, GatewayUrl, Language, Place, Snippet, Status, Variable};
use crate::markup::{escaped, put};

/// The style sheet. The page looks for it as `catalog.css` beside itself.
pub const STYLE: &str = include_str!("page/style.css");

/// The value of the header `Content-Security-Policy` for the page.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; \
                          form-action 'none'; frame-ancestors 'none'";

/// Shows the newest version of every server that is not deleted, with its certificate, and how
/// each client adds it. Servers elsewhere are added through the gateway, if there is one.
#[must_use]
pub fn page(catalog: &Catalog, gateway: Option<&GatewayUrl>) -> String {
    let shown: Vec<_> =
        catalog.all().filter(|one| one.latest && !one.entry.status.is_deleted()).collect();
    let mut out = String::from(HEAD);
    let count = match shown.len() {
        0 => "No server is certified.".to_owned(),
        1 => "One server is certified.".to_owned(),
        many => format!("{many} servers are certified."),
    };
    put(
        &mut out,
        format_args!("<header><h1>Certified MCP servers</h1><p>{count}</p></header>\n<main>\n"),
    );
    for one in &shown {
        article(&mut out, catalog, one.entry, gateway);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Certified MCP servers</title>
<link rel="stylesheet" href="catalog.css">
</head>
<body>
"#;

const LEVELS: [&str; 4] =
    ["Integrity Verified", "Static Verified", "Security Certified", "Runtime Certified"];

fn article(out: &mut String, catalog: &Catalog, entry: &Entry, gateway: Option<&GatewayUrl>) {
    put(out, format_args!("<article>\n<h2>{}</h2>\n", escaped(entry.shown_name())));
    put(
        out,
        format_args!(
            "<p class=\"name\"><code>{}</code> {}</p>\n<p>{}</p>\n",
            escaped(&entry.name),
            escaped(&entry.version),
            escaped(&entry.description),
        ),
    );
    if let Status::Deprecated(change) = &entry.status {
        let why = change.why.as_deref().unwrap_or("Its maintainers ask to move on.");
        put(out, format_args!("<p class=\"warning\">Deprecated: {}</p>\n", escaped(why)));
    }
    facts(out, entry);
    match Door::to(entry, gateway) {
        Some(door) => adding(out, &catalog.snippets(entry, &door)),
        None => out.push_str("<p>It is reached through the gateway. Ask who runs it.</p>\n"),
    }
    out.push_str("</article>\n");
}

fn facts(out: &mut String, entry: &Entry) {
    let certificate = &entry.certificate;
    let level = LEVELS.get(usize::from(certificate.level)).copied().unwrap_or("unknown");
    out.push_str("<dl>\n");
    let told = format!("{}, {level}", certificate.level);
    fact(out, "Level", &format!("<strong class=\"level{}\">{told}</strong>", certificate.level));
    fact(out, "Score", &format!("{} of 100", certificate.score));
    fact(out, "Certified until", &time(certificate.expires));
    let effects: Vec<_> = entry.effects.iter().map(|effect| effect.name()).collect();
    let effects = if effects.is_empty() { "none known".to_owned() } else { effects.join(", ") };
    fact(out, "What its tools do", &effects);
    let needs: Vec<_> = needed(entry).map(need).collect();
    if !needs.is_empty() {
        fact(out, "Needs", &needs.join(", "));
    }
    for (name, url) in [
        ("Source", entry.repository.as_ref().map(|repository| &repository.url)),
        ("Website", entry.website.as_ref()),
    ] {
        if let Some(url) = url {
            // Only http and https URLs come into the catalog.
            let url = escaped(url);
            fact(out, name, &format!("<a href=\"{url}\" rel=\"noreferrer\">{url}</a>"));
        }
    }
    fact(out, "Certificate", &format!("<code>{}</code>", certificate.digest));
    out.push_str("</dl>\n");
}

/// What has to be there before the server starts.
fn needed(entry: &Entry) -> impl Iterator<Item = &Variable> {
    let package = entry.packages.first();
    let variables = package.map(|package| package.environment.as_slice()).unwrap_or_default();
    variables.iter().filter(|one| one.required && one.value.is_none())
}

fn need(variable: &Variable) -> String {
    let secret = if variable.secret { " (a secret)" } else { "" };
    format!("<code>{}</code>{secret}", escaped(&variable.name))
}

/// A fact; its value is HTML.
fn fact(out: &mut String, name: &str, value: &str) {
    put(out, format_args!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"));
}

fn time(at: Timestamp) -> String {
    let text = at.to_string();
    let day = text.split('T').next().unwrap_or(&text);
    format!("<time datetime=\"{text}\">{day}</time>")
}

fn adding(out: &mut String, snippets: &[Snippet]) {
    out.push_str("<details>\n<summary>Add it to a client</summary>\n");
    let links: Vec<_> = snippets
        .iter()
        .filter_map(|one| {
            let link = escaped(one.link.as_deref()?);
            Some(format!("<a class=\"button\" href=\"{link}\">{}</a>", escaped(one.name)))
        })
        .collect();
    if !links.is_empty() {
        put(out, format_args!("<p>With one click: {}</p>\n", links.join(" ")));
    }
    for one in snippets.iter().filter(|one| one.command.is_some()) {
        let command = escaped(one.command.as_deref().unwrap_or_default());
        let name = escaped(one.name);
        put(
            out,
            format_args!(
                "<p>{name}, by its command:</p>\n<pre tabindex=\"0\"><code>{command}</code></pre>\n"
            ),
        );
    }
    for group in grouped(snippets) {
        by_file(out, &group);
    }
    let without: Vec<_> =
        snippets.iter().filter(|one| one.text.is_none()).map(|one| one.name).collect();
    if !without.is_empty() {
        put(
            out,
            format_args!(
                "<p>Add it in the settings of these yourself: {}.</p>\n",
                escaped(&without.join(", "))
            ),
        );
    }
    out.push_str("</details>\n");
}

/// Snippets with one text, in the order of their first client: most clients share one.
fn grouped(snippets: &[Snippet]) -> Vec<Vec<&Snippet>> {
    let mut groups: Vec<Vec<&Snippet>> = Vec::new();
    for one in snippets.iter().filter(|one| one.text.is_some()) {
        match groups.iter_mut().find(|group| group.iter().any(|known| known.text == one.text)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

fn by_file(out: &mut String, group: &[&Snippet]) {
    let Some(first) = group.first() else { return };
    let names: Vec<_> = group.iter().map(|one| one.name).collect();
    let language = match first.language {
        Language::Json => "JSON",
        Language::Toml => "TOML",
        Language::Yaml => "YAML",
    };
    let summary = escaped(&names.join(", "));
    put(out, format_args!("<details>\n<summary>{summary}</summary>\n<ul>\n"));
    for one in group {
        put(out, format_args!("<li>{}: {}</li>\n", escaped(one.name), files(one.place)));
    }
    let text = escaped(first.text.as_deref().unwrap_or_default());
    put(
        out,
        format_args!(
            "</ul>\n<p>{language}:</p>\n<pre tabindex=\"0\"><code>{text}</code></pre>\n</details>\n"
        ),
    );
}

fn files(place: Place) -> String {
    let code = |path: &str| format!("<code>{}</code>", escaped(path));
    let mut out = code(place.linux);
    if place.macos != place.linux {
        out.push_str(&format!(", on macOS {}", code(place.macos)));
    }
    if place.windows != place.linux {
        out.push_str(&format!(", on Windows {}", code(place.windows)));
    }
    out
}

#[cfg(test)]
mod tests;
