//! What the configuration of a gateway says of a server: by which kind of credentials it is used
//! (A5), and which of its tools are let through (A9).

use serde_json::json;
use warden_model::{DefinitionKind, Effect};
use warden_policy::{
    Pin,
    approval::{ActingTool, Credential, CredentialKind, Facts, ToolRule},
};

use super::{Looking, tools::Tool};
use crate::{
    Failure, Kind,
    gateway::{self, Server},
    pins,
};

impl Looking<'_> {
    pub(super) fn gateway(&self, facts: &mut Facts) -> Result<(), Failure> {
        let Some(file) = &self.about.given.gateway else { return Ok(()) };
        let (world, name) = (self.at.0, self.about.name);
        let config = gateway::read(file, world)?;
        let ours =
            |server: &&Server| server.certified.as_deref() == Some(name) || server.name == name;
        let servers: Vec<&Server> = config.servers.iter().filter(ours).collect();
        if servers.is_empty() {
            return Err(Failure::new(
                Kind::Input,
                format!("`{}` has no server that is certified as `{name}`", file.display()),
            )
            .hint(format!("say so in its `[[server]]`: `certified = \"{name}\"`")));
        }
        self.handed_credentials(&servers, facts)?;
        self.let_through(&servers, facts)
    }

    /// What stands in a configuration does not end by itself. That none stands there says nothing
    /// of those that it finds elsewhere.
    fn handed_credentials(&self, servers: &[&Server], facts: &mut Facts) -> Result<(), Failure> {
        let handed = |server: &&Server| {
            let of = |name: &str, value: &str| is_credential(name, value).then(|| name.to_owned());
            let env = server.env.iter().chain(&server.headers);
            env.filter_map(|(name, value)| of(name, value)).collect::<Vec<_>>()
        };
        let mut names: Vec<String> = servers.iter().flat_map(handed).collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Ok(());
        }
        let kind = CredentialKind::StaticKey;
        let found = names.iter().map(|_| Credential { kind, lifetime_seconds: None }).collect();
        // Names and kinds alone: values are nobody's business.
        let shown = json!({ "credentials": names, "kind": kind.name(), "of": "gateway" });
        let evidence = self.put_value(&shown)?;
        facts.credentials = Some(self.fact_now(found, evidence));
        Ok(())
    }

    /// What is not approved is refused; what is, is called without asking anybody.
    fn let_through(&self, servers: &[&Server], facts: &mut Facts) -> Result<(), Failure> {
        let Some((tools, _, tools_digest)) = self.written_tools() else { return Ok(()) };
        let mut pinned: Vec<Pin> = Vec::new();
        for server in servers {
            match pins::load(self.at.1, server.approved_as())? {
                Some(pin) => pinned.push(pin),
                // What nobody has approved yet says nothing of what will be.
                None => return Ok(()),
            }
        }
        let lets = |tool: &Tool| {
            pinned.iter().flat_map(|pin| &pin.definitions).any(|definition| {
                definition.kind == DefinitionKind::Tool && definition.name == tool.name
            })
        };
        let acting: Vec<ActingTool> = tools
            .iter()
            .map(|tool| ActingTool {
                name: tool.name.clone(),
                effect: tool.effect,
                rule: if lets(tool) { ToolRule::Free } else { ToolRule::Refused },
            })
            .collect();
        let free = |tool: &&ActingTool| tool.rule == ToolRule::Free;
        let acts = |tool: &ActingTool| tool.effect.is_some_and(|effect| effect != Effect::Read);
        let certain = acting.iter().filter(free).any(acts);
        // Of a tool that is let through, and of which nobody knows what it does, nothing follows.
        if !certain && acting.iter().filter(free).any(|tool| tool.effect.is_none()) {
            return Ok(());
        }
        let rows: Vec<_> = acting
            .iter()
            .map(|tool| {
                json!({
                    "effect": tool.effect.map(Effect::name),
                    "let_through": tool.rule == ToolRule::Free,
                    "name": tool.name,
                })
            })
            .collect();
        let shown = json!({ "of": "gateway", "seen": tools_digest.to_string(), "tools": rows });
        let evidence = self.put_value(&shown)?;
        let known = acting.into_iter().filter(|tool| tool.effect.is_some()).collect();
        facts.acting = Some(self.fact_now(known, evidence));
        Ok(())
    }
}

/// Whether a setting hands over a credential, by its name and by what stands for its value.
fn is_credential(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let header = ["authorization", "proxy-authorization", "cookie"].contains(&lower.as_str());
    header
        || warden_detect::credential_name(name)
        || value.split("${").skip(1).any(|rest| {
            let inside = rest.split('}').next().unwrap_or_default();
            inside.starts_with("file:") || warden_detect::credential_name(inside)
        })
}

#[cfg(test)]
mod tests {
    use super::is_credential;

    #[test]
    fn a_credential_is_known_by_its_name_or_by_what_stands_for_it() {
        for (name, value) in [
            ("Authorization", "Bearer x"),
            ("GITHUB_TOKEN", "${ANY}"),
            ("X-Api-Key", "x"),
            ("X-Any", "${file:secret}"),
            ("AUTH", "Bearer ${MAIL_TOKEN}"),
        ] {
            assert!(is_credential(name, value), "{name}");
        }
        for (name, value) in [("LOG_LEVEL", "debug"), ("Accept", "*/*"), ("HOME", "${HOME}")] {
            assert!(!is_credential(name, value), "{name}");
        }
    }
}
