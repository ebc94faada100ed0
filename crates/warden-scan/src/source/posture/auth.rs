//! What says that callers are asked who they are, and from where.

use warden_flow::{
    analysis::At,
    ir::{Expr, Language},
};

use super::{CallAt, Evidence, Posture, Scan, words};
use crate::source::surface::reader::Part;

/// Calls that ask for a token or check one.
static CALLS: &[&str] = &[
    "requireBearerAuth",
    "mcpAuthRouter",
    "BearerAuthBackend",
    "RequireAuthMiddleware",
    "AuthenticationMiddleware",
    "HTTPBearer",
    "HTTPBasic",
    "HTTPDigest",
    "APIKeyHeader",
    "APIKeyQuery",
    "APIKeyCookie",
    "OAuth2PasswordBearer",
    "OAuth2AuthorizationCodeBearer",
    "basicAuth",
    "bearerAuth",
    "expressjwt",
    "jwtVerify",
    "verifyIdToken",
    "RequireBearerToken",
    "BasicAuth",
    "KeyAuth",
    "KeyAuthWithConfig",
    "login_required",
    "jwt_required",
    "requiresAuth",
    "withMcpAuth",
    "OAuthProvider",
    "verify_id_token",
    "ParseWithClaims",
    "timingSafeEqual",
    "compare_digest",
    "ConstantTimeCompare",
    "clerkMiddleware",
];

/// Headers that say who a caller is.
static HEADERS: &[&str] = &[
    "authorization",
    "x-api-key",
    "x-auth-token",
    "api-key",
    "apikey",
    "x-mcp-key",
    "x-api-token",
    "x-access-token",
];

/// Calls that look at where a request comes from.
static ORIGIN_CALLS: &[&str] = &[
    "TrustedHostMiddleware",
    "hostHeaderValidation",
    "localhostHostValidation",
    "originValidation",
    "localhostOriginValidation",
    "createMcpExpressApp",
    "createMcpHonoApp",
    "createMcpFastifyApp",
    "NewCrossOriginProtection",
    "CrossOriginProtection",
];

/// Whether a call with this name looks at where a request comes from.
pub(super) fn looks_at_origin(name: &str) -> bool {
    ORIGIN_CALLS.contains(&name)
}

/// A call that asks, or that is given something that does.
pub(super) fn call(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    let place = scan.place(call.at);
    if CALLS.contains(&name) || is_guard(name) {
        out.authentication.push(Evidence { place, optional: false });
    }
    if ORIGIN_CALLS.contains(&name) {
        out.origin_checks.push(place);
    }
    options(scan, call, name, out);
    for at in scan.reader.plain_args(call) {
        let given = scan.reader.last_name(at).filter(|_| scan.text(at).is_none());
        let Some(given) = given else { continue };
        if ORIGIN_CALLS.contains(&given) {
            out.origin_checks.push(place);
        }
        // `app.use(authMiddleware)`, `Middleware(BearerMiddleware)`
        if is_guard(given) || CALLS.contains(&given) {
            out.authentication.push(Evidence { place, optional: false });
        }
    }
    header(scan, call, name, out);
}

/// `FastMCP("x", auth=…)`, `allowed_hosts=…`, `TransportSecuritySettings(…)`.
fn options(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    let place = scan.place(call.at);
    for (option, at) in scan.named(call) {
        let server = matches!(name, "FastMCP" | "MCPServer" | "Server" | "http_app" | "run");
        match option {
            "auth" | "auth_server_provider" | "token_verifier" | "auth_provider" if server => {
                let values = scan.reader.values(at);
                let none = |at: &At| matches!(scan.reader.expr(*at), Expr::Null);
                if !values.iter().all(none) {
                    let optional = values.iter().any(none);
                    out.authentication.push(Evidence { place, optional });
                }
            }
            "allowed_hosts" | "allowed_origins" => out.origin_checks.push(place),
            "transport_security" | "security_settings" => {
                let off = scan.reader.values(at).into_iter().any(|value| {
                    scan.reader.call(value).is_some_and(|made| {
                        let switch = scan.reader.arg(made, None, "enable_dns_rebinding_protection");
                        switch.is_some_and(|at| scan.reader.truth(at) == Some(false))
                    })
                });
                if !off {
                    out.origin_checks.push(place);
                }
            }
            _ => {}
        }
    }
}

