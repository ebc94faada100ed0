//! Saying yes or no, that a condition is met, and taking everything back.

use clap::ValueEnum;
use warden_policy::{
    Time,
    approval::{
        Condition, Deed, Dossier, Person, Refused, Verdict, Vote, gate_r40, gate_r114, may_decide,
        tier,
    },
};

use super::{By, Day, answer::nothing, show};
use crate::{
    Failure, Kind, World,
    approvals::{Desk, signing::Signing},
    output,
    paths::Paths,
};

/// Say yes or no to what is asked for
///
/// Only somebody who may, and never the one who asks. A yes is refused as long as questions are in
/// the way; a no counts at once and stands until the same person says yes. A yes is for the bytes
/// and definitions as they are now.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// Yes or no
    #[arg(value_enum, value_name = "DECISION")]
    verdict: Said,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The last day on which it counts; otherwise as long as the policy allows
    #[arg(long, value_name = "DATE")]
    until: Option<Day>,

    /// What has to be done for it: the last day, who does it, and what, as in
    /// '2027-01-31 rita@example.com rotate the key'. The approval ends there if it was not done
    #[arg(long = "condition", value_name = "'DATE PERSON TEXT'")]
    conditions: Vec<String>,

    #[command(flatten)]
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Said {
    /// Yes
    Approve,
    /// No
    Refuse,
}

impl Args {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let signing = self.by.signing(world, &desk)?;
        let held = desk.change()?;
        let acts = desk.known(&self.name)?;
        let history = desk.history(&acts);
        if let Some(withdrawn) = &history.withdrawn {
            let message = format!("what was asked for was taken back by `{}`", withdrawn.by);
            return Err(Failure::new(Kind::Input, message)
                .hint(format!("ask again: `mcpwarden approval request {}`", self.name)));
        }
        let dossier = history.dossier.as_ref().ok_or_else(|| nothing(&self.name))?;
        may(dossier, &signing.person, &desk)?;
        let verdict = match self.verdict {
            Said::Approve => Verdict::Approve,
            Said::Refuse => Verdict::Reject,
        };
        if verdict == Verdict::Approve {
            moratorium(dossier, &desk)?;
            in_the_way(dossier, &desk)?;
        }
        let most = desk.now.plus_days(desk.policy.most_days);
        let until = self.until.as_ref().map_or(Ok(most), |day| day.ahead(desk.now))?;
        if until > most {
            let days = desk.policy.most_days;
            return Err(Failure::new(Kind::Usage, format!("a yes counts for at most {days} days"))
                .hint("the policy says so: `mcpwarden approval policy`"));
        }
        let vote = Vote {
            by: signing.person.clone(),
            verdict,
            reason: self.reason.clone(),
            at: desk.now,
            expires: until,
            subject: dossier.subject.digest(),
        };
        let conditions = self.conditions.iter().map(|text| condition(text, desk.now));
        let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
        let acts = desk.add(&held, acts, &signing, Deed::Vote { vote, conditions })?;
        output::print(&show::text(&desk.history(&acts), &acts, &desk))
    }
}

/// Whether this person may decide.
fn may(dossier: &Dossier, person: &Person, desk: &Desk<'_>) -> Result<(), Failure> {
    if may_decide(dossier, &desk.policy, person) {
        return Ok(());
    }
    let refused = |message: String| Failure::new(Kind::Input, message);
    if *person == dossier.request.by {
        return Err(refused(format!("`{person}` has asked for it, and so does not decide"))
            .hint("somebody else signs, with a key of their own: `--key FILE`")
            .hint("the key of this machine is one person, whoever sits before it"));
    }
    let number = tier(dossier.request.environment, dossier.request.data).number();
    Err(refused(format!("`{person}` may not approve in blast tier {number}"))
        .hint("see who may: `mcpwarden approval policy`"))
}

/// Refuses a server that is new to production while nothing new may come there.
fn moratorium(dossier: &Dossier, desk: &Desk<'_>) -> Result<(), Failure> {
    let holds = desk.policy.moratorium.as_ref().filter(|one| one.holds(desk.now));
    let Some(one) = holds.filter(|one| one.concerns(dossier, &desk.policy)) else {
        return Ok(());
    };
    let until = show::last_day(one.until);
    let message = format!("`{}` has said that nothing new comes into production", one.by);
    Err(Failure::new(Kind::Input, message)
        .hint(format!("it may be approved after {until}"))
        .hint("see what was said: `mcpwarden programme moratorium show`"))
}

