//! Hosts of addresses.

use std::net::{IpAddr, Ipv4Addr};

use crate::source::fold::{Piece, Spelling};

/// Where something is sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Host {
    /// A whole name.
    Name(String),
    /// The end of a name whose start is worked out.
    Below(String),
    /// An address by number.
    Address(IpAddr),
}

/// What a destination is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A host that the program itself names.
    Fixed(Host),
    /// Whatever the user set: in the environment or a file.
    Set,
    /// Whatever came in from outside.
    Given,
    /// This machine.
    Local,
    /// Nothing can be said.
    Unknown,
}

impl Host {
    /// A host as it stands in an address.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.trim_matches(['[', ']']).to_ascii_lowercase();
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::Address(address));
        }
        let valid = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        (text.contains('.') && text.split('.').all(valid)).then_some(Self::Name(text))
    }

    /// As it is shown.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Below(name) => format!("*.{name}"),
            Self::Address(address) => address.to_string(),
        }
    }

    /// Whether it is this machine, its network, or a name that stands for none.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Address(IpAddr::V4(address)) => near(*address),
            Self::Address(IpAddr::V6(address)) => address.is_loopback() || address.is_unspecified(),
            Self::Name(name) | Self::Below(name) => {
                LOCAL_NAMES.contains(&name.as_str())
                    || LOCAL_ENDS.iter().any(|end| name.ends_with(end))
            }
        }
    }

    /// Whether anybody can open a place there that swallows what it gets.
    pub(crate) fn is_drop(&self) -> bool {
        match self {
            Self::Name(name) | Self::Below(name) => {
                DROPS.iter().any(|end| name == end || name.ends_with(&format!(".{end}")))
            }
            Self::Address(_) => false,
        }
    }
}

const fn near(address: Ipv4Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
}

const LOCAL_NAMES: &[&str] =
    &["localhost", "host.docker.internal", "example.com", "example.org", "example.net"];
const LOCAL_ENDS: &[&str] =
    &[".localhost", ".local", ".localdomain", ".example.com", ".example.org", ".example.net"];

/// Services that hand out boxes for whatever is sent: request catchers, pastes, tunnels.
const DROPS: &[&str] = &[
    "webhook.site",
    "requestbin.com",
    "requestbin.net",
    "pipedream.net",
    "requestcatcher.com",
    "beeceptor.com",
    "hookbin.com",
    "webhookrelay.com",
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "trycloudflare.com",
    "serveo.net",
    "localtunnel.me",
    "loca.lt",
    "oast.fun",
    "oast.pro",
    "oast.live",
    "oast.site",
    "oast.online",
    "oast.me",
    "oastify.com",
    "burpcollaborator.net",
    "interact.sh",
    "dnslog.cn",
    "ceye.io",
    "canarytokens.com",
    "pastebin.com",
    "paste.ee",
    "hastebin.com",
    "rentry.co",
    "termbin.com",
    "transfer.sh",
    "file.io",
    "0x0.st",
    "anonfiles.com",
    "gofile.io",
    "temp.sh",
];

/// The part of a spelling that is a host, in an address with a scheme or by itself.
pub(crate) fn target(text: &Spelling, bare: bool) -> Target {
    match text.pieces.first() {
        None => return Target::Unknown,
        Some(Piece::Setting(_) | Piece::Home | Piece::File(_)) => return Target::Set,
        Some(Piece::Any) if !bare => return open(text),
        Some(_) => {}
    }
    let mut host = String::new();
    let mut hole = false;
    let mut after_scheme = bare;
    for piece in &text.pieces {
        match piece {
            Piece::Known(known) => {
                let mut rest = known.as_str();
                if !after_scheme {
                    let Some((_, after)) = known.split_once("://") else { return open(text) };
                    after_scheme = true;
                    rest = after;
                }
                let end = rest.find(['/', '?', '#', '\\']);
                let part = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
                // What stands before an `@` is no host.
                if let Some((_, after)) = part.rsplit_once('@') {
                    after.clone_into(&mut host);
                    hole = false;
                } else {
                    host.push_str(part);
                }
                if end.is_some() {
                    break;
                }
            }
            // A name that is there already ends here: what follows is a port or a path.
            _ if complete(&host) => break,
            Piece::Setting(_) | Piece::Home | Piece::File(_) => return Target::Set,
            Piece::Any => {
                host.clear();
                hole = true;
            }
        }
    }
    if hole && host.is_empty() {
        return open(text);
    }
    named(&host, hole)
}

/// Whether a name can stand by itself.
fn complete(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    host.contains(':') || (name.contains('.') && last.len() >= 2 && !name.starts_with('.'))
}

fn named(host: &str, hole: bool) -> Target {
    let host = match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.contains(':') =>
        {
            name
        }
        _ => host,
    };
    let host = host.trim_end_matches('.');
    if hole {
        let below = host.trim_start_matches(['.', '-']);
        return match Host::of(below) {
            Some(Host::Name(name)) if name.contains('.') => Target::Fixed(Host::Below(name)),
            _ if host.starts_with('.') && !below.is_empty() => {
                Target::Fixed(Host::Below(below.to_ascii_lowercase()))
            }
            _ => Target::Unknown,
        };
    }
    if host == "localhost" {
        return Target::Local;
    }
    match Host::of(host) {
        Some(host) if host.is_local() => Target::Local,
        Some(host) => Target::Fixed(host),
        None => Target::Unknown,
    }
}

