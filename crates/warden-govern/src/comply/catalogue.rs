//! The identifiers of frameworks, as their publishers number them, with wording where there is one.

use std::sync::LazyLock;

/// What a framework holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// The framework, as [`warden_model::frameworks`] names it.
    pub framework: &'static str,
    /// Its controls, risks or techniques, with a line of wording; empty where none is shipped.
    pub entries: Vec<(&'static str, &'static str)>,
}

static CATALOGUES: LazyLock<Vec<Catalogue>> =
    LazyLock::new(|| read(include_str!("data/catalogue.txt")));

/// The catalogues of all frameworks, in the order of their names in `warden-model`.
#[must_use]
pub fn catalogues() -> &'static [Catalogue] {
    &CATALOGUES
}

/// The catalogue of one framework.
#[must_use]
pub fn catalogue(framework: &str) -> Option<&'static Catalogue> {
    CATALOGUES.iter().find(|one| one.framework == framework)
}

impl Catalogue {
    /// The wording of an entry, empty where none is shipped; `None` if there is no such entry.
    #[must_use]
    pub fn wording(&self, id: &str) -> Option<&'static str> {
        self.entries.iter().find(|(known, _)| *known == id).map(|(_, wording)| *wording)
    }
}

fn read(text: &'static str) -> Vec<Catalogue> {
    let mut all: Vec<Catalogue> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(framework) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            all.push(Catalogue { framework, entries: Vec::new() });
        } else if let Some(last) = all.last_mut() {
            last.entries.push(line.split_once(" = ").unwrap_or((line, "")));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_framework_has_a_catalogue_in_which_each_identifier_stands_once() {
        let names: Vec<_> = catalogues().iter().map(|one| one.framework).collect();
        let known: Vec<_> = warden_model::frameworks().iter().map(|(id, _)| *id).collect();
        assert_eq!(names, known);
        for one in catalogues() {
            let mut ids: Vec<_> = one.entries.iter().map(|(id, _)| *id).collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert!(all > 0 && ids.len() == all, "{}", one.framework);
        }
    }

    #[test]
    fn catalogues_that_are_whole_have_as_many_entries_as_their_publishers_count() {
        let count = |framework: &str| catalogue(framework).unwrap().entries.len();
        assert_eq!(count("NIST-AI-RMF"), 72);
        // 38 controls of Annex A, and two clauses.
        assert_eq!(count("ISO-42001"), 40);
        assert_eq!(count("OWASP-LLM-2025"), 10);
        assert_eq!(count("OWASP-MCP-2025"), 10);
        assert_eq!(count("OWASP-ASI-2026"), 10);
        assert_eq!(count("CSA-MAESTRO"), 7);
        assert_eq!(count("CoSAI-MCP"), 12);
        assert_eq!(count("SAFE-MCP"), 86);
        assert_eq!(count("MSSS-0.1"), 24);
        assert_eq!(count("NSA-CSI-MCP"), 9);
    }
}
