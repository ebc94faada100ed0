//! The agent's end of MCP over HTTP: one request after the other, to loopback.

use std::{collections::BTreeMap, io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, Response, body::Incoming, header};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpStream, runtime::Runtime};
use warden_govern::redteam::Step;

use super::{
    agent::{Called, Link},
    stage::Stage,
};

/// The revision that it speaks: the newest with a handshake.
const REVISION: &str = "2025-11-25";

/// How long an answer may take; long, since machines are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A longer answer is none of ours.
const MOST: usize = 16 << 20;

/// More pages than any list of ours has.
const PAGES: usize = 32;

/// A client of a gateway that stands before scripted servers.
pub(super) struct Http<'a> {
    runtime: Runtime,
    address: SocketAddr,
    token: &'a str,
    session: Option<String>,
    stage: &'a Stage<'a>,
    next: u64,
}

impl<'a> Http<'a> {
    /// Begins a session.
    ///
    /// # Errors
    /// When the gateway does not let it in.
    pub(super) fn begin(
        address: SocketAddr,
        token: &'a str,
        stage: &'a Stage<'a>,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut http = Self { runtime, address, token, session: None, stage, next: 0 };
        let params = json!({"protocolVersion": REVISION, "capabilities": {},
            "clientInfo": {"name": "scripted-agent", "version": "1"}});
        let answer = http.ask("initialize", &params)?;
        if answer.get("result").is_none() || http.session.is_none() {
            return Err(io::Error::other("the gateway begins no session"));
        }
        http.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))?;
        Ok(http)
    }

    /// Asks for something and waits for the answer.
    fn ask(&mut self, method: &str, params: &Value) -> io::Result<Value> {
        self.next += 1;
        let id = self.next;
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let bytes = self.send(&message)?;
        answer(&bytes, id).ok_or_else(|| io::Error::other("the gateway gives no answer"))
    }

    /// Sends a message, and returns the body of what comes back.
    fn send(&mut self, message: &Value) -> io::Result<Bytes> {
        let begins = message.get("method").and_then(Value::as_str) == Some("initialize");
        let request = self.request(message, begins)?;
        let work = posted(self.address, request);
        let (session, body) = self.runtime.block_on(async {
            tokio::time::timeout(PATIENCE, work).await.map_err(|_| io::ErrorKind::TimedOut)?
        })?;
        self.session = self.session.take().or(session);
        Ok(body)
    }

    fn request(&self, message: &Value, begins: bool) -> io::Result<Request<Full<Bytes>>> {
        let mut request = Request::post("/mcp")
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if !begins {
            request = request.header("MCP-Protocol-Version", REVISION);
        }
        if let Some(session) = &self.session {
            request = request.header("Mcp-Session-Id", session);
        }
        let body = Full::new(Bytes::from(message.to_string()));
        request.body(body).map_err(io::Error::other)
    }
}

/// Posts a request on a connection of its own. Returns the session that the answer names, and its
/// body.
async fn posted(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
) -> io::Result<(Option<String>, Bytes)> {
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(stream).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    let session = named(&response);
    let body = Limited::new(response.into_body(), MOST).collect().await;
    connection.abort();
    Ok((session, body.map_err(io::Error::other)?.to_bytes()))
}

fn named(response: &Response<Incoming>) -> Option<String> {
    response.headers().get("mcp-session-id")?.to_str().ok().map(str::to_owned)
}

/// The answer to this request in a body: JSON, or a stream of events.
fn answer(body: &[u8], id: u64) -> Option<Value> {
    let ours = |value: &Value| value.get("id").and_then(Value::as_u64) == Some(id);
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        // What is refused before it is read has no number.
        return Some(value).filter(|value| ours(value) || value.get("error").is_some());
    }
    let text = str::from_utf8(body).ok()?;
    let events = text.lines().filter_map(|line| line.strip_prefix("data:"));
    events.filter_map(|data| serde_json::from_str(data.trim()).ok()).find(ours)
}

impl Link for Http<'_> {
    fn list(&mut self) -> io::Result<Vec<Value>> {
        let (mut all, mut params) = (Vec::new(), json!({}));
        for _ in 0..PAGES {
            let answer = self.ask("tools/list", &params)?;
            let Some(result) = answer.get("result") else {
                return Err(io::Error::other("the gateway lists nothing"));
            };
            let tools = result.get("tools").and_then(Value::as_array);
            all.extend(tools.cloned().unwrap_or_default());
            match result.get("nextCursor") {
                Some(cursor) => params = json!({"cursor": cursor}),
                None => return Ok(all),
            }
        }
        Err(io::Error::other("the list of tools has no end"))
    }

    fn call(
        &mut self,
        tool: &str,
        arguments: &BTreeMap<String, String>,
        step: &Step,
    ) -> io::Result<Called> {
        self.stage.say(tool, step).map_err(|failure| io::Error::other(failure.told()))?;
        let answer = self.ask("tools/call", &json!({"name": tool, "arguments": arguments}))?;
        if let Some(result) = answer.get("result") {
            return Ok(Called::Answered(result.clone()));
        }
        let reason = answer.pointer("/error/data/reason").and_then(Value::as_str);
        Ok(Called::Refused(reason.unwrap_or("error").to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_in_json_and_among_events() {
        let found = |body: &str| answer(body.as_bytes(), 7).map(|value| value["result"].clone());
        assert_eq!(found(r#"{"id":7,"result":1}"#), Some(json!(1)));
        assert_eq!(found(r#"{"id":8,"result":1}"#), None);
        let events =
            "event: message\ndata: {\"method\":\"x\"}\n\ndata: {\"id\":7,\"result\":2}\n\n";
        assert_eq!(found(events), Some(json!(2)));
        assert_eq!(found("data: {\"id\":8}\n\n"), None);
        assert!(answer(br#"{"id":null,"error":{}}"#, 7).is_some());
    }
}
