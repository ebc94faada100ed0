//! Whether what a server runs is certified, as it is at this moment.
//!
//! Certificates expire and are revoked while servers run. Whoever looks whether one still holds
//! writes the answer here, and every decision reads it: that costs one load from memory. What
//! nobody has written, or whose writer is gone, counts as not known, which is a no.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU8, Ordering},
};

use warden_model::Digest;

use crate::Time;

/// Why what runs does not count as certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Uncertified {
    /// It could not be told: nobody has looked, or looking failed.
    CouldNotTell,
    /// There is no certificate for it.
    Missing,
    /// No trusted key has signed the certificate.
    NotTrusted,
    /// The certificate is about other bytes or other definitions.
    WrongSubject,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate has expired.
    Expired,
    /// The certificate was revoked.
    Revoked,
    /// The server was put into quarantine.
    Quarantined,
    /// Its level or score is below what policy asks for.
    BelowLevel,
    /// It was not approved for this environment or class of data.
    NotApprovedHere,
    /// The bundle that it came in has expired.
    BundleExpired,
    /// A newer list of what is revoked was there before.
    RevocationsOlder,
    /// It is not in the log, or the log is not believed.
    NotLogged,
}

impl Uncertified {
    /// Every reason, in the order of their numbers.
    pub const ALL: &[Self] = &[
        Self::CouldNotTell,
        Self::Missing,
        Self::NotTrusted,
        Self::WrongSubject,
        Self::NotYetValid,
        Self::Expired,
        Self::Revoked,
        Self::Quarantined,
        Self::BelowLevel,
        Self::NotApprovedHere,
        Self::BundleExpired,
        Self::RevocationsOlder,
        Self::NotLogged,
    ];

    /// The code in ledger and answers. It never moves.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CouldNotTell => "certificate-could-not-tell",
            Self::Missing => "not-certified",
            Self::NotTrusted => "certificate-not-trusted",
            Self::WrongSubject => "certificate-wrong-subject",
            Self::NotYetValid => "certificate-not-yet-valid",
            Self::Expired => "certificate-expired",
            Self::Revoked => "certificate-revoked",
            Self::Quarantined => "certificate-quarantined",
            Self::BelowLevel => "certificate-below-level",
            Self::NotApprovedHere => "certificate-not-approved-here",
            Self::BundleExpired => "certificate-bundle-expired",
            Self::RevocationsOlder => "certificate-revocations-older",
            Self::NotLogged => "certificate-not-logged",
        }
    }
}

/// Nothing was asked for.
const NOT_ASKED: u8 = 0;
/// It holds.
const HOLDS: u8 = 1;
/// From here on: why not, by its place in [`Uncertified::ALL`].
const NO: u8 = 2;

/// A bundle by which a certificate counts, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleId {
    /// Its number.
    pub sequence: u64,
    /// The digest of what was signed of it.
    pub digest: Digest,
    /// When it was made.
    pub issued: Time,
}

/// How it stands, and by which bundle.
#[derive(Debug)]
struct State {
    stands: AtomicU8,
    /// The level of the certificate that holds.
    level: AtomicU8,
    bundle: RwLock<Option<BundleId>>,
}

impl State {
    fn new(stands: u8) -> Arc<Self> {
        let (stands, level) = (AtomicU8::new(stands), AtomicU8::new(0));
        Arc::new(Self { stands, level, bundle: RwLock::new(None) })
    }
}

/// What is known of a server's certificate, for whoever decides.
#[derive(Clone, Debug)]
pub struct Certified(Arc<State>);

/// The same for whoever looks. When it goes, nothing is known any more.
#[derive(Debug)]
pub struct CertifiedBy(Arc<State>);

impl Default for Certified {
    /// No certificate is asked for.
    fn default() -> Self {
        Self(State::new(NOT_ASKED))
    }
}

/// Two are alike if they are written by the same writer, or if neither asks for anything.
impl PartialEq for Certified {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || !(self.is_asked() || other.is_asked())
    }
}

impl Certified {
    /// A certificate is asked for, and nothing is known of it yet.
    #[must_use]
    pub fn asked() -> (Self, CertifiedBy) {
        let state = State::new(NO);
        (Self(Arc::clone(&state)), CertifiedBy(state))
    }

