//! What goes to a server: arguments of calls, and what clients answer to its questions.

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{Mutex, PoisonError},
};

use warden_detect::{Carried, DataClass, Destination, Form, Match, PersonalHit, hidden};
use warden_mcp::{
    frame,
    splice::{self, Edit},
    walk,
};
use warden_policy::access::Carries;

use super::{
    Looked, Matter, Past,
    answers::{Looker, is_certain, shown, unread},
    past::SECRET,
    pieces::{Pieces, place},
    settle::{Mark, Notices},
};

/// Members that are the envelope of what goes out and not its content.
static ENVELOPE: &[&str] = &["_meta", "name", "requestState"];

/// The kind of personal data that is passed on all day.
const EMAIL: &str = "email";

/// The least digits of a card's number (ISO/IEC 7812-1); those of telephones have twelve at most.
const ACCOUNT: usize = 13;

/// As many single values go out in one call before they are a record: a name and an address.
const MOST_SINGLE: usize = 2;

/// So few letters and digits of running text are a name or a phrase, about five words of it.
const LEAST_TOLD: usize = 32;

/// As much of it in one call, in whatever pieces, is more than phrases.
const MOST_TOLD: usize = 2 * LEAST_TOLD;

/// Whereto something goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outward<'a> {
    /// The tool, or what else is called.
    pub(crate) way: &'a str,
    /// The tool carries what it is given to somebody else.
    pub(crate) sends: bool,
}

impl Looker {
    /// Looks at the parameters of a request that goes to the server.
    pub(crate) fn outward(&self, raw: &str, to: Outward<'_>, past: &Mutex<Past>) -> Looked {
        if !self.inspection.content {
            let carries = Carries { unread: true, ..Carries::default() };
            return Looked { carries, ..Looked::default() };
        }
        let pieces = Pieces::of(raw, ENVELOPE);
        let (mut notices, mut held) = (Notices::default(), Carries::default());
        let mut past = past.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, piece) in pieces.all.iter().enumerate() {
            self.secrets_out((at, &piece.text), &mut past, (&mut notices, &mut held));
            let class = self.personal(Matter::PersonalArgument, (at, &piece.text), &mut notices);
            held.class = held.class.max(class);
            for hit in hidden(&piece.text) {
                let range = hit.offset..hit.offset + hit.char.len_utf8();
                let mark = Mark::Here { piece: at, range, with: String::new() };
                let evidence = format!("hidden/{}", hit.kind.name());
                notices.add(Matter::HiddenArgument, evidence, Some(mark));
            }
        }
        unread(&pieces, &mut notices);
        let whereto = if to.sends { Destination::Outside } else { Destination::Party(self.party) };
        match past.carried(to.way, || content(raw), whereto) {
            None => {}
            Some(Ok(found)) => self.copied(raw, &found, (&mut notices, &mut held)),
            Some(Err(_)) => notices.add(Matter::Unread, "unread/numbers".into(), None),
        }
        if past.names_anything()
            && let Ok(arguments) = serde_json::from_str(&content(raw))
        {
            (held.steered, held.untrusted) = past.led(&arguments, &self.room);
        }
        if past.is_blind() {
            notices.add(Matter::Unread, "unread/memory".into(), None);
        }
        held.unread = notices.passes(Matter::Unread, &self.inspection);
        let looked = notices.settle(&pieces, (&self.inspection, &self.tally), &mut past);
        // What was taken out of it is not carried; that is rare enough to be asked for all the same.
        Looked { carries: held, ..looked }
    }

    fn secrets_out(
        &self,
        (at, text): (usize, &str),
        past: &mut Past,
        (notices, held): (&mut Notices, &mut Carries),
    ) {
        for secret in self.secrets(text, notices).secrets {
            let kind = secret.kind().id;
            let mark = || Mark::Here { piece: at, range: secret.range(), with: shown(kind) };
            notices.add(Matter::SecretArgument, format!("secrets/{kind}"), Some(mark()));
            let carried = past.is_carried(secret.fingerprint(), self.party);
            held.class = held.class.max(DataClass::Confidential);
            if carried && is_certain(&secret) {
                held.credentials = true;
                notices.add(Matter::CarriedSecret, format!("secrets/{kind}"), Some(mark()));
            }
        }
    }

    /// Notes what was seen before.
    fn copied(&self, raw: &str, carried: &Carried, (notices, held): (&mut Notices, &mut Carries)) {
        let small = self.small(raw, carried);
        for found in &carried.matches {
            let other = found.label.is_none_or(|label| label.party != self.party);
            let secret = found.value && found.label.is_some_and(|label| label.class == SECRET);
            held.credentials |= secret && other;
            if !small.covers(found) {
                held.copied = held.copied.max(class_of(found));
            }
            let matter = if secret && other { Matter::CarriedSecret } else { Matter::Copied };
            let evidence = format!("sketch/{}", found.form.name().replace(' ', "-"));
            notices.add(matter, evidence, Some(mark(raw, found)));
        }
        if carried.more > 0 {
            // What is beyond those that are named may be anything.
            held.copied = DataClass::Regulated;
            notices.add(Matter::Copied, "sketch/more".into(), Some(Mark::Nowhere));
        }
        if !carried.complete {
            notices.add(Matter::Unread, "unread/sketch".into(), None);
        }
    }
}