/// Refuses with every question that stands in the way.
fn in_the_way(dossier: &Dossier, desk: &Desk<'_>) -> Result<(), Failure> {
    let gates =
        [gate_r40(dossier, &desk.policy, desk.now), gate_r114(dossier, &desk.policy, desk.now)];
    let refused: Vec<(&str, Refused)> = gates
        .into_iter()
        .filter_map(Result::err)
        .flatten()
        .map(|(question, why)| (question.id, why))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    let message = format!("{} questions are in the way", refused.len());
    let failure = refused.iter().fold(Failure::new(Kind::Input, message), |failure, (id, why)| {
        failure.hint(format!("{id}: {}", why.because()))
    });
    let name = &dossier.subject.server;
    Err(failure
        .hint(format!(
            "answer them: `mcpwarden approval answer {name} QUESTION yes --evidence FILE`"
        ))
        .hint(format!("or a risk owner accepts it: `mcpwarden approval waive {name} QUESTION`")))
}

/// A condition as it is written on the command line.
fn condition(text: &str, now: Time) -> Result<Condition, Failure> {
    let bad = || {
        Failure::new(Kind::Usage, format!("`{text}` is no condition"))
            .hint("write '2027-01-31 rita@example.com rotate the key'")
    };
    let mut parts = text.splitn(3, ' ');
    let (Some(day), Some(owner), Some(what)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(bad());
    };
    let day: Day = day.parse().map_err(|_| bad())?;
    let owner = Person::new(owner).map_err(|error| bad().caused_by(error))?;
    if what.trim().is_empty() {
        return Err(bad());
    }
    Ok(Condition { text: what.trim().to_owned(), owner, due: day.ahead(now)?, met: None })
}

/// Say that a condition is met
///
/// Only somebody who may say yes, and not the one who was to do it.
#[derive(Debug, clap::Args)]
pub(super) struct MetArgs {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// The condition, by its number as `approval show` tells it
    #[arg(value_name = "NUMBER")]
    number: usize,

    #[command(flatten)]
    by: By,
}

impl MetArgs {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let signing = self.by.signing(world, &desk)?;
        let held = desk.change()?;
        let acts = desk.known(&self.name)?;
        let history = desk.history(&acts);
        let dossier = history.dossier.as_ref().ok_or_else(|| nothing(&self.name))?;
        let found = self.number.checked_sub(1).and_then(|at| dossier.conditions.get(at));
        let found = found.ok_or_else(|| {
            Failure::new(Kind::Usage, format!("there is no condition {}", self.number))
                .hint(format!("see them: `mcpwarden approval show {}`", self.name))
        })?;
        may(dossier, &signing.person, &desk)?;
        if found.owner == signing.person {
            let message = "whoever was to do it does not also say that it was done";
            return Err(Failure::new(Kind::Input, message));
        }
        let deed = Deed::Met { condition: found.text.clone() };
        let acts = desk.add(&held, acts, &signing, deed)?;
        output::print(&show::text(&desk.history(&acts), &acts, &desk))
    }
}

/// Take everything back that was asked for and said yes to
///
/// It counts for nothing any more, within a second on a running gateway, until somebody asks again
/// and others say yes again. Any person whose key counts may do it.
#[derive(Debug, clap::Args)]
pub(super) struct WithdrawArgs {
    /// The server
    #[arg(value_name = "NAME")]
    name: String,

    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    reason: String,

    #[command(flatten)]
    by: By,
}

impl WithdrawArgs {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let signing: Signing = self.by.signing(world, &desk)?;
        let held = desk.change()?;
        let acts = desk.known(&self.name)?;
        let deed = Deed::Withdraw { reason: self.reason.clone() };
        let acts = desk.add(&held, acts, &signing, deed)?;
        output::print(&show::text(&desk.history(&acts), &acts, &desk))
    }
}
