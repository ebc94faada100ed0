//! A program that serves on a port of its choice for as long as we want it to.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::shell::Failure;

/// How long a server may take until it says where it listens.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that ends with this value.
pub(super) struct Running {
    child: Child,
    url: String,
}

impl Running {
    /// Starts a server and waits until it has said where it listens, on either of its outputs.
    ///
    /// # Errors
    /// It cannot be started, or says nothing.
    pub(super) fn start(mut command: Command) -> Result<Self, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| Failure(format!("`{name}`: {error}")))?;
        let mut running = Self { child, url: String::new() };
        let (teller, lines) = mpsc::channel();
        watch(running.child.stdout.take(), teller.clone());
        watch(running.child.stderr.take(), teller);
        let deadline = Instant::now() + PATIENCE;
        let mut said = Vec::new();
        while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if let Some(url) = url(&line) {
                url.clone_into(&mut running.url);
                return Ok(running);
            }
            said.push(line);
        }
        Err(Failure(format!("`{name}` does not say where it listens\n{}", said.join("\n"))))
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end and nothing to tell.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Reads what a program says until it ends, so that it never waits for us.
fn watch(stream: Option<impl Read + Send + 'static>, teller: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Nobody listens any more once the URL is known.
            let _unheard = teller.send(line);
        }
    });
}

fn url(line: &str) -> Option<&str> {
    let word = line.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:"))?;
    Some(word.trim_end_matches([',', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_found_among_other_words() {
        assert_eq!(url("listening on http://127.0.0.1:1/mcp."), Some("http://127.0.0.1:1/mcp"));
        assert_eq!(url("listening"), None);
    }
}
