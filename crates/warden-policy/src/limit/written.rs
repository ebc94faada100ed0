//! Limits as they are written down, and checked.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, de};
use warden_model::Effect;

use super::Pattern;
use crate::Subject;

/// The longest window.
const MOST_WINDOW: Duration = Duration::from_hours(31 * 24);
/// From this length on, what was used is kept in the store.
const KEPT_FROM: Duration = Duration::from_hours(24);
/// The longest name.
const MOST_NAME: usize = 64;

/// One `[[limit]]` as it is written down.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitTable {
    /// What records and answers call it.
    pub name: Box<str>,
    /// Who has it to himself.
    pub per: Per,
    /// What is counted.
    pub of: Of,
    /// How much there is: calls, bytes, or for `cost` units of money such as `2.50`.
    pub most: Number,
    /// In which time: `1s`, `1m`, `1h`, `1d`, `30d`; not for `concurrent`.
    pub window: Option<Box<str>>,
    /// How many calls at once.
    pub burst: Option<u64>,
    /// What it is for; everything, where nothing is said.
    #[serde(default, rename = "match")]
    pub covers: CoversTable,
    /// What happens while the store that keeps it is away.
    #[serde(default, alias = "when_away")]
    pub when_away: WhenAway,
}

/// What a limit is for, as it is written down.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoversTable {
    /// A role.
    pub role: Option<Box<str>>,
    /// A server; `*` stands for anything.
    pub server: Option<Box<str>>,
    /// A tool by its name on its server; `*` stands for anything.
    pub tool: Option<Box<str>>,
    /// Something that the tool does.
    pub effect: Option<Box<str>>,
}

/// Who has a limit to himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Each session.
    Session,
    /// Each agent of each tenant.
    Agent,
    /// Each person of each tenant. What nobody stands behind shares one.
    User,
    /// Each tool.
    Tool,
    /// Each server.
    Server,
    /// Each tenant.
    Tenant,
    /// Nobody: all share it.
    All,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// Calls.
    Calls,
    /// Bytes of arguments and answers.
    Bytes,
    /// Money, in millionths.
    Cost,
    /// Calls that are under way.
    Concurrent,
}

/// What happens while the store is away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenAway {
    /// Nothing is let through.
    #[default]
    Closed,
    /// It is let through, and that is on record.
    Open,
}

/// A number that is not negative, whole or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Its whole part, if there is nothing else.
    whole: Option<u64>,
    /// It times a million, if that is a number of such a size.
    millionths: Option<u64>,
}

/// What is said of something that is no amount of money.
pub const NO_AMOUNT: &str = "not an amount of at least a millionth, such as `0.02`";

/// Money in millionths of its unit, written as the unit: `0.02`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub u64);

/// A limit that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What records and answers call it.
    pub name: Arc<str>,
    /// Who has it to himself.
    pub per: Per,
    /// What is counted.
    pub of: Of,
    /// How much there is; money in millionths.
    pub most: u64,
    /// In which time; zero for what is counted as it is.
    pub window: Duration,
    /// How many calls at once.
    pub burst: Option<u64>,
    /// What it is for.
    pub covers: Covers,
    /// What happens while the store is away.
    pub when_away: WhenAway,
}

/// What a limit is for: what fits all that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covers {
    /// Who has this role.
    pub role: Option<Arc<str>>,
    /// These servers.
    pub server: Option<Pattern>,
    /// These tools.
    pub tool: Option<Pattern>,
    /// Tools that do this.
    pub effect: Option<Effect>,
}

