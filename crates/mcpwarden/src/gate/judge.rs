//! Whether a server that a repository brings counts, and what to do where it does not.

use jiff::Timestamp;
use warden_model::Digest;
use warden_policy::{
    Time,
    certificate::{Certificate, Presented, Why, judge_certificate},
};
use warden_report::gate::{Row, Standing};
use warden_scan::settle::Date;

use crate::certify::target;

use super::{
    certificates::Certificates,
    policy::{Policy, Waiver},
    what::{Brought, What},
};

/// What is judged with.
pub(crate) struct Judge<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) certificates: &'a Certificates,
    /// The file that the certificate of a name is kept in.
    pub(crate) file_of: &'a dyn Fn(&str) -> String,
    pub(crate) now: Timestamp,
    pub(crate) today: Date,
}

/// Why something does not count: a code that is public, the reason and what to do.
struct No {
    code: &'static str,
    why: String,
    help: String,
}

impl No {
    fn new(code: &'static str, why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, why: why.into(), help: help.into() }
    }
}

impl Judge<'_> {
    /// Judges one server, and tells which waiver it took.
    pub(crate) fn row(&self, one: &Brought) -> (Row, Option<usize>) {
        let (standing, waived) = match self.stands(one) {
            Ok(standing) => (standing, None),
            Err(no) => self.waived(one, no),
        };
        let row = Row {
            name: one.name.clone(),
            location: one.location.clone(),
            by: one.by.clone(),
            what: one.what.shown(),
            print: one.print,
            standing,
        };
        (row, waived)
    }

    /// A waiver that is about this server and not over. What is revoked or held back was stopped by
    /// somebody who has looked, and no waiver lets it in again.
    fn waived(&self, one: &Brought, no: No) -> (Standing, Option<usize>) {
        let No { code, why, help } = no;
        let stopped = ["certificate-revoked", "certificate-quarantined"].contains(&code);
        let counts =
            |waiver: &&(usize, &Waiver)| !waiver.1.is_over(self.today) && waiver.1.covers(one);
        let waivers: Vec<_> = self.policy.waivers.iter().enumerate().collect();
        match waivers.iter().find(counts).filter(|_| !stopped) {
            Some((nth, waiver)) => {
                let (owner, reason) = (waiver.owner.clone(), waiver.reason.clone());
                let until = waiver.until.to_string();
                (Standing::Waived { code, why, owner, reason, until }, Some(*nth))
            }
            None => (Standing::Fails { code, why, help }, None),
        }
    }

    fn stands(&self, one: &Brought) -> Result<Standing, No> {
        match &one.what {
            What::Untold { why, .. } => {
                let help = match one.by.as_str() {
                    "dependency" => "name one version of a package that is certified".to_owned(),
                    _ => "name one version of a package and nothing else, or certify it and start \
                          it by name: `mcpwarden run NAME`"
                        .to_owned(),
                };
                return Err(No::new(
                    "unknown-server",
                    format!("nobody can tell what runs: {why}"),
                    help,
                ));
            }
            What::Unread { why } => {
                let help = "mend the file, or take it out: what cannot be read may bring anything";
                return Err(No::new("unread-file", why.clone(), help));
            }
            What::Floating { .. } if !self.policy.allow_floating => {
                return Err(self.floats(&one.what));
            }
            _ => {}
        }
        let Some(certificate) = self.certificates.about(&one.what, self.file_of) else {
            return Err(self.missing(&one.what));
        };
        if let What::Package { allowed, .. } = &one.what
            && !Certificates::allows(certificate, allowed)
        {
            let why = "its digest is not among those that are written beside it";
            let help = "find out which of the two is right before anything else";
            return Err(No::new(Why::WrongSubject.code(), why, help));
        }
        self.judged(certificate, &one.what)?;
        Ok(Standing::Counts {
            level: certificate.level,
            until: day(certificate.expires),
            issuer: certificate.issuer.clone(),
            floats: matches!(one.what, What::Floating { .. }),
        })
    }

    /// Whether a certificate counts. Nothing is measured here: that what is fetched is what was
    /// certified is checked by whoever starts it.
    fn judged(&self, certificate: &Certificate, what: &What) -> Result<(), No> {
        let digests = &certificate.digests;
        let presented = Presented {
            origin: Some(Digest::of(certificate.target.name.as_bytes())),
            artifact: digests.artifact,
            tree: digests.tree,
            manifest: digests.manifest,
            tool: None,
        };
        let (policy, wanted) = (self.policy.certificates(), self.policy.wanted());
        let now = Time::from_micros(self.now.as_microsecond());
        let revoked = &self.certificates.revocations;
        judge_certificate(certificate, &presented, now, (&policy, wanted), revoked)
            .map_err(|why| self.no(&why, what))
    }

    fn no(&self, why: &Why, what: &What) -> No {
        let again = again(what);
        let (text, help) = match why {
            Why::BelowLevel { level, needed } => (
                format!("its level is {level}, and {needed} is needed here"),
                "see what holds it down: `mcpwarden verify`, and use another version or server"
                    .into(),
            ),
            Why::Expired { expired } => {
                (format!("its certificate has expired on {}", day(*expired)), again)
            }
            Why::NotYetValid { issued } => (
                format!("its certificate counts from {} on", day(*issued)),
                "look at the clocks of this machine and of the issuer".into(),
            ),
            Why::Revoked => (
                "its certificate, or what it holds for, is revoked".into(),
                "take it out: another certificate for the same bytes does not let it in".into(),
            ),
            Why::Quarantined => (
                "it is held back until somebody has looked".into(),
                "ask who has held it back, or take it out".into(),
            ),
            Why::NoCertificate => return self.missing(what),
            Why::WrongSubject => ("its certificate is about something else".into(), again),
            Why::CouldNotTell => (
                "its certificate says neither which bytes nor which definitions it holds for"
                    .into(),
                again,
            ),
        };
        No::new(why.code(), text, help)
    }

    /// There is no certificate for it.
    fn missing(&self, what: &What) -> No {
        let mut why = "no certificate that is believed is about it".to_owned();
        if let What::Package { registry, name, .. } = what {
            let others = self.certificates.versions(*registry, name);
            if let Some(others) = some(&others) {
                why.push_str(&format!("; certified: {others}"));
            }
        }
        No::new(Why::NoCertificate.code(), why, again(what))
    }

    /// It names no version.
    fn floats(&self, what: &What) -> No {
        let What::Floating { registry, name, asked } = what else { return self.missing(what) };
        let why = match asked {
            Some(asked) => format!("`{asked}` is no single version, so that any may run"),
            None => "it names no version, so that any may run".to_owned(),
        };
        let certified = self.certificates.versions(*registry, name);
        let help = match certified.first() {
            Some(version) => format!("name one that is certified: `{name}@{version}`"),
            None => format!(
                "name one version, and certify it: `mcpwarden certify {}`",
                shell_words::quote(&registry.target(name, "VERSION"))
            ),
        };
        No::new("floating-version", why, help)
    }
}

