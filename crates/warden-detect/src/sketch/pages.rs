//! Runs the examples of the page.

use serde::Deserialize;
use serde_json::Value;

use super::{Destination, Label, Sketch};
use crate::fence::fences;

const PAGE: &str = include_str!("../../../../docs/reference/detectors/copied-data.md");

/// A session.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    remembered: Vec<String>,
    #[serde(default)]
    public: Vec<String>,
    calls: Vec<Call>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    tool: String,
    arguments: Value,
}

#[test]
fn every_example_of_the_page_does_what_it_says() {
    let (mut fires, mut clean) = (0, 0);
    for fence in fences(PAGE) {
        let ["json", verdict] = fence.words[..] else { continue };
        let json = fence.text();
        let example: Example =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"));
        let noticed = run(&example);
        match verdict {
            "fires" => fires += usize::from(noticed),
            "clean" => clean += usize::from(!noticed),
            _ => panic!("`{verdict}` is neither `fires` nor `clean`"),
        }
        assert_eq!(noticed, verdict == "fires", "{json}");
    }
    assert!(fires >= 3 && clean >= 3);
}

fn run(example: &Example) -> bool {
    let mut sketch = Sketch::new(*b"the key of pages");
    example.public.iter().for_each(|text| sketch.known_public(text));
    let label = Label { party: 1, class: 2 };
    example.remembered.iter().for_each(|text| sketch.remember(text, label));
    let mut carried = example
        .calls
        .iter()
        .map(|call| sketch.carried_in(&call.tool, &call.arguments, Destination::Outside));
    carried.any(|carried| carried.is_noticed())
}
