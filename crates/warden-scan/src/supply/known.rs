//! Names that a package is mistaken for: servers of MCP, and libraries that many of them use.
//!
//! Who wants his code to run where other code is meant gives it a name that a person, or a model
//! that makes names up, takes for the other one: one letter off, another separator, letters that
//! look the same, another scope or none, a word more or less.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use warden_detect::{Known as Names, Likeness, fold};
use warden_model::Ecosystem;

use super::osv::normal_name;

/// The list that is compiled in.
static LIST: &str = include_str!("../../data/known.txt");

/// Words that are put on or left off without making the name another one to a reader.
const AFFIXES: &[&str] =
    &["mcp", "server", "official", "js", "node", "ts", "py", "python", "cli", "app", "lib", "npm"];

/// A shorter name is like too many others once words are left off.
const LONG_ENOUGH: usize = 6;

/// How a name is like a known one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resemblance {
    /// Other characters that look the same.
    Confusable,
    /// The same but for case and separators.
    Spelling,
    /// One letter more, less, different or changed places.
    OneEdit,
    /// The same name without the scope, or as one word with it.
    ScopeLeftOut,
    /// The same name under a scope that looks like the known one.
    ScopeAlike,
    /// The same name under another scope.
    OtherScope,
    /// The same words with one put on or left off.
    Affix,
}

impl Resemblance {
    /// What is alike, in a few words.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Confusable => "other characters that look the same",
            Self::Spelling => "the same name but for case and separators",
            Self::OneEdit => "one letter apart",
            Self::ScopeLeftOut => "the same name without its scope",
            Self::ScopeAlike => "the same name under a scope that looks the same",
            Self::OtherScope => "the same name under another scope",
            Self::Affix => "the same name with a word more or less",
        }
    }

    /// Whether it takes more than a name that others chose as well: then it is a lure or a mistake.
    #[must_use]
    pub const fn is_strong(self) -> bool {
        match self {
            Self::Confusable | Self::Spelling | Self::OneEdit | Self::ScopeAlike => true,
            Self::ScopeLeftOut | Self::OtherScope | Self::Affix => false,
        }
    }
}

/// The known names of every ecosystem.
#[derive(Debug)]
pub struct Known {
    lists: BTreeMap<Ecosystem, List>,
}

#[derive(Debug)]
struct List {
    names: Names,
    exact: BTreeSet<String>,
    /// Scoped names by their part behind the scope.
    bare: BTreeMap<String, Vec<String>>,
    /// Names by their folded words without affixes, in order.
    words: BTreeMap<Vec<String>, String>,
}

static BUILT_IN: LazyLock<Known> = LazyLock::new(|| Known::read(LIST));

impl Known {
    /// The list that is compiled in.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a list: on each line the type of a package URL and a name. Lines that begin with `#`
    /// or with another type count for nothing.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let list = |ecosystem: &Ecosystem| {
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            let pairs = lines.filter_map(|line| line.split_once(' '));
            let names: BTreeSet<String> = pairs
                .filter(|(kind, _)| *kind == ecosystem.purl())
                .map(|(_, name)| normal_name(*ecosystem, name.trim()))
                .collect();
            (*ecosystem, List::new(names))
        };
        Self { lists: Ecosystem::ALL.iter().map(list).collect() }
    }

    /// Whether a name is that of a known server of MCP, rather than of a library that servers use.
    #[must_use]
    pub fn is_server(&self, ecosystem: Ecosystem, name: &str) -> bool {
        let name = &*normal_name(ecosystem, name);
        let listed = self.lists.get(&ecosystem).is_some_and(|list| list.exact.contains(name));
        listed && speaks_of_mcp(name) && !LIBRARIES.contains(&name)
    }

    /// The known name that `name` is like without being it, and how. `asked` says that a person
    /// chose the name, who can be mistaken in more ways than a lock file.
    #[must_use]
    pub fn like(
        &self,
        ecosystem: Ecosystem,
        name: &str,
        asked: bool,
    ) -> Option<(&str, Resemblance)> {
        let list = self.lists.get(&ecosystem)?;
        // What its registry takes for the same name is no other one.
        let name = &*normal_name(ecosystem, name);
        if list.exact.contains(name) {
            return None;
        }
        let close = list.names.like(name).and_then(|(known, likeness)| {
            let how = match likeness {
                Likeness::Same => return None,
                Likeness::Spelling => Resemblance::Spelling,
                Likeness::Confusable => Resemblance::Confusable,
                Likeness::OneEdit => Resemblance::OneEdit,
            };
            Some((known, how))
        });
        let close = close.filter(|(known, how)| is_near(ecosystem, name, known, *how));
        close.or_else(
            || if asked { list.scoped(name).or_else(|| list.reworded(name)) } else { None },
        )
    }
}

