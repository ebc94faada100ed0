//! Accepting the risk of a question that is not answered, or of a finding.

use warden_model::Class;
use warden_policy::{
    approval::{AcceptedFinding, Acts, Deed, History, Person, Question, Role, Waiver, question},
    certificate::{Certificate, Finding},
};
use warden_scan::certify::can_be_waived;

use super::{By, Day, answer::nothing, show};
use crate::{
    Failure, Kind, World,
    approvals::{Desk, signing::Signing, subject},
    output,
    paths::Paths,
};

/// Fewer digits of a fingerprint could name two.
const LEAST_DIGITS: usize = 8;

/// Accept the risk of a question or of a finding, until a day
///
/// Whoever accepts a risk signs for it, and has to be a risk owner or higher. A question is one
/// such as A9; a finding is named by the beginning of its fingerprint, as `verify --server NAME
/// --json` shows it. The next `certify` scores a finding as accepted, and its certificate ends no
/// later than this does. Malice cannot be accepted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// The question, or the beginning of the fingerprint of the finding
    #[arg(value_name = "WHAT")]
    what: String,

    /// Why, in your words
    #[arg(long, value_name = "TEXT", required_unless_present = "lift")]
    reason: Option<String>,

    /// Who answers for it, which has to be whose key this is
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,

    /// The last day on which it counts
    #[arg(long, value_name = "DATE", required_unless_present = "lift")]
    until: Option<Day>,

    /// Do not accept it any more
    #[arg(long, conflicts_with_all = ["reason", "until", "owner"])]
    lift: bool,

    #[command(flatten)]
    by: By,
}

