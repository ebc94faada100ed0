//! How a server stands in the network, read off its code: where it waits for connections, who is
//! let in, and what it trusts.
//!
//! Facts only. What is wrong about them is for rules to say.

mod around;
mod auth;
mod cors;
mod listen;
mod oauth;
mod session;
mod shared;
mod switches;
#[cfg(test)]
mod tests;
mod tls;
mod transport;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Language, Module, Span, Stmt},
};
use warden_model::Severity;

use super::surface::reader::{CallAt, Reader, holds};

/// How a server stands in the network.
#[derive(Clone, Debug, Default)]
pub struct Posture {
    /// Where it waits for connections.
    pub listens: Vec<Listen>,
    /// Addresses that stand for all of the machine, where they are written: as an argument, or as
    /// the default of a setting.
    pub wildcards: Vec<Place>,
    /// Where MCP is served over HTTP.
    pub transports: Vec<Transport>,
    /// Whether it can be served over pipes as well: the network is then a choice of whoever starts
    /// the server.
    pub pipes: bool,
    /// What says that callers are asked who they are.
    pub authentication: Vec<Evidence>,
    /// What says that the `Host` or `Origin` of requests is looked at.
    pub origin_checks: Vec<Place>,
    /// Where a class that is there for others leaves its look at `Host` or `Origin` off, and
    /// nothing in the tree turns it on.
    pub unasked: Vec<Place>,
    /// Rules for pages of other origins.
    pub cors: Vec<Cors>,
    /// Where certificates are not checked.
    pub unchecked: Vec<Unchecked>,
    /// Identifiers of sessions that can be guessed.
    pub weak_sessions: Vec<WeakSession>,
    /// Where what belongs to one client is used for several.
    pub shared: Vec<Shared>,
    /// Mistakes in the use of OAuth.
    pub oauth: Vec<OauthFact>,
}

/// A place, and the function that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The place.
    pub at: At,
    /// The function.
    pub function: FnId,
}

/// A call that waits for connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The call.
    pub place: Place,
    /// From where it can be reached.
    pub host: Host,
}

/// From where something that listens can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Only from the machine itself.
    Loopback,
    /// From everywhere, as is written here.
    Wildcard(At),
    /// From everywhere, since no address is given.
    Unsaid,
    /// Whatever a setting says.
    Given,
}

/// MCP over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// The call that makes or starts it.
    pub place: Place,
    /// Whether the library looks at `Host` and `Origin` by itself.
    pub guarded: bool,
    /// Whether that is switched off.
    pub switched_off: bool,
}

/// Something that says that callers are asked who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where.
    pub place: Place,
    /// Whether a setting can leave it out.
    pub optional: bool,
}

/// A rule for pages of other origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cors {
    /// Where it stands.
    pub place: Place,
    /// Which origins.
    pub origins: Origins,
    /// Whether browsers may send cookies and the like.
    pub credentials: bool,
}

/// Which origins a rule lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Every one, by `*`.
    Any,
    /// Every one, by giving back the one that asks.
    Reflected,
}

/// A place where certificates are not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// Where.
    pub place: Place,
    /// What says so, as it is written.
    pub what: &'static str,
    /// Whether it holds for the whole process.
    pub everywhere: bool,
    /// Whether a condition decides.
    pub conditional: bool,
}

/// An identifier of sessions that can be guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeakSession {
    /// Where it is made.
    pub place: Place,
    /// What it is made of.
    pub from: &'static str,
}

/// Something that belongs to one client and is used for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared {
    /// Where it is used.
    pub place: Place,
    /// What it is.
    pub what: SharedWhat,
}

/// What is used for several clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SharedWhat {
    /// A server that every request connects to a transport of its own.
    Server,
    /// The same, where transports are kept by session, or the server is closed in the end.
    KeptServer,
    /// A transport without sessions that handles every request.
    Transport,
    /// A class that takes another transport while it has one.
    Protocol,
}

/// A mistake in the use of OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OauthFact {
    /// Where.
    pub place: Place,
    /// Which.
    pub mistake: OauthMistake,
}

