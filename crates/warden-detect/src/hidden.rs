//! Characters that a person does not see and a model reads, and a way to see them.
//!
//! What is invisible is not always hidden: the variation selector of an emoji or a symbol, a joiner
//! inside an emoji or behind a letter of a script that joins, a place to break a line in a script
//! without spaces, and the direction marks of right-to-left text have their use and are let through.

use std::{borrow::Cow, cell::OnceCell, fmt::Write as _};

/// A character that does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HiddenChar {
    /// Where it starts, in bytes.
    pub offset: usize,
    /// The character.
    pub char: char,
    /// What sort it is.
    pub kind: HiddenKind,
}

/// The sorts of hidden characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenKind {
    /// Takes no space: U+200B, joiners out of place, word joiner, byte order mark.
    ZeroWidth,
    /// Changes the direction of what follows.
    Bidi,
    /// A Unicode tag: invisible ASCII.
    Tag,
    /// A variation selector with nothing to vary; a run of them can carry any bytes.
    Variation,
    /// A hyphen that shows only at the end of a line.
    SoftHyphen,
    /// Starts a terminal escape sequence.
    Escape,
    /// Another C0 or C1 control.
    Control,
    /// Another character that programs are told to ignore.
    Ignorable,
}

impl HiddenKind {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZeroWidth => "zero-width character",
            Self::Bidi => "bidirectional control",
            Self::Tag => "Unicode tag character",
            Self::Variation => "stray variation selector",
            Self::SoftHyphen => "soft hyphen",
            Self::Escape => "terminal escape",
            Self::Control => "control character",
            Self::Ignorable => "ignorable character",
        }
    }
}

/// A text whose hidden characters have been made visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    /// The text, with `‹U+200B›` and the like where something was hidden.
    pub text: String,
    /// How many characters had to be made visible.
    pub count: usize,
}

/// Returns every hidden character of `text`, in order.
#[must_use]
pub fn hidden(text: &str) -> Vec<HiddenChar> {
    if plain(text) {
        return Vec::new();
    }
    let mut found: Vec<HiddenChar> = Vec::new();
    let context = Context::new(text);
    let mut at = 0;
    while let Some(offset) = next_to_judge(text.as_bytes(), at) {
        let rest = text.get(offset..).unwrap_or_default();
        let mut chars = rest.chars();
        let Some(char) = chars.next() else { break };
        let kind = context.judge(char, chars.next(), offset, found.last());
        found.extend(kind.map(|kind| HiddenChar { offset, char, kind }));
        at = offset + char.len_utf8();
    }
    found
}

/// How many bytes are passed at once.
const BLOCK: usize = 32;

/// The next place, from one on, where a character begins that may be hidden.
fn next_to_judge(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        if rest.first_chunk::<BLOCK>().is_some_and(|block| all_plain(block)) {
            at += BLOCK;
            continue;
        }
        let end = at + BLOCK;
        while at < end {
            match PASSED.get(usize::from(*bytes.get(at)?)) {
                Some(0) | None => return Some(at),
                Some(length) => at += usize::from(*length),
            }
        }
    }
}

/// How long a character is that begins with a byte, where none of those is ever hidden; 0 where
/// one may be. Most letters of Latin, Greek, Cyrillic and Armenian, of Chinese and Korean are in
/// blocks without anything that does not show.
static PASSED: [u8; 256] = passed();

const fn passed() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0_u8;
    loop {
        table[at as usize] = match at {
            b'\t' | b'\n' | b'\r' | b' '..=b'~' => 1,
            0xc3..=0xcb | 0xce..=0xd7 => 2,
            0xe4..=0xec => 3,
            _ => 0,
        };
        if at == u8::MAX {
            return table;
        }
        at += 1;
    }
}

/// Returns `text` with its hidden characters written out.
#[must_use]
pub fn visible(text: &str) -> Visible {
    let found = hidden(text);
    let mut out = String::with_capacity(text.len() + found.len() * 10);
    let mut from = 0;
    let mut open_tag_end = None;
    for hit in &found {
        let between = text.get(from..hit.offset).unwrap_or_default();
        let tag = tag_letter(hit.char).filter(|_| hit.kind == HiddenKind::Tag);
        if open_tag_end.is_some() && (tag.is_none() || !between.is_empty()) {
            out.push('›');
            open_tag_end = None;
        }
        out.push_str(between);
        from = hit.offset + hit.char.len_utf8();
        match tag {
            Some(letter) => {
                if open_tag_end.is_none() {
                    out.push_str("‹tag:");
                }
                out.push(letter);
                open_tag_end = Some(from);
            }
            None => push_name(&mut out, hit.char),
        }
    }
    if open_tag_end.is_some() {
        out.push('›');
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Visible { text: out, count: found.len() }
}

/// Returns `text` without its hidden characters.
#[must_use]
pub fn strip(text: &str) -> Cow<'_, str> {
    without(text, &hidden(text))
}

