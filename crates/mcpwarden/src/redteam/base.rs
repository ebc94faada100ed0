//! What is tried: of a configuration everything that decides, and nothing that reaches anybody.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use tempfile::TempDir;
use warden_govern::{
    Word as _,
    redteam::{Given, Pack, Tool},
};
use warden_model::{DataClass, Digest, Effect};
use warden_policy::access::Policies;
use warden_proxy::gateway::settings::{ClientKey, Settings, Watchers};

use crate::{Failure, Kind, World, certify::stand, gateway, machine, paths::Paths, policies};

/// The rules where nobody has named others.
const POLICY: &str = "laptop";

/// How long a look at a scripted server may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is attacked, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct From {
    /// The configuration of a gateway: its policy, limits, inspection and terms count
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Only a policy: laptop, team, regulated, open, or a folder; laptop if nothing is named
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    policy: Option<String>,

    /// The agent that the scripted one comes in as
    #[arg(long, value_name = "NAME", default_value = "red-team")]
    agent: String,

    /// The user on whose behalf it comes; nobody's, if nobody is named
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// A role that agent and user hold for the exercise, instead of what the policy says of them
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,

    /// The level at which the scripted servers count as certified
    #[arg(long, value_name = "0..3", default_value_t = 2,
        value_parser = clap::value_parser!(u8).range(0..=3))]
    level: u8,
}

/// Everything that the gateways of one exercise have in common.
pub(crate) struct Base {
    /// Their settings, without servers.
    pub(super) settings: Settings,
    /// What the agent shows.
    pub(super) token: String,
    /// What is said about it in the result.
    pub(crate) given: Given,
    /// A folder that goes with the exercise.
    pub(super) folder: TempDir,
    /// Kept, since certificates are looked after by it; here there are none.
    _stands: stand::Watch,
}

impl From {
    /// Reads what is tried, for this pack.
    ///
    /// # Errors
    /// When a configuration or policy cannot be used.
    pub(crate) fn base(&self, pack: &Pack, world: &World) -> Result<Base, Failure> {
        let folder = TempDir::with_prefix("mcpwarden-redteam-").map_err(|error| {
            Failure::new(Kind::Input, "cannot make a folder for the exercise").caused_by(error)
        })?;
        let (config, digest) = self.config(world)?;
        let own = apart(world, folder.path());
        let paths = Paths::of(&own)?;
        let stands = stand::Watch::start(&paths, machine::clock, |_| {});
        let lasting = gateway::Lasting::passing().map_err(no_randomness)?;
        let mut settings = gateway::settings(&config, &own, (&paths, &stands, &lasting))?;
        let policy = gateway::policy(&config);
        let about = format!("{}{}", self.people(), labels(pack));
        if let Some(policies) = &settings.policies {
            self.can_be(policies)?;
        }
        let policies = policies::read_with(&policy.name, &policy.home, &about)?;
        let given = Given {
            policy: policy.name,
            rules: policies.rules.digest().to_string(),
            config: digest,
            agent: self.agent.clone(),
            user: self.user.clone(),
            roles: self.roles.clone(),
            level: self.level,
        };
        settings.policies = Some(Arc::new(policies));
        settings.metrics = Watchers::Nobody;
        // On a busy machine a server that is slow would look like one that is stopped.
        settings.patience = PATIENCE;
        let secret = warden_seal::random::<24>().map_err(no_randomness)?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(secret);
        settings.clients = vec![ClientKey {
            name: self.agent.clone(),
            user: self.user.clone(),
            token: Some(Digest::of(token.as_bytes())),
            certificate: None,
        }];
        Ok(Base { settings, token, given, folder, _stands: stands })
    }

    /// The configuration without everything that reaches anybody, and the digest of the whole.
    fn config(&self, world: &World) -> Result<(gateway::Config, Option<String>), Failure> {
        let Some(file) = &self.config else {
            let policy = self.policy.as_deref().unwrap_or(POLICY);
            let text = format!("policy = {}", json!(policy));
            let config = toml_edit::de::from_str::<gateway::Config>(&text).map_err(|error| {
                Failure::new(Kind::Internal, "a configuration cannot be made").caused_by(error)
            })?;
            return Ok((apart_from_the_world(config, world.cwd.clone()), None));
        };
        let path = world.cwd.join(file);
        let unusable = |why: String| {
            Failure::new(Kind::Config, format!("`{}` cannot be used: {why}", file.display()))
                .hint(format!("`mcpwarden gateway --config {} --check`", file.display()))
        };
        let text = std::fs::read_to_string(&path).map_err(|error| unusable(error.to_string()))?;
        let config = gateway::checked(&text).map_err(unusable)?;
        let home = path.parent().unwrap_or(&world.cwd).to_owned();
        Ok((apart_from_the_world(config, home), Some(Digest::of(text.as_bytes()).to_string())))
    }

