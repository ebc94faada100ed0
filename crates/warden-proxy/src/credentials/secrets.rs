//! Secrets that somebody has put somewhere: a file that a passphrase opens, a program that prints
//! them, or a server that speaks as `HashiCorp` Vault does.
//!
//! A secret is asked for by its name, believed for a while, and then asked for again. A source that
//! cannot be asked is never an empty secret, and one that was believed is not believed longer
//! because its source is away.

mod coffer;
mod command;
mod http;

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use warden_audit::Clock;
use warden_model::Hidden;

pub use coffer::{Coffer, CofferEntry};

use super::{
    error::{CredentialError, Denied, Missing},
    flights::Flights,
    settings::{Part, SecretSettings, Source, Template},
};

/// The longest secret.
pub const MOST_SECRET: usize = 64 << 10;

/// The longest name of a secret.
const MOST_NAME: usize = 128;

type Reply<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What answers for one kind of source.
trait Keeper: Send + Sync {
    /// The secret of this name, which is one (see [`is_secret_name`]).
    fn fetch<'a>(&'a self, name: &'a str) -> Reply<'a, Result<Found, CredentialError>>;
}

/// A secret, as its source has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) value: Hidden,
    /// When it was last changed, in seconds since 1970, if the source knows.
    pub(super) changed: Option<u64>,
}

/// A secret that is believed.
#[derive(Clone, Debug)]
struct Held {
    found: Found,
    until: u64,
}

/// How old a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// The name of the secret.
    pub name: Box<str>,
    /// How long ago it was changed; `None` if its source does not know.
    pub age: Option<Duration>,
    /// Whether it is older than it may be, or nobody knows how old it is though there is a limit.
    pub old: bool,
}

/// What people are told.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// The secrets of one source.
pub struct Secrets {
    settings: SecretSettings,
    keeper: Box<dyn Keeper>,
    held: Flights<Held>,
    clock: Clock,
    tell: Tell,
    /// The ages of what was asked for, each told of once.
    ages: Mutex<Vec<Age>>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Two that are set up alike give the same secrets.
impl PartialEq for Secrets {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Eq for Secrets {}

/// Whether a name can be one of a secret: parts of letters, digits, `-`, `_` and `.` with `/`
/// between them, and at the end, after a `#`, the field of one that has several.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_part = |part: &str| {
        part.bytes().all(good) && part.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
    };
    let (path, field) = name.split_once('#').map_or((name, None), |(path, it)| (path, Some(it)));
    name.len() <= MOST_NAME && path.split('/').all(is_part) && field.is_none_or(is_part)
}

impl Secrets {
    /// Secrets of a source. Nothing is asked of it yet.
    ///
    /// # Errors
    /// An address that is none, or is not safe.
    pub fn new(
        settings: SecretSettings,
        clock: Clock,
        tell: Tell,
    ) -> Result<Self, CredentialError> {
        let keeper: Box<dyn Keeper> = match &settings.source {
            Source::File { path, passphrase } => {
                Box::new(coffer::Kept::new(path.clone(), passphrase.clone()))
            }
            Source::Command(program) => Box::new(command::Asked(program.clone())),
            Source::Http(store) => Box::new(http::Stored::new(store)?),
        };
        let (held, ages) = (Flights::default(), Mutex::default());
        Ok(Self { settings, keeper, held, clock, tell, ages })
    }

    /// The secret of this name.
    ///
    /// # Errors
    /// There is none, its source cannot be asked, or it is older than it may be.
    pub async fn get(&self, name: &str) -> Result<Hidden, CredentialError> {
        if !is_secret_name(name) {
            return Err(Denied::NoSecret.into());
        }
        let now = seconds(&self.clock);
        let fetch = |_| async {
            let found = self.keeper.fetch(name).await?;
            if found.value.reveal().is_empty() || found.value.reveal().len() > MOST_SECRET {
                return Err(Missing::Secrets.into());
            }
            Ok(Held { found, until: now.saturating_add(self.settings.life.as_secs()) })
        };
        let held = self.held.get(name, |held| now < held.until, fetch).await?;
        self.look(name, held.found.changed, now)?;
        Ok(held.found.value)
    }

    /// The same where nothing can be awaited. It must not be called on a thread that drives others.
    ///
    /// # Errors
    /// See [`Secrets::get`].
    pub fn get_now(&self, name: &str) -> Result<Hidden, CredentialError> {
        // On a thread of its own, since this one may belong to a runtime.
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.map_err(|_| Missing::Secrets)?.block_on(self.get(name))
            });
            asked.join().unwrap_or(Err(Missing::Secrets.into()))
        })
    }

    /// Has a secret asked for again the next time.
    pub(super) async fn forget(&self, name: &str) {
        self.held.forget(name, |_| true).await;
    }

    /// How old those secrets are that were asked for, by name.
    #[must_use]
    pub fn ages(&self) -> Vec<Age> {
        self.ages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(&self, name: &str, changed: Option<u64>, now: u64) -> Result<(), Denied> {
        let age = changed.map(|changed| Duration::from_secs(now.saturating_sub(changed)));
        let most = self.settings.max_age;
        let old = most.is_some_and(|most| age.is_none_or(|age| age > most));
        let mut ages = self.ages.lock().unwrap_or_else(PoisonError::into_inner);
        let known = ages.iter_mut().find(|known| *known.name == *name);
        let was_old = known.as_ref().is_some_and(|known| known.old);
        match known {
            Some(known) => (known.age, known.old) = (age, old),
            // Names come from the configuration, so there are not many.
            None => ages.push(Age { name: name.into(), age, old }),
        }
        drop(ages);
        if old && !was_old {
            let how = age.map_or("of an age that nobody knows".to_owned(), |age| {
                format!("{} days old", age.as_secs() / 86_400)
            });
            (self.tell)(&format!("secret {name} is {how}, older than it may be; rotate it"));
        }
        if old && self.settings.refuse_older { Err(Denied::OldSecret) } else { Ok(()) }
    }
}

impl Template {
    /// The text with its secrets filled in.
    ///
    /// # Errors
    /// A secret cannot be had, or there is no source of secrets.
    pub(super) async fn fill(&self, secrets: Option<&Secrets>) -> Result<Hidden, CredentialError> {
        if let [Part::Text(text)] = &*self.0 {
            return Ok(text.clone());
        }
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text.reveal()),
                Part::Secret(name) => {
                    let secret = secrets.ok_or(Missing::NotSetUp)?.get(name).await?;
                    out.push_str(secret.reveal());
                }
            }
        }
        Ok(Hidden::new(out))
    }
}

/// The time in seconds since 1970.
pub(super) fn seconds(clock: &Clock) -> u64 {
    clock().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Runs what would hold up everybody on this thread.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CredentialError> + Send + 'static,
) -> Result<T, CredentialError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Missing::Secrets.into()))
}

#[cfg(test)]
mod tests;
