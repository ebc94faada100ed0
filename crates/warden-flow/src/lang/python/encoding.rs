//! The encoding that a file says it is in: Python reads it so, whatever else it looks like.

use crate::ir::Span;

/// Encodings in which ASCII is ASCII. What else is in the file is told by the bytes.
const HARMLESS: &[&str] = &[
    "utf8",
    "u8",
    "ascii",
    "usascii",
    "latin",
    "l1",
    "iso8859",
    "cp125",
    "cp437",
    "cp737",
    "cp775",
    "cp85",
    "cp86",
    "windows125",
    "koi8",
    "mac",
    "big5",
    "gbk",
    "gb2312",
    "gb18030",
    "euc",
    "shiftjis",
    "sjis",
    "cp932",
    "cp949",
    "cp950",
    "tis620",
];

/// Where the first two lines name an encoding in which the text may be another than the one that
/// was read: `rot13`, `utf-7`, `unicode_escape` and the like.
pub(super) fn strange(text: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(2) {
        let bare = line.trim_start_matches([' ', '\t', '\u{c}', '\u{feff}']).trim_end();
        if !bare.is_empty() && !bare.starts_with('#') {
            return None;
        }
        if let Some(name) = named(bare) {
            let harmless = HARMLESS.iter().any(|known| name.starts_with(known));
            let span = Span { start, end: start + u32::try_from(line.len()).unwrap_or(0) };
            return (!harmless).then_some(span);
        }
        start += u32::try_from(line.len()).unwrap_or(0);
    }
    None
}

/// The name in `coding: name` or `coding=name`, in lower case and without separators.
fn named(comment: &str) -> Option<String> {
    let rest = comment.split("coding").skip(1).find_map(|rest| rest.strip_prefix([':', '=']))?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let name = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c));
    let name: String = name.filter(char::is_ascii_alphanumeric).take(40).collect();
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_that_hides_code_is_seen_where_python_looks_for_it() {
        let told = |text: &str| strange(text).is_some();
        assert!(told("# coding: rot13\nvzcbeg bf\n"));
        assert!(told("#!/usr/bin/python\n# -*- coding: utf-7 -*-\n"));
        assert!(told("#coding=unicode_escape"));
        assert!(told("\n# vim: set fileencoding=raw-unicode-escape :\n"));
        assert!(!told("# -*- coding: utf-8 -*-\n"));
        assert!(!told("# -*- coding: Latin-1 -*-\n"));
        assert!(!told("# encoding: cp1252\n"));
        assert!(!told("# about coding\nx = 1\n# coding: rot13\n"));
        assert!(!told("x = 1\n# coding: rot13\n"));
        assert!(!told(""));
    }
}