/// What is wrong with a limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitProblem {
    /// The name is empty, too long, or has other characters.
    #[error("a name has 1 to 64 letters, digits, `-`, `_` and `.`")]
    Name,
    /// It needs a window.
    #[error("`window` is missing: how long is `most` for, such as `1h`")]
    NoWindow,
    /// It cannot have one.
    #[error("`window` and `burst` mean nothing for calls at once")]
    NeedlessWindow,
    /// It is no time, or too long.
    #[error("`{0}` is no window: a number and `s`, `m`, `h` or `d`, at most 31 days")]
    Window(Box<str>),
    /// It is not whole, or too much.
    #[error("`most` is a whole number; only `cost` has fractions, of at least a millionth")]
    Most,
    /// It means nothing here.
    #[error("`burst` is for calls in a window shorter than a day, from 1 to `most`")]
    Burst,
    /// There is no such effect.
    #[error("`{0}` is no effect")]
    Effect(Box<str>),
}

impl LimitTable {
    /// The limit, if it makes sense.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(self) -> Result<Limit, Vec<LimitProblem>> {
        let mut problems = Vec::new();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !(1..=MOST_NAME).contains(&self.name.len()) || !self.name.bytes().all(plain) {
            problems.push(LimitProblem::Name);
        }
        let most = if self.of == Of::Cost { self.most.millionths } else { self.most.whole };
        if most.is_none() {
            problems.push(LimitProblem::Most);
        }
        let window = self.length().unwrap_or_else(|problem| {
            problems.push(problem);
            Duration::ZERO
        });
        let fits = |burst: &u64| (1..=most.unwrap_or(u64::MAX)).contains(burst);
        let bursts = self.of == Of::Calls && window < KEPT_FROM;
        if self.of != Of::Concurrent && self.burst.is_some_and(|burst| !bursts || !fits(&burst)) {
            problems.push(LimitProblem::Burst);
        }
        let effect = self.covers.effect.as_deref().map(|name| (name, Effect::parse(name)));
        if let Some((name, None)) = effect {
            problems.push(LimitProblem::Effect(name.into()));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let covers = Covers {
            role: self.covers.role.as_deref().map(Into::into),
            server: self.covers.server.as_deref().map(Pattern::new),
            tool: self.covers.tool.as_deref().map(Pattern::new),
            effect: effect.and_then(|(_, effect)| effect),
        };
        Ok(Limit {
            name: (&*self.name).into(),
            per: self.per,
            of: self.of,
            most: most.unwrap_or(0),
            window,
            burst: self.burst,
            covers,
            when_away: self.when_away,
        })
    }

    fn length(&self) -> Result<Duration, LimitProblem> {
        match (self.of, &self.window) {
            (Of::Concurrent, None) if self.burst.is_none() => Ok(Duration::ZERO),
            (Of::Concurrent, _) => Err(LimitProblem::NeedlessWindow),
            (_, None) => Err(LimitProblem::NoWindow),
            (_, Some(text)) => length(text).ok_or_else(|| LimitProblem::Window(text.clone())),
        }
    }
}

/// The window with this text.
fn length(text: &str) -> Option<Duration> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let digits = !count.starts_with('0') && count.bytes().all(|byte| byte.is_ascii_digit());
    let count: u64 = if digits { count.parse().ok()? } else { return None };
    let length = Duration::from_secs(count.checked_mul(seconds)?);
    (length <= MOST_WINDOW).then_some(length)
}

impl Limit {
    /// Whether it is about this.
    #[must_use]
    pub fn is_for(&self, subject: &Subject<'_>) -> bool {
        let covers = &self.covers;
        covers.role.as_ref().is_none_or(|role| subject.roles.contains(role))
            && covers.server.as_ref().is_none_or(|server| server.covers(subject.server))
            && covers.tool.as_ref().is_none_or(|tool| tool.covers(subject.tool))
            && covers.effect.is_none_or(|effect| subject.effects.contains(&effect))
    }

    /// Whether what was used is kept in the store, so that a restart does not give it back.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.window >= KEPT_FROM
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NumberVisitor)
    }
}

impl<'de> Deserialize<'de> for Micros {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(from)?;
        let problem = || de::Error::custom(NO_AMOUNT);
        number.millionths.map(Self).ok_or_else(problem)
    }
}

struct NumberVisitor;