impl List {
    fn new(exact: BTreeSet<String>) -> Self {
        let mut bare: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut words = BTreeMap::new();
        for name in &exact {
            if let Some((_, rest)) = scope(name) {
                bare.entry(fold(rest)).or_default().push(name.clone());
            }
            if let Some(own) = core(name) {
                words.entry(own).or_insert_with(|| name.clone());
            }
        }
        Self { names: Names::new(exact.iter().map(String::as_str)), exact, bare, words }
    }

    /// A known name under another scope than its own, or none.
    fn scoped(&self, name: &str) -> Option<(&str, Resemblance)> {
        let (own, rest) = scope(name).map_or((None, name), |(own, rest)| (Some(own), rest));
        let folded = fold(rest);
        // `mcp`, `sdk` and `server` under another scope are other packages of other people.
        if folded.len() < LONG_ENOUGH + 2 {
            return None;
        }
        let known = self.bare.get(&folded)?;
        let alike = |known: &&String| {
            let other = scope(known).map(|(other, _)| other);
            other.zip(own).is_some_and(|(a, b)| warden_detect::likeness(a, b).is_some())
        };
        if let Some(known) = known.iter().find(alike) {
            return Some((known, Resemblance::ScopeAlike));
        }
        let how = if own.is_some() { Resemblance::OtherScope } else { Resemblance::ScopeLeftOut };
        known.first().map(|known| (known.as_str(), how))
    }

    /// A known name of MCP with another affix.
    fn reworded(&self, name: &str) -> Option<(&str, Resemblance)> {
        if scope(name).is_some() {
            return None;
        }
        let known = self.words.get(&core(name)?)?;
        Some((known, Resemblance::Affix))
    }
}

