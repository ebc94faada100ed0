//! What a server asks of a client, and the client's answer, as an older revision has them.
//!
//! The other way round nothing has to be changed: what older revisions ask and answer, newer ones
//! can.

use std::borrow::Cow;

use super::{Untranslatable, content};
use crate::{
    Ask, Revision,
    frame::string,
    splice::{self, Edit},
    walk,
};

/// The params of a request of the server, as a client of `revision` wants them.
///
/// `elicitation` names the elicitation if it is about an address: older revisions want a name,
/// newer ones have none.
///
/// # Errors
/// What the revision cannot ask.
pub fn ask_to_legacy<'a>(
    ask: Ask,
    params: Option<&'a str>,
    revision: Revision,
    elicitation: &str,
) -> Result<Option<Cow<'a, str>>, Untranslatable> {
    let Some(params) = params else { return Ok(None) };
    match ask {
        Ask::Roots => Ok(Some(Cow::Borrowed(params))),
        Ask::Elicitation => elicit(params, revision, elicitation).map(Some),
        Ask::Sampling => sample(params, revision).map(Some),
    }
}

/// The answer of a modern client, as a client of `revision` gives it.
///
/// # Errors
/// What the revision cannot answer.
pub fn response_to_legacy(
    ask: Ask,
    response: &str,
    revision: Revision,
) -> Result<Cow<'_, str>, Untranslatable> {
    if ask != Ask::Sampling || revision >= Revision::V2025_11_25 {
        return Ok(Cow::Borrowed(response));
    }
    let mut all = single(response, revision)?;
    match (all.pop(), all.pop()) {
        (Some(one), None) => Ok(one),
        _ => Err(Untranslatable::Content(revision)),
    }
}

fn elicit<'a>(
    params: &'a str,
    revision: Revision,
    elicitation: &str,
) -> Result<Cow<'a, str>, Untranslatable> {
    // What is no string is no mode.
    let mode = walk::member(params, "mode").map_or(Some(Cow::Borrowed("form")), string);
    let form = mode.as_deref() == Some("form");
    if form && revision >= Revision::V2025_06_18 {
        return Ok(Cow::Borrowed(params));
    }
    if mode.as_deref() != Some("url") || revision < Revision::V2025_11_25 {
        return Err(Untranslatable::Request(revision));
    }
    if walk::member(params, "elicitationId").is_some() {
        return Ok(Cow::Borrowed(params));
    }
    let name = splice::text(elicitation);
    Ok(Cow::Owned(splice::object(Some(params), &[("elicitationId", Edit::Set(&name))])))
}

fn sample(params: &str, revision: Revision) -> Result<Cow<'_, str>, Untranslatable> {
    if revision >= Revision::V2025_11_25 {
        return Ok(Cow::Borrowed(params));
    }
    // A client that was not told of tools would answer as if there were none.
    if walk::elements(walk::member(params, "tools").unwrap_or_default()).next().is_some() {
        return Err(Untranslatable::Request(revision));
    }
    let mut any = false;
    let mut all = Vec::new();
    for message in walk::elements(walk::member(params, "messages").unwrap_or_default()) {
        let parts = single(message, revision)?;
        any |= !matches!(&*parts, [Cow::Borrowed(_)]);
        all.extend(parts);
    }
    if !any {
        return Ok(Cow::Borrowed(params));
    }
    let all = format!("[{}]", all.join(","));
    Ok(Cow::Owned(splice::object(Some(params), &[("messages", Edit::Set(&all))])))
}

