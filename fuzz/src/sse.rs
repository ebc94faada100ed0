//! Server-sent events: those of the whole text, however the bytes arrive.

use warden_mcp::sse::{self, Event, Reader, TooLarge};

/// The first byte is the largest event, the second how many sizes follow, the rest the stream.
pub fn check(data: &[u8]) {
    let [most, count, rest @ ..] = data else { return };
    let (sizes, stream) = rest.split_at(usize::from(*count % 8).min(rest.len()));
    let (expected, last_id) = whole(stream);
    for most in [usize::MAX, usize::from(*most)] {
        let all = read(stream, &[255], most).0;
        for sizes in [sizes, &[1], &[2, 3]] {
            let (seen, reader) = read(stream, sizes, most);
            assert_eq!(seen, all, "in pieces of {sizes:?}");
            if most == usize::MAX {
                assert_eq!(reader.last_id(), last_id.as_deref().filter(|id| !id.is_empty()));
            }
        }
        bounded(&all, &expected, most);
    }
    for event in &expected {
        let name = Some(&*event.name);
        let bytes = sse::event(event.id.as_deref(), name, &event.data);
        // A name that is nothing but what is left out is that of a plain message.
        let name = match event.name.replace('\0', "") {
            name if name.is_empty() => "message".into(),
            name => name.into(),
        };
        let again = Event { retry: None, data: joined(&event.data), name, ..event.clone() };
        assert_eq!(read(&bytes, &[3], usize::MAX).0, [Ok(again)]);
    }
}

/// Data with its line breaks as readers give them.
fn joined(data: &[u8]) -> Vec<u8> {
    lines(data).join(&b'\n')
}

/// Without a limit these are all events. With one, those that are left out were too large.
fn bounded(seen: &[Result<Event, TooLarge>], expected: &[Event], most: usize) {
    let mut rest = expected.iter();
    for event in seen.iter().flatten() {
        assert!(rest.any(|expected| expected == event), "{event:?} is none, or out of order");
        assert!(event.data.len() <= most);
    }
    let lost = expected.len() - seen.iter().flatten().count();
    let told = seen.iter().filter(|event| event.is_err()).count();
    assert!(lost <= told, "{lost} events are gone, {told} were told");
    assert!(most < usize::MAX || told == 0);
}

fn read(stream: &[u8], sizes: &[u8], most: usize) -> (Vec<Result<Event, TooLarge>>, Reader) {
    let mut reader = Reader::new(most);
    let mut seen = Vec::new();
    let (mut rest, mut turn) = (stream, 0);
    while !rest.is_empty() {
        let size = sizes.get(turn % sizes.len().max(1)).copied().unwrap_or(1);
        let (piece, later) = rest.split_at(usize::from(size).clamp(1, rest.len()));
        seen.extend(reader.feed(piece));
        (rest, turn) = (later, turn + 1);
    }
    (seen, reader)
}

/// Lines that end with CR, LF or both; what follows the last of these is the last.
fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    let mut bytes = text.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if(|next| **next == b'\n');
                all.push(Vec::new());
            }
            b'\n' => all.push(Vec::new()),
            other => all.last_mut().expect("there is a line").push(*other),
        }
    }
    all
}

/// The events of a whole text, and the identifier to resume from, by the words of the standard.
fn whole(text: &[u8]) -> (Vec<Event>, Option<String>) {
    let mut lines = lines(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
    // The last is not ended.
    lines.pop();
    let (mut all, mut last_id) = (Vec::new(), None);
    let empty = Event { id: None, name: "".into(), data: Vec::new(), retry: None };
    let (mut event, mut has_data) = (empty.clone(), false);
    for line in lines {
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(0) => continue,
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (&line[..], &line[line.len()..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = String::from_utf8_lossy(value).into_owned();
        match field {
            b"" => {
                last_id = event.id.clone().or(last_id);
                if event.name.is_empty() {
                    event.name = "message".into();
                }
                if has_data {
                    // One line feed too many stands behind the last line.
                    event.data.pop();
                    all.push(event);
                }
                (event, has_data) = (empty.clone(), false);
            }
            b"data" => {
                event.data.extend_from_slice(value);
                event.data.push(b'\n');
                has_data = true;
            }
            b"event" => event.name = text.into(),
            b"id" if !value.contains(&0) => event.id = Some(text),
            b"retry" if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                event.retry = text.parse().ok().map(std::time::Duration::from_millis);
            }
            _ => {}
        }
    }
    (all, last_id)
}