/// What Go takes for two modules, and a registry for two packages with a number, are two.
fn is_near(ecosystem: Ecosystem, name: &str, known: &str, how: Resemblance) -> bool {
    // `…/v2` is the next major version of a module, and one letter off the host is another host.
    let major = |name: &str| {
        name.rsplit_once("/v").is_some_and(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    if ecosystem == Ecosystem::Go && (major(name) || major(known)) {
        return false;
    }
    // A scope belongs to one publisher: two packages under one scope are both his.
    if let (Some((a, _)), Some((b, _))) = (scope(name), scope(known))
        && a == b
    {
        return how == Resemblance::Confusable;
    }
    true
}

/// The scope of a name of npm and what is behind it.
fn scope(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix('@')?.split_once('/')
}

/// Libraries that servers and clients are written with, and that are neither.
const LIBRARIES: &[&str] = &["mcp", "fastmcp", "mcp-framework", "mcp-types"];

/// Whether MCP is one of the words of a name.
fn speaks_of_mcp(name: &str) -> bool {
    let words = name.split(['-', '_', '.', '/', '@']);
    let official = name.starts_with("@modelcontextprotocol/server-");
    official || words.into_iter().any(|word| word.eq_ignore_ascii_case("mcp"))
}

/// The words of a name that speaks of MCP, without affixes, in alphabetical order; none for other
/// names and for those that would have too little left.
fn core(name: &str) -> Option<Vec<String>> {
    let bare = scope(name).map_or(name, |(_, rest)| rest);
    let lower = bare.to_lowercase();
    let all: Vec<&str> = lower.split(['-', '_', '.']).filter(|word| !word.is_empty()).collect();
    let official = scope(name).is_some_and(|(scope, _)| scope == "modelcontextprotocol");
    if !(official || all.contains(&"mcp")) {
        return None;
    }
    let mut left: Vec<String> =
        all.iter().filter(|word| !AFFIXES.contains(word)).map(|word| fold(word)).collect();
    left.sort();
    (left.iter().map(String::len).sum::<usize>() >= LONG_ENOUGH).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, asked: bool, expected: Option<(&str, Resemblance)>) {
        assert_eq!(Known::built_in().like(Ecosystem::Npm, name, asked), expected, "{name}");
    }

    #[test]
    fn a_name_that_is_taken_for_a_known_one_is_like_it() {
        check("mcp-rem0te", false, Some(("mcp-remote", Resemblance::Confusable)));
        check("mcp-remоte", false, Some(("mcp-remote", Resemblance::Confusable)));
        check("mcp_remote", false, Some(("mcp-remote", Resemblance::Spelling)));
        check("mcp-remoet", false, Some(("mcp-remote", Resemblance::OneEdit)));
        check("expresss", false, Some(("express", Resemblance::OneEdit)));
        let filesystem = "@modelcontextprotocol/server-filesystem";
        check("server-filesystem", true, Some((filesystem, Resemblance::ScopeLeftOut)));
        check("@somebody/server-filesystem", true, Some((filesystem, Resemblance::OtherScope)));
        check(
            "modelcontextprotocol-server-filesystem",
            true,
            Some((filesystem, Resemblance::OneEdit)),
        );
        check(
            "@modelcontextprotocoI/server-filesystem",
            true,
            Some((filesystem, Resemblance::OneEdit)),
        );
        check("mcp-server-filesystem", true, Some((filesystem, Resemblance::Affix)));
        check("filesystem-mcp", true, Some((filesystem, Resemblance::Affix)));
    }

    #[test]
    fn known_names_and_names_of_their_own_are_like_nothing() {
        for name in [
            "mcp-remote",
            "express",
            "@modelcontextprotocol/server-filesystem",
            "our-tickets-mcp",
            "express-rate-limit",
            "@acme/mcp",
            "@acme/sdk",
            "ms",
        ] {
            check(name, true, None);
        }
        // A lock file names what others chose; what only resembles by words is theirs to answer for.
        check("mcp-server-filesystem", false, None);
        check("@somebody/server-filesystem", false, None);
        let go = Known::built_in().like(Ecosystem::Go, "github.com/golang-jwt/jwt/v5", true);
        assert_eq!(go, None);
    }

    #[test]
    fn a_registry_that_takes_two_spellings_for_one_name_has_one_package() {
        for name in ["typing_extensions", "PyYAML", "PyJWT", "pydantic_core", "Typing.Extensions"] {
            assert_eq!(Known::built_in().like(Ecosystem::PyPi, name, true), None, "{name}");
        }
        let near = Known::built_in().like(Ecosystem::PyPi, "typing_extension", true);
        assert_eq!(near, Some(("typing-extensions", Resemblance::OneEdit)));
    }

    #[test]
    fn servers_are_told_from_the_libraries_that_they_use() {
        let known = Known::built_in();
        for name in ["@modelcontextprotocol/server-filesystem", "mcp-remote", "@azure/mcp"] {
            assert!(known.is_server(Ecosystem::Npm, name), "{name}");
        }
        for name in ["@modelcontextprotocol/sdk", "express", "our-own-mcp-server"] {
            assert!(!known.is_server(Ecosystem::Npm, name), "{name}");
        }
        assert!(known.is_server(Ecosystem::PyPi, "mcp-server-git"));
        assert!(!known.is_server(Ecosystem::PyPi, "mcp"));
    }

    #[test]
    fn the_list_has_names_of_every_ecosystem_and_none_twice() {
        let known = Known::built_in();
        for ecosystem in Ecosystem::ALL {
            assert!(known.lists[ecosystem].exact.len() > 10, "{ecosystem:?}");
        }
        let lines: Vec<&str> = LIST.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len());
        let types: BTreeSet<&str> =
            lines.iter().filter_map(|line| line.split(' ').next()).collect();
        assert!(types.iter().all(|kind| Ecosystem::ALL.iter().any(|e| e.purl() == *kind)));
    }
}
