//! What would change in a file, for people: without the secrets that stand around it.

use std::collections::BTreeMap;

use similar::TextDiff;
use warden_collect::document::{Document, Format};
use warden_detect::{Redactor, credential_name, redact_setting};
use warden_model::{Connection, Endpoint, Hidden, Setting};
use warden_report::printable;

/// What is shown instead of a secret.
const MARK: &str = "‹credential›";

/// The values in configurations that nobody should see.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// They are taken out wherever they stand.
    values: Vec<String>,
    /// Where settings stand that are secret by name or by value: pointers, by file.
    places: BTreeMap<String, Vec<String>>,
}

impl Secrets {
    /// Collects what these connections were given.
    pub(crate) fn of<'a>(connections: impl IntoIterator<Item = &'a Connection>) -> Self {
        let mut secrets = Self::default();
        for connection in connections {
            match &connection.endpoint {
                Endpoint::Command(launch) => {
                    launch.env.iter().for_each(|setting| secrets.setting(setting));
                    secrets.arguments(launch.args.iter().map(Hidden::reveal));
                }
                Endpoint::Remote(remote) => {
                    remote.headers.iter().for_each(|setting| secrets.setting(setting));
                    secrets.add(remote.url.reveal());
                }
                Endpoint::Builtin => {}
            }
        }
        secrets
    }

    fn setting(&mut self, setting: &Setting) {
        let value = setting.value.reveal();
        if redact_setting(&setting.name, value) == value {
            return;
        }
        self.add(value);
        if let Some(pointer) = &setting.location.pointer {
            let file = self.places.entry(setting.location.file.clone()).or_default();
            file.push(pointer.clone());
        }
    }

    fn arguments<'a>(&mut self, args: impl Iterator<Item = &'a str>) {
        let mut flag = "";
        for arg in args {
            let name = arg.trim_start_matches('-');
            match name.split_once('=') {
                Some((name, value)) if credential_name(name) => self.add(value),
                _ if credential_name(flag) => self.add(arg),
                _ => {}
            }
            flag = if arg.starts_with('-') { name } else { "" };
        }
    }

    fn add(&mut self, value: &str) {
        self.values.push(value.to_owned());
        // As it stands in a file that escapes it.
        let escaped = serde_json::Value::from(value).to_string();
        let inside = escaped.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        self.values.extend(inside.map(str::to_owned));
    }

    /// The text of a file without secrets.
    fn take_out(&self, shown: &str, bytes: &[u8], format: Format) -> String {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        let pointers = self.places.get(shown).map(Vec::as_slice).unwrap_or_default();
        if let Ok(document) = Document::parse(bytes, format) {
            let nodes = pointers.iter().filter_map(|pointer| document.at(pointer));
            let mut spans: Vec<_> = nodes.map(|node| (node.span.start, node.span.end)).collect();
            spans.sort_unstable();
            spans.dedup();
            for (start, end) in spans.into_iter().rev() {
                if text.get(start..end).is_some_and(|value| !value.is_empty()) {
                    text.replace_range(start..end, &format!("\"{MARK}\""));
                }
            }
        }
        Redactor::new(self.values.iter().map(String::as_str)).apply(&text)
    }
}

/// A unified diff of one file.
///
/// Secrets are taken out of both texts before they are compared, so that no line of it can hold
/// one; what takes their place is the same on both sides.
pub(crate) fn unified(
    shown: &str,
    format: Format,
    (before, after): (&[u8], &[u8]),
    secrets: &Secrets,
) -> String {
    let before = secrets.take_out(shown, before, format);
    let after = secrets.take_out(shown, after, format);
    let diff = TextDiff::from_lines(&before, &after);
    let text = diff.unified_diff().context_radius(3).header(shown, shown).to_string();
    text.lines()
        .fold(String::new(), |all, line| all + &printable(&line.replace('\t', "    ")) + "\n")
}
