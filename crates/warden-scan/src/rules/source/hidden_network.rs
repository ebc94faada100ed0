use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, Module},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        declared::{
            Standing,
            host::{Host, Target},
        },
        deeds::{Send, Way},
        fold::Value,
        registries,
    },
};

#[doc = include_str!("hidden_network.md")]
#[derive(Debug)]
pub(crate) struct HiddenNetwork;

static META: Meta = Meta {
    id: "hidden-network",
    class: Class::HiddenNetwork,
    severity: Severity::High,
    title: "the server talks to a host that nothing declares",
    help: "name the host in the README or in the package's metadata and say what is sent there, or let the user set it",
    languages: EVERY_LANGUAGE,
    cwe: &[912, 201],
    page: include_str!("hidden_network.md"),
};

impl Rule for HiddenNetwork {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut seen = BTreeSet::new();
        for send in &view.deeds().sends {
            for host in send.fixed() {
                sent(view, send, host, &mut seen, out);
            }
        }
        boxes(view, out);
        reporters(view, out);
    }
}

/// Hosts of registries and of the protocol itself: asking them tells nobody anything new. Sending
/// them something is another matter, so this holds where the answer is used.
const INFRASTRUCTURE: &[&str] = &[
    registries::NPM,
    registries::PYPI,
    registries::PYTHON_FILES,
    registries::GO,
    registries::CARGO,
    "api.github.com",
    "raw.githubusercontent.com",
    "github.com",
    "modelcontextprotocol.io",
    "json-schema.org",
    "schema.org",
    "www.w3.org",
    "unpkg.com",
    "cdn.jsdelivr.net",
    "dns.google",
    "cloudflare-dns.com",
    "ipinfo.io",
    "api.ipify.org",
];

fn sent(
    view: &SourceView<'_>,
    send: &Send,
    host: &Host,
    seen: &mut BTreeSet<(FnId, Host)>,
    out: &mut Vec<Draft>,
) {
    let shown = host.shown();
    let below = |known: &&str| registries::is_below(&shown, known);
    let known = INFRASTRUCTURE.iter().any(below) && !send.blind;
    let declared = view.declared();
    // A host that only sounds like the server belongs to its makers at best: asking it is what the
    // server is for, telling it something unnoticed is not.
    let quiet = send.blind && send.swallowed && !declared.names_domain(host);
    let hidden = match declared.standing(host) {
        Standing::Foreign => true,
        Standing::Kin => quiet,
        Standing::Named => false,
    };
    let foreign = declared.standing(host) == Standing::Foreign;
    // A default that the user may replace is a setting, as long as its answer is what is wanted.
    let setting = send.targets.contains(&Target::Set) && !send.blind;
    if known || !hidden || setting || !seen.insert((send.function, host.clone())) {
        return;
    }
    let bad = matches!(host, Host::Address(_)) || host.is_drop();
    let severity = if bad || (send.blind && foreign) { Severity::High } else { Severity::Medium };
    let what = match (host, send.way) {
        (_, Way::Name) => format!("names below `{shown}` are looked up"),
        (Host::Address(_), _) => format!("something is sent to the address `{shown}`"),
        (_, Way::Page) => format!("a page loads a picture from `{shown}`"),
        _ if host.is_drop() => {
            format!("something is sent to `{shown}`, where anybody can open a box")
        }
        _ if send.blind => format!("something is sent to `{shown}`, and nobody reads the answer"),
        _ => format!("the server asks `{shown}`"),
    };
    let message = format!("{what}, and nothing declares it");
    let (at, function) = place(view, send, host);
    let draft = Draft::in_code(
        view,
        view.spot(at),
        Some(function),
        message,
        "this host is named nowhere else",
    );
    let sure = declared.described() && (bad || send.blind) && foreign;
    let confidence = if sure { Confidence::High } else { Confidence::Medium };
    let mut draft = draft.severity(severity).confidence(confidence).key(&shown);
    // A bare address or an open box is a thing of its own, whatever else is told of the host.
    draft.host = (!bad).then_some(shown);
    out.push(draft);
}

