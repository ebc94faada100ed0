//! One pass over a text: an automaton finds words, and only where one stands is looked closer.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, Input};

use super::{
    SECRETS, SecretHit,
    kind::{Form, Proof},
    own::{self, Look, Sort, Stops},
    place, proof, scan,
    shape::{At, Fit, Shape},
};
use crate::{automaton, command::machine_made};

#[cfg(test)]
pub(super) use measured::{looks, table_bytes, unsieved};

/// What was found, and whether everything was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The credentials, in order and without overlaps.
    pub hits: Vec<SecretHit>,
    /// There were more than were asked for: what stands behind the last hit was not looked at.
    pub cut: bool,
}

struct Matcher {
    automaton: AhoCorasick,
    /// For each word of the automaton, what to look for where it stands.
    targets: Vec<Vec<Target>>,
    /// The shapes of each row of the table.
    shapes: Vec<Vec<Shape>>,
}

/// A row of the table, and which of its shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target {
    row: usize,
    shape: usize,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let mut words: Vec<String> = Vec::new();
    let mut targets: Vec<Vec<Target>> = Vec::new();
    let mut add = |word: &str, target: Target| {
        let word = word.to_ascii_lowercase();
        let at = words.iter().position(|known| *known == word).unwrap_or_else(|| {
            words.push(word);
            targets.push(Vec::new());
            targets.len() - 1
        });
        if let Some(targets) = targets.get_mut(at) {
            targets.push(target);
        }
    };
    let mut shapes = Vec::new();
    for (row, kind) in SECRETS.iter().enumerate() {
        // A test reads every shape, so none is lost here.
        let read: Vec<Shape> =
            kind.form.shapes().iter().filter_map(|shape| Shape::parse(shape)).collect();
        if let Form::Marked(_) = kind.form {
            for (index, shape) in read.iter().enumerate() {
                if let Some(word) = shape.keyword() {
                    add(word, Target { row, shape: index });
                }
            }
        }
        for word in kind.form.words() {
            for spelling in spellings(word, kind.form) {
                add(&spelling, Target { row, shape: 0 });
            }
        }
        shapes.push(read);
    }
    Matcher { automaton: automaton::keywords(words.iter().map(String::as_str)), targets, shapes }
});

/// The ways in which the words of a name are put together.
fn spellings(word: &str, form: Form) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if let Form::Named(..) = form {
        let others = ["_", "-", " ", ""].map(|join| word.replace(['_', '-', ' '], join));
        // Two letters alone stand everywhere.
        all.extend(others.into_iter().filter(|spelling| spelling.trim().len() > 2));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// One pass over a text, and what it keeps in mind.
struct Pass<'a> {
    text: &'a str,
    fit: Fit,
    /// After so many hits nothing is looked at.
    most: usize,
    hits: Vec<(usize, SecretHit)>,
    /// What has the shape of a token and is proven to be none.
    refuted: Vec<Range<usize>>,
    /// For each row, up to where it has looked. Empty until there is something to keep.
    tried: Vec<usize>,
    stops: Stops,
    #[cfg(test)]
    looks: usize,
}

/// Returns what `text` holds, up to `most` hits before those that overlap are joined.
pub(super) fn find(text: &str, fit: Fit, most: usize) -> Secrets {
    let mut pass = Pass::new(text, fit, most);
    let whole = match fit {
        // What is taken out need not look like a token: every word is looked at.
        Fit::Loose => pass.part(0..text.len()),
        Fit::Exact => pass.sift(),
    };
    Secrets { hits: pass.settle(), cut: !whole }
}

impl<'a> Pass<'a> {
    fn new(text: &'a str, fit: Fit, most: usize) -> Self {
        Self {
            text,
            fit,
            most,
            hits: Vec::new(),
            refuted: Vec::new(),
            tried: Vec::new(),
            stops: Stops::default(),
            #[cfg(test)]
            looks: 0,
        }
    }

    /// What is left when all has been looked at.
    fn settle(self) -> Vec<SecretHit> {
        let Self { mut hits, mut refuted, fit, .. } = self;
        refuted.sort_by_key(|token| token.start);
        hits.retain(|(row, hit)| fit == Fit::Loose || !is_refuted(*row, &hit.range, &refuted));
        merge(hits)
    }

    /// Looks where ordinary text has nothing to look at. Returns whether it came to the end.
    fn sift(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        scan::regions(bytes).all(|region| self.part(region))
            && self.words("-----BEGIN")
            && (memchr::memchr(b'@', bytes).is_none() || self.words("://"))
            && self.assignments()
    }

    /// Looks wherever `word` stands.
    fn words(&mut self, word: &str) -> bool {
        let mut found = memchr::memmem::find_iter(self.text.as_bytes(), word);
        found.all(|at| self.part(at..at + word.len()))
    }

    /// Looks at short values, by the sign before them.
    fn assignments(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        memchr::memchr2_iter(b'=', b':', bytes)
            .filter(|at| own::may_be_assigned(bytes, *at))
            .map(|at| own::name_before(bytes, at))
            .filter(|name| name.len() > 2)
            .all(|name| self.part(name))
    }

