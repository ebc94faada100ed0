//! For the benchmark beside this crate: what one call costs in counting.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use warden_mcp::{Era, Method};

use super::{
    metrics::{CallSeen, Metrics, ServerMetrics, Transport},
    seen::Seen,
    traces::Ended,
};

/// Everything that is counted, with one server of 100 tools.
#[derive(Debug)]
pub struct Counting {
    metrics: Metrics,
    server: Arc<ServerMetrics>,
}

impl Default for Counting {
    fn default() -> Self {
        let names: Vec<_> = (0..100).map(|number| format!("tool_{number}")).collect();
        let metrics = Metrics::new();
        let server = metrics.server("server", names.iter().map(String::as_str));
        Self { metrics, server }
    }
}

impl Counting {
    /// Counts what one call brings: where it goes, three times that the server is waited for, two
    /// commits, and its end.
    pub async fn call(&self) {
        let (seen, since) = (Seen::default(), Instant::now());
        seen.goes_to(self.server.counted(Some("tool_50")));
        seen.meets(Era::Legacy);
        for _ in 0..3 {
            seen.server(std::future::ready(())).await;
        }
        for _ in 0..2 {
            // It cannot fail.
            self.metrics.timed(|| Ok::<(), ()>(())).ok();
        }
        self.metrics.observe(&CallSeen {
            method: Some(Method::ToolsCall),
            era: Era::Modern,
            server_era: Some(Era::Legacy),
            transport: Transport::Http,
            ended: Ended::Well,
            server: seen.counted(),
            total: since.elapsed(),
            upstream: Duration::from_micros(60),
            client: Duration::ZERO,
        });
    }
}
