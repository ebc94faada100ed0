//! Wrapping an entry and unwrapping it: the same bytes as before.

use warden_collect::{
    document::{Document, Kind, Node, pointer_push},
    edit::{line, put_in_front, take_away},
};

use crate::config::format;

/// How many entries of one file are tried.
const MOST: usize = 32;

/// The first byte says the format. Then follow, each on a line, the program and its words with
/// tabs between them; the rest is the file.
pub fn check(data: &[u8]) {
    let [first, rest @ ..] = data else { return };
    let format = format(*first);
    let mut parts = rest.splitn(3, |byte| *byte == b'\n');
    let mut text = || parts.next().and_then(|part| std::str::from_utf8(part).ok());
    let (Some(program), Some(words), Some(file)) = (text(), text(), text()) else { return };
    let words: Vec<&str> = words.split('\t').take(8).collect();
    let Ok(document) = Document::parse(file.as_bytes(), format) else { return };
    for pointer in entries(document.root()) {
        let before = line(file.as_bytes(), format, &pointer);
        let Ok(edit) = put_in_front(file.as_bytes(), format, &pointer, program, &words) else {
            continue;
        };
        let after = line(&edit.bytes, format, &pointer).expect("an edited entry has a line");
        let mut expected = vec![program.to_owned()];
        expected.extend(words.iter().map(|word| (*word).to_owned()));
        expected.extend(before.expect("what was edited had a line"));
        assert_eq!(after, expected, "{pointer}");
        let back = take_away(&edit.bytes, format, &pointer, &edit.slices)
            .unwrap_or_else(|error| panic!("{pointer}: {error}"));
        assert!(back == file.as_bytes(), "{pointer}: {}", String::from_utf8_lossy(&back));
    }
}

/// The pointers of everything that looks as if it starts a program.
fn entries(root: &Node) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(root, String::new())];
    while let Some((node, pointer)) = open.pop() {
        if found.len() >= MOST {
            break;
        }
        if ["command", "cmd", "transport"].iter().any(|name| node.get(name).is_some()) {
            found.push(pointer.clone());
        }
        match &node.kind {
            Kind::Object(members) => open.extend(
                members.iter().map(|member| (&member.value, pointer_push(&pointer, &member.key))),
            ),
            Kind::Array(items) => open.extend(
                items.iter().enumerate().map(|(index, item)| (item, format!("{pointer}/{index}"))),
            ),
            _ => {}
        }
    }
    found
}
