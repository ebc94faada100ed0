//! What stands around an address with a place to fill, and what the place counts for.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;

use crate::{
    automaton,
    learnt::{concept, features},
    normal::Normal,
    words, work,
};

use super::{
    Carrier, WEAK,
    slot::{Form, Part, Slot},
};

/// How far words count, in bytes.
const REACH: usize = 240;

/// How much text is read twice, as a multiple of the text, and beyond that; then only what lies
/// between one address and the next is read.
const TWICE: usize = 1;
const ROOM: usize = 4096;

type Words = FxHashSet<&'static str>;

/// What names a conversation or what must not leave it.
static CORE: LazyLock<Words> = LazyLock::new(|| {
    [
        "conversation",
        "conversations",
        "chat",
        "chats",
        "history",
        "transcript",
        "summary",
        "prompt",
        "secret",
        "secrets",
        "password",
        "passwords",
        "passwd",
        "credential",
        "credentials",
        "memory",
        "base64",
        "b64",
        "env",
        "exfil",
        "exfiltrate",
        "stolen",
        "sensitive",
        "private",
        "confidential",
        "dump",
        "userdata",
        "everything",
        "encoded",
        "urlencoded",
        "cookie",
        "cookies",
        "inbox",
        "instructions",
    ]
    .into_iter()
    .collect()
});

/// The same of two words.
static CORE_PAIRS: &[(&str, &str)] = &[
    ("user", "data"),
    ("user", "message"),
    ("user", "messages"),
    ("user", "input"),
    ("user", "query"),
    ("user", "question"),
    ("user", "info"),
    ("user", "context"),
    ("last", "message"),
    ("last", "messages"),
    ("previous", "message"),
    ("previous", "messages"),
    ("system", "message"),
    ("file", "contents"),
    ("file", "content"),
    ("all", "messages"),
    ("all", "data"),
    ("reader", "question"),
    ("github", "token"),
    ("env", "vars"),
    ("your", "context"),
    ("tool", "results"),
    ("tool", "output"),
    ("private", "key"),
    ("previous", "request"),
];

/// What names somebody or what he has.
static PERSONAL: LazyLock<Words> = LazyLock::new(|| {
    [
        "email", "mail", "phone", "address", "iban", "balance", "ssn", "card", "fullname", "token",
        "session", "otp", "pin", "salary", "buyer", "payer", "contacts", "contact",
    ]
    .into_iter()
    .collect()
});

/// Names of parameters with which pages keep pictures fresh, and which say nothing when empty.
static VERSIONS: &[&str] =
    &["v", "ver", "version", "cb", "rev", "ts", "_", "hash", "h", "w", "nocache", "r", "rnd"];

/// What asks for a place to be filled, in the words of people.
static FILL: LazyLock<AhoCorasick> = LazyLock::new(|| {
    automaton::keywords([
        "replac",
        "substitut",
        "filled",
        "fill in",
        "fill the",
        "url-encod",
        "urlencod",
        "url encod",
        "percent-encod",
        "encoded",
        "append",
        "placeholder",
        "blanks",
        "swap",
        "ersetz",
        "ersatt",
        "byt ut",
        "einsetz",
        "anhang",
        "remplac",
        "reemplaz",
        "sustitu",
        "substitu",
        "sostitu",
        "vervang",
        "zamen",
        "zastap",
        "замен",
        "подстав",
        "встав",
        "替换",
        "换成",
        "填",
        "置き換え",
        "埋め",
        "교체",
        "바꾸",
        "where ",
        "wobei",
        "where",
        "donde",
        "где",
        "ou est",
        "dove",
        "在内",
        "with all",
        "with the",
        "with my",
        "with your",
        "in the parameter",
        "uongeze",
        "ganti",
        "thay",
    ])
});

/// What asks for an address to be shown.
static SHOW: LazyLock<AhoCorasick> = LazyLock::new(|| {
    automaton::keywords([
        "include",
        "embed",
        "render",
        "display",
        "show",
        "place",
        "insert",
        "output",
        "present",
        "finish",
        "end your",
        "at the end",
        "put",
        "add",
        "attach",
        "append",
    ])
});

/// Concepts of the lexicon that are asked for here.
struct Meant {
    asks: u64,
    model: u64,
    secret: u64,
    whose: u64,
    data: u64,
}

