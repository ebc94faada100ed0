//! Which tools there are.

use std::{collections::BTreeSet, path::Path, time::SystemTime};

use serde::Deserialize;
use warden_model::{DefinitionKind, Effect};
use warden_policy::{
    Pin, Time,
    access::{Directory, Kind as Thing, Tool, reach::Offered},
};

use super::{super::verify, load};
use crate::{
    Failure, Kind, World,
    certify::{keep, revoked},
    paths::Paths,
    pins,
};

/// The most tools of one file.
const MOST_TOOLS: usize = 10_000;

/// One line of a file of tools.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    server: String,
    name: String,
    kind: Option<String>,
    /// What was worked out from its definition.
    effect: Option<String>,
    /// The level of its server's certificate.
    #[serde(default)]
    level: u8,
}

/// Which tools there are, and how that is known.
pub(super) struct Offer {
    pub(super) tools: Vec<Offered>,
    /// How many of them were approved on this machine.
    approved: usize,
    /// How many of them `policy.toml` names.
    named: usize,
}

impl Offer {
    /// The tools of a file. Without one, what was approved on this machine, with the effects of the
    /// approval; and of servers that were not approved, what `policy.toml` names one by one.
    ///
    /// # Errors
    /// When the file is no list of tools, or an approval cannot be trusted.
    pub(super) fn of(
        world: &World,
        directory: &Directory,
        file: Option<&Path>,
    ) -> Result<Self, Failure> {
        if let Some(file) = file {
            let tools = listed(world, directory, file)?;
            return Ok(Self { tools, approved: 0, named: 0 });
        }
        let paths = Paths::of(world)?;
        let pins = pins::all(&paths)?;
        let mut tools = Vec::new();
        for pin in &pins {
            let level = level(&pin.server, &paths, world);
            tools.extend(approved(pin, directory, level));
        }
        let approved = tools.len();
        let known: BTreeSet<&str> = pins.iter().map(|pin| pin.server.as_str()).collect();
        tools.extend(named(directory, &known));
        let named = tools.len() - approved;
        Ok(Self { tools, approved, named })
    }

    /// How many there are, for people.
    pub(super) fn told(&self) -> String {
        // Prompts and resources are among them.
        let all = format!("{} offered", self.tools.len());
        if self.approved + self.named == 0 {
            return all;
        }
        format!("{all}: {} approved, {} named in policy.toml", self.approved, self.named)
    }
}

/// What was approved of a server. What its resources are called is not approved but read, so
/// resources are in it as their templates.
fn approved(pin: &Pin, directory: &Directory, level: u8) -> Vec<Offered> {
    let offer = |definition: &warden_policy::PinnedDefinition| {
        let kind = match definition.kind {
            DefinitionKind::Tool => Thing::Tool,
            DefinitionKind::Prompt => Thing::Prompt,
            DefinitionKind::Resource | DefinitionKind::Template => Thing::Resource,
        };
        let (server, name) = (pin.server.as_str(), definition.name.as_str());
        let traits = directory.traits(server, kind, name, definition.effect, level);
        Offered { server: server.into(), kind, name: name.into(), traits }
    };
    pin.definitions.iter().map(offer).collect()
}

/// The level of a server's certificate on this machine, if it counts; 0 otherwise, as a gateway
/// takes it.
fn level(server: &str, paths: &Paths, world: &World) -> u8 {
    let file = paths.certificate(server);
    if !file.exists() {
        return 0;
    }
    let now = world.now();
    let counts = || -> Result<Option<u8>, Failure> {
        let (trust, at) = (keep::trust(None, paths)?, SystemTime::from(now));
        let kept = keep::open_here(&keep::read(&file)?, &trust, at, paths)?;
        let revocations = revoked::list(None, paths, &trust, at)?.revocations()?;
        let time = Time::from_micros(now.as_microsecond());
        let stands = verify::stands(&kept.certificate, None, time, &revocations);
        Ok(stands.is_ok().then_some(kept.certificate.level))
    };
    // One that cannot be read does not count.
    counts().ok().flatten().unwrap_or(0)
}

/// The tools of a file.
fn listed(world: &World, directory: &Directory, file: &Path) -> Result<Vec<Offered>, Failure> {
    let wrong = |what: &str| {
        Failure::new(Kind::Input, format!("`{}` is no list of tools: {what}", file.display())).hint(
            "a list such as [{\"server\": \"mail\", \"name\": \"send\", \"effect\": \"send\", \
             \"level\": 2}]",
        )
    };
    let text = load::text(&world.cwd.join(file))?;
    let lines: Vec<Line> = serde_json::from_str(&text)
        .map_err(|error| wrong("it has another form").caused_by(error))?;
    if lines.len() > MOST_TOOLS {
        return Err(wrong(&format!("it has more than {MOST_TOOLS} entries")));
    }
    let read = |line: Line| {
        let kind = line.kind.as_deref().map_or(Some(Thing::Tool), Thing::parse);
        let kind = kind.ok_or_else(|| wrong("a kind is not known"))?;
        let effect = line.effect.as_deref().map(Effect::parse);
        let classified = match effect {
            Some(None) => return Err(wrong("an effect is not known")),
            Some(effect) => effect,
            None => None,
        };
        let traits =
            directory.traits(&line.server, kind, &line.name, classified, line.level.min(3));
        let (server, name) = (line.server.into(), line.name.into());
        Ok(Offered { server, kind, name, traits })
    };
    lines.into_iter().map(read).collect()
}

/// What `policy.toml` names one by one, but of these servers.
fn named(directory: &Directory, known: &BTreeSet<&str>) -> Vec<Offered> {
    let exact = |tool: &&Tool| {
        tool.server.is_exact() && tool.name.is_exact() && !known.contains(tool.server.as_str())
    };
    let offer = |tool: &Tool| {
        let (server, name) = (tool.server.as_str(), tool.name.as_str());
        // Nobody has said that there is a certificate.
        let traits = directory.traits(server, tool.kind, name, None, 0);
        Offered { server: server.into(), kind: tool.kind, name: name.into(), traits }
    };
    directory.tools().iter().filter(exact).map(offer).collect()
}
