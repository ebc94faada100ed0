//! The door: one request, and who it is from.

use std::{collections::BTreeSet, sync::Arc};

use warden_model::{Digest, Hidden};
use warden_policy::Time;
use warden_seal::{
    KeyError,
    jose::{BadToken, Claims, Unverified, looks_like_token},
};

use super::{
    certificate,
    claims::{Known, Reading},
    introspection::Asking,
    issuer::Issuer,
    key,
    nonces::Nonces,
    person::{Admitted, Identity},
    proofs::Proofs,
    reason::{Denied, Reason},
    settings::{BadIdentity, Dpop, Holder, IdentitySettings, KeysFrom},
    shown::{Credential, Shown},
    verified::{Entry, Verified},
    web::Web,
};

/// Lets in whoever can show who that is.
#[derive(Debug)]
pub struct Door {
    pub(super) settings: IdentitySettings,
    issuers: Vec<Issuer>,
    keys: Vec<Arc<Identity>>,
    asking: Asking,
    pub(super) verified: Verified,
    pub(super) proofs: Arc<Proofs>,
    pub(super) nonces: Nonces,
}

/// Why there is no door.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Something is set wrongly.
    #[error(transparent)]
    Settings(#[from] BadIdentity),
    /// The authorities of an issuer cannot be used.
    #[error("the authorities of `{0}` cannot be used")]
    Authorities(String),
    /// There is no randomness.
    #[error("there is no randomness")]
    Randomness(#[source] KeyError),
}

impl Door {
    /// A door with these settings. Nothing is fetched until somebody comes.
    ///
    /// # Errors
    /// See [`DoorError`].
    pub fn new(settings: IdentitySettings) -> Result<Self, DoorError> {
        settings.check()?;
        let issuers = settings.issuers.iter().map(|issuer| {
            let web = Web::new(issuer.authorities.as_deref());
            let web = web.map_err(|_| DoorError::Authorities(issuer.url.clone()))?;
            Ok(Issuer::new(issuer.clone(), web))
        });
        Ok(Self {
            issuers: issuers.collect::<Result<_, DoorError>>()?,
            keys: settings.keys.iter().map(|entry| Arc::new(Identity::of_key(entry))).collect(),
            asking: Asking::new(),
            verified: Verified::default(),
            proofs: Arc::default(),
            nonces: Nonces::new().map_err(DoorError::Randomness)?,
            settings,
        })
    }

    /// A door in the place of another one: a proof that was used is not taken again.
    ///
    /// # Errors
    /// See [`DoorError`].
    pub fn in_place_of(old: &Self, settings: IdentitySettings) -> Result<Self, DoorError> {
        let proofs = Arc::clone(&old.proofs);
        Ok(Self { proofs, ..Self::new(settings)? })
    }

    /// How it is set up.
    #[must_use]
    pub const fn settings(&self) -> &IdentitySettings {
        &self.settings
    }

    /// Who a request is from. A proof counts once: ask once for each request.
    ///
    /// # Errors
    /// Why nobody comes in with it.
    pub async fn admit(&self, shown: &Shown<'_>) -> Result<Admitted, Denied> {
        self.find(shown)
            .await
            .map_err(|reason| self.denied(reason, &self.settings.scopes, shown.seconds()))
    }

    /// A no to somebody whose token lacks scopes for what it wants (RFC 6750, section 3.1).
    #[must_use]
    pub fn scope_challenge(&self, scopes: &[String], now: Time) -> Denied {
        self.denied(Reason::Scope, scopes, now.micros() / 1_000_000)
    }

    /// A no to somebody whose body is not the one that the proof speaks of.
    #[must_use]
    pub fn body_challenge(&self, now: Time) -> Denied {
        self.denied(Reason::ProofRequest, &self.settings.scopes, now.micros() / 1_000_000)
    }

    /// The value of `DPoP-Nonce` for answers, if proofs have to carry it.
    #[must_use]
    pub fn nonce(&self, now: Time) -> Option<String> {
        let is_used = self.settings.nonces && self.settings.dpop != Dpop::Off;
        is_used.then(|| self.nonces.both(now.micros() / 1_000_000).0)
    }

    /// Who somebody is that was let in with this before. A proof is not looked at: it was taken once,
    /// with the request that it was made for.
    ///
    /// # Errors
    /// Why nobody comes in with it any more.
    pub async fn again(&self, shown: &Shown<'_>) -> Result<Arc<Identity>, Reason> {
        let credential = shown.credential()?;
        let (token, who) = self.who(credential, shown).await?;
        if token.is_some() {
            self.bound_key(&who.bound, credential, shown)?;
        }
        Ok(who)
    }

    async fn find(&self, shown: &Shown<'_>) -> Result<Admitted, Reason> {
        let credential = shown.credential()?;
        let (token, who) = self.who(credential, shown).await?;
        let content = match token {
            Some(_) => self.check_binding(&who.bound, credential, shown)?,
            None => None,
        };
        self.check_said(&who, shown)?;
        Ok(Admitted { who, token: token.map(Hidden::from), content })
    }

    /// Who shows this, and the token if it is one.
    async fn who<'a>(
        &self,
        credential: Credential<'a>,
        shown: &Shown<'_>,
    ) -> Result<(Option<&'a str>, Arc<Identity>), Reason> {
        Ok(match credential {
            Credential::None => (None, self.by_certificate(shown)?),
            Credential::Bearer(token) if key::is_key(token) => (None, self.by_key(token, shown)?),
            Credential::Bearer(token) | Credential::Dpop(token, _) => {
                (Some(token), self.by_token(token, shown).await?)
            }
        })
    }

    fn by_certificate(&self, shown: &Shown<'_>) -> Result<Arc<Identity>, Reason> {
        let certificate = shown.certificate.ok_or(Reason::Nothing)?;
        let found = certificate::find(&self.settings.certificates, certificate)?;
        Ok(Arc::new(Identity::of_certificate(found.entry, &found.name)))
    }

    fn by_key(&self, shown_key: &str, shown: &Shown<'_>) -> Result<Arc<Identity>, Reason> {
        let entry = key::find(&self.settings.keys, shown_key, shown.now)?;
        let at = self.settings.keys.iter().position(|other| other.digest == entry.digest);
        at.and_then(|at| self.keys.get(at)).map(Arc::clone).ok_or(Reason::KeyUnknown)
    }

    async fn by_token(&self, token: &str, shown: &Shown<'_>) -> Result<Arc<Identity>, Reason> {
        if token.len() > warden_seal::jose::MOST_TOKEN {
            return Err(Reason::TokenLong);
        }
        let digest = match shown.certificate {
            None => Digest::of(token.as_bytes()),
            Some(certificate) => Digest::of_parts([token.as_bytes(), b" ", certificate]),
        };
        if let Some(who) = self.remembered(&digest, shown).await? {
            return Ok(who);
        }
        let mut entry = if looks_like_token(token) {
            self.verify(token, shown.seconds()).await?
        } else {
            self.ask(token, shown.seconds()).await?
        };
        self.add_machine(&mut entry, shown)?;
        let who = Arc::clone(&entry.who);
        let (at, key) = (entry.issuer, entry.key.clone());
        self.verified.put(digest, entry);
        // After it is remembered: whoever forgets a key either sees it there or is seen here.
        if key.is_none_or(|key| self.issuers.get(at).is_some_and(|it| it.has(&key))) {
            return Ok(who);
        }
        self.verified.forget(|entry| Arc::ptr_eq(&entry.who, &who));
        Err(Reason::TokenKey)
    }

    /// Who showed this token before, if that still counts.
    async fn remembered(
        &self,
        digest: &Digest,
        shown: &Shown<'_>,
    ) -> Result<Option<Arc<Identity>>, Reason> {
        let Some((who, at, is_signed)) = self.verified.get(digest, shown.now) else {
            return Ok(None);
        };
        let now = shown.seconds();
        let issuer = self.issuers.get(at).ok_or(Reason::TokenIssuer)?;
        if !is_signed || issuer.is_fresh(now) {
            return Ok(Some(who));
        }
        let gone = issuer.freshen(now).await?;
        self.forget_keys(at, &gone);
        Ok(self.verified.get(digest, shown.now).map(|(who, ..)| who))
    }

    fn forget_keys(&self, at: usize, gone: &BTreeSet<Box<str>>) {
        if !gone.is_empty() {
            let by_gone =
                |key: &Option<Box<str>>| key.as_ref().is_some_and(|key| gone.contains(key));
            self.verified.forget(|entry| entry.issuer == at && by_gone(&entry.key));
        }
    }

    /// Verifies a signed token.
    async fn verify(&self, token: &str, now: i64) -> Result<Entry, Reason> {
        let text = token;
        let token = Unverified::read(text).map_err(unreadable)?;
        let claimed = token.claimed_issuer().ok_or(Reason::TokenIssuer)?;
        let at = self.settings.issuers.iter().position(|issuer| issuer.url == claimed);
        let at = at.ok_or(Reason::TokenIssuer)?;
        let issuer = self.issuers.get(at).ok_or(Reason::TokenIssuer)?;
        if issuer.settings.keys == KeysFrom::Nowhere {
            // Only such an issuer can be asked, so it is this one.
            return self.ask(text, now).await;
        }
        if !issuer.settings.algorithms.contains(&token.header().algorithm) {
            return Err(Reason::TokenAlgorithm);
        }
        let mut gone = BTreeSet::new();
        let set = issuer.keys(token.header(), now, &mut gone).await;
        self.forget_keys(at, &gone);
        let set = set?;
        let keys = set.find(token.header()).map_err(|_| Reason::TokenKey)?;
        let typ = token.header().typ.clone();
        let (claims, key) = token.verify(&keys, &issuer.settings.algorithms).map_err(unreadable)?;
        let who = self.read(issuer, &claims, Known::Signed(typ.as_deref()), now)?;
        let until = who.principal.expires.unwrap_or_default();
        Ok(Entry { who: Arc::new(who), issuer: at, key: Some(key.thumbprint().into()), until })
    }

    /// Asks about a token that says nothing by itself.
    async fn ask(&self, token: &str, now: i64) -> Result<Entry, Reason> {
        let asked = self.issuers.iter().enumerate().find_map(|(at, issuer)| {
            issuer.settings.introspection.as_ref().map(|place| (at, issuer, place))
        });
        let (at, issuer, place) = asked.ok_or(Reason::TokenOpaque)?;
        let claims = self.asking.ask(&issuer.web, place, token).await?;
        let mut who = self.read(issuer, &claims, Known::Asked, now)?;
        let believed = Time::from_micros((now + i64::from(place.believed)) * 1_000_000);
        let until = who.principal.expires.unwrap_or_default().min(believed);
        who.until = Some(until);
        Ok(Entry { who: Arc::new(who), issuer: at, key: None, until })
    }

    fn read(
        &self,
        issuer: &Issuer,
        claims: &Claims,
        known: Known<'_>,
        now: i64,
    ) -> Result<Identity, Reason> {
        let resource = &self.settings.resource;
        Reading { issuer: &issuer.settings, resource, now }.identity(claims, known)
    }

    /// The machine, if a certificate came along with the token. One that is set up as another agent
    /// or person speaks against the token.
    fn add_machine(&self, entry: &mut Entry, shown: &Shown<'_>) -> Result<(), Reason> {
        let Some(certificate) = shown.certificate else { return Ok(()) };
        let Ok(found) = certificate::find(&self.settings.certificates, certificate) else {
            return Ok(());
        };
        let holder = Identity::of_certificate(found.entry, &found.name);
        let mut who = (*entry.who).clone();
        let ours = match found.entry.holder {
            Holder::Agent => Some(&*who.principal.agent),
            Holder::User => who.principal.user.as_deref(),
        };
        if found.entry.name.is_some() && ours != Some(holder.name()) {
            return Err(Reason::Contradicted);
        }
        who.principal.machine = Some(found.name.into());
        entry.who = Arc::new(who);
        Ok(())
    }

    /// Headers that say who somebody is must say what was proven.
    fn check_said(&self, who: &Identity, shown: &Shown<'_>) -> Result<(), Reason> {
        for (header, holder) in &self.settings.said {
            let proven = match holder {
                Holder::User => who.principal.user.as_deref(),
                Holder::Agent => Some(&*who.principal.agent),
            };
            let mut said = shown.headers.get_all(header.as_str()).iter();
            if said.any(|said| said.to_str().ok() != proven || proven.is_none()) {
                return Err(Reason::Contradicted);
            }
        }
        Ok(())
    }
}

const fn unreadable(bad: BadToken) -> Reason {
    match bad {
        BadToken::Long => Reason::TokenLong,
        BadToken::Malformed => Reason::TokenMalformed,
        BadToken::Algorithm => Reason::TokenAlgorithm,
        BadToken::Critical => Reason::TokenCritical,
        BadToken::Signature => Reason::TokenSignature,
    }
}
