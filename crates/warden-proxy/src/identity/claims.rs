//! From what a token says to who somebody is.

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use warden_model::Digest;
use warden_policy::{
    Time,
    access::{How, Principal, SessionKey},
};
use warden_seal::jose::Claims;

use super::{
    person::{Bound, FromToken, Identity},
    reason::Reason,
    settings::Issuer,
};

/// The most roles, groups, scopes or tools of one token.
const MOST: usize = 512;

/// The longest name of anything, in bytes.
const MOST_NAME: usize = 512;

/// How often a token may have been passed on (RFC 8693, section 4.1).
const MOST_ACTORS: usize = 8;

/// Types of tokens that are for something else (`nonce` and the hashes are of ID tokens, `events`
/// of logout and security event tokens).
const OF_OTHERS: &[&str] = &["nonce", "at_hash", "c_hash", "s_hash", "events"];

/// Whose token, and for whom.
pub(super) struct Reading<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) resource: &'a str,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// How it is known what a token says.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    /// It is signed, and its header says that it is of this type.
    Signed(Option<&'a str>),
    /// Its issuer was asked.
    Asked,
}

impl Reading<'_> {
    /// Who somebody with this token is.
    pub(super) fn identity(&self, claims: &Claims, known: Known<'_>) -> Result<Identity, Reason> {
        match known {
            Known::Signed(typ) => self.check_type(claims, typ)?,
            Known::Asked => check_answer(claims)?,
        }
        self.check_issuer(claims, known)?;
        self.check_audience(claims)?;
        let expires = self.check_time(claims)?;
        let from = self.from(claims, known)?;
        let bound = bound(claims)?;
        let principal = self.principal(claims, (&from, &bound), expires)?;
        let lacks = |scope: &String| {
            principal.scopes.as_ref().is_none_or(|scopes| !scopes.contains(scope.as_str()))
        };
        if self.issuer.scopes.iter().any(lacks) {
            return Err(Reason::Scope);
        }
        let names = &self.issuer.claims;
        Ok(Identity {
            principal,
            claimed_roles: set(claims, names.roles.as_deref())?,
            claimed_groups: set(claims, names.groups.as_deref())?,
            from: Some(from),
            until: Some(expires),
            bound,
        })
    }

    /// RFC 9068, section 4. What has another type, or what another kind of token has in it, is
    /// none of ours; among them ID tokens and the assertions of enterprise-managed authorization,
    /// which are for authorization servers.
    fn check_type(&self, claims: &Claims, typ: Option<&str>) -> Result<(), Reason> {
        match typ {
            Some("at+jwt") => return Ok(()),
            None | Some("jwt") if self.issuer.any_type => {}
            _ => return Err(Reason::TokenType),
        }
        let is_other = OF_OTHERS.iter().any(|name| claims.get(name).is_some());
        if is_other || !is_of_access(claims) { Err(Reason::TokenType) } else { Ok(()) }
    }

    /// An answer is from whom we asked, also if it does not say so.
    fn check_issuer(&self, claims: &Claims, known: Known<'_>) -> Result<(), Reason> {
        match claims.get("iss") {
            None if matches!(known, Known::Asked) => Ok(()),
            Some(Value::String(issuer)) if *issuer == self.issuer.url => Ok(()),
            _ => Err(Reason::TokenIssuer),
        }
    }

    fn check_audience(&self, claims: &Claims) -> Result<(), Reason> {
        let ours = |audience: &str| {
            is_same_resource(audience, self.resource)
                || self.issuer.audiences.iter().any(|other| other == audience)
        };
        let found = match claims.get("aud") {
            Some(Value::String(audience)) => ours(audience),
            // A list with something else in it than text is not one that all read alike.
            Some(Value::Array(all)) if all.iter().all(Value::is_string) => {
                all.iter().filter_map(Value::as_str).any(ours)
            }
            _ => false,
        };
        if found { Ok(()) } else { Err(Reason::TokenAudience) }
    }

    fn check_time(&self, claims: &Claims) -> Result<Time, Reason> {
        let seconds = |name| claims.seconds(name).map_err(|_| Reason::TokenClaims);
        let leeway = i64::from(self.issuer.leeway);
        let expires = seconds("exp")?.ok_or(Reason::TokenExpired)? + leeway;
        if expires <= self.now {
            return Err(Reason::TokenExpired);
        }
        let is_later = |time: Option<i64>| time.is_some_and(|time| time > self.now + leeway);
        if is_later(seconds("nbf")?) || is_later(seconds("iat")?) {
            return Err(Reason::TokenEarly);
        }
        Ok(Time::from_micros(expires.saturating_mul(1_000_000)))
    }

    fn from(&self, claims: &Claims, known: Known<'_>) -> Result<FromToken, Reason> {
        let names = &self.issuer.claims;
        let mut agents = names.agent.iter().filter_map(|name| claims.get(name));
        let agent = agents.next().ok_or(Reason::TokenClaims)?;
        if agents.any(|other| other != agent) {
            return Err(Reason::TokenClaims);
        }
        let agent = name(Some(agent))?.ok_or(Reason::TokenClaims)?;
        // In answers both are optional (RFC 7662, section 2.2), and some servers say neither of an
        // agent that acts for nobody.
        let is_nobody = matches!(known, Known::Asked) && claims.get("username").is_none();
        let subject = name(claims.get("sub"))?.or_else(|| is_nobody.then_some(agent));
        Ok(FromToken {
            issuer: self.issuer.url.as_str().into(),
            subject: subject.ok_or(Reason::TokenClaims)?.into(),
            agent: agent.into(),
            id: name(claims.get("jti"))?.map(Into::into),
            session: name(claims.get(&names.session))?.map(Into::into),
            issued: claims.seconds("iat").map_err(|_| Reason::TokenClaims)?,
        })
    }

    fn principal(
        &self,
        claims: &Claims,
        (from, bound): (&FromToken, &Bound),
        expires: Time,
    ) -> Result<Principal, Reason> {
        let names = &self.issuer.claims;
        let optional = |claim: &Option<String>| match claim {
            Some(claim) => name(claims.get(claim)),
            None => Ok(None),
        };
        // RFC 9068, section 2.2: an agent that acts for nobody is its own subject.
        let user = match name(claims.get(&names.user))? {
            _ if from.subject == from.agent => None,
            Some(user) => Some(self.named(user)),
            None => return Err(Reason::TokenClaims),
        };
        let tenant = match (optional(&names.tenant)?, &names.tenant) {
            (Some(tenant), _) => tenant,
            (None, None) => &self.issuer.tenant,
            (None, Some(_)) => return Err(Reason::TokenClaims),
        };
        let is_bound = *bound != Bound::default();
        let parts =
            [&from.issuer, &*from.subject, &*from.agent, from.session.as_deref().unwrap_or("")];
        Ok(Principal {
            how: if is_bound { How::BoundToken } else { How::Token },
            user,
            agent: self.named(&from.agent),
            client: None,
            machine: None,
            delegation: actors(claims)?,
            tenant: tenant.into(),
            purpose: optional(&names.purpose)?.map(Into::into),
            roles: BTreeSet::new(),
            scopes: scopes(claims)?,
            allowlist: self.tools(claims)?,
            session: SessionKey::derived(&parts),
            expires: Some(expires),
        })
    }

    fn tools(&self, claims: &Claims) -> Result<Option<Arc<[Box<str>]>>, Reason> {
        let Some(claim) = &self.issuer.claims.tools else { return Ok(None) };
        let Some(value) = claims.get(claim) else { return Ok(None) };
        let tools = list(value)?;
        Ok(Some(tools.iter().map(|tool| Box::from(&**tool)).collect()))
    }

    fn named(&self, name: &str) -> Arc<str> {
        match &*self.issuer.realm {
            "" => name.into(),
            realm => format!("{realm}:{name}").into(),
        }
    }
}

