//! The words and patterns that a company adds, with examples that are tried when they are read.

use std::{borrow::Cow, collections::BTreeSet};

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use thiserror::Error;

use super::{
    DataClass, Found, PersonalHit, Proof, Told,
    digits::{luhn, mod11_10, mod97, verhoeff},
    kinds,
};

/// Something that only one company has: the name of a project, the form of a customer's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What hits are called: small letters, digits and hyphens.
    pub name: String,
    /// How what it finds has to be treated.
    pub class: DataClass,
    /// Words that are looked for as they are, but for the case of ASCII letters.
    pub words: Vec<String>,
    /// A regular expression that is looked for too.
    pub pattern: Option<String>,
    /// What the digits of a match of the pattern must have.
    pub check: TermCheck,
    /// What it has to find, and what not.
    pub examples: Examples,
}

/// Texts that a term is tried with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examples {
    /// It finds something in each of these; there has to be one.
    pub matches: Vec<String>,
    /// It finds nothing in any of these.
    pub passes: Vec<String>,
}

/// A check over the digits of a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TermCheck {
    /// None: the shape says it all.
    #[default]
    None,
    /// ISO/IEC 7812-1.
    Luhn,
    /// J. Verhoeff's.
    Verhoeff,
    /// ISO/IEC 7064, MOD 11,10.
    Mod11And10,
    /// ISO/IEC 7064, MOD 97-10, over letters and digits.
    Mod97And10,
}

impl TermCheck {
    /// Every check.
    pub const ALL: [Self; 5] =
        [Self::None, Self::Luhn, Self::Verhoeff, Self::Mod11And10, Self::Mod97And10];

    /// The name in a configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Luhn => "luhn",
            Self::Verhoeff => "verhoeff",
            Self::Mod11And10 => "mod-11-10",
            Self::Mod97And10 => "mod-97-10",
        }
    }

    /// The check with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }

    fn holds(self, value: &str) -> bool {
        let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).collect();
        match self {
            Self::None => true,
            Self::Luhn => luhn(&digits),
            Self::Verhoeff => verhoeff(&digits),
            Self::Mod11And10 => mod11_10(&digits),
            Self::Mod97And10 => mod97(value.bytes().filter(u8::is_ascii_alphanumeric)) == 1,
        }
    }
}

/// A term that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the term `{term}` cannot be used: {problem}")]
pub struct TermError {
    /// Its name.
    pub term: String,
    /// What is wrong with it.
    pub problem: TermProblem,
}

/// What is wrong with a term.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TermProblem {
    /// The name is not one.
    #[error("a name is 1 to 64 small letters, digits and hyphens")]
    Name,
    /// Another term, or a kind that is known, has the name.
    #[error("the name is taken")]
    Taken,
    /// It would find nothing.
    #[error("it has neither words nor a pattern")]
    Empty,
    /// A word is too short or too long.
    #[error("a word has 3 to 128 bytes: `{0}`")]
    Word(String),
    /// The regular expression is not one.
    #[error("its pattern is no regular expression: {0}")]
    Pattern(String),
    /// Matches of the pattern have no bound, or too high a one.
    #[error(
        "its pattern matches texts of more than {MOST_MATCHED} bytes; `{{1,20}}` in place of `+` bounds it"
    )]
    Unbounded,
    /// The pattern matches next to nothing.
    #[error("its pattern matches texts of fewer than 3 bytes")]
    Short,
    /// The compiled pattern is too large.
    #[error("its pattern is too large")]
    Large,
    /// There are more terms, words or patterns than can be looked for.
    #[error("there are more than {MOST_TERMS} terms or {MOST_WORDS} words")]
    Many,
    /// There is no example of what it finds.
    #[error("it has no example that matches")]
    Untested,
    /// An example is not found.
    #[error("the example `{0}` should match and does not")]
    Missed(String),
    /// An example is found that should not be.
    #[error("the example `{0}` should pass and matches")]
    Caught(String),
}

/// The most terms.
const MOST_TERMS: usize = 256;
/// The most words of all terms.
const MOST_WORDS: usize = 10_000;
/// The longest text that a pattern may match. It bounds what reading costs: each byte is looked at
/// at most so many times.
const MOST_MATCHED: usize = 256;
/// The largest compiled pattern, in bytes.
const MOST_COMPILED: usize = 1 << 20;

/// Terms that are known to do what their authors wanted.
#[derive(Debug)]
pub(super) struct Terms {
    /// The names and classes of the terms.
    names: Vec<(String, DataClass)>,
    words: Option<AhoCorasick>,
    /// For each word, the term that it is of.
    owners: Vec<usize>,
    patterns: Vec<Pattern>,
    /// Which patterns are worth running, in one pass.
    any: Option<RegexSet>,
}

#[derive(Debug)]
struct Pattern {
    term: usize,
    regex: Regex,
    check: TermCheck,
}

impl Terms {
    /// Compiles terms and tries their examples. No terms are none to look for.
    pub(super) fn new(terms: &[Term]) -> Result<Option<Self>, TermError> {
        let mut names = BTreeSet::new();
        let mut words = 0;
        for term in terms {
            let fail = |problem| TermError { term: term.name.clone(), problem };
            words += term.words.len();
            if words > MOST_WORDS || names.len() == MOST_TERMS {
                return Err(fail(TermProblem::Many));
            }
            named(&term.name).map_err(fail)?;
            if !names.insert(term.name.as_str()) {
                return Err(fail(TermProblem::Taken));
            }
            let alone = Self::compile(std::slice::from_ref(term))?;
            tried(term, &alone).map_err(fail)?;
        }
        if terms.is_empty() { Ok(None) } else { Self::compile(terms).map(Some) }
    }

