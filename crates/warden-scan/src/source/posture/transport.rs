//! Where MCP is served over HTTP.

use warden_flow::{analysis::At, ir::Language};

use super::{CallAt, Posture, Scan, Transport, listen};

/// A call that may make or start a transport.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    out.pipes |= over_pipes(scan, call, name);
    let guarded = match scan.language() {
        Language::Python => python(scan, call, name),
        Language::Go => go(name),
        _ => script(name),
    };
    let Some(guarded) = guarded else { return };
    out.transports.push(Transport {
        place: scan.place(call.at),
        guarded,
        switched_off: switched_off(scan, call),
    });
}

/// Whether a call serves MCP over pipes.
fn over_pipes(scan: &Scan<'_>, call: CallAt<'_>, name: &str) -> bool {
    match name {
        "StdioServerTransport"
        | "stdio_server"
        | "run_stdio_async"
        | "ServeStdio"
        | "NewStdioServer"
        | "StdioTransport" => true,
        // Pipes are what the libraries for Python take when they are told nothing.
        "run" if scan.language() == Language::Python && call.call.args.is_empty() => {
            let made = scan.base_paths(call);
            made.iter().any(|path| path.contains("FastMCP") || path.contains("MCPServer"))
        }
        _ => false,
    }
}

/// `transport = os.getenv("MCP_TRANSPORT", "stdio")`, `choices=["stdio", "sse"]`.
pub(super) fn text(scan: &Scan<'_>, at: At, out: &mut Posture) {
    out.pipes |= scan.language() == Language::Python && scan.text(at) == Some("stdio");
}

/// The official SDK looks at `Host` by itself while it listens on the machine only.
fn python(scan: &Scan<'_>, call: CallAt<'_>, name: &str) -> Option<bool> {
    let official = || {
        let paths = scan.base_paths(call);
        !paths.is_empty() && paths.iter().all(|path| path.starts_with("mcp:"))
    };
    match name {
        "run_http_async" => Some(false),
        "run_sse_async"
        | "run_streamable_http_async"
        | "http_app"
        | "sse_app"
        | "streamable_http_app" => Some(official()),
        "run" | "run_async" => {
            let http = listen::over_http(scan, call) == Some(true);
            let arg = |name: &str| scan.reader.arg(call, None, name);
            // How a setting says: with a port it is not over pipes.
            let constant = arg("transport").is_some_and(|at| scan.reader.constant(at).is_some());
            let network = arg("host").or_else(|| arg("port")).is_some();
            (http && arg("transport").is_some() && (constant || network)).then(official)
        }
        "StreamableHTTPSessionManager" | "SseServerTransport" => Some(
            scan.reader.arg(call, None, "security_settings").is_some()
                || scan.reader.plain_args(call).len() > 1,
        ),
        _ => None,
    }
}

fn script(name: &str) -> Option<bool> {
    match name {
        "StreamableHTTPServerTransport"
        | "SSEServerTransport"
        | "NodeStreamableHTTPServerTransport"
        | "WebStandardStreamableHTTPServerTransport"
        | "HttpStreamTransport" => Some(false),
        _ => None,
    }
}

/// The official SDK refuses foreign hosts by itself, mcp-go does not.
fn go(name: &str) -> Option<bool> {
    match name {
        "NewStreamableHTTPServer" | "NewSSEServer" => Some(false),
        "NewStreamableHTTPHandler" | "NewSSEHandler" => Some(true),
        _ => None,
    }
}

/// Whether the options switch the library's own look at `Host` off.
fn switched_off(scan: &Scan<'_>, call: CallAt<'_>) -> bool {
    let reader = scan.reader;
    let options = reader.plain_args(call).into_iter().flat_map(|at| reader.values(at));
    options.into_iter().any(|at| {
        // `&mcp.StreamableHTTPOptions{…}`
        let inner = reader.call(at).and_then(|made| reader.plain_args(made).first().copied());
        let parts = reader.parts(inner.unwrap_or(at));
        parts.iter().any(|part| {
            part.name == "DisableLocalhostProtection" && reader.truth(part.at) == Some(true)
        })
    })
}
