//! A registry that is asked for an image (OCI distribution specification 1.1, "Pull"), and nothing
//! but that: every request is a `GET`.
//!
//! Credentials go to the registry, and to the place where it hands out tokens if that is the
//! registry itself. To another one go those alone that its own host has an entry for. A token goes
//! to the registry. Nothing goes where a redirect leads out of it.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    time::Instant,
};

use sha2::{Digest as _, Sha256};
use warden_mcp::{
    Address,
    client::{GetError, Getter, Getting, Got},
};
use warden_model::{Digest, Hidden};

use super::{
    ImageError, Reference,
    challenge::{self, Bearer, Demand},
    login::{self, Login},
    manifest::{self, Descriptor},
};
use crate::fetch::{FetchError, Job, Step};

/// The most that is read of a manifest: what every registry takes.
const MOST_MANIFEST: u64 = 4 << 20;

/// The most that is read of an answer with a token.
const MOST_TOKEN: u64 = 64 << 10;

/// How many redirects are followed for one thing.
const REDIRECTS: usize = 5;

/// What was sent along to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: nobody has written down credentials for it.
    Nothing,
    /// The credentials that are written down.
    Own,
    /// Nothing: there are some, but not for the other host that hands out its tokens.
    Withheld,
}

/// A document as it came.
pub(super) struct Given {
    pub(super) bytes: Vec<u8>,
    pub(super) digest: Digest,
    /// The type that it was handed out as.
    pub(super) kind: String,
}

/// A registry, for one repository.
pub(super) struct Registry<'a> {
    job: &'a Job<'a>,
    reference: &'a Reference,
    base: Address,
    getter: Getter,
    /// What is sent along to the registry itself.
    pass: Option<Hidden>,
    shown: Shown,
}

/// Where bytes go, with their digest and how many they are.
struct Counted<'a> {
    to: &'a mut dyn Write,
    hasher: Sha256,
    count: u64,
}

impl<'a> Counted<'a> {
    fn new(to: &'a mut dyn Write) -> Self {
        Self { to, hasher: Sha256::new(), count: 0 }
    }

