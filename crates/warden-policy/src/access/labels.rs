//! What has flowed into a session.

use std::collections::{BTreeMap, BTreeSet};

use warden_model::DataClass;

/// The most values of one wall that are told apart; a session that has seen more has crossed it.
const MOST_VALUES: usize = 64;

/// What has flowed into a session. Labels only grow: there is no way to take one back, and what
/// joins two labels is never less than either.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that rules ask for by itself")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Labels {
    /// Something that a stranger wrote.
    pub untrusted: bool,
    /// Something that was judged to be written against the model.
    pub hostile: bool,
    /// The highest class of data.
    pub class: DataClass,
    /// A credential.
    pub credentials: bool,
    /// Something could not be looked at or remembered, so that nothing can be said of what goes out.
    pub blind: bool,
    /// Which side of each wall was seen: a wall is `repository`, a side is `acme/payroll`.
    pub walls: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    /// The servers and tools that brought untrusted content, `server/tool`, for the record.
    pub sources: BTreeSet<Box<str>>,
}

impl Labels {
    /// Adds what `other` has. Returns whether anything was added.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut grown = false;
        let flags = [
            (&mut self.untrusted, other.untrusted),
            (&mut self.hostile, other.hostile),
            (&mut self.credentials, other.credentials),
            (&mut self.blind, other.blind),
        ];
        for (ours, theirs) in flags {
            grown |= theirs && !*ours;
            *ours |= theirs;
        }
        grown |= other.class > self.class;
        self.class = self.class.max(other.class);
        for (wall, sides) in &other.walls {
            grown |= !self.walls.contains_key(wall);
            let ours = self.walls.entry(wall.clone()).or_default();
            for side in sides {
                grown |= ours.len() <= MOST_VALUES && ours.insert(side.clone());
            }
        }
        for source in &other.sources {
            grown |= self.sources.len() < MOST_VALUES && self.sources.insert(source.clone());
        }
        grown
    }

    /// Whether this is at least as much as `other` in everything that a rule can see.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let walls = other.walls.iter().all(|(wall, sides)| {
            let ours = self.walls.get(wall);
            ours.is_some_and(|ours| ours.len() > MOST_VALUES || sides.is_subset(ours))
        });
        let flags = [
            (self.untrusted, other.untrusted),
            (self.hostile, other.hostile),
            (self.credentials, other.credentials),
            (self.blind, other.blind),
        ];
        walls && self.class >= other.class && flags.iter().all(|(ours, theirs)| *ours || !theirs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*};

    use super::*;

    fn labels() -> impl Strategy<Value = Labels> {
        let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        let sides = btree_set("[a-z]{1,2}", 0..80);
        (flags, 0..4_usize, sides).prop_map(|(flags, class, sides)| {
            let (untrusted, hostile, credentials, blind) = flags;
            let sides: BTreeSet<Box<str>> = sides.into_iter().map(Into::into).collect();
            let walls = [("repository".into(), sides.clone())].into();
            let class = DataClass::ALL.get(class).copied().unwrap_or_default();
            Labels { untrusted, hostile, class, credentials, blind, walls, sources: sides }
        })
    }

    proptest! {
        // What a session has seen stays with it.
        #[test]
        fn labels_never_shrink(mut a in labels(), b in labels()) {
            let before = a.clone();
            let grew = a.join(&b);
            prop_assert!(a.covers(&before) && a.covers(&b));
            prop_assert_eq!(grew, a != before);
            prop_assert!(!a.join(&b), "joining again adds nothing");
        }
    }
}
