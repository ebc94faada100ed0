//! What the gateway shows servers so that they let it in.
//!
//! There are four ways: a secret that somebody has put somewhere, a token for the gateway itself,
//! the caller's token exchanged for one that is for this server only, and a token that the person
//! has agreed to. What a caller has shown *us* goes to no server: an authorization server that
//! gives the very same token back is refused.
//!
//! Invariant: a token is kept and shown for the principal and the server that it was issued for.
//! Invariant: nothing here prints a token, a secret, or what an authorization server has said.

pub mod consent;
mod error;
mod flights;
mod grants;
mod holder;
mod kept;
mod metadata;
mod reach;
pub mod secrets;
pub mod settings;
mod token;

use std::{sync::Arc, time::Duration};

use hyper::header::{AUTHORIZATION, HeaderName};
use serde_json::Value;
use warden_audit::Clock;
use warden_model::{Digest, Hidden};
use warden_policy::access::{Principal, SessionKey};
use warden_seal::Vault;

pub use error::{CredentialError, Denied, Missing};

use crate::store::Store;
use consent::Ticket;
use flights::Flights;
use grants::Endpoint;
use holder::Holder;
use kept::{Keeping, Kept};
use metadata::Metadata;
use reach::Reach;
use secrets::{Secrets, seconds};
use settings::{CredentialSettings, Exchange, Grant, Kind, PerUser, Template};
use token::Token;

/// What all credentials are made with.
pub struct Means {
    /// Where secrets are kept, if anywhere.
    pub secrets: Option<Arc<Secrets>>,
    /// Where is kept what people agree to; per-user grants need one.
    pub store: Option<Arc<dyn Store>>,
    /// Seals what is kept. Replicas that share a store need the same secret.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Clock,
}

impl std::fmt::Debug for Means {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Means").field("secrets", &self.secrets).finish_non_exhaustive()
    }
}

/// What one server is shown.
#[derive(Debug)]
pub struct Credentials {
    settings: CredentialSettings,
    means: Arc<Means>,
    reach: Reach,
    metadata: Flights<Metadata>,
    tokens: Flights<Token>,
    grants: Flights<Kept>,
    asked: Flights<Ticket>,
}

/// Two that are set up alike show the same.
impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings && self.means.secrets == other.means.secrets
    }
}

impl Eq for Credentials {}

impl Credentials {
    /// What a server is shown. Nothing is asked of anybody yet.
    ///
    /// # Errors
    /// An address that is none or is not safe, or something that is needed and not there.
    pub fn new(settings: CredentialSettings, means: Arc<Means>) -> Result<Self, CredentialError> {
        let grant = match &settings.kind {
            Kind::Static { .. } => None,
            Kind::Client(grant)
            | Kind::Exchange(Exchange { grant, .. })
            | Kind::PerUser(PerUser { grant, .. }) => Some(grant),
        };
        if matches!(&settings.kind, Kind::Exchange(it) if it.grant.scopes.is_empty()) {
            // Whatever comes back would be no more than was asked for.
            return Err(Missing::NotSetUp.into());
        }
        if let Kind::PerUser(per_user) = &settings.kind {
            let known = per_user.grant.issuer.identifier.is_some() && means.store.is_some();
            if !known || per_user.grant.scopes.is_empty() {
                return Err(Missing::NotSetUp.into());
            }
            // By the same rule as for those that we go to ourselves.
            Reach::new([&*per_user.public], None)?;
        }
        // What is shown must not be read on the way.
        Reach::new([&*settings.resource], None)?;
        let issuer = grant.map(|grant| &grant.issuer);
        let addresses = issuer.into_iter().flat_map(|issuer| {
            let known = [issuer.identifier.as_deref(), issuer.token_endpoint.as_deref()];
            known.into_iter().flatten().chain(issuer.origins.iter().map(String::as_str))
        });
        let authorities = issuer.and_then(|issuer| issuer.authorities.clone());
        let reach = Reach::new(addresses, authorities)?;
        let (metadata, tokens) = (Flights::default(), Flights::default());
        let (grants, asked) = (Flights::default(), Flights::default());
        Ok(Self { settings, means, reach, metadata, tokens, grants, asked })
    }

    /// With another patience for authorization servers than ten seconds.
    #[must_use]
    pub fn waiting(self, patience: Duration) -> Self {
        Self { reach: self.reach.waiting(patience), ..self }
    }

    /// How it is set up.
    #[must_use]
    pub const fn settings(&self) -> &CredentialSettings {
        &self.settings
    }

    /// The headers that this server is shown on behalf of a principal. `subject` is the token that
    /// the principal has shown us, if it has; it is exchanged at most, and never among the headers.
    ///
    /// # Errors
    /// Why there are none. The request must not be sent then.
    pub async fn headers(
        &self,
        principal: &Principal,
        subject: Option<&Hidden>,
    ) -> Result<Vec<(HeaderName, Hidden)>, CredentialError> {
        self.headers_but(principal, subject, None).await
    }

