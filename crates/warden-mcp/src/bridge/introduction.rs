//! How a server introduces itself: `initialize` and `server/discover`.

use super::{
    capabilities::{server_capabilities_to_legacy, server_capabilities_to_modern},
    meta::SERVER_INFO,
    result::Cache,
};
use crate::{
    Revision, frame,
    splice::{self, Edit},
    walk,
};

/// What stands for the name of a server that does not say it. Older revisions require one.
const NAMELESS: &str = r#"{"name":"unknown","version":"unknown"}"#;

/// The result of `server/discover` for a server that was initialized.
///
/// `supported` are the revisions in which it can be spoken to through us.
#[must_use]
pub fn introduction_to_modern(initialized: &str, supported: &[Revision], cache: Cache) -> String {
    let versions: Vec<_> = supported.iter().map(|revision| splice::text(revision.name())).collect();
    let versions = format!("[{}]", versions.join(","));
    let capabilities =
        server_capabilities_to_modern(walk::member(initialized, "capabilities").unwrap_or("{}"));
    let info = walk::member(initialized, "serverInfo").unwrap_or(NAMELESS);
    let meta = walk::member(initialized, "_meta");
    let meta = splice::object(meta, &[(SERVER_INFO, Edit::Set(info))]);
    let ttl = cache.ttl_ms.to_string();
    splice::object(
        Some(initialized),
        &[
            ("protocolVersion", Edit::Gone),
            ("serverInfo", Edit::Gone),
            ("resultType", Edit::Set(r#""complete""#)),
            ("supportedVersions", Edit::Set(&versions)),
            ("capabilities", Edit::Set(&capabilities)),
            ("ttlMs", Edit::Set(&ttl)),
            ("cacheScope", Edit::Set(cache.scope.json())),
            ("_meta", Edit::Set(&meta)),
        ],
    )
}

/// The result of `initialize` in `revision` for a server that was discovered.
#[must_use]
pub fn introduction_to_legacy(discovered: &str, revision: Revision) -> String {
    let version = splice::text(revision.name());
    let capabilities =
        server_capabilities_to_legacy(walk::member(discovered, "capabilities").unwrap_or("{}"));
    let meta = walk::member(discovered, "_meta").unwrap_or("{}");
    let info = walk::member(meta, SERVER_INFO).unwrap_or(NAMELESS);
    let rest = splice::object(Some(meta), &[(SERVER_INFO, Edit::Gone)]);
    let left = walk::members(&rest).next().is_some();
    splice::object(
        Some(discovered),
        &[
            ("resultType", Edit::Gone),
            ("supportedVersions", Edit::Gone),
            ("ttlMs", Edit::Gone),
            ("cacheScope", Edit::Gone),
            ("protocolVersion", Edit::Set(&version)),
            ("capabilities", Edit::Set(&capabilities)),
            ("serverInfo", Edit::Set(info)),
            ("_meta", if left { Edit::Set(&rest) } else { Edit::Gone }),
        ],
    )
}

/// The revisions that a result of `server/discover`, or the data of an error about an unsupported
/// one, names and that we know, oldest first.
#[must_use]
pub fn supported_versions(raw: &str) -> Vec<Revision> {
    let list = walk::member(raw, "supportedVersions").or_else(|| walk::member(raw, "supported"));
    let names = walk::elements(list.unwrap_or_default()).filter_map(frame::string);
    let mut known: Vec<_> = names.filter_map(|name| Revision::parse(&name)).collect();
    known.sort_unstable();
    known.dedup();
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::Scope;

    /// From the examples of revision 2026-07-28.
    const DISCOVERED: &str = r#"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"resources":{}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"ExampleServer","version":"1.0.0"}},"instructions":"Use it.","ttlMs":3600000,"cacheScope":"public"}"#;

    const INITIALIZED: &str = r#"{"capabilities":{"tools":{},"resources":{}},"instructions":"Use it.","protocolVersion":"2025-11-25","serverInfo":{"name":"ExampleServer","version":"1.0.0"}}"#;

    #[test]
    fn a_discovered_server_is_introduced_as_initialized() {
        assert_eq!(introduction_to_legacy(DISCOVERED, Revision::V2025_11_25), INITIALIZED);
        let bare = introduction_to_legacy(r#"{"_meta":{"k":1}}"#, Revision::V2024_11_05);
        assert_eq!(walk::text(&bare, "protocolVersion").unwrap(), "2024-11-05");
        assert_eq!(walk::member(&bare, "capabilities"), Some("{}"));
        assert_eq!(walk::member(&bare, "serverInfo"), Some(NAMELESS));
        assert_eq!(walk::member(&bare, "_meta"), Some(r#"{"k":1}"#));
    }

    #[test]
    fn an_initialized_server_is_introduced_as_discovered() {
        let cache = Cache { ttl_ms: 3_600_000, scope: Scope::Public };
        let result = introduction_to_modern(INITIALIZED, &[Revision::V2026_07_28], cache);
        let value: serde_json::Value = serde_json::from_str(&result).unwrap();
        let expected: serde_json::Value = serde_json::from_str(DISCOVERED).unwrap();
        assert_eq!(value, expected);
        assert_eq!(introduction_to_legacy(&result, Revision::V2025_11_25), INITIALIZED);
    }

    #[test]
    fn versions_that_we_know_are_read_in_order() {
        let raw =
            r#"{"supportedVersions":["2026-07-28","2031-01-01",7,"2025-06-18","2026-07-28"]}"#;
        assert_eq!(supported_versions(raw), [Revision::V2025_06_18, Revision::V2026_07_28]);
        let data = r#"{"supported":["2024-11-05"],"requested":"1.0.0"}"#;
        assert_eq!(supported_versions(data), [Revision::V2024_11_05]);
        assert_eq!(supported_versions("{}"), []);
    }
}
