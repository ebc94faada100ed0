//! Server-sent events, from the pieces in which they arrive.

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Its type; `message` unless it says otherwise.
    pub(super) name: String,
    /// Its data lines, joined.
    pub(super) data: String,
}

/// A parser that holds the line and the event that are not yet whole. Whoever feeds it bounds how
/// much.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    name: String,
    data: Option<String>,
    after_return: bool,
}

impl Events {
    /// Takes the next bytes and returns the events that they complete.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        if self.after_return && !bytes.is_empty() {
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
            self.after_return = false;
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) {
            let (line, rest) = bytes.split_at(end);
            self.line.extend_from_slice(line);
            events.extend(self.end_of_line());
            let returned = rest.starts_with(b"\r");
            bytes = rest.get(1..).unwrap_or_default();
            if returned && bytes.is_empty() {
                self.after_return = true;
            } else if returned {
                bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
            }
        }
        self.line.extend_from_slice(bytes);
        events
    }

    fn end_of_line(&mut self) -> Option<Event> {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_start_matches('\u{feff}');
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let data = self.data.take()?;
            let name = if name.is_empty() { "message".into() } else { name };
            return Some(Event { name, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_alike_however_the_bytes_arrive() {
        let text = "\u{feff}: hello\r\nevent: endpoint\r\ndata: /m\r\n\r\nid: 1\ndata: a\ndata:b\n\n\
                    event: x\n\ndata\r\rdata: cut";
        let expected = [("endpoint", "/m"), ("message", "a\nb"), ("message", "")];
        for size in [1, 2, 3, 7, text.len()] {
            let mut events = Events::default();
            let seen: Vec<_> =
                text.as_bytes().chunks(size).flat_map(|piece| events.feed(piece)).collect();
            let seen: Vec<_> = seen.iter().map(|event| (&*event.name, &*event.data)).collect();
            assert_eq!(seen, expected, "in pieces of {size}");
        }
    }
}
