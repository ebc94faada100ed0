//! A person agrees in a browser that the gateway shows a server a token of hers.

use std::io;

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Talk, Upstream},
        visitor::{LEGACY, MODERN, Visitor},
        wire::{Reply, Wire},
    },
};

use crate::{claims, issuer::Issuer, port, tables, visitor};

/// How a browser goes to a page that a link on somebody else's page leads to.
const LED: [(&str, &str); 3] = [
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Dest", "document"),
];

/// Answers with the head of the request.
fn head(talk: &mut Talk) -> io::Result<()> {
    let words = talk.words(&talk.head.clone());
    talk.document(&words)
}

fn get(gateway: &Gateway, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut wire = Wire::connect(gateway.address());
    wire.ask("GET", path, headers).expect("it is taken");
    wire.reply().expect("an answer")
}

/// What a person's agent is told when it calls.
fn call(gateway: &Gateway, issuer: &Issuer, user: &str) -> String {
    let token = issuer.token(&claims(issuer, user));
    let able = visitor(gateway, MODERN, &token).able(json!({"elicitation": {"url": {}}}));
    able.call("head", &json!({})).text()
}

/// The page where somebody can agree.
#[track_caller]
fn page(told: &str) -> String {
    let (_, rest) = told.split_once("/credentials/").expect("there is a page");
    let ticket: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("/credentials/{ticket}")
}

/// Agrees on a page, as a browser does, and returns the state that it is sent on with.
#[track_caller]
fn agree(gateway: &Gateway, page: &str) -> (String, String) {
    let shown = get(gateway, page, &LED);
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert!(shown.text().contains("<code>ann</code>"), "{}", shown.text());
    let cookie = shown.header("set-cookie").expect("there is a cookie");
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let form = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Origin", "http://localhost"),
        ("Cookie", &*cookie),
    ];
    let mut wire = Wire::connect(gateway.address());
    wire.post(page, &form, b"answer=agree").expect("it is taken");
    let sent = wire.reply().expect("an answer");
    assert_eq!(sent.status, 303, "{}", sent.text());
    let place = sent.header("location").expect("it leads on").to_owned();
    let state = place.split(['?', '&']).find_map(|pair| pair.strip_prefix("state="));
    (state.expect("there is a state").to_owned(), cookie)
}

// A person agrees once, in her own browser, and only her agent acts for her then, also after
// the gateway has started again.
#[test]
fn a_person_agrees_in_a_browser_and_nobody_else_has_what_she_agreed_to() {
    let (home, issuer, port) = (TestHome::new(), Issuer::start(), port());
    let server = Upstream::modern(&[("head", head)]);
    let gateway = per_user(&home, &issuer, (port, &server));
    let page = page(&call(&gateway, &issuer, "ann"));
    let embedded = [LED[0], LED[1], ("Sec-Fetch-Dest", "iframe")];
    assert_eq!(get(&gateway, &page, &embedded).status, 403, "it cannot be embedded");
    let (state, cookie) = agree(&gateway, &page);
    issuer.issues(json!({
        "access_token": "what-ann-agreed-to", "token_type": "Bearer", "expires_in": 300,
        "scope": "read", "refresh_token": "later",
    }));
    let back = format!("/credentials/callback?code=a-code&state={state}");
    assert_eq!(get(&gateway, &back, &LED).status, 403, "another browser");
    let own = [LED[0], LED[1], LED[2], ("Cookie", &*cookie)];
    let done = get(&gateway, &back, &own);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(get(&gateway, &back, &own).status, 400, "it is used up");
    assert_eq!(get(&gateway, &page, &LED).status, 400, "and so is the page");
    let told = call(&gateway, &issuer, "ann").to_ascii_lowercase();
    assert!(told.contains("authorization: bearer what-ann-agreed-to"), "{told}");
    let told = call(&gateway, &issuer, "bob");
    assert!(told.contains("/credentials/") && !told.contains("what-ann"), "{told}");
    drop(gateway);
    let gateway = Gateway::serve(&home);
    let told = call(&gateway, &issuer, "ann").to_ascii_lowercase();
    assert!(told.contains("authorization: bearer what-ann-agreed-to"), "{told}");
}

/// The servers that a list says are missing.
fn unlisted(list: &Value) -> &Value {
    &list["result"]["_meta"]["mcpwarden/unlisted"]
}

