//! Places: files as URIs, and servers, tools and parameters as logical locations.

use warden_model::{Excerpt, Finding, Location as Place, Subject};

use super::{
    artifact, message,
    types::{Context, Location, LogicalLocation, PhysicalLocation, Region},
};
use crate::clean::printable;

/// The place in a file; `None` if there is no file.
pub(super) fn of(place: &Place) -> Option<Location> {
    of_code(place, None)
}

/// The place in a file with the line there.
pub(super) fn of_code(place: &Place, code: Option<&Excerpt>) -> Option<Location> {
    let physical = physical(place, code)?;
    Some(Location { physical: Some(physical), ..Location::default() })
}

/// The place in a file together with what it is about.
pub(super) fn with_subject(finding: &Finding) -> Option<Location> {
    let physical = physical(&finding.location, finding.code.as_ref());
    let logical = logical(&finding.location, &finding.subject);
    if physical.is_none() && logical.is_empty() {
        return None;
    }
    Some(Location { physical, logical, message: None })
}

fn physical(place: &Place, code: Option<&Excerpt>) -> Option<PhysicalLocation> {
    if place.file.is_empty() {
        return None;
    }
    // Lines and columns count from 1; a service refuses the whole log over a 0.
    let region = place.line.filter(|line| *line > 0).map(|start_line| Region {
        start_line,
        start_column: place.column.filter(|column| *column > 0),
    });
    let line = place.line.filter(|line| *line > 0);
    let context = code
        .zip(line)
        .map(|(code, start_line)| Context { start_line, snippet: message(&code.text) });
    let artifact_location = artifact(&place.file);
    Some(PhysicalLocation { artifact_location, region, context_region: context })
}

/// The closest first: parameter, tool, server, then the entry in the file.
fn logical(place: &Place, subject: &Subject) -> Vec<LogicalLocation> {
    let parts = [
        (&subject.server, "module"),
        (&subject.tool, "function"),
        (&subject.parameter, "parameter"),
    ];
    let mut path = String::new();
    let mut out = Vec::new();
    for (name, kind) in parts {
        let Some(name) = name.as_deref().filter(|name| !name.is_empty()) else { continue };
        let name = printable(name);
        path = if path.is_empty() { name.to_string() } else { format!("{path}/{name}") };
        out.push(LogicalLocation {
            name: name.into_owned(),
            fully_qualified_name: path.clone(),
            kind,
        });
    }
    out.reverse();
    out.extend(place.function.as_deref().map(|name| element(name, "function")));
    out.extend(place.pointer.as_deref().map(|pointer| element(pointer, "element")));
    out
}

fn element(name: &str, kind: &'static str) -> LogicalLocation {
    let name = printable(name).into_owned();
    LogicalLocation { fully_qualified_name: name.clone(), name, kind }
}

/// A file name as a URI: absolute paths with a scheme, relative ones relative.
pub(super) fn uri(file: &str) -> String {
    let path = file.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':');
    let mut out = String::from(match (path.starts_with('/'), drive) {
        (true, _) => "file://",
        (false, true) => "file:///",
        (false, false) => "",
    });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            b':' if drive => out.push(':'),
            _ => out.push_str(&escaped(byte)),
        }
    }
    out
}

fn escaped(byte: u8) -> String {
    format!("%{byte:02X}")
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("/home/a b/ü.json"), "file:///home/a%20b/%C3%BC.json");
        assert_eq!(uri("C:\\Users\\a\\mcp.json"), "file:///C:/Users/a/mcp.json");
        assert_eq!(uri(".vscode/mcp.json"), ".vscode/mcp.json");
        assert_eq!(uri("a:b%#?.json"), "file:///a:b%25%23%3F.json");
        assert_eq!(uri("x\u{1b}\n"), "x%1B%0A");
    }
}
