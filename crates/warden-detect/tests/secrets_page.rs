//! Runs the examples on the page of the detector of secrets.

mod fence;

use fence::{Fence, fences};
use warden_detect::{SECRETS, redact, sample_set, secrets};

const PAGE: &str = include_str!("../../../docs/reference/detectors/secrets.md");

/// An example: the kind that it fires, if it fires, and its text.
fn examples() -> Vec<(Option<&'static str>, String)> {
    let example = |fence: Fence<'static>| {
        let kind = match fence.words[..] {
            [_, "fires", kind] => Some(kind),
            [_, "clean"] => None,
            _ => panic!("a fence says what fires or that it is clean: {fence:?}"),
        };
        (kind, filled(&fence.text()))
    };
    fences(PAGE).into_iter().map(example).collect()
}

/// `{github-token}` is a made-up token of that kind.
fn filled(text: &str) -> String {
    let mut text = text.to_owned();
    for kind in SECRETS {
        let place = format!("{{{}}}", kind.id);
        if text.contains(&place) {
            text = text.replace(&place, &sample_set(kind, 1).remove(0).text);
        }
    }
    text
}

#[test]
fn every_example_is_what_its_fence_says() {
    let examples = examples();
    assert!(examples.iter().filter(|(kind, _)| kind.is_some()).count() >= 6);
    assert!(examples.iter().filter(|(kind, _)| kind.is_none()).count() >= 6);
    for (kind, text) in examples {
        let found: Vec<_> = secrets(&text).into_iter().map(|hit| hit.kind).collect();
        assert_eq!(found, kind.into_iter().collect::<Vec<_>>(), "{text}");
        assert_eq!(secrets(&redact(&text)), []);
    }
}
