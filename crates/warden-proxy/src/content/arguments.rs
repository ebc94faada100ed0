//! What goes to a server: arguments of calls, and what clients answer to its questions.

use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

use warden_detect::{Carried, Destination, Match, hidden};
use warden_mcp::{
    frame,
    splice::{self, Edit},
    walk,
};

use super::{
    Looked, Matter, Past,
    answers::{Looker, is_certain, shown, unread},
    past::SECRET,
    pieces::{Pieces, place},
    settle::{Mark, Notices},
};

/// Members that are the envelope of what goes out and not its content.
static ENVELOPE: &[&str] = &["_meta", "name", "requestState"];

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
            return Looked::default();
        }
        let pieces = Pieces::of(raw, ENVELOPE);
        let mut notices = Notices::default();
        let mut past = past.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, piece) in pieces.all.iter().enumerate() {
            self.secrets_out((at, &piece.text), &mut past, &mut notices);
            self.personal(Matter::PersonalArgument, (at, &piece.text), &mut notices);
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
            Some(Ok(carried)) => self.copied(raw, &carried, &mut notices),
            Some(Err(_)) => notices.add(Matter::Unread, "unread/numbers".into(), None),
        }
        if past.is_blind() {
            notices.add(Matter::Unread, "unread/memory".into(), None);
        }
        notices.settle(&pieces, (&self.inspection, &self.tally), &mut past)
    }

    fn secrets_out(&self, (at, text): (usize, &str), past: &mut Past, notices: &mut Notices) {
        for secret in self.secrets(text, notices).secrets {
            let kind = secret.kind().id;
            let mark = || Mark::Here { piece: at, range: secret.range(), with: shown(kind) };
            notices.add(Matter::SecretArgument, format!("secrets/{kind}"), Some(mark()));
            let carried = past.is_carried(secret.fingerprint(), self.party);
            if carried && is_certain(&secret) {
                notices.add(Matter::CarriedSecret, format!("secrets/{kind}"), Some(mark()));
            }
        }
    }

    /// Notes what was seen before.
    fn copied(&self, raw: &str, carried: &Carried, notices: &mut Notices) {
        for found in &carried.matches {
            let other = found.label.is_none_or(|label| label.party != self.party);
            let secret = found.value && found.label.is_some_and(|label| label.class == SECRET);
            let matter = if secret && other { Matter::CarriedSecret } else { Matter::Copied };
            let evidence = format!("sketch/{}", found.form.name().replace(' ', "-"));
            notices.add(matter, evidence, Some(mark(raw, found)));
        }
        if carried.more > 0 {
            notices.add(Matter::Copied, "sketch/more".into(), Some(Mark::Nowhere));
        }
        if !carried.complete {
            notices.add(Matter::Unread, "unread/sketch".into(), None);
        }
    }
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
