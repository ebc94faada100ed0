//! The pages, in plain HTML: no script, no style but our own, nothing from elsewhere.

use std::{collections::BTreeSet, fmt::Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use warden_model::Digest;

use super::{CredentialError, Holder};
use crate::credentials::error::Denied;

/// How the pages look. The policy of the page allows this text, by its digest, and no other.
const STYLE: &str = include_str!("page/style.css");

/// What a browser is answered with.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// Headers, each name in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, in UTF-8.
    pub body: String,
    /// Who has agreed with this: the agent, and the person if there is one.
    pub agreed: Option<(String, Option<String>)>,
}

/// Headers may hold a state or a cookie.
impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What somebody is asked to agree to.
pub(super) struct Asking<'a> {
    pub(super) server: &'a str,
    pub(super) resource: &'a str,
    /// What we are called, by us and by the authorization server.
    pub(super) client: (&'a str, &'a str),
    pub(super) scopes: &'a BTreeSet<String>,
    pub(super) redirect: &'a str,
    /// The authorization server, and the origin of its page.
    pub(super) issuer: (&'a str, &'a str),
    pub(super) holder: &'a Holder,
}

impl Asking<'_> {
    pub(super) fn page(&self) -> Page {
        let person = self.holder.user.as_deref().unwrap_or("nobody but the agent itself");
        let (name, id) = self.client;
        let mut rows = vec![
            ("Server", self.server),
            ("Address of the server", self.resource),
            ("For", person),
            ("Through the agent", &*self.holder.agent),
        ];
        if !self.holder.tenant.is_empty() {
            rows.push(("Tenant", &*self.holder.tenant));
        }
        rows.extend([
            ("Client", name),
            ("Client identifier", id),
            ("Authorization server", self.issuer.0),
            ("Its page", self.issuer.1),
            ("You come back to", self.redirect),
        ]);
        let mut body = String::from(
            "<h1>Let an agent use a server as you?</h1>\n<p>The agent will be able to do there \
             what the scopes below say. If you have not just asked it for something that needs \
             this server, or if what stands at <b>For</b> is not you, refuse.</p>\n<dl>\n",
        );
        for (label, value) in rows {
            // Writing into a text cannot fail.
            writeln!(body, "<dt>{label}</dt><dd><code>{}</code></dd>", shown(value)).ok();
        }
        body.push_str("<dt>Scopes</dt>\n");
        for scope in self.scopes {
            writeln!(body, "<dd><code>{}</code></dd>", shown(scope)).ok();
        }
        body.push_str(
            "</dl>\n<form method=\"post\">\n<button name=\"answer\" value=\"refuse\">Refuse\
             </button>\n<button name=\"answer\" value=\"agree\">Agree</button>\n</form>\n",
        );
        Page::new(200, "Agree?", &body, &format!("'self' {}", self.issuer.1))
    }
}

impl Page {
    fn new(status: u16, title: &str, body: &str, forms: &str) -> Self {
        let style = STANDARD.encode(Digest::of(STYLE.as_bytes()).bytes());
        let csp = format!(
            "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; \
             frame-ancestors 'none'; form-action {forms}"
        );
        let headers = vec![
            ("content-type", "text/html; charset=utf-8".to_owned()),
            ("content-security-policy", csp),
            ("cache-control", "no-store".to_owned()),
            // Not `no-referrer`, with which browsers do not say whose page a form is on.
            ("referrer-policy", "same-origin".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("x-frame-options", "DENY".to_owned()),
        ];
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title} - MCP Warden</title><style>{STYLE}</style></head>\n<body>\n{body}</body>\n</html>\n"
        );
        Self { status, headers, body, agreed: None }
    }

    /// Says that it has worked.
    pub(super) fn done(server: &str) -> Self {
        let body = format!(
            "<h1>Done</h1>\n<p>The agent can use <code>{}</code> now. You can close this page and \
             go back to it.</p>\n",
            shown(server)
        );
        Self::new(200, "Done", &body, "'none'")
    }

    /// Says that it has not. What an authorization server says about that is not repeated.
    pub(super) fn refusal(error: &CredentialError) -> Self {
        let status = match error {
            CredentialError::Refused(Denied::Somebody) => 403,
            CredentialError::Refused(_) | CredentialError::NeedsConsent { .. } => 400,
            CredentialError::Away(_) => 503,
        };
        let body = format!(
            "<h1>This did not work</h1>\n<p>Nothing was given to the agent \
             (<code>{}</code>). Ask the agent again to get a new page.</p>\n",
            error.code()
        );
        Self::new(status, "This did not work", &body, "'none'")
    }

    /// Sends the browser on.
    pub(super) fn onward(address: &str) -> Self {
        let mut page = Self::new(303, "Go on", "", "'none'");
        page.headers.push(("location", address.to_owned()));
        page
    }

    pub(super) fn with_cookie(
        mut self,
        name: &str,
        value: &str,
        path: &str,
        is_secure: bool,
    ) -> Self {
        let secure = if is_secure { "; Secure" } else { "" };
        let cookie =
            format!("{name}={value}; Path={path}; Max-Age=900; HttpOnly; SameSite=Lax{secure}");
        self.headers.push(("set-cookie", cookie));
        self
    }
}

/// A text as it may stand in a page: nothing of it is markup, and what cannot be seen is shown by
/// its number.
fn shown(text: &str) -> String {
    let text = warden_detect::visible(text).text;
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Line feeds and the like are no secret, but a value is one line.
            c if c.is_control() => {
                // Writing into a text cannot fail.
                write!(out, "‹U+{:04X}›", u32::from(c)).ok();
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hidden_characters_are_shown_by_their_numbers() {
        assert_eq!(shown("ann\u{202e}\u{200b}\n"), "ann‹U+202E›‹U+200B›‹U+000A›");
        assert_eq!(shown("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
        assert_eq!(shown("files:read"), "files:read");
    }

    proptest! {
        // Nothing that somebody else has chosen becomes markup.
        #[test]
        fn nothing_becomes_markup(text in "\\PC{0,40}|[<>\"'&a-z \u{202e}\u{0}-\u{1f}]{0,40}") {
            let shown = shown(&text);
            prop_assert!(!shown.contains(['<', '>', '"', '\'']));
            prop_assert!(!shown.chars().any(char::is_control));
            prop_assert!(warden_detect::hidden(&shown).is_empty());
        }
    }
}