impl Args {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let signing = self.by.signing(world, &desk)?;
        let held = desk.change()?;
        let acts = desk.acts(&self.name)?.unwrap_or_else(|| Acts::none(&self.name));
        let history = desk.history(&acts);
        let deed = match (self.lift, question(&self.what.to_ascii_uppercase())) {
            (true, asked) => self.lifted(asked, &history)?,
            (false, Some(asked)) => self.waiver(asked, &history, &signing.person, &desk)?,
            (false, None) => {
                let certificate = subject::certificate(&self.name, &desk, world)?;
                self.finding(&certificate, &signing, &desk)?
            }
        };
        let acts = desk.add(&held, acts, &signing, deed)?;
        let history = desk.history(&acts);
        let mut text = show::text(&history, &acts, &desk);
        if !history.findings.is_empty() {
            text.push_str(
                "\nThe next certificate is scored with what was accepted: `mcpwarden certify`\n",
            );
        }
        output::print(&text)
    }

    fn lifted(&self, asked: Option<&Question>, history: &History) -> Result<Deed, Failure> {
        let waivers = history.dossier.iter().flat_map(|dossier| &dossier.waivers);
        let waived = waivers.filter(|waiver| asked.is_some_and(|it| it.id == waiver.question));
        let found = history.findings.iter().map(|it| it.fingerprint.to_string());
        let mut all: Vec<String> = waived
            .map(|waiver| waiver.question.clone())
            .chain(found.filter(|text| asked.is_none() && names(text, &self.what)))
            .collect();
        all.dedup();
        match &all[..] {
            [what] => Ok(Deed::Lift { what: what.clone() }),
            [] => Err(Failure::new(Kind::Input, format!("`{}` was not accepted", self.what))
                .hint(format!("see what was: `mcpwarden approval show {}`", self.name))),
            _ => Err(Failure::new(Kind::Usage, "this is the beginning of several fingerprints")),
        }
    }

    /// Why, and until when: a command line without them was refused before.
    fn terms(&self, person: &Person, desk: &Desk<'_>) -> Result<(String, Day), Failure> {
        let missing = || Failure::new(Kind::Usage, "a waiver needs a reason and a last day");
        let (reason, until) = self.reason.clone().zip(self.until.clone()).ok_or_else(missing)?;
        if reason.trim().is_empty() {
            return Err(missing());
        }
        if let Some(owner) = &self.owner
            && Person::new(owner).ok().as_ref() != Some(person)
        {
            let message = format!("`{owner}` accepts no risk by the key of `{person}`");
            return Err(Failure::new(Kind::Usage, message).hint(
                "whoever accepts a risk signs for it, with a key of their own: `--key FILE`",
            ));
        }
        let end = until.ahead(desk.now)?;
        let days = desk.policy.most_days;
        if end > desk.now.plus_days(days) {
            return Err(Failure::new(
                Kind::Usage,
                format!("a waiver counts for at most {days} days"),
            )
            .hint("the policy says so: `mcpwarden approval policy`"));
        }
        Ok((reason, until))
    }

    fn waiver(
        &self,
        asked: &Question,
        history: &History,
        person: &Person,
        desk: &Desk<'_>,
    ) -> Result<Deed, Failure> {
        let dossier = history.dossier.as_ref().ok_or_else(|| nothing(&self.name))?;
        let (reason, until) = self.terms(person, desk)?;
        if *person == dossier.request.by {
            let message = format!("`{person}` has asked for it, and so does not accept its risks");
            return Err(Failure::new(Kind::Input, message)
                .hint("a risk owner signs for it, with a key of their own: `--key FILE`"));
        }
        let firm = asked.non_negotiable;
        let firm =
            firm || asked.sources.iter().any(|id| question(id).is_some_and(|it| it.non_negotiable));
        Self::may(person, if firm { Role::Ciso } else { Role::RiskOwner }, desk)?;
        Ok(Deed::Waive {
            waiver: Waiver {
                question: asked.id.into(),
                owner: person.clone(),
                reason,
                at: desk.now,
                expires: until.end,
                subject: dossier.subject.digest(),
            },
        })
    }

    fn finding(
        &self,
        certificate: &Certificate,
        signing: &Signing,
        desk: &Desk<'_>,
    ) -> Result<Deed, Failure> {
        let person = &signing.person;
        let (reason, until) = self.terms(person, desk)?;
        let accepted = certificate.waivers.iter().map(|waiver| &waiver.finding);
        let all = certificate.findings.open.iter().chain(accepted);
        let mut found: Vec<&Finding> =
            all.filter(|it| names(&it.fingerprint.to_string(), &self.what)).collect();
        found.dedup_by_key(|finding| finding.fingerprint);
        let finding = match &found[..] {
            [finding] => *finding,
            [] => {
                let message = format!("`{}` has no question or finding `{}`", self.name, self.what);
                return Err(Failure::new(Kind::Input, message).hint(format!(
                    "findings are named by at least {LEAST_DIGITS} digits of their fingerprint: \
                     `mcpwarden verify --server {} --json`",
                    self.name
                )));
            }
            _ => {
                let message = "this is the beginning of several fingerprints";
                return Err(Failure::new(Kind::Usage, message));
            }
        };
        if !Class::parse(&finding.class).is_some_and(can_be_waived) {
            let message = format!("a finding of the class {} cannot be accepted", finding.class);
            return Err(Failure::new(Kind::Input, message)
                .hint("it is malice; who thinks that it is not tells whoever keeps the rules"));
        }
        Self::may(person, Role::RiskOwner, desk)?;
        Ok(Deed::Accept {
            finding: AcceptedFinding {
                fingerprint: finding.fingerprint,
                rule: finding.rule.clone(),
                owner: person.clone(),
                reason,
                until: until.text,
            },
        })
    }

    fn may(person: &Person, needed: Role, desk: &Desk<'_>) -> Result<(), Failure> {
        if desk.policy.role(person).is_some_and(|role| role >= needed) {
            return Ok(());
        }
        let who = if needed == Role::Ciso { "a CISO" } else { "a risk owner or higher" };
        Err(Failure::new(Kind::Input, format!("`{person}` may not accept this: it takes {who}"))
            .hint("see who is what: `mcpwarden approval policy`"))
    }
}

/// Whether this is the beginning of a fingerprint, with its algorithm or without.
fn names(fingerprint: &str, text: &str) -> bool {
    let digits = fingerprint.strip_prefix("sha256:").unwrap_or(fingerprint);
    let text = text.strip_prefix("sha256:").unwrap_or(text);
    text.len() >= LEAST_DIGITS && digits.starts_with(&text.to_ascii_lowercase())
}
