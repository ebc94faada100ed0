//! What settings say against each other.

use std::collections::{BTreeMap, BTreeSet};

use warden_detect::{Personal, TermProblem};

use super::{
    file::{Client, Config, Server, Term, Transport},
    identity,
    near::nearest,
    shows,
    watch::Metrics,
};

/// Something that is wrong with a setting that is well formed: which one, and what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The section, and which of several.
    pub(super) section: (&'static str, usize),
    pub(super) setting: &'static str,
    pub(super) what: String,
}

/// Headers that the gateway alone has to set.
const OURS: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
];

struct Found(Vec<Wrong>);

impl Found {
    fn add(&mut self, section: (&'static str, usize), setting: &'static str, what: String) {
        self.0.push(Wrong { section, setting, what });
    }
}

/// Everything that settings say against each other.
pub(super) fn contradictions(config: &Config) -> Vec<Wrong> {
    let mut found = Found(Vec::new());
    listener(config, &mut found);
    for (section, nth, setting, what) in identity::contradictions(config) {
        found.add((section, nth), setting, what);
    }
    for (nth, one) in config.clients.iter().enumerate() {
        client(config, (nth, one), &mut found);
    }
    if let Err(problems) = super::settings::operators(config) {
        for problem in problems {
            found.add(("operator", 0), "name", problem.to_string());
        }
    }
    if config.servers.is_empty() {
        found.add(("server", 0), "name", "there is no `[[server]]`".into());
    }
    for (setting, what) in config.vault.iter().flat_map(shows::of_vault) {
        found.add(("vault", 0), setting, what);
    }
    for (nth, one) in config.servers.iter().enumerate() {
        server((nth, one), &mut found);
        for what in shows::of_server(one, config) {
            found.add(("server", nth), "credentials", format!("server `{}` {what}", one.name));
        }
    }
    found.0.extend(terms(&config.terms));
    twice(config, &mut found);
    views(config, &mut found);
    found.0
}

/// Whether anybody is told from anybody else.
const fn knows_clients(config: &Config) -> bool {
    !config.clients.is_empty() || config.identity.is_some()
}

fn listener(config: &Config, found: &mut Found) {
    if config.metrics == Some(Metrics::Clients) && !knows_clients(config) {
        let what = "nobody could read metrics: there is no `[[client]]` and no `[identity]`";
        found.add(("", 0), "metrics", what.into());
    }
    if config.listen.ip().is_loopback() {
        return;
    }
    if !config.public {
        let what = "`listen` can be reached from other machines; say `public = true` if that is \
                    wanted";
        found.add(("", 0), "listen", what.into());
    } else if !knows_clients(config) {
        let what = "whoever can be reached from other machines has to know its clients; add a \
                    `[[client]]`";
        found.add(("", 0), "public", what.into());
    }
}

fn client(config: &Config, (nth, client): (usize, &Client), found: &mut Found) {
    let section = ("client", nth);
    let Client { name, user: _, token_sha256, certificate } = client;
    if token_sha256.is_none() && certificate.is_none() {
        let what =
            format!("client `{name}` shows nothing: give it `token_sha256` or `certificate`");
        found.add(section, "name", what);
    }
    if certificate.is_some() && config.tls.as_ref().is_none_or(|tls| tls.clients.is_none()) {
        let what = format!(
            "client `{name}` shows a certificate, but `clients` of [tls] names no authority"
        );
        found.add(section, "certificate", what);
    }
    if name == "anonymous" {
        found.add(section, "name", "`anonymous` is the name of whom nobody knows".into());
    }
}

fn server((nth, server): (usize, &Server), found: &mut Found) {
    let section = ("server", nth);
    let name = &server.name;
    let mut wrong = |setting, what: &str| {
        found.add(section, setting, format!("server `{name}` {what}"));
    };
    match (&server.command, &server.url) {
        (Some(_), Some(_)) => wrong("url", "has both `command` and `url`"),
        (Some(_), None) if server.certified.is_some() => {
            wrong("command", "is started from the store, and so has no `command`");
        }
        (None, None) if server.certified.is_some() => {}
        (None, None) => wrong("name", "has neither `command` nor `url`, and is not `certified`"),
        (Some(_), None) => {
            for (setting, there) in [
                ("headers", !server.headers.is_empty()),
                ("authorities", server.authorities.is_some()),
                ("transport", server.transport != Transport::Http),
            ] {
                if there {
                    wrong(setting, &format!("is a program, and `{setting}` is for URLs"));
                }
            }
        }
        (None, Some(url)) => {
            for (setting, there) in
                [("env", !server.env.is_empty()), ("folder", server.folder.is_some())]
            {
                if there {
                    wrong(setting, &format!("is a URL, and `{setting}` is for programs"));
                }
            }
            if server.authorities.is_some() && !url.trim().starts_with("https:") {
                wrong("authorities", "is reached without TLS, so nobody shows a certificate");
            }
        }
    }
    for header in server.headers.keys() {
        let lower = header.to_ascii_lowercase();
        if !header.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&b)) {
            wrong("headers", "has a header whose name is none");
        } else if OURS.contains(&&*lower) || lower.starts_with("mcp-param-") {
            wrong("headers", &format!("sets `{header}`, which the gateway sets"));
        }
    }
    if server.env.keys().any(|name| name.is_empty() || name.contains(['=', '\0'])) {
        wrong("env", "has a variable whose name is none");
    }
}

