//! Who may do what, in which session, with which data.
//!
//! A question is a value: who asks ([`Principal`]), what the thing is that is asked for
//! ([`Traits`]), what the arguments hold ([`Carries`]) and what has flowed into the session so
//! far ([`Labels`]). Whatever has to be looked up or awaited is in it before it is asked, so that
//! an answer depends on nothing else and can be given again from the record.

mod carries;
mod directory;
pub mod facts;
mod labels;
mod policies;
mod principal;
pub mod reach;
mod rules;
mod traits;

pub use carries::{Breach, Carries};
pub use directory::{Agent, Directory, Kind, Pattern, Problem, Server, Tool, User};
pub use facts::OwnedAsked;
pub use labels::Labels;
pub use policies::{Policies, PoliciesError};
pub use principal::{How, Principal, SessionKey};
pub use rules::{
    BuiltIn, Case, CaseProblem, Change, Expect, Pack, Rule, RuleFile, RuleProblem, Rules, SCHEMA,
    built_in, open_files, read_cases,
};
pub use traits::{Audience, Environment, KnownBy, Traits};

use crate::Time;

/// What is asked of policy.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Who asks.
    pub who: &'a Principal,
    /// What it wants to do.
    pub act: Act,
    /// The server.
    pub server: &'a str,
    /// The name of the tool or prompt on its server, or the URI of the resource; what is asked of
    /// the client for [`Act::Ask`].
    pub name: &'a str,
    /// What it is like.
    pub traits: &'a Traits,
    /// What the arguments hold; empty in a list.
    pub carries: &'a Carries,
    /// What has flowed into the session.
    pub labels: &'a Labels,
    /// When.
    pub now: Time,
    /// A person has approved just this.
    pub approved: bool,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// See that it is there.
    List,
    /// Call a tool.
    Call,
    /// Get a prompt.
    Prompt,
    /// Read a resource, or follow a task or a subscription.
    Read,
    /// A server asks its client for something: sampling, elicitation, roots.
    Ask,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 5] = [Self::List, Self::Call, Self::Prompt, Self::Read, Self::Ask];

    /// The name in policies and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Call => "call",
            Self::Prompt => "prompt",
            Self::Read => "read",
            Self::Ask => "ask",
        }
    }

    /// The act with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }
}

/// What policy answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Permitted {
        /// The rules that say so, sorted.
        rules: Vec<RuleId>,
    },
    /// Yes, once a person has approved it.
    NeedsApproval {
        /// The rules that ask for it, sorted.
        rules: Vec<RuleId>,
    },
    /// No.
    Refused {
        /// Why.
        why: Why,
        /// The rules that say so, sorted; empty where none says yes.
        rules: Vec<RuleId>,
    },
}

/// The name of a rule: the value of its `@id`, or its file and number.
pub type RuleId = std::sync::Arc<str>;

/// Why policy says no. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// No rule says yes.
    NoRule,
    /// A rule says no.
    Rule,
    /// A rule could not be evaluated.
    Error,
    /// It is not among what the session was given.
    NotInSession,
    /// The session is over.
    SessionExpired,
    /// There are no rules to decide by.
    NoPolicy,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::NoRule,
        Self::Rule,
        Self::Error,
        Self::NotInSession,
        Self::SessionExpired,
        Self::NoPolicy,
    ];

    /// The code in ledger and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoRule => "policy-no-rule",
            Self::Rule => "policy-refused",
            Self::Error => "policy-error",
            Self::NotInSession => "not-in-session",
            Self::SessionExpired => "session-expired",
            Self::NoPolicy => "no-policy",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_are_unique() {
        let codes: BTreeSet<_> = Why::ALL.iter().map(|why| why.code()).collect();
        assert_eq!(codes.len(), Why::ALL.len());
        assert!(Act::ALL.into_iter().all(|act| Act::parse(act.name()) == Some(act)));
    }
}