fn open(text: &Spelling) -> Target {
    use crate::source::fold::How;
    if text.how.has(How::SETTING.with(How::FILE)) {
        Target::Set
    } else if text.how.has(How::OUTSIDE) {
        Target::Given
    } else {
        Target::Unknown
    }
}

/// Ends of names below which everybody may have a name of their own.
const SHARED: &[&str] = &[
    "co.uk",
    "org.uk",
    "ac.uk",
    "gov.uk",
    "com.au",
    "net.au",
    "org.au",
    "co.nz",
    "co.jp",
    "ne.jp",
    "or.jp",
    "com.cn",
    "net.cn",
    "org.cn",
    "com.br",
    "com.mx",
    "com.tr",
    "com.tw",
    "com.hk",
    "com.sg",
    "co.in",
    "co.kr",
    "co.za",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "vercel.app",
    "netlify.app",
    "pages.dev",
    "workers.dev",
    "web.app",
    "firebaseapp.com",
    "appspot.com",
    "cloudfunctions.net",
    "run.app",
    "azurewebsites.net",
    "onrender.com",
    "fly.dev",
    "railway.app",
    "glitch.me",
    "repl.co",
    "replit.app",
    "deno.dev",
    "ngrok.io",
    "ngrok-free.app",
    "supabase.co",
    "amazonaws.com",
    "cloudfront.net",
    "blob.core.windows.net",
    "r2.dev",
    "surge.sh",
];

/// The part of a name that one owner has: the last two labels, or three below a shared end.
pub(crate) fn registrable(name: &str) -> &str {
    let count = SHARED
        .iter()
        .find(|end| name.strip_suffix(**end).is_some_and(|rest| rest.ends_with('.')))
        .map_or(2, |end| end.matches('.').count() + 2);
    let mut dots = name.rmatch_indices('.');
    dots.nth(count - 1).and_then(|(at, _)| name.get(at + 1..)).unwrap_or(name)
}

/// The label that says who the owner is.
pub(crate) fn label(name: &str) -> &str {
    registrable(name).split('.').next().unwrap_or_default()
}

/// Ends of names of files, which look like hosts.
const FILES: &[&str] = &[
    "py", "js", "ts", "mjs", "cjs", "mts", "cts", "tsx", "jsx", "go", "rs", "md", "json", "jsonl",
    "toml", "yaml", "yml", "txt", "sh", "html", "css", "csv", "png", "jpg", "svg", "gif", "env",
    "lock", "mod", "cfg", "ini", "xml", "sql", "log", "db", "zip", "gz", "tgz", "whl", "exe", "so",
    "example", "d", "map", "pdf", "local", "rst", "bat", "ps1", "rb", "java", "c", "h", "cpp",
];

/// Whether something that looks like a host is one, and not the name of a file or a member.
pub(crate) fn plausible(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    // `.example` is a domain as well as the end of `.env.example`.
    let example = last == "example" && !name.contains("env.") && !name.contains("config.");
    example || !FILES.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::fold::How;

    #[track_caller]
    fn check(pieces: &[Piece], bare: bool, expected: &Target) {
        let mut text = Spelling { pieces: Vec::new(), how: How::CONSTANT };
        for piece in pieces {
            text.push(&Spelling::of(piece.clone(), How::default()));
        }
        assert_eq!(target(&text, bare), *expected, "{pieces:?}");
    }

    fn known(text: &str) -> Piece {
        Piece::Known(text.to_owned())
    }

    fn name(text: &str) -> Target {
        Target::Fixed(Host::Name(text.to_owned()))
    }

    #[test]
    fn the_host_is_what_stands_between_scheme_and_path() {
        check(&[known("https://a.example/x")], false, &name("a.example"));
        check(&[known("https://user@A.example:8080")], false, &name("a.example"));
        check(&[known("https://a.example:"), Piece::Any], false, &name("a.example"));
        check(&[known("https://a.example/"), Piece::Any], false, &name("a.example"));
        check(
            &[known("http://203.0.113.7:80/x")],
            false,
            &Target::Fixed(Host::Address([203, 0, 113, 7].into())),
        );
        check(&[known("http://127.0.0.1/x")], false, &Target::Local);
        check(&[known("a.example")], true, &name("a.example"));
        check(&[known("/v1/x")], false, &Target::Unknown);
    }

    #[test]
    fn a_host_in_part_is_the_end_of_it() {
        let below = |text: &str| Target::Fixed(Host::Below(text.to_owned()));
        check(&[known("https://"), Piece::Any, known(".b.example/x")], false, &below("b.example"));
        check(&[Piece::Any, known(".b.example")], true, &below("b.example"));
        check(&[known("https://"), Piece::Any, known(".invalid/x")], false, &below("invalid"));
        check(&[Piece::Setting("URL".into()), known("/x")], false, &Target::Set);
        check(
            &[known("https://"), Piece::Setting("HOST".into()), known("/x")],
            false,
            &Target::Set,
        );
        check(&[known("https://"), Piece::Any], false, &Target::Unknown);
    }

    #[test]
    fn the_owner_of_a_name_is_below_shared_ends() {
        assert_eq!(registrable("api.search.brave.com"), "brave.com");
        assert_eq!(registrable("a.b.co.uk"), "b.co.uk");
        assert_eq!(registrable("x.workers.dev"), "x.workers.dev");
        assert_eq!(label("api.open-meteo.com"), "open-meteo");
    }
}
