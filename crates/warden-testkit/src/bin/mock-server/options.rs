//! The flags.

/// Over what the server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Lines on standard input and output.
    Stdio,
    /// HTTP/1.1 on this port of the loopback interface; 0 is any that is free.
    Http(u16),
}

/// How requests over HTTP are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// One JSON object.
    Json,
    /// A stream with one event.
    Sse,
}

/// What is wrong with an answer that should not be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// The id of another request.
    Id,
    /// A byte of text, or a tool, too few.
    Short,
    /// Text of the right length in which one letter is another.
    Altered,
    /// A JSON-RPC error.
    Error,
    /// A result that says that the tool failed.
    IsError,
    /// The right answer with status 500. Over standard output there is no status.
    Status,
    /// No JSON.
    Garbage,
    /// Half an answer and the end of the connection.
    Truncated,
    /// No answer at all.
    Silent,
}

/// Every lie, under the name that one types.
pub(crate) static LIES: &[(&str, Lie)] = &[
    ("id", Lie::Id),
    ("short", Lie::Short),
    ("altered", Lie::Altered),
    ("error", Lie::Error),
    ("is-error", Lie::IsError),
    ("status", Lie::Status),
    ("garbage", Lie::Garbage),
    ("truncated", Lie::Truncated),
    ("silent", Lie::Silent),
];

/// What the server was told to be like.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) transport: Transport,
    pub(crate) answer: Answer,
    pub(crate) tools: usize,
    pub(crate) payload: usize,
    pub(crate) threads: usize,
    pub(crate) ttl_ms: u64,
    pub(crate) scope: String,
    pub(crate) lie: Option<Lie>,
    /// One in how many lists and calls is answered with the lie.
    pub(crate) lie_every: u64,
}

impl Options {
    /// Reads the flags. An unknown one is an error.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            transport: Transport::Http(0),
            answer: Answer::Json,
            tools: 100,
            payload: 64,
            threads: 1,
            ttl_ms: 60_000,
            scope: "public".into(),
            lie: None,
            lie_every: 1,
        };
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if flag == "--stdio" {
                options.transport = Transport::Stdio;
                continue;
            }
            let value =
                rest.next().ok_or_else(|| format!("`{flag}` is unknown or lacks a value"))?;
            options.set(flag, value)?;
        }
        Ok(options)
    }

    fn set(&mut self, flag: &str, value: &str) -> Result<(), String> {
        match flag {
            "--port" => self.transport = Transport::Http(number(flag, value)?),
            "--answer" => self.answer = answer(value)?,
            "--tools" => self.tools = number(flag, value)?,
            "--payload" => self.payload = number(flag, value)?,
            "--threads" => self.threads = number::<usize>(flag, value)?.max(1),
            "--ttl-ms" => self.ttl_ms = number(flag, value)?,
            "--scope" => self.scope = scope(value)?,
            "--lie" => self.lie = Some(lie(value)?),
            "--lie-every" => self.lie_every = number::<u64>(flag, value)?.max(1),
            _ => return Err(format!("unknown flag `{flag}`")),
        }
        Ok(())
    }
}

fn answer(value: &str) -> Result<Answer, String> {
    match value {
        "json" => Ok(Answer::Json),
        "sse" => Ok(Answer::Sse),
        _ => Err(format!("`--answer` is json or sse, not `{value}`")),
    }
}

fn scope(value: &str) -> Result<String, String> {
    match value {
        "public" | "private" => Ok(value.into()),
        _ => Err(format!("`--scope` is public or private, not `{value}`")),
    }
}

fn lie(value: &str) -> Result<Lie, String> {
    let known = LIES.iter().find(|(name, _)| *name == value).map(|(_, lie)| *lie);
    known.ok_or_else(|| format!("`{value}` is no lie that is known"))
}

fn number<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{flag}` wants a number, not `{value}`"))
}
