//! Answering questions: by a person with evidence, and from evidence.

use std::path::PathBuf;

use clap::ValueEnum;
use warden_policy::{
    Time,
    approval::{
        Acts, Answer, Answered, AuthMethod, Clauses, Content, Deed, Place, Question, Reply, Set,
        method_name, question, set,
    },
};

use super::{By, Day, show, with_store};
use crate::{
    Failure, Kind, World,
    approvals::{Desk, changed, facts, signing::Signing, subject},
    output,
    paths::Paths,
};

/// The largest file of evidence, in bytes.
const MOST_EVIDENCE: u64 = 256 << 20;

/// Answer a question, in your name and with what shows it
///
/// A yes means that what the question asks for is so, and takes evidence: a file that the store
/// keeps by its digest. What some questions want to know exactly is given with `--item`, once for
/// each: systems by name (A4), ways of authentication (V4), places as `customer`, `vendor:DE` or
/// `third-party:US` (V8), clauses as `service-level=4.1`, `breach-notification=4.2` and `audit=5`
/// (V14).
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// The question: A1 to A12, V1 to V15, or Q1 to Q20, which answer those they were merged from
    #[arg(value_name = "QUESTION")]
    question: String,

    /// The answer
    #[arg(value_enum, value_name = "ANSWER")]
    reply: Said,

    /// The answer in words
    #[arg(long, value_name = "TEXT", default_value = "")]
    detail: String,

    /// One of what the question wants to know exactly
    #[arg(long = "item", value_name = "TEXT")]
    items: Vec<String>,

    /// What shows it
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,

    /// From which day the evidence is; otherwise today. V10 and Q17 need it
    #[arg(long, value_name = "DATE")]
    dated: Option<Day>,

    /// The last day on which the answer counts; otherwise as long as a yes counts at most
    #[arg(long, value_name = "DATE")]
    expires: Option<Day>,

    #[command(flatten)]
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Said {
    /// It is so
    Yes,
    /// It is not so
    No,
    /// It is so in part
    Partial,
    /// The question makes no sense here, which takes a waiver
    #[value(name = "n/a")]
    NotApplicable,
    /// Nobody knows
    Unknown,
}

impl From<Said> for Reply {
    fn from(said: Said) -> Self {
        match said {
            Said::Yes => Self::Yes,
            Said::No => Self::No,
            Said::Partial => Self::Partial,
            Said::NotApplicable => Self::NotApplicable,
            Said::Unknown => Self::Unknown,
        }
    }
}

impl Args {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let asked = known(&self.question)?;
        let desk = Desk::open(world, paths)?;
        let signing = self.by.signing(world, &desk)?;
        let answer = self.answer(asked, &signing, &desk)?;
        let acts = with_store(paths, |writer| {
            let held = desk.change()?;
            let acts = desk.known(&self.name)?;
            let history = desk.history(&acts);
            let dossier = history.dossier.as_ref().ok_or_else(|| nothing(&self.name))?;
            let mut answer = Answer { subject: dossier.subject.digest(), ..answer };
            if let Some(file) = &self.evidence {
                let file = world.cwd.join(file);
                answer.evidence = Some(kept(&self.name, &answer.question, &file, writer)?);
            }
            desk.add(&held, acts, &signing, Deed::Answers { answers: vec![answer] })
        })?;
        output::print(&show::one(asked, &desk.history(&acts), &desk))
    }

    /// The answer, as far as it is known before the dossier is read.
    fn answer(
        &self,
        asked: &Question,
        signing: &Signing,
        desk: &Desk<'_>,
    ) -> Result<Answer, Failure> {
        let now = desk.now;
        let reply = Reply::from(self.reply);
        let refused = |message: String| Failure::new(Kind::Usage, message);
        if reply == Reply::Yes && self.evidence.is_none() {
            return Err(refused(format!("a yes to {} takes evidence", asked.id))
                .hint(format!("`--evidence FILE` with what shows that {}", asked.yes)));
        }
        let dated = asked.id == "V10" || asked.sources.contains(&"V10");
        if dated && self.dated.is_none() && reply == Reply::Yes {
            return Err(refused(format!("{} needs the day of the test", asked.id))
                .hint("`--dated 2026-10-01` says it: the test counts for 365 days from then"));
        }
        let most = now.plus_days(desk.policy.most_days);
        let expires = match &self.expires {
            Some(day) => day.ahead(now)?,
            None => most,
        };
        let evidence_at = self.dated.as_ref().map_or(now, |day| {
            // The beginning of the day: the end of a day today lies ahead.
            Time::from_micros(day.end.micros() - 86_400_000_000)
        });
        if evidence_at > now {
            return Err(refused("the evidence is from the future".into()));
        }
        let answer = Answer {
            question: asked.id.into(),
            reply,
            detail: self.detail.clone(),
            content: content(asked, &self.items)?,
            evidence: None,
            evidence_at,
            by: Answered::Person { person: signing.person.clone() },
            at: now,
            expires,
            subject: warden_model::Digest::of(b""),
        };
        if reply == Reply::Yes && !answer.says_enough() {
            return Err(refused(format!("this yes does not say what {} wants to know", asked.id))
                .hint(format!("it means that {}", asked.yes))
                .hint(wanted(asked)));
        }
        Ok(answer)
    }
}

/// Answer again what evidence can answer
///
/// Looks at the certificate, the store and the ledger as they are now, and at the files that are
/// handed in. What people have said stays; a no from a file stays when the file is left out.
#[derive(Debug, clap::Args)]
pub(super) struct EvidenceArgs {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    given: facts::Given,
}

