//! How long it takes from the start of a program to its first right answer.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::failures::Failure;
use crate::options::{Mode, Options};
use crate::request::{FIRST_ID, Template};
use crate::session::{connect, exchange, open};
use crate::verify::Verifier;

/// How long we wait before we look again whether somebody listens.
const NAP: Duration = Duration::from_micros(200);

/// Starts the program so often, and returns the times, sorted.
pub(crate) fn run(options: &Options) -> Result<Value, String> {
    let Mode::First(times) = options.mode else { return Err("there is nothing to start".into()) };
    let mut millis = Vec::new();
    for _ in 0..times {
        millis.push(once(options)?.as_secs_f64() * 1e3);
    }
    millis.sort_by(f64::total_cmp);
    let middle = millis.get(millis.len() / 2);
    Ok(json!({"p50_ms": middle, "max_ms": millis.last(), "all_ms": millis, "failures": 0}))
}

fn once(options: &Options) -> Result<Duration, String> {
    let (program, arguments) = options.command.split_first().ok_or("there is no command")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
    let answered = first(options, start, &mut child);
    stop(&mut child, options.patience)?;
    answered
}

fn first(options: &Options, start: Instant, child: &mut Child) -> Result<Duration, String> {
    loop {
        match ask(options) {
            Ok(()) => return Ok(start.elapsed()),
            Err(Failure::Connection) if start.elapsed() < options.patience => {}
            Err(failure) => return Err(format!("no first answer: {}", failure.name())),
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("it ended before it answered: {status}"));
        }
        thread::sleep(NAP);
    }
}

fn ask(options: &Options) -> Result<(), Failure> {
    let mut stream = connect(options)?;
    let session = open(&mut stream, options)?;
    let mut template = Template::measured(options, session.as_deref());
    let response = exchange(&mut stream, template.with(FIRST_ID + 1))?;
    Verifier::new(options).check(&response, FIRST_ID + 1)
}

/// Asks the program to end, as a service manager does, and waits for it.
fn stop(child: &mut Child, patience: Duration) -> Result<(), String> {
    let deadline = Instant::now() + patience;
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may have ended by itself, which is as good.
        drop(kill_process(pid, Signal::TERM).map_err(std::io::Error::from));
    }
    while Instant::now() < deadline {
        if child.try_wait().map_err(|error| error.to_string())?.is_some() {
            return Ok(());
        }
        thread::sleep(NAP);
    }
    child.kill().map_err(|error| error.to_string())?;
    Err("it did not end when it was asked to".into())
}
