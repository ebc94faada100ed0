//! Questions for people: the form that a vendor fills in, and the sheet for a table in a meeting.
//!
//! Both are one file of HTML that asks nothing of the network: its policy lets its own script and
//! its own style in by their digests, and nothing else.

mod form;
mod sheet;
#[cfg(test)]
mod tests;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use warden_model::Digest;

use crate::markup;

pub use form::{Form, SCRIPT, form};
pub use sheet::{Sheet, sheet};

/// How the policy of a page names an own script or style.
fn named(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Digest::of(text.as_bytes()).bytes()))
}

/// The beginning of a page up to its body, with a policy that lets in nothing but these.
fn head(title: &str, style: &str, script: Option<&str>) -> String {
    let scripts = script.map(|script| format!("script-src {}; ", named(script)));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; {}style-src {}; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n",
        scripts.unwrap_or_default(),
        named(style),
        escaped(title),
    )
}

/// Text for an element or for an attribute in double quotes.
fn escaped(text: &str) -> String {
    markup::escaped(&crate::printable(text))
}