    fn digest(self) -> Digest {
        Digest::from_bytes(self.hasher.finalize().into())
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        self.count += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<'a> Registry<'a> {
    /// The registry of a reference: without TLS only on this machine.
    ///
    /// # Errors
    /// When its host makes no address.
    pub(super) fn new(job: &'a Job<'a>, reference: &'a Reference) -> Result<Self, FetchError> {
        let host = reference.registry();
        let bad = || FetchError::BadName(host.to_owned());
        let plain = Address::parse(&format!("http://{host}/")).ok_or_else(bad)?;
        let base = if plain.is_loopback() {
            plain
        } else {
            Address::parse(&format!("https://{host}/")).ok_or_else(bad)?
        };
        let getter = Getter::default();
        Ok(Self { job, reference, base, getter, pass: None, shown: Shown::Nothing })
    }

    /// Fetches a manifest by a tag or digest. Whoever asks by a digest compares.
    ///
    /// # Errors
    /// When there is none, or the registry contradicts itself.
    pub(super) fn manifest(&mut self, which: &str) -> Result<Given, FetchError> {
        let mut bytes = Vec::new();
        let path = format!("manifests/{which}");
        let got = self.ask(&path, (manifest::ACCEPT, MOST_MANIFEST), &mut bytes)?;
        let digest = Digest::of(&bytes);
        let told = got.headers("docker-content-digest");
        if told.iter().any(|told| told.parse() != Ok(digest)) {
            let said = "it says that the manifest has another digest than it has".to_owned();
            return Err(FetchError::Integrity { name: self.reference.name(), said });
        }
        Ok(Given { bytes, digest, kind: got.kind })
    }

    /// Fetches a blob into a file, and holds it against what it was said to be.
    ///
    /// # Errors
    /// When it cannot be had, or is something else.
    pub(super) fn blob(&mut self, blob: &Descriptor, into: &Path) -> Result<(), FetchError> {
        let io = |error| FetchError::Io { place: into.to_owned(), error };
        let mut file = File::create_new(into).map_err(io)?;
        let mut counted = Counted::new(&mut file);
        let path = format!("blobs/{}", blob.digest);
        let asked = self.ask(&path, ("*/*", blob.size), &mut counted);
        let other = |said: String| FetchError::Integrity { name: self.reference.name(), said };
        match asked {
            Err(FetchError::Image(ImageError::TooLong)) => {
                return Err(other(format!("{} is longer than {} bytes", blob.digest, blob.size)));
            }
            other => other?,
        };
        if counted.count != blob.size {
            let (count, size) = (counted.count, blob.size);
            return Err(other(format!("{} has {count} bytes, not {size}", blob.digest)));
        }
        if counted.digest() != blob.digest {
            return Err(other(format!("other bytes than {}", blob.digest)));
        }
        file.flush().map_err(io)
    }

    /// Asks for something of the repository, and once more with what the registry wants to see.
    fn ask(
        &mut self,
        path: &str,
        (accept, most): (&str, u64),
        into: &mut dyn Write,
    ) -> Result<Got, FetchError> {
        let address = self.base.join(&format!("/v2/{}/{path}", self.reference.repository()));
        let address = address.ok_or_else(|| FetchError::BadName(self.reference.to_string()))?;
        let (mut got, mut own) = self.follow(&address, (accept, most), into)?;
        if got.status == 401 && own {
            self.pass = self.admitted(&got)?;
            // What was refused with this would be refused again.
            if self.pass.is_some() {
                (got, own) = self.follow(&address, (accept, most), into)?;
            }
        }
        let host = self.reference.registry().to_owned();
        match got.status {
            200 => Ok(got),
            401 | 403 if own => Err(ImageError::Denied { host, shown: self.shown }.into()),
            404 if own => Err(FetchError::NotFound {
                what: self.reference.to_string(),
                said: format!("it knows no `{path}`"),
            }),
            status if own => Err(ImageError::Status { host, status }.into()),
            status => Err(ImageError::Elsewhere { host, status }.into()),
        }
    }

    /// Follows redirects, and tells whether the registry itself gave the answer.
    fn follow(
        &self,
        address: &Address,
        (accept, most): (&str, u64),
        into: &mut dyn Write,
    ) -> Result<(Got, bool), FetchError> {
        let mut address = address.clone();
        let mut own = true;
        for _ in 0..=REDIRECTS {
            // Who has been sent elsewhere comes back without anything.
            own &= self.is_own(&address);
            let pass = self.pass.as_ref().filter(|_| own);
            let got = self.get(&address, (accept, pass), most, into)?;
            if !matches!(got.status, 301 | 302 | 303 | 307 | 308) {
                return Ok((got, own));
            }
            let next = got.header("location").and_then(|to| resolved(&address, to));
            let next = next.filter(|next| self.may_be_asked(next));
            let host = self.reference.registry().to_owned();
            address = next.ok_or(ImageError::Redirect { host })?;
        }
        Err(ImageError::Redirect { host: self.reference.registry().to_owned() }.into())
    }

    fn is_own(&self, address: &Address) -> bool {
        self.base.join(&address.uri().to_string()).is_some()
    }

    /// Without TLS only this machine is asked, and only if the registry is on it.
    fn may_be_asked(&self, address: &Address) -> bool {
        !address.is_plain() || (self.base.is_plain() && address.is_loopback())
    }

    fn get(
        &self,
        address: &Address,
        (accept, authorization): (&str, Option<&Hidden>),
        most: u64,
        into: &mut dyn Write,
    ) -> Result<Got, FetchError> {
        self.job.alive()?;
        let limits = &self.job.asker.limits;
        let cancelled = || self.job.alive().is_err();
        let getting = Getting {
            accept,
            authorization,
            most,
            silence: limits.silence,
            until: self.job.until.min(Instant::now() + limits.step),
            cancelled: &cancelled,
        };
        let host = address.uri().authority().map(ToString::to_string).unwrap_or_default();
        self.getter.get(address, &getting, into).map_err(|error| match error {
            GetError::Cancelled => FetchError::Cancelled,
            GetError::TooLarge => ImageError::TooLong.into(),
            GetError::Write(error) => {
                FetchError::Io { place: self.job.asker.store.store().root().to_owned(), error }
            }
            error => ImageError::Unreached { host, error }.into(),
        })
    }

    /// What the registry lets somebody in with. Nothing if there is nothing new to show it.
    fn admitted(&mut self, got: &Got) -> Result<Option<Hidden>, FetchError> {
        let (host, repository) = (self.reference.registry(), self.reference.repository());
        let demand = challenge::demand(&got.headers("www-authenticate"))
            .map_err(|error| ImageError::Challenge { host: host.to_owned(), error })?;
        match demand {
            Demand::Basic => {
                let login = login::find(self.job, host, repository)?;
                self.shown = if login.is_some() { Shown::Own } else { Shown::Nothing };
                let tried = self.pass.take();
                let pass = login.as_ref().map(Login::basic);
                Ok(pass.filter(|pass| tried.as_ref() != Some(pass)))
            }
            Demand::Bearer(bearer) => self.token(&bearer).map(Some),
        }
    }

    /// Fetches a token that lets its holder read this repository, and do nothing else.
    fn token(&mut self, bearer: &Bearer) -> Result<Hidden, FetchError> {
        let (host, repository) = (self.reference.registry(), self.reference.repository());
        let realm = Address::parse(&bearer.realm).filter(|realm| self.may_be_asked(realm));
        let realm = realm.ok_or_else(|| ImageError::Realm { host: host.to_owned() })?;
        let place = realm.uri().authority().map(ToString::to_string).unwrap_or_default();
        let login = if self.is_own(&realm) {
            login::find(self.job, host, repository)?
        } else {
            login::find(self.job, &place.to_ascii_lowercase(), "")?
        };
        self.shown = match &login {
            Some(_) => Shown::Own,
            None if self.is_own(&realm) => Shown::Nothing,
            None if login::find(self.job, host, repository)?.is_none() => Shown::Nothing,
            None => Shown::Withheld,
        };
        let mut query = realm.uri().query().map(str::to_owned).unwrap_or_default();
        let scope = scope(bearer.scope.as_deref(), repository);
        for (name, value) in [("service", bearer.service.as_deref()), ("scope", Some(&*scope))] {
            let Some(value) = value else { continue };
            query = format!("{query}&{name}={}", encoded(value));
        }
        let query = query.trim_start_matches('&');
        let scheme = if realm.is_plain() { "http" } else { "https" };
        let asked = Address::parse(&format!("{scheme}://{place}{}?{query}", realm.uri().path()));
        let asked = asked.ok_or_else(|| ImageError::Realm { host: host.to_owned() })?;
        let pass = login.as_ref().map(Login::basic);
        let mut bytes = Vec::new();
        let got = self.get(&asked, ("application/json", pass.as_ref()), MOST_TOKEN, &mut bytes)?;
        match got.status {
            200 => {}
            401 | 403 => {
                let (host, shown) = (place, self.shown);
                return Err(ImageError::Denied { host, shown }.into());
            }
            status => return Err(ImageError::Status { host: place, status }.into()),
        }
        let value = manifest::json(&bytes).ok();
        let of = |name: &str| value.as_ref()?.get(name)?.as_str().filter(|text| !text.is_empty());
        let token = of("token").or_else(|| of("access_token")).filter(|token| is_token(token));
        match token {
            Some(token) => Ok(Hidden::new(format!("Bearer {token}"))),
            None => Err(FetchError::Nonsense {
                step: Step::Look,
                what: format!("`{place}` hands out no token"),
            }),
        }
    }
}

/// Where a redirect leads.
fn resolved(from: &Address, to: &str) -> Option<Address> {
    from.join(to).or_else(|| match to.strip_prefix("//") {
        Some(rest) => Address::parse(&format!("{}://{rest}", from.uri().scheme_str()?)),
        None => Address::parse(to),
    })
}

/// What a token is asked for: to read this repository, whatever else the registry names. A word
/// that is no such triple means something to it alone.
fn scope(told: Option<&str>, repository: &str) -> String {
    match told {
        Some(told) if !told.contains([':', ' ']) && !told.is_empty() => told.to_owned(),
        _ => format!("repository:{repository}:pull"),
    }
}

/// A token as a header takes it (RFC 6750, section 2.1).
fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}

/// Percent-encodes a value of a query.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one =
        |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_reading_alone() {
        let own = "repository:team/mail:pull";
        for told in [None, Some(""), Some("repository:team/mail:pull,push"), Some("registry:x:*")] {
            assert_eq!(scope(told, "team/mail"), own, "{told:?}");
        }
        assert_eq!(scope(Some("aws"), "team/mail"), "aws");
        assert_eq!(encoded("a b&c=d/é"), "a%20b%26c%3Dd%2F%C3%A9");
        assert!(is_token("aB1-._~+/=") && !is_token("a b") && !is_token("a\r\nb"));
    }

    #[test]
    fn a_redirect_may_lead_anywhere_and_is_told_apart() {
        let from = Address::parse("https://registry.example/v2/a/blobs/x").unwrap();
        let to = |text: &str| resolved(&from, text).map(|to| to.uri().to_string());
        assert_eq!(to("/b?c").as_deref(), Some("https://registry.example/b?c"));
        assert_eq!(to("https://cdn.example/b").as_deref(), Some("https://cdn.example/b"));
        assert_eq!(to("//cdn.example/b").as_deref(), Some("https://cdn.example/b"));
        for none in ["file:///etc/passwd", "https://u:p@cdn.example/", "ftp://cdn.example/"] {
            assert_eq!(to(none), None, "{none}");
        }
    }
}