impl EvidenceArgs {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let certificate = subject::certificate(&self.name, &desk, world)?;
        let name = &self.name;
        let acts: Acts = with_store(paths, |writer| {
            let held = desk.change()?;
            let acts = desk.known(name)?;
            let history = desk.history(&acts);
            let dossier = history.dossier.as_ref().ok_or_else(|| nothing(name))?;
            let found = subject::subject(name, &certificate, writer.store());
            if dossier.subject != found {
                return Err(Failure::new(
                    Kind::Input,
                    "the approval is about something else than what is certified now",
                )
                .hint(format!("ask for it again: `mcpwarden approval request {name}`")));
            }
            let about = facts::About {
                name,
                certificate: &certificate,
                subject: found.digest(),
                before: &dossier.answers,
                given: &self.given,
            };
            let answers = facts::answers(&about, writer, desk.now, (world, paths))?;
            desk.add(&held, acts, &Signing::machine(&desk)?, Deed::Answers { answers })
        })?;
        output::print(&show::text(&desk.history(&acts), &acts, &desk))
    }
}

/// The question with this identifier.
pub(super) fn known(id: &str) -> Result<&'static Question, Failure> {
    question(&id.to_ascii_uppercase()).ok_or_else(|| {
        Failure::new(Kind::Usage, format!("there is no question `{id}`")).hint(
            "there are A1 to A12, V1 to V15 and Q1 to Q20: `mcpwarden approval export --help`",
        )
    })
}

/// Nobody who is believed has asked for anything.
pub(super) fn nothing(name: &str) -> Failure {
    Failure::new(
        Kind::Input,
        format!("nobody who is believed has asked for an approval of `{name}`"),
    )
    .hint(format!("ask for one: `mcpwarden approval request {name}`"))
}

/// Puts evidence into the store, which keeps it as long as the approval.
fn kept(
    name: &str,
    question: &str,
    file: &std::path::Path,
    writer: &warden_collect::store::Writer<'_>,
) -> Result<warden_model::Digest, Failure> {
    let bad = || Failure::new(Kind::Input, format!("cannot read `{}`", file.display()));
    let mut open = std::fs::File::open(file).map_err(|error| bad().caused_by(error))?;
    let about = open.metadata().map_err(|error| bad().caused_by(error))?;
    if !about.is_file() || about.len() == 0 || about.len() > MOST_EVIDENCE {
        return Err(bad().hint("evidence is a file of 1 byte to 256 MiB"));
    }
    let digest = writer.put_blob_from(&mut open).map_err(|error| bad().caused_by(error))?;
    let mut record = changed::kept(name, writer);
    record.blobs.insert(format!("{question}:{digest}"), digest);
    changed::set(name, &record, writer)?;
    Ok(digest)
}

/// What a question wants to know exactly, read from items.
fn content(asked: &Question, items: &[String]) -> Result<Content, Failure> {
    let is = |id: &str| asked.id == id || asked.sources.contains(&id);
    if items.is_empty() {
        return Ok(Content::None);
    }
    let bad = |item: &String| {
        Failure::new(Kind::Usage, format!("`{item}` is nothing that {} asks for", asked.id))
            .hint(wanted(asked))
    };
    if is("A4") {
        return Ok(Content::Systems(items.to_vec()));
    }
    if is("V4") {
        let all = [
            AuthMethod::None,
            AuthMethod::StaticKey,
            AuthMethod::OauthV2,
            AuthMethod::OauthV21,
            AuthMethod::MutualTls,
        ];
        let method = |item: &String| {
            all.into_iter().find(|method| method_name(*method) == item).ok_or_else(|| bad(item))
        };
        return Ok(Content::Authentication(items.iter().map(method).collect::<Result<_, _>>()?));
    }
    if is("V8") {
        let place = |item: &String| match item.split_once(':') {
            None if item == "customer" => Ok(Place::Customer),
            Some(("vendor", country)) => Ok(Place::VendorCloud { country: country.into() }),
            Some(("third-party", country)) => Ok(Place::ThirdParty { country: country.into() }),
            _ => Err(bad(item)),
        };
        return Ok(Content::Places(items.iter().map(place).collect::<Result<_, _>>()?));
    }
    if is("V14") {
        let mut clauses = Clauses::default();
        for item in items {
            let clause = match item.split_once('=') {
                Some(("service-level", at)) => (&mut clauses.service_level, at),
                Some(("breach-notification", at)) => (&mut clauses.breach_notification, at),
                Some(("audit", at)) => (&mut clauses.audit, at),
                _ => return Err(bad(item)),
            };
            *clause.0 = Some(clause.1.to_owned());
        }
        return Ok(Content::Clauses(clauses));
    }
    Err(Failure::new(Kind::Usage, format!("{} takes no `--item`", asked.id))
        .hint("what it is in words goes into `--detail`"))
}

/// What a question wants to know exactly, for people.
fn wanted(asked: &Question) -> &'static str {
    let is = |id: &str| asked.id == id || asked.sources.contains(&id);
    if is("A4") {
        "`--item NAME` for each system, by its name: `depends`, `any` or a `*` names none"
    } else if is("V4") {
        "`--item` with none, static-key, oauth-v2, oauth-v21 or mutual-tls, once for each"
    } else if is("V8") {
        "`--item` with customer, vendor:COUNTRY or third-party:COUNTRY, once for each; a country is \
         two upper-case letters"
    } else if is("V14") {
        "`--item service-level=CLAUSE --item breach-notification=CLAUSE --item audit=CLAUSE`"
    } else {
        "what it is in words goes into `--detail`"
    }
}

/// The questions of both lists, in their order.
pub(super) fn originals() -> impl Iterator<Item = &'static Question> {
    set(Set::Approval).chain(set(Set::Vendor))
}
