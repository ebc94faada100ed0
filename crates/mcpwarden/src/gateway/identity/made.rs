//! From what is written of who comes in to what the gateway is set up with.

use std::{collections::BTreeSet, io::Read as _, path::Path};

use warden_model::Digest;
use warden_policy::Time;
use warden_proxy::identity::{
    self as proxy, Algorithm, CertificateEntry, ClaimNames, IdentitySettings, KeyEntry, KeysFrom,
};

use super::{Claims, Config, Dpop, Holder, Introspection, Issuer, Key, Keys, Peer, Span, words};
use crate::{
    Failure, Kind, World,
    gateway::table::{self, is_name},
};

/// The longest file of authorities, in bytes.
const MOST: u64 = 1 << 20;
/// How many seconds clocks may differ.
const LEEWAY: u64 = 30;
/// How many seconds the answer about a token is believed.
const BELIEVED: u64 = 30;

impl From<Holder> for proxy::Holder {
    fn from(holder: Holder) -> Self {
        match holder {
            Holder::Agent => Self::Agent,
            Holder::User => Self::User,
        }
    }
}

/// Who comes in, if the configuration says more than `[[client]]` can.
///
/// # Errors
/// A reference that leads nowhere, or a file that cannot be read.
pub(in crate::gateway) fn identity(
    config: &Config,
    world: &World,
) -> Result<Option<IdentitySettings>, Failure> {
    let Some(raw) = &config.identity else { return Ok(None) };
    let mut settings = IdentitySettings::new(&raw.resource);
    settings.scopes.clone_from(&raw.scopes);
    settings.nonces = raw.nonces;
    settings.dpop = match raw.dpop {
        Dpop::Off => proxy::Dpop::Off,
        Dpop::Accepted => proxy::Dpop::Accepted,
        Dpop::Required => proxy::Dpop::Required,
    };
    for (headers, holder) in
        [(&raw.agent_headers, Holder::Agent), (&raw.user_headers, Holder::User)]
    {
        let Some(headers) = headers else { continue };
        settings.said.retain(|_, known| *known != holder.into());
        let lower = headers.iter().map(|name| (name.to_ascii_lowercase(), holder.into()));
        settings.said.extend(lower);
    }
    for one in &config.issuers {
        settings.issuers.push(issuer(one, config, world)?);
    }
    settings.keys = config.keys.iter().filter_map(key).collect();
    settings.certificates = config.peers.iter().filter_map(certificate).collect();
    Ok(Some(settings))
}

fn seconds(span: Option<Span>, usual: u64) -> u32 {
    let seconds = span.map_or(usual, |span| span.0.as_secs());
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

fn issuer(raw: &Issuer, config: &Config, world: &World) -> Result<proxy::Issuer, Failure> {
    let usual = proxy::Issuer::new(&raw.url);
    let algorithms = raw.algorithms.as_ref();
    let algorithms = algorithms
        .map(|names| names.iter().filter_map(|name| Algorithm::parse(name)).collect::<Vec<_>>());
    Ok(proxy::Issuer {
        realm: raw.realm.clone().unwrap_or_default(),
        audiences: raw.audiences.clone(),
        keys: match (&raw.jwks, raw.keys) {
            (Some(url), _) => KeysFrom::Url(url.clone()),
            (None, Keys::Discovery) => KeysFrom::Discovery,
            (None, Keys::None) => KeysFrom::Nowhere,
        },
        introspection: match &raw.introspection {
            Some(asked) => Some(introspection(asked, config, world)?),
            None => None,
        },
        algorithms: algorithms.unwrap_or(usual.algorithms),
        any_type: raw.any_type,
        claims: claims(&raw.claims),
        tenant: raw.tenant.clone().unwrap_or_default(),
        scopes: raw.scopes.clone(),
        leeway: seconds(raw.leeway, LEEWAY),
        authorities: match &raw.authorities {
            Some(path) => Some(authorities(&config.home.join(path))?),
            None => None,
        },
        url: usual.url,
    })
}

fn introspection(
    raw: &Introspection,
    config: &Config,
    world: &World,
) -> Result<proxy::Introspection, Failure> {
    let means = (world, config.secrets.as_deref());
    let secret = words::filled(&raw.client_secret, &config.home, means).map_err(|why| {
        Failure::new(Kind::Config, "the settings of `introspection` cannot be filled in").hint(why)
    })?;
    Ok(proxy::Introspection {
        url: raw.url.clone(),
        client: raw.client_id.clone(),
        secret,
        believed: seconds(raw.life, BELIEVED),
    })
}

fn authorities(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = || {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST {
            return Err(std::io::Error::other("it is too long"));
        }
        Ok(bytes)
    };
    read().map_err(|error| {
        let shown = path.display();
        Failure::new(Kind::Config, format!("cannot read the authorities in `{shown}`"))
            .caused_by(error)
    })
}

fn claims(raw: &Claims) -> ClaimNames {
    let usual = ClaimNames::default();
    ClaimNames {
        user: raw.user.clone().unwrap_or(usual.user),
        agent: raw.agent.clone().unwrap_or(usual.agent),
        session: raw.session.clone().unwrap_or(usual.session),
        roles: raw.roles.clone(),
        groups: raw.groups.clone(),
        tenant: raw.tenant.clone(),
        purpose: raw.purpose.clone(),
        tools: raw.tools.clone(),
    }
}

/// A key; nothing of what is a contradiction, and so is told before.
fn key(raw: &Key) -> Option<KeyEntry> {
    let expires = match &raw.expires {
        Some(text) => Some(Time::from_rfc3339(text)?),
        None => None,
    };
    Some(KeyEntry {
        name: raw.name.clone(),
        holder: raw.holder.into(),
        digest: Digest::from_hex(raw.sha256.as_bytes()).ok()?,
        expires,
        roles: BTreeSet::new(),
        tenant: raw.tenant.clone().unwrap_or_default(),
    })
}

/// A new key and its table.
///
/// # Errors
/// A name that is none, or no randomness.
pub(crate) fn made_key(name: &str) -> Result<String, Failure> {
    if !is_name(name) {
        let expected = table::Kind::Name.expected();
        return Err(Failure::new(Kind::Usage, format!("`--key` has to be {expected}")));
    }
    let made = proxy::make_key(name).map_err(|error| {
        Failure::new(Kind::Internal, "a key cannot be made").hint(error.to_string())
    })?;
    let digest = String::from_utf8_lossy(&made.digest.hex()).into_owned();
    Ok(format!(
        "# What the client shows as `Authorization: Bearer KEY`. It is shown this once.\n\
         # {}\n\n[[key]]\nname = \"{name}\"\nsha256 = \"{digest}\"\n",
        made.key.reveal()
    ))
}

fn certificate(raw: &Peer) -> Option<CertificateEntry> {
    Some(CertificateEntry {
        matches: raw.matches().pop()?,
        holder: raw.holder.into(),
        name: raw.name.clone(),
        roles: BTreeSet::new(),
        tenant: raw.tenant.clone().unwrap_or_default(),
    })
}
