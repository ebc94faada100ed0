//! The servers of one attack: their files, what a person has approved of them, and how the gateway
//! reaches them.

use std::{collections::BTreeMap, ffi::OsString, fs, path::Path};

use serde_json::Value;
use warden_govern::redteam::{Definition, Pack, Step};
use warden_model::{DataClass, Definition as Shown, DefinitionKind, Location, Surface};
use warden_policy::{Approval, Artifact, Bundle, Certified, Pin, Standing};
use warden_proxy::gateway::settings::{
    Breaker, Deadlines, Reach, ServerSettings, Share, StdioReach,
};

use super::{
    fill,
    script::Script,
    scripted::{Files, SCRIPTED, Say},
};
use crate::{Failure, Kind, commands};

/// Who has approved what the scripted servers show.
const APPROVER: &str = "the red team";

/// The servers of one attack.
pub(super) struct Stage<'a> {
    pack: &'a Pack,
    servers: BTreeMap<&'a str, Files>,
    /// How the gateway reaches them.
    pub(super) settings: Vec<ServerSettings>,
}

impl<'a> Stage<'a> {
    /// Writes what the servers say into a folder. They count as certified by `certified`.
    ///
    /// # Errors
    /// When the folder cannot be written, or a definition cannot be approved.
    pub(super) fn set(
        (pack, steps, definitions): (&'a Pack, &[Step], &[Definition]),
        folder: &Path,
        certified: &Certified,
    ) -> Result<Self, Failure> {
        let mut stage = Self { pack, servers: BTreeMap::new(), settings: Vec::new() };
        let used = |name: &str| {
            let ours = |tool: &str| tool.split_once("__").is_some_and(|(server, _)| server == name);
            steps.iter().any(|step| step.tool.as_deref().is_some_and(ours))
                || definitions.iter().any(|one| ours(&one.tool))
        };
        for server in pack.servers.iter().filter(|server| used(&server.name)) {
            let (approved, script) = Script::of(server, definitions);
            let files = Files::of(folder, &server.name);
            put(&files.script(), &script)?;
            put(&files.say(), &Say::default())?;
            let bundle = Bundle {
                pin: Some(pin(&server.name, approved)?),
                // What runs is this program, which nobody but us starts here.
                artifact: Standing::Approved,
                certified: certified.clone(),
            };
            stage.settings.push(reached(&server.name, folder, bundle)?);
            stage.servers.insert(&server.name, files);
        }
        Ok(stage)
    }

    /// Has the server of a tool answer the next call as the step says.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub(super) fn say(&self, tool: &str, step: &Step) -> Result<(), Failure> {
        let server = tool.split_once("__").and_then(|(server, _)| self.servers.get(server));
        let Some(files) = server else { return Ok(()) };
        let text = fill::whole(&step.answer, &self.pack.secrets);
        put(&files.say(), &Say { text, fails: step.fails })
    }

    /// Every call that has come to a server: the tool as agents call it, and its arguments.
    ///
    /// # Errors
    /// When what was written down of them cannot be read.
    pub(super) fn arrived(&self) -> std::io::Result<Vec<(String, Value)>> {
        let mut all = Vec::new();
        for (name, files) in &self.servers {
            let calls = files.calls()?.into_iter();
            all.extend(calls.map(|call| (format!("{name}__{}", call.tool), call.arguments)));
        }
        Ok(all)
    }
}

fn put(file: &Path, value: &impl serde::Serialize) -> Result<(), Failure> {
    let written = serde_json::to_vec(value).map_err(std::io::Error::from);
    written.and_then(|bytes| fs::write(file, bytes)).map_err(|error| {
        Failure::new(Kind::Internal, "cannot write what a scripted server says").caused_by(error)
    })
}

/// What a person has approved of a server.
fn pin(server: &str, tools: Vec<Value>) -> Result<Pin, Failure> {
    let shown = |body: Value| Shown {
        kind: DefinitionKind::Tool,
        name: body.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        body,
        location: Location::default(),
    };
    let definitions = tools.into_iter().map(shown).collect();
    let surface = Surface { server: server.to_owned(), definitions, ..Surface::default() };
    let definitions = Pin::of_surface(&surface, |body| warden_detect::effects(body).effect);
    let definitions = definitions.map_err(|error| {
        Failure::new(Kind::Input, format!("`{server}` of the pack cannot be approved"))
            .caused_by(error)
    })?;
    Ok(Pin {
        server: server.to_owned(),
        approval: Approval { by: APPROVER.into(), at: String::new(), reason: String::new() },
        artifact: Artifact::Unknown("scripted".into()),
        instructions: None,
        asks: std::collections::BTreeSet::new(),
        definitions,
    })
}

/// How the gateway reaches a scripted server: this program, with nothing of our environment.
fn reached(name: &str, folder: &Path, bundle: Bundle) -> Result<ServerSettings, Failure> {
    let program: OsString = commands::this_program()?.into();
    let command = vec![program, SCRIPTED.into(), folder.into(), name.into()];
    Ok(ServerSettings {
        name: name.to_owned(),
        prefix: format!("{name}__"),
        reach: Reach::Stdio(StdioReach {
            supervisor: commands::supervisor()?,
            command,
            folder: Some(folder.to_owned()),
            environment: BTreeMap::new(),
        }),
        credentials: None,
        bundle,
        artifact: None,
        // As of a server of which the configuration says nothing: the policy says more.
        class: DataClass::Internal,
        share: Share::All,
        most_connections: 1,
        most_requests: 4,
        idle: std::time::Duration::from_mins(10),
        deadlines: Deadlines::default(),
        breaker: Breaker::default(),
    })
}