impl de::Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number that is not negative")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Number, E> {
        Ok(Number { whole: Some(number), millionths: number.checked_mul(1_000_000) })
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Number, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
        }
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Number, E> {
        if !(number.is_finite() && number >= 0.0) {
            return Err(E::invalid_value(de::Unexpected::Float(number), &self));
        }
        Ok(Number { whole: None, millionths: millionths(number) })
    }
}

/// A number times a million; `None` if there is less than a millionth in it, or too much.
fn millionths(number: f64) -> Option<u64> {
    /// The whole numbers up to here are numbers of this type.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let millionths = (number * 1_000_000.0).round();
    let lost = (millionths - number * 1_000_000.0).abs() > 0.001;
    if lost || millionths > EXACT {
        return None;
    }
    // Written out and read again: it is whole and small enough, so nothing is lost.
    format!("{millionths:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(text: &str) -> Result<Limit, String> {
        let table: LimitTable = toml_edit::de::from_str(text).map_err(|error| error.to_string())?;
        table.check().map_err(|problems| {
            let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
            all.join("; ")
        })
    }

    #[test]
    fn a_limit_is_read_as_it_is_meant() {
        let spending = limit(
            "name = 'spending'\nper = 'user'\nof = 'cost'\nmost = 2.5\nwindow = '30d'\n\
             when-away = 'open'\nmatch = { role = 'analyst', tool = 'query_*', effect = 'read' }",
        )
        .expect("it makes sense");
        assert_eq!((spending.most, spending.is_kept()), (2_500_000, true));
        assert_eq!(spending.when_away, WhenAway::Open);
        assert_eq!(spending.covers.effect, Some(Effect::Read));
        let calls = limit("name='a'\nper='all'\nof='calls'\nmost=600\nwindow='1m'\nburst=20");
        assert_eq!(calls.map(|limit| (limit.most, limit.burst)), Ok((600, Some(20))));
        let whole = limit("name='a'\nper='all'\nof='cost'\nmost=3\nwindow='1h'");
        assert_eq!(whole.map(|limit| limit.most), Ok(3_000_000));
        let some = limit("name='a'\nper='session'\nof='concurrent'\nmost=20");
        assert!(some.is_ok_and(|limit| !limit.is_kept() && limit.when_away == WhenAway::Closed));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        let head = "name = 'a'\nper = 'agent'\n";
        for (text, reason) in [
            ("of='calls'\nmost=1", "`window` is missing"),
            ("of='calls'\nmost=1\nwindow='1w'", "`1w` is no window"),
            ("of='calls'\nmost=1\nwindow='32d'", "`32d` is no window"),
            ("of='calls'\nmost=1\nwindow='0s'", "`0s` is no window"),
            ("of='calls'\nmost=1\nwindow=''", "`` is no window"),
            ("of='calls'\nmost=1.5\nwindow='1s'", "`most` is a whole number"),
            ("of='cost'\nmost=0.0000001\nwindow='1s'", "`most` is a whole number"),
            ("of='calls'\nmost=-1\nwindow='1s'", "not negative"),
            ("of='cost'\nmost=nan\nwindow='1s'", "not negative"),
            ("of='concurrent'\nmost=1\nwindow='1s'", "mean nothing"),
            ("of='bytes'\nmost=9\nwindow='1s'\nburst=2", "`burst` is for"),
            ("of='calls'\nmost=9\nwindow='1s'\nburst=10", "`burst` is for"),
            ("of='calls'\nmost=9\nwindow='1s'\nmatch={effect='fly'}", "`fly` is no effect"),
            ("of='calls'\nmost=9\nwindow='1s'\nmatch={tools='a'}", "unknown field"),
            ("of='calls'\nmost=9\nwindow='1s'\nper-day=1", "unknown field"),
        ] {
            let told = limit(&format!("{head}{text}")).expect_err(text);
            assert!(told.contains(reason), "{text}: {told}");
        }
        let name = limit("name='a b'\nper='all'\nof='calls'\nmost=9\nwindow='1s'");
        assert!(name.is_err_and(|told| told.contains("a name has")));
    }
}
