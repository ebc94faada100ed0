//! What was observed of a server, beside what is said of it.

use warden_model::{Class, questions::country};

use crate::estate::{Answer, Authentication, Drift, DriftKind, HostCountry, Lookup, Server};

/// What was observed where a question asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// In words.
    pub text: String,
    /// What is wrong if somebody says yes all the same; `None` if it does not speak against a yes.
    pub against: Option<Class>,
}

/// Everything that an observation is made from.
struct Case<'a> {
    server: &'a Server,
    known: &'a Lookup<'a>,
    answers: &'a [&'a Answer],
}

type Look = fn(&Case<'_>) -> Option<Observed>;

/// Where something is observed, and how: one entry for each question.
static LOOKS: &[(&str, Look)] = &[
    ("A8", endpoints),
    ("A11", countries),
    ("V1", signature),
    ("V2", changes),
    ("V4", authentication),
    ("V5", rotation),
    ("V7", endpoints),
    ("V8", countries),
];

/// What was observed of a server where this question asks; `None` where nothing was. `answers` are
/// those that say yes: countries are held against what they name.
#[must_use]
pub fn observed(
    question: &str,
    server: &Server,
    known: &Lookup<'_>,
    answers: &[&Answer],
) -> Option<Observed> {
    let (_, look) = LOOKS.iter().find(|(id, _)| *id == question)?;
    look(&Case { server, known, answers })
}

fn fine(text: String) -> Observed {
    Observed { text, against: None }
}

fn bad(text: String, class: Class) -> Observed {
    Observed { text, against: Some(class) }
}

/// Hosts that it was seen to talk to, and fields that it was seen to send, beyond those that it
/// declares.
fn endpoints(case: &Case<'_>) -> Option<Observed> {
    let Server { observed_hosts, observed_fields, .. } = case.server;
    let beyond = case.server.beyond_declared(case.known);
    let mut told = Vec::new();
    if !beyond.hosts.is_empty() {
        told.push(format!("it talks to {}, undeclared", beyond.hosts.join(", ")));
    }
    if !beyond.fields.is_empty() {
        told.push(format!("it sends {}, undeclared", beyond.fields.join(", ")));
    }
    if !told.is_empty() {
        return Some(bad(told.join("; "), Class::HiddenNetwork));
    }
    let counts = [(observed_hosts.len(), "hosts"), (observed_fields.len(), "fields")];
    let seen = counts.iter().filter(|(count, _)| *count > 0);
    let seen: Vec<_> = seen.map(|(count, what)| format!("{count} {what}")).collect();
    (!seen.is_empty()).then(|| fine(format!("{}, all declared", seen.join(" and "))))
}

/// Countries of the hosts that it was seen to talk to, beyond those that are named.
fn countries(case: &Case<'_>) -> Option<Observed> {
    let seen = |at: &&HostCountry| case.server.observed_hosts.contains(&at.host);
    let mut seen: Vec<&HostCountry> = case.server.host_countries.iter().filter(seen).collect();
    seen.sort_unstable_by_key(|at| (&at.country, &at.host));
    if seen.is_empty() {
        return None;
    }
    let mut named: Vec<&str> =
        case.answers.iter().flat_map(|answer| &answer.items).filter_map(|at| country(at)).collect();
    // What is processed with us is processed where we are.
    named.extend(case.known.estate.organisation.country.as_deref());
    let beyond = |at: &&&HostCountry| !named.contains(&at.country.as_str());
    let told_of = |at: &&HostCountry| format!("{} in {}", at.host, at.country);
    let more: Vec<String> = seen.iter().filter(beyond).map(told_of).collect();
    if case.answers.is_empty() || more.is_empty() {
        let all: Vec<String> = seen.iter().map(told_of).collect();
        return Some(fine(format!("it talks to {}", all.join(", "))));
    }
    let text = format!("it talks to {}, which nobody named", more.join(", "));
    Some(bad(text, Class::ResidencyUnknown))
}

fn signature(case: &Case<'_>) -> Option<Observed> {
    Some(if case.server.signed? {
        fine("its signature was verified".into())
    } else {
        bad("no signature of it was verified".into(), Class::UnpinnedUnsigned)
    })
}

/// Changes of what a model sees that nobody had announced.
fn changes(case: &Case<'_>) -> Option<Observed> {
    let drifts = case.known.drifts_of(&case.server.id);
    let visible = |drift: &&&Drift| match drift.kind {
        DriftKind::ToolAdded
        | DriftKind::ToolRemoved
        | DriftKind::TextChanged
        | DriftKind::SchemaWidened
        | DriftKind::SchemaChanged
        | DriftKind::OtherChanged
        | DriftKind::AnnotationFlipped
        | DriftKind::CapabilityWidened => drift.announced != Some(true),
        DriftKind::NewEndpoint | DriftKind::ArtifactChanged => false,
    };
    let silent = drifts.iter().filter(visible).count();
    let text = match silent {
        0 => {
            let at = case.server.drift_checked?;
            return Some(fine(format!("no change came unannounced, looked at {at}")));
        }
        1 => "a change came unannounced".into(),
        count => format!("{count} changes came unannounced"),
    };
    Some(bad(text, Class::ManifestDrift))
}

/// What a probe saw, beside what the vendor says.
fn authentication(case: &Case<'_>) -> Option<Observed> {
    let seen = case.server.authentication?;
    let against = match seen {
        Authentication::None => Some(Class::AuthNone),
        Authentication::Static => Some(Class::AuthWeak),
        Authentication::Mtls | Authentication::Oauth | Authentication::Local => None,
    };
    Some(Observed { text: format!("a probe saw {seen}"), against })
}

fn rotation(case: &Case<'_>) -> Option<Observed> {
    let age = case.server.credential_days?;
    let Some(most) = case.server.rotation_days else {
        return Some(fine(format!("a credential is {age} days old")));
    };
    let text = format!("a credential is {age} days old, and is changed after {most}");
    Some(Observed { text, against: (age > most).then_some(Class::AuthWeak) })
}