static MEANT: LazyLock<Meant> = LazyLock::new(|| Meant {
    asks: concept("OUTPUT") | concept("SEND") | concept("MUST"),
    model: concept("MODEL"),
    secret: concept("SECRET"),
    whose: concept("USER") | concept("PRIOR") | concept("SECOND"),
    data: concept("DATA"),
});

/// Reads what stands around addresses.
pub(super) struct Surroundings<'t> {
    text: &'t str,
    left: usize,
    /// What was read last, and what it says: in a list, the same stands between all addresses.
    last: (String, Said),
}

/// What the words around say.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is said or not, whatever the others are")]
struct Said {
    /// Something is to be put out.
    asks: bool,
    /// A place is to be filled.
    fills: bool,
    /// An address is to be shown.
    shows: bool,
    /// A model or its answer is spoken of.
    model: bool,
    /// A conversation, a secret, or what somebody said.
    core: bool,
    /// Data of any sort.
    data: bool,
}

impl Said {
    fn of(text: &str) -> Self {
        let normal = Normal::of(text);
        let near = normal.text();
        let concepts = features(near).concepts();
        let has = |concept: u64| concepts & concept != 0;
        Self {
            asks: has(MEANT.asks),
            fills: FILL.is_match(near),
            shows: has(MEANT.asks) || SHOW.is_match(near),
            model: has(MEANT.model) || ANSWER.is_match(near),
            core: has(MEANT.secret)
                || (has(MEANT.whose) && has(MEANT.data))
                || in_tables(&words_of(near), &CORE, CORE_PAIRS),
            data: has(MEANT.data | MEANT.secret | MEANT.whose),
        }
    }
}

impl<'t> Surroundings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let left = text.len().saturating_mul(TWICE).saturating_add(ROOM);
        Self { text, left, last: Default::default() }
    }

    /// What the places of an address count for. `floor` is where the address before it ended.
    pub(super) fn weight(
        &mut self,
        (range, floor): (&Range<usize>, usize),
        slots: &[Slot],
        carrier: Carrier,
    ) -> u32 {
        let named: Vec<Named<'_>> = slots.iter().map(Named::of).collect();
        let own = named.iter().map(|named| alone(named, carrier)).max().unwrap_or(0);
        if own == 0 {
            return 0;
        }
        let (around, said) = self.read(range, floor);
        let again = slots.iter().any(|slot| again(slot, around));
        // What a path leads to is named after it in documentation, whatever else is spoken of.
        let within = |named: &Named<'_>| said.core && named.slot.part != Part::Path;
        let core = named.iter().any(|named| named.core || within(named));
        // An address in running text is a mention, unless its place is named or a model is told.
        let own_words = named.iter().any(|named| named.core || !unnamed(named.slot));
        let personal = named.iter().filter(|named| named.by(&PERSONAL, &[])).count();
        let sum = own
            + if said.asks { 10 } else { 0 }
            + if said.fills { 15 } else { 0 }
            + if said.data { 10 } else { 0 }
            + if said.model { 15 } else { 0 }
            + if again { 15 } else { 0 };
        let asked = said.fills || (said.asks && (said.model || again));
        let meant = (carrier.loads() && own >= STRONG)
            || (carrier.loads() && said.fills && again && slots.iter().any(unnamed))
            || (carrier.loads() && said.asks && said.model && slots.iter().any(worded))
            || (core
                && asked
                && (carrier != Carrier::Plain || own_words || said.model)
                && (said.model || carrier.loads() || said.shows))
            || (personal > 0 && said.fills && said.shows && (said.model || carrier.loads()))
            || (personal > 1 && said.fills && said.shows);
        if meant { sum.clamp(crate::LEVEL, MOST) } else { sum.min(WEAK) }
    }

    /// Reads what stands before and behind an address. Returns it, and what it says.
    fn read(&mut self, range: &Range<usize>, floor: usize) -> &(String, Said) {
        let text = self.text;
        let mut from = range.start.saturating_sub(REACH);
        let mut to = (range.end + REACH).min(text.len());
        if self.left < to - from {
            from = from.max(floor);
            let behind = text.as_bytes().get(range.end..to).unwrap_or_default();
            to = memchr::memmem::find(behind, b"://").map_or(to, |at| range.end + at);
        }
        self.left = self.left.saturating_sub(to - from);
        work::add(to - from);
        let before = text.get(text.ceil_char_boundary(from).min(range.start)..range.start);
        let behind = text.get(range.end..text.floor_char_boundary(to).max(range.end));
        let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
        let both = format!("{before} · {behind}");
        if both != self.last.0 {
            let said = Said::of(&both);
            self.last = (both, said);
        }
        &self.last
    }
}

