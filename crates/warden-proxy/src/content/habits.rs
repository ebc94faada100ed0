//! What the answers of each tool look and sound like, so that one which breaks with them is seen.
//!
//! One for each server, over all who call it: what a tool answers belongs to the tool. It knows
//! hashes and counts, and none of the words.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;
use warden_detect::{Heard, Shape, Turn, answered};

use super::{Matter, pieces::Pieces, settle::Notices};

/// The most tools of one server whose answers are remembered.
const MOST: usize = 512;

/// So many answers are listened to whatever they say; after them, only those that could matter.
const ENOUGH: u32 = 64;

/// No history raises a score by more.
const RAISE: u32 = 45;

/// So much of an answer is listened to, in bytes.
const LONGEST: usize = 64 * 1024;

/// What the answers of the tools of one server are like.
#[derive(Debug, Default)]
pub(crate) struct Habits(Mutex<BTreeMap<Box<str>, Habit>>);

#[derive(Debug, Default)]
struct Habit {
    turn: Turn,
    shape: Shape,
}

/// Whose answer something is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// The tool.
    pub(crate) tool: &'a str,
    /// Its definition, as it was approved.
    pub(crate) definition: Option<&'a Value>,
}

/// One answer, as it is compared with those before it.
#[derive(Debug, Default)]
pub(super) struct Lesson {
    tool: Box<str>,
    heard: Option<Heard>,
    answer: Option<Value>,
}

impl Habits {
    /// Notes how an answer breaks with those before it, and with what its tool says of it.
    pub(super) fn compare(
        &self,
        said: Said<'_>,
        pieces: &Pieces<'_>,
        (score, level): (u32, u32),
        notices: &mut Notices,
    ) -> Lesson {
        // Others wait for what is remembered, and not for what is made of this answer.
        let listens = score + RAISE >= level || self.heard(said.tool) < ENOUGH;
        let heard = listens.then(|| Heard::of(&listened(pieces), score));
        let answer = serde_json::from_str::<Value>(pieces.raw()).ok();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = all.len() < MOST || all.contains_key(said.tool);
        let mut other = Habit::default();
        let habit = if room { all.entry(said.tool.into()).or_default() } else { &mut other };
        if let Some(heard) = &heard {
            let turned = habit.turn.against(heard);
            for turn in &turned.breaks {
                notices.evidence(format!("turn/{}", turn.name()));
            }
            if turned.raise > 0 && turned.score(score) >= level {
                notices.add(Matter::Turn, format!("turn/raised-{}", turned.raise), None);
            }
        }
        let mut lesson = Lesson { tool: said.tool.into(), heard, answer: None };
        let Some(answer) = answer else { return lesson };
        let broken = habit.shape.against(&answer);
        let declared = said.definition.map(|definition| answered(definition, &answer));
        let declared = declared.unwrap_or_default();
        for finding in broken.iter().chain(&declared.findings) {
            notices.evidence(format!("shape/{}", finding.class.name()));
        }
        let odd = Shape::score(&broken).saturating_add(declared.score());
        if odd >= level {
            notices.add(Matter::Shape, format!("shape/score-{}", odd.min(100)), None);
        }
        lesson.answer = Some(answer);
        lesson
    }

    /// How many answers of a tool were listened to.
    fn heard(&self, tool: &str) -> u32 {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(tool).map_or(0, |habit| habit.turn.heard())
    }

    /// Learns an answer that passed.
    pub(super) fn learn(&self, lesson: &Lesson) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(habit) = all.get_mut(&lesson.tool) else { return };
        if let Some(heard) = &lesson.heard {
            habit.turn.learn(heard);
        }
        if let Some(answer) = &lesson.answer {
            habit.shape.learn(answer);
        }
    }
}

/// What is listened to: the beginning of every text.
fn listened(pieces: &Pieces<'_>) -> String {
    let mut text = String::new();
    for piece in &pieces.all {
        let room = LONGEST.saturating_sub(text.len());
        let end = piece.text.floor_char_boundary(room.min(piece.text.len()));
        text.push_str(piece.text.get(..end).unwrap_or_default());
    }
    text
}
