//! From flags to a server that runs.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use crate::options::{Options, Transport};
use crate::{reactor, stdio};

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let options = Options::parse(arguments)?;
    let served = match options.transport {
        Transport::Stdio => stdio::serve(&options),
        Transport::Http(port) => http(port, &options),
    };
    match served {
        // The client went away while we were answering: that is how a session ends.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| error.to_string()),
    }
}

fn http(port: u16, options: &Options) -> io::Result<()> {
    warden_testkit::raise_file_limit()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let address = listener.local_addr()?;
    // Whoever started us waits for this line.
    writeln!(io::stdout(), "listening on http://{address}/mcp")?;
    for _ in 1..options.threads {
        let (listener, options) = (listener.try_clone()?, options.clone());
        // Those that fail take themselves away; the first one says why it does.
        drop(thread::spawn(move || reactor::serve(listener, &options)));
    }
    reactor::serve(listener, options)
}
