//! Everything that rules can ask for, as the schema has it.
//!
//! One table serves twice: what a member says becomes a value for Cedar, and the bytes by which an
//! answer is remembered. So an answer is remembered under just what the rule was shown.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use cedar_policy::RestrictedExpression as Value;

use super::super::{Asked, KnownBy};

/// What has the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Who asks.
    Principal,
    /// What is asked for.
    Resource,
    /// `context.session`.
    Session,
    /// `context.args`.
    Args,
    /// `context.time`.
    Time,
    /// The context itself.
    Context,
}

/// What a member says in a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// It is not there.
    Nothing,
    Flag(bool),
    Number(i64),
    Text(&'a str),
    Texts(Vec<Cow<'a, str>>),
}

/// One thing that rules can ask for.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) of: Of,
    pub(super) name: &'static str,
    pub(super) says: for<'a> fn(&Asked<'a>) -> Said<'a>,
}

/// Where the second stands among them.
pub(super) const UNIX: usize = 48;
/// Where the approval stands among them.
pub(super) const APPROVED: usize = 49;

/// Everything that rules can ask for. A test holds it against the schema.
pub(super) static MEMBERS: [Member; 50] = {
    use Of::{Args, Context, Principal, Resource, Session, Time};
    use Said::{Flag, Number, Text};
    [
        member(Principal, "agent", |asked| Text(&asked.who.agent)),
        member(Principal, "tenant", |asked| Text(&asked.who.tenant)),
        member(Principal, "how", |asked| Text(asked.who.how.name())),
        member(Principal, "howLevel", |asked| Number(asked.who.how as i64)),
        member(Principal, "delegated", |asked| texts(&asked.who.delegation)),
        member(Principal, "user", |asked| some(asked.who.user.as_deref())),
        member(Principal, "client", |asked| {
            some(asked.who.client.as_deref().map(|(name, _)| name.as_str()))
        }),
        member(Principal, "machine", |asked| some(asked.who.machine.as_deref())),
        member(Principal, "purpose", |asked| some(asked.who.purpose.as_deref())),
        member(Principal, "scopes", |asked| asked.who.scopes.as_ref().map_or(Said::Nothing, texts)),
        member(Resource, "server", |asked| Text(asked.server)),
        member(Resource, "name", |asked| Text(asked.name)),
        member(Resource, "effects", |asked| {
            texts(asked.traits.effects.iter().map(|effect| effect.name()))
        }),
        member(Resource, "audience", |asked| Text(asked.traits.audience.name())),
        member(Resource, "audienceLevel", |asked| Number(asked.traits.audience as i64)),
        member(Resource, "trusted", |asked| Flag(asked.traits.trusted)),
        member(Resource, "class", |asked| Text(asked.traits.class.name())),
        member(Resource, "classLevel", |asked| Number(asked.traits.class as i64)),
        member(Resource, "environment", |asked| Text(asked.traits.environment.name())),
        member(Resource, "blast", |asked| Number(asked.traits.blast.into())),
        member(Resource, "level", |asked| Number(asked.traits.level.into())),
        member(Resource, "risk", |asked| Number(asked.traits.risk.into())),
        member(Resource, "tenant", |asked| Text(&asked.traits.tenant)),
        member(Resource, "known", |asked| Flag(asked.traits.effects_by != KnownBy::Nobody)),
        member(Resource, "labelsKnown", |asked| Flag(asked.traits.labels_by != KnownBy::Nobody)),
        member(Session, "untrusted", |asked| Flag(asked.labels.untrusted)),
        member(Session, "hostile", |asked| Flag(asked.labels.hostile)),
        member(Session, "class", |asked| Text(asked.labels.class.name())),
        member(Session, "classLevel", |asked| Number(asked.labels.class as i64)),
        member(Session, "credentials", |asked| Flag(asked.labels.credentials)),
        member(Session, "blind", |asked| Flag(asked.labels.blind)),
        member(Session, "walls", |asked| walls(&asked.labels.walls)),
        member(Args, "copied", |asked| Text(asked.carries.copied.name())),
        member(Args, "copiedLevel", |asked| Number(asked.carries.copied as i64)),
        member(Args, "credentials", |asked| Flag(asked.carries.credentials)),
        member(Args, "class", |asked| Text(asked.carries.class.name())),
        member(Args, "classLevel", |asked| Number(asked.carries.class as i64)),
        member(Args, "steered", |asked| Flag(asked.carries.steered)),
        member(Args, "untrusted", |asked| Flag(asked.carries.untrusted)),
        member(Args, "walls", |asked| walls(&asked.carries.walls)),
        member(Args, "crossing", |asked| Flag(!crossed(asked).is_empty())),
        member(Args, "crossed", |asked| texts(crossed(asked))),
        member(Args, "hosts", |asked| texts(&asked.carries.hosts)),
        member(Args, "domains", |asked| texts(&asked.carries.domains)),
        member(Args, "unread", |asked| Flag(asked.carries.unread)),
        member(Args, "breaches", |asked| {
            texts(asked.carries.breaches.iter().map(|breach| breach.what))
        }),
        member(Time, "hour", |asked| Number(hour_and_weekday(seconds(asked)).0)),
        member(Time, "weekday", |asked| Number(hour_and_weekday(seconds(asked)).1)),
        member(Time, "unix", |asked| Number(seconds(asked))),
        member(Context, "approved", |asked| Flag(asked.approved)),
    ]
};