/// A message with one block of content, or one message for each of its blocks.
fn single(message: &str, revision: Revision) -> Result<Vec<Cow<'_, str>>, Untranslatable> {
    let raw = walk::member(message, "content").ok_or(Untranslatable::Content(revision))?;
    let whole = |block: &str| splice::object(Some(message), &[("content", Edit::Set(block))]);
    let text = |block: &str| -> Result<Option<String>, Untranslatable> {
        match walk::text(block, "type").as_deref() {
            Some("tool_use" | "tool_result") | None => Err(Untranslatable::Content(revision)),
            Some(_) => Ok(content::as_text(block, revision)),
        }
    };
    if !raw.starts_with('[') {
        let one = text(raw)?.map_or(Cow::Borrowed(message), |block| Cow::Owned(whole(&block)));
        return Ok(vec![one]);
    }
    walk::elements(raw)
        .map(|block| Ok(Cow::Owned(whole(text(block)?.as_deref().unwrap_or(block)))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Revision = Revision::V2025_06_18;
    const NEWER: Revision = Revision::V2025_11_25;

    fn asked(ask: Ask, params: &str, revision: Revision) -> Result<String, Untranslatable> {
        ask_to_legacy(ask, Some(params), revision, "e1").map(|params| params.unwrap().into_owned())
    }

    #[test]
    fn forms_are_since_2025_06_18_and_addresses_in_2025_11_25() {
        let form = r#"{"mode":"form","message":"m","requestedSchema":{"type":"object"}}"#;
        let plain = r#"{"message":"m","requestedSchema":{"type":"object"}}"#;
        for params in [form, plain] {
            assert_eq!(asked(Ask::Elicitation, params, OLD).unwrap(), params);
            let none = asked(Ask::Elicitation, params, Revision::V2025_03_26);
            assert_eq!(none, Err(Untranslatable::Request(Revision::V2025_03_26)));
        }
        let url = r#"{"mode":"url","message":"m","url":"https://a.test/"}"#;
        assert_eq!(asked(Ask::Elicitation, url, OLD), Err(Untranslatable::Request(OLD)));
        let named = r#"{"mode":"url","message":"m","url":"https://a.test/","elicitationId":"e1"}"#;
        assert_eq!(asked(Ask::Elicitation, url, NEWER).unwrap(), named);
        assert_eq!(asked(Ask::Elicitation, named, NEWER).unwrap(), named);
        for odd in [r#"{"mode":"voice"}"#, r#"{"mode":7}"#, r#"{"mode":null}"#] {
            let odd = asked(Ask::Elicitation, odd, NEWER);
            assert_eq!(odd, Err(Untranslatable::Request(NEWER)));
        }
    }

    #[test]
    fn messages_have_one_block_before_2025_11_25() {
        let many = r#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"audio","data":"","mimeType":"audio/wav"}]}],"maxTokens":1}"#;
        let split = r#"{"messages":[{"role":"user","content":{"type":"text","text":"a"}},{"role":"user","content":{"type":"audio","data":"","mimeType":"audio/wav"}}],"maxTokens":1}"#;
        assert_eq!(asked(Ask::Sampling, many, NEWER).unwrap(), many);
        assert_eq!(asked(Ask::Sampling, many, OLD).unwrap(), split);
        assert_eq!(asked(Ask::Sampling, split, OLD).unwrap(), split);
        let oldest = asked(Ask::Sampling, split, Revision::V2024_11_05).unwrap();
        assert!(oldest.contains("[audio, audio/wav:"), "{oldest}");
    }

    #[test]
    fn tools_are_not_offered_to_who_does_not_know_them() {
        let tools = r#"{"messages":[],"tools":[{"name":"a"}],"maxTokens":1}"#;
        assert_eq!(asked(Ask::Sampling, tools, OLD), Err(Untranslatable::Request(OLD)));
        assert_eq!(asked(Ask::Sampling, tools, NEWER).unwrap(), tools);
        let used = r#"{"messages":[{"role":"user","content":{"type":"tool_result"}}]}"#;
        assert_eq!(asked(Ask::Sampling, used, OLD), Err(Untranslatable::Content(OLD)));
    }

    #[test]
    fn an_answer_has_one_block_before_2025_11_25() {
        let one = r#"{"role":"assistant","content":{"type":"text","text":"x"},"model":"m"}"#;
        let list = r#"{"role":"assistant","content":[{"type":"text","text":"x"}],"model":"m"}"#;
        assert_eq!(response_to_legacy(Ask::Sampling, one, OLD).unwrap(), one);
        assert_eq!(response_to_legacy(Ask::Sampling, list, OLD).unwrap(), one);
        assert_eq!(response_to_legacy(Ask::Sampling, list, NEWER).unwrap(), list);
        let none = r#"{"role":"assistant","content":[],"model":"m"}"#;
        let refused = response_to_legacy(Ask::Sampling, none, OLD);
        assert_eq!(refused, Err(Untranslatable::Content(OLD)));
        let accept = r#"{"action":"accept","content":{"name":"octocat"}}"#;
        assert_eq!(response_to_legacy(Ask::Elicitation, accept, OLD).unwrap(), accept);
    }
}
