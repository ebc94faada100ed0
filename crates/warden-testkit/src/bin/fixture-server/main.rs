//! An MCP server for tests: clean by default, and as troublesome as its flags say.
//!
//! It speaks both eras over standard input and output, blocking and without any dependency but
//! JSON, so that it starts in a millisecond and a benchmark measures what stands before it.

mod answers;
mod asks;
mod linger;
mod options;
mod server;
mod tools;
mod wire;

use std::io::{self, Write};
use std::process::ExitCode;

use options::Options;
use server::{End, Server};

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a program of its own: flags are its interface")]
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(End::Closed) => ExitCode::SUCCESS,
        Ok(End::Died) => ExitCode::from(3),
        Err(problem) => {
            // Nobody is left to tell when this fails too.
            drop(writeln!(io::stderr(), "fixture-server: {problem}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<End, String> {
    let options = Options::parse(arguments)?;
    if let Some(file) = &options.linger {
        return linger::linger(file).map_err(|error| error.to_string());
    }
    linger::spawn_children(&options)?;
    let mut server = Server::new(options);
    match server.serve(io::stdin().lock()) {
        // The client went away while we were answering: that is how a session ends.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(End::Closed),
        other => other.map_err(|error| error.to_string()),
    }
}
