//! The 44 classes that every finding belongs to, from whichever part of the product it comes.
//!
//! A class says what kind of problem it is, a rule how it was noticed. Classes carry what people
//! sort and report by: domain, usual severity and CWE numbers.

use crate::Severity;

/// What is known of a class before anything was found.
#[derive(Clone, Copy, Debug)]
pub struct ClassInfo {
    /// The identifier in reports, for example `TOOL_POISONING`.
    pub id: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// The risk domain: 1 access, 2 data, 3 operations, 4 supply chain.
    pub domain: u8,
    /// The severity when nothing more is known.
    pub severity: Severity,
    /// CWE numbers, the closest first; may be empty.
    pub cwe: &'static [u16],
}

macro_rules! classes {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $title:literal, $domain:literal, $severity:ident, [$($cwe:literal),*];)*) => {
        /// The class of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class {
            $(#[doc = $title] $variant,)*
        }

        impl Class {
            /// Every class, in the order of their domain.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// What is known of this class.
            #[must_use]
            pub const fn info(self) -> ClassInfo {
                match self {
                    $(Self::$variant => ClassInfo {
                        id: $id,
                        title: $title,
                        domain: $domain,
                        severity: Severity::$severity,
                        cwe: &[$($cwe),*],
                    },)*
                }
            }
        }
    };
}