    /// New headers, in the place of those that the server has refused with 401, or with 403 and
    /// `insufficient_scope`. To be asked for once for each request.
    ///
    /// # Errors
    /// Why there are none, [`Denied::Server`] if there are no others.
    pub async fn anew(
        &self,
        principal: &Principal,
        subject: Option<&Hidden>,
        refused: &[(HeaderName, Hidden)],
    ) -> Result<Vec<(HeaderName, Hidden)>, CredentialError> {
        let not = refused.first().map(|(_, value)| value);
        self.headers_but(principal, subject, not).await
    }

    async fn headers_but(
        &self,
        principal: &Principal,
        subject: Option<&Hidden>,
        not: Option<&Hidden>,
    ) -> Result<Vec<(HeaderName, Hidden)>, CredentialError> {
        let token = match &self.settings.kind {
            Kind::Static { header, value } => {
                return Ok(vec![(header.clone(), self.secret(value, not).await?)]);
            }
            Kind::Client(grant) => self.own(grant, not).await?,
            Kind::Exchange(exchange) => {
                let subject = subject.ok_or(Denied::NoSubjectToken)?;
                self.exchanged(exchange, (principal, subject), not).await?
            }
            Kind::PerUser(per_user) => {
                let holder = Holder::of(principal, &self.settings.server)?;
                self.agreed(per_user, &holder, not).await?
            }
        };
        let shown = bearer(&token);
        if Some(&shown) == not {
            return Err(Denied::Server.into());
        }
        Ok(vec![(AUTHORIZATION, shown)])
    }

    async fn secret(
        &self,
        value: &Template,
        not: Option<&Hidden>,
    ) -> Result<Hidden, CredentialError> {
        let secrets = self.means.secrets.as_deref();
        if let (Some(secrets), Some(_)) = (secrets, not) {
            // It may have been rotated since it was read.
            for name in value.secrets() {
                secrets.forget(name).await;
            }
        }
        let value = value.fill(secrets).await?;
        if Some(&value) == not { Err(Denied::Server.into()) } else { Ok(value) }
    }

    async fn own(&self, grant: &Grant, not: Option<&Hidden>) -> Result<Token, CredentialError> {
        let now = self.now();
        let fetch = |_| async {
            let metadata = self.metadata().await?;
            self.endpoint(grant, &metadata.token).own().await
        };
        self.tokens.get("own", |token| is_good(token, now, not), fetch).await
    }

    async fn exchanged(
        &self,
        exchange: &Exchange,
        (principal, subject): (&Principal, &Hidden),
        not: Option<&Hidden>,
    ) -> Result<Token, CredentialError> {
        let now = self.now();
        let fetch = |_| async {
            let metadata = self.metadata().await?;
            self.endpoint(&exchange.grant, &metadata.token).exchanged(exchange, subject).await
        };
        let digest = Digest::of(subject.reveal().as_bytes()).hex().map(char::from);
        let key = format!("{}/{}", principal.session.as_str(), String::from_iter(digest));
        self.tokens.get(&key, |token| is_good(token, now, not), fetch).await
    }

    async fn agreed(
        &self,
        per_user: &PerUser,
        holder: &Holder,
        not: Option<&Hidden>,
    ) -> Result<Token, CredentialError> {
        let now = self.now();
        let good = |kept: &Kept| !kept.unkept && is_good(&kept.token, now, not);
        let fetch = |before| self.renewed(per_user, holder, (before, not));
        Ok(self.grants.get(&holder.key, good, fetch).await?.token)
    }

    /// What this person has agreed to, with a token that is still good.
    async fn renewed(
        &self,
        per_user: &PerUser,
        holder: &Holder,
        (before, not): (Option<Kept>, Option<&Hidden>),
    ) -> Result<Kept, CredentialError> {
        let about = kept::about(&per_user.grant, &self.settings.resource);
        let keeping = self.keeping()?;
        if let Some(unkept) = before.filter(|before| before.unkept) {
            return self.keep(holder, &about, unkept).await;
        }
        let Some(kept) = keeping.grant(holder, &about).await? else {
            return Err(self.consent(per_user, holder).await);
        };
        if is_good(&kept.token, self.now(), not) {
            return Ok(kept);
        }
        let Some(refresh) = &kept.token.refresh else {
            return Err(self.consent(per_user, holder).await);
        };
        match self.refreshed(per_user, refresh).await {
            Ok(token) => self.keep(holder, &about, Kept { token, ..kept }).await,
            Err(CredentialError::Refused(Denied::Grant)) => {
                // Another replica may have been faster, and its token is the one that counts.
                let newer = keeping.grant(holder, &about).await?;
                if let Some(newer) = newer.filter(|newer| newer.number != kept.number) {
                    return Ok(newer);
                }
                keeping.forget(&holder.key).await?;
                Err(self.consent(per_user, holder).await)
            }
            Err(error) => Err(error),
        }
    }