// Of a server that nobody has agreed to nothing is listed, and the user is told so, and where
// he can agree. Once he has, his client is told to look again.
#[test]
fn a_list_says_which_servers_wait_for_somebody_to_agree() {
    let (home, issuer, port) = (TestHome::new(), Issuer::start(), port());
    let server = Upstream::modern(&[("head", head)]);
    let gateway = per_user(&home, &issuer, (port, &server));
    let token = issuer.token(&claims(&issuer, "ann"));
    let able = visitor(&gateway, MODERN, &token).able(json!({"elicitation": {"url": {}}}));
    let list = able.ask("tools/list", &json!({})).json();
    assert_eq!(list["result"]["tools"], json!([]), "{list}");
    let told = &unlisted(&list)[0];
    assert_eq!((&told["server"], &told["reason"]), (&json!("one"), &json!("needs-consent")));
    let page = page(&told.to_string());
    assert_eq!(list["result"]["ttlMs"], 0, "{list}");
    assert_eq!(list["result"]["cacheScope"], "private", "{list}");
    // Who cannot be taken there is told nevertheless, without the address.
    let plain = visitor(&gateway, MODERN, &token).ask("tools/list", &json!({})).json();
    assert_eq!(*unlisted(&plain), json!([{"server": "one", "reason": "needs-consent"}]));
    let said = "server one: nothing of it is listed for ann with bot: needs-consent";
    gateway.await_said(said, 1);
    let ticket = page.rsplit('/').next().expect("there is one");
    assert!(!gateway.said().contains(ticket), "where she can agree is for her alone");
    let params = json!({"notifications": {"toolsListChanged": true}});
    let mut news = able.open(&able.request(&json!(1), "subscriptions/listen", &params));
    assert_eq!(news.head().expect("an answer").status, 200);
    news.event().expect("it is acknowledged");
    agrees(&gateway, &issuer, &page);
    let changed = news.event().expect("there is news");
    assert_eq!(changed["method"], "notifications/tools/list_changed", "{changed}");
    let list = able.ask("tools/list", &json!({})).json();
    assert_eq!(
        (list["result"]["tools"][1]["name"].as_str(), unlisted(&list)),
        (Some("head"), &Value::Null)
    );
}

// A client of 2025-11-25 that can open pages is sent there without having to call anything.
#[test]
fn a_client_that_opens_pages_is_sent_to_the_page_when_it_lists() {
    let (home, issuer, port) = (TestHome::new(), Issuer::start(), port());
    let server = Upstream::modern(&[("head", head)]);
    let gateway = per_user(&home, &issuer, (port, &server));
    let token = issuer.token(&claims(&issuer, "ann"));
    let modern = Visitor::modern(gateway.address());
    let mut able = Visitor { revision: LEGACY[3].into(), ..modern }
        .showing(&token)
        .able(json!({"elicitation": {"url": {}}}));
    able.begin();
    let mut standing = able.try_stand().expect("a stream");
    for _ in 0..2 {
        let list = able.ask("tools/list", &json!({})).json();
        assert_eq!(list["result"]["tools"], json!([]), "{list}");
    }
    let question = standing.event().expect("a question");
    assert_eq!(question["method"], "elicitation/create", "{question}");
    assert_eq!(question["params"]["mode"], "url", "{question}");
    let page = page(&question.to_string());
    let answer = json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept"}});
    assert_eq!(able.send(&answer).status, 202);
    agrees(&gateway, &issuer, &page);
    // It is asked once, so the next thing that it is told is that it can look again.
    let changed = standing.event().expect("there is news");
    assert_eq!(changed["method"], "notifications/tools/list_changed", "{changed}");
    assert!(able.list("tools").contains(&"head".to_owned()));
}

/// A gateway before a server that is shown what each person has agreed to.
#[track_caller]
fn per_user(home: &TestHome, issuer: &Issuer, (port, server): (u16, &Upstream)) -> Gateway {
    let credentials = format!(
        "credentials = {{ kind = \"per-user\", issuer = \"{}\", client_id = \"gate\", \
         scopes = [\"read\"], public_url = \"http://127.0.0.1:{port}\" }}",
        issuer.url
    );
    let setup = Setup::at(port).url("one", &server.url()).share("client");
    Gateway::write(home, &setup);
    Gateway::approve(home, "one");
    Gateway::write(home, &setup.more(&credentials).table(&tables(issuer, "")));
    Gateway::serve(home)
}

/// Goes the whole way in a browser.
#[track_caller]
fn agrees(gateway: &Gateway, issuer: &Issuer, page: &str) {
    let (state, cookie) = agree(gateway, page);
    issuer.issues(json!({
        "access_token": "what-ann-agreed-to", "token_type": "Bearer", "expires_in": 300,
        "scope": "read", "refresh_token": "later",
    }));
    let back = format!("/credentials/callback?code=a-code&state={state}");
    let own = [LED[0], LED[1], LED[2], ("Cookie", &*cookie)];
    assert_eq!(get(gateway, &back, &own).status, 200);
}
