//! `pyproject.toml`: PEP 518 and 621, dependency groups (PEP 735), and what Poetry, PDM and uv
//! write there.

use std::collections::{HashMap, HashSet};

use warden_model::{Ecosystem, Pinning, Source};

use super::{dependency, setting, text, toml};
use crate::{
    document::{Kind, Node},
    supply::{
        ENTRY_CAP, GapKind, Manifest, RegistryUse, Requirement, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble, asked, pinned},
        name,
    },
};

/// Reads a manifest.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let root = document.root();
    let mut reader = Reader {
        file,
        manifest: file.manifest(Ecosystem::PyPi),
        reading: Reading::default(),
        dropped: Dropped::default(),
    };
    reader.build(root.get("build-system"));
    if let Some(project) = root.get("project") {
        reader.project(project);
    }
    reader.groups(root.get("dependency-groups"));
    if let Some(tool) = root.get("tool") {
        tool.get("poetry").into_iter().for_each(|node| reader.poetry(node));
        reader.groups(tool.at("/pdm/dev-dependencies"));
        reader.list(tool.at("/uv/dev-dependencies"), RequirementKind::Development, None);
        reader.sources(tool);
        reader.manifest.workspace = tool.at("/uv/workspace").is_some();
    }
    if reader.manifest.requirements.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut reading = reader.reading;
    reading.gaps.extend(reader.dropped.gap(file, "dependencies are no requirement"));
    reading.manifest = Some(reader.manifest);
    Ok(reading)
}

/// Reads `uv.toml`, which holds what `tool.uv` holds elsewhere.
pub(in crate::supply) fn uv_settings(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let mut reading = Reading::default();
    uv_indexes(file, document.root(), &mut reading);
    Ok(reading)
}

struct Reader<'f, 'b> {
    file: &'f File<'b>,
    manifest: Manifest,
    reading: Reading,
    dropped: Dropped,
}

impl Reader<'_, '_> {
    fn build(&mut self, build: Option<&Node>) {
        let Some(build) = build else { return };
        self.list(build.get("requires"), RequirementKind::Build, None);
        // A backend from the project's own folder is code that runs when it is installed.
        if let (Some(_), Some(backend)) = (build.get("backend-path"), text(build, "build-backend"))
        {
            let script = ("build-backend".to_owned(), address::scrub(backend));
            self.manifest.install_scripts.push(script);
        }
    }

    fn project(&mut self, project: &Node) {
        let manifest = &mut self.manifest;
        manifest.name = text(project, "name").map(name::pypi);
        manifest.version = text(project, "version").map(address::scrub);
        manifest.licence = project
            .get("license")
            .and_then(|node| node.text().or_else(|| text(node, "text")).map(address::scrub));
        manifest.engines.extend(
            text(project, "requires-python")
                .map(|range| ("python".to_owned(), address::scrub(range))),
        );
        for member in project.get("urls").and_then(Node::members).unwrap_or_default() {
            let label = member.key.to_ascii_lowercase();
            if ["repository", "source", "source code", "github"].contains(&label.as_str()) {
                manifest.repository = member.value.text().map(address::plain);
            }
        }
        self.commands(project.get("scripts"));
        let line = |node: &Node| self.file.line_of(node);
        if let Some(node) = project.get("dynamic") {
            let lists = ["dependencies", "optional-dependencies"];
            let mut named = node.items().unwrap_or_default().iter().filter_map(Node::text);
            if named.any(|text| lists.contains(&text)) {
                self.manifest.dynamic = true;
                let detail = "dependencies are `dynamic`: the build backend finds them out";
                self.reading.gaps.push(self.file.gap(GapKind::Dynamic, line(node), detail));
            }
        }
        self.list(project.get("dependencies"), RequirementKind::Normal, None);
        for extra in
            project.get("optional-dependencies").and_then(Node::members).unwrap_or_default()
        {
            self.list(Some(&extra.value), RequirementKind::Optional, Some(&extra.key));
        }
    }

    fn commands(&mut self, node: Option<&Node>) {
        for member in node.and_then(Node::members).unwrap_or_default() {
            let told = member.value.text().or_else(|| text(&member.value, "callable"));
            self.manifest.bin.extend(told.map(|run| (member.key.clone(), address::scrub(run))));
        }
    }

