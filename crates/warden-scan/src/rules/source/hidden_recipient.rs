use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Call, Expr, ExprId, Key},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        fold::{How, Value},
        index::{Added, Held},
    },
};

#[doc = include_str!("hidden_recipient.md")]
#[derive(Debug)]
pub(crate) struct HiddenRecipient;

static META: Meta = Meta {
    id: "hidden-recipient",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "messages go to somebody whom no caller named",
    help: "send to those whom the call names, and let the user configure any archive that gets a copy",
    languages: EVERY_LANGUAGE,
    cwe: &[506, 359],
    page: include_str!("hidden_recipient.md"),
};

impl Rule for HiddenRecipient {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut seen = BTreeSet::new();
        for module in 0..view.fold().modules() {
            parts(view, module, &mut seen, out);
            added(view, module, &mut seen, out);
        }
        handed(view, &mut seen, out);
    }
}

/// Names under which recipients stand.
const RECIPIENTS: &[&str] = &[
    "to",
    "cc",
    "bcc",
    "recipients",
    "recipient",
    "attendees",
    "attendee",
    "invitees",
    "guests",
    "toaddresses",
    "ccaddresses",
    "bccaddresses",
    "toaddrs",
    "destinations",
    "rcpt",
    "rcptto",
    "torecipients",
    "ccrecipients",
    "bccrecipients",
    "participants",
    "envelopeto",
    "xbcc",
    "toemails",
    "ccemails",
    "bccemails",
    "subscribers",
    "watchers",
    "notifyemails",
];

/// Names under which nobody looks for a recipient: those are not seen by whoever reads the message.
const UNSEEN: &[&str] = &["bcc", "xbcc", "bccaddresses", "bccrecipients", "bccemails"];

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Parts of objects, and members that are set.
fn parts(view: &SourceView<'_>, module: u32, seen: &mut BTreeSet<At>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    let found = fold.module(module);
    for (number, expr) in (0_u32..).zip(&found.exprs) {
        let at = At { module, expr: ExprId(number) };
        match expr {
            Expr::Object(parts) => {
                // A schema describes what somebody else fills in.
                let name_of = |key: Key| match key {
                    Key::Name(name) => found.text(name),
                    Key::Computed(_) | Key::Spread => "",
                };
                let is_schema = parts.iter().any(|part| {
                    matches!(
                        name_of(part.key),
                        "description" | "example" | "examples" | "placeholder" | "type"
                    ) && matches!(found.expr(part.value), Expr::Text(_) | Expr::List(_))
                });
                for part in parts.iter().filter(|_| !is_schema) {
                    if RECIPIENTS.contains(&plain(name_of(part.key)).as_str()) {
                        judge(view, At { module, expr: part.value }, name_of(part.key), seen, out);
                    }
                }
            }
            Expr::Assign { target, value } => {
                let name = match found.expr(*target) {
                    Expr::Member(_, name) => found.text(*name),
                    Expr::Index(_, index) => match found.expr(*index) {
                        Expr::Text(name) => found.text(*name),
                        _ => continue,
                    },
                    _ => continue,
                };
                if RECIPIENTS.contains(&plain(name).as_str()) {
                    judge(view, At { module, expr: *value }, name, seen, out);
                }
            }
            Expr::Call(call) => {
                for arg in &call.args {
                    if let Some(name) = arg.name.map(|name| found.text(name))
                        && RECIPIENTS.contains(&plain(name).as_str())
                    {
                        judge(view, At { module, expr: arg.value }, name, seen, out);
                    }
                }
                headers(view, at, call, seen, out);
                appended(view, at, call, seen, out);
            }
            _ => {}
        }
    }
}

