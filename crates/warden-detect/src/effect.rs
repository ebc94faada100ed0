//! What a tool does to the world, from its words, its parameters and its annotations.
//!
//! Annotations are the server's own claims: they can make a tool look worse than its words, never
//! better. A tool that says nothing is taken to write.

mod verbs;

use serde_json::Value;
use warden_model::Effect;

/// How much of a description is read: what a tool does stands at its start.
const READ: usize = 4096;

/// What a tool does, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects {
    /// The worst effect that something says.
    pub effect: Effect,
    /// What says so, the worst first.
    pub evidence: Vec<EffectEvidence>,
}

impl Effects {
    /// The worst effect that the words of the tool say, leaving annotations out.
    #[must_use]
    pub fn said(&self) -> Option<&EffectEvidence> {
        self.evidence.iter().find(|evidence| {
            matches!(
                evidence.source,
                EffectSource::Name | EffectSource::Description | EffectSource::Parameter
            )
        })
    }
}

/// One thing that says what a tool does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectEvidence {
    /// What it says.
    pub effect: Effect,
    /// Where it stands.
    pub source: EffectSource,
    /// The word, parameter or annotation.
    pub word: String,
}

/// Where a tool says what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectSource {
    /// In its name or title.
    Name,
    /// In its description.
    Description,
    /// In the name of a parameter.
    Parameter,
    /// In its annotations.
    Annotation,
    /// Nothing says anything.
    Silence,
}

impl EffectSource {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Parameter => "parameter",
            Self::Annotation => "annotation",
            Self::Silence => "silence",
        }
    }
}

/// Returns what the tool with this definition does.
#[must_use]
pub fn effects(definition: &Value) -> Effects {
    let text = |member: &str| definition.get(member).and_then(Value::as_str).unwrap_or_default();
    let mut evidence = Vec::new();
    name(text("name"), &mut evidence);
    description(text("description"), &mut evidence);
    let only_reads = evidence.iter().all(|evidence| evidence.effect == Effect::Read);
    parameters(definition, only_reads && !evidence.is_empty(), &mut evidence);
    annotations(definition.get("annotations"), &mut evidence);
    if evidence.is_empty() {
        evidence.push(EffectEvidence {
            effect: Effect::Write,
            source: EffectSource::Silence,
            word: String::new(),
        });
    }
    evidence.sort_by_key(|evidence| (std::cmp::Reverse(evidence.effect), evidence.source));
    evidence.dedup();
    let effect = evidence.first().map_or(Effect::Write, |evidence| evidence.effect);
    Effects { effect, evidence }
}

