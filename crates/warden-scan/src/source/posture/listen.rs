//! Where a server waits for connections, and from where it can be reached.

use warden_flow::{
    analysis::At,
    ir::{Expr, Language},
};

use super::{CallAt, Host, Listen, Posture, Scan, words};
use crate::source::surface::reader::Part;

/// A call that may wait for connections.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    let host = match scan.language() {
        Language::Python => python(scan, call, name),
        Language::Go => go(scan, call, name),
        _ => script(scan, call, name),
    };
    if let Some(host) = host {
        out.listens.push(Listen { place: scan.place(call.at), host });
    }
    setting(scan, call, out);
}

fn python(scan: &Scan<'_>, call: CallAt<'_>, name: &str) -> Option<Host> {
    let reader = scan.reader;
    let named = reader.arg(call, None, "host").or_else(|| reader.arg(call, None, "hostname"));
    let host = |at: Option<At>, otherwise: Host| Some(at.map_or(otherwise, |at| host_of(scan, at)));
    let is = |module: &str| {
        reader.last_name(scan.callee(call)).is_some()
            && (reader.base(scan.callee(call)).and_then(|base| reader.last_name(base))
                == Some(module)
                || scan.base_paths(call).iter().any(|path| path.starts_with(&format!("{module}:"))))
    };
    match name {
        "run" | "run_async" if is("uvicorn") || is("hypercorn") => host(named, Host::Loopback),
        "run" | "run_async" if named.is_some() || over_http(scan, call) == Some(true) => {
            // A setting that no address is given for has the library's: the machine itself.
            host(named, Host::Loopback)
        }
        "run_http_async" | "run_sse_async" | "run_streamable_http_async" => {
            host(named, Host::Loopback)
        }
        "Config" if is("uvicorn") => host(named, Host::Loopback),
        "FastMCP" | "MCPServer" => host(Some(named?), Host::Loopback),
        "run_app" if is("web") || is("aiohttp") => host(named, Host::Unsaid),
        // With a function, an address and a port; many other things are called so.
        "TCPSite" | "start_server" | "create_server"
            if named.is_some() || reader.plain_args(call).len() >= 3 =>
        {
            host(named.or_else(|| reader.arg(call, Some(1), "")), Host::Unsaid)
        }
        "HTTPServer" | "ThreadingHTTPServer" | "TCPServer" | "ThreadingTCPServer" | "bind" => {
            let pair = reader.plain_args(call).first().copied()?;
            let first = reader.elements(pair).first().copied()?;
            Some(host_of(scan, first))
        }
        _ => None,
    }
}

/// Whether a server is run over HTTP; `None` if it does not say how.
pub(super) fn over_http(scan: &Scan<'_>, call: CallAt<'_>) -> Option<bool> {
    let reader = scan.reader;
    let transport = reader.arg(call, None, "transport").or_else(|| {
        let first = reader.plain_args(call).first().copied()?;
        scan.text(first).is_some().then_some(first)
    })?;
    let values = reader.values(transport);
    let texts: Vec<&str> = values.iter().filter_map(|at| scan.reader.constant(*at)).collect();
    if texts.is_empty() {
        return Some(true);
    }
    Some(
        texts
            .iter()
            .any(|text| matches!(*text, "sse" | "http" | "streamable-http" | "streamable_http")),
    )
}

fn script(scan: &Scan<'_>, call: CallAt<'_>, name: &str) -> Option<Host> {
    let reader = scan.reader;
    let args = reader.plain_args(call);
    let first = args.first().copied();
    match name {
        "listen" => {
            reader.base(scan.callee(call))?;
            let first = first?;
            if let Some(options) = options(scan, first) {
                let host = reader.part(options, &["host", "hostname"]);
                let path = reader.part(options, &["path", "fd"]);
                return match (host, path) {
                    (Some(host), _) => Some(host_of(scan, host)),
                    (None, Some(_)) => None,
                    (None, None) => Some(unsaid(scan, call)),
                };
            }
            // A path is a socket of the machine; a function is no port.
            let port = reader.values(first);
            let socket = port.iter().any(|at| matches!(reader.expr(*at), Expr::Function(_)))
                || reader.text(first).is_some_and(|text| text.starts_with(['/', '\\']));
            // Port 0 is one that nobody knows: for answers to a browser, or for tests.
            let any = port.iter().any(|at| number(scan, *at) == Some("0"));
            if socket || any {
                return None;
            }
            let second = args.get(1).copied().filter(|at| !is_function(scan, *at));
            Some(second.map_or_else(|| unsaid(scan, call), |at| host_of(scan, at)))
        }
        "serve" => {
            let options = options(scan, first?)?;
            reader.part(options, &["fetch", "port"])?;
            let host = reader.part(options, &["hostname", "host"]);
            Some(host.map_or(Host::Unsaid, |host| host_of(scan, host)))
        }
        "start" => {
            let options = options(scan, first?)?;
            let stream = reader.part(options, &["httpStream", "sse"])?;
            let host = reader.part(stream, &["host"]);
            Some(host.map_or(Host::Given, |host| host_of(scan, host)))
        }
        _ => None,
    }
}