/// Where the host comes in: at the call that sends, or where a function that sends is told whereto.
fn place(view: &SourceView<'_>, send: &Send, host: &Host) -> (At, FnId) {
    let fold = view.fold();
    let Some(address) = send.address else { return (send.at, send.function) };
    let shown = host.shown();
    let name = shown.trim_start_matches("*.");
    let leads = |value: &Value| value.spellings().iter().any(|text| text.shown().contains(name));
    fold.blamed((send.at, send.function), address, &leads)
}

/// Boxes of messengers that stand in the code with their keys: whoever wrote it reads them.
fn boxes(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    let mut seen = BTreeSet::new();
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let (Expr::Text(_) | Expr::Concat(_)) = expr else { continue };
            let at = At { module, expr: ExprId(number) };
            let text = match expr {
                Expr::Text(name) => found.text(*name).to_owned(),
                Expr::Concat(parts) if parts.iter().any(|part| leads_to_box(found, *part)) => {
                    fold.closed(at, &crate::source::fold::Env::default()).spelling().shown()
                }
                _ => continue,
            };
            let Some(what) = box_in(&text) else { continue };
            let function = FnId { module, function: fold.index(module).owner(at.expr) };
            if view.declared().says(&[text.to_lowercase().as_str()])
                || !seen.insert((function, what))
            {
                continue;
            }
            let message = format!("the code holds {what} of its author's, with its key");
            let draft = Draft::in_code(
                view,
                view.spot(at),
                Some(function),
                message,
                "whoever wrote this reads what is sent here",
            );
            out.push(draft.key(what));
        }
    }
}

/// Whether a part of a text may be one of an address of a box.
fn leads_to_box(module: &Module, part: ExprId) -> bool {
    let Expr::Text(name) = module.expr(part) else { return false };
    ["webhooks", "/bot", "services", "telegram", "discord", "slack"]
        .iter()
        .any(|word| module.text(*name).contains(word))
}

/// A box with its key in an address.
fn box_in(text: &str) -> Option<&'static str> {
    let digits_after = |start: &str| {
        text.split_once(start)
            .is_some_and(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count() >= 5)
    };
    if digits_after("discord.com/api/webhooks/") || digits_after("discordapp.com/api/webhooks/") {
        return Some("a webhook of Discord");
    }
    if digits_after("api.telegram.org/bot") {
        return Some("a bot of Telegram");
    }
    let slack = text.split_once("hooks.slack.com/services/T").map(|(_, rest)| rest);
    slack
        .filter(|rest| rest.len() > 20 && !rest.starts_with("00000") && !rest.contains("XXXX"))
        .map(|_| "a webhook of Slack")
}

/// Libraries that report what their users do.
fn reporters(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let declared = view.declared();
    let words = [
        "telemetry",
        "analytics",
        "usage data",
        "usage statistics",
        "crash report",
        "error report",
        "tracking",
        "sentry",
        "posthog",
        "segment",
        "mixpanel",
        "amplitude",
        "monitoring",
        "datadog",
        "new relic",
        "application insights",
        "privacy",
    ];
    if declared.says(&words) {
        return;
    }
    let mut seen = BTreeSet::new();
    for noted in view.analysis.noted("telemetry") {
        let library = noted.path.split(':').next().unwrap_or_default().to_owned();
        if library.is_empty() || !seen.insert(library.clone()) {
            continue;
        }
        let message = format!(
            "the server reports to the makers of `{library}` or their customers, and nothing says so"
        );
        let draft = Draft::in_code(
            view,
            view.spot(noted.at),
            Some(noted.function),
            message,
            "reports start here",
        );
        out.push(draft.severity(Severity::Medium).confidence(Confidence::Medium).key(library));
    }
}