/// Mistakes in the use of OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OauthMistake {
    /// Tokens come back in the address.
    ImplicitFlow,
    /// A code is asked for without a proof key.
    NoProofKey,
    /// The proof key is sent in the clear.
    PlainProofKey,
    /// A code is asked for or taken without a state.
    NoState,
    /// The address to go back to is compared by its start.
    LooseRedirect,
    /// Whom a token was made for is not looked at.
    NoAudience,
    /// The signature of a token is not looked at.
    NoSignature,
}

impl Posture {
    /// Reads a program.
    pub(crate) fn of(reader: &Reader<'_>) -> Self {
        let mut posture = Self::default();
        for (number, module) in reader.modules() {
            let scan = Scan { reader, number, module, targets: targets(module) };
            for (expr, id) in module.exprs.iter().zip(0..) {
                scan.one(expr, At { module: number, expr: ExprId(id) }, &mut posture);
            }
            listen::declared(&scan, &mut posture);
        }
        oauth::whole(reader, &mut posture);
        switches::whole(reader, &mut posture);
        shared::whole(reader, &mut posture);
        posture.tidy();
        posture
    }

    fn tidy(&mut self) {
        self.wildcards.sort();
        self.wildcards.dedup();
        self.origin_checks.sort();
        self.oauth.sort_by_key(|fact| (fact.place, fact.mistake));
        self.oauth.dedup();
        self.unchecked.sort_by_key(|fact| fact.place);
        self.unchecked.dedup_by_key(|fact| fact.place);
    }

    /// Whether something waits for connections.
    #[must_use]
    pub fn serves(&self) -> bool {
        !self.listens.is_empty() || !self.transports.is_empty()
    }

    /// The severity of something that holds only while the server is reached over the network: one
    /// step less where that has to be chosen.
    #[must_use]
    pub(crate) const fn chosen(&self, severity: Severity) -> Severity {
        match severity {
            Severity::Critical if self.pipes => Severity::High,
            Severity::High if self.pipes => Severity::Medium,
            _ => severity,
        }
    }

    /// Whether callers are asked who they are, whatever the settings say.
    #[must_use]
    pub fn authenticates(&self) -> bool {
        self.authentication.iter().any(|evidence| !evidence.optional)
    }

    /// The places that let the network in: addresses that are written, and calls without one.
    #[must_use]
    pub fn open_places(&self) -> Vec<(Place, bool)> {
        if self.listens.is_empty() {
            return Vec::new();
        }
        let mut places: Vec<(Place, bool)> =
            self.wildcards.iter().map(|place| (*place, true)).collect();
        for listen in &self.listens {
            match listen.host {
                Host::Wildcard(at) => {
                    if !places.iter().any(|(place, _)| place.at == at) {
                        places.push((Place { at, function: listen.place.function }, true));
                    }
                }
                Host::Unsaid => places.push((listen.place, false)),
                Host::Loopback | Host::Given => {}
            }
        }
        places.sort();
        places
    }
}

/// One module while it is looked through.
struct Scan<'a> {
    reader: &'a Reader<'a>,
    number: u32,
    module: &'a Module,
    /// What is assigned to, sorted: `headers["Authorization"] = …` reads nothing.
    targets: Vec<ExprId>,
}

