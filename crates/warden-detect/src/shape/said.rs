//! What the blocks of an answer say about themselves, and what stands beside structured content.

use std::{cmp::Reverse, collections::BTreeSet};

use serde_json::Value;

use crate::{instructions, work};

use super::{
    Answered, ShapeClass, ShapeFinding,
    read::{self, as_json, escaped, hash},
};

/// Instructions in a place where nobody reads count from here on.
const TELLING: u32 = 25;

/// What instructions there count for more than elsewhere, and at most.
const HIDDEN: u32 = 20;
const MOST: u32 = 70;

/// So many words make a text, where only programs look.
const PROSE: usize = 12;

/// So many words beside structured content that are not in it make another text: fewer if the text
/// is data as well.
const OTHER_WORDS: usize = 30;
const OTHER_NAMES: usize = 8;

/// Values that are nested deeper are not gone through.
const DEEPEST: usize = 64;

pub(super) fn judge(answer: &Value, out: &mut Answered) {
    metadata(answer, "", out);
    let none = Vec::new();
    let blocks = match answer.get("content") {
        Some(Value::Array(blocks)) => blocks,
        Some(_) => {
            out.findings.push(ShapeFinding::new(ShapeClass::Malformed, "/content"));
            &none
        }
        None => &none,
    };
    for (number, block) in blocks.iter().enumerate() {
        let at = format!("/content/{number}");
        one_block(block, &at, out);
    }
    if let Some(value) = answer.get("structuredContent") {
        beside(value, blocks, out);
    }
}

fn one_block(block: &Value, at: &str, out: &mut Answered) {
    let mut add = |class, at: String| out.findings.push(ShapeFinding::new(class, at));
    let text = block.get("text").and_then(Value::as_str);
    let wrong = match read::kind(block) {
        0 => text.is_none(),
        1 | 2 => !block.get("data").is_some_and(Value::is_string),
        3 => !block.get("resource").is_some_and(Value::is_object),
        4 => read::uri(block).is_none(),
        _ => true,
    };
    if wrong {
        add(ShapeClass::Malformed, at.to_owned());
    }
    let active = |uri: &str| {
        let scheme = uri.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        matches!(scheme.as_str(), "javascript" | "vbscript" | "data")
    };
    if read::uri(block).is_some_and(active) {
        add(ShapeClass::ActiveResource, format!("{at}/uri"));
    }
    if let Some(annotations) = block.get("annotations") {
        let alone = read::for_model_alone(block);
        if !annotations_hold(annotations) {
            add(ShapeClass::Audience, format!("{at}/annotations"));
        } else if alone && let Some(text) = text {
            let score = instructions(text).score;
            let mut finding = ShapeFinding::new(ShapeClass::Audience, format!("{at}/annotations"));
            if score >= TELLING {
                finding.weight = (score + HIDDEN).min(MOST);
            }
            out.findings.push(finding);
        }
    }
    metadata(block, at, out);
    if let Some(resource) = block.get("resource") {
        metadata(resource, &format!("{at}/resource"), out);
    }
}

/// Whether annotations have the values that the protocol gives them.
fn annotations_hold(annotations: &Value) -> bool {
    let known = |one: &Value| one == "user" || one == "assistant";
    let audience = match annotations.get("audience") {
        None => true,
        Some(Value::Array(all)) => all.iter().all(known),
        Some(_) => false,
    };
    let priority = match annotations.get("priority") {
        None => true,
        Some(value) => value.as_f64().is_some_and(|value| (0.0..=1.0).contains(&value)),
    };
    annotations.is_object() && audience && priority
}

/// Looks through what only programs are to read.
fn metadata(value: &Value, at: &str, out: &mut Answered) {
    for name in ["_meta", "annotations"] {
        let Some(value) = value.get(name) else { continue };
        let mut open = vec![(value, format!("{at}/{name}"), 0)];
        while let Some((value, at, depth)) = open.pop() {
            if depth > DEEPEST {
                out.complete = false;
                continue;
            }
            match value {
                Value::String(text) => out.findings.extend(to_a_reader(text, at)),
                Value::Array(values) => {
                    let items = values.iter().enumerate();
                    open.extend(items.map(|(n, one)| (one, format!("{at}/{n}"), depth + 1)));
                }
                Value::Object(members) => {
                    let inner = |(name, one): (&String, _)| {
                        (one, format!("{at}/{}", escaped(name)), depth + 1)
                    };
                    let pairs: Vec<(&String, &Value)> = members.iter().collect();
                    open.extend(pairs.into_iter().map(inner));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
    }
}

/// A text that is written for a reader, and what it counts for.
fn to_a_reader(text: &str, at: String) -> Option<ShapeFinding> {
    let score = instructions(text).score;
    let mut finding = ShapeFinding::new(ShapeClass::HiddenText, at);
    if score >= TELLING {
        finding.weight = (score + HIDDEN).min(MOST);
        return Some(finding);
    }
    let word = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    (text.split_whitespace().filter(word).count() >= PROSE).then_some(finding)
}

/// Compares text with the structured content beside it. It should be the same once more; many
/// servers give words that tell what the data says, so only a text of its own counts.
fn beside(value: &Value, blocks: &[Value], out: &mut Answered) {
    let mut known = BTreeSet::new();
    let whole = gather(value, &mut known);
    if !whole {
        out.complete = false;
        return;
    }
    for (number, block) in blocks.iter().enumerate() {
        let Some(text) = block.get("text").and_then(Value::as_str) else { continue };
        let (fresh, all, most) = match as_json(text) {
            Some(same) if same == *value => continue,
            Some(other) => {
                let mut names = BTreeSet::new();
                out.complete &= gather(&other, &mut names);
                (names.difference(&known).count(), names.len(), OTHER_NAMES)
            }
            None => {
                let mut own = BTreeSet::new();
                each_word(text, &mut own);
                (own.difference(&known).count(), own.len(), OTHER_WORDS)
            }
        };
        if fresh >= most && fresh * 10 >= all * 7 {
            let at = format!("/content/{number}/text");
            out.findings.push(ShapeFinding::new(ShapeClass::TextDiffers, at));
        }
    }
    out.findings.sort_by_key(|one| Reverse(one.weight));
}

/// Hashes of the words in names and values. Returns whether all of it was gone through.
fn gather(value: &Value, words: &mut BTreeSet<u64>) -> bool {
    let mut open = vec![(value, 0)];
    let mut whole = true;
    while let Some((value, depth)) = open.pop() {
        if depth > DEEPEST {
            whole = false;
            continue;
        }
        match value {
            Value::String(text) => each_word(text, words),
            Value::Number(number) => each_word(&number.to_string(), words),
            Value::Array(values) => open.extend(values.iter().map(|one| (one, depth + 1))),
            Value::Object(members) => {
                for (name, one) in members {
                    each_word(name, words);
                    open.push((one, depth + 1));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
    whole
}

fn each_word(text: &str, words: &mut BTreeSet<u64>) {
    work::add(text.len());
    for word in text.split(|char: char| !char.is_alphanumeric()).filter(|word| word.len() > 2) {
        words.insert(hash(0, word.to_lowercase().as_bytes()));
    }
}
