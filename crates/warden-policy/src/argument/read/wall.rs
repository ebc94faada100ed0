//! Walls: what must not be mixed in one session, and how to tell which side something is about.

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::{Read, add};
use crate::argument::{
    field::{Found, Place, unseen},
    schema::linear,
};

const MOST_SIDE: usize = 512;
const MOST_PARTS: usize = 8;

/// A wall: `[[wall]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wall {
    /// What it keeps apart: `repository`.
    pub name: String,
    /// Where a side is found.
    pub of: Vec<WallPart>,
}

/// Where the side of a wall is found in the arguments or the answers of a tool.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WallPart {
    /// The server; `*` for every one.
    pub server: String,
    /// The tool; `*` for every one.
    pub tool: String,
    /// The fields that together name a side, as in `at` of an argument.
    #[serde(default)]
    pub field: Vec<String>,
    /// What stands between them.
    #[serde(default)]
    pub join: String,
    /// One place instead of fields.
    pub pointer: Option<String>,
    /// What part of the value is the side: the first group of a pattern.
    pub pattern: Option<String>,
    /// Whether it is found in arguments or in answers.
    #[serde(default)]
    pub side: Side,
}

/// What is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Arguments of a call.
    #[default]
    Arguments,
    /// What it answers.
    Answer,
}

/// Why a wall means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wall `{wall}`: {why}")]
pub struct WallError {
    /// Its name.
    pub wall: Box<str>,
    /// What is wrong.
    pub why: &'static str,
}

/// Walls, ready to be read by.
#[derive(Clone, Debug, Default)]
pub struct Walls(Vec<Part>);

#[derive(Clone, Debug)]
struct Part {
    wall: Box<str>,
    server: String,
    tool: String,
    side: Side,
    places: Vec<Place>,
    join: String,
    pattern: Option<Regex>,
}

impl Walls {
    /// Reads walls.
    ///
    /// # Errors
    /// The first wall that means nothing.
    pub fn compile(walls: &[Wall]) -> Result<Self, WallError> {
        let mut parts = Vec::new();
        for wall in walls {
            let bad = |why| WallError { wall: wall.name.as_str().into(), why };
            if wall.name.is_empty() || wall.of.is_empty() {
                return Err(bad("it has no name, or nothing that tells its sides"));
            }
            for part in &wall.of {
                parts.push(Part::read(&wall.name, part).map_err(bad)?);
            }
        }
        Ok(Self(parts))
    }

    /// Adds the sides that a value is about.
    pub(super) fn read(
        &self,
        value: &Value,
        (server, tool): (&str, &str),
        side: Side,
        read: &mut Read,
    ) {
        let covers = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        let parts = self.0.iter().filter(|part| {
            part.side == side && covers(&part.server, server) && covers(&part.tool, tool)
        });
        for part in parts {
            match part.sides(value) {
                Ok(sides) if sides.is_empty() => {}
                Ok(sides) => {
                    let ours = read.walls.entry(part.wall.clone()).or_default();
                    for side in sides {
                        read.unread |= !add(ours, side);
                    }
                }
                Err(Unreadable) => read.unread = true,
            }
        }
    }
}

/// It is about a side, and nobody can tell about which.
struct Unreadable;

impl Part {
    fn read(wall: &str, set: &WallPart) -> Result<Self, &'static str> {
        let fields: Vec<&String> = match (&set.pointer, set.field.is_empty()) {
            (Some(pointer), true) => vec![pointer],
            (None, false) if set.field.len() <= MOST_PARTS => set.field.iter().collect(),
            _ => return Err("`field` or `pointer` says where its side is, and not both"),
        };
        if fields.len() > 1 && set.join.is_empty() {
            return Err("`join` says what stands between its fields");
        }
        let places: Option<Vec<Place>> = fields.iter().map(|it| Place::read(it)).collect();
        let pattern = match &set.pattern {
            None => None,
            Some(_) if fields.len() > 1 => return Err("`pattern` goes with one place"),
            Some(pattern) => {
                let pattern = linear(pattern).filter(|it| it.captures_len() > 1);
                Some(pattern.ok_or("`pattern` is none, or has no group")?)
            }
        };
        Ok(Self {
            wall: wall.into(),
            server: set.server.clone(),
            tool: set.tool.clone(),
            side: set.side,
            places: places.ok_or("a place is neither a name nor a pointer")?,
            join: set.join.clone(),
            pattern,
        })
    }

    /// The sides that a value is about. Fields that stand in a list go together one by one.
    fn sides(&self, value: &Value) -> Result<Vec<String>, Unreadable> {
        let mut columns = Vec::new();
        for place in &self.places {
            let Found { values, alike, too_many } = place.find(value);
            if too_many || !alike.is_empty() {
                return Err(Unreadable);
            }
            let there = values.into_iter().map(|(_, it)| it).filter(|it| !it.is_null());
            columns.push(there.map(|it| self.part(it)).collect::<Result<Vec<_>, _>>()?);
        }
        let rows = columns.first().map_or(0, Vec::len);
        // Half a name could be that of any side.
        if columns.iter().any(|it| it.len() != rows) {
            return Err(Unreadable);
        }
        let row =
            |at: usize| columns.iter().filter_map(|it| it.get(at)).cloned().collect::<Vec<_>>();
        Ok((0..rows).map(|at| row(at).join(&self.join)).collect())
    }

    fn part(&self, value: &Value) -> Result<String, Unreadable> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) if !number.is_f64() => number.to_string(),
            _ => return Err(Unreadable),
        };
        let text = match &self.pattern {
            None => text,
            Some(pattern) => {
                let found = pattern.captures(&text).and_then(|it| it.get(1)).ok_or(Unreadable)?;
                found.as_str().to_owned()
            }
        };
        let side: String = text.nfkc().flat_map(char::to_lowercase).collect();
        let side = side.trim();
        // Parts that hold what stands between parts can be cut in another place.
        let cut = self.places.len() > 1 && side.contains(&self.join);
        let odd =
            side.is_empty() || side.len() > MOST_SIDE || side.contains(|c| unseen(c) && c != ' ');
        if cut || odd || side.contains('%') || side.split('/').any(|it| matches!(it, "." | "..")) {
            return Err(Unreadable);
        }
        Ok(side.to_owned())
    }
}
