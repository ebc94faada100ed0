//! The texts of `tests/corpus/detect`, with what is known of them.

use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;
use warden_detect::{Subject, tool_text};

use xtask::shell::{self, Failure, root};

/// Where the texts are.
const FOLDER: &str = "tests/corpus/detect";

/// A text, and whether it is hostile.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name in the corpus.
    pub id: String,
    /// Who wrote it; nothing that one of them wrote is judged by a model that saw another of it.
    pub source: String,
    /// Variants of each other share this.
    pub group: String,
    /// Whether it is hostile.
    pub hostile: bool,
    /// What it is.
    pub subject: Subject,
    /// What belongs together of what somebody wrote, where that is told.
    pub suite: Option<String>,
    /// The file, inside the corpus.
    pub file: &'static str,
    /// What sort of attack or of text.
    pub category: String,
    /// Whether a hostile text says in any way what it does.
    pub tells: bool,
    /// Where it would stand, where that is told: `tool_result`, for one.
    pub kind: String,
    /// The language, where it is told.
    pub language: String,
    /// The text; of a definition all that a model is shown.
    pub text: String,
    /// The definition, if it is one.
    pub tool: Option<Value>,
    /// The server that shows it, if that is told.
    pub server: Option<String>,
    /// How it came to be.
    pub nature: Nature,
    /// Whether models learn from it. Bare requests, which anybody might make, teach nothing; others
    /// are kept back, to see what the weights of the product do with what they have not seen.
    pub trains: bool,
}

impl Sample {
    /// Whether it was written for this.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.file.starts_with(OWN)
    }
}

/// How a text came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It is as usual as what is published; levels are chosen by such texts.
    Usual,
    /// It was written to be hard to judge.
    Hard,
    /// It was written to resemble one of the other label.
    Twin,
}

/// A file of texts.
struct Corpus {
    file: &'static str,
    /// Nothing where every line tells it.
    source: Option<&'static str>,
    subject: Subject,
    trains: bool,
    nature: Nature,
}

const fn content(file: &'static str, source: &'static str) -> Corpus {
    let subject = Subject::Content;
    Corpus { file, source: Some(source), subject, trains: true, nature: Nature::Usual }
}

const fn tools(file: &'static str, source: Option<&'static str>) -> Corpus {
    let subject = Subject::Definition;
    Corpus { file, source, subject, trains: true, nature: Nature::Usual }
}

/// Texts that no model learns from: what is found in them, the weights of the product find.
const fn kept_back(mut corpus: Corpus) -> Corpus {
    (corpus.trains, corpus.nature) = (false, Nature::Hard);
    corpus
}

/// The definitions that are published in registries.
pub const REGISTRIES: &str = "tools/benign.jsonl";

/// Every file. Two that use the same templates count as one source.
static CORPORA: &[Corpus] = &[
    content("texts/agentdojo-answers.jsonl", "AgentDojo"),
    content("texts/agentdojo-benign.jsonl", "AgentDojo"),
    content("texts/agentdojo-injections.jsonl", "AgentDojo"),
    content("texts/agentdyn-shopping-answers.jsonl", "AgentDojo"),
    kept_back(content("texts/bipia-attacks.jsonl", "BIPIA")),
    content("texts/piguard-valid.jsonl", "PIGuard"),
    content("texts/over-defence-dev.jsonl", "NotInject"),
    content("texts/giskard-injections.jsonl", "Giskard"),
    content("texts/cyberseceval-en.jsonl", "CyberSecEval"),
    content("texts/xstest.jsonl", "XSTest"),
    content("documents/crates.jsonl", "packages of crates.io"),
    content("documents/npm.jsonl", "packages of npm"),
    content("documents/pypi.jsonl", "packages of PyPI"),
    content("documents/agents.jsonl", "packages for agents"),
    content("documents/languages.jsonl", "translations"),
    content("documents/licences.jsonl", "licences"),
    Corpus { nature: Nature::Twin, ..content("own/answers.jsonl", "own answers") },
    content("own/answers-plain.jsonl", "own answers, plain"),
    content("own/answers-planted.jsonl", "own answers, planted"),
    content("own/answers-direct.jsonl", "own answers, direct"),
    content("own/answers-varied.jsonl", "own answers, varied"),
    Corpus {
        nature: Nature::Twin,
        ..content("own/answers-agents.jsonl", "own answers, for agents")
    },
    content("own/answers-wild.jsonl", "own answers, wild"),
    kept_back(content("own/answers-kept.jsonl", "own answers, kept back")),
    kept_back(content("own/documents-kept.jsonl", "own documents, kept back")),
    content("own/prompts.jsonl", "own prompts"),
    tools(REGISTRIES, None),
    Corpus { nature: Nature::Twin, ..tools("tools/msb.jsonl", Some("MSB")) },
    tools("tools/asb.jsonl", Some("ASB")),
    Corpus { nature: Nature::Twin, ..tools("own/tools.jsonl", Some("own tools")) },
    Corpus { nature: Nature::Twin, ..tools("own/tools-plain.jsonl", Some("own tools, plain")) },
    Corpus {
        nature: Nature::Hard,
        ..tools("own/tools-listed.jsonl", Some("own tools, as listed"))
    },
    Corpus {
        nature: Nature::Hard,
        ..tools("own/tools-poisoned.jsonl", Some("own tools, poisoned"))
    },
    Corpus { nature: Nature::Hard, ..tools("own/tools-honest.jsonl", Some("own tools, honest")) },
    Corpus { nature: Nature::Hard, ..tools("own/tools-varied.jsonl", Some("own tools, varied")) },
    Corpus { nature: Nature::Twin, ..tools("own/tools-twins.jsonl", Some("own tools, twins")) },
    Corpus {
        nature: Nature::Hard,
        ..tools("own/tools-servers.jsonl", Some("own tools, of servers"))
    },
    Corpus { nature: Nature::Hard, ..tools("own/tools-wild.jsonl", Some("own tools, wild")) },
    kept_back(tools("own/tools-kept.jsonl", Some("own tools, kept back"))),
];

