//! Reads the lock files of examples on pages: as much of them as the examples need. The collector
//! does it properly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use warden_model::{Component, Ecosystem, Pinning, Source};

use super::{
    Asked, Facts, Holds, Manifest, RegistryUse, Stale, Supply,
    input::Previous,
    provenance::{Built, Lie, Origin},
};
use crate::pages::files;

/// The time of every example: 21 November 2026, at noon.
pub(crate) const NOW: i64 = 1_795_262_400;

/// The supply that the files of an example describe.
pub(crate) fn supply(first: &str, body: &str) -> Supply {
    let mut supply = Supply { server: "example".into(), ..Supply::default() };
    for (path, text) in files(first, body) {
        let json =
            || -> Value { serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}")) };
        match path.rsplit('/').next().unwrap_or_default() {
            "package-lock.json" => lock(&path, &json(), &mut supply),
            "package.json" => package(&path, &json(), &mut supply),
            "facts.json" => facts(&json(), &mut supply),
            "requirements.txt" => requirements(&path, &text, &mut supply),
            ".npmrc" => npmrc(&path, &text, &mut supply),
            other => panic!("no reader for `{other}`"),
        }
    }
    supply
}

pub(crate) fn component(ecosystem: Ecosystem, name: &str, version: Option<&str>) -> Component {
    Component {
        ecosystem,
        name: name.to_owned(),
        version: version.map(str::to_owned),
        requirement: None,
        hashes: Vec::new(),
        pinning: if version.is_some() { Pinning::Exact } else { Pinning::Floating },
        source: Source::Registry,
        direct: true,
        development: false,
        install_scripts: None,
        licence: None,
        depends: Vec::new(),
        file: String::new(),
        line: 0,
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn members(value: &Value) -> BTreeMap<String, Value> {
    value.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
}

pub(crate) fn lock(path: &str, json: &Value, supply: &mut Supply) {
    let packages = members(&json["packages"]);
    let root = packages.get("").cloned().unwrap_or_default();
    let wanted: BTreeMap<String, Value> =
        [&root["dependencies"], &root["devDependencies"]].into_iter().flat_map(members).collect();
    let mut named = BTreeSet::new();
    for (key, entry) in packages.iter().filter(|(key, _)| !key.is_empty()) {
        let name = key.rsplit("node_modules/").next().unwrap_or(key);
        named.insert(name.to_owned());
        let mut own = component(Ecosystem::Npm, name, entry["version"].as_str());
        own.file = path.to_owned();
        own.hashes =
            text(&entry["integrity"]).map(|hash| hash.replacen('-', ":", 1)).into_iter().collect();
        if !own.hashes.is_empty() {
            own.pinning = Pinning::Digest;
        }
        own.requirement = wanted.get(name).and_then(text);
        own.direct = wanted.contains_key(name);
        own.development = entry["dev"] == true;
        own.install_scripts = Some(entry["hasInstallScript"] == true);
        own.licence = text(&entry["license"]);
        own.depends =
            members(&entry["dependencies"]).into_keys().map(|name| (name, None)).collect();
        supply.components.push(own);
    }
    for (name, requirement) in wanted.iter().filter(|(name, _)| !named.contains(*name)) {
        let mut own = component(Ecosystem::Npm, name, None);
        own.file = path.to_owned();
        own.requirement = text(requirement);
        supply.components.push(own);
    }
    let manifest = manifest(path, Ecosystem::Npm, wanted.into_keys().collect());
    supply.manifests.push(manifest);
}

fn manifest(path: &str, ecosystem: Ecosystem, asked: Vec<String>) -> Manifest {
    Manifest {
        file: path.to_owned(),
        ecosystem,
        name: None,
        asked: asked.into_iter().map(|name| Asked { name, line: 0 }).collect(),
        registries: Vec::new(),
        stale: Vec::new(),
    }
}

fn package(path: &str, json: &Value, supply: &mut Supply) {
    let asked: Vec<String> = members(&json["dependencies"]).into_keys().collect();
    let locked: BTreeSet<String> = supply
        .components
        .iter()
        .filter(|own| own.version.is_some())
        .map(|own| own.name.clone())
        .collect();
    let stale = asked.iter().filter(|name| !locked.contains(*name)).map(|name| Stale {
        file: "package-lock.json".into(),
        line: 0,
        detail: format!("it lacks `{name}`"),
    });
    let stale = stale.collect();
    supply.manifests.push(Manifest { stale, ..manifest(path, Ecosystem::Npm, asked) });
}

fn requirements(path: &str, body: &str, supply: &mut Supply) {
    let (mut asked, mut registries) = (Vec::new(), Vec::new());
    for (line, number) in body.lines().zip(1..) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let registry = |holds, url: &str| RegistryUse {
            holds,
            url: url.to_owned(),
            file: path.to_owned(),
            line: number,
        };
        match words[..] {
            [] => {}
            ["--extra-index-url", url] => registries.push(registry(Holds::Extra, url)),
            ["--index-url", url] => registries.push(registry(Holds::Default, url)),
            [name, "@", from] => {
                let mut own = component(Ecosystem::PyPi, name, None);
                own.source = match from.strip_prefix("git+") {
                    Some(url) => Source::Git { url: url.to_owned(), commit: None },
                    None => Source::Url(from.to_owned()),
                };
                own.file = path.to_owned();
                own.line = number;
                supply.components.push(own);
            }
            [spec, ref rest @ ..] => {
                let end = spec.find(['=', '>', '<', '~']).unwrap_or(spec.len());
                let (name, range) = spec.split_at(end);
                let mut own = component(Ecosystem::PyPi, name, range.strip_prefix("=="));
                own.requirement = Some(range.to_owned());
                own.file = path.to_owned();
                own.line = number;
                own.hashes = rest
                    .iter()
                    .filter_map(|word| word.strip_prefix("--hash="))
                    .map(str::to_owned)
                    .collect();
                asked.push(name.to_owned());
                supply.components.push(own);
            }
        }
    }
    let manifest = manifest(path, Ecosystem::PyPi, asked);
    supply.manifests.push(Manifest { registries, ..manifest });
}

fn npmrc(path: &str, body: &str, supply: &mut Supply) {
    for (line, number) in body.lines().zip(1..) {
        let Some((scope, url)) = line.split_once(":registry=") else { continue };
        for manifest in &mut supply.manifests {
            manifest.registries.push(RegistryUse {
                holds: Holds::Scope(scope.to_owned()),
                url: url.to_owned(),
                file: path.to_owned(),
                line: number,
            });
        }
    }
}

fn facts(json: &Value, supply: &mut Supply) {
    for (key, value) in members(json) {
        let words: Vec<&str> = key.split(' ').collect();
        let [kind, name, version] = words[..] else { panic!("{key}") };
        let ecosystem = Ecosystem::ALL.iter().find(|own| own.purl() == kind).expect("a type");
        let time = |value: &Value| {
            value.as_str().map(|text| text.parse::<jiff::Timestamp>().expect("a time").as_second())
        };
        let names = |value: &Value| {
            value.as_array().map(|all| all.iter().filter_map(text).collect::<Vec<_>>())
        };
        let before = &value["previous"];
        let previous = before.is_object().then(|| Previous {
            version: text(&before["version"]).unwrap_or_default(),
            published: time(&before["published"]),
            publisher: text(&before["publisher"]),
            install_scripts: before["installScripts"].as_bool(),
        });
        let facts = Facts {
            published: time(&value["published"]),
            maintainers: names(&value["maintainers"]),
            publisher: text(&value["publisher"]),
            deprecated: text(&value["deprecated"]),
            yanked: value["yanked"] == true,
            previous,
            origin: origin(&value["origin"]),
        };
        supply.facts.insert((*ecosystem, name.to_owned(), version.to_owned()), facts);
    }
}

fn origin(value: &Value) -> Origin {
    let Some((kind, told)) = value.as_str().map(|text| text.split_once(": ").unwrap_or((text, "")))
    else {
        return Origin::Unknown;
    };
    let told = told.to_owned();
    match kind {
        "proven" => Origin::Proven(Built::default()),
        "absent" => Origin::Absent,
        "unverified" => Origin::Unverified(told),
        "false" => Origin::False(told),
        "about" => Origin::Other(Lie::Subject { named: told }),
        other => panic!("no origin is `{other}`"),
    }
}