/// Fastify listens on the machine itself when it is told nothing.
fn unsaid(scan: &Scan<'_>, call: CallAt<'_>) -> Host {
    let fastify = scan.base_paths(call).iter().any(|path| path.starts_with("fastify:"))
        || scan
            .reader
            .base(scan.callee(call))
            .and_then(|base| scan.reader.last_name(base))
            .is_some_and(|name| name.contains("fastify"));
    if fastify { Host::Loopback } else { Host::Unsaid }
}

fn options(scan: &Scan<'_>, at: At) -> Option<At> {
    let mut values = scan.reader.values(at).into_iter();
    values.find(|value| matches!(scan.reader.expr(*value), Expr::Object(_)))
}

fn number<'a>(scan: &Scan<'a>, at: At) -> Option<&'a str> {
    match scan.reader.expr(at) {
        Expr::Number(name) => Some(scan.reader.name(at.module, *name)),
        _ => None,
    }
}

fn is_function(scan: &Scan<'_>, at: At) -> bool {
    let values = scan.reader.values(at);
    values.into_iter().any(|value| matches!(scan.reader.expr(value), Expr::Function(_)))
}

fn go(scan: &Scan<'_>, call: CallAt<'_>, name: &str) -> Option<Host> {
    let reader = scan.reader;
    let args = reader.plain_args(call);
    let address = match name {
        "ListenAndServe" | "ListenAndServeTLS" => args.first().copied()?,
        "Listen" => args.get(1).copied()?,
        "Start" | "Run" => {
            let first = args.first().copied()?;
            // Many things start; what is given an address listens there.
            if args.len() > 1 || !looks_like_address(scan, first) {
                return None;
            }
            first
        }
        "Server" => reader.part(args.first().copied()?, &["Addr"])?,
        _ => return None,
    };
    Some(host_of(scan, address))
}

fn looks_like_address(scan: &Scan<'_>, at: At) -> bool {
    let named = scan.reader.last_name(at).is_some_and(|name| {
        words(name).iter().any(|word| matches!(word.as_str(), "addr" | "address" | "listen"))
    });
    named
        || scan.reader.values(at).into_iter().any(|value| match scan.reader.expr(value) {
            Expr::Text(_) => scan.text(value).is_some_and(|text| text.contains(':')),
            Expr::Concat(parts) => parts.iter().any(|part| {
                scan.text(At { expr: *part, ..value }).is_some_and(|text| text.contains(':'))
            }),
            _ => false,
        })
}

/// What an address says.
fn host_of(scan: &Scan<'_>, at: At) -> Host {
    let mut found = Host::Given;
    let mut given = false;
    for value in scan.reader.values(at) {
        match one_host(scan, value) {
            Host::Wildcard(at) => return Host::Wildcard(at),
            Host::Loopback => found = Host::Loopback,
            Host::Unsaid | Host::Given => given = true,
        }
    }
    // A default that stands somewhere else, and is handed on.
    if given && found == Host::Given {
        let texts = scan.reader.analysis.texts_at(at);
        if texts.iter().any(|text| is_loopback(text)) {
            return Host::Loopback;
        }
    }
    found
}

fn one_host(scan: &Scan<'_>, value: At) -> Host {
    let of_text = |text: &str, at: At| {
        if is_wildcard(text, scan.language()) {
            Host::Wildcard(at)
        } else if is_loopback(text) {
            Host::Loopback
        } else {
            Host::Given
        }
    };
    match scan.reader.expr(value) {
        Expr::Text(name) => of_text(scan.reader.name(value.module, *name), value),
        Expr::Concat(parts) => match parts.first().map(|part| At { expr: *part, ..value }) {
            Some(first) => match scan.reader.text(first) {
                Some(text) if text.starts_with(':') => Host::Wildcard(value),
                Some(text) => of_text(text.trim_end_matches(':'), value),
                None => scan
                    .reader
                    .values(first)
                    .into_iter()
                    .map(|at| one_host_shallow(scan, at))
                    .find(|host| *host != Host::Given)
                    .unwrap_or(Host::Given),
            },
            None => Host::Given,
        },
        // `os.getenv("HOST", "0.0.0.0")`: the default.
        Expr::Call(call) => {
            let texts = call.args.iter().map(|arg| At { expr: arg.value, ..value });
            let hosts = texts.filter_map(|at| Some(of_text(scan.text(at)?, at)));
            hosts.into_iter().find(|host| *host != Host::Given).unwrap_or(Host::Given)
        }
        Expr::Null => Host::Unsaid,
        _ => Host::Given,
    }
}

