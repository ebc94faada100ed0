use std::sync::LazyLock;

use regex::Regex;
use warden_model::{Class, Connection, Pinning, Registry, Severity};

use crate::{
    Context, Draft, Meta, Rule,
    command::{launch, words},
};

#[doc = include_str!("remote_code_download.md")]
#[derive(Debug)]
pub(crate) struct RemoteCodeDownload;

static META: Meta = Meta {
    id: "remote-code-download",
    class: Class::UnpinnedUnsigned,
    severity: Severity::High,
    title: "every start downloads code and runs it unseen",
    help: "install a reviewed version, and start that",
    languages: &[],
    cwe: &[],
    page: include_str!("remote_code_download.md"),
};

impl Rule for RemoteCodeDownload {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_connection(&self, connection: &Connection, _: &Context<'_>, out: &mut Vec<Draft>) {
        if let Some(package) = &connection.package
            && matches!(package.registry, Registry::Git | Registry::Url)
            && package.pinning == Pinning::Floating
        {
            let message = "every start fetches code from an address and runs it";
            let label = if package.registry == Registry::Git {
                "a branch or a tag moves when somebody moves it"
            } else {
                "nothing says what the address will hold next time"
            };
            out.push(Draft::on(connection, message, label).key("package"));
        }
        let line = launch(connection).map(|launch| words(launch).join(" ")).unwrap_or_default();
        if PIPED.as_ref().is_some_and(|piped| piped.is_match(&line)) {
            let message = "every start downloads a script and runs it";
            let label = "the answer of a web server becomes code here";
            out.push(
                Draft::on(connection, message, label).severity(Severity::Critical).key("script"),
            );
        }
    }
}

/// A download whose output a shell or an interpreter runs; a test sees that it compiles.
static PIPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:curl|wget|fetch)\b[^|;&]*\|\s*(?:sudo\s+)?(?:env\s+)?(?:ba|z|da|k)?sh\b",
        r"|\b(?:curl|wget)\b[^|;&]*\|\s*(?:sudo\s+)?(?:python[0-9.]*|node|perl|ruby|deno|bun)\b",
        r"|(?:bash|sh|zsh|source|eval|\.)\s+[^|;]*(?:<\(|\$\(|`)\s*(?:curl|wget)\b",
        r"|\b(?:iex|invoke-expression)\b.*\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b",
        r"|\b(?:iwr|irm|invoke-webrequest|invoke-restmethod)\b.*\|\s*(?:iex|invoke-expression)\b",
        r"|\b(?:curl|wget)\b.*(?:&&|;)\s*(?:chmod\s+\+x|(?:ba|z)?sh|python[0-9.]*|node)\b",
    ))
    .ok()
});

#[cfg(test)]
mod tests {
    #[test]
    fn the_pattern_compiles() {
        assert!(super::PIPED.is_some());
    }
}