    /// Looks at a part of the text. Returns whether it came to its end.
    fn part(&mut self, part: Range<usize>) -> bool {
        let matcher = &*MATCHER;
        for hit in matcher.automaton.find_overlapping_iter(Input::new(self.text).range(part)) {
            if self.hits.len() >= self.most {
                return false;
            }
            for target in matcher.targets.get(hit.pattern().as_usize()).into_iter().flatten() {
                if self.tried.get(target.row).copied().unwrap_or(0) <= hit.start() {
                    self.look(*target, hit.start()..hit.end());
                }
            }
        }
        true
    }

    fn look(&mut self, target: Target, word: Range<usize>) {
        #[cfg(test)]
        {
            self.looks += 1;
        }
        let Target { row, shape } = target;
        let (Some(kind), Some(shapes)) = (SECRETS.get(row), MATCHER.shapes.get(row)) else {
            return;
        };
        let (text, fit) = (self.text, self.fit);
        let look = match kind.form {
            Form::Marked(_) => {
                let Some(shape) = shapes.get(shape) else { return };
                self.marked(shape, kind.proof, word.start)
            }
            Form::Named(..) => named(text, shapes, kind.proof, &word, fit),
            Form::Pem(_) => own::pem(text, word.start, fit),
            Form::Jwt(_) => own::jwt(text, word.start, fit),
            Form::ServiceUrl(_) => own::url(text, word.start, Sort::Service, fit, &mut self.stops),
            Form::WebUrl(_) => own::url(text, word.start, Sort::Web, fit, &mut self.stops),
            Form::Scheme(_) => own::scheme_value(text, &word, fit),
            Form::Assigned(_) => own::assigned(text, &word, fit),
        };
        if look.tried > word.start {
            if self.tried.is_empty() {
                self.tried = vec![0; SECRETS.len()];
            }
            if let Some(tried) = self.tried.get_mut(row) {
                *tried = look.tried.max(*tried);
            }
        }
        if let Some(range) = look.value {
            self.hits.push((row, SecretHit { kind: kind.id, range }));
        }
    }

    fn marked(&mut self, shape: &Shape, proof: Proof, at: usize) -> Look {
        let Some(found) = shape.at(self.text.as_bytes(), At::Anchor(at), self.fit) else {
            return Look { value: None, tried: at };
        };
        let exact = self.fit == Fit::Exact;
        let holds = if exact {
            proof::holds(proof, self.text, &found)
        } else {
            loosely(self.text, shape, &found.whole)
        };
        if !holds && exact && proof::certain(proof) {
            self.refuted.push(found.whole.clone());
        }
        let tried = if holds || !exact { found.whole.end } else { at };
        Look { value: holds.then_some(found.value), tried }
    }
}

/// Whether something is taken out that begins as a token does: a start that is a word, such as
/// `pa-`, needs something behind it that is none.
fn loosely(text: &str, shape: &Shape, range: &Range<usize>) -> bool {
    let value = text.get(range.clone()).unwrap_or_default();
    let exactly = || {
        shape.is_fixed() && shape.at(text.as_bytes(), At::Start(range.start), Fit::Exact).is_some()
    };
    shape.telling() || proof::varied(value.as_bytes()) || machine_made(value) || exactly()
}

fn named(text: &str, shapes: &[Shape], proof: Proof, word: &Range<usize>, fit: Fit) -> Look {
    let nothing = Look { value: None, tried: word.start };
    let Some(found) = place::named(text.as_bytes(), word.clone(), shapes) else { return nothing };
    let holds = fit == Fit::Loose || proof::holds(proof, text, &found);
    if holds { Look { tried: word.end, value: Some(found.value) } } else { nothing }
}

/// Whether only its place speaks for a value whose checksum is wrong.
fn is_refuted(row: usize, range: &Range<usize>, refuted: &[Range<usize>]) -> bool {
    let generic = SECRETS.get(row).is_some_and(|kind| kind.proof == Proof::Generic);
    let at = refuted.partition_point(|token| token.start <= range.start);
    let token = at.checked_sub(1).and_then(|at| refuted.get(at));
    generic && token.is_some_and(|token| range.end <= token.end)
}

/// Orders hits and joins those that overlap; the earlier row of the table names the whole.
fn merge(mut hits: Vec<(usize, SecretHit)>) -> Vec<SecretHit> {
    hits.sort_by_key(|(row, hit)| (hit.range.start, *row, hit.range.end));
    let mut merged: Vec<(usize, SecretHit)> = Vec::with_capacity(hits.len());
    for (row, hit) in hits {
        match merged.last_mut() {
            Some((first, last)) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
                if row < *first {
                    *first = row;
                    last.kind = hit.kind;
                }
            }
            _ => merged.push((row, hit)),
        }
    }
    merged.into_iter().map(|(_, hit)| hit).collect()
}

/// The hits without the sieve, and the costs, for tests.
#[cfg(test)]
mod measured {
    use super::{Fit, MATCHER, Pass, SecretHit};

    /// What is found if every word of the text is looked at.
    pub(in crate::secrets) fn unsieved(text: &str) -> Vec<SecretHit> {
        let mut pass = Pass::new(text, Fit::Exact, usize::MAX);
        assert!(pass.part(0..text.len()));
        pass.settle()
    }

    /// How often something is looked at closer.
    pub(in crate::secrets) fn looks(text: &str) -> usize {
        let mut pass = Pass::new(text, Fit::Exact, usize::MAX);
        assert!(pass.sift());
        pass.looks
    }

    /// How large the automaton is.
    pub(in crate::secrets) fn table_bytes() -> usize {
        MATCHER.automaton.memory_usage()
    }
}
