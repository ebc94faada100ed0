use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::catalog::sample;

fn ask<'a>(method: &'a str, path: &'a str, query: &'a str) -> Request<'a> {
    Request { method, path, query, if_none_match: None, now: sample::now() }
}

fn get(path: &str, query: &str) -> Response {
    sample::catalog().answer(&ask("GET", path, query))
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("the body is JSON")
}

/// Our reading of the API's description, in which a server is what the official schema says.
struct Shapes {
    list: jsonschema::Validator,
    one: jsonschema::Validator,
    error: jsonschema::Validator,
}

impl Shapes {
    /// They are made once: that is most of the work.
    fn get() -> &'static Self {
        static SHAPES: LazyLock<Shapes> = LazyLock::new(Shapes::new);
        &SHAPES
    }

    fn new() -> Self {
        let text = include_str!("../../../../../tests/fixtures/catalog/answers.schema.json");
        let whole: Value = serde_json::from_str(text).expect("the schema is JSON");
        let shape = |name: &str| {
            let schema = json!({"$ref": format!("#/$defs/{name}"), "$defs": whole["$defs"]});
            jsonschema::draft202012::new(&schema).expect("the schema is a schema")
        };
        Self { list: shape("list"), one: shape("one"), error: shape("error") }
    }
}

#[track_caller]
fn refused(method: &str, path: &str, query: &str, status: u16) {
    let response = sample::catalog().answer(&ask(method, path, query));
    assert_eq!(response.status, status, "{method} {path}?{query}");
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    let body = json(&response);
    assert!(Shapes::get().error.is_valid(&body), "{body}");
    assert_eq!(body["status"], status);
}

#[test]
fn answers_have_the_shape_of_the_api() {
    let shapes = Shapes::get();
    let paged = get("/v0.1/servers", "limit=2");
    let list = json(&paged);
    assert_eq!(paged.status, 200);
    assert!(shapes.list.is_valid(&list), "{list:#}");
    assert_eq!(list["metadata"]["count"], 2);
    assert!(list["metadata"]["nextCursor"].is_string());
    let versions = json(&get("/v0.1/servers/com.example%2Fweather/versions", ""));
    assert!(shapes.list.is_valid(&versions), "{versions:#}");
    assert_eq!(versions["metadata"], json!({"count": 3}));
    let one = json(&get("/v0.1/servers/com.example%2Fweather/versions/1.2.0", ""));
    assert!(shapes.one.is_valid(&one), "{one:#}");
    assert_eq!(one["server"]["version"], "1.2.0");
    let latest = json(&get("/v0.1/servers/com.example%2fweather/versions/latest", ""));
    assert_eq!(latest["server"]["version"], "1.10.0");
}

