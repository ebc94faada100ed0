//! Lines on standard input and output.

use std::io::{self, BufRead, BufReader, Write};

use crate::answers::{Answers, Kind};
use crate::options::{Lie, Options};
use crate::request::Request;

/// Answers until the input ends.
pub(crate) fn serve(options: &Options) -> io::Result<()> {
    let mut answers = Answers::new(options.clone());
    let mut input = BufReader::with_capacity(256 * 1024, io::stdin().lock());
    let mut output = io::stdout().lock();
    let (mut line, mut out) = (Vec::new(), Vec::new());
    while input.read_until(b'\n', &mut line)? > 0 {
        answer(&mut answers, &line, &mut out);
        line.clear();
        // What arrived together is answered together.
        if input.buffer().is_empty() && !out.is_empty() {
            output.write_all(&out)?;
            output.flush()?;
            out.clear();
        }
    }
    output.write_all(&out)
}

fn answer(answers: &mut Answers, line: &[u8], out: &mut Vec<u8>) {
    let Some(request) = Request::parse(line) else {
        let error =
            br#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no request"}}"#;
        out.extend_from_slice(error);
        out.push(b'\n');
        return;
    };
    if request.id.is_none() || request.method.is_empty() {
        return;
    }
    let mut message = Vec::new();
    let kind = answers.write(&request, &mut message);
    match kind {
        Kind::Lie(Lie::Silent) => return,
        Kind::Lie(Lie::Truncated) => message.truncate(message.len() / 2),
        _ => {}
    }
    out.append(&mut message);
    out.push(b'\n');
}