/// Whether a token says nothing of its kind, or that it is to come in with, in the ways in which
/// servers say so.
fn is_of_access(claims: &Claims) -> bool {
    let says = |name: &str, right: &[&str]| match claims.get(name) {
        None => true,
        Some(Value::String(it)) => right.iter().any(|right| it.eq_ignore_ascii_case(right)),
        Some(_) => false,
    };
    says("typ", &["Bearer", "DPoP"]) && says("token_use", &["access", "access_token"])
}

/// An issuer also answers about tokens that are only to get others with, and tells them apart by
/// `token_type` (RFC 7662, section 2.2).
fn check_answer(claims: &Claims) -> Result<(), Reason> {
    let kind = claims.text("token_type").ok_or(Reason::TokenType)?;
    let is_known = ["Bearer", "DPoP"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    if is_known && is_of_access(claims) { Ok(()) } else { Err(Reason::TokenType) }
}

/// Whether an audience is the resource. An address without path is written in two ways.
fn is_same_resource(audience: &str, resource: &str) -> bool {
    let has_path = super::uri::split(resource).is_some_and(|(_, path)| path.len() > 1);
    let bare = |text: &str| text.len() - usize::from(text.ends_with('/'));
    audience == resource
        || !has_path && audience.get(..bare(audience)) == resource.get(..bare(resource))
}

/// A name that is there and is one.
fn name(value: Option<&Value>) -> Result<Option<&str>, Reason> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) if is_name(name) => Ok(Some(name)),
        Some(_) => Err(Reason::TokenClaims),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MOST_NAME && !name.contains(char::is_control)
}

