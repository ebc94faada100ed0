//! The credentials that an entry refers to, by kind and name and never by value.
//!
//! What counts is what the name says (`GITHUB_TOKEN`, `Authorization`, `--api-key`) or what the
//! field is for (`bearer_token_env_var`). Whether a value that stands somewhere else looks like a
//! secret is for detectors to say.

pub(crate) mod production;
mod reference;

use warden_model::{Credential, CredentialKind, Location, Setting};

use crate::{
    document::{Kind, Node, pointer_push},
    shapes::entry::{Argument, Entry},
};

use reference::{Reference, references, stands_there};

/// Words that make a name the name of a credential.
const SECRET_WORDS: &[&str] = &[
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASS",
    "PWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "APIKEY",
    "KEY",
    "AUTH",
    "AUTHORIZATION",
    "BEARER",
    "COOKIE",
    "PAT",
    "DSN",
    "JWT",
    "SESSION",
    "SIGNATURE",
    "PRIVATE",
    "CREDS",
    "ACCESSKEY",
    "SECRETKEY",
    "SIG",
];

/// Names that have such a word and are none.
const HARMLESS: &[&str] = &[
    "KEY_ID",
    "AUTH_TYPE",
    "AUTH_METHOD",
    "AUTH_MODE",
    "AUTH_URL",
    "TOKEN_URL",
    "TOKEN_LIMIT",
    "MAX_TOKENS",
    "TOKENIZER",
    "PUBLIC_KEY",
    "KEYBOARD",
    "SESSION_TIMEOUT",
    "AUTHOR",
];

/// Variables that hold an address with a password in it.
const ADDRESSES: &[&str] =
    &["DATABASE_URL", "CONNECTION_STRING", "REDIS_URL", "MONGODB_URI", "WEBHOOK_URL"];

/// The credentials of a child process.
pub(crate) fn of_launch(
    entry: &Entry<'_>,
    arguments: &[Argument],
    env: &[Setting],
) -> Vec<Credential> {
    let mut list = List::default();
    for setting in env {
        variable(setting, &mut list);
    }
    named_variables(entry, &mut list);
    if let Some((pointer, node)) = entry.any(&["envFile", "env_file"])
        && let Some(name) = node.text()
    {
        list.add(CredentialKind::EnvFile, name, false, entry.location(&pointer, node));
    }
    in_arguments(arguments, &mut list);
    settings_of_oauth(entry, &mut list);
    list.0
}

/// The credentials of a server behind a URL.
pub(crate) fn of_remote(
    entry: &Entry<'_>,
    (url, pointer, node): (&str, &str, &Node),
    headers: &[Setting],
) -> Vec<Credential> {
    let mut list = List::default();
    in_url(url, &entry.location(pointer, node), &mut list);
    for setting in headers {
        header(&setting.name, setting.value.reveal(), &setting.location, &mut list);
    }
    named_variables(entry, &mut list);
    settings_of_oauth(entry, &mut list);
    for (key, kind) in
        [("headersHelper", CredentialKind::Helper), ("envFile", CredentialKind::EnvFile)]
    {
        if let Some((pointer, node)) = entry.any(&[key]) {
            let name =
                if kind == CredentialKind::EnvFile { node.text().unwrap_or(key) } else { key };
            list.add(kind, name, false, entry.location(&pointer, node));
        }
    }
    list.0
}

/// Credentials, each of them once.
#[derive(Default)]
struct List(Vec<Credential>);

impl List {
    fn add(&mut self, kind: CredentialKind, name: &str, literal: bool, location: Location) {
        let known = self.0.iter_mut().find(|one| one.kind == kind && one.name == name);
        match known {
            Some(one) => one.literal |= literal,
            None => self.0.push(Credential {
                kind,
                name: name.to_owned(),
                literal,
                location,
                production: None,
            }),
        }
    }

    /// Adds what a text refers to.
    fn refer(&mut self, text: &str, location: &Location) {
        for reference in references(text) {
            let (kind, name) = match reference {
                Reference::Variable(name) => (CredentialKind::Env, name),
                Reference::Input(name) => (CredentialKind::Prompt, name),
                Reference::File(name) => (CredentialKind::EnvFile, name),
                Reference::Command => (CredentialKind::Helper, "command"),
            };
            self.add(kind, name, false, location.clone());
        }
    }
}