fn one_host_shallow(scan: &Scan<'_>, at: At) -> Host {
    match scan.reader.expr(at) {
        Expr::Concat(_) => Host::Given,
        _ => one_host(scan, at),
    }
}

/// Whether an address is every address of the machine.
fn is_wildcard(text: &str, language: Language) -> bool {
    let host = text.trim();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && is_port(port) && host != ":" => host,
        _ => host,
    };
    matches!(host, "0.0.0.0" | "::" | "[::]" | "::0" | "*")
        || (language == Language::Go && text.strip_prefix(':').is_some_and(is_port))
        || (language == Language::Python && text.is_empty())
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_loopback(text: &str) -> bool {
    let host =
        text.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(text, |(host, _)| host);
    host == "localhost" || host.starts_with("127.") || matches!(host, "::1" | "[::1]" | "[:" | ":")
}

/// Whether a name is that of an address to listen on.
fn is_host(name: &str) -> bool {
    // Most names are none: this is cheaper than taking words apart.
    let lower = name.to_ascii_lowercase();
    if !["host", "bind", "addr", "listen", "interface"].iter().any(|word| lower.contains(word)) {
        return false;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let host = has(&["host", "hostname", "bind", "addr", "address", "listen", "interface"]);
    host && (has(&["server", "mcp", "http", "bind", "listen", "web", "api", "sse"]) || !has(OTHERS))
}

/// Words of addresses of somebody else.
static OTHERS: &[&str] = &[
    "db",
    "database",
    "redis",
    "pg",
    "postgres",
    "mysql",
    "mongo",
    "smtp",
    "proxy",
    "target",
    "remote",
    "allowed",
    "trusted",
    "blocked",
    "denied",
    "private",
    "neo4j",
    "qdrant",
    "elastic",
    "kafka",
    "ip",
    "local",
    "loopback",
    "ignored",
    "internal",
    "unsafe",
    "forbidden",
    "mail",
];

fn note(scan: &Scan<'_>, name: &str, at: At, out: &mut Posture) {
    if !is_host(name) {
        return;
    }
    for side in scan.sides(at) {
        let wild = scan.text(side).is_some_and(|text| {
            !text.is_empty() && text != "*" && is_wildcard(text, scan.language())
        });
        if wild {
            out.wildcards.push(scan.place(side));
        }
    }
}

/// `os.getenv("MCP_HOST", "0.0.0.0")`, `add_argument("--host", default="0.0.0.0")`,
/// `flag.String("addr", ":8080", "…")`, and `host="0.0.0.0"` of any call.
fn setting(scan: &Scan<'_>, call: CallAt<'_>, out: &mut Posture) {
    for (name, at) in scan.named(call) {
        note(scan, name, at, out);
    }
    let args = scan.reader.plain_args(call);
    let names = args.iter().filter_map(|at| scan.text(*at)).filter(|text| text.len() < 64);
    let Some(name) = names.into_iter().find(|text| is_host(text)) else { return };
    let default = scan.reader.arg(call, None, "default");
    for at in args.into_iter().chain(default) {
        note(scan, name, at, out);
    }
}

/// `{host: "0.0.0.0"}`.
pub(super) fn object(scan: &Scan<'_>, parts: &[Part<'_>], out: &mut Posture) {
    for part in parts {
        note(scan, part.name, part.at, out);
    }
}

/// `HOST = env or "0.0.0.0"`, `settings.host = "0.0.0.0"`.
pub(super) fn assigned(scan: &Scan<'_>, (target, value): (At, At), out: &mut Posture) {
    if let Some(name) = scan.reader.last_name(target) {
        note(scan, name, value, out);
    }
}

/// Defaults of parameters, and of fields of classes.
pub(super) fn declared(scan: &Scan<'_>, out: &mut Posture) {
    for function in &scan.module.functions {
        for param in &function.params {
            if let (Some(name), Some(default)) = (param.name, param.default) {
                note(scan, scan.module.text(name), scan.at(default), out);
            }
        }
    }
    if scan.language() == Language::Go {
        return;
    }
    for field in scan.module.classes.iter().flat_map(|class| &class.fields) {
        if let Some(value) = field.value {
            let name = scan.module.text(field.name);
            note(scan, name, scan.at(value), out);
            // `host: str = Field("0.0.0.0")`
            if let Some(call) = scan.reader.call(scan.at(value)) {
                let default = scan.reader.arg(call, Some(0), "default");
                if let Some(default) = default {
                    note(scan, name, default, out);
                }
            }
        }
    }
}
