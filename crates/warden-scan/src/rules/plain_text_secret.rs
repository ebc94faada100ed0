use warden_detect::{credential_name, is_reference, secret_in_setting, secrets};
use warden_model::{Class, Confidence, Connection, Endpoint, Setting, Severity};

use crate::{Context, Draft, Meta, Rule, View, command::unwrapped};

#[doc = include_str!("plain_text_secret.md")]
#[derive(Debug)]
pub(crate) struct PlainTextSecret;

static META: Meta = Meta {
    id: "plain-text-secret",
    class: Class::SecretExposure,
    severity: Severity::High,
    title: "a credential stands in plain text",
    help: "take the value out, replace it with a reference such as `${NAME}` or a prompted input, and change the credential",
    languages: &[],
    cwe: &[],
    page: include_str!("plain_text_secret.md"),
};

impl Rule for PlainTextSecret {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        match &connection.endpoint {
            Endpoint::Command(launch) => {
                settings(connection, &launch.env, "the environment variable", out);
                arguments(connection, &unwrapped(launch), out);
            }
            Endpoint::Remote(remote) => settings(connection, &remote.headers, "the header", out),
            Endpoint::Builtin => {}
        }
    }

    fn check_surface(&self, view: &View<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for text in &view.texts {
            if let Some(hit) = secrets(text.text).first() {
                let message =
                    format!("`{}` shows a credential to every model that reads it", text.name);
                let label = format!("a value that looks like a {}", hit.kind);
                out.push(
                    Draft::in_text(view, text, message, label)
                        .key(hit.kind)
                        .confidence(Confidence::Medium),
                );
            }
        }
    }
}

fn settings(connection: &Connection, settings: &[Setting], what: &str, out: &mut Vec<Draft>) {
    for setting in settings {
        let Some(kind) = secret_in_setting(&setting.name, setting.value.reveal()) else { continue };
        let message = format!("{what} `{}` holds a credential in plain text", setting.name);
        let mut draft = Draft::on(connection, message, label(kind)).key(&setting.name);
        if setting.location.pointer.is_some() || setting.location.line.is_some() {
            draft.location = setting.location.clone();
        }
        out.push(draft);
    }
}

fn arguments(connection: &Connection, words: &[String], out: &mut Vec<Draft>) {
    let mut named: Option<&str> = None;
    for word in words {
        let before = named.take();
        if word.starts_with('-') && !word.contains('=') && credential_name(word) {
            named = Some(word);
        }
        let pair = word.split_once('=').or_else(|| word.split_once(": "));
        // A whole line has no name, and what stands before its first sign may be the secret.
        let pair = pair.filter(|(name, _)| !name.contains(char::is_whitespace) && name.len() < 80);
        // A URL with a password in it is the business of `credential-in-url`.
        let shape = secrets(word)
            .into_iter()
            .find(|hit| hit.kind != "url-credential")
            .map(|hit| (hit.kind, "an argument"));
        let hit = match (before, pair) {
            (Some(name), _) if !word.starts_with('-') && !is_reference(word) => {
                Some((secret_in_setting(name, word).unwrap_or("credential"), name))
            }
            (_, Some((name, value))) if credential_name(name) => {
                secret_in_setting(name, value).map(|kind| (kind, name))
            }
            _ => shape,
        };
        if let Some((kind, name)) = hit {
            let name = name.trim_matches(['"', '\'', '{', '[']);
            let message = format!("the command line holds a credential in plain text, in `{name}`");
            out.push(
                Draft::on(connection, message, label(kind)).key("argument").key(name).key(kind),
            );
        }
    }
}

fn label(kind: &str) -> String {
    format!("a {} that everybody can read who reads this file", kind.replace('-', " "))
}