/// Names in a list, or in one text with spaces between them.
fn list(value: &Value) -> Result<BTreeSet<Arc<str>>, Reason> {
    let names: Option<BTreeSet<Arc<str>>> = match value {
        Value::String(all) => {
            Some(all.split(' ').filter(|name| !name.is_empty()).map(Into::into).collect())
        }
        Value::Array(all) => all.iter().map(|name| name.as_str().map(Into::into)).collect(),
        _ => None,
    };
    let names = names.filter(|names| names.len() <= MOST && names.iter().all(|name| is_name(name)));
    names.ok_or(Reason::TokenClaims)
}

fn set(claims: &Claims, claim: Option<&str>) -> Result<BTreeSet<Arc<str>>, Reason> {
    claim.and_then(|claim| claims.get(claim)).map_or_else(|| Ok(BTreeSet::new()), list)
}

/// `scope` of RFC 9068, section 2.2.3, or `scp`, as some servers call it.
fn scopes(claims: &Claims) -> Result<Option<BTreeSet<Arc<str>>>, Reason> {
    claims.get("scope").or_else(|| claims.get("scp")).map(list).transpose()
}

/// Whom a token names as having passed it on, the last first (RFC 8693, section 4.1).
fn actors(claims: &Claims) -> Result<Vec<Arc<str>>, Reason> {
    let mut actors = Vec::new();
    let mut next = claims.get("act");
    while let Some(actor) = next {
        if actors.len() == MOST_ACTORS {
            return Err(Reason::TokenClaims);
        }
        let who = name(actor.get("sub"))?.ok_or(Reason::TokenClaims)?;
        actors.push(who.into());
        next = actor.get("act");
    }
    Ok(actors)
}

/// What a token is bound to (RFC 7800, section 3.1). A way that is not known here cannot be
/// checked, so that the token is nobody's.
fn bound(claims: &Claims) -> Result<Bound, Reason> {
    let mut bound = Bound::default();
    let Some(confirmation) = claims.get("cnf") else { return Ok(bound) };
    let members = confirmation.as_object().filter(|members| !members.is_empty());
    for (member, value) in members.ok_or(Reason::TokenBinding)? {
        let value = value.as_str().filter(|it| is_name(it)).ok_or(Reason::TokenBinding)?;
        match member.as_str() {
            "jkt" => bound.key = Some(value.into()),
            "x5t#S256" => {
                let digest = URL_SAFE_NO_PAD.decode(value).ok().and_then(|it| it.try_into().ok());
                bound.certificate = Some(Digest::from_bytes(digest.ok_or(Reason::TokenBinding)?));
            }
            _ => return Err(Reason::TokenBinding),
        }
    }
    Ok(bound)
}