    fn compile(terms: &[Term]) -> Result<Self, TermError> {
        let mut all = Self {
            names: terms.iter().map(|term| (term.name.clone(), term.class)).collect(),
            words: None,
            owners: Vec::new(),
            patterns: Vec::new(),
            any: None,
        };
        let mut words = Vec::new();
        for (at, term) in terms.iter().enumerate() {
            let fail = |problem| TermError { term: term.name.clone(), problem };
            for word in &term.words {
                if !(3..=128).contains(&word.trim().len()) {
                    return Err(fail(TermProblem::Word(word.clone())));
                }
                words.push(word.trim());
                all.owners.push(at);
            }
            if let Some(pattern) = &term.pattern {
                let regex = compiled(pattern).map_err(fail)?;
                all.patterns.push(Pattern { term: at, regex, check: term.check });
            } else if term.words.is_empty() {
                return Err(fail(TermProblem::Empty));
            }
        }
        let large = |term: Option<&Term>| TermError {
            term: term.map(|term| term.name.clone()).unwrap_or_default(),
            problem: TermProblem::Large,
        };
        if !words.is_empty() {
            let built = AhoCorasick::builder().ascii_case_insensitive(true).build(&words);
            all.words = Some(built.map_err(|_| large(terms.first()))?);
        }
        if !all.patterns.is_empty() {
            let built = RegexSetBuilder::new(all.patterns.iter().map(|p| p.regex.as_str()))
                .size_limit(MOST_COMPILED * 8)
                .build();
            all.any = Some(built.map_err(|_| large(terms.last()))?);
        }
        Ok(all)
    }

    /// Tells of every term in `text`.
    pub(super) fn find(&self, text: &str, found: &mut Found) {
        found.reader();
        let bytes = text.as_bytes();
        for hit in self.words.iter().flat_map(|words| words.find_overlapping_iter(bytes)) {
            let Some(term) = self.owners.get(hit.pattern().as_usize()) else { continue };
            if alone(text, hit.start(), hit.end())
                && self.tell(*term, hit.range(), found) == Told::Enough
            {
                return;
            }
        }
        for at in self.any.iter().flat_map(|any| any.matches(text)) {
            let Some(pattern) = self.patterns.get(at) else { continue };
            found.reader();
            for hit in pattern.regex.find_iter(text) {
                if pattern.check.holds(hit.as_str())
                    && self.tell(pattern.term, hit.range(), found) == Told::Enough
                {
                    break;
                }
            }
        }
    }

    fn tell(&self, term: usize, range: std::ops::Range<usize>, found: &mut Found) -> Told {
        let Some((name, class)) = self.names.get(term) else { return Told::GoOn };
        let kind = Cow::Owned(name.clone());
        found.tell(PersonalHit { kind, class: *class, proof: Proof::Term, range, mixed: false })
    }
}

fn named(name: &str) -> Result<(), TermProblem> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=64).contains(&name.len()) || !name.bytes().all(fits) {
        return Err(TermProblem::Name);
    }
    let known = kinds::personal_kinds().any(|kind| kind.id == name);
    if known { Err(TermProblem::Taken) } else { Ok(()) }
}

fn compiled(pattern: &str) -> Result<Regex, TermProblem> {
    let wrong = |error: &dyn std::fmt::Display| TermProblem::Pattern(last_line(&error.to_string()));
    let shape = regex_syntax::ParserBuilder::new()
        .nest_limit(64)
        .build()
        .parse(pattern)
        .map_err(|error| wrong(&error))?;
    match shape.properties().maximum_len() {
        Some(most) if most <= MOST_MATCHED => {}
        _ => return Err(TermProblem::Unbounded),
    }
    if shape.properties().minimum_len().unwrap_or(0) < 3 {
        return Err(TermProblem::Short);
    }
    RegexBuilder::new(pattern).size_limit(MOST_COMPILED).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => TermProblem::Large,
        error => wrong(&error),
    })
}

/// Errors of patterns are drawn over several lines; the last one says what is wrong.
fn last_line(error: &str) -> String {
    let line = error.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn tried(term: &Term, alone: &Terms) -> Result<(), TermProblem> {
    let finds = |example: &str| {
        let mut found = Found::default();
        alone.find(example, &mut found);
        !found.hits.is_empty()
    };
    if term.examples.matches.is_empty() {
        return Err(TermProblem::Untested);
    }
    if let Some(missed) = term.examples.matches.iter().find(|example| !finds(example)) {
        return Err(TermProblem::Missed(missed.clone()));
    }
    match term.examples.passes.iter().find(|example| finds(example)) {
        Some(caught) => Err(TermProblem::Caught(caught.clone())),
        None => Ok(()),
    }
}

/// Whether neither a letter nor a digit touches the word.
fn alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    let goes_on =
        |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    // A word that begins or ends with a sign need not stand alone there.
    let word = text.get(start..end).unwrap_or_default();
    let begins = word.chars().next().is_some_and(char::is_alphanumeric);
    let ends = word.chars().next_back().is_some_and(char::is_alphanumeric);
    !(begins && goes_on(before) || ends && goes_on(after))
}
