//! Asking again what was asked before.

use super::{
    super::{Directory, Rules, Verdict},
    FactsError, read,
};

/// What other rules would have answered to what the ledger has. `P` says where it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay<P = String> {
    /// How many questions were asked again.
    pub asked: usize,
    /// Those that would have been answered otherwise.
    pub differ: Vec<Difference<P>>,
    /// Those that were refused before any rule was asked, and would be under any rules.
    pub never_asked: Vec<P>,
    /// How many more there are than are named.
    pub more: usize,
    /// Records whose facts could not be read, and why. Of these nothing is known.
    pub unread: Vec<(P, FactsError)>,
}

/// A question that would have been answered otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<P = String> {
    /// Where the ledger has it.
    pub place: P,
    /// What it was about: act, server and name.
    pub about: String,
    /// Who asked: the agent, and the user if there was one.
    pub who: String,
    /// The answer then.
    pub then: Verdict,
    /// The answer now.
    pub now: Verdict,
}

/// The most differences, and records that could not be read, that are named.
const MOST: usize = 10_000;

impl<P> Default for Replay<P> {
    fn default() -> Self {
        Self { asked: 0, differ: Vec::new(), never_asked: Vec::new(), more: 0, unread: Vec::new() }
    }
}

impl<P> Replay<P> {
    /// Asks one question again, under these rules and this directory. Two answers are the same if
    /// what happens is the same, whichever rules say so.
    pub fn ask(&mut self, (rules, directory): (&Rules, &Directory), place: P, text: &str) {
        let facts = match read(text) {
            Ok(facts) => facts,
            Err(error) if self.unread.len() < MOST => return self.unread.push((place, error)),
            Err(_) => return self.more += 1,
        };
        if facts.never_asked() {
            return match self.never_asked.len() {
                0..MOST => self.never_asked.push(place),
                _ => self.more += 1,
            };
        }
        self.asked += 1;
        let then = facts.verdict;
        let asked = facts.asked.under(directory);
        let now = rules.decide_as(asked.kind, &asked.asked());
        if same(&then, &now) {
            return;
        }
        if self.differ.len() >= MOST {
            self.more += 1;
            return;
        }
        let about = format!("{} {}/{}", asked.act.name(), asked.server, asked.name);
        let user = asked.who.user.as_deref().map(|user| format!(" for {user}"));
        let who = format!("{}{}", asked.who.agent, user.unwrap_or_default());
        self.differ.push(Difference { place, about, who, then, now });
    }

    /// Whether everything was asked again, and answered as before.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differ.is_empty() && self.unread.is_empty() && self.more == 0
    }
}

/// Asks every question again, under these rules and this directory.
pub fn replay<'a>(
    rules: &Rules,
    directory: &Directory,
    records: impl IntoIterator<Item = (String, &'a str)>,
) -> Replay {
    let mut replay = Replay::default();
    for (place, text) in records {
        replay.ask((rules, directory), place, text);
    }
    replay
}

fn same(then: &Verdict, now: &Verdict) -> bool {
    match (then, now) {
        (Verdict::Permitted { .. }, Verdict::Permitted { .. })
        | (Verdict::NeedsApproval { .. }, Verdict::NeedsApproval { .. }) => true,
        (Verdict::Refused { why: a, .. }, Verdict::Refused { why: b, .. }) => a == b,
        _ => false,
    }
}