    /// Whether a certificate is asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.stands.load(Ordering::Acquire) != NOT_ASKED
    }

    /// How it stands now.
    ///
    /// # Errors
    /// Why what runs does not count as certified.
    pub fn now(&self) -> Result<(), Uncertified> {
        match self.0.stands.load(Ordering::Acquire) {
            NOT_ASKED | HOLDS => Ok(()),
            no => {
                let why = Uncertified::ALL.get(usize::from(no - NO));
                Err(why.copied().unwrap_or(Uncertified::CouldNotTell))
            }
        }
    }

    /// The level of the certificate that holds now; 0 if none does, or none is asked for.
    #[must_use]
    pub fn level(&self) -> u8 {
        match self.0.stands.load(Ordering::Acquire) {
            HOLDS => self.0.level.load(Ordering::Acquire),
            _ => 0,
        }
    }

    /// The bundle by which it stands so; `None` if it is none, or none counts.
    #[must_use]
    pub fn bundle(&self) -> Option<BundleId> {
        *self.0.bundle.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CertifiedBy {
    /// For one more who decides.
    #[must_use]
    pub fn reader(&self) -> Certified {
        Certified(Arc::clone(&self.0))
    }

    /// Whether anybody still decides by it. While nobody does, only [`CertifiedBy::reader`] can
    /// change that.
    #[must_use]
    pub fn is_read(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Notes by which bundle it stands from now on.
    pub fn comes_in(&self, bundle: Option<BundleId>) {
        *self.0.bundle.write().unwrap_or_else(PoisonError::into_inner) = bundle;
    }

    /// Notes the level of the certificate, whether it holds or not.
    pub fn is_of_level(&self, level: u8) {
        self.0.level.store(level, Ordering::Release);
    }

    /// Notes how it stands, and returns whether that is news.
    #[expect(clippy::must_use_candidate, reason = "it is noted whether somebody asks or not")]
    pub fn set(&self, stands: Result<(), Uncertified>) -> bool {
        let state = match stands {
            Ok(()) => HOLDS,
            Err(why) => {
                let at = Uncertified::ALL.iter().position(|other| *other == why);
                NO + at.and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
            }
        };
        self.0.stands.swap(state, Ordering::AcqRel) != state
    }
}

impl Drop for CertifiedBy {
    fn drop(&mut self) {
        self.0.stands.store(NO, Ordering::Release);
        self.comes_in(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_looked_at_is_not_certified() {
        let (certified, by) = Certified::asked();
        assert_eq!(certified.now(), Err(Uncertified::CouldNotTell));
        assert!(by.set(Ok(())) && !by.set(Ok(())));
        assert_eq!(certified.now(), Ok(()));
        drop(by);
        assert_eq!(certified.now(), Err(Uncertified::CouldNotTell));
    }

    #[test]
    fn a_level_counts_only_while_the_certificate_holds() {
        let (certified, by) = Certified::asked();
        by.is_of_level(2);
        assert_eq!(certified.level(), 0);
        by.set(Ok(()));
        assert_eq!(certified.level(), 2);
        by.set(Err(Uncertified::Expired));
        assert_eq!(certified.level(), 0);
    }

    #[test]
    fn it_is_known_whether_anybody_still_decides_by_it() {
        let (certified, by) = Certified::asked();
        let other = by.reader();
        assert!(by.is_read() && certified == other);
        drop(certified);
        assert!(by.is_read());
        drop(other);
        assert!(!by.is_read());
        by.set(Ok(()));
        assert_eq!(by.reader().now(), Ok(()));
    }

    #[test]
    fn every_reason_is_told_as_it_was_noted() {
        let (certified, by) = Certified::asked();
        for why in Uncertified::ALL {
            assert!(by.set(Err(*why)) || *why == Uncertified::CouldNotTell);
            assert_eq!(certified.now(), Err(*why));
        }
    }

    #[test]
    fn it_is_told_by_which_bundle_until_nobody_looks_any_more() {
        let (certified, by) = Certified::asked();
        assert_eq!(certified.bundle(), None);
        let (digest, issued) = (Digest::of(b"a bundle"), Time::from_micros(1));
        let bundle = Some(BundleId { sequence: 7, digest, issued });
        by.comes_in(bundle);
        assert_eq!(certified.bundle(), bundle);
        drop(by);
        assert_eq!((certified.bundle(), Certified::default().bundle()), (None, None));
    }

    #[test]
    fn nothing_is_refused_where_no_certificate_is_asked_for() {
        assert_eq!(Certified::default().now(), Ok(()));
        assert_eq!(Certified::default(), Certified::default());
        let (one, _one) = Certified::asked();
        let (other, _other) = Certified::asked();
        assert!(one != other && one == one.clone() && one != Certified::default());
    }
}
