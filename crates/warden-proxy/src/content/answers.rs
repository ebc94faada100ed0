//! What comes from a server: answers, errors, questions, notifications.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use warden_detect::{
    DataClass, Judge, Label, Secret, Subject, ToldSecrets, Verdict, links, tell_secrets,
};
use warden_policy::access::Labels;

use super::{
    Habits, Inspection, Looked, Matter, Past, Room, Said, Tally,
    past::{SECRET, Writer},
    pieces::Pieces,
    settle::{Mark, Notices},
};

/// A session is only held to have read hostile text from this score on: what is noticed below it
/// is written down, and a session cannot take it back.
const CERTAIN: u32 = 75;

/// What stands in place of a text that was hostile.
const TAKEN_OUT: &str = "‹hostile text›";

/// Looks at what passes between clients and one server.
#[derive(Clone, Debug)]
pub(crate) struct Looker {
    pub(crate) inspection: Arc<Inspection>,
    pub(crate) room: Arc<Room>,
    pub(crate) tally: Arc<Tally>,
    /// What its answers are like.
    pub(crate) habits: Arc<Habits>,
    /// The number of the server.
    pub(crate) party: u16,
    /// How what it says has to be treated at least.
    pub(crate) class: DataClass,
}

impl Looker {
    /// The same, where what is said has to be treated like this at least.
    pub(crate) fn at_least(&self, class: DataClass) -> Cow<'_, Self> {
        if class <= self.class {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self { class, ..self.clone() })
    }

    /// Looks at what a server says, and remembers what of it is confidential.
    ///
    /// `trusted` says whether the company trusts who wrote it; nothing where no rules ask for it.
    pub(crate) fn words(
        &self,
        raw: &str,
        (said, trusted): (Option<Said<'_>>, Option<bool>),
        past: &Mutex<Past>,
    ) -> Looked {
        if !self.inspection.content {
            // Nobody has looked, so nothing can be said of what the session has seen.
            let flow = Labels { blind: true, ..Labels::default() };
            past.lock().unwrap_or_else(PoisonError::into_inner).join(&flow);
            return Looked { flow, ..Looked::default() };
        }
        let pieces = Pieces::of(raw, &[]);
        let mut notices = Notices::default();
        let mut class = self.class;
        let (mut known, mut worst, mut hostile) = (Vec::new(), 0, BTreeSet::new());
        for (at, piece) in pieces.all.iter().enumerate() {
            let verdict = Judge::of(Subject::Content).text(&piece.text);
            worst = worst.max(verdict.score);
            if verdict.reaches(CERTAIN.max(self.inspection.level)) {
                hostile.insert(at);
            }
            self.judged(at, &verdict, &mut notices);
            self.linked((at, &piece.text), &mut notices);
            let secrets = self.secrets(&piece.text, &mut notices);
            for secret in &secrets.secrets {
                class = class.max(DataClass::Confidential);
                let (kind, range) = (secret.kind().id, secret.range());
                let mark = Mark::Here { piece: at, range, with: shown(kind) };
                notices.add(Matter::Secret, format!("secrets/{kind}"), Some(mark));
            }
            known.extend(secrets.secrets.into_iter().map(|secret| (at, secret)));
            class = class.max(self.personal(Matter::Personal, (at, &piece.text), &mut notices));
        }
        unread(&pieces, &mut notices);
        let level = (worst, self.inspection.level);
        let compare = |said| self.habits.compare(said, &pieces, level, &mut notices);
        let lesson = said.map(compare);
        if class >= DataClass::Confidential {
            notices.evidence(format!("class/{}", class.name()));
        }
        let mut flow = self.flow(&notices, (class, !hostile.is_empty()), !known.is_empty());
        // Where strangers write, one answer is by one of them and the next by another: only a tool
        // that speaks for itself can turn.
        let turned = trusted != Some(false) && notices.passes(Matter::Turn, &self.inspection);
        flow.hostile |= turned;
        let hostile = if flow.hostile { hostile } else { BTreeSet::new() };
        let mut past = past.lock().unwrap_or_else(PoisonError::into_inner);
        let mut looked = notices.settle(&pieces, (&self.inspection, &self.tally), &mut past);
        if let Some(lesson) = lesson.filter(|_| looked.refused.is_none()) {
            self.habits.learn(&lesson);
        }
        // What nobody is shown, nobody can carry out.
        if looked.refused.is_none() {
            past.join(&flow);
            if let Some(trusted) = trusted {
                self.name(&pieces, (&hostile, trusted), &mut past);
            }
            if class >= DataClass::Confidential {
                self.remember(&pieces, class, &known, &mut past);
            }
            looked.flow = flow;
        }
        looked
    }

    /// Remembers what a text names, by who wrote it.
    fn name(
        &self,
        pieces: &Pieces<'_>,
        (hostile, trusted): (&BTreeSet<usize>, bool),
        past: &mut Past,
    ) {
        for (at, piece) in pieces.all.iter().enumerate() {
            let writer = match (hostile.contains(&at), trusted) {
                (true, _) => Writer::Hostile,
                (false, true) => Writer::Trusted,
                (false, false) => Writer::Stranger,
            };
            past.name(&piece.text, writer, &self.room);
        }
    }

    /// What a server's words bring into a session, as far as they show it themselves.
    fn flow(
        &self,
        notices: &Notices,
        (class, hostile): (DataClass, bool),
        secrets: bool,
    ) -> Labels {
        let passes = |matter| notices.passes(matter, &self.inspection);
        Labels {
            hostile: hostile && passes(Matter::Hostile),
            class,
            credentials: secrets && passes(Matter::Secret),
            blind: passes(Matter::Unread),
            ..Labels::default()
        }
    }

    /// What the detectors of hostile text say of a text.
    fn judged(&self, at: usize, verdict: &Verdict, notices: &mut Notices) {
        if !verdict.complete {
            notices.add(Matter::Unread, "unread/layers".into(), None);
        }
        for mark in verdict.marks.iter().filter(|mark| mark.detector == "hidden") {
            let gone = Mark::Here { piece: at, range: mark.range.clone(), with: String::new() };
            notices.add(Matter::Hidden, format!("hidden/{}", mark.class), Some(gone));
        }
        if verdict.reaches(self.inspection.level) {
            let with = || TAKEN_OUT.to_owned();
            for mark in &verdict.marks {
                let whole = Mark::Whole { piece: at, range: mark.range.clone(), with: with() };
                let evidence = format!("{}/{}", mark.detector, mark.class);
                notices.add(Matter::Hostile, evidence, Some(whole));
            }
            notices.evidence(format!("score/{}", verdict.score));
        }
    }

    /// Notes links through which data leaves.
    fn linked(&self, (at, text): (usize, &str), notices: &mut Notices) {
        let found = links(text);
        if !found.reaches(self.inspection.level) {
            return;
        }
        for link in &found.evidence {
            let mark = Mark::Here { piece: at, range: link.range.clone(), with: shown("link") };
            notices.add(Matter::Link, format!("links/{}", link.kind.name()), Some(mark));
        }
        if found.more > 0 {
            notices.add(Matter::Link, "links/more".into(), Some(Mark::Nowhere));
        }
    }

    /// The secrets in a text; none without the randomness to tell them apart, which is said.
    pub(super) fn secrets(&self, text: &str, notices: &mut Notices) -> ToldSecrets {
        let Some(key) = self.room.key() else {
            notices.add(Matter::Unread, "unread/randomness".into(), None);
            return ToldSecrets::default();
        };
        let told = tell_secrets(text, key);
        if told.cut {
            notices.add(Matter::Unread, "unread/secrets".into(), None);
        }
        told
    }

    /// Notes the personal data and company's words in a text, and returns their class.
    pub(super) fn personal(
        &self,
        matter: Matter,
        (at, text): (usize, &str),
        notices: &mut Notices,
    ) -> DataClass {
        let found = self.inspection.personal().find(text);
        for hit in &found.hits {
            let mark = Mark::Here { piece: at, range: hit.range.clone(), with: shown(&hit.kind) };
            notices.add(matter, format!("personal/{}", hit.kind), Some(mark));
        }
        if !found.complete {
            notices.add(Matter::Unread, "unread/personal".into(), None);
        }
        found.class().unwrap_or(DataClass::Public)
    }

    fn remember(
        &self,
        pieces: &Pieces<'_>,
        class: DataClass,
        secrets: &[(usize, Secret)],
        past: &mut Past,
    ) {
        let party = self.party;
        for piece in &pieces.all {
            past.remember(&piece.text, Label { party, class: class as u8 }, &self.room);
        }
        for (at, secret) in secrets {
            let theirs = past.secret_from(secret.fingerprint(), party);
            let text = pieces.all.get(*at).and_then(|piece| piece.text.get(secret.range()));
            if let Some(text) = text.filter(|_| theirs && is_certain(secret)) {
                past.remember(text, Label { party, class: SECRET }, &self.room);
            }
        }
    }
}

/// Notes what could not be looked at.
pub(super) fn unread(pieces: &Pieces<'_>, notices: &mut Notices) {
    if pieces.cut {
        notices.add(Matter::Unread, "unread/depth".into(), None);
    }
    if pieces.binary {
        notices.evidence("unread/binary".into());
    }
}

/// What stands in place of a value of this kind.
pub(super) fn shown(kind: &str) -> String {
    format!("‹{kind}›")
}

/// Whether the value itself proves what it is, and not only the place where it stands.
pub(super) fn is_certain(secret: &Secret) -> bool {
    !secret.kind().proof().starts_with("place")
}
