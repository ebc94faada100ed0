//! The flags, each of which is one kind of trouble.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// Trouble that needs no further word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Quirk {
    /// The second answer of `read_mail` speaks to the model.
    HostileSecond,
    /// The first tool call gets half an answer, and then the process ends.
    DieMidAnswer,
    /// Every tool call is answered twice, after a response that nobody asked for.
    Unsolicited,
    /// Every tool call is preceded by requests from the server, known and unknown.
    UnknownRequests,
    /// Lines that are not JSON stand between the messages.
    Garbage,
    /// More tools, and prompts, resources, templates and instructions.
    Full,
    /// Nothing but tools: no prompts, resources and templates.
    Bare,
}

/// Which protocol eras are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// Only `initialize`.
    Legacy,
    /// Only `server/discover`.
    Modern,
    /// Whatever the client speaks.
    Both,
}

/// What the server was told to be like.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) quirks: BTreeSet<Quirk>,
    pub(crate) era: Era,
    pub(crate) day: u32,
    pub(crate) day_file: Option<PathBuf>,
    pub(crate) tools_file: Option<PathBuf>,
    pub(crate) instructions: Option<String>,
    pub(crate) flood_stderr: usize,
    pub(crate) never_answer: BTreeSet<String>,
    pub(crate) huge: usize,
    pub(crate) slow_list_ms: u64,
    pub(crate) page_size: usize,
    pub(crate) spawn_child: Option<PathBuf>,
    pub(crate) spawn_session: Option<PathBuf>,
    pub(crate) linger: Option<PathBuf>,
    /// Every line that comes is written there as well.
    pub(crate) record: Option<PathBuf>,
    /// Every call is answered with the result that stands in this file at that moment.
    pub(crate) say_file: Option<PathBuf>,
    /// The process dies in the middle of the answer to this call, counted from one.
    pub(crate) die_at: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quirks: BTreeSet::new(),
            era: Era::Both,
            day: 1,
            day_file: None,
            tools_file: None,
            instructions: None,
            flood_stderr: 0,
            never_answer: BTreeSet::new(),
            huge: 0,
            slow_list_ms: 0,
            page_size: usize::MAX,
            spawn_child: None,
            spawn_session: None,
            linger: None,
            record: None,
            say_file: None,
            die_at: 0,
        }
    }
}

impl Options {
    /// Reads the flags; an unknown one is an error, since a test that misspells its trouble
    /// would otherwise pass without any.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if let Some(quirk) = quirk(flag) {
                options.quirks.insert(quirk);
                continue;
            }
            // Written as one word, a path is none to whoever looks at the words.
            if let Some((flag, value)) = flag.split_once('=') {
                options.set(flag, value)?;
                continue;
            }
            let value =
                rest.next().ok_or_else(|| format!("`{flag}` is unknown or lacks a value"))?;
            options.set(flag, value)?;
        }
        Ok(options)
    }

    /// Returns whether the server was told to have this quirk.
    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    fn set(&mut self, flag: &str, value: &str) -> Result<(), String> {
        match flag {
            "--era" => self.era = era(value)?,
            "--day" => self.day = number(flag, value)?,
            "--day-file" => self.day_file = Some(value.into()),
            "--tools-file" => self.tools_file = Some(value.into()),
            "--instructions" => self.instructions = Some(value.into()),
            "--flood-stderr" => self.flood_stderr = number(flag, value)?,
            "--never-answer" => {
                self.never_answer.insert(value.into());
            }
            "--huge" => self.huge = number(flag, value)?,
            "--slow-list" => self.slow_list_ms = number(flag, value)?,
            "--page-size" => self.page_size = number::<usize>(flag, value)?.max(1),
            "--spawn-child" => self.spawn_child = Some(value.into()),
            "--spawn-session" => self.spawn_session = Some(value.into()),
            "--record" => self.record = Some(value.into()),
            "--say-file" => self.say_file = Some(value.into()),
            "--die-at" => self.die_at = number(flag, value)?,
            "--linger" => self.linger = Some(value.into()),
            _ => return Err(format!("unknown flag `{flag}`")),
        }
        Ok(())
    }
}

fn quirk(flag: &str) -> Option<Quirk> {
    Some(match flag {
        "--hostile-second" => Quirk::HostileSecond,
        "--die-mid-answer" => Quirk::DieMidAnswer,
        "--unsolicited" => Quirk::Unsolicited,
        "--unknown-requests" => Quirk::UnknownRequests,
        "--garbage" => Quirk::Garbage,
        "--full" => Quirk::Full,
        "--bare" => Quirk::Bare,
        _ => return None,
    })
}

fn era(value: &str) -> Result<Era, String> {
    match value {
        "legacy" => Ok(Era::Legacy),
        "modern" => Ok(Era::Modern),
        "both" => Ok(Era::Both),
        _ => Err(format!("`--era` is legacy, modern or both, not `{value}`")),
    }
}

fn number<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{flag}` wants a number, not `{value}`"))
}
