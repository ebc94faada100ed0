//! The one place where a call is allowed.

use std::collections::BTreeSet;

use warden_model::{DefinitionKind, Digest};

use crate::{
    Certified, Pin, Uncertified,
    access::{Asked, Kind, RuleId, Rules, Verdict, Why},
};

/// What a gateway or wrapper decides on, for one server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// What was approved; `None` where nobody has approved the server.
    pub pin: Option<Pin>,
    /// Whether what runs is what was approved.
    pub artifact: Standing,
    /// Whether what runs is certified, where that is asked for.
    pub certified: Certified,
}

/// How something that a server serves stands to what was approved of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nobody has looked, or looking failed.
    #[default]
    CouldNotTell,
    /// It is what was approved.
    Approved,
    /// The server does not serve it, or nobody approved it.
    Unknown,
    /// It differs from what was approved.
    Drifted {
        /// The digest that was approved.
        pinned: Digest,
        /// The digest that is served; `None` if it has none, or stands for two things.
        served: Option<Digest>,
    },
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// May this definition be used?
    Use {
        /// What it is.
        kind: DefinitionKind,
        /// Its name.
        name: &'a str,
        /// How it stands.
        standing: Standing,
    },
    /// May resources of this server be read?
    Read,
    /// May the server ask the client for this?
    Ask(&'a str),
}

/// What rules say of it, beside what was approved.
#[derive(Clone, Copy, Debug)]
pub enum Ruled<'a> {
    /// There are no rules here: what was approved may be used.
    Free,
    /// These rules are asked this, about a thing of this kind.
    By(&'a Rules, Kind, &'a Asked<'a>),
}

/// Why the answer is no. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody has approved the server.
    ServerNotApproved,
    /// What runs is not what was approved.
    ArtifactDrifted,
    /// It could not be told whether what runs is what was approved.
    ArtifactUnknown,
    /// What runs does not count as certified.
    NotCertified(Uncertified),
    /// There is no such thing among what was approved.
    NotApproved,
    /// What is served under this name is not what was approved.
    Drifted,
    /// It could not be told how it stands.
    CouldNotTell,
    /// The server may not ask for this.
    AskNotApproved,
    /// The rules say no.
    Rules(Why),
    /// The rules want a person to approve it first.
    NeedsApproval,
}

impl Reason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::ServerNotApproved,
        Self::ArtifactDrifted,
        Self::ArtifactUnknown,
        Self::NotCertified(Uncertified::CouldNotTell),
        Self::NotCertified(Uncertified::Missing),
        Self::NotCertified(Uncertified::NotTrusted),
        Self::NotCertified(Uncertified::WrongSubject),
        Self::NotCertified(Uncertified::NotYetValid),
        Self::NotCertified(Uncertified::Expired),
        Self::NotCertified(Uncertified::Revoked),
        Self::NotCertified(Uncertified::Quarantined),
        Self::NotCertified(Uncertified::BelowLevel),
        Self::NotCertified(Uncertified::NotApprovedHere),
        Self::NotCertified(Uncertified::BundleExpired),
        Self::NotCertified(Uncertified::RevocationsOlder),
        Self::NotCertified(Uncertified::NotLogged),
        Self::NotApproved,
        Self::Drifted,
        Self::CouldNotTell,
        Self::AskNotApproved,
        Self::Rules(Why::NoRule),
        Self::Rules(Why::Rule),
        Self::Rules(Why::Error),
        Self::Rules(Why::NotInSession),
        Self::Rules(Why::SessionExpired),
        Self::Rules(Why::NoPolicy),
        Self::NeedsApproval,
    ];

    /// The code in ledger and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ServerNotApproved => "server-not-approved",
            Self::ArtifactDrifted => "artifact-drifted",
            Self::ArtifactUnknown => "artifact-could-not-tell",
            Self::NotCertified(why) => why.code(),
            Self::NotApproved => "not-approved",
            Self::Drifted => "definition-drifted",
            Self::CouldNotTell => "could-not-tell",
            Self::AskNotApproved => "ask-not-approved",
            Self::Rules(why) => why.code(),
            Self::NeedsApproval => "needs-approval",
        }
    }
}

/// Something that was judged and allowed. It can be read, but not changed or made up.
///
/// ```compile_fail
/// # use warden_policy::Permitted;
/// let forged = Permitted { subject: "call", rules: vec![] }; // private: this must not compile
/// ```
#[derive(Debug)]
#[must_use = "what is permitted and not forwarded leaves somebody waiting"]
pub struct Permitted<T> {
    subject: T,
    rules: Vec<RuleId>,
}

impl<T> Permitted<T> {
    /// What was allowed.
    pub const fn subject(&self) -> &T {
        &self.subject
    }

    /// The rules that allow it, sorted; none where there are no rules.
    pub fn rules(&self) -> &[RuleId] {
        &self.rules
    }

    /// Gives up the permission and returns what it was for.
    pub fn into_subject(self) -> T {
        self.subject
    }
}

/// Something that was judged and not allowed.
#[derive(Debug)]
pub struct NotPermitted<T> {
    /// Why.
    pub reason: Reason,
    /// The rules that say so, sorted.
    pub rules: Vec<RuleId>,
    /// What was judged.
    pub subject: T,
}

