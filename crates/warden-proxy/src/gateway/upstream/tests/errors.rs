use std::path::PathBuf;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use warden_model::Hidden;

use super::{
    fake::{Do, Fake, Seen, accepted, answer, event, json, result, stream},
    *,
};

const DISCOVERED: &str = r#"{"supportedVersions":["2026-07-28"]}"#;

/// What a call to a modern server comes to that answers it like this.
async fn called(says: impl Fn(&Seen) -> Vec<Do> + Send + Sync + 'static) -> LinkError {
    let fake = Fake::start(move |seen| match &*seen.method() {
        "server/discover" => result(seen, DISCOVERED),
        _ => says(seen),
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    let error = fails(&mut exchange).await;
    assert_eq!(link.under_way(), 0);
    error
}

fn html(status: &str, headers: &str) -> Vec<Do> {
    answer(status, &format!("Content-Type: text/html\r\n{headers}"), "<p>")
}

#[tokio::test]
async fn a_status_that_says_no_is_told_and_nobody_is_followed_elsewhere() {
    for status in ["500 Oh", "503 Later", "202 Accepted", "403 No"] {
        let code = status.split(' ').next().and_then(|code| code.parse().ok()).unwrap();
        assert_eq!(called(move |_| html(status, "")).await, LinkError::Status(code));
    }
    let elsewhere = called(|_| html("307 There", "Location: http://127.0.0.1:1/\r\n")).await;
    assert_eq!(elsewhere, LinkError::Status(307));
}

#[tokio::test]
async fn only_plain_json_and_events_are_read() {
    assert_eq!(called(|_| html("200 OK", "")).await, LinkError::WrongContentType);
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    assert_eq!(called(move |_| answer("200 OK", headers, "{}")).await, LinkError::WrongContentType);
}

#[tokio::test]
async fn what_cannot_be_read_is_no_answer() {
    for body in [
        "nonsense",
        "",
        "[]",
        r#"{"jsonrpc":"2.0","id":99,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":2,"result":{},"result":{}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/message"}"#,
    ] {
        assert_eq!(called(move |_| json(body)).await, LinkError::Malformed, "{body}");
    }
    let no_http = called(|_| vec![Do::Say("SSH-2.0-x\r\n\r\n".into()), Do::Close]).await;
    assert_eq!(no_http, LinkError::Malformed);
}

#[tokio::test]
async fn what_is_too_long_is_not_kept() {
    let long = "x".repeat(MOST + 100);
    let body = format!(r#"{{"jsonrpc":"2.0","id":2,"result":"{long}"}}"#);
    let known = body.clone();
    assert_eq!(called(move |_| json(&known)).await, LinkError::TooLong);
    let chunk = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert_eq!(called(move |_| vec![Do::Say(chunk.clone())]).await, LinkError::TooLong);
    assert_eq!(called(move |_| stream(vec![event(&body)])).await, LinkError::TooLong);
    let head = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(70 << 10));
    assert_eq!(called(move |_| vec![Do::Say(head.clone())]).await, LinkError::TooLong);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_none() {
    assert_eq!(called(|_| vec![Do::Close]).await, LinkError::Ended);
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"js";
    assert_eq!(called(|_| vec![Do::Say(head.into()), Do::Close]).await, LinkError::Ended);
    let cut = stream(vec![Do::Say("id: 1\ndata: {\"jsonrpc\"".into()), Do::Close]);
    assert_eq!(called(move |_| cut.clone()).await, LinkError::Ended);
}

#[tokio::test]
async fn a_session_that_is_gone_is_told_and_the_link_with_it() {
    let fake = Fake::start(|seen| match &*seen.method() {
        "server/discover" => answer("400 Bad Request", "", ""),
        "initialize" => {
            let id = seen.id();
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":{id},"result":{{"protocolVersion":"2025-06-18"}}}}"#
            );
            let headers = "Content-Type: application/json\r\nMcp-Session-Id: s\r\n";
            answer("200 OK", headers, &body)
        }
        "notifications/initialized" => accepted(),
        _ => answer("404 Not Found", "", ""),
    })
    .await;
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    assert_eq!(link.listen().await, Err(LinkError::SessionGone));
    let (link, _asides) = open(&http(fake.url.clone())).await.unwrap();
    let mut exchange = link.send(call("{}")).await.unwrap();
    assert_eq!(fails(&mut exchange).await, LinkError::SessionGone);
    assert!(!link.alive());
    assert_eq!(link.send(call("{}")).await.err(), Some(LinkError::Gone));
}

#[tokio::test]
async fn a_server_with_nothing_in_common_is_not_opened() {
    let fake = Fake::start(|seen| result(seen, r#"{"supportedVersions":["2040-01-01"]}"#)).await;
    assert_eq!(open(&http(fake.url.clone())).await.err(), Some(LinkError::Unsupported));
    let fake = Fake::start(|seen| {
        let id = seen.id();
        let error = r#"{"code":-32600,"message":"no"}"#;
        json(&format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#))
    })
    .await;
    let raw = r#"{"code":-32600,"message":"no"}"#;
    assert_eq!(open(&http(fake.url.clone())).await.err(), Some(LinkError::Refused(raw.into())));
    let fake = Fake::start(|_| html("401 Who", "")).await;
    assert_eq!(open(&http(fake.url.clone())).await.err(), Some(LinkError::Status(401)));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let fake = Fake::start(|_| vec![Do::Hang(Arc::default())]).await;
    let deadlines = Deadlines { open: Duration::from_millis(60), ..Deadlines::default() };
    let opened = Link::open(&http(fake.url.clone()), &hello(), &deadlines, MOST, None).await;
    assert_eq!(opened.err(), Some(LinkError::Timeout));
}

#[tokio::test]
async fn nobody_there_means_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    drop(listener);
    let error = open(&http(url)).await.unwrap_err();
    assert_eq!((error.code(), error.unsent()), ("cannot-connect", true));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_and_no_secret_is_told() {
    for url in ["ftp://a/b", "http://user:hunter2@a/b", "nonsense"] {
        let error = open(&http(url.into())).await.unwrap_err();
        assert_eq!(error, LinkError::BadAddress, "{url}");
    }
    let headers = vec![("Authorization".to_owned(), Hidden::new("hunter2\r\nx: y"))];
    let reach = HttpReach { url: "http://127.0.0.1:1/".into(), headers, authorities: None };
    let error = open(&Reach::Http(reach)).await.unwrap_err();
    assert_eq!(error, LinkError::BadAddress);
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    let fake = Fake::start(|seen| result(seen, DISCOVERED)).await;
    let url = format!("{}?key=hunter2", fake.url);
    let headers = vec![("Authorization".to_owned(), Hidden::new("Bearer hunter2"))];
    let reach = HttpReach { url, headers, authorities: None };
    let (link, _asides) = open(&Reach::Http(reach)).await.unwrap();
    assert!(!format!("{link:?}").contains("hunter2"), "{link:?}");
}

/// A TLS server that answers one request on each connection with the same bytes.
async fn tls(answer: String) -> String {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/certificate.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/key.pem"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.unwrap()], key.unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut seen = Vec::new();
            while !seen.ends_with(b"}") {
                let mut space = [0; 4096];
                let read = stream.read(&mut space).await.unwrap();
                seen.extend_from_slice(&space[..read]);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    url
}

#[tokio::test]
async fn with_tls_only_who_is_trusted_is_spoken_to() {
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{DISCOVERED}}}"#);
    let length = body.len();
    let url = tls(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
    .await;
    let reach = |authorities: Option<&str>| {
        Reach::Http(HttpReach {
            url: url.clone(),
            headers: Vec::new(),
            authorities: authorities.map(|name| {
                let folder = "src/gateway/upstream/tests/tls";
                PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder).join(name)
            }),
        })
    };
    let error = open(&reach(None)).await.unwrap_err();
    assert_eq!((error.code(), error.unsent()), ("tls", true));
    assert_eq!(open(&reach(Some("missing.pem"))).await.err(), Some(LinkError::Tls));
    let (link, _asides) = open(&reach(Some("certificate.pem"))).await.unwrap();
    assert_eq!(link.introduction().revision, Revision::V2026_07_28);
}

#[test]
fn links_and_exchanges_go_from_task_to_task() {
    const fn goes<T: Send>(_: Option<&T>) {}
    fn runs<T: Send>(_: impl FnOnce(&'static Link, &'static mut Exchange) -> T) {}
    goes::<Arc<Link>>(None);
    goes::<Exchange>(None);
    runs(|link, _| link.send(call("{}")));
    runs(|_, exchange| exchange.next());
    runs(|_, exchange| exchange.answer(b"{}"));
    runs(|link, _| link.close());
    runs(|link, _| link.listen());
}