/// Reads every file.
///
/// # Errors
/// A file is not there, or a line has no text or no label.
pub fn read() -> Result<Vec<Sample>, Failure> {
    let mut all = Vec::new();
    for corpus in CORPORA {
        let path = root().join(FOLDER).join(corpus.file);
        for (at, line) in shell::read(&path)?.lines().enumerate() {
            let sample = sample(corpus, line, at);
            all.push(sample.ok_or_else(|| wrong(&path, at))?);
        }
    }
    Ok(all)
}

/// Texts that were written for this.
const OWN: &str = "own/";

/// Names of hosts that belong to nobody (RFC 2606).
#[expect(clippy::expect_used, reason = "a constant that every test runs through")]
static RESERVED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(^|[^A-Za-z0-9.-])((?:[A-Za-z0-9-]+\.)+)(?:example(?:\.(?:com|net|org))?|invalid)\b",
    )
    .expect("a constant")
});

/// How the hosts of other people end.
static ENDINGS: [&str; 8] = ["com", "com", "net", "org", "io", "dev", "app", "co"];

/// A line of ours with hosts that end as hosts do. Ours end in a way that no other does, and in
/// hostile texts more often: that would be learnt, and is of no use outside.
fn with_usual_hosts(line: &str) -> Cow<'_, str> {
    RESERVED.replace_all(line, |found: &Captures<'_>| {
        let name = &found[2];
        let hash = name.bytes().fold(0_usize, |hash, byte| hash * 31 % 8191 + usize::from(byte));
        let ending = ENDINGS.get(hash % ENDINGS.len()).unwrap_or(&"com");
        format!("{}{name}{ending}", &found[1])
    })
}

fn wrong(path: &Path, at: usize) -> Failure {
    Failure(format!("{}:{}: no text, or no label", path.display(), at + 1))
}

fn sample(corpus: &Corpus, line: &str, at: usize) -> Option<Sample> {
    let line = if corpus.file.starts_with(OWN) { with_usual_hosts(line) } else { line.into() };
    let row: Value = serde_json::from_str(&line).ok()?;
    let word = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let tool = (corpus.subject == Subject::Definition).then(|| definition(&row));
    let text = tool.as_ref().map_or_else(|| word("text"), |tool| Some(tool_text(tool).text))?;
    let id = word("id").unwrap_or_else(|| format!("{}-{at}", corpus.file));
    Some(Sample {
        source: corpus.source.map(str::to_owned).or_else(|| word("source"))?,
        group: word("group").or_else(|| word("server")).unwrap_or_else(|| id.clone()),
        hostile: match word("label")?.as_str() {
            "malicious" => true,
            "benign" => false,
            _ => return None,
        },
        subject: corpus.subject,
        suite: word("suite"),
        file: corpus.file,
        category: category(corpus.file, at, word("category").or_else(|| word("attack"))),
        tells: corpus.file != TELLING.0 || at < TELLING.1,
        kind: word("kind").unwrap_or_default(),
        language: word("language").unwrap_or_default(),
        server: word("server"),
        trains: corpus.trains,
        nature: corpus.nature,
        id,
        text,
        tool,
    })
}

/// The tools of attacks come twice in that file: first those whose name or description says what
/// they do, then as many whose name and description are those of an honest tool.
const TELLING: (&str, usize) = ("tools/asb.jsonl", 200);

fn category(file: &str, at: usize, told: Option<String>) -> String {
    match told {
        Some(told) if file == TELLING.0 && at < TELLING.1 => format!("{told}, telling"),
        Some(told) if file == TELLING.0 => format!("{told}, in honest words"),
        told => told.unwrap_or_default(),
    }
}

/// The definition as `tools/list` would show it.
fn definition(row: &Value) -> Value {
    let mut tool = serde_json::Map::new();
    for (name, from) in [
        ("name", "name"),
        ("title", "title"),
        ("description", "description"),
        ("inputSchema", "input_schema"),
        ("outputSchema", "output_schema"),
        ("annotations", "annotations"),
        ("icons", "icons"),
        ("_meta", "_meta"),
    ] {
        if let Some(value) = row.get(from).filter(|value| !value.is_null()) {
            tool.insert(name.to_owned(), value.clone());
        }
    }
    let arguments = row.get("args").and_then(Value::as_array);
    if let Some(arguments) = arguments.filter(|_| !tool.contains_key("inputSchema")) {
        let names = arguments.iter().filter_map(Value::as_str);
        let properties = names.map(|name| (name.to_owned(), serde_json::json!({})));
        let properties: serde_json::Map<String, Value> = properties.collect();
        tool.insert(
            "inputSchema".to_owned(),
            serde_json::json!({ "type": "object", "properties": properties }),
        );
    }
    Value::Object(tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_nobody_end_as_others_do() {
        for (ours, usual) in [
            ("post to https://log.skyfen.example.com/in.", "post to https://log.skyfen."),
            ("ann@desk.invalid", "ann@desk."),
        ] {
            let line = with_usual_hosts(ours);
            assert!(line.starts_with(usual), "{line}");
            assert!(!line.contains("example") && !line.contains("invalid"), "{line}");
        }
        for same in ["cp .env.example .env", "for example, see example.com", "an invalid name"] {
            assert_eq!(with_usual_hosts(same), same);
        }
    }
}
