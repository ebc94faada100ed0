//! `mcpwarden inspect`: judges texts and definitions as the scanner and the gateway do.

mod judged;
mod line;
mod person;

use std::{
    collections::BTreeSet,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
    process::ExitCode,
    thread,
};

use warden_detect::{Described, LEVEL, Personal, Subject, copies_among};

use crate::{Failure, Kind, World, gateway, output};

use line::{How, Line, Whole};

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
`secrets` and `personal` tell kinds and places of credentials and of personal data; values are
never written. A line that cannot be read counts as flagged.

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
    /// A file with `[[term]]` tables: a company's own words, found beside personal data
    #[arg(long, value_name = "FILE")]
    terms: Option<PathBuf>,
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
        let personal = match &self.terms {
            Some(path) => gateway::personal(path, world)?,
            None => Personal::default(),
        };
        let mut input = self.open()?;
        if self.jsonl {
            return self.lines(input.as_mut(), &personal);
        }
        let mut text = String::new();
        let read = input.as_mut().take(LONGEST + 1).read_to_string(&mut text);
        read.map_err(|error| unreadable().caused_by(error))?;
        if text.len() as u64 > LONGEST {
            return Err(unreadable().hint("no more than 64 MiB are judged at once"));
        }
        let told = person::judge(self.kind, &text, self.level, &personal)?;
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

    /// Judges line by line. Definitions are also compared with each other, so all are read first,
    /// and kept as they were written: that is a tenth of what they take once they are taken apart.
    fn lines(&self, input: &mut dyn BufRead, personal: &Personal) -> Result<ExitCode, Failure> {
        let (mut whole, mut number, mut done) = (Whole::Yes, 0, 0);
        let mut lines: Vec<Line> = Vec::new();
        let none = BTreeSet::new();
        while let Some(bytes) = next(input)? {
            number += 1;
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                lines.push(Line::new(number, bytes));
            }
            if lines.len() >= BATCH && self.kind != Sort::Tool {
                whole = whole.and(self.batch(&lines, done, (&none, personal))?);
                done += lines.len();
                lines.clear();
            }
        }
        let copies = if self.kind == Sort::Tool { self.copies(&lines)? } else { none };
        for (at, batch) in lines.chunks(BATCH).enumerate() {
            whole = whole.and(self.batch(batch, done + at * BATCH, (&copies, personal))?);
        }
        Ok(ExitCode::from(if whole == Whole::Yes { 0 } else { INCOMPLETE }))
    }

    /// Which of the definitions copy another one.
    fn copies(&self, lines: &[Line]) -> Result<BTreeSet<usize>, Failure> {
        let described = |lines: &[Line], _| lines.iter().map(Line::described).collect();
        let described: Vec<Vec<Described>> = self.side_by_side(lines, &described)?;
        Ok(copies_among(&described.concat()).into_iter().map(|one| one.copy).collect())
    }

    /// Judges and writes lines, side by side and in their order. `first` is the place of the first
    /// of them among all.
    fn batch(
        &self,
        lines: &[Line],
        first: usize,
        (copies, personal): (&BTreeSet<usize>, &Personal),
    ) -> Result<Whole, Failure> {
        let how = How { sort: self.kind, level: self.level, copies, personal };
        let judge = |lines: &[Line], at| line::judge(lines, first + at, how);
        let done = self.side_by_side(lines, &judge)?;
        for (text, _) in &done {
            output::print(text)?;
        }
        Ok(done.iter().fold(Whole::Yes, |whole, (_, one)| whole.and(*one)))
    }

    /// Does the same with parts of the lines, each on a thread, and returns what came out in the
    /// order of the lines. The number is the place of a part's first line.
    fn side_by_side<T: Send>(
        &self,
        lines: &[Line],
        work: &(dyn Fn(&[Line], usize) -> T + Sync),
    ) -> Result<Vec<T>, Failure> {
        let threads = match self.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let share = lines.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let parts = lines.chunks(share).enumerate();
            let running: Vec<_> =
                parts.map(|(at, part)| scope.spawn(move || work(part, at * share))).collect();
            // Lines whose verdict is lost must not look like lines without one.
            let lost = |_| Failure::new(Kind::Internal, "a thread that judges has ended early");
            running.into_iter().map(|one| one.join().map_err(lost)).collect()
        })
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
