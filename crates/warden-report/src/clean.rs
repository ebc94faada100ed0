//! Text from outside, made safe to print.
//!
//! Names and command lines come from files that somebody else wrote. An escape sequence in one
//! of them could repaint the terminal, a direction mark could reorder what a person reads.

use std::borrow::Cow;

/// Returns `text` with every control, format and invisible character spelled out.
///
/// Line ends become `\n`, everything else is shown by its number: `<U+202E>`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => out.push_str(&number(c)),
        }
    }
    Cow::Owned(out)
}

fn number(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// Whether a person sees this character as it is, and nothing else happens.
pub(crate) fn is_plain(c: char) -> bool {
    !(c.is_control() || is_invisible(c))
}

/// Characters without a shape of their own: they reorder, join, hide or tag the text around them.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A
        | 0xE_0000..=0xE_0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_of_any_script_is_left_alone() {
        for text in ["git", "C:\\srv", "数据库", "naïve – “ok”", "🦀"] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_a_terminal_would_act_on_is_spelled_out() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a<U+001B>[2Jb");
        assert_eq!(printable("a\u{9b}1mb"), "a<U+009B>1mb");
        assert_eq!(printable("a\nb\r\tc"), "a\\nb\\r\\tc");
        assert_eq!(printable("x\u{202e}y\u{e0041}z\u{200b}"), "x<U+202E>y<U+E0041>z<U+200B>");
    }
}