/// `headers.get("authorization")`, `req.header("x-api-key")`, `r.Header.Get("Origin")`.
fn header(scan: &Scan<'_>, call: CallAt<'_>, name: &str, out: &mut Posture) {
    if !matches!(name, "get" | "Get" | "header" | "get_header" | "getHeader" | "GetHeader") {
        return;
    }
    let first = scan.reader.plain_args(call).first().copied();
    let Some(text) = first.and_then(|at| scan.text(at)) else { return };
    let base = scan.reader.base(scan.callee(call)).and_then(|base| scan.reader.last_name(base));
    let request = base.is_some_and(|base| {
        let base = base.to_ascii_lowercase();
        base.contains("header") || matches!(base.as_str(), "req" | "request" | "r" | "c" | "ctx")
    });
    if request {
        known_header(scan, call.at, text, out);
    }
}

/// `req.headers.authorization`, `request.headers["Origin"]`, `r.Host`.
pub(super) fn read(scan: &Scan<'_>, at: At, out: &mut Posture) {
    if scan.targets.binary_search(&at.expr).is_ok() {
        return;
    }
    let (base, name) = match scan.reader.expr(at) {
        Expr::Member(base, name) => (*base, scan.reader.name(at.module, *name)),
        Expr::Index(base, key) => match scan.text(At { expr: *key, ..at }) {
            Some(text) => (*base, text),
            None => return,
        },
        _ => return,
    };
    if !matches!(name.len(), 4..=24) {
        return;
    }
    let of = scan.reader.last_name(At { expr: base, ..at }).unwrap_or_default();
    let request = of.eq_ignore_ascii_case("headers") || of.ends_with("Headers");
    if request {
        known_header(scan, at, name, out);
    } else if scan.language() == Language::Go && name == "Host" && matches!(of, "r" | "req") {
        out.origin_checks.push(scan.place(at));
    }
}

fn known_header(scan: &Scan<'_>, at: At, name: &str, out: &mut Posture) {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    if HEADERS.contains(&lower.as_str()) || lower.ends_with("-api-key") {
        out.authentication.push(Evidence { place: scan.place(at), optional: false });
    } else if matches!(lower.as_str(), "origin" | "host") {
        out.origin_checks.push(scan.place(at));
    }
}

/// `{authenticate: …}`, `{auth: {provider: …}}`, `{enableDnsRebindingProtection: true}`.
pub(super) fn object(scan: &Scan<'_>, parts: &[Part<'_>], out: &mut Posture) {
    for part in parts {
        let place = || scan.place(part.at);
        match part.name {
            "authenticate" if !scan.reader.functions(part.at).is_empty() => {
                out.authentication.push(Evidence { place: place(), optional: false });
            }
            "auth" if scan.is_script() => {
                let provider = scan.reader.values(part.at).into_iter().any(|value| {
                    scan.reader.part(value, &["provider", "required", "verify"]).is_some()
                });
                if provider {
                    out.authentication.push(Evidence { place: place(), optional: false });
                }
            }
            "enableDnsRebindingProtection" if scan.reader.truth(part.at) != Some(false) => {
                out.origin_checks.push(place());
            }
            "allowedHosts" | "allowedOrigins" | "allowed_hosts" | "allowed_origins" => {
                out.origin_checks.push(place());
            }
            _ => {}
        }
    }
}

/// Whether a name is that of something that lets only known callers through: `requireAuth`,
/// `verify_token`, `authMiddleware`.
fn is_guard(name: &str) -> bool {
    // Most names are none: this is cheaper than taking words apart.
    let lower = name.to_ascii_lowercase();
    if !["auth", "token", "apikey", "api_key", "bearer", "jwt"].iter().any(|w| lower.contains(w)) {
        return false;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let what =
        has(&["auth", "authentication", "authenticate", "authorization", "token", "bearer", "jwt"])
            || lower.contains("api_key")
            || lower.contains("apikey");
    let does = has(&["require", "required", "requires", "check", "verify", "validate", "ensure"]);
    let stands = has(&["middleware", "guard", "authenticate", "interceptor"]);
    // What a client does to get in itself is none.
    let own =
        has(&["get", "fetch", "refresh", "store", "save", "load", "create", "client", "oauth"]);
    what && (does || stands) && !own
}
