//! Which names of files mean something, wherever they lie.

use std::collections::HashMap;

use crate::{
    clients::{CLIENTS, pattern},
    sites::Job,
};

/// What a file is by its name.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// Nothing that we read.
    Nothing,
    /// A configuration of these clients.
    Jobs(Vec<Job>),
    /// Perhaps a saved answer.
    Answer,
    /// Perhaps the manifest of a bundle.
    Bundle,
    /// What a package says of itself.
    Metadata,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The patterns of the table by the last part of their paths.
pub(crate) struct Names {
    exact: HashMap<&'static str, Vec<(Vec<&'static str>, Job)>>,
    starred: Vec<(Vec<&'static str>, Job)>,
}

impl Names {
    /// Reads the table.
    pub(crate) fn of_table() -> Self {
        let mut names = Self { exact: HashMap::new(), starred: Vec::new() };
        for client in CLIENTS {
            for place in client.places {
                let Some(parts) = parts(place.pattern) else { continue };
                let Some(last) = parts.last().copied() else { continue };
                let entry = (parts, Job { client, place });
                if last.contains('*') {
                    names.starred.push(entry);
                } else {
                    names.exact.entry(last).or_default().push(entry);
                }
            }
        }
        names
    }

    /// The clients that would read a file with this path.
    pub(super) fn jobs(&self, path: &str) -> Vec<Job> {
        let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let Some(last) = path.last() else { return Vec::new() };
        let exact = self.exact.get(last).map(Vec::as_slice).unwrap_or_default();
        let fits = |parts: &[&str]| {
            let tail = path.len().checked_sub(parts.len()).and_then(|at| path.get(at..));
            tail.is_some_and(|tail| {
                parts.iter().zip(tail).all(|(pattern, name)| pattern::matches(pattern, name))
            })
        };
        let all = exact.iter().chain(&self.starred).filter(|(parts, _)| fits(parts));
        all.map(|(_, job)| *job).collect()
    }

    /// Whether a file with this path means anything.
    pub(crate) fn is_known(&self, path: &str) -> bool {
        self.known(path) != Known::Nothing
    }

    /// What a file is by its path.
    pub(super) fn known(&self, path: &str) -> Known {
        let jobs = self.jobs(path);
        if !jobs.is_empty() {
            return Known::Jobs(jobs);
        }
        match path.rsplit('/').next().unwrap_or(path) {
            "tools.json" | "tools-list.json" => Known::Answer,
            "manifest.json" => Known::Bundle,
            "package.json" | "pyproject.toml" | "METADATA" | "PKG-INFO" | "server.json" => {
                Known::Metadata
            }
            _ => Known::Nothing,
        }
    }
}

/// The parts of a pattern that a path must end with; `None` where that says too little.
fn parts(pattern: &'static str) -> Option<Vec<&'static str>> {
    if pattern.contains("**") {
        return None;
    }
    let rest = match pattern.strip_prefix('{') {
        Some(rest) => {
            let (token, rest) = rest.split_once('}')?;
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            // Only what the default says of a variable can be seen in a path.
            let default = token.split_once(":~/").map(|(_, default)| default);
            return Some(
                default
                    .into_iter()
                    .chain(rest.split('/'))
                    .filter(|part| !part.is_empty())
                    .collect(),
            )
            .filter(|parts: &Vec<_>| parts.len() > 1 || pattern.ends_with(".claude.json"));
        }
        None => pattern.trim_start_matches("~/").trim_start_matches("./").trim_start_matches('/'),
    };
    Some(rest.split('/').collect())
}
