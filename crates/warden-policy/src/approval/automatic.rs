//! Answers that evidence gives by itself.
//!
//! Each is a pure function of the facts and the time. A fact that nobody has is an answer too:
//! unknown. It stands for a question that a person may answer instead; a no does not.

mod facts;

use std::collections::BTreeSet;

use warden_model::{Digest, Effect};

use super::{
    Answer, Answered, AuthMethod, Content, QUESTIONS, Question, Reply,
    answer::{enumerated, is_country},
};
use crate::Time;

pub use facts::{
    ActingTool, Audit, Credential, CredentialKind, Definitions, Disclosure, Endpoints, Fact, Facts,
    Release, Residency, Restriction, Run, RunKind, SecurityTxt, Signature, ToolRule,
};

/// How long an automatic answer counts, in days.
const DAYS: u32 = 90;
/// The longest life of a credential that is called short, in seconds: a day.
const SHORT: u64 = 86_400;

/// What a question came to: the reply, in words, and what some questions want exactly.
struct Told {
    reply: Reply,
    detail: String,
    content: Content,
    evidence: Digest,
    at: Time,
}

type Rule = fn(&Facts, Time) -> Option<Told>;

/// Which questions evidence can answer. The table is the extension point.
const RULES: &[(&str, Rule)] = &[
    ("A1", releases),
    ("A2", runs),
    ("A3", disclosure),
    ("A4", systems),
    ("A5", credentials),
    ("A6", restriction),
    ("A7", definitions),
    ("A8", endpoints),
    ("A9", acting),
    ("A10", audit),
    ("A11", residency),
    ("A12", security_txt),
    ("V1", signature),
    ("V2", announced),
    ("V4", authentication),
    ("V7", beyond),
];

/// Answers what the facts can answer, at this time and for this subject, in the order of the
/// questions. What they cannot is unknown, and questions that no fact is about are left out.
#[must_use]
pub fn automatic(facts: &Facts, subject: Digest, now: Time, version: &str) -> Vec<Answer> {
    let by = Answered::Automatic { version: version.into() };
    let answer = |(id, rule): &(&str, Rule)| {
        let told = rule(facts, now);
        let (evidence, evidence_at) =
            told.as_ref().map_or((None, now), |told| (Some(told.evidence), told.at));
        let (reply, detail, content) = told.map_or_else(
            || (Reply::Unknown, "nothing is known of it".into(), Content::None),
            |told| (told.reply, told.detail, told.content),
        );
        Answer {
            question: (*id).into(),
            reply,
            detail,
            content,
            evidence,
            evidence_at,
            by: by.clone(),
            at: now,
            expires: evidence_at.plus_days(DAYS).max(now.plus_seconds(1)),
            subject,
        }
    };
    RULES.iter().map(answer).collect()
}

/// A question that a person answered with yes and evidence with no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The question.
    pub question: &'static Question,
    /// What the evidence says.
    pub detail: String,
}

/// Where people and evidence contradict each other. Each is a finding of its own (R105).
#[must_use]
pub fn contradictions(answers: &[Answer]) -> Vec<Contradiction> {
    let about = |question: &&'static Question| {
        let of_question = |id: &str| {
            let source = |known: &Question| known.id == id && known.sources.contains(&question.id);
            id == question.id || QUESTIONS.iter().any(source)
        };
        let mut about = answers.iter().filter(|answer| of_question(&answer.question));
        let automatic = |answer: &&Answer| matches!(answer.by, Answered::Automatic { .. });
        let no = about.clone().find(|it| automatic(it) && it.reply == Reply::No)?;
        about.any(|it| !automatic(&it) && it.reply == Reply::Yes).then(|| no.detail.clone())
    };
    let contradiction = |question: &'static Question| {
        about(&question).map(|detail| Contradiction { question, detail })
    };
    QUESTIONS.iter().filter_map(contradiction).collect()
}

