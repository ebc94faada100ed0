//! Which clients there are, and where they keep their configuration: one table.
//!
//! To add a client, add a row to [`CLIENTS`]. Nothing else knows clients by name, except where one
//! keeps its list of opened projects ([`opened`]) and what it lets run without asking.

pub(crate) mod grants;
pub(crate) mod opened;
pub(crate) mod pattern;
mod table;

use warden_model::Scope;

use crate::{document::Format, machine::Os, shapes::Shape};

pub use table::CLIENTS;

/// A program that starts servers or speaks to them.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// The identifier in reports, for example `claude-code`.
    pub id: &'static str,
    /// The name that people know.
    pub name: &'static str,
    /// How well its places are known.
    pub confidence: Known,
    /// Where it keeps servers, and in which shapes.
    pub places: &'static [Place],
}

/// How well a client's places are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// From one good source.
    One,
    /// From its documentation or from several sources.
    Well,
}

/// A file, or a pattern of files, in which a client keeps servers.
///
/// A pattern begins with where it lies: `~/` the home directory, `./` an opened project, `/` the
/// machine; `{config}`, `{data}`, `{support}`, `{roaming}`, `{local}`, `{programdata}` and
/// `{programfiles}` the directories that systems have for it; `{vscode}` and `{editors}` the user
/// data of VS Code and of its whole family; `{NAME}` or `{NAME:default}` what an environment
/// variable says. `*` is any part of one name, `**` any few directories.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// For whom it counts.
    pub scope: Scope,
    /// The systems on which it exists.
    pub systems: &'static [Os],
    /// Where it lies.
    pub pattern: &'static str,
    /// The shapes that it may have.
    pub shapes: &'static [Shape],
    /// Whether it holds other settings too, so that it need not have any server.
    pub settings: bool,
}

impl Place {
    const fn new(scope: Scope, pattern: &'static str, shapes: &'static [Shape]) -> Self {
        Self { scope, systems: Os::ALL, pattern, shapes, settings: false }
    }

    const fn user(pattern: &'static str, shapes: &'static [Shape]) -> Self {
        Self::new(Scope::User, pattern, shapes)
    }

    const fn project(pattern: &'static str, shapes: &'static [Shape]) -> Self {
        Self::new(Scope::Project, pattern, shapes)
    }

    const fn managed(pattern: &'static str, shapes: &'static [Shape]) -> Self {
        Self::new(Scope::Managed, pattern, shapes)
    }

    const fn plugin(pattern: &'static str, shapes: &'static [Shape]) -> Self {
        Self::new(Scope::Plugin, pattern, shapes)
    }

    const fn on(mut self, systems: &'static [Os]) -> Self {
        self.systems = systems;
        self
    }

    const fn among_settings(mut self) -> Self {
        self.settings = true;
        self
    }
}

/// The place of a client in the table; behind all of them if it is not there.
pub(crate) fn rank(client: &str) -> usize {
    CLIENTS.iter().position(|one| one.id == client).unwrap_or(CLIENTS.len())
}

/// The format that a file's name tells.
pub(crate) fn format_of(name: &str) -> Format {
    let ending = name.rsplit('.').next().unwrap_or("");
    match ending {
        "toml" => Format::Toml,
        "yaml" | "yml" => Format::Yaml,
        _ => Format::Jsonc,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_client_has_its_own_identifier_and_a_place() {
        let mut seen = HashSet::new();
        for client in CLIENTS {
            assert!(seen.insert(client.id), "{} stands twice", client.id);
            assert!(!client.places.is_empty() && !client.name.is_empty(), "{}", client.id);
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(client.id.bytes().all(plain), "{}", client.id);
        }
    }

    #[test]
    fn every_pattern_begins_with_a_known_place_and_the_scope_fits() {
        for client in CLIENTS {
            for place in client.places {
                let project = place.pattern.starts_with("./");
                assert_eq!(project, place.scope == Scope::Project, "{}", place.pattern);
                assert!(pattern::is_known(place.pattern), "{}", place.pattern);
                assert!(!place.pattern.contains('\\'), "{}", place.pattern);
            }
        }
    }

    #[test]
    fn at_least_forty_clients_are_known_and_thirty_of_them_well() {
        assert!(CLIENTS.len() >= 40, "{}", CLIENTS.len());
        let well = CLIENTS.iter().filter(|client| client.confidence == Known::Well).count();
        assert!(well >= 30, "{well}");
    }
}