    /// What is said of the agent and its user in this exercise, if they were given roles.
    fn people(&self) -> String {
        if self.roles.is_empty() {
            return String::new();
        }
        let (agent, roles) = (json!(self.agent), json!(self.roles));
        let user = self.user.as_ref();
        let user = user.map(|user| format!("[[user]]\nname = {}\nroles = {roles}\n", json!(user)));
        format!(
            "[[agent]]\nname = {agent}\nowner = \"the red team\"\nroles = {roles}\n{}",
            user.unwrap_or_default()
        )
    }

    /// Whether there are the roles that were named.
    fn can_be(&self, policies: &Policies) -> Result<(), Failure> {
        let unknown = |role: &&String| !policies.directory.has_role(role);
        let Some(unknown) = self.roles.iter().find(unknown) else { return Ok(()) };
        let names: Vec<_> = policies.directory.role_names().map(|name| &**name).collect();
        Err(Failure::new(Kind::Usage, format!("the policy has no role `{unknown}`"))
            .hint(format!("there is {}", names.join(", "))))
    }
}

fn no_randomness(error: warden_seal::KeyError) -> Failure {
    Failure::new(Kind::Internal, "a key for the exercise cannot be made").caused_by(error)
}

/// A world in which nothing of ours is: neither approvals nor keys nor a ledger.
fn apart(world: &World, folder: &Path) -> World {
    let state = folder.join("warden").to_string_lossy().into_owned();
    World {
        env: [("MCPWARDEN_HOME".to_owned(), state)].into(),
        secrets: std::collections::BTreeMap::new(),
        home: Some(folder.to_owned()),
        cwd: folder.to_owned(),
        terminal: world.terminal,
        color: world.color,
    }
}

/// Everything is named here, so that a setting which will reach somebody one day has to be thought
/// about.
fn apart_from_the_world(config: gateway::Config, home: PathBuf) -> gateway::Config {
    gateway::Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        public: false,
        hosts: Vec::new(),
        origins: Vec::new(),
        tls: None,
        threads: Some(1),
        drain: None,
        // Attacks name tools with their servers.
        names: gateway::Names::Prefixed,
        policy: config.policy,
        state: None,
        secret: None,
        limits: config.limits,
        inspect: config.inspect,
        ledger: gateway::LedgerSettings::default(),
        metrics: None,
        traces: None,
        certificates: gateway::Certificates::default(),
        vault: None,
        terms: config.terms,
        identity: None,
        issuers: Vec::new(),
        keys: Vec::new(),
        peers: Vec::new(),
        clients: Vec::new(),
        operators: Vec::new(),
        webhook: None,
        servers: Vec::new(),
        views: Vec::new(),
        home,
        secrets: None,
    }
}

/// What somebody who knows the servers of a pack says about them.
fn labels(pack: &Pack) -> String {
    let mut text = String::new();
    for server in &pack.servers {
        text.push_str(&format!(
            "[[server]]\nname = {}\nenvironment = \"production\"\naudience = {}\ntrusted = {}\n\
             class = {}\n",
            json!(server.name),
            json!(server.audience),
            server.trusted,
            json!(DataClass::word(server.class))
        ));
        for tool in &server.tools {
            text.push_str(&about(&server.name, tool));
        }
    }
    text
}

fn about(server: &str, tool: &Tool) -> String {
    let effects: Vec<_> = tool.effects.iter().map(|effect| Effect::word(*effect)).collect();
    let mut text = format!(
        "[[tool]]\nserver = {}\nname = {}\neffects = {}\n",
        json!(server),
        json!(tool.name),
        json!(effects)
    );
    if let Some(audience) = tool.audience {
        text.push_str(&format!("audience = {}\n", json!(audience)));
    }
    if let Some(trusted) = tool.trusted {
        text.push_str(&format!("trusted = {trusted}\n"));
    }
    if let Some(class) = tool.class {
        text.push_str(&format!("class = {}\n", json!(DataClass::word(class))));
    }
    text
}
