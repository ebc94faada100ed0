//! Every page of a detector has examples that fire and examples that are clean, and they do.

#![expect(clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod fence;

use std::{fs, path::PathBuf};

use fence::{Fence, fences};
use serde_json::Value;
use warden_detect::{Judge, LEVEL, Mark, Subject, Verdict, copies, redact};

/// Detectors of the judge, by the names of their pages.
const JUDGED: &[&str] =
    &["instructions", "hidden", "encodings", "purpose", "smuggling", "copies", "learnt"];

struct Example {
    tool: bool,
    fires: bool,
    body: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/detectors")
}

fn examples(page: &str) -> Vec<Example> {
    let text = fs::read_to_string(folder().join(format!("{page}.md"))).expect("the page is there");
    let example = |fence: Fence<'_>| {
        let (tool, fires) = match fence.words[..] {
            ["text", "fires"] => (false, true),
            ["text", "clean"] => (false, false),
            ["json", "fires"] => (true, true),
            ["json", "clean"] => (true, false),
            _ => panic!("{page}: a fence says what it is and `fires` or `clean`: {fence:?}"),
        };
        Example { tool, fires, body: shown(&fence.text()) }
    };
    fences(&text).into_iter().map(example).collect()
}

/// The text with the characters that are written out as `‹U+200B›` and `‹tag:word›`.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('‹') {
        let (name, after) = after.split_once('›').expect("it is closed");
        out.push_str(before);
        if let Some(code) = name.strip_prefix("U+") {
            let code = u32::from_str_radix(code, 16).expect("a number");
            out.push(char::from_u32(code).expect("a character"));
        } else {
            let word = name.strip_prefix("tag:").expect("a tag");
            out.extend(word.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xe0000)));
        }
        rest = after;
    }
    out + rest
}

fn verdict(example: &Example) -> Verdict {
    if !example.tool {
        return Judge::of(Subject::Content).text(&example.body);
    }
    let value: Value = serde_json::from_str(&example.body).expect("the example is JSON");
    let Value::Array(tools) = &value else { return Judge::of(Subject::Definition).tool(&value) };
    let mut verdict = Verdict::default();
    if !copies(&tools.iter().collect::<Vec<_>>()).is_empty() {
        verdict.copied();
    }
    verdict
}

#[test]
fn examples_fire_and_are_clean_as_the_pages_say() {
    for page in JUDGED {
        let examples = examples(page);
        for fires in [true, false] {
            assert!(
                examples.iter().filter(|example| example.fires == fires).count() >= 2,
                "{page}"
            );
        }
        for example in &examples {
            let verdict = verdict(example);
            let of_page = |mark: &&Mark| match *page {
                "encodings" => mark.encoding.is_some(),
                page => mark.detector == page,
            };
            let counts = verdict.marks.iter().filter(|mark| mark.weight > 0);
            let fired = verdict.reaches(LEVEL) && counts.filter(of_page).count() > 0;
            let text = redact(&example.body);
            assert_eq!(fired, example.fires, "{page}: {text}\n{verdict:#?}");
            assert!(example.fires || !verdict.reaches(LEVEL), "{page}: {text}\n{verdict:#?}");
        }
    }
}

#[test]
fn every_page_is_in_the_list() {
    let list = fs::read_to_string(folder().join("README.md")).expect("the list is there");
    for entry in fs::read_dir(folder()).expect("the folder is there") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        assert!(name == "README.md" || list.contains(&format!("]({name})")), "{name}");
    }
}
