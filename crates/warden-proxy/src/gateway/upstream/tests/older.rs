use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{
    fake::{Do, END, Fake, Seen, accepted, answer, stream},
    *,
};

/// A server of the older transport, whose stream says what `says` returns for each message.
async fn older(
    endpoint: &'static str,
    says: impl Fn(&Seen) -> String + Send + Sync + 'static,
) -> (Fake, UnboundedSender<String>) {
    let (tell, told) = unbounded_channel();
    let relay = Arc::new(tokio::sync::Mutex::new(told));
    let out = tell.clone();
    let fake = Fake::start(move |seen| match (&*seen.verb, &*seen.path, &*seen.method()) {
        ("GET", "/mcp", _) => stream(vec![
            Do::Say(format!("event: endpoint\ndata: {endpoint}\n\n")),
            Do::Relay(Arc::clone(&relay)),
        ]),
        ("POST", "/post?s=1", method) => {
            let said = match method {
                "initialize" => response(seen, r#"{"protocolVersion":"2024-11-05"}"#),
                _ => says(seen),
            };
            out.send(said).ok();
            accepted()
        }
        _ => answer("405 Method Not Allowed", "", ""),
    })
    .await;
    (fake, tell)
}

fn event(text: &str) -> String {
    format!("event: message\ndata: {text}\n\n")
}

fn response(seen: &Seen, result: &str) -> String {
    event(&format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, seen.id()))
}

fn sse(fake: &Fake) -> Reach {
    let Reach::Http(reach) = http(fake.url.clone()) else { panic!("a URL") };
    Reach::Sse(reach)
}

const PROGRESS: &str = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":5,"progress":1}}"#;

#[tokio::test]
async fn the_older_transport_opens_calls_and_reports_progress() {
    let (mut fake, _tell) = older("/post?s=1", |seen| match &*seen.method() {
        "tools/call" => event(PROGRESS) + &response(seen, "{}"),
        _ => String::new(),
    })
    .await;
    let (link, _asides) = open(&sse(&fake)).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2024_11_05);
    fake.sees(|seen| seen.method() == "notifications/initialized").await;
    let params = r#"{"name":"a","_meta":{"progressToken":5}}"#;
    let mut exchange = link.send(call(params)).await.unwrap();
    let seen = all(&mut exchange).await.unwrap();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_eq!(seen[0], PROGRESS);
    assert_eq!(link.close().await, None);
    assert!(!link.alive());
}

#[tokio::test]
async fn a_server_that_takes_no_post_is_tried_the_older_way() {
    let (fake, _tell) = older("/post?s=1", |seen| response(seen, "{}")).await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2024_11_05);
}

#[tokio::test]
async fn giving_up_over_the_older_transport_says_so() {
    let (mut fake, _tell) = older("/post?s=1", |_| String::new()).await;
    let (link, _asides) = open(&sse(&fake)).await.unwrap();
    drop(link.send(call("{}")).await.unwrap());
    fake.sees(|seen| seen.method() == "notifications/cancelled").await;
    assert_eq!(link.under_way(), 0);
}

#[tokio::test]
async fn messages_are_posted_to_the_same_origin_or_nowhere() {
    for endpoint in ["http://127.0.0.2:9/post", "//evil.test/post", "ftp://x/"] {
        let (fake, _tell) = older(endpoint, |_| String::new()).await;
        assert_eq!(open(&sse(&fake)).await.err(), Some(LinkError::Malformed), "{endpoint}");
    }
}

#[tokio::test]
async fn the_end_of_the_stream_is_the_end_of_everything() {
    let cut = "data: {\"cut";
    let (fake, _tell) = older("post?s=1", move |seen| match &*seen.method() {
        "tools/call" => format!("{cut}{END}"),
        _ => String::new(),
    })
    .await;
    let (link, mut asides) = open(&sse(&fake)).await.unwrap();
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert_eq!(fails(&mut exchange).await, LinkError::Ended);
    assert!(matches!(aside(&mut asides).await, Aside::Ended(None)));
    assert!(!link.alive());
    assert_eq!(link.send(call("{}")).await.err(), Some(LinkError::Gone));
}