/// Whether a name says that its value is a credential.
#[must_use]
pub fn names_a_credential(name: &str) -> bool {
    let upper = split_camel_case(name);
    if ADDRESSES.iter().any(|address| upper.ends_with(address)) {
        return true;
    }
    if HARMLESS.iter().any(|harmless| upper.ends_with(harmless)) && !upper.contains("SECRET") {
        return false;
    }
    upper.split('_').any(|word| {
        SECRET_WORDS.contains(&word)
            || word.ends_with("TOKEN")
            || word.ends_with("APIKEY")
            || word.ends_with("SECRET")
            || word.ends_with("PASSWORD")
    })
}

/// `apiKey`, `api-key` and `API_KEY` become `API_KEY`.
pub(crate) fn split_camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower_before = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = character.is_ascii_lowercase() || character.is_ascii_digit();
        out.push(if character.is_ascii_alphanumeric() {
            character.to_ascii_uppercase()
        } else {
            '_'
        });
    }
    out
}

fn variable(setting: &Setting, list: &mut List) {
    let value = setting.value.reveal();
    if names_a_credential(&setting.name) {
        list.add(CredentialKind::Env, &setting.name, stands_there(value), setting.location.clone());
        list.refer(value, &setting.location);
        return;
    }
    for reference in references(value) {
        if let Reference::Input(name) = reference {
            list.add(CredentialKind::Prompt, name, false, setting.location.clone());
        }
    }
    // `MCP_HEADERS=Authorization: Bearer …` and the like.
    if let Some((name, value)) = value.split_once(':')
        && is_credential_header(name)
    {
        list.add(
            CredentialKind::Header,
            name.trim(),
            stands_there(value),
            setting.location.clone(),
        );
    }
    in_url(value, &setting.location, list);
}

fn header(name: &str, value: &str, location: &Location, list: &mut List) {
    let refers = references(value).next().is_some();
    if is_credential_header(name) || refers {
        list.add(CredentialKind::Header, name, stands_there(value), location.clone());
        list.refer(value, location);
    }
}

fn is_credential_header(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && names_a_credential(name)
}

/// Fields that hold names of variables.
fn named_variables(entry: &Entry<'_>, list: &mut List) {
    let names: [&[&str]; 3] =
        [&["bearer_token_env_var", "bearerTokenEnvVar"], &["env_keys"], &["env_vars"]];
    for keys in names {
        let Some((pointer, node)) = entry.any(keys) else { continue };
        let location = entry.location(&pointer, node);
        if let Some(name) = node.text() {
            list.add(CredentialKind::Env, name, false, location.clone());
        }
        for item in node.items().unwrap_or_default() {
            let name = item.text().or_else(|| item.get("name")?.text());
            if let Some(name) =
                name.filter(|name| keys[0] == "env_keys" || names_a_credential(name))
            {
                list.add(CredentialKind::Env, name, false, location.clone());
            }
        }
    }
    if let Some((pointer, node)) = entry.any(&["env_http_headers", "envHttpHeaders"]) {
        for member in node.members().unwrap_or_default() {
            let location = entry.location(&pointer_push(&pointer, &member.key), &member.value);
            list.add(CredentialKind::Header, &member.key, false, location.clone());
            if let Some(name) = member.value.text() {
                list.add(CredentialKind::Env, name, false, location);
            }
        }
    }
}

fn settings_of_oauth(entry: &Entry<'_>, list: &mut List) {
    for key in ["oauth", "auth", "authentication"] {
        let Some((pointer, node)) = entry.any(&[key]) else { continue };
        let members = node.members().unwrap_or_default();
        for member in members {
            let Some(value) = member.value.text() else { continue };
            let name = split_camel_case(&member.key);
            if !(name.contains("CLIENT_ID") || names_a_credential(&member.key)) {
                continue;
            }
            // A client's identifier is public; only what must be kept secret can be exposed.
            let literal = !name.contains("CLIENT_ID") && stands_there(value);
            let location = entry.location(&pointer_push(&pointer, &member.key), &member.value);
            list.add(CredentialKind::OAuth, &member.key, literal, location.clone());
            list.refer(value, &location);
        }
        if members.is_empty() && matches!(node.kind, Kind::Bool(true) | Kind::Object(_)) {
            list.add(CredentialKind::OAuth, key, false, entry.location(&pointer, node));
        }
    }
}