/// Terms that do not do what their own examples say, and those that cannot be used.
pub(super) fn terms(terms: &[Term]) -> Vec<Wrong> {
    let mut found = Found(Vec::new());
    let terms: Vec<_> = terms.iter().map(Term::term).collect();
    for (nth, term) in terms.iter().enumerate() {
        let others = || terms.iter().take(nth);
        let alone = Personal::with_terms(std::slice::from_ref(term)).err();
        let twice = others().any(|other| other.name == term.name);
        let problem = match alone {
            Some(error) => error.problem.to_string(),
            None if twice => TermProblem::Taken.to_string(),
            None => continue,
        };
        let name = warden_detect::redact(&term.name);
        let what = format!("term `{name}` cannot be used: {}", warden_detect::redact(&problem));
        found.add(("term", nth), "name", what);
    }
    if found.0.is_empty()
        && let Err(error) = Personal::with_terms(&terms)
    {
        found.add(("term", 0), "name", warden_detect::redact(&error.to_string()));
    }
    found.0
}

/// Names that stand for two things.
fn twice(config: &Config, found: &mut Found) {
    let servers = config.servers.iter().map(|server| &*server.name);
    let views = config.views.iter().map(|view| &*view.name);
    for (section, names) in
        [("server", servers.collect::<Vec<_>>()), ("view", views.collect::<Vec<_>>())]
    {
        let mut seen = BTreeSet::new();
        for (nth, name) in names.into_iter().enumerate() {
            if !seen.insert(name) {
                found.add((section, nth), "name", format!("two {section}s are called `{name}`"));
            }
        }
    }
    let mut tokens = BTreeMap::new();
    for (nth, client) in config.clients.iter().enumerate() {
        let shown = (&client.token_sha256, &client.certificate);
        if let Some(other) = tokens.insert(shown, &client.name)
            && *other != client.name
        {
            let what = format!("clients `{other}` and `{}` show the same", client.name);
            found.add(("client", nth), "name", what);
        }
    }
}

fn views(config: &Config, found: &mut Found) {
    for (nth, view) in config.views.iter().enumerate() {
        let known = || config.servers.iter().map(|server| &*server.name);
        for wanted in view.servers.iter().filter(|wanted| !known().any(|name| name == *wanted)) {
            let shown = warden_detect::redact(wanted);
            let near = nearest(wanted, known());
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let what =
                format!("view `{}` names server `{shown}`, which is not there{near}", view.name);
            found.add(("view", nth), "servers", what);
        }
        if view.servers.is_empty() {
            found.add(("view", nth), "servers", format!("view `{}` has no servers", view.name));
        }
    }
}
