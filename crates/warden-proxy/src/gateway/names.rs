//! Public names: which tool of which server stands behind a name, in which view.
//!
//! Only what was approved can ever be used, so the names are made from the pins when the
//! configuration is read. They do not depend on which servers happen to be up.

use std::collections::{BTreeMap, HashMap};

use warden_model::DefinitionKind;

use super::settings::{ServerSettings, View as ViewSettings};

/// The longest name that the specification recommends (2025-11-25, server/tools, "Tool Names").
const LONGEST: usize = 128;

/// What stands behind a public name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Behind {
    /// The server's place in the settings.
    pub(crate) server: usize,
    /// The name that the server gives.
    pub(crate) own: Box<str>,
}

/// What one endpoint offers.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// The name of the view; empty for the endpoint with everything.
    pub(crate) name: Box<str>,
    /// The servers in it, in their order.
    pub(crate) servers: Vec<usize>,
    tools: HashMap<Box<str>, Behind>,
    prompts: HashMap<Box<str>, Behind>,
    /// By URI template.
    templates: HashMap<Box<str>, Behind>,
}

/// The public names behind one endpoint, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The name of the view; empty for the endpoint with everything.
    pub view: String,
    /// Its tools.
    pub tools: Vec<String>,
    /// Its prompts.
    pub prompts: Vec<String>,
}

/// Why names cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Two servers have something under one public name.
    #[error(
        "{kind} `{name}` of server `{first}` and of server `{second}` would have one name; {}",
        way_out(kind)
    )]
    Collision {
        /// `tool` or `prompt`.
        kind: &'static str,
        /// The name.
        name: String,
        /// Whose it is.
        first: String,
        /// Who else has it.
        second: String,
    },
    /// A public name would be longer than names may be.
    #[error(
        "{kind} `{name}` would be longer than {LONGEST} characters; give its server a shorter `prefix`"
    )]
    TooLong {
        /// `tool` or `prompt`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A view names a server that there is not.
    #[error("view `{view}` names server `{server}`, which is not configured")]
    NoSuchServer {
        /// The view.
        view: String,
        /// The server.
        server: String,
    },
    /// Two servers or two views have one name.
    #[error("two {what}s are called `{name}`")]
    Twice {
        /// `server` or `view`.
        what: &'static str,
        /// The name.
        name: String,
    },
}

/// URIs are the servers' own, so a prefix does not tell templates apart.
fn way_out(kind: &str) -> &'static str {
    if kind == DefinitionKind::Template.name() {
        "only one of them can be behind a gateway"
    } else {
        "give one of them another `prefix`"
    }
}

impl View {
    /// What stands behind a public name.
    pub(crate) fn behind(&self, kind: DefinitionKind, public: &str) -> Option<&Behind> {
        match kind {
            DefinitionKind::Tool => self.tools.get(public),
            DefinitionKind::Prompt => self.prompts.get(public),
            DefinitionKind::Template => self.templates.get(public),
            DefinitionKind::Resource => None,
        }
    }

    /// Whether an entry of a server belongs into this view.
    pub(crate) fn holds(&self, kind: DefinitionKind, public: &str, server: usize) -> bool {
        match kind {
            DefinitionKind::Resource | DefinitionKind::Template => self.servers.contains(&server),
            DefinitionKind::Tool | DefinitionKind::Prompt => {
                self.behind(kind, public).is_some_and(|behind| behind.server == server)
            }
        }
    }

    /// What it offers by name.
    pub(super) fn offer(&self) -> Offer {
        let names = |table: &HashMap<Box<str>, Behind>| {
            let mut names: Vec<String> = table.keys().map(ToString::to_string).collect();
            names.sort_unstable();
            names
        };
        Offer {
            view: self.name.to_string(),
            tools: names(&self.tools),
            prompts: names(&self.prompts),
        }
    }

    /// Whether it has anything of this kind.
    pub(crate) fn has(&self, kind: DefinitionKind) -> bool {
        match kind {
            DefinitionKind::Tool => !self.tools.is_empty(),
            DefinitionKind::Prompt => !self.prompts.is_empty(),
            DefinitionKind::Template => !self.templates.is_empty(),
            DefinitionKind::Resource => false,
        }
    }
}

/// Names everything, for the endpoint with everything (under the empty name) and each view.
///
/// # Errors
/// Every reason why that cannot be done.
pub(crate) fn name_all(
    servers: &[ServerSettings],
    views: &[ViewSettings],
) -> Result<BTreeMap<Box<str>, View>, Vec<NameError>> {
    let mut errors = Vec::new();
    twice("server", servers.iter().map(|server| &*server.name), &mut errors);
    twice("view", views.iter().map(|view| &*view.name), &mut errors);
    let mut named = BTreeMap::new();
    let all = ViewSettings {
        name: String::new(),
        servers: servers.iter().map(|server| server.name.clone()).collect(),
        tools: Vec::new(),
    };
    for settings in std::iter::once(&all).chain(views) {
        let view = view(servers, settings, &mut errors);
        named.insert(view.name.clone(), view);
    }
    if errors.is_empty() { Ok(named) } else { Err(errors) }
}

fn twice<'a>(
    what: &'static str,
    names: impl Iterator<Item = &'a str>,
    errors: &mut Vec<NameError>,
) {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            errors.push(NameError::Twice { what, name: name.into() });
        }
    }
}

fn view(servers: &[ServerSettings], settings: &ViewSettings, errors: &mut Vec<NameError>) -> View {
    let mut view = View { name: settings.name.as_str().into(), ..View::default() };
    for name in &settings.servers {
        let Some(at) = servers.iter().position(|server| server.name == *name) else {
            let view = settings.name.clone();
            errors.push(NameError::NoSuchServer { view, server: name.clone() });
            continue;
        };
        if view.servers.contains(&at) {
            continue;
        }
        view.servers.push(at);
        add(&mut view, servers, at, settings, errors);
    }
    view
}

fn add(
    view: &mut View,
    servers: &[ServerSettings],
    at: usize,
    settings: &ViewSettings,
    errors: &mut Vec<NameError>,
) {
    let Some(server) = servers.get(at) else { return };
    let Some(pin) = &server.bundle.pin else { return };
    for pinned in &pin.definitions {
        let public = match pinned.kind {
            DefinitionKind::Tool | DefinitionKind::Prompt => {
                format!("{}{}", server.prefix, pinned.name)
            }
            DefinitionKind::Template | DefinitionKind::Resource => pinned.name.clone(),
        };
        let wanted = settings.tools.is_empty()
            || settings.tools.iter().any(|pattern| matches(pattern, &public));
        let table = match pinned.kind {
            DefinitionKind::Tool if wanted => &mut view.tools,
            DefinitionKind::Prompt => &mut view.prompts,
            DefinitionKind::Template => &mut view.templates,
            DefinitionKind::Tool | DefinitionKind::Resource => continue,
        };
        let kind = pinned.kind.name();
        if pinned.kind != DefinitionKind::Template && public.len() > LONGEST {
            errors.push(NameError::TooLong { kind, name: public });
            continue;
        }
        if let Some(other) = table.get(public.as_str())
            && other.server != at
        {
            let owner = |at: usize| servers.get(at).map_or_else(String::new, |s| s.name.clone());
            let (first, second) = (owner(other.server), owner(at));
            errors.push(NameError::Collision { kind, name: public, first, second });
            continue;
        }
        table.insert(public.into(), Behind { server: at, own: pinned.name.as_str().into() });
    }
}

/// Whether `text` is what `pattern` says, `*` standing for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("git__*", "git__log", true),
            ("git__*", "github__log", false),
            ("*_read", "files_read", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
