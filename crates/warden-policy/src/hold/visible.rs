//! Text of others, written so that a person sees every character of it.
//!
//! What has no shape, moves what stands around it, or looks like something else is written as an
//! escape, `\u{202e}`. A backslash is doubled, so that nothing that is written out like an escape
//! can be taken for one. The brackets in which we say that something was left out, U+27E8 and
//! U+27E9, are escaped as well, so that nobody else can say it.

use unicode_general_category::{GeneralCategory as Is, get_general_category};
use unicode_normalization::char::decompose_compatible;

/// The most marks that may stand on one letter.
const MOST_MARKS: u32 = 2;

/// The text in at most `most` characters, every one of which is seen; a longer one loses its
/// middle, and says how much.
#[must_use]
pub fn visible(text: &str, most: usize) -> String {
    let whole = escaped(text, Place::Value);
    if width_at_most(&whole, most) {
        return whole;
    }
    let (head, left_out, tail) = halves(text, most / 2);
    let (head, tail) = (escaped(head, Place::Value), escaped(tail, Place::Value));
    format!("{head}\u{27e8}{left_out} characters left out\u{27e9}{tail}")
}

fn width_at_most(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().count() <= most
}

/// The first and the last `each` characters, and how many are between them.
pub(super) fn halves(text: &str, each: usize) -> (&str, usize, &str) {
    let all = text.chars().count();
    let at = |number: usize| text.char_indices().nth(number).map_or(text.len(), |(at, _)| at);
    let (head, tail) = (at(each), at(all.saturating_sub(each)));
    if head >= tail {
        return (text, 0, "");
    }
    let head_text = text.get(..head).unwrap_or_default();
    let tail_text = text.get(tail..).unwrap_or_default();
    (head_text, all.saturating_sub(2 * each), tail_text)
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is a value, alone behind its name.
    Value,
    /// It is a name, before a value: letters that are written from the right would change places
    /// with what follows.
    Name,
}

/// The text with everything that is not seen as it is written as an escape.
pub(super) fn escaped(text: &str, place: Place) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut marks = MOST_MARKS;
    let mixed = is_mixed(text);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            _ => {
                let category = get_general_category(c);
                let is_mark =
                    matches!(category, Is::NonspacingMark | Is::SpacingMark | Is::EnclosingMark);
                // A mark at the beginning would stand on the quotation mark before it.
                marks = if is_mark { marks + 1 } else { 0 };
                let crowded = is_mark && marks > MOST_MARKS;
                let turned = place == Place::Name && is_from_the_right(c);
                let alike = looks_like_ascii(c) || (mixed && is_of_a_look_alike_script(c));
                if crowded || turned || alike || is_unseen(c, category) {
                    out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
                } else {
                    out.push(c);
                }
            }
        }
    }
    out
}

/// Whether nobody sees this character as itself.
fn is_unseen(c: char, category: Is) -> bool {
    if c == ' ' {
        return false;
    }
    let by_category = matches!(
        category,
        Is::Control
            | Is::Format
            | Is::Surrogate
            | Is::PrivateUse
            | Is::Unassigned
            | Is::LineSeparator
            | Is::ParagraphSeparator
            | Is::SpaceSeparator
    );
    // Braille's empty cell; the brackets that are ours.
    by_category || is_ignorable(c) || matches!(c, '\u{2800}' | '\u{27e8}' | '\u{27e9}')
}

/// Whether a character is of those that are shown as nothing: `Default_Ignorable_Code_Point` of the
/// Unicode Character Database.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFF8 | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A
        | 0xE_0000..=0xE_0FFF)
}

/// Whether a character that is not ASCII stands for one that is: full width, mathematical.
fn looks_like_ascii(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let mut only = None;
    let mut count = 0_u32;
    decompose_compatible(c, |part| {
        only = Some(part);
        count += 1;
    });
    count == 1 && only.is_some_and(|part| part.is_ascii() && part != c)
}

/// Whether a word of the text has letters of ASCII and of a script that has the same shapes.
fn is_mixed(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        word.chars().any(|c| c.is_ascii_alphabetic()) && word.chars().any(is_of_a_look_alike_script)
    })
}

/// Whether a letter is Greek, Cyrillic, Armenian, Cherokee or Lisu, which share shapes with ASCII.
fn is_of_a_look_alike_script(c: char) -> bool {
    matches!(u32::from(c),
        0x0370..=0x03FF | 0x0400..=0x052F | 0x0531..=0x058A | 0x13A0..=0x13FD | 0x1C80..=0x1C8F
        | 0x1F00..=0x1FFF | 0xA4D0..=0xA4FF | 0xA640..=0xA69F | 0xAB70..=0xABBF)
}

/// Whether a letter is written from the right to the left.
fn is_from_the_right(c: char) -> bool {
    matches!(u32::from(c),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x1_0800..=0x1_0FFF
        | 0x1_E800..=0x1_EFFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(escaped(text, Place::Value), shown);
    }

    #[test]
    fn text_of_any_script_is_left_alone() {
        for text in ["git", "数据库", "naïve – “ok”", "🦀", "Привет, мир", "שלום", "e\u{301}"]
        {
            check(text, text);
        }
    }

    #[test]
    fn what_is_hidden_is_shown() {
        check("a\u{202e}b", "a\\u{202e}b");
        check("\u{1b}[2J", "\\u{1b}[2J");
        check("a\r\n\tb", "a\\r\\n\\tb");
        check("\u{e0041}\u{200b}\u{feff}", "\\u{e0041}\\u{200b}\\u{feff}");
        check("a\u{a0}b\u{2028}", "a\\u{a0}b\\u{2028}");
        check("\u{e000}\u{378}", "\\u{e000}\\u{378}");
        check("\\u{202e}", "\\\\u{202e}");
        check("\u{27e8}9 characters left out\u{27e9}", "\\u{27e8}9 characters left out\\u{27e9}");
        check("\u{3164}\u{2800}", "\\u{3164}\\u{2800}");
    }

    #[test]
    fn what_looks_like_something_else_is_shown() {
        check("p\u{430}ypal", "p\\u{430}ypal");
        check("\u{ff41}dmin", "\\u{ff41}dmin");
        check("a\u{301}\u{302}\u{303}\u{304}", "a\u{301}\u{302}\\u{303}\\u{304}");
        check("\u{301}a", "\\u{301}a");
        assert_eq!(escaped("\u{5d0}", Place::Name), "\\u{5d0}");
    }

    #[test]
    fn a_long_text_loses_its_middle_and_says_so() {
        let text = format!("{}{}{}", "a".repeat(50), "m".repeat(1000), "z".repeat(50));
        let shown = visible(&text, 100);
        let said = "\u{27e8}1000 characters left out\u{27e9}";
        assert_eq!(shown, format!("{}{said}{}", "a".repeat(50), "z".repeat(50)));
        assert_eq!(halves("abc", 2), ("abc", 0, ""));
    }

    proptest! {
        // No character of the arguments is hidden from the person who is asked.
        #[test]
        fn nothing_is_unseen_and_no_two_texts_look_alike(a in "\\PC{0,12}|.{0,12}", b in ".{0,12}") {
            let shown = escaped(&a, Place::Name);
            for c in shown.chars() {
                prop_assert!(!is_unseen(c, get_general_category(c)), "{c:?}");
            }
            prop_assert_eq!(escaped(&b, Place::Name) == shown, a == b);
        }
    }
}
