use warden_model::{Class, Connection, Severity};

use crate::{
    Context, Draft, Meta, Rule,
    command::{launch, unwrapped},
};

#[doc = include_str!("certificate_check_disabled.md")]
#[derive(Debug)]
pub(crate) struct CertificateCheckDisabled;

static META: Meta = Meta {
    id: "certificate-check-disabled",
    class: Class::TlsMissing,
    severity: Severity::High,
    title: "certificates of servers are not checked",
    help: "add the certificate of your organisation with `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE` instead",
    languages: &[],
    cwe: &[],
    page: include_str!("certificate_check_disabled.md"),
};

impl Rule for CertificateCheckDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        let Some(launch) = launch(connection) else { return };
        for setting in &launch.env {
            let value = setting.value.reveal().trim().to_ascii_lowercase();
            let name = setting.name.to_ascii_uppercase();
            if VARIABLES
                .iter()
                .any(|(variable, off)| *variable == name && off.contains(&value.as_str()))
            {
                report(connection, &setting.name, out);
            }
        }
        for word in unwrapped(launch).iter().skip(1) {
            if FLAGS.contains(&word.as_str()) {
                report(connection, word, out);
            }
        }
    }
}

const VARIABLES: &[(&str, &[&str])] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["0"]),
    ("PYTHONHTTPSVERIFY", &["0"]),
    ("GIT_SSL_NO_VERIFY", &["1", "true"]),
    ("NPM_CONFIG_STRICT_SSL", &["false"]),
    ("UV_INSECURE_HOST", &["*"]),
    ("SSL_VERIFY", &["0", "false"]),
    ("VERIFY_SSL", &["0", "false"]),
    ("VERIFY_TLS", &["0", "false"]),
];

const FLAGS: &[&str] = &[
    "--insecure",
    "--no-verify-ssl",
    "--no-check-certificate",
    "--insecure-skip-tls-verify",
    "--tls-verify=false",
    "--strict-ssl=false",
    "--no-tls-verify",
    "--skip-tls-verify",
    "--allow-insecure-certs",
];

fn report(connection: &Connection, name: &str, out: &mut Vec<Draft>) {
    let message = format!("`{name}` turns off the check of certificates");
    out.push(Draft::on(connection, message, "anybody on the way can be the other side").key(name));
}