/// The first few of several versions.
fn some(versions: &[String]) -> Option<String> {
    let first: Vec<&str> = versions.iter().take(3).map(String::as_str).collect();
    let more = if versions.len() > 3 { " and others" } else { "" };
    (!first.is_empty()).then(|| format!("{}{more}", first.join(", ")))
}

/// How it is certified.
fn again(what: &What) -> String {
    let (target, rest) = match what {
        What::Package { registry, name, version, .. } => (registry.target(name, version), None),
        What::Floating { registry, name, .. } => (registry.target(name, "VERSION"), None),
        What::Remote(_) => (what.shown(), None),
        What::Commit { repository, commit } => (format!("git:https://{repository}@{commit}"), None),
        What::Certified(name) => ("TARGET".to_owned(), Some(name)),
        What::Bytes { name, digest } => {
            let image = name.strip_prefix("oci:");
            let image = image.and_then(|name| target::image(name, &digest.to_string()));
            (image.unwrap_or_else(|| "FILE".to_owned()), None)
        }
        What::Untold { .. } | What::Unread { .. } => ("FILE".to_owned(), None),
    };
    // Whoever mends it copies this into a shell, and the name is that of whoever broke it.
    let quoted = |text: &str| shell_words::quote(&warden_detect::redact(text)).into_owned();
    let rest = rest.map(|name| format!(" --name {}", quoted(name))).unwrap_or_default();
    format!("certify it: `mcpwarden certify {}{rest}`", quoted(&target))
}

/// The day of a time, in UTC.
fn day(at: Time) -> String {
    let time = Timestamp::from_microsecond(at.micros());
    time.map_or_else(|_| "no day".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}
