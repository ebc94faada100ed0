//! How a person agrees that the gateway gets a token for a server on his behalf.
//!
//! The person is sent to a *ticket*: an address that shows a page of ours. If he agrees there, his
//! browser is sent on to the authorization server with a *state*, and comes back with a code. Both
//! are random, good for one use and a short while, sealed in the store, and bound to whom they were
//! made for; the state is bound to the browser that agreed, too. So nobody can begin in one place
//! and have somebody else agree in another without the page that says for whom it is.

mod page;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use warden_mcp::Address;
use warden_model::{Digest, Hidden};
use warden_policy::access::{Principal, SessionKey};

pub use page::Page;

use super::{
    Credentials,
    error::{CredentialError, Denied, Missing},
    holder::Holder,
    kept::{Keeping, Kept},
    metadata,
    reach::{form, parameters},
    settings::{Kind, PerUser},
};
use page::Asking;

/// Below this path are the pages.
pub const PATH: &str = "/credentials";

/// How long a ticket or a state is good, in seconds.
const LIFE: u64 = 600;

/// A ticket that is nearly over is not handed out again, in seconds.
const NEARLY: u64 = 60;

/// The longest query, form and cookie.
const MOST: usize = 16 << 10;

/// The name of the cookie.
const COOKIE: &str = "mcpwarden-consent";

/// Where somebody is sent to.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) url: Hidden,
    pub(super) until: u64,
}

impl Ticket {
    pub(super) const fn is_good(&self, now: u64) -> bool {
        now.saturating_add(NEARLY) < self.until
    }
}

/// A ticket or state, as it is kept.
struct Pending {
    server: String,
    holder: Holder,
    until: u64,
    used: bool,
    /// The secret of PKCE (RFC 7636), and the digest of what the browser was given; states only.
    verifier: String,
    browser: String,
    number: Option<u64>,
}

impl Pending {
    fn write(&self) -> Value {
        json!({
            "server": self.server, "for": self.holder.write(), "until": self.until,
            "used": self.used, "verifier": self.verifier, "browser": self.browser,
        })
    }

    fn read((value, number): &(Value, u64)) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let server = text("server")?;
        Some(Self {
            holder: Holder::read(value.get("for")?, &server)?,
            server,
            until: value.get("until")?.as_u64()?,
            used: value.get("used")?.as_bool()?,
            verifier: text("verifier")?,
            browser: text("browser")?,
            number: Some(*number),
        })
    }
}

/// The key of what this stands for: who sees the store cannot make the text from it.
fn key(kind: &str, text: &str) -> String {
    SessionKey::derived(&["credentials", kind, text]).as_str().to_owned()
}