fn targets(module: &Module) -> Vec<ExprId> {
    let mut targets: Vec<ExprId> = module
        .exprs
        .iter()
        .filter_map(|expr| match expr {
            Expr::Assign { target, .. } => Some(*target),
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    targets
}

impl<'a> Scan<'a> {
    fn one(&self, expr: &'a Expr, at: At, out: &mut Posture) {
        match expr {
            Expr::Call(call) => {
                let call = CallAt { at, call };
                let callee = self.callee(call);
                let name = self.reader.last_name(callee).unwrap_or_default();
                listen::call(self, call, name, out);
                transport::call(self, call, name, out);
                auth::call(self, call, name, out);
                cors::call(self, call, name, out);
                tls::call(self, call, name, out);
                session::call(self, call, name, out);
                oauth::call(self, call, name, out);
            }
            Expr::Object(_) => {
                let parts = self.reader.parts(at);
                listen::object(self, &parts, out);
                auth::object(self, &parts, out);
                tls::object(self, &parts, out);
                session::object(self, &parts, out);
                oauth::object(self, at, &parts, out);
            }
            Expr::Assign { target, value } => {
                let pair = (self.at(*target), self.at(*value));
                listen::assigned(self, pair, out);
                tls::assigned(self, pair, out);
                session::assigned(self, pair, out);
            }
            Expr::Member(..) | Expr::Index(..) => auth::read(self, at, out),
            Expr::Text(_) | Expr::Concat(_) => {
                transport::text(self, at, out);
                oauth::text(self, at, out);
            }
            _ => {}
        }
    }

    const fn at(&self, expr: ExprId) -> At {
        At { module: self.number, expr }
    }

    fn place(&self, at: At) -> Place {
        Place { at, function: self.reader.enclosing(self.reader.spot(at)) }
    }

    const fn callee(&self, call: CallAt<'_>) -> At {
        self.at(call.call.callee)
    }

    fn language(&self) -> Language {
        self.module.language
    }

    fn is_script(&self) -> bool {
        !matches!(self.language(), Language::Python | Language::Go)
    }

    /// The API paths of what a member is taken of.
    fn base_paths(&self, call: CallAt<'_>) -> Vec<String> {
        let base = self.reader.base(self.callee(call));
        base.map(|base| self.reader.analysis.paths_at(base)).unwrap_or_default()
    }

    /// The arguments with a name.
    fn named(&self, call: CallAt<'a>) -> impl Iterator<Item = (&'a str, At)> {
        call.call
            .args
            .iter()
            .filter_map(|arg| Some((self.reader.name(self.number, arg.name?), self.at(arg.value))))
    }

    /// The text that is written at a place itself.
    fn text(&self, at: At) -> Option<&'a str> {
        match self.reader.expr(at) {
            Expr::Text(name) => Some(self.reader.name(at.module, *name)),
            _ => None,
        }
    }

    fn truth(&self, at: At) -> Option<bool> {
        match self.reader.expr(at) {
            Expr::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// What a place says itself: both sides of `or` and of a choice.
    fn sides(&self, at: At) -> Vec<At> {
        let mut found = Vec::new();
        let mut stack = vec![at];
        while let Some(at) = stack.pop() {
            if found.len() + stack.len() > MAX_SIDES {
                break;
            }
            let place = |expr: ExprId| At { expr, ..at };
            match self.reader.expr(at) {
                Expr::Logic(_, first, second) => stack.extend([place(*second), place(*first)]),
                Expr::Choice { then, otherwise, .. } => {
                    stack.extend([place(*otherwise), place(*then)]);
                }
                _ => found.push(at),
            }
        }
        found
    }

    /// Whether a condition inside its function decides whether a place is reached.
    fn conditional(&self, at: At) -> bool {
        let span = self.reader.spot(at).span;
        let function = self.reader.enclosing(self.reader.spot(at)).function;
        let around = self.module.functions.get(function.at()).map(|found| found.span);
        let inside = |body: &[warden_flow::ir::StmtId]| {
            body.iter().any(|stmt| {
                self.module.stmts.get(stmt.at()).is_some_and(|(_, found)| holds(*found, span))
            })
        };
        self.module.stmts.iter().any(|(stmt, found)| match stmt {
            Stmt::If { then, otherwise, .. } => {
                holds(*found, span)
                    && around.is_none_or(|around| holds(around, *found) || function == FuncId(0))
                    && (inside(then) || inside(otherwise))
            }
            _ => false,
        })
    }

    /// The expressions inside a part of the module.
    fn inside(&self, span: Span) -> impl Iterator<Item = (At, &'a Expr)> {
        let pairs = self.module.exprs.iter().zip(&self.module.spans).zip(0..);
        pairs
            .filter(move |((_, found), _)| holds(span, **found))
            .map(|((expr, _), id)| (self.at(ExprId(id)), expr))
    }

    fn span_of(&self, function: FnId) -> Span {
        let found = self.module.functions.get(function.function.at());
        found.map(|function| function.span).unwrap_or_default()
    }
}

/// Sides of a condition that are looked at.
const MAX_SIDES: usize = 16;

/// A name in lower-case words: `MCP_HOST`, `bindAddress`.
fn words(name: &str) -> Vec<String> {
    warden_detect::words(name)
}