/// Splits a name into lower-case words: at separators, and where the case changes.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let chars: Vec<char> = name.chars().take(256).collect();
    for (index, char) in chars.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|at| chars.get(at));
        let next = chars.get(index + 1);
        let hump = char.is_uppercase()
            && previous
                .is_some_and(|p| !p.is_uppercase() || next.is_some_and(|n| n.is_lowercase()));
        if (hump || !char.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(char.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn push(out: &mut Vec<EffectEvidence>, effect: Effect, source: EffectSource, word: &str) {
    out.push(EffectEvidence { effect, source, word: word.to_owned() });
}

/// The first verb of a name says what it does, and so does one behind `and` or `or`. A word that is
/// also a noun (`post`, `message`) counts when it comes first or when there is no other.
fn name(name: &str, out: &mut Vec<EffectEvidence>) {
    let words = words(name);
    let verb_at = |at: usize| words.get(at).and_then(|word| Some((word, verbs::verb(word)?)));
    let first = (0..words.len())
        .find(|at| verb_at(*at).is_some_and(|(word, _)| *at == 0 || !verbs::also_a_noun(word)))
        .or_else(|| (0..words.len()).find(|at| verb_at(*at).is_some()));
    for at in 0..words.len() {
        let joined = at.checked_sub(1).and_then(|before| words.get(before));
        let joined = joined.is_some_and(|word| matches!(word.as_str(), "and" | "or" | "then"));
        if (Some(at) == first || joined)
            && let Some((word, effect)) = verb_at(at)
        {
            push(out, effect, EffectSource::Name, word);
        }
    }
    for (noun, effect) in verbs::NOUNS {
        if words.iter().any(|word| word == noun) {
            push(out, *effect, EffectSource::Name, noun);
        }
    }
}

/// The verbs that lead the first sentence, and phrases that say something terrible anywhere.
fn description(text: &str, out: &mut Vec<EffectEvidence>) {
    let text = text.get(..text.floor_char_boundary(READ)).unwrap_or_default();
    let lower = text.to_lowercase();
    let sentence = lower.split(['.', '\n', ':', ';']).find(|part| !part.trim().is_empty());
    let split = |char: char| !char.is_alphanumeric() && char != '\'';
    let words = sentence.unwrap_or_default().split(split).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.take(40).collect();
    let mut leads = Lead::First;
    for (at, word) in words.iter().enumerate() {
        if word.ends_with("ly") || FILLERS.contains(word) {
            continue;
        }
        let behind = words.get(at + 1..words.len().min(at + 8)).unwrap_or_default();
        let noun = leads == Lead::Joined && verbs::also_a_noun(verbs::stem(word));
        if leads != Lead::No
            && !noun
            && let Some(effect) = verbs::leading(word, behind)
        {
            push(out, effect, EffectSource::Description, word);
        }
        leads = if matches!(*word, "and" | "or" | "then" | "to") { Lead::Joined } else { Lead::No };
    }
    for (phrase, effect) in verbs::PHRASES {
        if lower.contains(phrase) {
            push(out, *effect, EffectSource::Description, phrase);
        }
    }
}

/// Whether a word of a sentence stands where its verb would.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    First,
    /// Behind `and`, where nouns stand as well.
    Joined,
    No,
}

/// Words that a description starts with before it comes to the point.
const FILLERS: &[&str] = &[
    "this", "tool", "that", "can", "will", "you", "the", "a", "use", "used", "it", "please", "mcp",
];

/// Parameters say what a tool that is not known to read only does with them.
fn parameters(definition: &Value, only_reads: bool, out: &mut Vec<EffectEvidence>) {
    let properties = definition.get("inputSchema").and_then(|schema| schema.get("properties"));
    for (name, _) in properties.and_then(Value::as_object).into_iter().flatten().take(256) {
        let flat = words(name).join("_");
        let hit = verbs::PARAMETERS.iter().find(|(parameter, _)| *parameter == flat);
        if let Some((_, effect)) = hit
            && !(only_reads && *effect == Effect::Send)
        {
            push(out, *effect, EffectSource::Parameter, name);
        }
    }
}

fn annotations(annotations: Option<&Value>, out: &mut Vec<EffectEvidence>) {
    let hint = |name: &str| annotations.and_then(|a| a.get(name)).and_then(Value::as_bool);
    let reads = hint("readOnlyHint");
    match (reads, hint("destructiveHint")) {
        // The specification gives destructiveHint a meaning only where readOnlyHint is not true;
        // a tool that claims both gets the worse.
        (_, Some(true)) => {
            push(out, Effect::Destructive, EffectSource::Annotation, "destructiveHint");
        }
        (Some(true), _) => push(out, Effect::Read, EffectSource::Annotation, "readOnlyHint"),
        (Some(false), _) | (None, Some(false)) => {
            push(out, Effect::Write, EffectSource::Annotation, "readOnlyHint");
        }
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(name: &str, description: &str, expected: Effect) {
        let found = effects(&json!({ "name": name, "description": description }));
        assert_eq!(found.effect, expected, "{name}: {description}: {found:?}");
    }

    // R66
    #[test]
    fn a_name_says_what_a_tool_does() {
        for (name, expected) in [
            ("read_file", Effect::Read),
            ("list_directory", Effect::Read),
            ("getWeather", Effect::Read),
            ("search_nodes", Effect::Read),
            ("database_query", Effect::Read),
            ("get_delete_log", Effect::Read),
            ("get_post", Effect::Read),
            ("create_issue", Effect::Write),
            ("write_file", Effect::Write),
            ("issue_update", Effect::Write),
            ("git_commit", Effect::Write),
            ("send_email", Effect::Send),
            ("sendMessage", Effect::Send),
            ("post_message", Effect::Send),
            ("email_send", Effect::Send),
            ("run_command", Effect::Execute),
            ("execute_sql", Effect::Execute),
            ("bash", Effect::Execute),
            ("eval", Effect::Execute),
            ("grant_role", Effect::Admin),
            ("revoke_access", Effect::Admin),
            ("delete_repo", Effect::Destructive),
            ("drop_table", Effect::Destructive),
            ("file-delete", Effect::Destructive),
            ("search_and_delete", Effect::Destructive),
            ("frobnicate", Effect::Write),
        ] {
            check(name, "", expected);
        }
    }

    /// R5: each tool has one of the six effects, with the evidence that it is by.
    #[test]
    fn an_effect_comes_with_what_it_is_by() {
        for (name, expected) in [
            ("read_file", Effect::Read),
            ("write_file", Effect::Write),
            ("send_email", Effect::Send),
            ("run_command", Effect::Execute),
            ("grant_role", Effect::Admin),
            ("delete_file", Effect::Destructive),
            ("frobnicate", Effect::Write),
        ] {
            let found = effects(&json!({ "name": name }));
            assert_eq!(found.effect, expected, "{name}");
            let by = found.evidence.first().expect("it is by something");
            assert_eq!(by.effect, expected, "{name}: {by:?}");
        }
    }

    #[test]
    fn a_description_says_what_a_name_hides() {
        check("handle", "Sends an e-mail to the recipients.", Effect::Send);
        check("get_page", "Fetch a page and delete it", Effect::Destructive);
        check("tidy", "This tool permanently deletes old files", Effect::Destructive);
        check("calc", "Evaluates the expression. Runs arbitrary code.", Effect::Execute);
        check("read_file", "Read a file. Deleted files are not found.", Effect::Read);
        check("list", "Lists messages sent to a channel", Effect::Read);
        check("find", "Run a search over posts and comments", Effect::Read);
        check("read_query", "Execute a read-only SQL query", Effect::Read);
        check("get_info", "Executes a command", Effect::Execute);
    }

    #[test]
    fn annotations_raise_and_never_lower() {
        let with = |name: &str, annotations: Value| {
            effects(&json!({ "name": name, "annotations": annotations })).effect
        };
        assert_eq!(with("delete_repo", json!({ "readOnlyHint": true })), Effect::Destructive);
        assert_eq!(with("send_email", json!({ "destructiveHint": false })), Effect::Send);
        assert_eq!(with("read_file", json!({ "destructiveHint": true })), Effect::Destructive);
        assert_eq!(with("read_file", json!({ "readOnlyHint": false })), Effect::Write);
        assert_eq!(with("frobnicate", json!({ "readOnlyHint": true })), Effect::Read);
    }

    #[test]
    fn parameters_say_what_words_leave_out() {
        let tool =
            json!({ "name": "process", "inputSchema": { "properties": { "shellCommand": {} } } });
        assert_eq!(effects(&tool).effect, Effect::Execute);
    }

    #[test]
    fn a_name_falls_apart_into_words() {
        assert_eq!(words("getHTTPServer_v2-now"), ["get", "http", "server", "v2", "now"]);
        assert_eq!(words("API_KEY"), ["api", "key"]);
        assert!(words("__").is_empty());
    }
}
