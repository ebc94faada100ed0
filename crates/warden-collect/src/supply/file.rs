//! One file on its way through a parser, and what a parser gives.

use warden_model::{Component, Ecosystem, Pinning, Source};

use super::{
    ENTRY_CAP, Gap, GapKind, Manifest, RegistrySetting, Requirement, RequirementKind, graph::Lock,
};
use crate::document::{Document, DocumentError, Format, Node};

/// A file that is being read.
pub(super) struct File<'a> {
    /// The path as it is shown.
    pub(super) path: &'a str,
    /// What is in it.
    pub(super) bytes: &'a [u8],
    /// Where its lines begin. Asking the document would count columns as well, which for a file
    /// that is one line takes a walk over the file each time.
    lines: Vec<usize>,
}

/// Why a file was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) kind: GapKind,
    pub(super) line: u32,
    pub(super) detail: String,
}

/// What a parser gives.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) manifest: Option<Manifest>,
    pub(super) lock: Option<Lock>,
    /// Digests of Go modules by name and version.
    pub(super) sums: Option<Sums>,
    /// Settings that hold for the folder.
    pub(super) settings: Vec<(Ecosystem, RegistrySetting)>,
    /// Install commands that the file stands for, for the manifests of its folder.
    pub(super) scripts: Vec<(Ecosystem, String, String)>,
    /// Other files that it refers to, with the line.
    pub(super) includes: Vec<(String, u32)>,
    pub(super) gaps: Vec<Gap>,
}

/// Digests of Go modules: name, version, digest and line.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) file: String,
    pub(super) modules: Vec<(String, String, String, u32)>,
}

impl<'a> File<'a> {
    pub(super) fn new(path: &'a str, bytes: &'a [u8]) -> Self {
        let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { path, bytes, lines }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The line of a value.
    pub(super) fn line_of(&self, node: &Node) -> u32 {
        self.line(node.span.start)
    }

    /// The file as text, for formats that are read by lines.
    pub(super) fn text(&self) -> Result<&'a str, Trouble> {
        let text = std::str::from_utf8(self.bytes).map_err(|error| {
            let line = self.line(error.valid_up_to());
            Trouble::new(GapKind::Malformed, line, "it is not UTF-8")
        })?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// The file as a tree in which no key stands twice.
    pub(super) fn document(&self, format: Format) -> Result<Document, Trouble> {
        let document = Document::parse(self.bytes, format).map_err(|error| match error {
            DocumentError::TooDeep | DocumentError::TooLarge => {
                Trouble::new(GapKind::TooLarge, 0, &error.to_string())
            }
            DocumentError::Syntax { line, .. } => {
                Trouble::new(GapKind::Malformed, line, "syntax error")
            }
            DocumentError::Encoding { .. } | DocumentError::Empty => {
                Trouble::new(GapKind::Malformed, 0, &error.to_string())
            }
        })?;
        if let Some(twice) = document.duplicates().first() {
            let line = self.line(twice.key_span.start);
            return Err(Trouble::new(GapKind::Duplicate, line, "a key stands twice in one object"));
        }
        if document.root().members().is_none() {
            return Err(Trouble::new(GapKind::Malformed, 1, "it is not an object"));
        }
        Ok(document)
    }

    /// A manifest of this file that says nothing yet.
    pub(super) fn manifest(&self, ecosystem: Ecosystem) -> Manifest {
        blank(self.path, ecosystem)
    }

    /// A gap in this file.
    pub(super) fn gap(&self, kind: GapKind, line: u32, detail: impl Into<String>) -> Gap {
        Gap { file: self.path.to_owned(), line, kind, detail: detail.into() }
    }
}

impl Trouble {
    pub(super) fn new(kind: GapKind, line: u32, detail: &str) -> Self {
        Self { kind, line, detail: detail.to_owned() }
    }

    /// A version of the format that is not known.
    pub(super) fn version(line: u32) -> Self {
        Self::new(GapKind::Unknown, line, "a version of this format that is not known")
    }

    /// More entries than are read.
    pub(super) fn full() -> Self {
        Self::new(GapKind::TooLarge, 0, &format!("more than {ENTRY_CAP} entries"))
    }
}

/// The folder of a path, empty at the top.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path below a folder, with `.` and `..` resolved; none if it leads out of the top.
pub(super) fn below(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A manifest that says nothing yet.
pub(super) fn blank(file: &str, ecosystem: Ecosystem) -> Manifest {
    Manifest {
        file: file.to_owned(),
        ecosystem,
        name: None,
        version: None,
        licence: None,
        repository: None,
        engines: Vec::new(),
        install_scripts: Vec::new(),
        bin: Vec::new(),
        requirements: Vec::new(),
        bundled: Vec::new(),
        registries: Vec::new(),
        locks: Vec::new(),
        workspace: false,
        dynamic: false,
    }
}

/// A package of a registry that is asked for without a range.
pub(super) fn asked(name: String, kind: RequirementKind, line: u32) -> Requirement {
    Requirement {
        name,
        alias: None,
        requirement: None,
        version: None,
        hashes: Vec::new(),
        pinning: Pinning::Floating,
        source: Source::Registry,
        kind,
        marker: None,
        line,
    }
}

/// A package in a lock file of which only the name is known so far.
pub(super) fn component(ecosystem: Ecosystem, name: String, file: &str, line: u32) -> Component {
    Component {
        ecosystem,
        name,
        version: None,
        requirement: None,
        hashes: Vec::new(),
        pinning: Pinning::Floating,
        source: Source::Registry,
        direct: false,
        development: false,
        install_scripts: None,
        licence: None,
        depends: Vec::new(),
        file: file.to_owned(),
        line,
    }
}

/// How firmly an entry with these parts is chosen.
pub(super) fn pinned(source: &Source, version: Option<&str>, hashes: &[String]) -> Pinning {
    // Two files with one SHA-1 or MD5 can be made, so that neither binds anything.
    let bound = hashes.iter().any(|hash| !hash.starts_with("sha1:") && !hash.starts_with("md5:"));
    match source {
        Source::Path(_) => Pinning::Local,
        Source::Git { commit: Some(_), .. } => Pinning::Digest,
        _ if bound => Pinning::Digest,
        Source::Registry if version.is_some() => Pinning::Exact,
        Source::Registry | Source::Git { .. } | Source::Url(_) => Pinning::Floating,
    }
}

/// Entries that could not be understood: they become one gap, so that a hostile file cannot make
/// a report of a million lines.
#[derive(Default)]
pub(super) struct Dropped {
    count: usize,
    first: u32,
}

impl Dropped {
    pub(super) fn add(&mut self, line: u32) {
        if self.count == 0 {
            self.first = line;
        }
        self.count += 1;
    }

    /// The gap, if there is one.
    pub(super) fn gap(&self, file: &File<'_>, what: &str) -> Option<Gap> {
        let detail = format!("{} {what}", self.count);
        (self.count > 0).then(|| file.gap(GapKind::Entries, self.first, detail))
    }
}
