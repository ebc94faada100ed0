//! The examples of the pages about links, shapes, turns and drift do what their fences say.

#![expect(clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod fence;

use fence::{Fence, fences};
use serde_json::Value;
use warden_detect::{Defined, Heard, LEVEL, Sense, Shape, Turn, answered, links, redefinition};

/// Runs the examples of a page; `run` gets the example and what its fence names, and says whether
/// it fired.
#[track_caller]
fn check(page: &str, run: impl Fn(&Fence<'_>, Option<&str>) -> bool) {
    let mut counts = [0, 0];
    for fence in fences(page) {
        let (fires, named) = match fence.words[..] {
            [_, "fires"] => (true, None),
            [_, "clean"] => (false, None),
            [_, "fires", named] => (true, Some(named)),
            [_, "clean", named] => (false, Some(named)),
            _ => panic!("a fence says what it is and `fires` or `clean`: {fence:?}"),
        };
        assert_eq!(run(&fence, named), fires, "{}", fence.text());
        counts[usize::from(fires)] += 1;
    }
    assert!(counts.iter().all(|count| *count >= 2), "{counts:?}");
}

fn json(fence: &Fence<'_>) -> Value {
    serde_json::from_str(&fence.text()).unwrap_or_else(|error| panic!("{error}: {fence:?}"))
}

/// What comes before an answer, as often as the example says.
fn before(example: &Value) -> Vec<&Value> {
    let all: Vec<&Value> = example["before"].as_array().into_iter().flatten().collect();
    let times = usize::try_from(example["times"].as_u64().unwrap_or(1)).expect("a number");
    all.iter().copied().cycle().take(all.len() * times).collect()
}

#[test]
fn links_are_judged_as_their_page_says() {
    let page = include_str!("../../../docs/reference/detectors/links.md");
    check(page, |fence, _| links(&fence.text()).reaches(LEVEL));
}

#[test]
fn shapes_are_told_as_their_page_says() {
    let page = include_str!("../../../docs/reference/detectors/shape.md");
    check(page, |fence, named| {
        let example = json(fence);
        let mut shape = Shape::new();
        for answer in before(&example) {
            shape.learn(answer);
        }
        let mut found = shape.against(&example["answer"]);
        if let Some(definition) = example.get("definition") {
            found.extend(answered(definition, &example["answer"]).findings);
        }
        let classes: Vec<&str> = found.iter().map(|one| one.class.name()).collect();
        assert!(named.is_none_or(|named| classes.contains(&named)), "{classes:?} {fence:?}");
        !classes.is_empty()
    });
}

#[test]
fn turns_are_noticed_as_their_page_says() {
    let page = include_str!("../../../docs/reference/detectors/turn.md");
    check(page, |fence, _| {
        let example = json(fence);
        let score = u32::try_from(example["score"].as_u64().expect("a score")).expect("a score");
        let mut turn = Turn::new();
        for answer in before(&example) {
            turn.learn(&Heard::of(answer.as_str().expect("a text"), 0));
        }
        let answer = example["answer"].as_str().expect("a text");
        turn.against(&Heard::of(answer, score)).raise > 0
    });
}

#[test]
fn redefinitions_are_judged_as_their_page_says() {
    let page = include_str!("../../../docs/reference/detectors/drift.md");
    check(page, |fence, named| {
        let example = json(fence);
        let found = redefinition(Defined::Tool, &example["old"], &example["new"]);
        assert_eq!(Some(found.sense.name()), named, "{found:#?}");
        found.sense >= Sense::Scope
    });
}
