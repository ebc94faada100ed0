//! What a rule looks at.
//!
//! A rule that is shown nothing but this says what it would say if it were shown everything. So
//! whatever cannot be told is taken for everything.

use std::{collections::BTreeSet, ops::BitOrAssign, sync::Arc};

use cedar_policy::Policy;
use serde_json::Value;

use super::{
    members::{APPROVED, MEMBERS, Member, Of, UNIX},
    model::Model,
};

/// What a rule, or several of them, look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reads(u64);

/// The name of whoever asks, and all his roles.
const WHO: u64 = 1 << 63;
/// Which of the roles that conditions name he has.
const ROLES: u64 = 1 << 62;

const _: () = assert!(MEMBERS.len() < 62, "every member has a bit");

impl Reads {
    /// Everything there is.
    pub(super) const ALL: Self = Self(WHO | ROLES | ((1 << MEMBERS.len()) - 1));

    fn members(wanted: impl Fn(&Member) -> bool) -> Self {
        let bits = MEMBERS.iter().enumerate().filter(|(_, member)| wanted(member));
        Self(bits.fold(0, |all, (at, _)| all | 1 << at))
    }

    fn member(of: Of, name: &str) -> Option<Self> {
        let one = Self::members(|member| member.of == of && member.name == name);
        (one != Self::default()).then_some(one)
    }

    fn all_of(of: &[Of]) -> Self {
        Self::members(|member| of.contains(&member.of))
    }

    /// Everything about who asks.
    pub(super) fn principal() -> Self {
        Self(WHO | ROLES | Self::all_of(&[Of::Principal]).0)
    }

    /// Everything about what is asked for.
    pub(super) fn resource() -> Self {
        Self::all_of(&[Of::Resource])
    }

    /// Whether the name of whoever asks is among it.
    pub(super) const fn who(self) -> bool {
        self.0 & WHO != 0
    }

    /// Whether the roles that conditions name are.
    pub(super) const fn roles(self) -> bool {
        self.0 & ROLES != 0
    }

    /// Whether an approval can change what is said.
    pub(super) const fn approval(self) -> bool {
        self.0 & (1 << APPROVED) != 0
    }

    /// Whether it is never the same again.
    pub(super) const fn second(self) -> bool {
        self.0 & (1 << UNIX) != 0
    }

    /// The members that are among it.
    pub(super) fn each(self) -> impl Iterator<Item = &'static Member> {
        let mut left = self.0 & !(WHO | ROLES);
        std::iter::from_fn(move || {
            let member = MEMBERS.get(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(member)
        })
    }
}

impl BitOrAssign for Reads {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What the conditions of a rule look at, and the roles that they name.
pub(super) fn conditions(policy: &Policy, model: &Model) -> (Reads, BTreeSet<Arc<str>>) {
    let mut found = Found { model, reads: Reads::default(), roles: BTreeSet::new() };
    let json = policy.to_json().ok();
    match json.as_ref().and_then(|json| json.get("conditions")) {
        Some(conditions) => found.walk(conditions),
        None => found.reads = Reads::ALL,
    }
    (found.reads, found.roles)
}

struct Found<'a> {
    model: &'a Model,
    reads: Reads,
    roles: BTreeSet<Arc<str>>,
}