    /// A list of specifiers; those of an extra hold where it is asked for.
    fn list(&mut self, node: Option<&Node>, kind: RequirementKind, extra: Option<&str>) {
        let Some(node) = node else { return };
        let Some(items) = node.items() else {
            self.dropped.add(self.file.line_of(node));
            return;
        };
        for item in items {
            let line = self.file.line_of(item);
            // A group may include another, which is read by itself.
            if item.get("include-group").is_some() {
                continue;
            }
            match item.text().and_then(|text| dependency::parse(text, kind, line)) {
                Some(mut made) => {
                    // An extra that only names other extras of the project asks for nothing new.
                    if self.manifest.name.as_ref() == Some(&made.name) {
                        continue;
                    }
                    if let Some(extra) = extra {
                        let own = made.marker.map(|marker| format!(" and ({marker})"));
                        made.marker =
                            Some(format!("extra == '{extra}'{}", own.unwrap_or_default()));
                    }
                    self.manifest.requirements.push(made);
                }
                // PDM writes the project itself and folders with `-e`.
                None if item.text().is_some_and(|text| text.starts_with("-e ")) => {}
                None => self.dropped.add(line),
            }
        }
    }

    fn groups(&mut self, node: Option<&Node>) {
        for group in node.and_then(Node::members).unwrap_or_default() {
            self.list(Some(&group.value), RequirementKind::Development, None);
        }
    }

    fn poetry(&mut self, node: &Node) {
        let manifest = &mut self.manifest;
        manifest.name = manifest.name.take().or_else(|| text(node, "name").map(name::pypi));
        manifest.version =
            manifest.version.take().or_else(|| text(node, "version").map(address::scrub));
        manifest.licence =
            manifest.licence.take().or_else(|| text(node, "license").map(address::scrub));
        manifest.repository =
            manifest.repository.take().or_else(|| text(node, "repository").map(address::plain));
        self.commands(node.get("scripts"));
        if let Some(script) =
            node.get("build").and_then(|node| node.text().or_else(|| text(node, "script")))
        {
            self.manifest.install_scripts.push(("build".to_owned(), address::scrub(script)));
        }
        self.tables(node.get("dependencies"), RequirementKind::Normal);
        self.tables(node.get("dev-dependencies"), RequirementKind::Development);
        for group in node.get("group").and_then(Node::members).unwrap_or_default() {
            self.tables(group.value.get("dependencies"), RequirementKind::Development);
        }
        for source in node.get("source").and_then(Node::items).unwrap_or_default() {
            let named = text(source, "name").unwrap_or("");
            let holds = match text(source, "priority") {
                Some("primary" | "default") | None => RegistryUse::Default,
                Some("explicit") => RegistryUse::Named(named.to_owned()),
                Some(_) => RegistryUse::Extra,
            };
            self.registry(source, holds);
        }
    }

    /// Poetry's form: a name with a range, or with a table, or with a list of these.
    fn tables(&mut self, node: Option<&Node>, kind: RequirementKind) {
        let of_kind = self.manifest.requirements.iter().filter(|made| made.kind == kind);
        let known: HashSet<String> = of_kind.map(|made| made.name.clone()).collect();
        for member in node.and_then(Node::members).unwrap_or_default() {
            let line = self.file.line(member.key_span.start);
            if member.key == "python" {
                let range =
                    member.value.text().map(|range| ("python".to_owned(), address::scrub(range)));
                self.manifest.engines.extend(range);
                continue;
            }
            let items = match &member.value.kind {
                Kind::Array(items) => items.as_slice(),
                _ => std::slice::from_ref(&member.value),
            };
            for item in items {
                match table(&member.key, item, kind, line) {
                    Some(made) => {
                        // Poetry keeps what it knows of a dependency of `project` here as well.
                        if !known.contains(&made.name) {
                            self.manifest.requirements.push(made);
                        }
                    }
                    None => self.dropped.add(line),
                }
            }
        }
    }

    fn registry(&mut self, node: &Node, holds: RegistryUse) {
        if let Some(url) = node.get("url") {
            let line = self.file.line_of(url);
            let url = url.text().unwrap_or("");
            self.reading.settings.push(setting(self.file, holds, url, line));
        }
    }

    fn sources(&mut self, tool: &Node) {
        for source in tool.at("/pdm/source").and_then(Node::items).unwrap_or_default() {
            let default = text(source, "name") == Some("pypi");
            let holds = if default { RegistryUse::Default } else { RegistryUse::Extra };
            self.registry(source, holds);
        }
        let Some(uv) = tool.get("uv") else { return };
        uv_indexes(self.file, uv, &mut self.reading);
        self.moved(uv.get("sources"));
    }