    /// RFC 6749, section 6. What is answered without a new refresh token leaves the old one good.
    async fn refreshed(
        &self,
        per_user: &PerUser,
        refresh: &Hidden,
    ) -> Result<Token, CredentialError> {
        let metadata = self.metadata().await?;
        let endpoint = self.endpoint(&per_user.grant, &metadata.token);
        let parameters = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.reveal())];
        let token = endpoint.token(parameters, None).await?;
        let refresh = token.refresh.clone().unwrap_or_else(|| refresh.clone());
        Ok(Token { refresh: Some(refresh), ..token })
    }

    /// Keeps a token. If the store is away it is tried again next time: the refresh token that it
    /// came with exists once.
    async fn keep(
        &self,
        holder: &Holder,
        about: &Value,
        kept: Kept,
    ) -> Result<Kept, CredentialError> {
        let keeping = self.keeping()?;
        match keeping.keep(holder, about, &kept).await {
            Ok(Some(number)) => Ok(Kept { number: Some(number), unkept: false, ..kept }),
            Ok(None) => keeping.grant(holder, about).await?.ok_or(Missing::Store.into()),
            Err(_) => Ok(Kept { unkept: true, ..kept }),
        }
    }

    /// Takes what somebody has just agreed to, in the place of what there was.
    async fn take(&self, holder: &Holder, kept: Kept) -> Result<(), CredentialError> {
        let per_user = self.per_user()?;
        let about = kept::about(&per_user.grant, &self.settings.resource);
        let keeping = self.keeping()?;
        keeping.forget(&holder.key).await?;
        keeping.keep(holder, &about, &kept).await?.ok_or(Missing::Store)?;
        self.grants.forget(&holder.key, |_| true).await;
        Ok(())
    }

    /// Where the person has to go. One who is asked again soon is sent to the same place.
    async fn consent(&self, per_user: &PerUser, holder: &Holder) -> CredentialError {
        let now = self.now();
        let fetch = |_| self.ticket(per_user, holder);
        match self.asked.get(&holder.key, |ticket| ticket.is_good(now), fetch).await {
            Ok(ticket) => CredentialError::NeedsConsent { url: ticket.url },
            Err(error) => error,
        }
    }

    /// Forgets the tokens of a session that has ended or was revoked.
    pub fn forget_session(&self, session: &SessionKey) {
        self.tokens.forget_all(&format!("{}/", session.as_str()));
    }

    /// Takes back what a person has agreed to: here at once, and at the authorization server if it
    /// has a place for that (RFC 7009).
    ///
    /// # Errors
    /// It could not be taken back here, or not there. It is not used here any more in either case
    /// but the first.
    pub async fn revoke(&self, principal: &Principal) -> Result<(), CredentialError> {
        let Kind::PerUser(per_user) = &self.settings.kind else { return Ok(()) };
        let holder = Holder::of(principal, &self.settings.server)?;
        let keeping = self.keeping()?;
        let about = kept::about(&per_user.grant, &self.settings.resource);
        let kept = keeping.grant(&holder, &about).await?;
        keeping.forget(&holder.key).await?;
        self.grants.forget_all(&holder.key);
        let Some(kept) = kept else { return Ok(()) };
        let Some(url) = self.metadata().await?.revocation else { return Ok(()) };
        let refresh = kept.token.refresh.as_ref();
        let hint = if refresh.is_some() { "refresh_token" } else { "access_token" };
        let token = refresh.unwrap_or(&kept.token.access);
        let parameters = vec![("token", token.reveal()), ("token_type_hint", hint)];
        let endpoint = self.endpoint(&per_user.grant, &url);
        let answer = self.reach.ask(endpoint.question(&url, parameters).await?).await?;
        if answer.status.is_success() { Ok(()) } else { Err(Missing::Issuer.into()) }
    }

    async fn metadata(&self) -> Result<Metadata, CredentialError> {
        let now = self.now();
        let issuer = match &self.settings.kind {
            Kind::Static { .. } => return Err(Missing::NotSetUp.into()),
            Kind::Client(grant)
            | Kind::Exchange(Exchange { grant, .. })
            | Kind::PerUser(PerUser { grant, .. }) => &grant.issuer,
        };
        let fetch = |_| metadata::find(&self.reach, issuer, now);
        self.metadata.get("", |metadata| now < metadata.until, fetch).await
    }

    fn endpoint<'a>(&'a self, grant: &'a Grant, url: &'a str) -> Endpoint<'a> {
        Endpoint {
            reach: &self.reach,
            url,
            secrets: self.means.secrets.as_deref(),
            grant,
            resource: &self.settings.resource,
            now: self.now(),
        }
    }

    fn keeping(&self) -> Result<Keeping<'_>, CredentialError> {
        let store = self.means.store.as_deref().ok_or(Missing::NotSetUp)?;
        Ok(Keeping { store, vault: &self.means.vault })
    }

    fn now(&self) -> u64 {
        seconds(&self.means.clock)
    }
}

fn bearer(token: &Token) -> Hidden {
    Hidden::new(format!("Bearer {}", token.access.reveal()))
}

fn is_good(token: &Token, now: u64, not: Option<&Hidden>) -> bool {
    now < token.until && not.is_none_or(|not| *not != bearer(token))
}

#[cfg(test)]
mod tests;
