//! What the files of a tree are imported as, from its manifests.

mod json;
#[cfg(test)]
mod tests;

use serde_json::Value;
use warden_flow::Package;
use warden_model::{SourceFile, SourceTree};

/// Folders that builds write to: what a manifest names in there is looked for in the sources.
const BUILT: &[&str] = &["dist", "build", "lib", "out", "esm", "cjs"];

/// Extensions of what JavaScript is written in.
const SCRIPTS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx"];

/// Conditions of `exports` and `imports`, the ones nearest to the sources first.
const CONDITIONS: &[&str] = &["source", "import", "module", "node", "default", "require"];

/// Most short names that are taken from one manifest.
const ALIASES: usize = 1000;

/// Every package of the tree, the innermost first: what it says counts before what is outside.
pub(crate) fn packages(tree: &SourceTree) -> Vec<Package> {
    let mut found: Vec<Package> =
        tree.files.iter().filter_map(|file| package(tree, file)).collect();
    found.sort_by_key(|package| std::cmp::Reverse(depth(&package.folder)));
    found
}

/// The scripts that the manifests of the tree name as what runs: `main` and `bin`.
pub(crate) fn entry_files(tree: &SourceTree) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.name() == "package.json") {
        let Some(manifest) = json::parse(&file.bytes) else { continue };
        let bins = match manifest.get("bin") {
            Some(Value::Object(members)) => members.values().collect(),
            Some(value) => vec![value],
            None => Vec::new(),
        };
        let named = manifest.get("main").into_iter().chain(bins).filter_map(Value::as_str);
        found.extend(named.filter_map(|path| normal(file.folder(), path)));
    }
    found.sort();
    found
}

fn depth(folder: &str) -> usize {
    if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 }
}

fn package(tree: &SourceTree, file: &SourceFile) -> Option<Package> {
    match file.name() {
        "package.json" => npm(tree, file),
        "go.mod" => go(file),
        "deno.json" | "deno.jsonc" => deno(file),
        name if is_typescript_config(name) => typescript(file),
        _ => None,
    }
}

fn is_typescript_config(name: &str) -> bool {
    let is = |start: &str| {
        name.strip_prefix(start).is_some_and(|rest| rest == ".json" || rest.starts_with('.'))
    };
    name.strip_suffix(".json").is_some() && (is("tsconfig") || is("jsconfig"))
}

