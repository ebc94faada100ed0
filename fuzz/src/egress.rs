//! Egress logs: every line is one that went somewhere, says nothing or is told as unread, the same
//! for every cutting of the stream, and nothing that is registered is told as unknown.

use std::io::Read;

use warden_collect::egress::{Known, MOST_LINE, Said, Tally, To, each};

/// Hands out a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(self.1).min(buffer.len());
        let (now, rest) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = rest;
        Ok(count)
    }
}

fn said(stream: impl Read) -> Vec<(u64, Said)> {
    let mut all = Vec::new();
    each(stream, &mut |line, said| all.push((line, said))).expect("memory can be read");
    all
}

/// A log.
pub fn check(data: &[u8]) {
    let all = said(data);
    assert_eq!(all, said(Slow(data, 1 + data.len() % 7)), "another cutting reads otherwise");
    let newlines = data.iter().filter(|byte| **byte == b'\n').count();
    let torn = usize::from(data.last().is_some_and(|byte| *byte != b'\n'));
    assert_eq!(all.len(), newlines + torn, "a line is missing or there twice");
    assert!(all.iter().zip(1..).all(|((line, _), number)| *line == number), "not in order");

    let known = Known { id: "a".into(), to: To::from_url("https://a.example/mcp").expect("a URL") };
    let mut tally = Tally::new(vec![known.clone()], &["gw.example".into()], &[]);
    for (line, one) in &all {
        tally.note("log", *line, one.clone());
    }
    let unread: u64 = tally.unread.values().map(|unread| unread.count).sum();
    let is_unread = |(_, one): &&(u64, Said)| matches!(one, Said::Unread(_));
    assert_eq!(unread, all.iter().filter(is_unread).count() as u64);
    assert!(tally.through_gateway <= tally.connections && tally.connections <= tally.visits);
    for (to, unknown) in tally.unknown() {
        assert!(to.to_string().len() <= MOST_LINE && !to.host.is_empty());
        assert_eq!(to.host, to.host.to_lowercase(), "a host has one spelling");
        let is_known = to.host == known.to.host && to.path == known.to.path;
        assert!(!(is_known && to.port.is_none()), "what is registered is told");
        assert!(unknown.connections + unknown.lookups > 0 && !unknown.lines.is_empty());
    }
}
