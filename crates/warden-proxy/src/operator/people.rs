//! Who operates the gateway.

use std::collections::BTreeSet;

use serde::Deserialize;
use warden_model::Digest;
use warden_policy::hold::same_name;
use warden_seal::mac::same_digest;

/// The most operators.
const MOST: usize = 1_000;

/// `[[operator]]` as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorTable {
    /// The name, as users are named, so that nobody approves what he asks for himself.
    pub name: String,
    /// The SHA-256 of the token, as 64 lower-case hexadecimal digits.
    pub token_sha256: String,
    /// What he may do: `holds`, `stops`, `sessions`.
    pub may: Vec<String>,
}

/// Somebody who operates the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The name.
    pub name: Box<str>,
    /// The digest of the token.
    pub token: Digest,
    /// What he may do.
    pub may: BTreeSet<May>,
}

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum May {
    /// See and answer calls that wait.
    Holds,
    /// See what is stopped, stop and start.
    Stops,
    /// End sessions.
    Sessions,
}

impl May {
    /// Everything.
    pub const ALL: [Self; 3] = [Self::Holds, Self::Stops, Self::Sessions];

    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Stops => "stops",
            Self::Sessions => "sessions",
        }
    }
}

/// One thing that is wrong with the operators.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperatorProblem {
    /// He has no name, or that of another one.
    #[error("operator {number}: a name of its own is missing")]
    Name {
        /// Which one, from 1.
        number: usize,
    },
    /// The digest is none, or that of another token.
    #[error("operator {number}: `token_sha256` is the digest of a token that nobody else has")]
    Token {
        /// Which one, from 1.
        number: usize,
    },
    /// There is no such thing to do, or nothing.
    #[error("operator {number}: `may` names `holds`, `stops` or `sessions`")]
    May {
        /// Which one, from 1.
        number: usize,
    },
    /// There are too many.
    #[error("there are more than {MOST} operators")]
    TooMany,
}

/// Everybody who operates the gateway. Nobody, if nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operators(Vec<Operator>);

impl Operators {
    /// The operators in these tables, given the digests of all tokens of clients.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(
        tables: &[OperatorTable],
        clients: &[Digest],
    ) -> Result<Self, Vec<OperatorProblem>> {
        let mut all: Vec<Operator> = Vec::new();
        let mut problems = Vec::new();
        if tables.len() > MOST {
            return Err(vec![OperatorProblem::TooMany]);
        }
        for (number, table) in (1..).zip(tables) {
            let is_taken = all.iter().any(|other| same_name(&other.name, &table.name));
            if is_taken || same_name(&table.name, "") {
                problems.push(OperatorProblem::Name { number });
            }
            let token = Digest::from_hex(table.token_sha256.as_bytes()).ok().filter(|token| {
                !clients.contains(token) && all.iter().all(|other| other.token != *token)
            });
            let named = |name: &String| May::ALL.into_iter().find(|may| may.name() == name);
            let may = table.may.iter().map(named).collect::<Option<BTreeSet<_>>>();
            let may = may.filter(|may| !may.is_empty());
            problems.extend(token.is_none().then_some(OperatorProblem::Token { number }));
            problems.extend(may.is_none().then_some(OperatorProblem::May { number }));
            if let (Some(token), Some(may)) = (token, may) {
                all.push(Operator { name: table.name.as_str().into(), token, may });
            }
        }
        if problems.is_empty() { Ok(Self(all)) } else { Err(problems) }
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who shows this `Authorization`. Every token is compared, and by its digest, so that the time
    /// that it takes says nothing.
    pub(super) fn of(&self, authorization: Option<&str>) -> Option<&Operator> {
        let (scheme, token) = authorization?.split_once(' ')?;
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
            return None;
        }
        let shown = Digest::of(token.as_bytes());
        self.0.iter().fold(None, |found, operator| {
            if same_digest(&operator.token, &shown) { Some(operator) } else { found }
        })
    }
}