/// `message.add_header("Bcc", …)`, `m.SetHeader("Bcc", …)`, `headers.set("bcc", …)`.
fn headers(
    view: &SourceView<'_>,
    at: At,
    call: &Call,
    seen: &mut BTreeSet<At>,
    out: &mut Vec<Draft>,
) {
    let module = view.fold().module(at.module);
    let Expr::Member(_, method) = module.expr(call.callee) else { return };
    let method = plain(module.text(*method));
    if matches!(method.as_str(), "bcc" | "addbcc" | "addcc" | "addto" | "cc" | "addattendee") {
        for arg in &call.args {
            judge(view, At { module: at.module, expr: arg.value }, &method, seen, out);
        }
        return;
    }
    let sets = [
        "addheader",
        "setheader",
        "set",
        "append",
        "header",
        "setaddressheader",
        "add",
        "replaceheader",
    ];
    let Some(first) = call.args.first().filter(|_| sets.contains(&method.as_str())) else { return };
    let Expr::Text(name) = module.expr(first.value) else { return };
    let name = module.text(*name);
    if RECIPIENTS.contains(&plain(name).as_str()) {
        for arg in call.args.iter().skip(1) {
            judge(view, At { module: at.module, expr: arg.value }, name, seen, out);
        }
    }
}

/// A value in the place of recipients: every constant address in it is one that nobody named.
fn judge(view: &SourceView<'_>, at: At, name: &str, seen: &mut BTreeSet<At>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    let value = fold.quick(at);
    let Some(address) = constant(&value, 0) else { return };
    if is_known(view, &address) || !seen.insert(at) {
        return;
    }
    let function = fold.owner(at);
    let unseen = UNSEEN.contains(&plain(name).as_str());
    let message = if unseen {
        "messages get a blind copy to a fixed address".to_owned()
    } else {
        format!("a fixed address is among those under `{name}`")
    };
    // One constant recipient and nobody else may be what a tool is made for.
    let sole = !unseen && is_sole(&value);
    let draft = draft(view, at, function, message, &address);
    out.push(if sole {
        draft.severity(Severity::High).confidence(Confidence::Medium)
    } else {
        draft
    });
}

fn is_sole(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.known().is_some(),
        Value::List(list) => !list.open && list.items.iter().all(|item| item.known().is_some()),
        _ => false,
    }
}

/// A constant address that is put into a list beside those that come from elsewhere.
fn added(view: &SourceView<'_>, module: u32, seen: &mut BTreeSet<At>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    let index = fold.index(module);
    let fillings: Vec<(Held, Added)> =
        index.fillings().map(|(held, added)| (held, *added)).collect();
    for (held, added) in fillings {
        if added.key.is_some() {
            continue;
        }
        let at = At { module, expr: added.value };
        let Some(address) = constant(&fold.quick(at), 0) else { continue };
        if is_known(view, &address) || !is_mixed(view, module, held, added) {
            continue;
        }
        let by = At { module, expr: added.by };
        if seen.insert(by) {
            let function = FnId { module, function: index.owner(added.by) };
            let message = "a fixed address is added to those that a call names".to_owned();
            out.push(draft(view, by, function, message, &address));
        }
    }
}

/// `to = append(to, "x@y.example")` of Go.
fn appended(
    view: &SourceView<'_>,
    at: At,
    call: &Call,
    seen: &mut BTreeSet<At>,
    out: &mut Vec<Draft>,
) {
    let fold = view.fold();
    let found = fold.module(at.module);
    let is_append =
        matches!(found.expr(call.callee), Expr::Global(name) if found.text(*name) == "append");
    let Some((list, more)) = call.args.split_first().filter(|_| is_append) else { return };
    let to = |expr: ExprId| At { module: at.module, expr };
    let address = more.iter().find_map(|arg| constant(&fold.quick(to(arg.value)), 0));
    let Some(address) = address.filter(|address| !is_known(view, address)) else { return };
    let mixed = match fold.quick(to(list.value)) {
        Value::List(list) => list.open || list.items.iter().any(|item| constant(item, 0).is_none()),
        _ => true,
    };
    if mixed && seen.insert(at) {
        let function = fold.owner(at);
        let message = "a fixed address is added to those that a call names".to_owned();
        out.push(draft(view, at, function, message, &address));
    }
}