    /// uv says elsewhere where a package is from that is asked for by its name.
    fn moved(&mut self, sources: Option<&Node>) {
        let mut known: HashMap<String, Source> = HashMap::new();
        for member in sources.and_then(Node::members).unwrap_or_default() {
            let node = member.value.items().and_then(<[Node]>::first).unwrap_or(&member.value);
            known.extend(elsewhere(node).map(|source| (name::pypi(&member.key), source)));
        }
        for made in &mut self.manifest.requirements {
            if let Some(source) = known.get(&made.name) {
                made.source = source.clone();
                made.pinning = pinned(&made.source, made.version.as_deref(), &made.hashes);
            }
        }
    }
}

fn uv_indexes(file: &File<'_>, uv: &Node, reading: &mut Reading) {
    let flag = |node: &Node, key: &str| node.get(key).and_then(Node::truth) == Some(true);
    for index in uv.get("index").and_then(Node::items).unwrap_or_default() {
        let named = text(index, "name").unwrap_or("").to_owned();
        let holds = match (flag(index, "default"), flag(index, "explicit")) {
            (true, _) => RegistryUse::Default,
            (_, true) => RegistryUse::Named(named),
            _ => RegistryUse::Extra,
        };
        if let Some(url) = index.get("url") {
            let line = file.line_of(url);
            reading.settings.push(setting(file, holds, url.text().unwrap_or(""), line));
        }
    }
    for (key, holds) in [
        ("index-url", RegistryUse::Default),
        ("extra-index-url", RegistryUse::Extra),
        ("find-links", RegistryUse::Links),
    ] {
        let Some(node) = uv.get(key).or_else(|| uv.get("pip")?.get(key)) else { continue };
        let items = node.items().unwrap_or(std::slice::from_ref(node));
        for item in items {
            let line = file.line_of(item);
            let url = item.text().unwrap_or("");
            reading.settings.push(setting(file, holds.clone(), url, line));
        }
    }
}

/// A repository, archive or folder that a table names.
pub(super) fn elsewhere(node: &Node) -> Option<Source> {
    if let Some(url) = text(node, "git") {
        let commit = text(node, "rev").or_else(|| text(node, "ref"));
        return Some(address::git(url, commit));
    }
    if let Some(url) =
        text(node, "url").or_else(|| text(node, "file").filter(|file| file.contains("://")))
    {
        return Some(Source::Url(address::plain(url)));
    }
    if let Some(path) = text(node, "path").or_else(|| text(node, "file")) {
        return Some(Source::Path(address::plain(path)));
    }
    let own = node.get("workspace").and_then(Node::truth) == Some(true);
    own.then(|| Source::Path(".".to_owned()))
}

/// `name = "^1"` or `name = {version = "^1", extras = […]}`, as Poetry and Pipenv write it.
pub(super) fn table(
    key: &str,
    node: &Node,
    kind: RequirementKind,
    line: u32,
) -> Option<Requirement> {
    let mut made = asked(name::pypi(key), kind, line);
    if !name::is_name(&made.name) {
        return None;
    }
    if let Some(range) = node.text() {
        ranged(&mut made, "", range);
        return Some(made);
    }
    node.members()?;
    let extras: Vec<&str> = node
        .get("extras")
        .and_then(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text)
        .collect();
    ranged(&mut made, &extras.join(","), text(node, "version").unwrap_or(""));
    made.marker = text(node, "markers").map(address::scrub);
    if node.get("optional").and_then(Node::truth) == Some(true) && kind == RequirementKind::Normal {
        made.kind = RequirementKind::Optional;
    }
    if let Some(source) = elsewhere(node) {
        made.source = source;
        made.version = None;
        made.pinning = pinned(&made.source, None, &[]);
    }
    Some(made)
}

/// Poetry takes a bare version for that version alone.
fn ranged(made: &mut Requirement, extras: &str, range: &str) {
    let range = range.trim();
    let bare = range.starts_with(|letter: char| letter.is_ascii_digit());
    made.version = dependency::exact(&if bare { format!("=={range}") } else { range.to_owned() });
    if made.version.is_some() {
        made.pinning = Pinning::Exact;
    }
    made.requirement = dependency::shown(extras, range);
}
