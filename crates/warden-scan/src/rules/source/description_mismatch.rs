use warden_detect::{effects, words};
use warden_flow::analysis::{Origin, Spot};
use warden_model::{Class, Confidence, Effect, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView, ToolEffect, ToolInfo, models::sink,
};

#[doc = include_str!("description_mismatch.md")]
#[derive(Debug)]
pub(crate) struct DescriptionMismatch;

static META: Meta = Meta {
    id: "description-mismatch",
    class: Class::ToolPoisoning,
    severity: Severity::High,
    title: "a tool does something else than it says",
    help: "say what the tool does in its description and its annotations, or take the rest out",
    languages: EVERY_LANGUAGE,
    cwe: &[451, 1059],
    page: include_str!("description_mismatch.md"),
};

impl Rule for DescriptionMismatch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for (at, tool) in view.surface.tools.iter().enumerate() {
            let Some(claim) = claim(tool) else { continue };
            let Some(does) = view.effects.get(at) else { continue };
            let effects = does.effects.iter().filter(|effect| !effect.loose);
            let against: Vec<&ToolEffect> =
                effects.filter(|effect| contradicts(view, at, &claim, effect)).collect();
            if let Some(worst) = against.iter().max_by_key(|effect| effect.effect) {
                report(view, tool, &claim, worst, out);
            }
            if claim.local
                && let Some((host, spot)) = foreign(view, at)
            {
                sends(view, tool, (host, *spot), out);
            }
        }
    }
}

/// What a tool says of itself.
struct Claim {
    /// It only reads.
    reads: Option<Says>,
    /// It destroys nothing.
    harmless: bool,
    /// It stays on the machine.
    local: bool,
}

/// How a tool says something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// By an annotation, which clients act on.
    Annotation,
    /// In words.
    Words,
}

fn claim(tool: &ToolInfo) -> Option<Claim> {
    let definition = serde_json::Value::Object(tool.definition());
    let said = effects(&definition);
    let hint = |name: &str| {
        tool.annotations.iter().find(|(hint, _)| hint == name).map(|(_, truth)| *truth)
    };
    let words = said.said().map(|evidence| evidence.effect);
    // Words such as `convert` or `summarise` promise nothing about what is left behind.
    let plain = said.evidence.iter().any(|evidence| READING.contains(&evidence.word.as_str()));
    let reads = if hint("readOnlyHint") == Some(true) {
        Some(Says::Annotation)
    } else {
        (words == Some(Effect::Read) && plain).then_some(Says::Words)
    };
    let text = tool.description.as_deref().unwrap_or_default().to_lowercase();
    let local = LOCAL.iter().any(|phrase| text.contains(phrase));
    let claim = Claim { reads, harmless: hint("destructiveHint") == Some(false), local };
    (claim.reads.is_some() || claim.harmless || claim.local).then_some(claim)
}

/// Words of tools that leave everything as it is.
static READING: &[&str] = &[
    "read",
    "reads",
    "get",
    "gets",
    "list",
    "lists",
    "show",
    "shows",
    "view",
    "views",
    "find",
    "finds",
    "search",
    "searches",
    "query",
    "describe",
    "describes",
    "count",
    "counts",
    "look",
    "inspect",
    "inspects",
    "display",
    "displays",
];

/// What says that nothing leaves the machine.
static LOCAL: &[&str] = &[
    "locally",
    "offline",
    "local only",
    "local-only",
    "no network",
    "without network",
    "on your machine",
    "on this machine",
    "never leaves",
    "no data is sent",
    "nothing is sent",
    "does not send",
    "doesn't send",
    "without sending",
    "stays local",
    "no internet",
];

/// Whether an effect is none that a tool with this claim has.
fn contradicts(view: &SourceView<'_>, tool: usize, claim: &Claim, effect: &ToolEffect) -> bool {
    let only_reads = claim.reads.is_some();
    match &*effect.kind {
        "mail" => only_reads,
        // Caches, logs and temporary files are written by tools that only read. What the caller
        // names is another matter.
        "file-write" => only_reads && chosen(view, tool, effect.spot),
        "file-delete" => (only_reads || claim.harmless) && chosen(view, tool, effect.spot),
        _ => false,
    }
}

/// Whether a parameter of the tool decides about the file at a place, and does not say so by its
/// name: a tool with an `output_path` writes there.
fn chosen(view: &SourceView<'_>, tool: usize, spot: Spot) -> bool {
    view.flows.iter().any(|flow| {
        let told = view.surface.told(flow);
        flow.at == spot
            && flow.sink == sink::PATH
            && matches!(flow.source, Origin::Entry(..))
            && told.tool == Some(tool)
            && !told.parameter.is_some_and(|name| {
                words(&name).iter().any(|word| WRITTEN.contains(&word.as_str()))
            })
    })
}

/// Words of parameters that name what is written.
static WRITTEN: &[&str] = &[
    "output",
    "out",
    "dest",
    "destination",
    "target",
    "save",
    "saved",
    "export",
    "download",
    "downloads",
    "cache",
    "to",
    "into",
    "log",
];

fn report(
    view: &SourceView<'_>,
    tool: &ToolInfo,
    claim: &Claim,
    effect: &ToolEffect,
    out: &mut Vec<Draft>,
) {
    let name = tool.name.as_deref().unwrap_or("the tool");
    let says = if claim.reads.is_some() { "only reads" } else { "destroys nothing" };
    let does = match &*effect.kind {
        "mail" => "sends messages to people",
        "file-delete" => "deletes the file that its caller names",
        _ => "writes the file that its caller names",
    };
    let message = format!("`{name}` says that it {says}, and it {does}");
    let label = format!("`{}`", effect.call);
    let function = tool.handler.first().copied();
    let draft = Draft::in_code(view, effect.spot, function, message, label);
    let annotated = claim.reads == Some(Says::Annotation);
    let severity = if annotated { Severity::High } else { Severity::Medium };
    out.push(draft.severity(severity).tool(tool.name.as_deref(), None).key(&effect.kind));
}

/// A host that a tool talks to, and that nobody is told of.
fn foreign<'v>(view: &'v SourceView<'_>, at: usize) -> Option<&'v (String, Spot)> {
    let does = view.effects.get(at)?;
    let sends = does.effects.iter().any(|effect| &*effect.kind == "network" && !effect.loose);
    if !sends {
        return None;
    }
    does.hosts
        .iter()
        .find(|(host, _)| !host.starts_with("127.") && host != "0.0.0.0" && !declared(view, host))
}

/// Whether the README or a manifest names a host.
fn declared(view: &SourceView<'_>, host: &str) -> bool {
    view.others().any(|file| {
        let name = file.name().to_ascii_lowercase();
        let told = name.starts_with("readme")
            || matches!(name.as_str(), "package.json" | "manifest.json" | "server.json");
        told && memchr::memmem::find(&file.bytes, host.as_bytes()).is_some()
    })
}

fn sends(view: &SourceView<'_>, tool: &ToolInfo, (host, spot): (&str, Spot), out: &mut Vec<Draft>) {
    let name = tool.name.as_deref().unwrap_or("the tool");
    let message =
        format!("`{name}` says that it stays on the machine, and its code talks to `{host}`");
    let function = tool.handler.first().copied();
    let draft = Draft::in_code(view, spot, function, message, "this leaves the machine");
    out.push(draft.confidence(Confidence::Medium).tool(tool.name.as_deref(), None).key("network"));
}
