//! Where npm and Yarn look for packages: `.npmrc`, `.yarnrc`, `.yarnrc.yml`. Nothing that lets
//! anybody in is kept.

use warden_model::Ecosystem;

use crate::{
    document::{Format, Node},
    supply::{
        RegistrySetting, RegistryUse, address,
        file::{File, Reading, Trouble},
    },
};

fn setting(
    file: &File<'_>,
    holds: RegistryUse,
    url: &str,
    line: u32,
) -> (Ecosystem, RegistrySetting) {
    let url = address::plain(url);
    (Ecosystem::Npm, RegistrySetting { holds, url, file: file.path.to_owned(), line })
}

/// `.npmrc`: a key, `=`, and a value in each line.
pub(in crate::supply) fn npmrc(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut reading = Reading::default();
    for (at, line) in file.text()?.lines().enumerate() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim().trim_matches(['"', '\'']));
        let holds = match key.rsplit_once(':') {
            _ if key == "registry" => RegistryUse::Default,
            Some((scope, "registry")) if scope.starts_with('@') => {
                RegistryUse::Scope(scope.to_owned())
            }
            _ => continue,
        };
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        reading.settings.push(setting(file, holds, value, number));
    }
    Ok(reading)
}

/// `.yarnrc` of Yarn 1: a key, a space and a value in each line.
pub(in crate::supply) fn yarnrc(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut reading = Reading::default();
    for (at, line) in file.text()?.lines().enumerate() {
        let Some((key, value)) = line.trim().split_once(' ') else { continue };
        let key = key.trim_matches('"');
        let holds = match key.rsplit_once(':') {
            _ if key == "registry" => RegistryUse::Default,
            Some((scope, "registry")) if scope.starts_with('@') => {
                RegistryUse::Scope(scope.to_owned())
            }
            _ => continue,
        };
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        reading.settings.push(setting(file, holds, value.trim().trim_matches('"'), number));
    }
    Ok(reading)
}

/// `.yarnrc.yml` of Yarn 2 and later.
pub(in crate::supply) fn yarnrc_yml(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Yaml)?;
    let root = document.root();
    let mut reading = Reading::default();
    let server = |node: &Node, holds: RegistryUse| {
        let found = node.get("npmRegistryServer")?;
        Some(setting(file, holds, found.text()?, file.line_of(found)))
    };
    reading.settings.extend(server(root, RegistryUse::Default));
    for scope in root.get("npmScopes").and_then(Node::members).unwrap_or_default() {
        let holds = RegistryUse::Scope(format!("@{}", scope.key));
        reading.settings.extend(server(&scope.value, holds));
    }
    Ok(reading)
}
