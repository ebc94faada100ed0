//! Requests for input: inside a result in newer revisions, requests of the server in older ones.

use std::borrow::Cow;

use crate::{
    Ask, Gate, Method,
    frame::string,
    splice::{self, Edit},
    walk,
};

/// How many things a result may ask for at once.
pub const MOST_INPUTS: usize = 64;

/// One thing that a result asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputRequest<'a> {
    /// The name that the answer comes back under.
    pub key: Cow<'a, str>,
    /// What it asks.
    pub ask: Ask,
    /// The method of the request.
    pub method: Method,
    /// The params, as JSON.
    pub params: Option<&'a str>,
}

/// What a result asks for cannot be made out, so that it cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadInput {
    /// Not an object of requests.
    #[error("`inputRequests` is not an object of requests")]
    Shape,
    /// Not something that a server may ask.
    #[error("`inputRequests` has something that a server may not ask")]
    Method,
    /// Too much at once.
    #[error("`inputRequests` asks for more than {MOST_INPUTS} things")]
    TooMany,
}

/// The type of a result of a newer revision: `complete`, `input_required` or that of an extension.
/// `None` is complete.
#[must_use]
pub fn result_type(result: &str) -> Option<Cow<'_, str>> {
    // What is no string is of no type that we know.
    walk::member(result, "resultType").map(|raw| string(raw).unwrap_or(Cow::Borrowed(raw)))
}

/// What a result, or a task, asks for. A result may ask for nothing and only want to be asked
/// again.
///
/// # Errors
/// Anything that is not a request which a server may make.
pub fn input_requests(result: &str) -> Result<Vec<InputRequest<'_>>, BadInput> {
    let Some(raw) = walk::member(result, "inputRequests") else { return Ok(Vec::new()) };
    if !raw.starts_with('{') {
        return Err(BadInput::Shape);
    }
    let mut all = Vec::new();
    for (key, request) in walk::members(raw) {
        if all.len() >= MOST_INPUTS {
            return Err(BadInput::TooMany);
        }
        let name = walk::text(request, "method").ok_or(BadInput::Shape)?;
        let method = Method::parse(&name).ok_or(BadInput::Method)?;
        let Gate::Ask(ask) = method.gate() else { return Err(BadInput::Method) };
        let params = walk::member(request, "params");
        if params.is_some_and(|params| !params.starts_with('{')) {
            return Err(BadInput::Shape);
        }
        all.push(InputRequest { key, ask, method, params });
    }
    Ok(all)
}

