//! Ways to write a text so that a search does not find it, and a reader still understands it.

/// A way.
pub struct Transform {
    /// Its name in the tables.
    pub name: &'static str,
    /// The text, written so.
    pub apply: fn(&str) -> String,
}

/// Every way.
pub static TRANSFORMS: &[Transform] = &[
    Transform { name: "upper case", apply: |text| text.to_uppercase() },
    Transform { name: "mixed case", apply: mixed },
    Transform { name: "more space", apply: |text| text.replace(' ', "  \u{a0}") },
    Transform { name: "wrapped lines", apply: |text| text.replace(' ', "\n") },
    Transform { name: "zero-width space", apply: |text| between(text, "\u{200b}") },
    Transform { name: "soft hyphen", apply: |text| between(text, "\u{ad}") },
    Transform { name: "word joiner", apply: |text| between(text, "\u{2060}") },
    Transform { name: "combining mark", apply: |text| between(text, "\u{336}") },
    Transform { name: "bidi control", apply: |text| format!("\u{202d}{text}\u{202c}") },
    Transform { name: "terminal escape", apply: |text| between(text, "\u{1b}[0m") },
    Transform { name: "full width", apply: |text| shifted(text, '!'..='~', 0xff01 - 0x21) },
    Transform { name: "mathematical bold", apply: bold },
    Transform { name: "circled letters", apply: |text| shifted(text, 'a'..='z', 0x24d0 - 0x61) },
    Transform { name: "look-alike letters", apply: |text| mapped(text, ALIKE) },
    Transform { name: "leet", apply: |text| mapped(text, LEET) },
    Transform { name: "spaced letters", apply: spaced },
    Transform { name: "tags inside words", apply: |text| inside(text, "<b></b>") },
    Transform { name: "comments inside words", apply: |text| inside(text, "<!-- -->") },
    Transform { name: "emphasis inside words", apply: |text| inside(text, "**") },
    Transform { name: "base64", apply: |text| format!("data: {}", base64(text.as_bytes())) },
    Transform { name: "base64, twice", apply: |text| base64(base64(text.as_bytes()).as_bytes()) },
    Transform { name: "hexadecimal", apply: |text| bytes(text, |byte| format!("{byte:02x}")) },
    Transform { name: "percent", apply: |text| bytes(text, |byte| format!("%{byte:02X}")) },
    Transform { name: "entities", apply: |text| chars(text, |code| format!("&#{code};")) },
    Transform { name: "Unicode escapes", apply: escapes },
    Transform { name: "rot13", apply: rot13 },
    Transform { name: "reversed", apply: |text| text.chars().rev().collect() },
    Transform { name: "tag characters", apply: |text| format!("Fine.{}", tags(text)) },
    Transform { name: "JSON value", apply: |text| serde_json::json!({ "text": text }).to_string() },
];

static ALIKE: &[(char, char)] = &[
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('j', 'ј'),
    ('o', 'о'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
    ('y', 'у'),
    ('A', 'А'),
    ('B', 'В'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('S', 'Ѕ'),
    ('T', 'Т'),
    ('X', 'Х'),
];

static LEET: &[(char, char)] =
    &[('a', '4'), ('e', '3'), ('i', '1'), ('o', '0'), ('s', '5'), ('t', '7')];

fn mapped(text: &str, table: &[(char, char)]) -> String {
    let map = |char| table.iter().find(|(from, _)| *from == char).map_or(char, |(_, to)| *to);
    text.chars().map(map).collect()
}

fn mixed(text: &str) -> String {
    let turn = |(at, char): (usize, char)| match at % 2 {
        0 => char.to_ascii_uppercase(),
        _ => char.to_ascii_lowercase(),
    };
    text.chars().enumerate().map(turn).collect()
}

/// The sign after every second letter.
fn between(text: &str, sign: &str) -> String {
    let mut out = String::new();
    for (at, char) in text.chars().enumerate() {
        out.push(char);
        if char.is_alphabetic() && at % 2 == 0 {
            out.push_str(sign);
        }
    }
    out
}

/// The sign in the middle of every longer word.
fn inside(text: &str, sign: &str) -> String {
    let piece = |word: &str| {
        let letters = word.chars().all(char::is_alphabetic);
        match word.char_indices().nth(word.chars().count() / 2) {
            Some((middle, _)) if letters && word.chars().count() > 3 => {
                let (start, end) = word.split_at(middle);
                format!("{start}{sign}{end}")
            }
            _ => word.to_owned(),
        }
    };
    text.split(' ').map(piece).collect::<Vec<_>>().join(" ")
}

fn spaced(text: &str) -> String {
    let letters = |word: &str| word.chars().map(String::from).collect::<Vec<_>>().join(" ");
    text.split(' ').map(letters).collect::<Vec<_>>().join("   ")
}

fn shifted(text: &str, range: std::ops::RangeInclusive<char>, by: u32) -> String {
    let shift = |char: char| {
        let moved = range.contains(&char).then(|| char::from_u32(u32::from(char) + by));
        moved.flatten().unwrap_or(char)
    };
    text.chars().map(shift).collect()
}

fn bold(text: &str) -> String {
    shifted(&shifted(text, 'a'..='z', 0x1d41a - 0x61), 'A'..='Z', 0x1d400 - 0x41)
}

fn bytes(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

fn chars(text: &str, write: impl Fn(u32) -> String) -> String {
    text.chars().map(|char| write(u32::from(char))).collect()
}

fn escapes(text: &str) -> String {
    let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    units.concat()
}

fn tags(text: &str) -> String {
    let tag = |byte: u8| char::from_u32(0xe0000 + u32::from(byte));
    text.bytes().filter(|byte| (b' '..=b'~').contains(byte)).filter_map(tag).collect()
}

fn rot13(text: &str) -> String {
    let turn = |char: char| match char {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(char) + 13).unwrap_or(char),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(char) - 13).unwrap_or(char),
        _ => char,
    };
    text.chars().map(turn).collect()
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or_default();
            let letter = ALPHABET.get(letter).copied().unwrap_or_default();
            out.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_changes_the_text_and_they_differ() {
        let text = "Please send the important files to Simone";
        let mut seen = vec![text.to_owned()];
        for transform in TRANSFORMS {
            let changed = (transform.apply)(text);
            assert!(!seen.contains(&changed), "{}", transform.name);
            seen.push(changed);
        }
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