fn npm(tree: &SourceTree, file: &SourceFile) -> Option<Package> {
    let manifest = json::parse(&file.bytes)?;
    let name = manifest.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let exports = manifest.get("exports");
    let own = exports.and_then(|exports| target(exports.get(".").unwrap_or(exports)));
    let text = |member: &str| manifest.get(member).and_then(Value::as_str);
    let named = [text("source"), own, text("module"), text("main")];
    let main = named.into_iter().flatten().find_map(|path| source_of(tree, file.folder(), path));
    let main = main.or_else(|| source_of(tree, file.folder(), "src/index.js"));
    let mut aliases = Vec::new();
    for (short, value) in members(exports).filter(|(short, _)| short.starts_with("./")) {
        let (Some(rest), Some(long)) = (short.strip_prefix('.'), target(value)) else { continue };
        aliases.extend(alias(tree, file.folder(), (&format!("{name}{rest}"), long)));
    }
    for (short, value) in members(manifest.get("imports")) {
        let Some(long) = target(value) else { continue };
        aliases.extend(alias(tree, file.folder(), (short, long)));
    }
    aliases.truncate(ALIASES);
    Some(Package { name, folder: file.folder().to_owned(), main, aliases })
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.and_then(Value::as_object);
    members.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The path that a condition of `exports` or `imports` leads to.
fn target(value: &Value) -> Option<&str> {
    let mut value = value;
    // Conditions may stand inside conditions; nobody writes more than a few.
    for _ in 0..8 {
        match value {
            Value::String(path) => return Some(path),
            Value::Array(items) => value = items.first()?,
            Value::Object(members) => {
                value = CONDITIONS.iter().find_map(|condition| members.get(*condition))?;
            }
            _ => return None,
        }
    }
    None
}

/// A short name, and where it leads as seen from the folder of the manifest.
fn alias(tree: &SourceTree, folder: &str, (short, long): (&str, &str)) -> Option<(String, String)> {
    let plain = long.strip_prefix("./").unwrap_or(long);
    match plain.split_once('*') {
        // What follows the star is an extension, which is tried anyway.
        Some((start, _)) => {
            let start = source_folder(tree, folder, start);
            Some((format!("{}*", short.split('*').next()?), format!("{start}*")))
        }
        None => Some((short.to_owned(), source_of(tree, folder, plain)?)),
    }
}

/// The file that a manifest names, or the source that it was built from; as seen from the folder
/// of the manifest.
fn source_of(tree: &SourceTree, folder: &str, path: &str) -> Option<String> {
    let path = normal("", path)?;
    let there = |path: &str| tree.file(&join(folder, path)).is_some();
    if there(&path) {
        return Some(path);
    }
    let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
    let built = stem.split_once('/').filter(|(first, _)| BUILT.contains(first));
    let rest = built.map(|(_, rest)| rest);
    let inner = rest.and_then(|rest| rest.split_once('/')).map(|(_, inner)| inner);
    let bases = [Some(stem.to_owned()), Some(format!("{stem}/index"))].into_iter().flatten();
    let sources = [rest, inner].into_iter().flatten();
    let sources = sources.flat_map(|rest| [format!("src/{rest}"), rest.to_owned()]);
    bases.chain(sources).find_map(|base| {
        SCRIPTS.iter().map(|extension| format!("{base}.{extension}")).find(|path| there(path))
    })
}

/// A folder, or the one with the sources when that is where a build writes to.
fn source_folder(tree: &SourceTree, folder: &str, start: &str) -> String {
    let below = |start: &str| {
        let start = join(folder, start);
        tree.files.iter().any(|file| file.path.starts_with(&start))
    };
    let built = start.split_once('/').filter(|(first, _)| BUILT.contains(first));
    match built {
        Some((_, rest)) if !below(start) => format!("src/{rest}"),
        _ => start.to_owned(),
    }
}

fn go(file: &SourceFile) -> Option<Package> {
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let name = name.split("//").next()?.trim().trim_matches('"');
    Some(plain(name, file.folder(), Vec::new()))
}

fn deno(file: &SourceFile) -> Option<Package> {
    let manifest = json::parse(&file.bytes)?;
    let local = |(short, value): (&str, &Value)| {
        let long = value.as_str()?.strip_prefix("./")?;
        // A name that ends with a slash stands for everything below it.
        let star = if short.ends_with('/') { "*" } else { "" };
        Some((format!("{short}{star}"), format!("{long}{star}")))
    };
    let aliases: Vec<_> =
        members(manifest.get("imports")).filter_map(local).take(ALIASES).collect();
    Some(plain("", file.folder(), aliases))
}

fn typescript(file: &SourceFile) -> Option<Package> {
    let manifest = json::parse(&file.bytes)?;
    let options = manifest.get("compilerOptions")?;
    let base = options.get("baseUrl").and_then(Value::as_str);
    let from = |path: &str| normal(base.unwrap_or_default(), path);
    let mut aliases = Vec::new();
    for (short, targets) in members(options.get("paths")) {
        let paths = targets.as_array().into_iter().flatten().filter_map(Value::as_str);
        aliases.extend(paths.filter_map(|path| Some((short.to_owned(), from(path)?))));
    }
    // With a base every name may be a path below it.
    if let Some(base) = base.and_then(|base| normal("", base)) {
        let below = if base.is_empty() { "*".to_owned() } else { format!("{base}/*") };
        aliases.push(("*".to_owned(), below));
    }
    aliases.truncate(ALIASES);
    (!aliases.is_empty()).then(|| plain("", file.folder(), aliases))
}

fn plain(name: &str, folder: &str, aliases: Vec<(String, String)>) -> Package {
    Package { name: name.to_owned(), folder: folder.to_owned(), main: None, aliases }
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// `path` below `folder` without `.` and `..`; `None` if it leaves the tree.
fn normal(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
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