fn fresh() -> Result<String, CredentialError> {
    let bytes: [u8; 32] = warden_seal::random().map_err(|_| Missing::NotSetUp)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl Credentials {
    /// Makes a ticket for this person.
    pub(super) async fn ticket(
        &self,
        per_user: &PerUser,
        holder: &Holder,
    ) -> Result<Ticket, CredentialError> {
        let text = fresh()?;
        let until = self.now().saturating_add(LIFE);
        let pending = self.pending(holder, until);
        let (keeping, key) = (self.keeping()?, key("ticket", &text));
        let put = keeping.put(("ticket", &key), &pending.write(), None).await?;
        put.ok_or(Missing::Store)?;
        let public = per_user.public.trim_end_matches('/');
        Ok(Ticket { url: Hidden::new(format!("{public}{PATH}/{text}")), until })
    }

    fn pending(&self, holder: &Holder, until: u64) -> Pending {
        let (server, holder) = (self.settings.server.clone(), holder.clone());
        let (verifier, browser) = (String::new(), String::new());
        Pending { server, holder, until, used: false, verifier, browser, number: None }
    }

    /// Where the browser comes back to.
    fn redirect(per_user: &PerUser) -> String {
        format!("{}{PATH}/callback", per_user.public.trim_end_matches('/'))
    }

    /// The address at the authorization server (RFC 6749, section 4.1.1; RFC 7636; RFC 8707), and
    /// its origin.
    async fn authorization(
        &self,
        per_user: &PerUser,
        (state, verifier): (&str, &str),
    ) -> Result<(String, String), CredentialError> {
        let metadata = self.metadata().await?;
        if !metadata.has_s256 {
            return Err(Denied::NoPkce.into());
        }
        let endpoint = metadata.authorization.ok_or(Missing::Answer)?;
        let digest = Digest::of(verifier.as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(digest.bytes());
        let scopes: Vec<_> = per_user.grant.scopes.iter().map(String::as_str).collect();
        let (scopes, redirect) = (scopes.join(" "), Self::redirect(per_user));
        let query = form([
            ("response_type", "code"),
            ("client_id", &per_user.grant.client),
            ("redirect_uri", &redirect),
            ("scope", &scopes),
            ("state", state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", &self.settings.resource),
        ]);
        let address = Address::parse(&endpoint).ok_or(Denied::Address)?;
        let uri = address.uri();
        let sign = if uri.query().is_some() { '&' } else { '?' };
        let origin = match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
            _ => return Err(Denied::Address.into()),
        };
        Ok((format!("{endpoint}{sign}{query}"), origin))
    }
}

/// The pages on which people agree, for all servers that need it.
#[derive(Debug)]
pub struct Consents {
    all: Vec<Arc<Credentials>>,
}

/// A browser, as far as it has shown anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Browser<'a> {
    /// Who it is, if it has proven that.
    pub who: Option<&'a Principal>,
    /// Its `Cookie` header.
    pub cookie: Option<&'a str>,
}

impl Consents {
    /// Pages for those of these credentials that need them.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = Arc<Credentials>>) -> Self {
        let per_user = |one: &Arc<Credentials>| matches!(one.settings.kind, Kind::PerUser(_));
        Self { all: all.into_iter().filter(per_user).collect() }
    }

    /// Answers a `GET` of `PATH/TICKET`: shows what is asked for.
    pub async fn show(&self, ticket: &str, browser: Browser<'_>) -> Page {
        self.shown(ticket, browser).await.unwrap_or_else(|error| Page::refusal(&error))
    }

    /// Answers the `POST` of the page's form.
    pub async fn answer(&self, ticket: &str, form: &[u8], browser: Browser<'_>) -> Page {
        self.answered(ticket, form, browser).await.unwrap_or_else(|error| Page::refusal(&error))
    }

    /// Answers a `GET` of `PATH/callback`, to which the authorization server sends the browser.
    pub async fn callback(&self, query: &str, browser: Browser<'_>) -> Page {
        match self.called_back(query, browser).await {
            Ok(Pending { server, holder, .. }) => {
                Page { agreed: Some((holder.agent, holder.user)), ..Page::done(&server) }
            }
            Err(error) => Page::refusal(&error),
        }
    }

    /// Forgets tickets and states whose time is up. To be called now and then.
    ///
    /// # Errors
    /// The store cannot be asked.
    pub async fn sweep(&self) -> Result<(), CredentialError> {
        let Some(first) = self.all.first() else { return Ok(()) };
        let keeping = first.keeping()?;
        let all = keeping.store.all(crate::store::Space::Grants).await;
        for (key, _) in all.map_err(|_| Missing::Store)? {
            for kind in ["ticket", "state"] {
                // What does not open is of another kind, and stays.
                if let Ok(Some(found)) = keeping.open((kind, &key)).await
                    && Pending::read(&found).is_none_or(|it| it.until <= first.now())
                {
                    keeping.forget(&key).await?;
                }
            }
        }
        Ok(())
    }

    async fn shown(&self, ticket: &str, browser: Browser<'_>) -> Result<Page, CredentialError> {
        let (credentials, pending) = self.find(("ticket", ticket), browser).await?;
        let per_user = credentials.per_user()?;
        let (_, origin) = credentials.authorization(per_user, ("", "")).await?;
        let issuer = per_user.grant.issuer.identifier.as_deref().ok_or(Missing::NotSetUp)?;
        let authorities = credentials.settings.authorities.clone();
        metadata::agrees((&credentials.settings.resource, authorities), issuer).await?;
        // Whoever posts the form has to come from this page.
        let cookie = credentials.cookie(ticket)?;
        let asking = Asking {
            server: &credentials.settings.server,
            resource: &credentials.settings.resource,
            client: (&per_user.client_name, &per_user.grant.client),
            scopes: &per_user.grant.scopes,
            redirect: &Credentials::redirect(per_user),
            issuer: (issuer, &origin),
            holder: &pending.holder,
        };
        Ok(asking.page().with_cookie(COOKIE, &cookie, PATH, is_secure(per_user)))
    }

    async fn answered(
        &self,
        ticket: &str,
        form: &[u8],
        browser: Browser<'_>,
    ) -> Result<Page, CredentialError> {
        let (credentials, pending) = self.find(("ticket", ticket), browser).await?;
        let per_user = credentials.per_user()?;
        let cookie = browser.cookie.and_then(cookie).ok_or(Denied::State)?;
        credentials.is_cookie(cookie, ticket)?;
        let form = str::from_utf8(form).ok().filter(|form| form.len() <= MOST);
        let form = form.and_then(parameters).ok_or(Denied::State)?;
        credentials.spend(("ticket", ticket), &pending).await?;
        credentials.asked.forget(&pending.holder.key, |_| true).await;
        if !form.iter().any(|(name, value)| name == "answer" && value == "agree") {
            return Err(Denied::NotAgreed.into());
        }
        let (state, verifier) = (fresh()?, fresh()?);
        let (address, _) = credentials.authorization(per_user, (&state, &verifier)).await?;
        let until = credentials.now().saturating_add(LIFE);
        let mut next = credentials.pending(&pending.holder, until);
        next.verifier = verifier;
        next.browser = digest(cookie);
        let kept = credentials.keeping()?;
        let put = kept.put(("state", &key("state", &state)), &next.write(), None).await?;
        put.ok_or(Missing::Store)?;
        Ok(Page::onward(&address))
    }

    async fn called_back(
        &self,
        query: &str,
        browser: Browser<'_>,
    ) -> Result<Pending, CredentialError> {
        let query = Some(query).filter(|query| query.len() <= MOST).and_then(parameters);
        let query = query.ok_or(Denied::State)?;
        let said = |name| query.iter().find(|(known, _)| known == name).map(|(_, it)| &**it);
        let state = said("state").ok_or(Denied::State)?;
        let (credentials, pending) = self.find(("state", state), browser).await?;
        let cookie = browser.cookie.and_then(cookie).map(digest);
        if cookie.as_deref() != Some(&pending.browser) {
            return Err(Denied::Somebody.into());
        }
        // Whatever follows: nobody comes back with it again.
        credentials.spend(("state", state), &pending).await?;
        let metadata = credentials.metadata().await?;
        let per_user = credentials.per_user()?;
        // Before anything else that the answer says is believed (RFC 9207, section 2.4).
        let own = per_user.grant.issuer.identifier.as_deref();
        match said("iss") {
            Some(issuer) if Some(issuer) != own => return Err(Denied::CallbackIssuer.into()),
            None if metadata.says_issuer => return Err(Denied::CallbackIssuer.into()),
            Some(_) | None => {}
        }
        if said("error").is_some() {
            return Err(Denied::NotAgreed.into());
        }
        let code = said("code").filter(|code| !code.is_empty()).ok_or(Denied::State)?;
        let redirect = Credentials::redirect(per_user);
        let asked = credentials.endpoint(&per_user.grant, &metadata.token);
        let parameters = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &*redirect),
            ("code_verifier", &*pending.verifier),
        ];
        let token = asked.token(parameters, None).await?;
        credentials.take(&pending.holder, Kept { token, number: None, unkept: false }).await?;
        Ok(pending)
    }

    /// What a ticket or state stands for, if it is still good and this browser's.
    async fn find(
        &self,
        (kind, text): (&str, &str),
        browser: Browser<'_>,
    ) -> Result<(&Credentials, Pending), CredentialError> {
        let first = self.all.first().ok_or(Denied::State)?;
        let key = key(kind, text);
        let found = first.keeping()?.open((kind, &key)).await?.ok_or(Denied::State)?;
        let pending = Pending::read(&found).ok_or(Denied::State)?;
        if pending.used || pending.until <= first.now() {
            return Err(Denied::State.into());
        }
        let own = self.all.iter().find(|one| one.settings.server == pending.server);
        let own = own.ok_or(Denied::State)?;
        own.is_theirs(&pending.holder, browser.who)?;
        Ok((own, pending))
    }
}

