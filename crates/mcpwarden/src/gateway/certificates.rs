//! What is asked of the certificates of servers behind the gateway.

use warden_model::Digest;
use warden_policy::{
    Certified, Pin,
    approval::{self, Environment},
    certificate::{CertificatePolicy, MinLevels, Use},
};

use super::file::{self, Config, Server};
use crate::{
    Failure, Kind, World,
    certify::{exec, stand},
    paths::Paths,
};

/// How a server is started that was certified, if it runs here.
///
/// # Errors
/// When it was not certified, or its bytes are not those.
pub(super) fn launched(
    server: &Server,
    world: &World,
    paths: &Paths,
) -> Result<Option<exec::Certified>, Failure> {
    match (&server.certified, &server.url) {
        (Some(name), None) => exec::certified(name, paths, world).map(Some),
        _ => Ok(None),
    }
}

/// How the certificate of a server stands, from now on.
pub(super) fn certified(
    server: &Server,
    config: &Config,
    (pin, tree): (Option<&Pin>, Option<Digest>),
    watch: &stand::Watch,
) -> Certified {
    let asked = &config.certificates;
    let name = match &server.certified {
        Some(name) => name.clone(),
        // What nobody has named has no certificate, which is a no.
        None if asked.required || asked.approved => server.approved_as().to_owned(),
        None => return Certified::default(),
    };
    let environment = match server.environment {
        file::Environment::Sandbox => Environment::Sandbox,
        file::Environment::Production => Environment::Production,
    };
    let at = |path: &std::path::PathBuf| config.home.join(path);
    watch.over(&stand::Asked {
        name,
        tree,
        url: server.url.clone(),
        manifest: stand::Asked::manifest(pin),
        wanted: Use { environment, data: data(server) },
        policy: policy(asked.level),
        trust: asked.trust.as_ref().map(at),
        revocations: asked.revocations.as_ref().map(at),
        bundle: asked.bundle.as_ref().map(at),
        approved: asked.approved,
    })
}

/// The class of a server's data: what nobody has said is internal.
fn data(server: &Server) -> approval::DataClass {
    match server.class.map(|class| class.0) {
        Some(warden_detect::DataClass::Public) => approval::DataClass::Public,
        Some(warden_detect::DataClass::Confidential) => approval::DataClass::Confidential,
        Some(warden_detect::DataClass::Regulated) => approval::DataClass::Regulated,
        Some(warden_detect::DataClass::Internal) | None => approval::DataClass::Internal,
    }
}

/// The published levels, and none of them below what is set.
fn policy(level: Option<u8>) -> CertificatePolicy {
    let usual = CertificatePolicy::default();
    let rows = usual.levels.rows().map(|row| row.map(|least| least.max(level.unwrap_or(0))));
    // A file that names no level that there is was refused when it was read.
    CertificatePolicy { levels: MinLevels::new(rows).unwrap_or(usual.levels), ..usual }
}

/// Why a certified server cannot be looked at through the gateway's configuration.
pub(super) fn by_its_name(server: &Server) -> Failure {
    let name = server.approved_as();
    Failure::new(Kind::Usage, format!("`{}` is started from the store", server.name))
        .hint(format!("look at it by its name: `mcpwarden approve {name}`"))
}