fn told<T>(fact: &Fact<T>, yes: bool, detail: String) -> Told {
    let reply = if yes { Reply::Yes } else { Reply::No };
    Told { reply, detail, content: Content::None, evidence: fact.evidence, at: fact.at }
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: BTreeSet<&str> = names.into_iter().collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// A1 (R28).
fn releases(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.releases.as_ref()?;
    let Some(publisher) = facts.publisher.as_deref().filter(|name| !name.trim().is_empty()) else {
        return Some(told(fact, false, "nobody is named as its maintainer".into()));
    };
    let bare = fact.value.iter().filter(|release| release.digest.is_none());
    let bare = listed(bare.map(|release| release.version.as_str()));
    Some(if fact.value.is_empty() {
        told(fact, false, "no release is known".into())
    } else if bare.is_empty() {
        told(fact, true, format!("{publisher}; {} releases, each with a digest", fact.value.len()))
    } else {
        told(fact, false, format!("{publisher}; without a digest: {bare}"))
    })
}

/// A2 (R29): three analyses, by tool, version, rules and date, none older than it may be.
fn runs(facts: &Facts, now: Time) -> Option<Told> {
    let fact = facts.runs.as_ref()?;
    let current = |kind: RunKind| {
        fact.value
            .iter()
            .filter(|run| run.kind == kind && run.finished && run.at <= now)
            .find(|run| now < run.at.plus_days(facts.most_run_days))
    };
    let (mut cited, mut missing) = (Vec::new(), Vec::new());
    for kind in RunKind::ALL {
        match current(*kind) {
            Some(run) => cited.push(format!(
                "{}: {} {}, rules {}, {}",
                kind.name(),
                run.tool,
                run.version,
                run.rules,
                run.at
            )),
            None => missing.push(kind.name()),
        }
    }
    let detail = if missing.is_empty() {
        cited.join("; ")
    } else {
        format!("not finished, or too old: {}", missing.join(", "))
    };
    Some(told(fact, missing.is_empty(), detail))
}

/// A3 (R30): the policy can be found, the promise about patches comes from the vendor.
fn disclosure(facts: &Facts, now: Time) -> Option<Told> {
    let fact = facts.disclosure.as_ref()?;
    let policy = fact.value.policy_found;
    let days =
        fact.value.patch_days.filter(|_| fact.value.promise_expires.is_some_and(|end| now < end));
    Some(match (policy, days) {
        (true, Some(days)) => told(fact, true, format!("a policy, and patches within {days} days")),
        (true, None) => Told {
            reply: Reply::Partial,
            ..told(fact, false, "a policy, and no promise about patches that counts".into())
        },
        (false, _) => told(fact, false, "no policy was found".into()),
    })
}

/// A4 (R31): a list of names, or a no.
fn systems(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.systems.as_ref()?;
    let names = listed(fact.value.iter().map(String::as_str));
    let content = Content::Systems(fact.value.clone());
    Some(Told { content, ..told(fact, enumerated(&fact.value), format!("it reaches: {names}")) })
}

/// A5 (R32): each credential by its kind and how long it lives.
fn credentials(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.credentials.as_ref()?;
    let short = |credential: &Credential| match credential.kind {
        CredentialKind::OauthToken | CredentialKind::WorkloadIdentity => {
            credential.lifetime_seconds.is_some_and(|seconds| seconds <= SHORT)
        }
        CredentialKind::StaticKey | CredentialKind::PersonalToken | CredentialKind::Unknown => {
            false
        }
    };
    let life = |credential: &Credential| match credential.lifetime_seconds {
        Some(seconds) => format!("{} ({seconds} s)", credential.kind.name()),
        None => format!("{} (no end known)", credential.kind.name()),
    };
    let kinds: Vec<String> = fact.value.iter().map(life).collect();
    let detail = if kinds.is_empty() { "it holds none".into() } else { kinds.join(", ") };
    Some(told(fact, fact.value.iter().all(short), detail))
}

/// A6 (R33): two calls that were refused.
fn restriction(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.restriction.as_ref()?;
    let Restriction { user_refused, session_refused } = fact.value;
    let detail = format!(
        "a call that a user may not make was {}, one that a session may not make was {}",
        if user_refused { "refused" } else { "let through" },
        if session_refused { "refused" } else { "let through" },
    );
    Some(told(fact, user_refused && session_refused, detail))
}

/// A7 (R34): a server cannot change what it shows, or somebody watches.
fn definitions(facts: &Facts, now: Time) -> Option<Told> {
    let fact = facts.definitions.as_ref()?;
    let watched = fact.value.last_look.filter(|look| *look <= now && now < look.plus_days(1));
    Some(match (fact.value.can_change, watched) {
        (false, _) => told(fact, true, "they cannot change".into()),
        (true, Some(look)) => {
            told(fact, true, format!("they can, and drift was looked for at {look}"))
        }
        (true, None) => {
            told(fact, false, "they can change, and nobody has looked for a day".into())
        }
    })
}

/// A8 (R35): what is declared, what was observed, and the difference.
fn endpoints(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.endpoints.as_ref()?;
    let Endpoints { declared, observed } = &fact.value;
    let wild = declared.iter().any(|endpoint| endpoint.contains('*'));
    let more = listed(observed.difference(declared).map(String::as_str));
    let all = listed(declared.iter().map(String::as_str));
    let yes = !wild && more.is_empty();
    Some(told(fact, yes, format!("declared: [{all}]; observed beyond that: [{more}]")))
}

/// A9 (R36): the literal answer "no" is the good one, and stands in the words.
fn acting(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.acting.as_ref()?;
    let acts = |tool: &&ActingTool| tool.effect.is_none_or(|effect| effect != Effect::Read);
    let free = |tool: &&ActingTool| match tool.rule {
        ToolRule::Refused | ToolRule::Approval => false,
        ToolRule::Free | ToolRule::Unknown => true,
    };
    let unconfirmed = fact.value.iter().filter(acts).filter(free);
    let free = listed(unconfirmed.map(|tool| tool.name.as_str()));
    let count = fact.value.iter().filter(acts).count();
    Some(if free.is_empty() {
        told(fact, true, format!("no: {count} tools act, each is refused or needs an approval"))
    } else {
        told(fact, false, format!("yes, without being confirmed: {free}"))
    })
}

/// A10 (R37).
fn audit(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.audit.as_ref()?;
    let missing = listed(fact.value.missing_fields.iter().map(String::as_str));
    let yes = fact.value.fits_schema && missing.is_empty();
    let fits = if fact.value.fits_schema { "fits" } else { "does not fit" };
    Some(told(fact, yes, format!("a record {fits} its schema; fields missing: [{missing}]")))
}

/// A11 (R38): a country that nobody knows is a no.
fn residency(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.residency.as_ref()?;
    let Residency { storage, processing, transfer } = &fact.value;
    let known = |country: &Option<String>| country.as_deref().is_some_and(is_country);
    let way = transfer.as_deref().is_some_and(|way| !way.trim().is_empty());
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".into());
    let detail = format!(
        "stored: {}; processed: {}; transferred by: {}",
        word(storage),
        word(processing),
        word(transfer)
    );
    Some(told(fact, known(storage) && known(processing) && way, detail))
}

/// A12 (R39, RFC 9116): over HTTPS, a contact, one date of expiry, and that in the future.
fn security_txt(facts: &Facts, now: Time) -> Option<Told> {
    let fact = facts.security_txt.as_ref()?;
    let text = &fact.value;
    let problem = if !text.found {
        "there is none"
    } else if !text.https {
        "it is not served over HTTPS"
    } else if text.contacts == 0 {
        "it has no contact"
    } else if text.expires.len() != 1 {
        "it has no expiry, or several"
    } else if text.expires.iter().any(|expires| *expires <= now) {
        "it has expired"
    } else {
        return Some(told(fact, true, format!("it names {} contacts", text.contacts)));
    };
    Some(told(fact, false, problem.into()))
}

/// V1: the half that can be seen. How keys are managed is for a person to show.
fn signature(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.signature.as_ref()?;
    Some(match fact.value {
        Signature::Verified => Told {
            reply: Reply::Partial,
            ..told(fact, false, "a signature was verified; how keys are managed is open".into())
        },
        Signature::Absent => told(fact, false, "there is no signature".into()),
        Signature::Broken => told(fact, false, "a signature does not verify".into()),
    })
}

/// V2: evidence can only contradict.
fn announced(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.unannounced_changes.as_ref()?;
    let count = fact.value;
    (count > 0).then(|| told(fact, false, format!("{count} changes came without being announced")))
}

/// V4: what a probe saw, beside what the vendor says.
fn authentication(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.authentication.as_ref()?;
    let open = fact.value.is_empty() || fact.value.contains(&AuthMethod::None);
    let content = Content::Authentication(fact.value.clone());
    let told = Told { content, ..told(fact, !open, "as the server was probed".into()) };
    if open || told_strong(&fact.value) {
        Some(told)
    } else {
        let detail = "only static keys were seen".into();
        Some(Told { reply: Reply::Partial, detail, ..told })
    }
}

fn told_strong(methods: &[AuthMethod]) -> bool {
    methods.iter().any(|method| match method {
        AuthMethod::OauthV2 | AuthMethod::OauthV21 | AuthMethod::MutualTls => true,
        AuthMethod::None | AuthMethod::StaticKey => false,
    })
}

/// V7: evidence can only contradict.
fn beyond(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.endpoints.as_ref()?;
    let more = fact.value.observed.difference(&fact.value.declared);
    let more = listed(more.map(String::as_str));
    (!more.is_empty()).then(|| told(fact, false, format!("it was observed to talk to: {more}")))
}
