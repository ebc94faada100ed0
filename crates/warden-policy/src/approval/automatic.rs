//! Answers that evidence gives by itself.
//!
//! Each is a pure function of the facts and the time. A fact that nobody has is an answer too:
//! unknown. It stands for a question that a person may answer instead; a no does not.

mod facts;
mod security_txt;

use std::collections::BTreeSet;

use warden_model::{
    Digest, Effect,
    questions::{enumerated, is_country},
};

use super::{Answer, Answered, AuthMethod, Content, QUESTIONS, Question, Reply};
use crate::Time;

pub use facts::{
    ActingTool, Audit, Credential, CredentialKind, Definitions, Disclosure, Endpoints, Fact, Facts,
    Publisher, Reach, Release, Residency, Restriction, Run, RunKind, SecurityTxt, Signature,
    Systems, ToolRule,
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

/// How a question is answered.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// The question.
    pub question: &'static str,
    /// What evidence is looked at; empty where none is.
    pub evidence: &'static str,
    /// What it takes from a person where that evidence does not say yes.
    pub person: &'static str,
    rule: Option<Rule>,
}

/// How each of the questions is answered that no other was merged from, in their order. The table
/// is the extension point; `docs/approval.md` shows it, which a test holds.
pub static HOW: &[How] = &[
    How {
        question: "A1",
        evidence: "the proven repository, the digests of all releases and dependencies in the store",
        person: "who maintains it, where no provenance proves it",
        rule: Some(releases),
    },
    How {
        question: "A2",
        evidence: "the stages of the certificate, each with tool, rules and day",
        person: "nothing: certify it again",
        rule: Some(runs),
    },
    How {
        question: "A3",
        evidence: "the security policy in the tree, `Policy` of a security.txt",
        person: "the time that the vendor promises for patches",
        rule: Some(disclosure),
    },
    How {
        question: "A4",
        evidence: "systems and hosts in the code of the tools, where all of it was understood",
        person: "every system by name, where the code does not name them all",
        rule: Some(systems),
    },
    How {
        question: "A5",
        evidence: "credentials in the code and in the configuration of the gateway, by kind",
        person: "how long each credential lives and what it is for: that shows in use alone",
        rule: Some(credentials),
    },
    How {
        question: "A6",
        evidence: "",
        person: "two refused calls, which takes a running server: one of a user, one of a session",
        rule: Some(restriction),
    },
    How {
        question: "A7",
        evidence: "`listChanged`, whether it is remote, and the last look for drift in the ledger",
        person: "who watches it, where it was not seen running",
        rule: Some(definitions),
    },
    How {
        question: "A8",
        evidence: "hosts in the code of the tools: a wildcard is a no",
        person: "what it was seen to call, which takes a running server",
        rule: Some(endpoints),
    },
    How {
        question: "A9",
        evidence: "effects of the tools by code, words and annotations, held against the gateway",
        person: "who confirms each tool that acts",
        rule: Some(acting),
    },
    How {
        question: "A10",
        evidence: "the last recorded call of the server in the ledger, field by field",
        person: "a record, where no call went through this machine",
        rule: Some(audit),
    },
    How {
        question: "A11",
        evidence: "",
        person: "countries of storage and processing and the way of transfer, from the vendor",
        rule: Some(residency),
    },
    How {
        question: "A12",
        evidence: "a security.txt in the tree, or one that is given: a bad one is a no",
        person: "that it is served over HTTPS, which takes the network",
        rule: Some(security_txt),
    },
    How {
        question: "V1",
        evidence: "the provenance that was verified: a false one is a no",
        person: "how the keys are managed, from the vendor",
        rule: Some(signature),
    },
    How {
        question: "V2",
        evidence: "",
        person: "the process, from the vendor",
        rule: Some(announced),
    },
    How { question: "V3", evidence: "", person: "the terms of the vendor", rule: None },
    How {
        question: "V4",
        evidence: "",
        person: "the ways by name, from the vendor: a probe takes the network",
        rule: Some(authentication),
    },
    How { question: "V5", evidence: "", person: "the policy of the vendor", rule: None },
    How { question: "V6", evidence: "", person: "the word of the vendor", rule: None },
    How {
        question: "V7",
        evidence: "",
        person: "what is transmitted, from the vendor: observing it takes a running server",
        rule: Some(beyond),
    },
    How { question: "V8", evidence: "", person: "every place, from the vendor", rule: None },
    How { question: "V9", evidence: "", person: "the policy of the vendor", rule: None },
    How { question: "V10", evidence: "", person: "the report, with its day", rule: None },
    How { question: "V11", evidence: "", person: "the report or certificate", rule: None },
    How {
        question: "V12",
        evidence: "the security policy in the tree, `Policy` of a security.txt",
        person: "the time that the vendor promises for patches",
        rule: Some(disclosure),
    },
    How { question: "V13", evidence: "", person: "the promise, in hours", rule: None },
    How { question: "V14", evidence: "", person: "the contract, clause by clause", rule: None },
    How { question: "V15", evidence: "", person: "the process, in days", rule: None },
];

/// How a question is answered; for a merged one, those that it was merged from are.
#[must_use]
pub fn how(question: &Question) -> Vec<&'static How> {
    let of = |id: &str| question.id == id || question.sources.contains(&id);
    HOW.iter().filter(|how| of(how.question)).collect()
}

