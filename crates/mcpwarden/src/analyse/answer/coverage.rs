//! What was analysed, what was not, and what the code says about its findings.

use serde::{Deserialize, Serialize};
use warden_model as model;
use warden_model::{SkipReason, UnreadReason};
use warden_scan::settle::Comment;

use super::place::Place;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    name: String,
    files: usize,
    lines: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gap {
    kind: String,
    meaning: String,
    count: usize,
    places: Vec<Place>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Skipped {
    path: String,
    reason: String,
    files: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unread {
    place: Place,
    reason: String,
    detail: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remark {
    rules: Vec<String>,
    reason: String,
    until: Option<String>,
    place: Place,
    line: u32,
    problem: Option<String>,
}

impl Language {
    pub(super) fn of(one: &model::LanguageCoverage) -> Self {
        Self { name: one.language.clone(), files: one.files, lines: one.lines }
    }

    pub(super) fn back(self) -> model::LanguageCoverage {
        model::LanguageCoverage { language: self.name, files: self.files, lines: self.lines }
    }
}

impl Gap {
    pub(super) fn of(gaps: &model::Gaps) -> Self {
        Self {
            kind: gaps.kind.clone(),
            meaning: gaps.meaning.clone(),
            count: gaps.count,
            places: gaps.places.iter().map(Place::of).collect(),
        }
    }

    pub(super) fn back(self) -> model::Gaps {
        model::Gaps {
            kind: self.kind,
            meaning: self.meaning,
            count: self.count,
            places: self.places.into_iter().map(Place::back).collect(),
        }
    }
}

impl Skipped {
    pub(super) fn of(one: &model::Skipped) -> Self {
        Self { path: one.path.clone(), reason: one.reason.name().to_owned(), files: one.files }
    }

    pub(super) fn back(self) -> Option<model::Skipped> {
        use SkipReason::{Built, Cache, Data, Dependencies, History, Tests};
        let all = [Built, Cache, Data, Dependencies, History, Tests];
        let reason = all.into_iter().find(|known| known.name() == self.reason)?;
        Some(model::Skipped { path: self.path, reason, files: self.files })
    }
}

impl Unread {
    pub(super) fn of(one: &model::Unread) -> Self {
        Self {
            place: Place::of(&one.location),
            reason: one.reason.name().to_owned(),
            detail: one.detail.clone(),
        }
    }

    pub(super) fn back(self) -> Option<model::Unread> {
        // What the analysis of a tree can say of it.
        let all = [UnreadReason::TooLarge, UnreadReason::Unfinished, UnreadReason::Io];
        let reason = all.into_iter().find(|known| known.name() == self.reason)?;
        Some(model::Unread {
            location: self.place.back(),
            client: None,
            reason,
            detail: self.detail,
        })
    }
}

impl Remark {
    pub(super) fn of(comment: &Comment) -> Self {
        Self {
            rules: comment.rules.clone(),
            reason: comment.reason.clone(),
            until: comment.until.map(|date| date.to_string()),
            place: Place::of(&comment.place),
            line: comment.line,
            problem: comment.problem.clone(),
        }
    }

    pub(super) fn back(self) -> Option<Comment> {
        Some(Comment {
            rules: self.rules,
            reason: self.reason,
            until: self.until.map(|date| date.parse()).transpose().ok()?,
            place: self.place.back(),
            line: self.line,
            problem: self.problem,
        })
    }
}
