use std::collections::BTreeMap;

use warden_flow::{
    analysis::{At, Flow, Spot},
    ir::Expr,
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        declared::{
            Standing,
            host::{Host, Target, label},
        },
        deeds::{Send, Way},
        fold::Fold,
        index::{Base, children},
        stores::is_foreign_variable,
        taken::{Taken, Weight, taken},
    },
};

#[doc = include_str!("exfiltration.md")]
#[derive(Debug)]
pub(crate) struct Exfiltration;

static META: Meta = Meta {
    id: "exfiltration",
    class: Class::DataExfil,
    severity: Severity::Critical,
    title: "data leaves for a destination that nothing declares",
    help: "send it only to the service that the server is for, name that service in the README, and let the user choose any other destination",
    languages: EVERY_LANGUAGE,
    cwe: &[200, 359, 506],
    page: include_str!("exfiltration.md"),
};

impl Rule for Exfiltration {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        // One finding for each call that sends, about the worst that it takes along.
        let mut worst: BTreeMap<Spot, (Weight, Draft)> = BTreeMap::new();
        for flow in view.flows_to("egress") {
            let Some(taken) = taken(view, flow) else { continue };
            let Some(send) = view.deeds().send_at(flow.at) else { continue };
            let Some(host) = stranger(view, flow, send, &taken) else { continue };
            let known = worst.get(&flow.at).map(|(weight, _)| *weight);
            if known.is_none_or(|known| known < taken.weight()) {
                let draft = draft(view, flow, send, &taken, host);
                worst.insert(flow.at, (taken.weight(), draft));
            }
        }
        out.extend(worst.into_values().map(|(_, draft)| draft));
        pictures(view, out);
    }
}

/// Pictures whose address carries data that was written out and encoded for it.
fn pictures(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    for send in view.deeds().sends.iter().filter(|send| send.way == Way::Page) {
        let Some((standing, host)) =
            send.fixed().map(|host| (view.declared().standing(host), host)).max()
        else {
            continue;
        };
        let around = fold.index(send.at.module).parent(send.at.expr).unwrap_or(send.at.expr);
        let written = fold.written(At { module: send.at.module, expr: around });
        let invisible = [
            "width={1}",
            "width={0}",
            "width=\"1\"",
            "width=1",
            "width='1'",
            "display:none",
            "display: none",
            "hidden",
        ];
        let wrong = match standing {
            Standing::Named => false,
            Standing::Kin => invisible.iter().any(|sign| written.contains(sign)),
            Standing::Foreign => true,
        };
        if !wrong || !is_packed(fold, send.at, 0) {
            continue;
        }
        let message = format!(
            "what a page shows becomes part of the address of a picture at `{}`, which nothing declares",
            host.shown()
        );
        let draft = Draft::in_code(
            view,
            send.spot,
            Some(send.function),
            message,
            "whoever opens the page sends it there",
        );
        out.push(draft.severity(Severity::High).key("picture"));
    }
}

/// Whether data is written out as a whole, or encoded, in an expression or where its variables
/// come from.
fn is_packed(fold: &Fold<'_>, at: At, depth: u32) -> bool {
    let module = fold.module(at.module);
    let mut work = vec![at.expr];
    let mut steps = 0;
    while let Some(expr) = work.pop() {
        steps += 1;
        if steps > 200 {
            return false;
        }
        match module.expr(expr) {
            Expr::Member(_, name) | Expr::Global(name) if PACKING.contains(&module.text(*name)) => {
                return true;
            }
            Expr::Text(name) if matches!(module.text(*name), "base64" | "base64url" | "hex") => {
                return true;
            }
            Expr::Var(var) if depth < 3 => {
                for origin in fold.index(at.module).origins(*var).iter().take(4) {
                    if let Base::Expr(value) = origin.base
                        && is_packed(fold, At { module: at.module, expr: value }, depth + 1)
                    {
                        return true;
                    }
                }
            }
            _ => {}
        }
        children(module, expr, |child| work.push(child));
    }
    false
}

/// Functions that write data out as a whole, or encode it.
const PACKING: &[&str] = &[
    "stringify",
    "btoa",
    "b64encode",
    "urlsafe_b64encode",
    "hexlify",
    "EncodeToString",
    "dumps",
    "Marshal",
    "deflateSync",
    "deflateRawSync",
    "gzipSync",
    "compress",
    "b32encode",
    "b85encode",
];

