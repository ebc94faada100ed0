//! Tools that are dangerous together: one brings what a stranger wrote, one reads what few may
//! see, and one carries data to anybody.

use std::collections::BTreeSet;

use warden_model::{DataClass, Effect};

use super::{
    super::{Audience, Carries, Labels, Principal, Rules, Verdict},
    Offered, ask,
};
use crate::Time;

/// The most combinations that are named.
const MOST: usize = 100;
/// The most tools of each of the three kinds that are looked at.
const MOST_OF_A_KIND: usize = 200;

/// Tools that are dangerous together. One tool can be two or all three of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// How many tools it takes: 1 to 3.
    pub size: usize,
    /// Brings what a stranger wrote: `server/name`.
    pub brings: String,
    /// Reads what few may see.
    pub reads: String,
    /// Carries data to anybody.
    pub sends: String,
    /// Whether the rules stop the last step once the others were taken: what they say then.
    pub then: Held,
}

/// What the rules say to the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Nothing: the combination is open.
    Open,
    /// A person has to approve it.
    Approval,
    /// It is refused.
    Refused,
}

/// The combinations of the fewest tools that the rules permit one by one, those first that they do
/// not stop either.
#[must_use]
pub fn toxic(rules: &Rules, who: &Principal, offered: &[Offered], now: Time) -> Vec<Combination> {
    let alone = |thing: &&Offered| {
        let verdict = ask(rules, who, (thing, &Carries::default()), &Labels::default(), now);
        matches!(verdict, Verdict::Permitted { .. })
    };
    let permitted: Vec<&Offered> = offered.iter().filter(alone).collect();
    let some = |wanted: fn(&Offered) -> bool| {
        let found = permitted.iter().copied().filter(|thing| wanted(thing));
        found.take(MOST_OF_A_KIND).collect::<Vec<_>>()
    };
    let (brings, reads, sends) = (some(brings), some(reads), some(sends));
    let mut shortest = 3;
    let mut found = BTreeSet::new();
    for send in &sends {
        for (read, bring) in reads.iter().flat_map(|r| brings.iter().map(move |b| (r, b))) {
            let names: BTreeSet<String> = [*bring, *read, *send].map(name).into();
            if names.len() > shortest || (names.len() == shortest && found.len() >= MOST) {
                continue;
            }
            if names.len() < shortest {
                shortest = names.len();
                found.clear();
            }
            let labels = Labels { untrusted: true, class: read.traits.class, ..Labels::default() };
            // Whoever wants it out has it sent.
            let carries = Carries { copied: read.traits.class, ..Carries::default() };
            let then = match ask(rules, who, (send, &carries), &labels, now) {
                Verdict::Permitted { .. } => Held::Open,
                Verdict::NeedsApproval { .. } => Held::Approval,
                Verdict::Refused { .. } => Held::Refused,
            };
            found.insert(Combination {
                size: names.len(),
                brings: name(bring),
                reads: name(read),
                sends: name(send),
                then,
            });
        }
    }
    let mut found: Vec<Combination> = found.into_iter().collect();
    found.sort_by(|a, b| a.then.cmp(&b.then).then_with(|| a.cmp(b)));
    found
}

fn name(thing: &Offered) -> String {
    format!("{}/{}", thing.server, thing.name)
}

const fn brings(thing: &Offered) -> bool {
    !thing.traits.trusted
}

fn reads(thing: &Offered) -> bool {
    thing.traits.class >= DataClass::Confidential
}

/// What only looks something up reaches its audience as well, by what it is asked; but that is
/// seen in the call, not before.
fn sends(thing: &Offered) -> bool {
    let carries = [Effect::Write, Effect::Send, Effect::Execute, Effect::Admin];
    let effects = &thing.traits.effects;
    thing.traits.audience == Audience::Public && carries.iter().any(|one| effects.contains(one))
}