/// Answers what the facts can answer, at this time and for this subject, in the order of the
/// questions. What they cannot is unknown, and questions that no fact is about are left out.
#[must_use]
pub fn automatic(facts: &Facts, subject: Digest, now: Time, version: &str) -> Vec<Answer> {
    let by = Answered::Automatic { version: version.into() };
    let answer = |how: &How| {
        let told = (how.rule?)(facts, now);
        let (evidence, evidence_at) =
            told.as_ref().map_or((None, now), |told| (Some(told.evidence), told.at));
        let (reply, detail, content) = told.map_or_else(
            || (Reply::Unknown, unknown(how), Content::None),
            |told| (told.reply, told.detail, told.content),
        );
        Some(Answer {
            question: how.question.into(),
            reply,
            detail,
            content,
            evidence,
            evidence_at,
            by: by.clone(),
            at: now,
            expires: evidence_at.plus_days(DAYS).max(now.plus_seconds(1)),
            subject,
        })
    };
    HOW.iter().filter_map(answer).collect()
}

/// What is said where evidence says nothing: where it was looked for, and what a person has to show.
fn unknown(how: &How) -> String {
    match how.evidence {
        "" => format!("nobody looks by itself; a person shows {}", how.person),
        evidence => format!("not known from {evidence}; a person shows {}", how.person),
    }
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

/// A1 (R28). That nobody is known to maintain it is no answer; that a release has no digest is one.
fn releases(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.releases.as_ref()?;
    let bare = fact.value.iter().filter(|release| release.digest.is_none());
    let bare = listed(bare.map(|release| release.version.as_str()));
    if fact.value.is_empty() {
        return Some(told(fact, false, "no release is known".into()));
    }
    if !bare.is_empty() {
        return Some(told(fact, false, format!("without a digest: {bare}")));
    }
    let count = fact.value.len();
    let publisher = facts.publisher.as_ref().filter(|it| !it.name.trim().is_empty());
    let (proven, who) = match publisher {
        None => (false, "nobody is named as its maintainer".into()),
        Some(Publisher { name, proven: true }) => {
            (true, format!("{name}, as its provenance proves"))
        }
        Some(Publisher { name, proven: false }) => (false, format!("{name}, as it says of itself")),
    };
    let found = told(fact, proven, format!("{who}; {count} releases, each with a digest"));
    Some(if proven { found } else { Told { reply: Reply::Partial, ..found } })
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

/// A3 and V12 (R30): the policy can be found, the promise about patches comes from the vendor.
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

/// A4 (R31): a list of names, or a no. A list that may lack some is half an answer.
fn systems(facts: &Facts, _: Time) -> Option<Told> {
    let fact = facts.systems.as_ref()?;
    let Systems { names, reach } = &fact.value;
    let content = Content::Systems(names.clone());
    let shown = listed(names.iter().map(String::as_str));
    Some(match reach {
        Reach::Anything => {
            told(fact, false, format!("who calls it chooses the address; named: [{shown}]"))
        }
        Reach::More => Told {
            reply: Reply::Partial,
            content,
            ..told(fact, false, format!("named: [{shown}]; there may be others"))
        },
        Reach::Listed => {
            let yes = enumerated(names);
            Told { content, ..told(fact, yes, format!("it reaches: {shown}")) }
        }
    })
}

/// A5 (R32): each credential by its kind and how long it lives.
fn credentials(facts: &Facts, _: Time) -> Option<Told> {
    let Some(fact) = facts.credentials.as_ref() else {
        let fact = facts.variables.as_ref()?;
        let names = listed(fact.value.iter().map(String::as_str));
        let detail = format!("its code takes them from {names}; nobody knows how long they live");
        return Some(Told { reply: Reply::Unknown, ..told(fact, false, detail) });
    };
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
    let Endpoints { declared, reach, observed } = &fact.value;
    let wild = *reach == Reach::Anything || declared.iter().any(|it| it.contains('*'));
    let all = listed(declared.iter().map(String::as_str));
    if wild {
        let detail = format!("declared: [{all}] and whatever a caller names");
        return Some(told(fact, false, detail));
    }
    let half = |detail| Told { reply: Reply::Partial, ..told(fact, false, detail) };
    let Some(observed) = observed else {
        return Some(half(format!("declared: [{all}]; nobody has observed what it calls")));
    };
    let more = listed(observed.difference(declared).map(String::as_str));
    let detail = format!("declared: [{all}]; observed beyond that: [{more}]");
    Some(match reach {
        Reach::More if more.is_empty() => half(format!("{detail}; more may be declared")),
        _ => told(fact, more.is_empty(), detail),
    })
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

/// A12 (R39, RFC 9116): over HTTPS, a contact, one date of expiry, and that in the future. That it
/// came over HTTPS has to be seen, or else it is half an answer.
fn security_txt(facts: &Facts, now: Time) -> Option<Told> {
    let fact = facts.security_txt.as_ref()?;
    let text = &fact.value;
    let problem = if !text.found {
        "there is none"
    } else if let Some(why) = &text.malformed {
        why
    } else if text.https == Some(false) {
        "it is not served over HTTPS"
    } else if text.contacts == 0 {
        "it has no contact"
    } else if text.expires.len() != 1 {
        "it has no expiry, or several"
    } else if text.expires.iter().any(|expires| *expires <= now) {
        "it has expired"
    } else {
        let detail = format!("it names {} contacts", text.contacts);
        return Some(match text.https {
            Some(_) => told(fact, true, detail),
            None => Told {
                reply: Reply::Partial,
                ..told(fact, false, format!("{detail}; nobody has seen it served over HTTPS"))
            },
        });
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
    let more = fact.value.observed.as_ref()?.difference(&fact.value.declared);
    let more = listed(more.map(String::as_str));
    (!more.is_empty()).then(|| told(fact, false, format!("it was observed to talk to: {more}")))
}