classes! {
    AuthzMissing = "AUTHZ_MISSING", "No session-scoped or per-tool authorisation", 1, High, [862, 863, 1220];
    AuthNone = "AUTH_NONE", "Endpoint without authentication", 1, Critical, [306, 862];
    AuthWeak = "AUTH_WEAK", "Static, shared or long-lived credential as only authentication", 1, High, [1390, 522, 798];
    NetExposed = "NET_EXPOSED", "Bound to 0.0.0.0, no Origin/Host check, DNS rebinding", 1, High, [1327, 346, 350, 942];
    OauthMisconfig = "OAUTH_MISCONFIG", "OAuth flow weakness: no PKCE, mix-up, open redirect, rogue AS, consent phishing", 1, High, [287, 352, 601, 346];
    ScopeExcess = "SCOPE_EXCESS", "Over-permissioned tool or token scope", 1, High, [250, 269, 732];
    SecretExposure = "SECRET_EXPOSURE", "Credential in config, code, log or tool output", 1, High, [522, 532, 312, 798];
    SessionWeak = "SESSION_WEAK", "Predictable, replayable or non-expiring session", 1, High, [384, 613, 294];
    TlsMissing = "TLS_MISSING", "No or weak transport encryption", 1, High, [319, 326];
    TokenPassthrough = "TOKEN_PASSTHROUGH", "Token audience not bound, passthrough, confused deputy", 1, High, [441, 863, 290];
    CrossTenant = "CROSS_TENANT", "Cross-tenant or cross-user data access", 2, Critical, [639, 668, 863];
    DataClassGap = "DATA_CLASS_GAP", "No data-classification enforcement at the tool layer / over-sharing", 2, High, [213, 212, 200];
    DataExfil = "DATA_EXFIL", "Observed or attempted exfiltration (volume, destination, content)", 2, Critical, [200, 201, 359];
    MemoryPoisoning = "MEMORY_POISONING", "Poisoned agent memory, shared context or vector store reached through a tool", 2, High, [345, 668];
    PromptInjection = "PROMPT_INJECTION", "Indirect injection through tool result, resource, prompt", 2, High, [1427, 1426];
    ResidencyUnknown = "RESIDENCY_UNKNOWN", "Data residency/processing location undocumented or outside policy", 2, Medium, [213];
    ServerInitiatedAbuse = "SERVER_INITIATED_ABUSE", "Abuse of server-initiated requests (sampling, elicitation, roots) or forged tool results", 2, High, [345, 451, 1426];
    ToxicFlow = "TOXIC_FLOW", "Untrusted input + sensitive read + egress path in one agent", 2, Critical, [200, 201, 668];
    A2aUnmonitored = "A2A_UNMONITORED", "Agent-to-agent or server-to-server interaction outside monitoring", 3, Medium, [778, 940];
    AnomalyBlind = "ANOMALY_BLIND", "No behavioural monitoring / rate-limit baseline", 3, Medium, [770, 778];
    AuditMissing = "AUDIT_MISSING", "No or incomplete audit of tool invocations", 3, High, [778];
    CommandInjection = "COMMAND_INJECTION", "Command/argument/code injection or RCE in a tool", 3, Critical, [77, 78, 88, 94, 95];
    Destruction = "DESTRUCTION", "Destructive or fraudulent tool action executed", 3, Critical, [862, 749];
    HitlMissing = "HITL_MISSING", "Write/destructive/send action without human confirmation", 3, High, [862, 749];
    PathTraversal = "PATH_TRAVERSAL", "Path traversal / symlink escape", 3, High, [22, 23, 73];
    RateLimitMissing = "RATE_LIMIT_MISSING", "No rate, size, time or cost limit on a tool", 3, Medium, [400, 770, 1284];
    Recon = "RECON", "Server/tool/prompt enumeration or capability mapping (runtime)", 3, Low, [497, 200];
    SandboxMissing = "SANDBOX_MISSING", "Server runs without process/network/file isolation", 3, High, [250, 693];
    SqlInjection = "SQL_INJECTION", "SQL/NoSQL injection in a tool", 3, Critical, [89];
    Ssrf = "SSRF", "Server-side request forgery / metadata access", 3, High, [918];
    UnintendedAction = "UNINTENDED_ACTION", "Unintended write, process execution or external communication (runtime)", 3, High, [749, 441];
    CertBelowPolicy = "CERT_BELOW_POLICY", "Certification level/score below policy, expired or revoked", 4, Medium, [1357];
    ContractGap = "CONTRACT_GAP", "No contractual security clauses (SLA, breach notice, audit, exit)", 4, Medium, [];
    HiddenNetwork = "HIDDEN_NETWORK", "Undeclared outbound endpoint / telemetry beyond declared parameters", 4, High, [912, 201, 506];
    MaliciousPackage = "MALICIOUS_PACKAGE", "Malicious server/package (backdoor, install script, BCC pattern)", 4, Critical, [506, 829];
    ManifestDrift = "MANIFEST_DRIFT", "Tool definition changed after approval (rug pull)", 4, High, [494, 353, 345];
    NoSecurityContact = "NO_SECURITY_CONTACT", "No security contact / security.txt / disclosure policy", 4, Low, [];
    OwnerMissing = "OWNER_MISSING", "No accountable owner / business process / data tag", 4, Medium, [];
    ShadowServer = "SHADOW_SERVER", "Unregistered MCP server or agent in use", 4, High, [1357, 829];
    ToolPoisoning = "TOOL_POISONING", "Hidden instructions in tool name, description, schema, annotation", 4, High, [451, 506, 1427];
    ToolShadowing = "TOOL_SHADOWING", "Tool-name collision / cross-server shadowing / typosquat / impersonation", 4, High, [706, 290, 451];
    UnpinnedUnsigned = "UNPINNED_UNSIGNED", "Release not pinned to a digest / not signed / provenance unknown", 4, Medium, [494, 829, 347];
    VendorUnassessed = "VENDOR_UNASSESSED", "Third-party tool without security assessment", 4, Medium, [1357];
    VulnDependency = "VULN_DEPENDENCY", "Known-vulnerable dependency or server version", 4, High, [1395, 1357];
}

impl Class {
    /// The identifier in reports, for example `TOOL_POISONING`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.info().id
    }

    /// The class with this identifier, if there is one.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_found_by_its_identifier() {
        assert_eq!(Class::ALL.len(), 44);
        for class in Class::ALL {
            assert_eq!(Class::parse(class.id()), Some(*class));
            assert!((1..=4).contains(&class.info().domain), "{}", class.id());
        }
    }
}