impl Credentials {
    pub(super) fn per_user(&self) -> Result<&PerUser, CredentialError> {
        match &self.settings.kind {
            Kind::PerUser(per_user) => Ok(per_user),
            Kind::Static { .. } | Kind::Client(_) | Kind::Exchange(_) => {
                Err(Missing::NotSetUp.into())
            }
        }
    }

    /// Whether a browser may agree for this person. What has an agent is an agent, and what a
    /// person shows in a browser need not be what his agent shows, so only the person counts.
    fn is_theirs(&self, holder: &Holder, who: Option<&Principal>) -> Result<(), CredentialError> {
        let per_user = self.per_user()?;
        let Some(who) = who else {
            let here = Address::parse(&per_user.public).is_some_and(|it| it.is_loopback());
            let may = per_user.unknown_browsers || here;
            return if may { Ok(()) } else { Err(Denied::Somebody.into()) };
        };
        let same = match &holder.user {
            Some(user) => who.user.as_deref() == Some(user),
            None => who.user.is_none() && *who.agent == *holder.agent,
        };
        let same = same && *who.tenant == *holder.tenant;
        if same { Ok(()) } else { Err(Denied::Somebody.into()) }
    }

    /// Uses a ticket or state up. Only one can.
    async fn spend(
        &self,
        (kind, text): (&str, &str),
        pending: &Pending,
    ) -> Result<(), CredentialError> {
        let (keeping, key): (Keeping<'_>, _) = (self.keeping()?, key(kind, text));
        let mut value = pending.write();
        if let Some(used) = value.get_mut("used") {
            *used = Value::Bool(true);
        }
        let put = keeping.put((kind, &key), &value, pending.number).await?;
        put.ok_or(Denied::State)?;
        // It is used; that it is gone as well only saves room.
        keeping.forget(&key).await
    }

    fn cookie(&self, ticket: &str) -> Result<String, CredentialError> {
        let bound: [&[u8]; 2] = [b"browser", ticket.as_bytes()];
        let sealed = self.means.vault.seal(fresh()?.as_bytes(), &bound);
        Ok(sealed.map_err(|_| Missing::NotSetUp)?)
    }

    fn is_cookie(&self, cookie: &str, ticket: &str) -> Result<(), CredentialError> {
        let bound: [&[u8]; 2] = [b"browser", ticket.as_bytes()];
        let opened = self.means.vault.open(cookie, &bound);
        opened.map(|_| ()).map_err(|_| Denied::Somebody.into())
    }
}

fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).hex().into_iter().map(char::from).collect()
}

fn is_secure(per_user: &PerUser) -> bool {
    per_user.public.starts_with("https:")
}

/// Our cookie in a `Cookie` header.
fn cookie(header: &str) -> Option<&str> {
    let pairs =
        header.get(..MOST.min(header.len()))?.split(';').filter_map(|it| it.split_once('='));
    let mut own = pairs.filter(|(name, _)| name.trim() == COOKIE);
    let (_, value) = own.next()?;
    // Two of them are of two makers.
    own.next().is_none().then(|| value.trim())
}
