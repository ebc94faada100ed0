//! This program as a scripted server. Not a command: nobody calls it by hand.
//!
//! It says what stands in its folder, does nothing, and writes down what it was called with.

use std::{
    ffi::OsString,
    fs,
    io::{self, BufRead as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::script::Script;

/// The word that makes this program a scripted server.
pub(crate) const SCRIPTED: &str = "__redteam-server";

/// The revisions that it speaks, the newest first.
const REVISIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// A longer line is none of ours.
const MOST: u64 = 4 << 20;

/// The codes of JSON-RPC that it uses.
const METHOD_NOT_FOUND: i32 = -32601;

/// What a server answers to the next call.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Say {
    /// The text.
    pub(super) text: String,
    /// Whether the call has failed.
    pub(super) fails: bool,
}

/// What a server was called with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Arrived {
    /// The tool, without its server.
    pub(super) tool: String,
    /// The arguments.
    pub(super) arguments: Value,
}

/// The files of one scripted server.
#[derive(Clone, Debug)]
pub(super) struct Files {
    folder: PathBuf,
    name: String,
}

impl Files {
    /// Those of the server with this name.
    pub(super) fn of(folder: &Path, name: &str) -> Self {
        Self { folder: folder.to_owned(), name: name.to_owned() }
    }

    /// What it lists.
    pub(super) fn script(&self) -> PathBuf {
        self.folder.join(format!("{}.script.json", self.name))
    }

    /// What it says next.
    pub(super) fn say(&self) -> PathBuf {
        self.folder.join(format!("{}.say.json", self.name))
    }

    /// What it was called with.
    fn arrived(&self) -> PathBuf {
        self.folder.join(format!("{}.arrived", self.name))
    }

    /// Everything that it was called with, in order.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(super) fn calls(&self) -> io::Result<Vec<Arrived>> {
        let text = match fs::read_to_string(self.arrived()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read?,
        };
        text.lines().map(|line| serde_json::from_str(line).map_err(io::Error::from)).collect()
    }

    /// Writes down a call, and returns how many there were with it.
    fn note(&self, call: &Arrived) -> io::Result<u32> {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.arrived())?;
        let mut line = serde_json::to_vec(call)?;
        line.push(b'\n');
        file.write_all(&line)?;
        Ok(u32::try_from(self.calls()?.len()).unwrap_or(u32::MAX))
    }
}

/// Serves until standard input ends.
pub(crate) fn run(words: &[OsString]) -> ExitCode {
    let [folder, name] = words else { return ExitCode::from(2) };
    let files = Files::of(Path::new(folder), &name.to_string_lossy());
    match serve(&files) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            crate::output::tell(&format!("the scripted server ends: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn serve(files: &Files) -> io::Result<()> {
    use io::Read as _;
    let script: Script = serde_json::from_slice(&fs::read(files.script())?)?;
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MOST).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let Ok(Value::Object(message)) = serde_json::from_slice(&line) else { continue };
        // Notifications and answers ask for nothing.
        let (Some(id), Some(method)) = (message.get("id"), message.get("method")) else { continue };
        let params = message.get("params").and_then(Value::as_object);
        for said in answers(files, &script, (method, params))? {
            let mut said = said;
            if said.get("method").is_none() {
                said.insert("id".into(), id.clone());
            }
            said.insert("jsonrpc".into(), "2.0".into());
            serde_json::to_writer(&mut out, &said)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
    }
}

type Message = Map<String, Value>;

/// What is said to a request: what has changed first, and the answer last.
fn answers(
    files: &Files,
    script: &Script,
    (method, params): (&Value, Option<&Message>),
) -> io::Result<Vec<Message>> {
    let member = |name: &str| params.and_then(|params| params.get(name)).cloned();
    let result = |value: Value| vec![Message::from_iter([("result".to_owned(), value)])];
    Ok(match method.as_str() {
        Some("initialize") => result(introduction(member("protocolVersion").as_ref())),
        Some("ping") => result(json!({})),
        Some("tools/list") => {
            let calls = u32::try_from(files.calls()?.len()).unwrap_or(u32::MAX);
            result(json!({"tools": script.tools(calls)}))
        }
        Some("tools/call") => {
            let tool = member("name").and_then(|name| name.as_str().map(str::to_owned));
            let arguments = member("arguments").unwrap_or_else(|| json!({}));
            let calls = files.note(&Arrived { tool: tool.unwrap_or_default(), arguments })?;
            let say: Say = serde_json::from_slice(&fs::read(files.say())?)?;
            let content = json!([{"type": "text", "text": say.text}]);
            let changed = "notifications/tools/list_changed".into();
            let changed = Message::from_iter([("method".to_owned(), changed)]);
            let news = script.tells(calls).then_some(changed);
            let answer = result(json!({"content": content, "isError": say.fails}));
            news.into_iter().chain(answer).collect()
        }
        _ => {
            let error = json!({"code": METHOD_NOT_FOUND, "message": "method not found"});
            vec![Message::from_iter([("error".to_owned(), error)])]
        }
    })
}

fn introduction(asked: Option<&Value>) -> Value {
    let known = asked.and_then(Value::as_str).filter(|asked| REVISIONS.contains(asked));
    let [newest, ..] = REVISIONS;
    json!({"protocolVersion": known.unwrap_or(newest),
        "capabilities": {"tools": {"listChanged": true}},
        "serverInfo": {"name": "scripted", "version": "1"}})
}