/// What of a call was copied and makes no record: single values and short phrases.
///
/// One value that was read, an address in a form, is what ordinary work passes on all day, and so is
/// the name of a product; a record is not, and neither is what a law protects.
#[derive(Default)]
struct Small<'a> {
    values: BTreeSet<(&'a str, usize)>,
    symbols: usize,
    phrases: bool,
}

impl<'a> Small<'a> {
    /// Whether a match is one of them, or is over several arguments and has little beside them.
    fn covers(&self, found: &Match) -> bool {
        let over = if found.argument.is_empty() { self.symbols } else { 0 };
        self.values.contains(&at(found))
            || self.phrases && is_running(found) && found.symbols < over + LEAST_TOLD
    }

    fn add(&mut self, found: &'a Match) {
        self.values.insert(at(found));
        self.symbols += found.symbols;
    }
}

fn at(found: &Match) -> (&str, usize) {
    (&found.argument, found.range.start)
}

/// Whether it has so many digits that it may be the number of an account or a card, of which one is
/// enough.
fn is_account(raw: &str, found: &Match) -> bool {
    let Some((token, _)) = token(raw, &found.argument) else { return true };
    let written = raw.get(token).unwrap_or_default();
    written.bytes().filter(u8::is_ascii_digit).count() >= ACCOUNT
}

/// Whether it is running text as it was read. What somebody has encoded was never a phrase.
fn is_running(found: &Match) -> bool {
    !found.value && found.form == Form::Plain
}

impl Looker {
    fn small<'a>(&self, raw: &str, carried: &'a Carried) -> Small<'a> {
        let mut small = Small::default();
        for found in carried.matches.iter().filter(|found| !found.argument.is_empty()) {
            let own = self.class_alone(raw, found);
            let class = own.map_or(class_of(found), |own| own.min(class_of(found)));
            let one = own.is_some() || found.value && !is_account(raw, found);
            if one && class < DataClass::Regulated {
                small.add(found);
            }
        }
        if small.values.len() > MOST_SINGLE {
            return Small::default();
        }
        let running = carried.matches.iter().filter(|found| is_running(found));
        let told: usize = running.map(|found| found.symbols).sum();
        small.phrases = told < small.symbols + MOST_TOLD;
        small
    }

    /// How what was copied has to be treated by itself, if it is one e-mail address and nothing
    /// around it: from whatever record it is, it is no more than an address. Of a number nobody can
    /// say so: what looks like that of a telephone may be that of an account.
    fn class_alone(&self, raw: &str, found: &Match) -> Option<DataClass> {
        let (token, _) = token(raw, &found.argument)?;
        let text = frame::string(raw.get(token)?)?;
        let known = self.inspection.personal().find(&text);
        let around = |hit: &&PersonalHit| {
            let within = hit.range.start <= found.range.start && found.range.end <= hit.range.end;
            within && hit.kind == EMAIL
        };
        known.complete.then(|| known.hits.iter().find(around).map(|hit| hit.class)).flatten()
    }
}

/// How what was seen before has to be treated; what is not known is taken for the worst.
fn class_of(found: &Match) -> DataClass {
    let class = found.label.map_or(u8::MAX, |label| label.class);
    DataClass::ALL.get(usize::from(class)).copied().unwrap_or(DataClass::Regulated)
}

/// Parameters without their envelope.
fn content(raw: &str) -> String {
    let gone: Vec<_> = ENVELOPE.iter().map(|name| (*name, Edit::Gone)).collect();
    splice::object(Some(raw), &gone)
}

/// Where a match can be taken out.
fn mark(raw: &str, found: &Match) -> Mark {
    let Some((token, named)) = token(raw, &found.argument) else { return Mark::Nowhere };
    // The name of a member may be what was copied, and a name cannot be changed.
    if !named {
        return Mark::Nowhere;
    }
    let Some(written) = raw.get(token.clone()) else { return Mark::Nowhere };
    let text = frame::string(written);
    let whole = text.as_ref().map_or(written.len(), |text| text.len());
    let fits = text.as_ref().is_some_and(|text| text.get(found.range.clone()).is_some());
    let at = if fits { found.range.clone() } else { 0..whole };
    Mark::Value { token, at, with: shown("copied") }
}

/// The place of the value to which a pointer leads, and whether its name is a plain word.
fn token(raw: &str, pointer: &str) -> Option<(Range<usize>, bool)> {
    let mut value = raw;
    let mut plain = true;
    for step in pointer.strip_prefix('/')?.split('/') {
        let name = step.replace("~1", "/").replace("~0", "~");
        value = if value.starts_with('[') {
            walk::elements(value).nth(name.parse().ok()?)?
        } else {
            plain = name.len() <= 24
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            walk::member(value, &name)?
        };
    }
    let leaf = !value.starts_with(['{', '[']);
    leaf.then(|| (place(raw, value), plain))
}