impl Found<'_> {
    /// Looks at an expression in Cedar's JSON form. They are as deep as Cedar's parser lets them be.
    fn walk(&mut self, expression: &Value) {
        match expression {
            Value::Object(members) => {
                for (operator, of) in members {
                    self.operator(operator, of);
                }
            }
            Value::Array(all) => all.iter().for_each(|one| self.walk(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn operator(&mut self, operator: &str, of: &Value) {
        let known = match operator {
            "Var" => of.as_str().map(|name| self.whole(name)),
            // One that is named by itself may be who asks or what is asked for.
            "__entity" => {
                self.reads |= Reads::principal();
                self.reads |= Reads::resource();
                Some(())
            }
            "." | "has" => member_of(of).map(|(var, path)| self.member(var, &path)),
            "is" => self.is(of),
            "in" => side(of, "left", "right").and_then(|(var, other)| self.within(var, other)),
            "==" | "!=" => side(of, "left", "right")
                .or_else(|| side(of, "right", "left"))
                .and_then(|(var, other)| self.within(var, other)),
            _ => None,
        };
        if known.is_none() {
            self.walk(of);
        }
    }

    /// A variable that stands by itself.
    fn whole(&mut self, var: &str) {
        self.reads |= match var {
            "principal" => Reads::principal(),
            "resource" => Reads::resource(),
            "context" => Reads::all_of(&[Of::Session, Of::Args, Of::Time, Of::Context]),
            // What is done is part of every question.
            "action" => Reads::default(),
            _ => Reads::ALL,
        };
    }

    /// `principal.tenant`, `context.session.class`, and whatever has no such member.
    fn member(&mut self, var: &str, path: &[&str]) {
        let one = match (var, path) {
            ("principal", [name, ..]) => Reads::member(Of::Principal, name),
            ("resource", [name, ..]) => Reads::member(Of::Resource, name),
            ("context", ["session"]) => Some(Reads::all_of(&[Of::Session])),
            ("context", ["args"]) => Some(Reads::all_of(&[Of::Args])),
            ("context", ["time"]) => Some(Reads::all_of(&[Of::Time])),
            ("context", ["session", name, ..]) => Reads::member(Of::Session, name),
            ("context", ["args", name, ..]) => Reads::member(Of::Args, name),
            ("context", ["time", name, ..]) => Reads::member(Of::Time, name),
            ("context", [name, ..]) => Reads::member(Of::Context, name),
            _ => None,
        };
        self.reads |= one.unwrap_or(Reads::ALL);
    }

    /// `resource is Warden::Tool`: types are part of every question. `in` can come with it.
    fn is(&mut self, of: &Value) -> Option<()> {
        let var = variable(of.get("left")?)?;
        match of.get("in") {
            None => Some(()),
            Some(within) => self.within(var, within),
        }
    }

    /// What is in, or is, one of those that are named, if nothing else stands there.
    fn within(&mut self, var: &str, named: &Value) -> Option<()> {
        let named = entities(named)?;
        let is = |of: &str, name: &cedar_policy::EntityTypeName| of == name.to_string();
        for (of, name) in named {
            let one = match var {
                "action" => Some(Reads::default()),
                "principal" if is(of, &self.model.role) => {
                    self.roles.insert(name.into());
                    Some(Reads(ROLES))
                }
                "resource" if is(of, &self.model.server) => Reads::member(Of::Resource, "server"),
                "resource" if is(of, &self.model.tenant) => Reads::member(Of::Resource, "tenant"),
                // By its kind, which is part of every question, and its name.
                "resource" => Some(Reads::members(|member| {
                    member.of == Of::Resource && matches!(member.name, "server" | "name")
                })),
                _ => None,
            };
            match one {
                Some(one) => self.reads |= one,
                None => self.whole(var),
            }
        }
        Some(())
    }
}

/// A variable, if that is all that stands there.
fn variable(expression: &Value) -> Option<&str> {
    only(expression).filter(|(operator, _)| *operator == "Var")?.1.as_str()
}

fn only(expression: &Value) -> Option<(&str, &Value)> {
    let members = expression.as_object()?;
    let mut all = members.iter().map(|(operator, of)| (operator.as_str(), of));
    all.next().filter(|_| members.len() == 1)
}

/// The variable on one side, and what stands on the other.
fn side<'a>(of: &'a Value, one: &str, other: &str) -> Option<(&'a str, &'a Value)> {
    Some((variable(of.get(one)?)?, of.get(other)?))
}

/// What `.` and `has` are about: a variable, and the names on the way from it.
fn member_of(of: &Value) -> Option<(&str, Vec<&str>)> {
    let (left, name) = (of.get("left")?, of.get("attr")?.as_str()?);
    let (var, mut path) = match only(left)? {
        ("Var", var) => (var.as_str()?, Vec::new()),
        (".", within) => member_of(within)?,
        _ => return None,
    };
    path.push(name);
    Some((var, path))
}

/// Type and name of each entity, if they are all that is named.
fn entities(expression: &Value) -> Option<Vec<(&str, &str)>> {
    let (operator, of) = only(expression)?;
    match (operator, of) {
        ("Value", of @ Value::Object(_)) => entities(of),
        ("Value" | "Set", Value::Array(all)) => {
            let each: Option<Vec<_>> = all.iter().map(entities).collect();
            Some(each?.concat())
        }
        ("__entity", of) => Some(vec![(of.get("type")?.as_str()?, of.get("id")?.as_str()?)]),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
