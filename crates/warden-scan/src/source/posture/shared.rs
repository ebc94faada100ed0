//! Servers and transports that belong to one client and are used for several.
//!
//! A protocol object sends its answers to the transport that it was connected to last, and a
//! transport without sessions finds who asked by the number of the request, which every client
//! counts from the same start. Made once and used by every request, either gives the answers of
//! one client to another.

mod handlers;
mod protocol;

use warden_flow::{
    analysis::At,
    ir::{Expr, ExprId, Language, Stmt, VarId},
};

use self::handlers::Handlers;
use super::{CallAt, Posture, Scan, Shared, SharedWhat};
use crate::source::surface::reader::{Reader, holds};

/// Transports of which there is one for each client.
static TRANSPORTS: &[&str] = &[
    "StreamableHTTPServerTransport",
    "NodeStreamableHTTPServerTransport",
    "WebStandardStreamableHTTPServerTransport",
    "SSEServerTransport",
];

/// Objects that answer on the transport that they are connected to.
static SERVERS: &[&str] = &["McpServer", "Server"];

/// Uses of transports that are looked at.
const MAX_USES: usize = 256;

/// Notes what is shared, in every module.
pub(super) fn whole(reader: &Reader<'_>, out: &mut Posture) {
    let mut candidates = Vec::new();
    for (number, module) in reader.modules() {
        let scan = Scan { reader, number, module, targets: Vec::new() };
        protocol::module(&scan, out);
        // Nearly every module has none: names are cheaper to look at than calls.
        if module.names.iter().any(|name| TRANSPORTS.contains(&&**name)) {
            uses(&scan, &mut candidates);
        }
    }
    if !candidates.is_empty() {
        let handlers = Handlers::of(reader);
        candidates.truncate(MAX_USES);
        let found = candidates.iter().filter_map(|candidate| candidate.shared(reader, &handlers));
        out.shared.extend(found);
    }
    out.shared.sort();
    out.shared.dedup_by_key(|shared| shared.place);
}

/// A call that would be wrong where what it uses is made once and it is made for every request.
struct Use<'a> {
    call: CallAt<'a>,
    /// The receiver.
    on: At,
    /// Where the transports are made.
    made: Vec<At>,
    connects: bool,
}

fn uses<'a>(scan: &Scan<'a>, out: &mut Vec<Use<'a>>) {
    for (expr, id) in scan.module.exprs.iter().zip(0..) {
        let Expr::Call(call) = expr else { continue };
        let call = CallAt { at: scan.at(ExprId(id)), call };
        let callee = scan.callee(call);
        let name = scan.reader.last_name(callee);
        let Some(on) = scan.reader.base(callee) else { continue };
        let connects = name == Some("connect");
        let transport = match name {
            Some("connect") => scan.reader.plain_args(call).first().copied(),
            Some("handleRequest" | "handle_request") => Some(on),
            _ => None,
        };
        let made = transport.map(|at| makings(scan.reader, at, TRANSPORTS)).unwrap_or_default();
        if !made.is_empty() {
            out.push(Use { call, on, made, connects });
        }
    }
}

/// Where a value is made by one of these names, directly or by a function that gives it back.
fn makings(reader: &Reader<'_>, at: At, names: &[&str]) -> Vec<At> {
    let is_one = |at: At| {
        let callee = reader.call(at).map(|call| At { expr: call.call.callee, ..at });
        callee.and_then(|callee| reader.last_name(callee)).is_some_and(|name| names.contains(&name))
    };
    let values = reader.values(at);
    let made_by_function = |at: At| {
        reader.call(at).is_some_and(|call| {
            let functions = reader.functions(At { expr: call.call.callee, ..at });
            let returned = functions.into_iter().flat_map(|function| reader.returned(function));
            returned.flat_map(|at| reader.values(at)).any(is_one)
        })
    };
    values.into_iter().filter(|at| is_one(*at) || made_by_function(*at)).collect()
}