/// The same for a text whose hidden characters are known.
pub(crate) fn without<'t>(text: &'t str, found: &[HiddenChar]) -> Cow<'t, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for hit in found {
        out.push_str(text.get(from..hit.offset).unwrap_or_default());
        from = hit.offset + hit.char.len_utf8();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether there is nothing but printable ASCII, tabs and line ends: the usual case, decided in
/// blocks so that the compiler can use wide registers.
pub(crate) fn plain(text: &str) -> bool {
    text.as_bytes().chunks(128).all(all_plain)
}

fn all_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |ok, byte| {
        ok & (matches!(byte, 0x20..=0x7e) | matches!(byte, b'\t' | b'\n' | b'\r'))
    })
}

fn push_name(out: &mut String, char: char) {
    if char == '\u{1b}' {
        out.push_str("‹ESC›");
    } else if write!(out, "‹U+{:04X}›", u32::from(char)).is_err() {
        // Writing to a string does not fail; if it did, the place must still show.
        out.push('‹');
    }
}

/// The ASCII character that a tag character stands for.
fn tag_letter(char: char) -> Option<char> {
    let code = u32::from(char).checked_sub(0xE0000)?;
    char::from_u32(code).filter(|letter| matches!(letter, ' '..='~'))
}

/// The flags of England, Scotland and Wales: the only tags with a use.
const FLAGS: &[&str] = &[
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// The longest of them, without the flag itself.
const LONGEST_FLAG: usize = 6;

/// What stands around the character at hand.
struct Context<'t> {
    text: &'t str,
    /// Whether anything is written from right to left; asked for by few characters.
    right_to_left: OnceCell<bool>,
}

impl<'t> Context<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, right_to_left: OnceCell::new() }
    }

    fn right_to_left(&self) -> bool {
        *self.right_to_left.get_or_init(|| self.text.chars().any(right_to_left))
    }

    /// The character before a place; none where that one does not show, since nothing belongs to
    /// it.
    fn previous(&self, offset: usize, last: Option<&HiddenChar>) -> Option<char> {
        let char = self.text.get(..offset)?.chars().next_back()?;
        let hidden = last.is_some_and(|hit| hit.offset + hit.char.len_utf8() == offset);
        (!hidden).then_some(char)
    }

    /// Whether the tag at a place belongs to one of the flags.
    fn in_flag(&self, offset: usize) -> bool {
        (1..=LONGEST_FLAG).any(|back| {
            let start = offset.checked_sub(back * '\u{1f3f4}'.len_utf8());
            let rest = start.and_then(|start| self.text.get(start..));
            rest.is_some_and(|rest| FLAGS.iter().any(|flag| rest.starts_with(flag)))
        })
    }

    fn judge(
        &self,
        char: char,
        next: Option<char>,
        offset: usize,
        last: Option<&HiddenChar>,
    ) -> Option<HiddenKind> {
        let previous = || self.previous(offset, last);
        Some(match char {
            '\t' | '\n' | '\r' | ' '..='~' => return None,
            '\u{1b}' | '\u{9b}' => HiddenKind::Escape,
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => HiddenKind::Control,
            '\u{ad}' => HiddenKind::SoftHyphen,
            '\u{200c}' | '\u{200d}' if joins(previous(), next) => return None,
            '\u{200b}' if breaks(previous(), next) => return None,
            '\u{feff}' if offset == 0 => return None,
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => HiddenKind::ZeroWidth,
            // What ends an embedding or an isolate does nothing by itself.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202c}' | '\u{2069}'
                if self.right_to_left() =>
            {
                return None;
            }
            '\u{202a}' | '\u{202b}' | '\u{2066}'..='\u{2068}'
                if next.is_some_and(right_to_left) || previous().is_some_and(right_to_left) =>
            {
                return None;
            }
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => HiddenKind::Bidi,
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                return (!varies(previous(), char, next)).then_some(HiddenKind::Variation);
            }
            '\u{e0000}'..='\u{e007f}' if self.in_flag(offset) => return None,
            '\u{e0000}'..='\u{e007f}' => HiddenKind::Tag,
            _ if ignorable(char) => HiddenKind::Ignorable,
            _ => return None,
        })
    }
}

/// Whether a joiner has something to join: two emoji, or a letter of a script that joins and what is
/// of that script or no letter.
fn joins(previous: Option<char>, next: Option<char>) -> bool {
    let Some(previous) = previous else { return false };
    let emoji = pictograph(previous) || previous == '\u{fe0f}';
    emoji && next.is_some_and(pictograph)
        || joining_script(previous)
            && next.is_none_or(|next| joining_script(next) || next.is_whitespace())
}

/// Whether a line may be broken here, in a script without spaces between words.
fn breaks(previous: Option<char>, next: Option<char>) -> bool {
    let spaceless = |char: Option<char>| char.is_some_and(spaceless);
    spaceless(previous) && next.is_none_or(|next| !next.is_ascii_alphanumeric())
        || spaceless(next) && previous.is_some_and(|previous| !previous.is_ascii_alphanumeric())
}

