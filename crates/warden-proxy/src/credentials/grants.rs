//! Asking a token endpoint.

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::header::{AUTHORIZATION, HeaderName};
use warden_model::Hidden;

use super::{
    error::CredentialError,
    reach::{Question, Reach, escape, form},
    secrets::Secrets,
    settings::{ClientAuth, Exchange, Grant},
    token::{self, ACCESS_TOKEN, Token, Wanted},
};

/// One way to a token endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endpoint<'a> {
    pub(super) reach: &'a Reach,
    pub(super) url: &'a str,
    pub(super) secrets: Option<&'a Secrets>,
    pub(super) grant: &'a Grant,
    /// The server that the token is for (RFC 8707).
    pub(super) resource: &'a str,
    pub(super) now: u64,
}

/// Parameters of a request, in order.
pub(super) type Parameters<'a> = Vec<(&'a str, &'a str)>;

impl Endpoint<'_> {
    /// A token for the gateway itself (RFC 6749, section 4.4).
    pub(super) async fn own(&self) -> Result<Token, CredentialError> {
        let scopes = self.scopes();
        let mut parameters = vec![("grant_type", "client_credentials")];
        parameters.extend(scopes.as_deref().map(|scopes| ("scope", scopes)));
        self.token(parameters, None).await
    }

    /// A token for this server in exchange for that of the caller (RFC 8693).
    pub(super) async fn exchanged(
        &self,
        exchange: &Exchange,
        subject: &Hidden,
    ) -> Result<Token, CredentialError> {
        let scopes = self.scopes();
        let actor = match &exchange.actor {
            Some((actor, kind)) => Some((actor.fill(self.secrets).await?, kind)),
            None => None,
        };
        let mut parameters = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", subject.reveal()),
            ("subject_token_type", &exchange.subject_type),
            ("requested_token_type", ACCESS_TOKEN),
        ];
        parameters.extend(exchange.audience.as_deref().map(|audience| ("audience", audience)));
        parameters.extend(scopes.as_deref().map(|scopes| ("scope", scopes)));
        if let Some((actor, kind)) = &actor {
            parameters.extend([("actor_token", actor.reveal()), ("actor_token_type", kind)]);
        }
        self.token(parameters, Some(subject)).await
    }

    /// What the server takes scopes in: one text with spaces between them.
    pub(super) fn scopes(&self) -> Option<String> {
        let all: Vec<_> = self.grant.scopes.iter().map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// Asks for a token.
    pub(super) async fn token(
        &self,
        parameters: Parameters<'_>,
        subject: Option<&Hidden>,
    ) -> Result<Token, CredentialError> {
        let mut parameters = parameters;
        parameters.push(("resource", self.resource));
        let answer = self.reach.ask(self.question(self.url, parameters).await?).await?;
        let Grant { scopes, assumed, .. } = self.grant;
        let wanted = Wanted { scopes, subject, assumed: *assumed };
        token::read(&answer, &wanted, self.now)
    }

    /// A question to an endpoint where we have to show that it is us.
    pub(super) async fn question<'a>(
        &self,
        url: &'a str,
        mut parameters: Parameters<'_>,
    ) -> Result<Question<'a>, CredentialError> {
        let client = &*self.grant.client;
        let mut headers: Vec<(HeaderName, Hidden)> = Vec::new();
        let secret;
        match &self.grant.auth {
            ClientAuth::None => parameters.push(("client_id", client)),
            ClientAuth::Post(from) => {
                secret = from.fill(self.secrets).await?;
                parameters.push(("client_id", client));
                parameters.push(("client_secret", secret.reveal()));
            }
            ClientAuth::Basic(from) => {
                // Both are written as in a form first (RFC 6749, section 2.3.1).
                let (secret, mut pair) = (from.fill(self.secrets).await?, String::new());
                escape(client, &mut pair);
                pair.push(':');
                escape(secret.reveal(), &mut pair);
                let shown = format!("Basic {}", STANDARD.encode(pair));
                headers.push((AUTHORIZATION, Hidden::new(shown)));
            }
        }
        Ok(Question { url, headers, form: Some(form(parameters)) })
    }
}