impl Use<'_> {
    fn shared(&self, reader: &Reader<'_>, handlers: &Handlers<'_>) -> Option<Shared> {
        let scan = Scan {
            reader,
            number: self.call.at.module,
            module: reader.module(self.call.at.module),
            targets: Vec::new(),
        };
        if !handlers.inside(self.call.at) {
            return None;
        }
        let what = if self.connects {
            self.connected(&scan, handlers)?
        } else {
            self.handled(&scan, handlers)?
        };
        Some(Shared { place: scan.place(self.call.at), what })
    }

    /// `server.connect(new Transport(…))` of a server that is made once.
    fn connected(&self, scan: &Scan<'_>, handlers: &Handlers<'_>) -> Option<SharedWhat> {
        let reader = scan.reader;
        let servers = makings(reader, self.on, SERVERS);
        let once = !servers.is_empty() && !servers.iter().any(|at| handlers.inside(*at));
        let each = self.made.iter().any(|at| handlers.inside(*at));
        if !once || !each || self.looked_at(scan) {
            return None;
        }
        let start = reader.spot(self.call.at).span.start;
        let closed = self.closed(scan, handlers);
        if closed.iter().any(|at| reader.spot(*at).span.start < start) {
            return None;
        }
        let kept = !closed.is_empty() || self.kept(scan, handlers);
        Some(if kept { SharedWhat::KeptServer } else { SharedWhat::Server })
    }

    /// `transport.handleRequest(…)` of a transport without sessions that is made once.
    fn handled(&self, scan: &Scan<'_>, handlers: &Handlers<'_>) -> Option<SharedWhat> {
        let reader = scan.reader;
        let mut made = self.made.iter();
        let once = made.all(|at| !handlers.inside(*at) && stateless(reader, *at));
        once.then_some(SharedWhat::Transport)
    }

    /// Whether a condition around the call asks for the server, or for a transport that is kept
    /// outside: it is connected once.
    fn looked_at(&self, scan: &Scan<'_>) -> bool {
        let here = scan.reader.spot(self.call.at).span;
        let transport = scan.reader.plain_args(self.call).first().copied();
        let transport = transport.filter(|at| self.is_kept_outside(scan, *at));
        scan.module.stmts.iter().any(|(stmt, span)| {
            let Stmt::If { cond, .. } = stmt else { return false };
            let around = scan.module.span(*cond);
            holds(*span, here)
                && scan.inside(around).any(|(at, _)| {
                    same(scan, at, self.on) || transport.is_some_and(|it| same(scan, at, it))
                })
        })
    }

    /// Whether a variable lives longer than the function that the call stands in.
    fn is_kept_outside(&self, scan: &Scan<'_>, at: At) -> bool {
        match scan.reader.expr(at) {
            Expr::Var(var) => {
                let owner = scan.module.vars.get(var.at()).map(|var| var.owner);
                owner != Some(scan.place(self.call.at).function.function)
            }
            Expr::Member(..) => true,
            _ => false,
        }
    }

    /// Where the handler closes the server.
    fn closed(&self, scan: &Scan<'_>, handlers: &Handlers<'_>) -> Vec<At> {
        let Some(handler) = handlers.around(self.call.at) else { return Vec::new() };
        let calls = scan.inside(scan.span_of(handler)).filter_map(|(at, expr)| match expr {
            Expr::Call(call) => Some((at, At { expr: call.callee, ..at })),
            _ => None,
        });
        let closes = calls.filter(|(_, callee)| {
            matches!(scan.reader.last_name(*callee), Some("close" | "disconnect"))
                && scan.reader.base(*callee).is_some_and(|base| same(scan, base, self.on))
        });
        closes.map(|(at, _)| at).collect()
    }

    /// Whether the handler keeps its transports in a table.
    fn kept(&self, scan: &Scan<'_>, handlers: &Handlers<'_>) -> bool {
        let Some(handler) = handlers.around(self.call.at) else { return false };
        let own = |at: At| scan.reader.values(at).iter().any(|value| self.made.contains(value));
        scan.inside(scan.span_of(handler)).any(|(at, expr)| match expr {
            Expr::Assign { target, value } => {
                matches!(scan.module.expr(*target), Expr::Index(..)) && own(scan.at(*value))
            }
            Expr::Call(call) => {
                let name = scan.reader.last_name(At { expr: call.callee, ..at });
                name == Some("set") && call.args.iter().any(|arg| own(scan.at(arg.value)))
            }
            _ => false,
        })
    }
}

/// Whether a transport has no sessions: by what it is told, or since it is told nothing.
fn stateless(reader: &Reader<'_>, made: At) -> bool {
    let Some(call) = reader.call(made) else { return false };
    let nothing = |at: At| matches!(reader.expr(at), Expr::Null);
    if reader.language(made.module) == Language::Python {
        return reader.arg(call, Some(0), "mcp_session_id").is_some_and(nothing);
    }
    let Some(options) = reader.plain_args(call).first().copied() else {
        return reader.last_name(At { expr: call.call.callee, ..made })
            != Some("SSEServerTransport");
    };
    matches!(reader.expr(options), Expr::Object(_))
        && reader.part(options, &["sessionIdGenerator"]).is_none_or(nothing)
}

/// Whether two places name the same variable, or the same field.
fn same(scan: &Scan<'_>, first: At, second: At) -> bool {
    let var = |at: At| -> Option<VarId> {
        match scan.reader.expr(at) {
            Expr::Var(var) => Some(*var),
            _ => None,
        }
    };
    match (scan.reader.expr(first), scan.reader.expr(second)) {
        (Expr::Var(_), Expr::Var(_)) => var(first) == var(second),
        (Expr::Member(_, one), Expr::Member(_, other)) => one == other,
        _ => false,
    }
}
