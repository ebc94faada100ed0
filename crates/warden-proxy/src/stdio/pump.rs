//! One direction: read, decide, record, send.

use std::{io::Read, time::Instant};

use warden_mcp::LineReader;

use super::{Happened, Shared};
use crate::Batch;

/// Whose messages a thread carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// Carries messages until the stream ends.
pub(super) fn run(shared: &Shared, side: Side, stream: Box<dyn Read + Send>, most: usize) {
    let mut reader = LineReader::new(stream, most);
    while matches!(reader.fill(), Ok(true)) {
        take_lines(shared, side, &mut reader);
    }
    if let Some(line) = reader.rest() {
        let mut batch = Batch::default();
        let now = Instant::now();
        match side {
            Side::Client => shared.guard().from_client(line, now, &mut batch),
            Side::Server => shared.guard().from_server(line, now, &mut batch),
        }
        shared.dispatch(batch, side);
    }
    shared.happened(match side {
        Side::Client => Happened::ClientEnded,
        Side::Server => Happened::ServerEnded,
    });
}

/// Deals with every whole line that is there, and sends what they call for together.
fn take_lines(shared: &Shared, side: Side, reader: &mut LineReader<Box<dyn Read + Send>>) {
    let mut lines = reader.lines();
    if lines.is_empty() {
        return;
    }
    let mut batch = Batch::default();
    let now = Instant::now();
    let at_work = shared.work();
    let mut guard = shared.guard();
    for line in lines.drain(..) {
        match side {
            Side::Client => guard.from_client(line, now, &mut batch),
            Side::Server => guard.from_server(line, now, &mut batch),
        }
    }
    drop(guard);
    shared.dispatch(batch, side);
    drop(at_work);
}
