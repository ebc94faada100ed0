//! What the tools of a server do and reach, by their code and by their words (A4, A5, A7 to A9).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use warden_model::{DefinitionKind, Digest, Effect, Scan, Surface};
use warden_policy::{
    approval::{ActingTool, Definitions, Endpoints, Facts, Reach, Systems, ToolRule},
    certificate::{Confidence, Stage},
};

use super::Looking;

/// What the evidence of what tools do is called in a certificate.
pub(crate) const TOOLS: &str = "tools";

/// What tools do, by their code and by their words: evidence of a certification.
pub(crate) fn tools(scan: &Scan, surface: &Surface) -> Value {
    let shown = surface.definitions.iter().filter(|it| it.kind == DefinitionKind::Tool);
    let rows = shown.map(|tool| {
        let code = scan.tools.iter().find(|it| it.tool.as_deref() == Some(tool.name.as_str()));
        let words = warden_detect::effects(&tool.body).effect;
        let effects =
            code.map(|it| it.effects.iter().map(|act| act.effect.name()).collect::<Vec<_>>());
        json!({
            "by_code": effects,
            "by_words": words.name(),
            "credentials": code.map(|it| &it.credentials),
            "hosts": code.map(|it| &it.hosts),
            "name": tool.name,
            "open": code.map(|it| it.open),
            "systems": code.map(|it| &it.systems),
        })
    });
    json!({ "lists_change": surface.lists_change, "tools": rows.collect::<Vec<_>>() })
}

/// What is known of one tool.
pub(super) struct Tool {
    pub(super) name: String,
    /// What it does at worst: `None` if its code is not known and its words say that it reads.
    pub(super) effect: Option<Effect>,
    systems: Vec<String>,
    hosts: Vec<String>,
    credentials: Vec<String>,
    /// Whether its code is known.
    known: bool,
    /// Whether it reaches more than is named.
    open: bool,
}

impl Tool {
    fn read(value: &Value) -> Option<Self> {
        let list = |member: &str| -> Option<Vec<String>> {
            let all = value.get(member)?.as_array()?.iter();
            all.map(|it| it.as_str().map(str::to_owned)).collect()
        };
        let words = Effect::parse(value.get("by_words")?.as_str()?)?;
        let code: Option<Vec<Effect>> =
            list("by_code").and_then(|all| all.iter().map(|it| Effect::parse(it)).collect());
        let effect = match &code {
            Some(code) => Some(code.iter().copied().max().unwrap_or(Effect::Read).max(words)),
            None if words == Effect::Read => None,
            None => Some(words),
        };
        Some(Self {
            name: value.get("name")?.as_str()?.to_owned(),
            effect,
            systems: list("systems").unwrap_or_default(),
            hosts: list("hosts").unwrap_or_default(),
            credentials: list("credentials").unwrap_or_default(),
            known: code.is_some(),
            open: value.get("open").and_then(Value::as_bool) != Some(false),
        })
    }
}

impl Looking<'_> {
    /// The tools as they were written down, with the digest of that.
    pub(super) fn written_tools(&self) -> Option<(Vec<Tool>, Value, Digest)> {
        let (value, digest) = self.written(TOOLS)?;
        let tools: Option<Vec<Tool>> =
            value.get("tools")?.as_array()?.iter().map(Tool::read).collect();
        Some((tools?, value, digest))
    }

    pub(super) fn tools(&self, facts: &mut Facts) {
        let Some((tools, value, evidence)) = self.written_tools() else { return };
        self.definitions(&value, evidence, facts);
        let all = |of: fn(&Tool) -> &Vec<String>| -> BTreeSet<String> {
            tools.iter().flat_map(of).cloned().collect()
        };
        let (hosts, credentials) = (all(|tool| &tool.hosts), all(|tool| &tool.credentials));
        let names: Vec<String> = all(|tool| &tool.systems).union(&hosts).cloned().collect();
        // Where all of the code was read and understood, what is not in it is not there.
        let understood = !tools.is_empty()
            && self.whole(Stage::Source)
            && self.whole(Stage::Taint)
            && tools.iter().all(|tool| tool.known);
        let reach = if self.calls_what_it_is_told() {
            Reach::Anything
        } else if understood && !tools.iter().any(|tool| tool.open) {
            Reach::Listed
        } else {
            Reach::More
        };
        let nothing = names.is_empty() && reach == Reach::Listed;
        // A server that reaches nothing is described by a person: a list names something.
        if !names.is_empty() || reach == Reach::Anything {
            facts.systems = Some(self.fact(Systems { names, reach }, evidence));
        }
        if understood || !hosts.is_empty() || reach == Reach::Anything {
            let endpoints = Endpoints { declared: hosts, reach, observed: None };
            facts.endpoints = Some(self.fact(endpoints, evidence));
        }
        if !credentials.is_empty() {
            facts.variables = Some(self.fact(credentials.into_iter().collect(), evidence));
        } else if nothing {
            facts.credentials = Some(self.fact(Vec::new(), evidence));
        }
        // Whether somebody confirms what acts is not known from here: a person says so, or the
        // gateway.
        if understood && tools.iter().all(|tool| tool.effect == Some(Effect::Read)) {
            let acting = |tool: &Tool| ActingTool {
                name: tool.name.clone(),
                effect: tool.effect,
                rule: ToolRule::Unknown,
            };
            facts.acting = Some(self.fact(tools.iter().map(acting).collect(), evidence));
        }
    }

    /// Whether somebody who calls it chooses which address it calls, as far as that is certain.
    /// That a risk was accepted does not make it go away.
    fn calls_what_it_is_told(&self) -> bool {
        let certificate = self.certificate();
        let waived = certificate.waivers.iter().map(|waiver| &waiver.finding);
        let class = warden_model::Class::Ssrf.info().id;
        let mut all = certificate.findings.open.iter().chain(waived);
        all.any(|finding| finding.class == class && finding.confidence == Confidence::High)
    }

    /// Whether what it shows can change: it says so, or it runs elsewhere.
    fn definitions(&self, value: &Value, evidence: Digest, facts: &mut Facts) {
        let said = value.get("lists_change").and_then(Value::as_bool);
        let can_change =
            if self.certificate().target.ecosystem == "remote" { Some(true) } else { said };
        facts.definitions = can_change
            .map(|can_change| self.fact(Definitions { can_change, last_look: None }, evidence));
    }
}