/// Whether a flow goes through an encoding that hides what is carried.
fn is_encoded(view: &SourceView<'_>, flow: &Flow) -> bool {
    let signs = [
        "base64",
        "b64encode",
        "btoa(",
        "\"hex\"",
        "'hex'",
        "hexlify",
        "EncodeToString",
        ".hex()",
        "deflate",
        "gzip",
        "zlib.compress",
        "b32encode",
    ];
    flow.trace
        .iter()
        .map(|hop| view.text(hop.at))
        .any(|text| text.len() < 400 && signs.iter().any(|sign| text.contains(sign)))
}

/// The host that should not get what is taken, if there is one.
fn stranger<'s>(
    view: &SourceView<'_>,
    flow: &Flow,
    send: &'s Send,
    taken: &Taken,
) -> Option<&'s Host> {
    let declared = view.declared();
    let mut hosts: Vec<(Standing, &Host)> =
        send.fixed().map(|host| (declared.standing(host), host)).collect();
    hosts.sort();
    let others_named = hosts.iter().any(|(standing, _)| *standing == Standing::Named);
    let (standing, host) = hosts.pop()?;
    let wrong = match taken.weight() {
        Weight::Light => false,
        Weight::Heavy => heavy(send, taken, standing, host),
        Weight::Work if is_of(taken, host) => false,
        Weight::Work => match standing {
            Standing::Named => false,
            Standing::Kin => send.blind && send.swallowed,
            Standing::Foreign => {
                let unnamed_number = matches!(host, Host::Address(_));
                let elsewhere = match taken {
                    Taken::Variable(name) => is_foreign_variable(name, &host.shown()),
                    _ => false,
                };
                // Beside the declared service, or where the user may name another one himself,
                // a second host is a different thing: a default that may be changed is shown.
                let beside = others_named && !send.targets.contains(&Target::Set);
                send.blind
                    || unnamed_number
                    || host.is_drop()
                    || elsewhere
                    || beside
                    || is_encoded(view, flow)
            }
        },
    };
    wrong.then_some(host)
}

/// Whether a variable is named after who gets it: `NOTION_TOKEN` for `api.notion.com`.
fn is_of(taken: &Taken, host: &Host) -> bool {
    let (Taken::Variable(name), Host::Name(_)) = (taken, host) else { return false };
    let shown = host.shown();
    let label = label(&shown);
    let first = name.split('_').next().unwrap_or_default();
    label.len() > 2 && !host.is_drop() && first.eq_ignore_ascii_case(label)
}

fn heavy(send: &Send, taken: &Taken, standing: Standing, host: &Host) -> bool {
    if let Taken::Store(store) = taken
        && store.owners.iter().any(|owner| host.shown().ends_with(owner))
    {
        return false;
    }
    match standing {
        Standing::Foreign => true,
        Standing::Kin => {
            !matches!(taken, Taken::Environment) || send.blind || send.way == Way::Name
        }
        Standing::Named => send.blind && !matches!(taken, Taken::Told(_)),
    }
}

fn draft(view: &SourceView<'_>, flow: &Flow, send: &Send, taken: &Taken, host: &Host) -> Draft {
    let shown = host.shown();
    let way = match send.way {
        Way::Request => format!("is sent to `{shown}`"),
        Way::Connection => format!("is written to a connection to `{shown}`"),
        Way::Name => format!("becomes part of a name below `{shown}` that is looked up"),
        Way::Page => format!("becomes part of the address of a picture at `{shown}`"),
    };
    let nobody = match view.declared().standing(host) {
        Standing::Named => "which is declared for something else",
        Standing::Kin | Standing::Foreign => "which nothing declares",
    };
    let message = format!("{} {way}, {nobody}", taken.what());
    let mut draft = Draft::on_flow(view, flow, message, "it leaves here").host(shown);
    if taken.weight() == Weight::Work {
        draft = draft.severity(Severity::High);
        if view.declared().standing(host) == Standing::Kin {
            draft = draft.confidence(Confidence::Medium);
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variable: &str, host: &str, expected: bool) {
        let host = Host::of(host).expect("it is a host");
        assert_eq!(is_of(&Taken::Variable(variable.into()), &host), expected, "{variable}");
    }

    #[test]
    fn a_variable_is_of_the_host_that_its_name_begins_with() {
        check("NOTION_TOKEN", "api.notion.com", true);
        check("NOTION_TOKEN", "notion.attacker.example", false);
        check("MY_NOTION_TOKEN", "api.notion.com", false);
        check("NOTIONAL_TOKEN", "api.notion.com", false);
        check("WEBHOOK_TOKEN", "webhook.site", false);
    }
}
