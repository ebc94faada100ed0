//! Rules to compare: the simple ones that suggest themselves, and those of the packs.

use warden_detect::DataClass;
use warden_model::Effect;

use super::session::Facts;

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is called.
    pub id: &'static str,
    /// Whether it says no, rather than that somebody has to approve.
    pub refuses: bool,
    /// When it speaks.
    pub when: fn(&Facts) -> bool,
}

/// Rules that count together.
#[derive(Clone, Copy, Debug)]
pub struct Pack {
    /// What it is called.
    pub name: &'static str,
    /// The rules; the first that speaks counts.
    pub rules: &'static [Rule],
}

const fn asks(id: &'static str, when: fn(&Facts) -> bool) -> Rule {
    Rule { id, refuses: false, when }
}

const fn refuses(id: &'static str, when: fn(&Facts) -> bool) -> Rule {
    Rule { id, refuses: true, when }
}

/// Sends to anybody, runs, deletes, or changes who may do what.
fn is_grave(facts: &Facts) -> bool {
    let effects = [Effect::Execute, Effect::Destructive, Effect::Admin];
    facts.traits.audience == 2 || facts.traits.does(&effects)
}

/// Sends to anybody.
fn sends_out(facts: &Facts) -> bool {
    facts.traits.audience == 2 && !facts.traits.effects.iter().all(|one| *one == Effect::Read)
}

/// What the session has seen comes from strangers and is confidential.
fn is_mixed(facts: &Facts) -> bool {
    facts.untrusted && facts.class >= DataClass::Confidential
}

/// Says something to others than the user, or changes something there.
fn reaches_colleagues(facts: &Facts) -> bool {
    facts.traits.audience == 1 && facts.traits.does(&[Effect::Send, Effect::Write, Effect::Admin])
}

const STEERED: Rule = refuses("steered", is_steered);
const STEERED_ASKS: Rule = asks("steered", is_steered);
const DESTROYS: Rule = asks("destructive", |facts| facts.traits.does(&[Effect::Destructive]));
const GRANTS: Rule = asks("admin", |facts| facts.traits.does(&[Effect::Admin]));
const HOSTILE: Rule = asks("hostile", |facts| facts.hostile && !facts.traits.only_looks());
const HOSTILE_GRAVE: Rule = asks("hostile", |facts| facts.hostile && is_grave(facts));
const MIXED: Rule = asks("toxic-flow", |facts| {
    let runs = facts.traits.does(&[Effect::Execute, Effect::Destructive]);
    is_mixed(facts) && (runs || sends_out(facts))
});
const CARRIED: Rule = asks("toxic-flow", |facts| {
    sends_out(facts) && facts.untrusted && facts.led && facts.copied >= DataClass::Confidential
});
const TO_COLLEAGUES: Rule = asks("toxic-flow-company", |facts| {
    is_mixed(facts)
        && reaches_colleagues(facts)
        && facts.copied.max(facts.own) >= DataClass::Confidential
});
const COPIED: Rule = asks("copied-public", |facts| {
    facts.traits.audience == 2 && facts.copied >= DataClass::Confidential
});
const LED: Rule = asks("untrusted-target", |facts| {
    let grave = [Effect::Execute, Effect::Destructive, Effect::Admin];
    facts.led && facts.traits.does(&grave)
});

fn is_steered(facts: &Facts) -> bool {
    facts.steered && !(facts.traits.only_looks())
}

/// Rules that suggest themselves.
pub static SIMPLE: &[Pack] = &[
    Pack {
        name: "an argument came from an answer",
        rules: &[asks("came", |facts| facts.came && !facts.traits.only_looks())],
    },
    Pack {
        name: "a stranger's text was read",
        rules: &[asks("untrusted", |facts| facts.untrusted && !facts.traits.only_looks())],
    },
    Pack { name: "a stranger's text and confidential data were read", rules: &[MIXED] },
    Pack {
        name: "it leads where only a stranger's text leads",
        rules: &[asks("led", |facts| facts.led && facts.traits.audience == 2)],
    },
    Pack { name: "it names what only hostile text names", rules: &[STEERED] },
];

/// Rules as packs might have them, from few to many.
pub static PACKS: &[Pack] = &[
    Pack { name: "steered, hostile", rules: &[STEERED_ASKS, HOSTILE_GRAVE, LED, DESTROYS, GRANTS] },
    Pack { name: "team", rules: &[STEERED_ASKS, HOSTILE_GRAVE, CARRIED, LED, DESTROYS, GRANTS] },
    Pack {
        name: "team, with all that was read",
        rules: &[STEERED_ASKS, HOSTILE, CARRIED, LED, DESTROYS, GRANTS],
    },
    Pack {
        name: "team, with what was copied",
        rules: &[STEERED_ASKS, HOSTILE_GRAVE, COPIED, TO_COLLEAGUES, LED, DESTROYS, GRANTS],
    },
    Pack {
        name: "team, by what the session has read",
        rules: &[STEERED, HOSTILE, MIXED, TO_COLLEAGUES, COPIED, LED, DESTROYS, GRANTS],
    },
];

impl Pack {
    /// The rule that speaks, if one does.
    #[must_use]
    pub fn judge(&self, facts: &Facts) -> Option<&'static Rule> {
        self.rules.iter().find(|rule| (rule.when)(facts))
    }
}
