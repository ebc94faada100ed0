//! Sessions and streams that only are there.

use std::io::{self, Read as _};
use std::net::TcpStream;
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::failures::{Failure, Failures};
use crate::options::{Mode, Options};
use crate::output;
use crate::request::{FIRST_ID, Template, stream};
use crate::response::Response;
use crate::session::{connect, open, step};
use crate::usage;

/// Opens one of what is held.
type Open = fn(&Options, u64) -> Result<TcpStream, Failure>;

/// Opens them, says so, holds them until the input ends, and says how many are still open.
pub(crate) fn run(options: &Options) -> Result<Value, String> {
    let begin = Instant::now();
    let mut failures = Failures::default();
    let mut held = Vec::new();
    let (count, open_one): (_, Open) = match options.mode {
        Mode::Sessions(count) => (count, session),
        Mode::Streams(count) => (count, listen),
        _ => return Err("there is nothing to hold".into()),
    };
    for id in (FIRST_ID..).take(count) {
        match open_one(options, id) {
            Ok(stream) => held.push(stream),
            Err(failure) => failures.count(failure, b""),
        }
    }
    let mut opened = Map::new();
    opened.insert("opened".into(), json!(held.len()));
    opened.insert("seconds".into(), json!(begin.elapsed().as_secs_f64()));
    if let Some(pid) = options.pid {
        let usage = usage::of_family(pid, &options.without);
        opened.insert("memory_bytes".into(), json!(usage.memory));
        opened.insert("peak_bytes".into(), json!(usage.peak));
    }
    failures.write(&mut opened);
    output(&Value::Object(opened))?;
    io::stdin().read_to_end(&mut Vec::new()).map_err(|error| error.to_string())?;
    let lost = held.iter().filter(|stream| !is_open(stream)).count();
    Ok(json!({"held": held.len() - lost, "lost": lost, "failures": failures.total() + lost as u64}))
}

/// A session, and its stream on a connection of its own.
fn session(options: &Options, _: u64) -> Result<TcpStream, Failure> {
    let mut handshake = connect(options)?;
    let session = open(&mut handshake, options)?;
    drop(handshake);
    begin(options, &stream(options, session.as_deref()))
}

/// A stream of changes, as the modern era has it.
fn listen(options: &Options, id: u64) -> Result<TcpStream, Failure> {
    begin(options, Template::listen(options).with(id))
}

/// Sends a request whose answer does not end, and waits for its head.
fn begin(options: &Options, request: &[u8]) -> Result<TcpStream, Failure> {
    use std::io::Write as _;
    let mut connection = connect(options)?;
    connection.write_all(request).map_err(|_| Failure::Connection)?;
    let mut response = Response::default();
    while response.head().is_none() {
        if step(&mut connection, &mut response)? {
            break;
        }
    }
    match response.head() {
        Some(head) if head.status == 200 && head.is_stream => Ok(connection),
        Some(head) if head.status != 200 => Err(Failure::Status),
        _ => Err(Failure::Framing),
    }
}

/// Returns whether the other side has not closed the connection.
fn is_open(mut stream: &TcpStream) -> bool {
    if stream.set_nonblocking(true).is_err() {
        return false;
    }
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return false,
            // What keeps it alive.
            Ok(_) => {}
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        }
    }
}
