//! `mcpwarden inspect`: judges texts and definitions as the scanner and the gateway do.

mod line;
mod person;

use std::{
    io::{self, BufRead, BufReader, Read, Write as _},
    path::PathBuf,
    process::ExitCode,
    thread,
};

use warden_detect::{LEVEL, Subject};

use crate::{Failure, Kind, World, output};

/// Something was flagged.
const FLAGGED: u8 = 13;

/// Something could not be read, or not to its end.
const INCOMPLETE: u8 = 10;

/// How many lines are judged before they are written.
const BATCH: usize = 4096;

/// The longest line, and the longest text.
const LONGEST: u64 = 64 << 20;

/// Judge texts or tool definitions: poisoned, injected, or harmless
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden inspect --kind answer page.html
  mcpwarden inspect --kind tool tools.json         a definition, or an answer to tools/list
  mcpwarden inspect --kind answer --jsonl < answers.jsonl > judged.jsonl

With --jsonl every line is an object with `id` and `text`, or `tool` for a definition; for each
a line with `id`, `flagged`, `score`, `classes` and `evidence` is written, in the same order.
A line that cannot be read counts as flagged.

Exit codes: 0 nothing is flagged, 10 something could not be read or not be judged to its end,
13 something is flagged. With --jsonl the verdicts are in the lines: 0, or 10.")]
pub(crate) struct Args {
    /// What the texts are
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Sort,
    /// Read a JSON object per line, and write one
    #[arg(long)]
    jsonl: bool,
    /// The score from which something is flagged, from 1 to 100
    #[arg(long, value_name = "SCORE", default_value_t = LEVEL, value_parser = clap::value_parser!(u32).range(1..=100))]
    level: u32,
    /// Threads to judge with; 0 takes one for each processor
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    threads: usize,
    /// What to read; standard input without it
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Sort {
    /// A tool definition as in tools/list
    Tool,
    /// What a tool answers, or a resource
    Answer,
    /// What a tool is called with
    Argument,
    /// A prompt
    Prompt,
}

impl Sort {
    const fn subject(self) -> Subject {
        match self {
            Self::Tool => Subject::Definition,
            Self::Answer | Self::Argument | Self::Prompt => Subject::Content,
        }
    }
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let mut input = self.open()?;
        if self.jsonl {
            return self.lines(input.as_mut());
        }
        let mut text = String::new();
        let read = input.as_mut().take(LONGEST + 1).read_to_string(&mut text);
        read.map_err(|error| unreadable().caused_by(error))?;
        if text.len() as u64 > LONGEST {
            return Err(unreadable().hint("no more than 64 MiB are judged at once"));
        }
        let told = person::judge(self.kind, &text, self.level)?;
        output::print(&told.text(world.view()))?;
        Ok(ExitCode::from(match (told.flagged(), told.complete()) {
            (true, _) => FLAGGED,
            (false, false) => INCOMPLETE,
            (false, true) => 0,
        }))
    }

    fn open(&self) -> Result<Box<dyn BufRead>, Failure> {
        let Some(path) = &self.file else { return Ok(Box::new(io::stdin().lock())) };
        let file = std::fs::File::open(path).map_err(|error| {
            Failure::new(Kind::Input, format!("cannot read `{}`", path.display())).caused_by(error)
        })?;
        Ok(Box::new(BufReader::with_capacity(1 << 20, file)))
    }

    /// Judges line by line. Definitions are also compared with each other, so all are read first.
    fn lines(&self, input: &mut dyn BufRead) -> Result<ExitCode, Failure> {
        let mut complete = true;
        let mut batch: Vec<line::Line> = Vec::new();
        let all = self.kind == Sort::Tool;
        let mut number = 0;
        while let Some(bytes) = next(input)? {
            number += 1;
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                batch.push(line::Line::read(number, &bytes));
            }
            if batch.len() >= BATCH && !all {
                complete &= self.batch(&mut batch)?;
            }
        }
        complete &= self.batch(&mut batch)?;
        Ok(ExitCode::from(if complete { 0 } else { INCOMPLETE }))
    }

    /// Judges and writes lines, side by side and in their order. Returns whether all of them could
    /// be judged whole.
    fn batch(&self, lines: &mut Vec<line::Line>) -> Result<bool, Failure> {
        let threads = match self.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let copies = line::copies(lines);
        let share = lines.len().div_ceil(threads).max(1);
        let done: Vec<(Vec<u8>, bool)> = thread::scope(|scope| {
            let one = |(part, lines): (usize, &[line::Line])| {
                let (copies, first) = (&copies, part * share);
                let lines = lines.to_vec();
                scope.spawn(move || line::judge(&lines, first, copies, self.kind, self.level))
            };
            let running: Vec<_> = lines.chunks(share).enumerate().map(one).collect();
            running.into_iter().map(|one| one.join().unwrap_or_default()).collect()
        });
        lines.clear();
        let mut out = io::stdout().lock();
        for (bytes, _) in &done {
            match out.write_all(bytes) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    return Err(Failure::new(Kind::Internal, "cannot write to standard output")
                        .caused_by(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(done.iter().all(|(_, complete)| *complete))
    }
}

fn unreadable() -> Failure {
    Failure::new(Kind::Input, "the text cannot be read")
}

/// The next line, without its end; the rest of one that is too long is left out, which makes it
/// one that cannot be read.
fn next(input: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Failure> {
    let mut line = Vec::new();
    let read = input.take(LONGEST).read_until(b'\n', &mut line);
    read.map_err(|error| unreadable().caused_by(error))?;
    Ok((!line.is_empty()).then_some(line))
}
