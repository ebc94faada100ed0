use proptest::prelude::*;

use super::*;
use crate::catalog::sample;

fn gateway() -> GatewayUrl {
    GatewayUrl::parse("https://gateway.example/mcp").expect("an address")
}

#[test]
fn the_page_shows_what_is_certified_and_how_to_add_it() {
    insta::assert_snapshot!(page(&sample::catalog(), Some(&gateway())));
}

#[test]
fn without_a_gateway_nobody_is_told_to_go_round_it() {
    let text = page(&sample::catalog(), None);
    assert!(text.contains("It is reached through the gateway."));
    assert!(!text.contains("https://weather.example/mcp"));
}

#[test]
fn an_empty_catalog_says_so() {
    let empty = Catalog::of(Vec::new(), sample::now()).expect("nothing fits");
    assert!(page(&empty, None).contains("No server is certified."));
}

#[test]
fn nothing_on_the_page_needs_more_than_its_policy() {
    let text = page(&sample::catalog(), Some(&gateway())).to_lowercase();
    for forbidden in ["<script", "<style", " style=", "<img", "<form", "<iframe", " onclick="] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    for forbidden in ["url(", "@import", "http"] {
        assert!(!STYLE.contains(forbidden), "{forbidden}");
    }
}

/// The tags of a text, so that one can see whether a value has made one.
fn tags(html: &str) -> Vec<&str> {
    let tags = html.split('<').skip(1);
    tags.map(|tag| tag.split(['>', ' ']).next().unwrap_or("")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_becomes_markup(text in "[<>&\"'a-z/=! -]{1,40}") {
        let plain = sample::full();
        let mut hostile = plain.clone();
        hostile.title = Some(text.clone());
        hostile.description = format!("x{text}");
        hostile.packages[0].environment[0].name = format!("x{text}");
        let html = |entry: Entry| {
            Catalog::of(vec![entry], sample::now()).ok().map(|catalog| page(&catalog, None))
        };
        let plain = html(plain).expect("it fits");
        // A title of blanks only does not fit.
        if let Some(hostile) = html(hostile) {
            prop_assert_eq!(tags(&hostile), tags(&plain));
            prop_assert_eq!(hostile.matches("href=").count(), plain.matches("href=").count());
        }
    }
}
