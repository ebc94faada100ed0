//! The result of a tree as JSON, between a worker and its parent, and in the cache.
//!
//! Both are the same program, so the version only guards against a cache of another one.

use serde::{Deserialize, Serialize};
use warden_model as model;
use warden_model::{Confidence, Severity, SkipReason, UnreadReason};
use warden_scan::{TreeScan, settle::Comment};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    version: u32,
    findings: Vec<Finding>,
    languages: Vec<Language>,
    gaps: Vec<Gap>,
    skipped: Vec<Skipped>,
    surfaces: Vec<Surface>,
    unread: Vec<Unread>,
    comments: Vec<Remark>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    rule: String,
    severity: String,
    confidence: String,
    message: String,
    label: String,
    place: Place,
    server: Option<String>,
    tool: Option<String>,
    parameter: Option<String>,
    code: Option<Excerpt>,
    trace: Vec<Step>,
    help: String,
    fingerprint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    place: Place,
    note: String,
    code: Option<Excerpt>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    file: String,
    pointer: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    function: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Excerpt {
    text: String,
    start: usize,
    length: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    name: String,
    files: usize,
    lines: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    kind: String,
    meaning: String,
    count: usize,
    places: Vec<Place>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Skipped {
    path: String,
    reason: String,
    files: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Surface {
    server: String,
    protocol: Option<String>,
    implementation: Option<(String, String)>,
    texts: Vec<Text>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    kind: Option<String>,
    name: String,
    pointer: String,
    shown: String,
    hidden: usize,
    effect: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unread {
    place: Place,
    reason: String,
    detail: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remark {
    rules: Vec<String>,
    reason: String,
    until: Option<String>,
    place: Place,
    line: u32,
    problem: Option<String>,
}

/// The result as bytes.
pub(super) fn write(scan: &TreeScan) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Answer {
        version: VERSION,
        findings: scan.findings.iter().map(Finding::of).collect(),
        languages: scan.coverage.languages.iter().map(Language::of).collect(),
        gaps: scan.coverage.gaps.iter().map(Gap::of).collect(),
        skipped: scan.coverage.skipped.iter().map(Skipped::of).collect(),
        surfaces: scan.surfaces.iter().map(Surface::of).collect(),
        unread: scan.unread.iter().map(Unread::of).collect(),
        comments: scan.comments.iter().map(Remark::of).collect(),
    })
}

/// Reads a result. `None` for anything that [`write`] does not write: half a result would be
/// taken for a whole one.
pub(super) fn read(bytes: &[u8]) -> Option<TreeScan> {
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    if answer.version != VERSION {
        return None;
    }
    Some(TreeScan {
        findings: answer.findings.into_iter().map(Finding::back).collect::<Option<_>>()?,
        coverage: model::SourceCoverage {
            languages: answer.languages.into_iter().map(Language::back).collect(),
            gaps: answer.gaps.into_iter().map(Gap::back).collect(),
            skipped: answer.skipped.into_iter().map(Skipped::back).collect::<Option<_>>()?,
        },
        surfaces: answer.surfaces.into_iter().map(Surface::back).collect::<Option<_>>()?,
        unread: answer.unread.into_iter().map(Unread::back).collect::<Option<_>>()?,
        comments: answer.comments.into_iter().map(Remark::back).collect::<Option<_>>()?,
    })
}

impl Finding {
    fn of(found: &model::Finding) -> Self {
        Self {
            rule: found.rule.to_owned(),
            severity: found.severity.name().to_owned(),
            confidence: found.confidence.name().to_owned(),
            message: found.message.clone(),
            label: found.label.clone(),
            place: Place::of(&found.location),
            server: found.subject.server.clone(),
            tool: found.subject.tool.clone(),
            parameter: found.subject.parameter.clone(),
            code: found.code.as_ref().map(Excerpt::of),
            trace: found.trace.iter().map(Step::of).collect(),
            help: found.help.clone(),
            fingerprint: found.fingerprint.to_string(),
        }
    }

    /// A rule that this program does not know, or a name that is none, makes the whole unreadable.
    fn back(self) -> Option<model::Finding> {
        let meta = warden_scan::rule(&self.rule)?.meta();
        let confidences = [Confidence::Low, Confidence::Medium, Confidence::High];
        let severity = Severity::ALL.iter().find(|known| known.name() == self.severity)?;
        Some(model::Finding {
            rule: meta.id,
            class: meta.class,
            cwe: meta.cwe(),
            severity: *severity,
            confidence: confidences.into_iter().find(|known| known.name() == self.confidence)?,
            message: self.message,
            label: self.label,
            location: self.place.back(),
            subject: model::Subject {
                server: self.server,
                tool: self.tool,
                parameter: self.parameter,
            },
            code: self.code.map(Excerpt::back),
            trace: self.trace.into_iter().map(Step::back).collect(),
            help: self.help,
            fingerprint: self.fingerprint.parse().ok()?,
        })
    }
}

impl Step {
    fn of(step: &model::TraceStep) -> Self {
        Self {
            place: Place::of(&step.location),
            note: step.note.clone(),
            code: step.code.as_ref().map(Excerpt::of),
        }
    }

    fn back(self) -> model::TraceStep {
        model::TraceStep {
            location: self.place.back(),
            note: self.note,
            code: self.code.map(Excerpt::back),
        }
    }
}

impl Place {
    fn of(place: &model::Location) -> Self {
        Self {
            file: place.file.clone(),
            pointer: place.pointer.clone(),
            line: place.line,
            column: place.column,
            function: place.function.clone(),
        }
    }

    fn back(self) -> model::Location {
        model::Location {
            file: self.file,
            pointer: self.pointer,
            line: self.line,
            column: self.column,
            function: self.function,
        }
    }
}

impl Excerpt {
    fn of(code: &model::Excerpt) -> Self {
        Self { text: code.text.clone(), start: code.start, length: code.length }
    }

    fn back(self) -> model::Excerpt {
        model::Excerpt { text: self.text, start: self.start, length: self.length }
    }
}

impl Language {
    fn of(one: &model::LanguageCoverage) -> Self {
        Self { name: one.language.clone(), files: one.files, lines: one.lines }
    }

    fn back(self) -> model::LanguageCoverage {
        model::LanguageCoverage { language: self.name, files: self.files, lines: self.lines }
    }
}

impl Gap {
    fn of(gaps: &model::Gaps) -> Self {
        Self {
            kind: gaps.kind.clone(),
            meaning: gaps.meaning.clone(),
            count: gaps.count,
            places: gaps.places.iter().map(Place::of).collect(),
        }
    }

    fn back(self) -> model::Gaps {
        model::Gaps {
            kind: self.kind,
            meaning: self.meaning,
            count: self.count,
            places: self.places.into_iter().map(Place::back).collect(),
        }
    }
}

impl Skipped {
    fn of(one: &model::Skipped) -> Self {
        Self { path: one.path.clone(), reason: one.reason.name().to_owned(), files: one.files }
    }

    fn back(self) -> Option<model::Skipped> {
        use SkipReason::{Built, Cache, Data, Dependencies, History, Tests};
        let all = [Built, Cache, Data, Dependencies, History, Tests];
        let reason = all.into_iter().find(|known| known.name() == self.reason)?;
        Some(model::Skipped { path: self.path, reason, files: self.files })
    }
}

impl Surface {
    fn of(view: &model::SurfaceView) -> Self {
        Self {
            server: view.server.clone(),
            protocol: view.protocol.clone(),
            implementation: view.implementation.clone(),
            texts: view.texts.iter().map(Text::of).collect(),
        }
    }

    fn back(self) -> Option<model::SurfaceView> {
        Some(model::SurfaceView {
            server: self.server,
            origin: model::Origin::Source,
            protocol: self.protocol,
            implementation: self.implementation,
            texts: self.texts.into_iter().map(Text::back).collect::<Option<_>>()?,
        })
    }
}

impl Text {
    fn of(text: &model::TextView) -> Self {
        Self {
            kind: text.kind.map(|kind| kind.name().to_owned()),
            name: text.name.clone(),
            pointer: text.pointer.clone(),
            shown: text.shown.clone(),
            hidden: text.hidden,
            effect: text.effect.map(|effect| effect.name().to_owned()),
        }
    }

    fn back(self) -> Option<model::TextView> {
        let kinds = || model::DefinitionKind::ALL.iter().copied();
        let effects = || model::Effect::ALL.iter().copied();
        let kind = |name: String| kinds().find(|known| known.name() == name);
        let effect = |name: String| effects().find(|known| known.name() == name);
        Some(model::TextView {
            // A name that is none makes the whole unreadable.
            kind: self.kind.map(|name| kind(name).ok_or(())).transpose().ok()?,
            name: self.name,
            pointer: self.pointer,
            shown: self.shown,
            hidden: self.hidden,
            effect: self.effect.map(|name| effect(name).ok_or(())).transpose().ok()?,
        })
    }
}

impl Unread {
    fn of(one: &model::Unread) -> Self {
        Self {
            place: Place::of(&one.location),
            reason: one.reason.name().to_owned(),
            detail: one.detail.clone(),
        }
    }

    fn back(self) -> Option<model::Unread> {
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
    fn of(comment: &Comment) -> Self {
        Self {
            rules: comment.rules.clone(),
            reason: comment.reason.clone(),
            until: comment.until.map(|date| date.to_string()),
            place: Place::of(&comment.place),
            line: comment.line,
            problem: comment.problem.clone(),
        }
    }

    fn back(self) -> Option<Comment> {
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