const fn member(of: Of, name: &'static str, says: for<'a> fn(&Asked<'a>) -> Said<'a>) -> Member {
    Member { of, name, says }
}

impl Said<'_> {
    /// As a value for Cedar; nothing if it is not there.
    pub(super) fn value(self) -> Option<Value> {
        Some(match self {
            Self::Nothing => return None,
            Self::Flag(flag) => Value::new_bool(flag),
            Self::Number(number) => Value::new_long(number),
            Self::Text(text) => Value::new_string(text.to_owned()),
            Self::Texts(texts) => {
                Value::new_set(texts.into_iter().map(|text| Value::new_string(text.into_owned())))
            }
        })
    }

    /// Adds bytes that no other value of the same member has, and that say where they end.
    pub(super) fn add_to(&self, key: &mut Vec<u8>) {
        match self {
            Self::Nothing => key.push(0),
            Self::Flag(flag) => key.extend([1, u8::from(*flag)]),
            Self::Number(number) => {
                key.push(2);
                key.extend(number.to_le_bytes());
            }
            Self::Text(text) => {
                key.push(3);
                add_text(text, key);
            }
            Self::Texts(texts) => {
                key.push(4);
                key.extend(texts.len().to_le_bytes());
                for text in texts {
                    add_text(text, key);
                }
            }
        }
    }
}

/// Adds a text with its length before it.
pub(super) fn add_text(text: &str, key: &mut Vec<u8>) {
    key.extend(text.len().to_le_bytes());
    key.extend(text.as_bytes());
}

fn some(text: Option<&str>) -> Said<'_> {
    text.map_or(Said::Nothing, Said::Text)
}

fn texts<'a, T: AsRef<str> + ?Sized + 'a>(all: impl IntoIterator<Item = &'a T>) -> Said<'a> {
    Said::Texts(all.into_iter().map(|text| Cow::Borrowed(text.as_ref())).collect())
}

type Walls = BTreeMap<Box<str>, BTreeSet<Box<str>>>;

fn walls(walls: &Walls) -> Said<'_> {
    let mut all = Vec::new();
    for (wall, sides) in walls {
        all.extend(sides.iter().map(|side| Cow::Owned(format!("{wall}={side}"))));
    }
    Said::Texts(all)
}

/// The walls that arguments cross: they name a side of it, and they or the session have another.
fn crossed<'a>(asked: &Asked<'a>) -> Vec<&'a str> {
    let mut crossed = Vec::new();
    for (wall, sides) in &asked.carries.walls {
        let seen = asked.labels.walls.get(wall).into_iter().flatten();
        let all: BTreeSet<&str> = sides.iter().chain(seen).map(|side| &**side).collect();
        if !sides.is_empty() && all.len() > 1 {
            crossed.push(&**wall);
        }
    }
    crossed
}

const fn seconds(asked: &Asked<'_>) -> i64 {
    asked.now.micros() / 1_000_000
}

/// The hour of the day, and the day of the week: 1 for Monday.
const fn hour_and_weekday(seconds: i64) -> (i64, i64) {
    // The first day of 1970 was a Thursday.
    (seconds % 86_400 / 3_600, (seconds / 86_400 + 3) % 7 + 1)
}

#[cfg(test)]
mod tests;
