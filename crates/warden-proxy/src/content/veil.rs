//! What somebody may not see in clear of what a server says, taken out of it.
//!
//! What is found is replaced by a mark that names its kind and nothing else. Where it cannot be
//! found or cannot be taken out, the whole text is replaced, and what has no form in which it
//! could be is withheld. What comes out is looked at again until nothing is left in it, so that
//! what passes was judged as it passes.

mod again;
mod opaque;
mod whole;

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use warden_detect::{DataClass, MOST_HITS, first_secrets};
use warden_mcp::Method;
use warden_policy::mask::Sight;

use again::Values;

use super::{
    Looked, Looker,
    answers::shown,
    pieces::{Changes, Piece, Pieces},
};

/// What is left of a value can be taken for another once a part of it is gone. So often it is
/// looked again.
const ROUNDS: usize = 8;

/// What is between somebody and what a server says.
#[derive(Debug)]
pub(crate) struct Veil {
    sight: Sight,
    /// How all that is said has to be treated.
    label: DataClass,
}

impl Veil {
    /// The veil of somebody who sees this, before what has to be treated like this; `None` if he
    /// sees everything.
    pub(crate) fn new(sight: Sight, label: DataClass) -> Option<Self> {
        (!sight.is_clear()).then_some(Self { sight, label })
    }

    /// Whether it is about all that is said: nobody can tell which part of it is not of its class.
    fn hides_all(&self) -> bool {
        self.label > self.sight.most_clear()
    }

    fn hides(&self, class: DataClass, kind: Option<&str>) -> bool {
        class > self.sight.most_clear_of(kind)
    }
}

/// What a server says, by what can be put in its place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form<'a> {
    /// The result of a request, which may be about this resource.
    Result(Method, Option<&'a str>),
    /// An error.
    Error,
    /// A notification.
    Told(Method),
    /// A question to the client, which cannot be put without its words.
    Question,
}

/// What becomes of what a server says.
#[derive(Debug, PartialEq, Eq)]
enum Veiled {
    /// It passes as it is.
    Clear,
    /// This passes in its place, JSON. With what was masked, as `masked/kind`.
    Masked(String, Vec<String>),
    /// It does not pass: something in it may not be seen and cannot be taken out.
    Withheld,
}

impl Looker {
    /// Takes out of what was looked at, and of what is left of it, what is behind the veil.
    ///
    /// What the session remembers stays what was said and not what is shown: a mark can be guessed,
    /// and the same value can come by another way.
    pub(crate) fn behind(
        &self,
        veil: Option<&Veil>,
        form: Form<'_>,
        raw: &str,
        mut looked: Looked,
    ) -> Looked {
        let Some(veil) = veil.filter(|_| looked.refused.is_none()) else { return looked };
        match self.veiled(looked.changed.as_deref().unwrap_or(raw), form, veil) {
            Veiled::Clear => {}
            Veiled::Masked(text, kinds) => {
                looked.changed = Some(text);
                looked.labels.extend(kinds);
            }
            Veiled::Withheld => {
                looked.withheld = true;
                looked.labels.push("masked/withheld".into());
            }
        }
        looked
    }

    /// Takes out of verified words what is behind the veil.
    fn veiled(&self, raw: &str, form: Form<'_>, veil: &Veil) -> Veiled {
        let mut kinds = BTreeSet::new();
        let parts = if veil.hides_all() { None } else { self.in_parts(raw, veil, &mut kinds) };
        let text = parts.or_else(|| {
            kinds.insert(format!(
                "masked/{}",
                if veil.hides_all() { veil.label.name() } else { "whole" }
            ));
            let text = whole::in_place_of(raw, form, veil.label)?;
            // The few words that are left of it are no safer than others.
            self.in_parts(&text, veil, &mut kinds).map(|text| Cow::Owned(text.into_owned()))
        });
        match text {
            None => Veiled::Withheld,
            Some(_) if kinds.is_empty() => Veiled::Clear,
            Some(text) => Veiled::Masked(text.into_owned(), kinds.into_iter().collect()),
        }
    }

    /// The words with marks in place of what is behind the veil; `None` if some of it cannot be
    /// taken out, or nobody can tell what there is.
    fn in_parts<'a>(
        &self,
        raw: &'a str,
        veil: &Veil,
        kinds: &mut BTreeSet<String>,
    ) -> Option<Cow<'a, str>> {
        let mut text = opaque::without(raw)?;
        if matches!(text, Cow::Owned(_)) {
            kinds.insert("masked/binary".into());
        }
        let mut values = Values::default();
        for _ in 0..ROUNDS {
            let every = Pieces::every_way(&text);
            let pieces = || every.iter().flat_map(|pieces| &pieces.all);
            let mut changes = Changes::default();
            let mut complete = every.iter().all(|pieces| !pieces.cut);
            for piece in pieces() {
                let into = Into { changes: &mut changes, values: &mut values, kinds };
                complete &= self.hidden_of(piece, veil, into);
            }
            complete &= values.mark(pieces(), &mut changes);
            if changes.impossible {
                return None;
            }
            if changes.is_empty() {
                return complete.then_some(text);
            }
            text = Cow::Owned(changes.apply(&text)?);
        }
        None
    }

    /// Marks what of a text is behind the veil. Returns whether it was read to its end.
    fn hidden_of(&self, piece: &Piece, veil: &Veil, mut into: Into<'_>) -> bool {
        let found = self.inspection.personal().find(&piece.text);
        for hit in &found.hits {
            // What overlaps it may be of any kind.
            let also = hit.mixed && veil.hides(hit.class, None);
            if also || veil.hides(hit.class, Some(&hit.kind)) {
                into.hide(piece, &hit.range, &hit.kind);
            }
        }
        let secrets = first_secrets(&piece.text, MOST_HITS);
        for hit in &secrets.hits {
            if veil.hides(DataClass::Confidential, Some(hit.kind)) {
                into.hide(piece, &hit.range, hit.kind);
            }
        }
        found.complete && !secrets.cut
    }
}

/// Where it is noted what is hidden.
struct Into<'a> {
    changes: &'a mut Changes,
    values: &'a mut Values,
    kinds: &'a mut BTreeSet<String>,
}

impl Into<'_> {
    /// Hides a range of a text, and what stands in it wherever else that stands.
    fn hide(&mut self, piece: &Piece, range: &Range<usize>, kind: &str) {
        self.changes.replace(piece, range, &shown(kind));
        self.kinds.insert(format!("masked/{kind}"));
        if let Some(value) = piece.text.get(range.clone()) {
            self.values.add(value, shown(kind));
        }
    }
}

#[cfg(test)]
mod tests;