/// A result that asks for these things, each under its key. `state` comes back with the answers.
#[must_use]
pub fn input_required<'a>(
    requests: impl IntoIterator<Item = (&'a str, Method, Option<&'a str>)>,
    state: Option<&str>,
) -> String {
    let requests: Vec<_> = requests
        .into_iter()
        .map(|(key, method, params)| {
            let params = params.map(|params| format!(r#","params":{params}"#)).unwrap_or_default();
            format!(r#"{}:{{"method":"{}"{params}}}"#, splice::text(key), method.name())
        })
        .collect();
    let mut result = String::from(r#"{"resultType":"input_required""#);
    if !requests.is_empty() {
        result.push_str(&format!(r#","inputRequests":{{{}}}"#, requests.join(",")));
    }
    if let Some(state) = state {
        result.push_str(&format!(r#","requestState":{}"#, splice::text(state)));
    }
    result.push('}');
    result
}

/// What stands in `requestState` of a result, or of the params of a retry.
#[must_use]
pub fn request_state(raw: &str) -> Option<Cow<'_, str>> {
    walk::text(raw, "requestState")
}

/// The answers that a retry carries, or `tasks/update`: key and result, which is what an older
/// server is answered with.
pub fn input_responses(params: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    walk::members(walk::member(params, "inputResponses").unwrap_or_default())
}

/// The params of the same request made again, with these answers, and with the state that came
/// with the questions or without any.
#[must_use]
pub fn retry_params(
    params: Option<&str>,
    responses: &[(&str, &str)],
    state: Option<&str>,
) -> String {
    let answers: Vec<_> =
        responses.iter().map(|(key, result)| format!("{}:{result}", splice::text(key))).collect();
    let answers = format!("{{{}}}", answers.join(","));
    let state = state.map(splice::text);
    let some = !responses.is_empty();
    let edits = [
        ("inputResponses", if some { Edit::Set(&answers) } else { Edit::Gone }),
        ("requestState", state.as_deref().map_or(Edit::Gone, Edit::Set)),
    ];
    splice::object(params, &edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the examples of revision 2026-07-28.
    const ASKS: &str = r#"{"resultType":"input_required","inputRequests":{"github_login":{"method":"elicitation/create","params":{"message":"Please provide your GitHub username","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}},"capital_of_france":{"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"What is the capital of France?"}}],"maxTokens":100}}},"requestState":"eyJsb2NhdGlvbiI6Ik5ldyBZb3JrIn0"}"#;

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let all = input_requests(ASKS).unwrap();
        assert_eq!(result_type(ASKS).unwrap(), "input_required");
        let asks: Vec<_> = all.iter().map(|request| (&*request.key, request.ask)).collect();
        assert_eq!(
            asks,
            [("github_login", Ask::Elicitation), ("capital_of_france", Ask::Sampling)]
        );
        let again = all.iter().map(|request| (&*request.key, request.method, request.params));
        let state = request_state(ASKS);
        assert_eq!(input_required(again, state.as_deref()), ASKS);
        let only = r#"{"resultType":"input_required","requestState":"a\"b"}"#;
        assert_eq!(input_required([], Some("a\"b")), only);
        assert_eq!(input_requests(only), Ok(Vec::new()));
        let roots =
            r#"{"resultType":"input_required","inputRequests":{"r":{"method":"roots/list"}}}"#;
        assert_eq!(input_required([("r", Method::RootsList, None)], None), roots);
        assert_eq!(input_requests(roots).unwrap()[0].params, None);
    }

    #[test]
    fn what_cannot_be_judged_is_refused() {
        let of = |raw: &str| input_requests(&format!(r#"{{"inputRequests":{raw}}}"#)).unwrap_err();
        for raw in ["[]", "null", r#"{"a":1}"#, r#"{"a":{}}"#] {
            assert_eq!(of(raw), BadInput::Shape, "{raw}");
        }
        assert_eq!(of(r#"{"a":{"method":"roots/list","params":[]}}"#), BadInput::Shape);
        for method in ["tools/call", "ping", "no/method", "Roots/list"] {
            assert_eq!(of(&format!(r#"{{"a":{{"method":"{method}"}}}}"#)), BadInput::Method);
        }
        let many: Vec<_> = (0..65).map(|n| format!(r#""{n}":{{"method":"roots/list"}}"#)).collect();
        assert_eq!(of(&format!("{{{}}}", many.join(","))), BadInput::TooMany);
    }

    #[test]
    fn a_retry_carries_answers_and_the_state_that_it_was_given() {
        let params = r#"{"name":"x","arguments":{}}"#;
        let retry = retry_params(
            Some(params),
            &[("github_login", r#"{"action":"accept","content":{"name":"octocat"}}"#)],
            Some("s"),
        );
        assert_eq!(
            retry,
            r#"{"name":"x","arguments":{},"inputResponses":{"github_login":{"action":"accept","content":{"name":"octocat"}}},"requestState":"s"}"#
        );
        let answers: Vec<_> = input_responses(&retry).collect();
        assert_eq!(answers.len(), 1);
        assert_eq!(walk::text(answers[0].1, "action").unwrap(), "accept");
        assert_eq!(request_state(&retry).unwrap(), "s");
        assert_eq!(retry_params(Some(&retry), &[], None), params);
        assert_eq!(input_responses(params).count(), 0);
    }

    #[test]
    fn a_type_that_is_no_string_is_no_known_type() {
        assert_eq!(result_type("{}"), None);
        assert_eq!(result_type(r#"{"resultType":null}"#).unwrap(), "null");
        assert_eq!(result_type(r#"{"resultType":"compl\u0065te"}"#).unwrap(), "complete");
    }
}