/// The answer of whoever reads this.
static ANSWER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    automaton::keywords([
        "your answer",
        "your reply",
        "your response",
        "the answer",
        "the reply",
        "your summary",
        "the summary",
        "when you",
        "when asked",
        "when quoting",
        "whoever summar",
        "the citation",
    ])
});

/// From here on a place in a picture says enough by its name.
const STRONG: u32 = 50;

/// The most that a place counts for.
const MOST: u32 = 80;

/// A place, and the words that it is named by.
struct Named<'s> {
    slot: &'s Slot,
    /// What stands there, and the parameter.
    words: [Vec<String>; 2],
    /// Whether one of them is in [`CORE`].
    core: bool,
}

impl<'s> Named<'s> {
    fn of(slot: &'s Slot) -> Self {
        let split = |text: &String| text.split_whitespace().flat_map(words).collect();
        let mut named = Self { slot, words: [&slot.token, &slot.name].map(split), core: false };
        named.core = named.by(&CORE, CORE_PAIRS);
        named
    }

    /// Whether it is named by one of these words.
    fn by(&self, table: &Words, pairs: &[(&str, &str)]) -> bool {
        self.words.iter().any(|words| in_tables(words, table, pairs))
    }
}

/// What a place counts for by itself, and by whether it is named by a word of [`CORE`].
fn alone(named: &Named<'_>, carrier: Carrier) -> u32 {
    let &Named { slot, core, words: [ref token, _] } = named;
    if slot.form == Form::Open && VERSIONS.contains(&slot.name.as_str()) {
        return 0;
    }
    let yours = token.first().is_some_and(|word| matches!(word.as_str(), "your" | "my"));
    if yours && !core {
        // The key of whoever reads documentation.
        return 0;
    }
    let sentence = slot.form == Form::Bracket && slot.token.split_whitespace().count() >= 4;
    let filled = matches!(slot.form, Form::Bracket | Form::Capitals | Form::Words);
    match (carrier.loads(), slot.part) {
        (true, Part::Query | Part::Host) if core && filled => 55,
        (true, Part::Query) if core => 30,
        (true, Part::Query | Part::Host) => 20,
        (true, Part::Path) if core => 35,
        (true, Part::Path) => 10,
        (false, Part::Query | Part::Host) if core && sentence => 35,
        (false, Part::Query) if core && filled => 20,
        (false, Part::Query | Part::Host) => 5,
        (false, Part::Path) => 2,
    }
}

/// Whether nothing but the words around can say what belongs there.
fn unnamed(slot: &Slot) -> bool {
    matches!(slot.form, Form::Open | Form::Blank) && slot.part == Part::Query
}

/// Whether words stand where a code would, in a script without capitals.
fn worded(slot: &Slot) -> bool {
    slot.form == Form::Words && slot.part == Part::Query
}

fn in_tables(words: &[impl AsRef<str>], table: &Words, pairs: &[(&str, &str)]) -> bool {
    let each = || words.iter().map(AsRef::as_ref);
    each().any(|word| table.contains(word))
        || each().zip(each().skip(1)).any(|pair| pairs.contains(&pair))
}

fn words_of(text: &str) -> Vec<&str> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// Whether the text around speaks of a place: by what stands there, or by the parameter's name
/// and the sign behind it.
fn again(slot: &Slot, around: &str) -> bool {
    let token = slot.token.trim();
    let telling = token.chars().count() >= 2 || slot.form == Form::Blank;
    if telling && around.contains(token) && !matches!(token, "..." | "__" | "___") {
        return true;
    }
    if slot.form != Form::Open {
        return false;
    }
    let name = &slot.name;
    let lower = around.to_lowercase();
    lower.contains(&format!("{name}="))
        || lower.contains("after =")
        || (name.len() >= 3 && words_of(&lower).contains(&name.as_str()))
        || lower.contains("ya =")
}