/// Whether a container holds something else than constants.
fn is_mixed(view: &SourceView<'_>, module: u32, held: Held, added: Added) -> bool {
    let fold = view.fold();
    let index = fold.index(module);
    let others = index.added(held).iter().filter(|other| other.value != added.value);
    let mut others = others.map(|other| fold.quick(At { module, expr: other.value }));
    if others.any(|other| constant(&other, 0).is_none()) {
        return true;
    }
    let Held::Var(var) = held else { return true };
    index.origins(var).iter().any(|origin| match origin.base {
        crate::source::index::Base::Expr(expr) => match fold.quick(At { module, expr }) {
            Value::List(list) => {
                list.open || list.items.iter().any(|item| constant(item, 0).is_none())
            }
            Value::Text(text) => text.known().is_none(),
            _ => true,
        },
        crate::source::index::Base::Param(..) => true,
    })
}

/// What functions that send mail are given by position.
fn handed(view: &SourceView<'_>, seen: &mut BTreeSet<At>, out: &mut Vec<Draft>) {
    for tag in ["letter", "recipient-0"] {
        for noted in view.analysis.noted(tag) {
            // Who sends stands first where a call has both.
            let skip = usize::from(noted.path.ends_with("sendmail"));
            for arg in noted.args.iter().skip(skip).take(4).filter(|arg| arg.name.is_none()) {
                let value = view.fold().quick(arg.at);
                if matches!(value, Value::List(_)) || tag == "recipient-0" {
                    judge(view, arg.at, "recipients", seen, out);
                }
            }
        }
    }
}

/// A constant address in a value: itself, in a list, or as a part of what stands for a person.
fn constant(value: &Value, depth: u32) -> Option<String> {
    if depth > 3 {
        return None;
    }
    match value {
        Value::Text(text) => address(text.known()?).filter(|_| !text.how.has(How::SETTING)),
        Value::List(list) => list.items.iter().take(32).find_map(|item| constant(item, depth + 1)),
        Value::Object(object) => object
            .parts
            .iter()
            .filter(|(name, _)| {
                matches!(
                    plain(name).as_str(),
                    "email" | "address" | "emailaddress" | "mail" | "value" | "id" | "user"
                )
            })
            .find_map(|(_, part)| constant(part, depth + 1)),
        Value::OneOf(choices) => choices.iter().find_map(|choice| constant(choice, depth + 1)),
        Value::Made(made) if made.args.len() <= 3 => {
            made.args.iter().find_map(|(_, value)| constant(value, depth + 1))
        }
        _ => None,
    }
}

/// The address in a text that is one.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => text.split([',', ';']).next().unwrap_or(text),
    };
    let inner = inner.trim().trim_start_matches("mailto:");
    let (local, host) = inner.rsplit_once('@')?;
    let valid = |part: &str, more: &str| {
        !part.is_empty()
            && part.chars().all(|char| char.is_ascii_alphanumeric() || more.contains(char))
    };
    let placed = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    (valid(local, "._%+-=") && valid(host, ".-") && placed && inner.len() <= 200)
        .then(|| inner.to_ascii_lowercase())
}

/// Addresses that are declared, or that stand for any.
fn is_known(view: &SourceView<'_>, address: &str) -> bool {
    let host = address.rsplit('@').next().unwrap_or_default();
    let example = ["example.com", "example.org", "example.net", "domain.com", "email.com"];
    example.contains(&host) || view.declared().mail(address)
}

fn draft(view: &SourceView<'_>, at: At, function: FnId, message: String, address: &str) -> Draft {
    let host = address.rsplit('@').next().unwrap_or_default();
    let label = format!("somebody at `{host}` gets it as well");
    Draft::in_code(view, view.spot(at), Some(function), message, label).key(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        assert_eq!(address("A B <x@y.example>").as_deref(), Some("x@y.example"));
        assert_eq!(address("x@y.example, z@y.example").as_deref(), Some("x@y.example"));
        for text in [
            "@scope/name",
            "a@b",
            "user@host:path",
            "see x@y.example for more",
            "git@github.com:a/b.git",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
