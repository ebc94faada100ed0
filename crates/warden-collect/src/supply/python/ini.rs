//! Files of sections, keys and values, as Python's `configparser` reads them; and pip's own.

use crate::supply::{
    RegistryUse,
    file::{File, Reading, Trouble},
};

use super::setting;

/// One line of a value, with the section and key that it belongs to.
pub(super) struct Line<'a> {
    pub(super) section: &'a str,
    pub(super) key: String,
    pub(super) text: &'a str,
    pub(super) number: u32,
}

/// The lines of all values. A line that is indented goes on with the value above it.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    let (mut section, mut key) = ("", String::new());
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        let mut value = bare;
        if !line.starts_with([' ', '\t']) {
            if let Some(name) = bare.strip_prefix('[') {
                section = name.split(']').next().unwrap_or(name);
                key.clear();
                continue;
            }
            let Some((name, rest)) = bare.split_once(['=', ':']) else { continue };
            key = name.trim().to_ascii_lowercase().replace('_', "-");
            value = rest.trim();
        }
        if !value.is_empty() {
            all.push(Line { section, key: key.clone(), text: value, number });
        }
    }
    all
}

/// Reads `pip.conf` and `pip.ini`.
pub(in crate::supply) fn pip(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut reading = Reading::default();
    for line in lines(file.text()?) {
        let holds = match line.key.as_str() {
            "index-url" => RegistryUse::Default,
            "extra-index-url" => RegistryUse::Extra,
            "find-links" => RegistryUse::Links,
            _ => continue,
        };
        for word in line.text.split_whitespace() {
            reading.settings.push(setting(file, holds.clone(), word, line.number));
        }
    }
    Ok(reading)
}