/// Judges `subject`, and returns it as proof if the answer is yes. There is no other way to make
/// a [`Permitted`]. What was approved is asked first: rules cannot allow what nobody approved.
///
/// # Errors
/// The reason for every answer that is not a clear yes, and the subject back.
pub fn judge<T>(
    subject: T,
    question: Question<'_>,
    bundle: &Bundle,
    by: Ruled<'_>,
) -> Result<Permitted<T>, NotPermitted<T>> {
    let (reason, said) = match (answer(question, bundle), by) {
        (Ok(()), Ruled::Free) => return Ok(Permitted { subject, rules: Vec::new() }),
        (Ok(()), Ruled::By(all, kind, asked)) => match all.decide_as(kind, asked) {
            Verdict::Permitted { rules } => return Ok(Permitted { subject, rules }),
            Verdict::NeedsApproval { rules } => (Reason::NeedsApproval, rules),
            Verdict::Refused { why, rules } => (Reason::Rules(why), rules),
        },
        (Err(reason), _) => (reason, Vec::new()),
    };
    Err(NotPermitted { reason, rules: said, subject })
}

fn answer(question: Question<'_>, bundle: &Bundle) -> Result<(), Reason> {
    let Some(pin) = &bundle.pin else { return Err(Reason::ServerNotApproved) };
    match bundle.artifact {
        Standing::Approved => {}
        Standing::Drifted { .. } | Standing::Unknown => return Err(Reason::ArtifactDrifted),
        Standing::CouldNotTell => return Err(Reason::ArtifactUnknown),
    }
    bundle.certified.now().map_err(Reason::NotCertified)?;
    match question {
        Question::Use { kind, name, standing } => definition(pin, kind, name, standing),
        Question::Read => Ok(()),
        Question::Ask(what) => asked(&pin.asks, what),
    }
}

fn definition(
    pin: &Pin,
    kind: DefinitionKind,
    name: &str,
    standing: Standing,
) -> Result<(), Reason> {
    // Who vouches for the standing may be wrong about the name; the pin is not.
    if pin.definition(kind, name).is_none() {
        return Err(Reason::NotApproved);
    }
    match standing {
        Standing::Approved => Ok(()),
        Standing::Unknown => Err(Reason::NotApproved),
        Standing::Drifted { .. } => Err(Reason::Drifted),
        Standing::CouldNotTell => Err(Reason::CouldNotTell),
    }
}

fn asked(asks: &BTreeSet<String>, what: &str) -> Result<(), Reason> {
    if asks.contains(what) { Ok(()) } else { Err(Reason::AskNotApproved) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::pin::tests::pin;

    fn bundle() -> Bundle {
        let pin = Some(pin(&[json!({"name": "a"})]));
        Bundle { pin, artifact: Standing::Approved, certified: Certified::default() }
    }

    fn tool(name: &str, standing: Standing) -> Question<'_> {
        Question::Use { kind: DefinitionKind::Tool, name, standing }
    }

    #[track_caller]
    fn refused(question: Question<'_>, bundle: &Bundle, reason: Reason) {
        assert_eq!(
            judge((), question, bundle, Ruled::Free).map_err(|no| no.reason).err(),
            Some(reason)
        );
    }

    #[test]
    fn only_what_was_approved_and_is_served_so_is_permitted() {
        assert!(judge((), tool("a", Standing::Approved), &bundle(), Ruled::Free).is_ok());
        refused(tool("b", Standing::Approved), &bundle(), Reason::NotApproved);
        refused(tool("a", Standing::Unknown), &bundle(), Reason::NotApproved);
        refused(tool("a", Standing::CouldNotTell), &bundle(), Reason::CouldNotTell);
        let drifted = Standing::Drifted { pinned: Digest::of(b"a"), served: None };
        refused(tool("a", drifted), &bundle(), Reason::Drifted);
    }

    #[test]
    fn nothing_is_permitted_of_a_server_that_nobody_approved() {
        for question in [tool("a", Standing::Approved), Question::Read, Question::Ask("roots")] {
            refused(question, &Bundle::default(), Reason::ServerNotApproved);
        }
    }

    #[test]
    fn nothing_is_permitted_when_something_else_runs_than_was_approved() {
        let mut bundle = bundle();
        bundle.artifact = Standing::Drifted { pinned: Digest::of(b"a"), served: None };
        refused(tool("a", Standing::Approved), &bundle, Reason::ArtifactDrifted);
        bundle.artifact = Standing::CouldNotTell;
        refused(Question::Read, &bundle, Reason::ArtifactUnknown);
    }

    // R52: what is not certified is neither listed nor called; both ask here.
    #[test]
    fn nothing_is_permitted_while_what_runs_is_not_certified() {
        let (certified, by) = Certified::asked();
        let bundle = Bundle { certified, ..bundle() };
        let all = [tool("a", Standing::Approved), Question::Read, Question::Ask("roots")];
        for why in Uncertified::ALL {
            by.set(Err(*why));
            for question in all {
                refused(question, &bundle, Reason::NotCertified(*why));
            }
        }
        by.set(Ok(()));
        assert!(all.into_iter().all(|question| judge((), question, &bundle, Ruled::Free).is_ok()));
    }

    #[test]
    fn a_server_asks_only_for_what_was_approved() {
        assert!(judge((), Question::Ask("roots"), &bundle(), Ruled::Free).is_ok());
        refused(Question::Ask("sampling"), &bundle(), Reason::AskNotApproved);
    }

    #[test]
    fn reason_codes_are_unique() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
    }

    proptest! {
        #[test]
        fn a_name_that_is_not_pinned_is_never_permitted(name in "\\PC{0,12}") {
            prop_assume!(name != "a");
            let permitted = judge((), tool(&name, Standing::Approved), &bundle(), Ruled::Free).is_ok();
            prop_assert!(!permitted);
        }
    }
}
