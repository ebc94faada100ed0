//! Links to servers that are told what to say.

mod errors;
mod fake;
mod older;
mod shown;
mod stdio;
mod streamable;

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc, time::timeout};
use warden_mcp::{IdKey, Method};

use super::*;
use crate::gateway::settings::HttpReach;

/// Longer than anything here takes; only a failure waits so long.
const LONG: Duration = Duration::from_secs(20);

/// The longest message in these tests.
const MOST: usize = 10_000;

fn hello() -> Hello {
    Hello { info: r#"{"name":"w","version":"1"}"#.into(), capabilities: "{}".into() }
}

fn http(url: String) -> Reach {
    Reach::Http(HttpReach { url, headers: Vec::new(), authorities: None })
}

async fn open(reach: &Reach) -> Result<(Arc<Link>, mpsc::Receiver<Aside>), LinkError> {
    let (hello, deadlines) = (hello(), Deadlines::default());
    let opened = Link::open(reach, &hello, &deadlines, MOST, None);
    timeout(LONG, opened).await.expect("it does not hang")
}

/// A call, as if it had been judged.
fn call(params: &str) -> Outbound {
    Outbound::new(Method::ToolsCall, Some(params.into()))
}

/// Everything up to the answer, each as the text of its message.
async fn all(exchange: &mut Exchange) -> Result<Vec<String>, LinkError> {
    let mut seen = Vec::new();
    loop {
        let received = timeout(LONG, exchange.next()).await.expect("it does not hang")?;
        seen.push(String::from_utf8_lossy(received.bytes()).into_owned());
        if let What::Result { .. } | What::Error { .. } = received.what() {
            return Ok(seen);
        }
    }
}

async fn fails(exchange: &mut Exchange) -> LinkError {
    loop {
        match timeout(LONG, exchange.next()).await.expect("it does not hang") {
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

async fn aside(asides: &mut mpsc::Receiver<Aside>) -> Aside {
    timeout(LONG, asides.recv()).await.expect("it does not hang").expect("something is said")
}