fn in_arguments(arguments: &[Argument], list: &mut List) {
    let mut words = arguments.iter().peekable();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let (flag, attached) = match text.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (text, None),
        };
        match flag {
            "-e" | "--env" | "--header" | "-H" => {
                let value = attached.or_else(|| {
                    words.next_if(|next| !next.text.starts_with('-')).map(|next| next.text.as_str())
                });
                passed_on(flag, value.unwrap_or(""), &word.location, list);
            }
            "--env-file" => {
                let value = attached.or_else(|| words.next().map(|next| next.text.as_str()));
                list.add(
                    CredentialKind::EnvFile,
                    value.unwrap_or(""),
                    false,
                    word.location.clone(),
                );
            }
            flag if flag.starts_with('-') && names_a_credential(flag) => {
                let next = words.next_if(|next| attached.is_none() && !next.text.starts_with('-'));
                let value = attached.or_else(|| next.map(|next| next.text.as_str()));
                let location = next.map_or(&word.location, |next| &next.location);
                if let Some(value) = value {
                    list.add(CredentialKind::Argument, flag, stands_there(value), location.clone());
                    list.refer(value, location);
                }
            }
            name if attached.is_some() && !name.contains("://") && names_a_credential(name) => {
                let value = attached.unwrap_or("");
                list.add(
                    CredentialKind::Argument,
                    name,
                    stands_there(value),
                    word.location.clone(),
                );
                list.refer(value, &word.location);
            }
            _ => elsewhere(text, &word.location, list),
        }
    }
}

/// `-e NAME=value` of a container and `--header Name:value` of a bridge.
fn passed_on(flag: &str, text: &str, location: &Location, list: &mut List) {
    let (kind, sign) = if matches!(flag, "-e" | "--env") {
        (CredentialKind::Env, '=')
    } else {
        (CredentialKind::Header, ':')
    };
    let (name, value) = text.split_once(sign).unwrap_or((text, ""));
    if names_a_credential(name) {
        list.add(kind, name.trim(), stands_there(value), location.clone());
        list.refer(value, location);
    }
}

/// Addresses and references anywhere in an argument.
fn elsewhere(text: &str, location: &Location, list: &mut List) {
    for reference in references(text) {
        match reference {
            Reference::Input(name) => {
                list.add(CredentialKind::Prompt, name, false, location.clone());
            }
            Reference::Variable(name) if names_a_credential(name) => {
                list.add(CredentialKind::Env, name, false, location.clone());
            }
            _ => {}
        }
    }
    in_url(text, location, list);
}

/// The user part and the query of a URL.
fn in_url(text: &str, location: &Location, list: &mut List) {
    let Some((before, rest)) = text.split_once("://") else { return };
    if !before
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    {
        return;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if let Some((user, _)) = authority.rsplit_once('@')
        && !user.is_empty()
    {
        let secret = user.split_once(':').map_or(user, |(_, password)| password);
        list.add(CredentialKind::Url, "userinfo", stands_there(secret), location.clone());
        list.refer(user, location);
    }
    let query = path.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if names_a_credential(name) || name.eq_ignore_ascii_case("code") {
            list.add(CredentialKind::Url, name, stands_there(value), location.clone());
            list.refer(value, location);
        }
    }
    list.refer_in_path(path, location);
}

impl List {
    /// References in a path are seldom credentials; only those whose name says so count.
    fn refer_in_path(&mut self, path: &str, location: &Location) {
        let path = path.split('?').next().unwrap_or(path);
        for reference in references(path) {
            match reference {
                Reference::Variable(name) if names_a_credential(name) => {
                    self.add(CredentialKind::Env, name, false, location.clone());
                }
                Reference::Input(name) => {
                    self.add(CredentialKind::Prompt, name, false, location.clone());
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
