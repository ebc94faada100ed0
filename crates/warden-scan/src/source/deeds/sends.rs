//! Where something is sent to.

use warden_flow::{
    analysis::{At, FnId, Noted, Spot},
    ir::{Expr, ExprId, Key},
};

use super::{answer::heeded, argument, failure::swallowed, noted};
use crate::source::{
    SourceView,
    declared::host::{Host, Target, target},
    fold::{Fold, Made, Value},
};

/// A call that sends something, or opens the way for it.
#[derive(Clone, Debug)]
pub(crate) struct Send {
    /// The call.
    pub(crate) at: At,
    /// Where it stands.
    pub(crate) spot: Spot,
    /// The function that it stands in.
    pub(crate) function: FnId,
    /// The expression that says where to, if there is one.
    pub(crate) address: Option<At>,
    /// By which means.
    pub(crate) way: Way,
    /// Where to: one of these.
    pub(crate) targets: Vec<Target>,
    /// The addresses as far as they are known, for people.
    pub(crate) shown: Vec<String>,
    /// Whether nobody looks at the answer.
    pub(crate) blind: bool,
    /// Whether it makes no difference that it fails.
    pub(crate) swallowed: bool,
}

/// By which means something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A request, or a connection of that kind.
    Request,
    /// A connection of bytes.
    Connection,
    /// A question to a name server: the name itself is what is told.
    Name,
    /// A picture or a link in a page that somebody else's program will fetch.
    Page,
}

impl Send {
    /// The hosts that the program itself names.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = &Host> {
        self.targets.iter().filter_map(|target| match target {
            Target::Fixed(host) => Some(host),
            _ => None,
        })
    }
}

/// Which argument says where to, by the tag of the note.
const TAGS: &[(&str, Option<usize>, Way)] = &[
    ("to-0", Some(0), Way::Request),
    ("to-1", Some(1), Way::Request),
    ("to-2", Some(2), Way::Request),
    ("to-self", None, Way::Request),
    ("host-0", Some(0), Way::Connection),
    ("host-1", Some(1), Way::Connection),
    ("host-2", Some(2), Way::Connection),
    ("host-4", Some(4), Way::Connection),
    ("name-0", Some(0), Way::Name),
    ("name-1", Some(1), Way::Name),
];

/// Names of arguments and members that say where to.
const NAMES: &[&str] = &[
    "url",
    "uri",
    "address",
    "base_url",
    "baseURL",
    "baseUrl",
    "prefixUrl",
    "endpoint",
    "host",
    "hostname",
    "origin",
    "href",
    "dsn",
];

pub(super) fn sends(view: &SourceView<'_>, fold: &Fold<'_>) -> Vec<Send> {
    let mut sends: Vec<Send> = Vec::new();
    for (tag, place, way) in TAGS {
        for noted in noted(view, tag) {
            let spot = view.spot(noted.at);
            let mut found = Found { bare: *way != Way::Request, ..Found::default() };
            match place {
                Some(place) => {
                    if let Some(at) = argument(noted, *place, NAMES) {
                        found.value(&fold.value(at), 0);
                        // `https.request(url, { host: … })`.
                        let next = noted.args.get(place + 1).filter(|_| found.is_open());
                        if let Some(next) = next.filter(|_| *way == Way::Request) {
                            found.parts(&fold.value(next.at), 0);
                        }
                    }
                    if found.is_open() {
                        found.receiver(fold, noted);
                    }
                }
                None => found.receiver(fold, noted),
            }
            if let Some(known) = sends.iter_mut().find(|send| send.spot == spot) {
                known.targets.extend(found.targets);
                known.shown.extend(found.shown);
                continue;
            }
            sends.push(Send {
                at: noted.at,
                spot,
                function: noted.function,
                address: place.and_then(|place| argument(noted, place, NAMES)),
                way: *way,
                targets: found.targets,
                shown: found.shown,
                blind: !heeded(fold, noted.at),
                swallowed: swallowed(fold, noted.at),
            });
        }
    }
    pages(view, fold, &mut sends);
    sends.sort_by_key(|send| send.spot);
    sends
}

/// Where a call sends to, as far as it was found.
#[derive(Default)]
struct Found {
    bare: bool,
    targets: Vec<Target>,
    shown: Vec<String>,
}

impl Found {
    fn is_open(&self) -> bool {
        self.targets.iter().all(|target| *target == Target::Unknown)
    }

    fn value(&mut self, value: &Value, depth: u32) {
        for choice in value.choices() {
            match choice {
                Value::Text(text) => {
                    let found = target(text, self.bare && !text.start().contains("://"));
                    if !self.targets.contains(&found) {
                        self.targets.push(found);
                    }
                    let shown = text.shown();
                    if shown.len() < 400 && !self.shown.contains(&shown) {
                        self.shown.push(shown);
                    }
                }
                Value::Object(_) => self.parts(choice, depth),
                // `(host, port)`.
                Value::List(list) if depth < 4 => {
                    if let Some(first) = list.items.first() {
                        self.value(first, depth + 1);
                    }
                }
                Value::Made(made) if depth < 4 => self.made(made, depth + 1),
                Value::Unknown(how) => {
                    let hole =
                        crate::source::fold::Spelling::of(crate::source::fold::Piece::Any, *how);
                    let found = target(&hole, self.bare);
                    if !self.targets.contains(&found) {
                        self.targets.push(found);
                    }
                }
                _ => {}
            }
        }
    }

