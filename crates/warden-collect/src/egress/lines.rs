//! Forms in which a line says everything by itself: squid, combined, envoy, dnsmasq, BIND.

use super::{Said, Seen, To, What, When, Why};

/// What a line says; the first form that it is in.
pub(super) fn line(text: &str) -> Said {
    // The forms of proxies first: what a client writes into a request must not make it look like
    // the answer of a resolver, which says nothing.
    let forms: [fn(&str) -> Option<Said>; 4] = [squid, combined, dnsmasq, bind];
    forms.iter().find_map(|form| form(text)).unwrap_or(Said::Unread(Why::NoForm))
}

/// A value, unless it is a sign for none.
fn some(value: &str) -> Option<String> {
    (!matches!(value, "" | "-")).then(|| value.to_owned())
}

fn lookup(host: &str, source: &str, when: When) -> Said {
    match super::host(host) {
        Some(host) => Said::Seen(Seen {
            what: What::Lookup,
            to: To::at(host, None),
            source: some(source),
            user: None,
            when,
        }),
        None => Said::Unread(Why::NoHost),
    }
}

/// `Nov 22 09:00:00 gw dnsmasq[99]: query[A] host.example from 10.0.0.5`
fn dnsmasq(text: &str) -> Option<Said> {
    let (head, rest) = text.split_once("dnsmasq[")?;
    let (_, rest) = rest.split_once("]: ")?;
    let Some((_, question)) = rest.split_once("query[") else {
        // Answers, and what it forwards or has in its cache.
        return Some(Said::Nothing);
    };
    let (_, question) = question.split_once("] ")?;
    let (host, source) = question.split_once(" from ")?;
    // The day has no year; when syslog writes RFC 3339 in front, it has.
    let first = head.split_whitespace().next().unwrap_or_default();
    let when = if first.contains('T') { When::read(first) } else { said(head) };
    Some(lookup(host.trim(), source.trim(), when))
}

/// `Nov 22 09:00:00` of a head that also names the machine.
fn said(head: &str) -> When {
    let words: Vec<_> = head.split_whitespace().take(3).collect();
    When { text: words.join(" "), ..When::default() }
}

/// `22-Nov-2026 09:00:00.123 queries: info: client @0x7f 10.0.0.5#5353 (host.example): query: …`
fn bind(text: &str) -> Option<Said> {
    let (head, rest) = text.split_once("client ")?;
    let (client, question) = rest.split_once("): query: ").or_else(|| {
        // Other lines of the same log: transfers, refusals of updates.
        rest.contains('#').then_some((rest, ""))
    })?;
    if question.is_empty() {
        return head.contains("info:").then_some(Said::Nothing);
    }
    let source = client.split_whitespace().find(|word| word.contains('#'))?;
    let source = source.split('#').next().unwrap_or_default();
    let host = question.split_whitespace().next().unwrap_or_default();
    let when = head.split(" queries:").next().unwrap_or_default();
    Some(lookup(host, source, When::read(when)))
}

/// `1763802000.123  345 10.0.0.5 TCP_TUNNEL/200 512 CONNECT host.example:443 ann HIER_DIRECT/… -`
fn squid(text: &str) -> Option<Said> {
    let words: Vec<_> = text.split_whitespace().collect();
    let [time, _elapsed, source, result, _bytes, method, url, user, ..] = words.as_slice() else {
        return None;
    };
    let when = When::read(time);
    when.at?;
    let (_, status) = result.split_once('/')?;
    status.parse::<u16>().ok()?;
    if url.starts_with("error:") {
        return Some(Said::Nothing);
    }
    Some(request((method, url), None, (some(source), some(user)), when))
}

/// A request with its method and target; `host` where the log has it beside the target.
fn request(
    (method, target): (&str, &str),
    host: Option<&str>,
    (source, user): (Option<String>, Option<String>),
    when: When,
) -> Said {
    let to = if method == "CONNECT" {
        To::from_authority(target)
    } else if target.contains("://") {
        To::from_url(target)
    } else {
        host.and_then(To::from_authority).map(|to| to.at_path(target))
    };
    let what = if method == "CONNECT" { What::Connection } else { What::Request };
    match to {
        Some(to) => Said::Seen(Seen { what, to, source, user, when }),
        None => Said::Unread(Why::NoHost),
    }
}

/// The common and combined form, also with `host:port` in front, and what envoy writes.
fn combined(text: &str) -> Option<Said> {
    let (head, rest) = text.split_once('[')?;
    let (time, rest) = rest.split_once("] \"")?;
    let (asked, rest) = rest.split_once('"')?;
    let mut words = asked.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    if !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let when = When::read(time);
    let head: Vec<_> = head.split_whitespace().collect();
    if head.is_empty() {
        return Some(envoy((method, target), rest, when));
    }
    let (host, source, user) = match head.as_slice() {
        [source, _, user] => (None, *source, *user),
        [host, source, _, user] => (Some(*host), *source, *user),
        _ => return None,
    };
    Some(request((method, target), host, (some(source), some(user)), when))
}

/// After the request: numbers, then `"forwarded for" "agent" "id" "authority" "upstream"`.
fn envoy((method, target): (&str, &str), rest: &str, when: When) -> Said {
    let quoted: Vec<_> = rest.split('"').skip(1).step_by(2).collect();
    let at = |index: usize| quoted.get(index).copied().filter(|text| !matches!(*text, "" | "-"));
    let source = at(0).and_then(|all| all.split(',').next()).map(|one| one.trim().to_owned());
    request((method, target), at(3), (source, None), when)
}
