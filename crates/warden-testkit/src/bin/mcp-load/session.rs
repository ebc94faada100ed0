//! One request after the other, waiting for each answer: handshakes, and the very first answer.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::failures::Failure;
use crate::options::{Era, Options};
use crate::request::{FIRST_ID, Template, initialized};
use crate::response::Response;

/// Opens a connection.
pub(crate) fn connect(options: &Options) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(options.target.address).map_err(|_| Failure::Connection)?;
    let set = stream.set_nodelay(true);
    let set = set.and_then(|()| stream.set_read_timeout(Some(options.patience)));
    set.map_err(|_| Failure::Connection)?;
    Ok(stream)
}

/// Shakes hands, if the era has it, and returns the id of the session.
pub(crate) fn open(stream: &mut TcpStream, options: &Options) -> Result<Option<String>, Failure> {
    if options.era == Era::Modern {
        return Ok(None);
    }
    let response = exchange(stream, Template::initialize(options).with(FIRST_ID))?;
    let head = response.head().ok_or(Failure::Framing)?;
    if head.status != 200 {
        return Err(Failure::Status);
    }
    let session = head.session.clone();
    let response = exchange(stream, &initialized(options, session.as_deref()))?;
    match response.head().map(|head| head.status) {
        Some(202) => Ok(session),
        _ => Err(Failure::Session),
    }
}

/// Sends a request and waits for its response.
pub(crate) fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Response, Failure> {
    stream.write_all(request).map_err(|_| Failure::Connection)?;
    let mut response = Response::default();
    while !step(stream, &mut response)? {}
    Ok(response)
}

/// Reads a part of a response, and returns whether that was the last.
pub(crate) fn step(stream: &mut TcpStream, response: &mut Response) -> Result<bool, Failure> {
    let mut chunk = [0; 16 * 1024];
    let read = stream.read(&mut chunk).map_err(|_| Failure::Connection)?;
    if read == 0 {
        let whole = response.ends_with_connection();
        return if whole { Ok(true) } else { Err(Failure::Connection) };
    }
    response.take(chunk.get(..read).unwrap_or_default())
}
