//! What is set for the arguments of one tool, ready to be held against them.

mod rule;

use serde_json::Value;

use super::{
    field::{Found, Place},
    setting::Argument,
};
use crate::access::Breach;
use rule::Rule;

/// The most breaches that are told apart.
const MOST_BREACHES: usize = 16;
/// The most places for which something is set, for one tool.
const MOST_PLACES: usize = 256;

/// Everything that is set for the arguments of one tool.
#[derive(Clone, Debug, Default)]
pub struct Constraints(Vec<One>);

#[derive(Clone, Debug)]
struct One {
    place: Place,
    required: bool,
    absent: bool,
    rules: Vec<Rule>,
}

/// What is wrong with what is set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// The place is no name and no pointer.
    #[error("`at`: `{0}` is neither a name nor a pointer like `/options/*/path`")]
    Place(Box<str>),
    /// A value means nothing.
    #[error("argument `{at}`: `{key}` means nothing as it is")]
    Value {
        /// The place.
        at: Box<str>,
        /// The key of the setting.
        key: &'static str,
    },
    /// Nothing is set at all.
    #[error("argument `{0}`: nothing is set for it")]
    Nothing(Box<str>),
    /// There are more places than are looked at.
    #[error("something is set for more than 256 arguments of one tool")]
    TooMany,
    /// The pinned schema has no such argument: what is set for it would never matter.
    #[error("the tool has no argument `{0}`")]
    Unknown(Box<str>),
    /// Recipients are set, and beside them is a field for recipients for which nothing is set.
    #[error("recipients are set, but nothing for `{0}` beside them")]
    Beside(Box<str>),
}

impl Constraints {
    /// Reads what is set for a tool. `home` is the folder that `~` stands for in settings.
    ///
    /// # Errors
    /// The first setting that means nothing.
    pub fn compile(arguments: &[Argument], home: Option<&str>) -> Result<Self, ConstraintError> {
        let mut all = Vec::new();
        for argument in arguments {
            let rules = rule::rules(argument, home)?;
            for at in argument.at.all() {
                let place =
                    Place::read(at).ok_or_else(|| ConstraintError::Place(at.as_str().into()))?;
                let (required, absent) = (argument.required, argument.absent);
                if rules.is_empty() && !required && !absent {
                    return Err(ConstraintError::Nothing(at.as_str().into()));
                }
                all.push(One { place, required, absent, rules: rules.clone() });
            }
            if argument.at.all().is_empty() {
                return Err(ConstraintError::Place("".into()));
            }
        }
        if all.len() > MOST_PLACES {
            return Err(ConstraintError::TooMany);
        }
        Ok(Self(all))
    }

    /// Whether everything that is set is about an argument that the tool has. What is set for an
    /// argument that is not there never matters, which nobody has meant who wrote it.
    ///
    /// # Errors
    /// The first place that the schema does not know, and a `cc` or `bcc` that is left open.
    pub fn fits(&self, input_schema: &Value) -> Result<(), ConstraintError> {
        for one in &self.0 {
            if !one.place.known_in(input_schema) {
                return Err(ConstraintError::Unknown(one.place.written().into()));
            }
            if one.rules.iter().any(|rule| matches!(rule, Rule::Recipients(_))) {
                self.nothing_beside(&one.place, input_schema)?;
            }
        }
        Ok(())
    }

    fn nothing_beside(&self, place: &Place, schema: &Value) -> Result<(), ConstraintError> {
        for name in ["to", "cc", "bcc", "To", "Cc", "Bcc", "CC", "BCC"] {
            let beside = place.beside(name);
            if beside.known_in(schema) && !self.0.iter().any(|one| one.place == beside) {
                return Err(ConstraintError::Beside(beside.written().into()));
            }
        }
        Ok(())
    }

    /// What arguments break of what is set: at most 16 breaches.
    #[must_use]
    pub fn check(&self, args: &Value) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for one in &self.0 {
            one.check(args, &mut |at: &str, what| breaches.push(Breach { at: at.into(), what }));
            if breaches.len() >= MOST_BREACHES {
                breaches.truncate(MOST_BREACHES);
                break;
            }
        }
        breaches
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl One {
    fn check(&self, args: &Value, breach: &mut impl FnMut(&str, &'static str)) {
        let Found { values, alike, too_many } = self.place.find(args);
        for at in &alike {
            breach(at, "look-alike");
        }
        let written = self.place.written();
        if too_many {
            breach(&written, "unread");
        }
        // What is null is not there for one server and is for the next.
        let there = values.iter().any(|(_, value)| !value.is_null());
        if self.required && !there {
            breach(&written, "required");
        }
        if self.absent {
            for (at, _) in &values {
                breach(at, "absent");
            }
        }
        for (at, value) in values.iter().filter(|(_, value)| !value.is_null()) {
            for rule in &self.rules {
                if !rule.holds(value, args, &self.place) {
                    breach(at, rule.what());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
