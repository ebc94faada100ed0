use warden_model::{Class, Connection, Endpoint, Severity};

use crate::{Context, Draft, Meta, Rule, command::unwrapped};

#[doc = include_str!("plain_http.md")]
#[derive(Debug)]
pub(crate) struct PlainHttp;

static META: Meta = Meta {
    id: "plain-http",
    class: Class::TlsMissing,
    severity: Severity::High,
    title: "messages travel without encryption",
    help: "use `https://`; only a server on this machine can do without",
    languages: &[],
    cwe: &[],
    page: include_str!("plain_http.md"),
};

impl Rule for PlainHttp {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        match &connection.endpoint {
            Endpoint::Remote(remote) => report(connection, remote.url.reveal(), out),
            Endpoint::Command(launch) => {
                for word in unwrapped(launch).iter().skip(1) {
                    let value = word
                        .split_once('=')
                        .filter(|_| word.starts_with('-'))
                        .map_or(word.as_str(), |(_, v)| v);
                    report(connection, value, out);
                }
            }
            Endpoint::Builtin => {}
        }
    }
}

fn report(connection: &Connection, url: &str, out: &mut Vec<Draft>) {
    let lower = url.trim().to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("ws://")) else {
        return;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    if on_this_machine(host) {
        return;
    }
    let severity = if private(host) { Severity::Medium } else { Severity::High };
    let message = "messages to this server travel without encryption";
    let label = "whoever is on the way reads and changes them";
    out.push(Draft::on(connection, message, label).severity(severity).key(host));
}

fn on_this_machine(host: &str) -> bool {
    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    // A variable or an empty host is nothing that could be judged.
    loopback
        || host == "localhost"
        || host.ends_with(".localhost")
        || host == "host.docker.internal"
        || host.is_empty()
        || host.contains('$')
}

fn private(host: &str) -> bool {
    let address = host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_private());
    let top = host.rsplit('.').next().unwrap_or_default();
    address || matches!(top, "local" | "internal" | "lan") || !host.contains('.')
}