/// Thai, Lao, Burmese and Khmer.
const fn spaceless(char: char) -> bool {
    matches!(char,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}'
        | '\u{17b6}'..='\u{17ff}')
}

/// Whether a variation selector stands behind something that has variants.
fn varies(previous: Option<char>, selector: char, next: Option<char>) -> bool {
    let Some(base) = previous else { return false };
    match selector {
        '\u{fe0e}' | '\u{fe0f}' => {
            pictograph(base) || symbol(base) || (keycap(base) && next == Some('\u{20e3}'))
        }
        '\u{fe00}'..='\u{fe0d}' => ideograph(base) || symbol(base),
        _ => ideograph(base),
    }
}

/// Signs of mathematics and others that are written in more than one way (Unicode Character
/// Database, StandardizedVariants.txt).
const fn symbol(char: char) -> bool {
    matches!(char, '\u{2000}'..='\u{2bff}') && !ignorable(char)
}

const fn keycap(char: char) -> bool {
    matches!(char, '0'..='9' | '#' | '*')
}

const fn pictograph(char: char) -> bool {
    matches!(char,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1faff}')
}

const fn ideograph(char: char) -> bool {
    matches!(char,
        '\u{1800}'..='\u{18aa}' | '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

const fn right_to_left(char: char) -> bool {
    matches!(char,
        '\u{590}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

const fn joining_script(char: char) -> bool {
    matches!(char,
        '\u{620}'..='\u{6ff}' | '\u{700}'..='\u{7ff}' | '\u{900}'..='\u{109f}'
        | '\u{1780}'..='\u{18aa}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Default-ignorable code points that no other arm names, and fillers that show as nothing.
const fn ignorable(char: char) -> bool {
    matches!(char,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2061}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0080}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str, count: usize) {
        assert_eq!(visible(text), Visible { text: shown.into(), count });
    }

    #[test]
    fn hidden_characters_are_written_out() {
        check("a\u{200b}b", "a‹U+200B›b", 1);
        check("a\u{e0068}\u{e0069}b\u{e0021}", "a‹tag:hi›b‹tag:!›", 3);
        check("\u{e0068}\u{200b}\u{e0069}", "‹tag:h›‹U+200B›‹tag:i›", 3);
        check("\u{1b}[31mred", "‹ESC›[31mred", 1);
        check("x\u{202e}y\u{2069}", "x‹U+202E›y‹U+2069›", 2);
        check("so\u{ad}ft", "so‹U+00AD›ft", 1);
        check("bell\u{7}", "bell‹U+0007›", 1);
        check("a\u{fe01}\u{e0101}", "a‹U+FE01›‹U+E0101›", 2);
        check("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}‹U+FE0F›", 1);
        check("\u{3164}", "‹U+3164›", 1);
        check("a\u{200d}b", "a‹U+200D›b", 1);
        check("ល\u{200b}a", "ល‹U+200B›a", 1);
        check("x\u{2067}y\u{2069} ש", "x‹U+2067›y\u{2069} ש", 1);
        check("\u{202e}ש", "‹U+202E›ש", 1);
    }

    #[test]
    fn nothing_joins_or_varies_what_does_not_show() {
        check("\u{180b}\u{200d}\u{1820}", "‹U+180B›‹U+200D›\u{1820}", 2);
        check("a\u{fe0f}\u{200d}👩", "a‹U+FE0F›‹U+200D›👩", 2);
    }

    #[test]
    fn a_flag_hides_no_text_behind_it() {
        check("🏴\u{e0067}\u{e006f}\u{e007f}", "🏴‹tag:go›‹U+E007F›", 3);
        check("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}", "🏴‹tag:gbeng›", 5);
    }

    #[test]
    fn invisible_characters_with_a_use_are_let_through() {
        for text in [
            "plain\ttext\r\n",
            "⚠\u{fe0f} careful",
            "1\u{fe0f}\u{20e3}",
            "👩\u{200d}💻 and 👩🏽\u{200d}💻 and ❤\u{fe0f}\u{200d}🔥",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "שלום\u{200f}!",
            "葛\u{e0100}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "\u{feff}starts with a byte order mark",
            "ព័ត៌មាន\u{200b}នេះ",
            "می\u{200c} و",
            "\u{202b}ناو\u{202c} و",
            "a \u{2229}\u{fe00} b, \u{2255}\u{fe0e}",
            "naïve café 日本語",
        ] {
            assert_eq!(hidden(text), [], "{text:?}");
        }
    }

    #[test]
    fn no_character_that_may_be_hidden_is_passed_by() {
        let (mut letter, context) = ([0; 4], Context::new(""));
        for char in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let bytes = char.encode_utf8(&mut letter).as_bytes();
            if next_to_judge(bytes, 0).is_none() {
                assert_eq!(context.judge(char, None, 1, None), None, "{char:?}");
            }
        }
    }

    #[test]
    fn stripping_leaves_what_a_person_sees() {
        assert_eq!(strip("ig\u{200b}no\u{ad}re"), "ignore");
        assert!(matches!(strip("nothing"), Cow::Borrowed(_)));
    }
}