    /// Members of an object that say where to.
    fn parts(&mut self, value: &Value, depth: u32) {
        for choice in value.choices() {
            let Value::Object(object) = choice else { continue };
            for (name, part) in &object.parts {
                if NAMES.contains(&&**name) && depth < 4 {
                    let before = self.bare;
                    self.bare = true;
                    self.value(part, depth + 1);
                    self.bare = before;
                }
            }
        }
    }

    /// What a request, an address or a connection was made with.
    fn made(&mut self, made: &Made, depth: u32) {
        let before = self.bare;
        let connection =
            ["Connection", "connect", "Dial", "Socket", "FTP", "Client", "create_connection"]
                .iter()
                .any(|word| made.path.contains(word));
        self.bare |= connection;
        let named = made
            .args
            .iter()
            .filter(|(name, _)| name.as_deref().is_some_and(|name| NAMES.contains(&name)));
        named.for_each(|(_, value)| self.value(value, depth));
        for (name, value) in made.args.iter().take(4) {
            if name.is_none() && self.is_open() {
                self.value(value, depth);
            }
        }
        self.bare = before;
        if self.is_open()
            && let Some(on) = &made.on
        {
            self.value(on, depth);
        }
    }

    /// What the receiver of a call was made with.
    fn receiver(&mut self, fold: &Fold<'_>, noted: &Noted) {
        let Some(mut at) = noted.receiver else { return };
        for _ in 0..4 {
            let value = fold.value(at);
            for choice in value.choices() {
                if let Value::Made(made) = choice {
                    self.made(made, 0);
                }
            }
            if !self.is_open() {
                return;
            }
            match fold.module(at.module).expr(at.expr) {
                Expr::Member(base, _) => at.expr = *base,
                Expr::Call(call) => at.expr = call.callee,
                _ => return,
            }
        }
    }
}

/// Pictures and frames of pages whose address is put together of constants and data.
fn pages(view: &SourceView<'_>, fold: &Fold<'_>, sends: &mut Vec<Send>) {
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (number, expr) in (0_u32..).zip(&found.exprs) {
            let at = At { module, expr: ExprId(number) };
            match expr {
                Expr::Object(parts) if is_picture(fold.written(at)) => {
                    let source = parts.iter().find(|part| match part.key {
                        Key::Name(name) => found.text(name) == "src",
                        Key::Computed(_) | Key::Spread => false,
                    });
                    let address = source.map(|part| At { module, expr: part.value });
                    let put_together =
                        |at: &At| matches!(found.expr(at.expr), Expr::Concat(_) | Expr::Var(_));
                    if let Some(address) = address.filter(put_together) {
                        let mut way = Found::default();
                        way.value(&fold.value(address), 0);
                        picture(view, fold, address, way, sends);
                    }
                }
                Expr::Concat(parts) => {
                    let mut text = String::new();
                    for part in parts {
                        if let Expr::Text(name) = found.expr(*part) {
                            text.push_str(found.text(*name));
                        } else {
                            if let Some(address) = picture_in(&text) {
                                let mut way = Found::default();
                                way.value(&Value::text(address), 0);
                                picture(view, fold, At { module, expr: *part }, way, sends);
                            }
                            text.clear();
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn picture(view: &SourceView<'_>, fold: &Fold<'_>, at: At, way: Found, sends: &mut Vec<Send>) {
    if !way.targets.iter().any(|target| matches!(target, Target::Fixed(_))) {
        return;
    }
    let owner = fold.index(at.module).owner(at.expr);
    sends.push(Send {
        at,
        spot: view.spot(at),
        function: FnId { module: at.module, function: owner },
        address: None,
        way: Way::Page,
        targets: way.targets,
        shown: way.shown,
        blind: true,
        swallowed: true,
    });
}

fn is_picture(written: &str) -> bool {
    ["<img", "<iframe", "<embed", "<object", "<video", "<audio"]
        .iter()
        .any(|start| written.starts_with(start))
}

/// The address of a picture that a text ends in: of Markdown, or of a page.
fn picture_in(text: &str) -> Option<&str> {
    let at = text.rfind("http")?;
    let address = text.get(at..)?;
    let before = text.get(..at)?;
    let open = !address.contains([' ', '"', '\'', ')', '<', '>', '\n']);
    let markdown = before.ends_with("](") && before.contains("![");
    let page = before.ends_with(['"', '\'', '='])
        && before
            .rfind("<img")
            .is_some_and(|start| !before.get(start..).unwrap_or_default().contains('>'));
    (open && address.contains("://") && (markdown || page)).then_some(address)
}
