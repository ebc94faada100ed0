//! Labels as JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use warden_model::DataClass;
use warden_policy::access::Labels;

/// The most walls, and the most sides and sources.
const MOST: usize = 1024;

/// Labels as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Written<'a> {
    untrusted: bool,
    hostile: bool,
    class: std::borrow::Cow<'a, str>,
    credentials: bool,
    blind: bool,
    walls: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    sources: BTreeSet<Box<str>>,
}

pub(super) fn serialize<S: Serializer>(labels: &Labels, to: S) -> Result<S::Ok, S::Error> {
    let written = Written {
        untrusted: labels.untrusted,
        hostile: labels.hostile,
        class: labels.class.name().into(),
        credentials: labels.credentials,
        blind: labels.blind,
        walls: labels.walls.clone(),
        sources: labels.sources.clone(),
    };
    written.serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Labels, D::Error> {
    let written = Written::deserialize(from)?;
    // A class that is not known may be above all that are.
    let class = DataClass::named(&written.class);
    let class = class.ok_or_else(|| D::Error::custom("no class of data has this name"))?;
    let sizes = written.walls.values().map(BTreeSet::len);
    let most = sizes.chain([written.walls.len(), written.sources.len()]).max();
    if most.is_some_and(|most| most > MOST) {
        return Err(D::Error::custom("there are too many"));
    }
    Ok(Labels {
        untrusted: written.untrusted,
        hostile: written.hostile,
        class,
        credentials: written.credentials,
        blind: written.blind,
        walls: written.walls,
        sources: written.sources,
    })
}
