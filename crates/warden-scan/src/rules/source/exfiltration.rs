use std::collections::BTreeMap;

use warden_flow::analysis::{Flow, Spot};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        declared::{Standing, host::Host, host::Target},
        deeds::{Send, Way},
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
            let Some(host) = stranger(view, send, &taken) else { continue };
            let known = worst.get(&flow.at).map(|(weight, _)| *weight);
            if known.is_none_or(|known| known < taken.weight()) {
                let draft = draft(view, flow, send, &taken, host);
                worst.insert(flow.at, (taken.weight(), draft));
            }
        }
        out.extend(worst.into_values().map(|(_, draft)| draft));
    }
}

/// The host that should not get what is taken, if there is one.
fn stranger<'s>(view: &SourceView<'_>, send: &'s Send, taken: &Taken) -> Option<&'s Host> {
    let declared = view.declared();
    let mut hosts: Vec<(Standing, &Host)> =
        send.fixed().map(|host| (declared.standing(host), host)).collect();
    hosts.sort();
    let others_named = hosts.iter().any(|(standing, _)| *standing == Standing::Named);
    let (standing, host) = hosts.pop()?;
    let wrong = match taken.weight() {
        Weight::Light => false,
        Weight::Heavy => heavy(send, taken, standing, host),
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
                send.blind || unnamed_number || host.is_drop() || elsewhere || beside
            }
        },
    };
    wrong.then_some(host)
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
    let mut draft = Draft::on_flow(view, flow, message, "it leaves here");
    if taken.weight() == Weight::Work {
        draft = draft.severity(Severity::High);
        if view.declared().standing(host) == Standing::Kin {
            draft = draft.confidence(Confidence::Medium);
        }
    }
    draft
}