#[test]
fn both_versions_of_the_api_answer_the_same() {
    for (path, query) in [("/servers", "limit=3"), ("/servers/com.example%2Fmaps/versions", "")] {
        let [stable, newest] = PREFIXES.map(|prefix| get(&format!("{prefix}{path}"), query));
        assert_eq!(stable, newest);
        assert_eq!(stable.status, 200);
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for path in [
        "/",
        "",
        "/v0.1",
        "/v0.1/",
        "/v0.1/servers/",
        "/v0.2/servers",
        "/v0.1servers",
        "/v0.1/servers/com.example%2Fweather",
        "/v0.1/servers/com.example/weather/versions/x/y",
        "/v0.1/servers/com.example%2Fnothing/versions",
        "/v0.1/servers/com.example%2Fweather/versions/9.9.9",
        "/v0.1/servers/com.example%2Fweather/versions/",
        "/v0.1/servers/../servers",
    ] {
        refused("GET", path, "", 404);
    }
}

#[test]
fn what_was_deleted_is_found_only_if_it_is_asked_for() {
    let path = "/v0/servers/org.example%2Fgone/versions/1.0.0";
    refused("GET", path, "", 404);
    let gone = json(&get(path, "include_deleted=true"));
    let official = &gone["_meta"]["io.modelcontextprotocol.registry/official"];
    assert_eq!(official["status"], "deleted");
    assert_eq!(official["updatedAt"], "2026-05-21T00:00:00Z");
}

#[test]
fn what_cannot_be_understood_is_a_bad_request() {
    refused("GET", "/v0.1/servers", "cursor=nonsense", 400);
    refused("GET", "/v0.1/servers", "limit=1000", 400);
    refused("GET", "/v0.1/servers", "search=%ff", 400);
    refused("GET", "/v0.1/servers/com.example%2/versions", "", 400);
    refused("GET", "/v0.1/servers", &"a".repeat(8193), 414);
}

#[test]
fn the_catalog_can_only_be_read() {
    refused("DELETE", "/v0.1/servers/com.example%2Fmaps/versions/3.0.0", "", 405);
    refused("POST", "/v0.1/servers", "", 405);
    refused("get", "/v0.1/servers", "", 405);
    refused("GET", "/v0.1/publish", "", 405);
    refused("POST", "/v0.1/publish", "", 501);
    let response = sample::catalog().answer(&ask("PUT", "/v0.1/servers", ""));
    assert_eq!(response.header("allow"), Some("GET, HEAD"));
}

#[test]
fn a_head_has_the_headers_of_a_get() {
    for path in ["/v0.1/servers", "/v0.1/nothing"] {
        let got = get(path, "");
        let head = sample::catalog().answer(&ask("HEAD", path, ""));
        assert_eq!((head.status, &head.headers), (got.status, &got.headers));
        assert_eq!(head.header("content-length"), Some(got.body.len().to_string().as_str()));
        assert!(head.body.is_empty() && !got.body.is_empty());
    }
}

#[test]
fn what_a_client_has_already_is_not_sent_again() {
    let catalog = sample::catalog();
    let tag = get("/v0.1/servers", "").header("etag").expect("it has a tag").to_owned();
    let again = |wanted: &str| {
        let request = Request { if_none_match: Some(wanted), ..ask("GET", "/v0.1/servers", "") };
        catalog.answer(&request)
    };
    for wanted in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let response = again(&wanted);
        assert_eq!(response.status, 304, "{wanted}");
        assert!(response.body.is_empty());
        assert_eq!(response.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(again("\"other\"").status, 200);
}

#[test]
fn what_expires_goes_while_the_catalog_is_served() {
    let later = sample::at("2026-07-01T00:00:00Z");
    let request = Request { now: later, ..ask("GET", "/v0.1/servers", "") };
    assert_eq!(json(&sample::catalog().answer(&request))["metadata"]["count"], 0);
}

#[test]
fn other_origins_read_the_catalog_only_if_it_is_shared() {
    let own = sample::catalog();
    let options = ask("OPTIONS", "/v0.1/servers", "");
    assert_eq!(own.answer(&options).status, 405);
    assert_eq!(get("/v0.1/servers", "").header("access-control-allow-origin"), None);
    let shared = own.shared_with_browsers();
    let preflight = shared.answer(&options);
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET, HEAD, OPTIONS"));
    for path in ["/v0.1/servers", "/v0.1/nothing"] {
        let response = shared.answer(&ask("GET", path, ""));
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    }
}

#[test]
fn a_client_that_follows_the_pages_gets_everything() {
    let mut seen = Vec::new();
    let mut query = "limit=2&version=latest".to_owned();
    loop {
        let page = json(&get("/v0.1/servers", &query));
        let servers = page["servers"].as_array().expect("a list");
        seen.extend(servers.iter().map(|one| one["server"]["name"].clone()));
        let Some(next) = page["metadata"]["nextCursor"].as_str() else { break };
        query = format!("limit=2&version=latest&cursor={next}");
    }
    assert_eq!(seen, ["com.example/maps", "com.example/weather", "io.example.tools/notes"]);
}

proptest! {
    #[test]
    fn every_question_has_an_answer_in_json(
        method in "GET|HEAD|POST|OPTIONS|[A-Z]{0,6}|\\PC{0,3}",
        path in "/v0(\\.1)?/(servers|publish|\\PC{0,8})(/(com\\.example%2Fweather|\\PC{0,12}))?(/versions)?(/(latest|%?\\PC{0,6}))?|\\PC{0,20}",
        query in "((cursor|limit|search|version|updated_since|include_deleted)=(latest|1|true|%?\\PC{0,8})&?){0,4}|\\PC{0,30}",
        wanted in proptest::option::of("\\PC{0,12}"),
    ) {
        let shapes = Shapes::get();
        let request = Request {
            if_none_match: wanted.as_deref(),
            ..ask(&method, &path, &query)
        };
        let response = sample::catalog().answer(&request);
        if response.body.is_empty() {
            prop_assert!(method == "HEAD" || response.status == 304);
        } else {
            let body: Value = serde_json::from_slice(&response.body).expect("the body is JSON");
            let known = match response.status {
                200 => shapes.list.is_valid(&body) || shapes.one.is_valid(&body),
                _ => shapes.error.is_valid(&body),
            };
            prop_assert!(known, "{} {body}", response.status);
        }
    }
}
