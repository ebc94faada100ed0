//! A gateway's configuration under construction.

use std::fmt::Write as _;

use serde_json::json;

use crate::programs::program;

/// A configuration: settings of the whole, then servers, then other tables.
#[derive(Clone, Debug)]
pub struct Setup {
    top: String,
    servers: Vec<(String, String)>,
    tables: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// Listens on any port of loopback, and leaves names as the servers give them.
    #[must_use]
    pub fn new() -> Self {
        Self::at(0)
    }

    /// Listens on this port of loopback.
    #[must_use]
    pub fn at(port: u16) -> Self {
        // What is tried is the way of a message, and not who may send it.
        let top = format!(
            "listen = \"127.0.0.1:{port}\"\nnames = \"plain\"\npolicy = \"open\"\nthreads = 2\n"
        );
        Self { top, servers: Vec::new(), tables: String::new() }
    }

    /// With the rules of whoever says nothing about rules.
    #[must_use]
    pub fn usual_policy(mut self) -> Self {
        self.top = self.top.replace("policy = \"open\"\n", "");
        self
    }

    /// Adds a line that is about the whole.
    #[must_use]
    pub fn top(mut self, line: &str) -> Self {
        if line.starts_with("policy") {
            self.top = self.top.replace("policy = \"open\"\n", "");
        }
        self.top.push_str(line);
        self.top.push('\n');
        self
    }

    /// Adds the fixture server with these flags; everybody shares it.
    #[must_use]
    pub fn program(self, name: &str, flags: &[&str]) -> Self {
        let server = program("fixture-server");
        let words: Vec<_> = std::iter::once(server.to_string_lossy())
            .chain(flags.iter().map(|f| (*f).into()))
            .collect();
        // JSON's arrays of strings are TOML's as well.
        self.server(name, &format!("command = {}", json!(words)))
    }

    /// Adds a server behind a URL; everybody shares it.
    #[must_use]
    pub fn url(self, name: &str, url: &str) -> Self {
        self.server(name, &format!("url = {}", json!(url)))
    }

    fn server(mut self, name: &str, line: &str) -> Self {
        self.servers.push((name.into(), format!("share = \"all\"\n{line}\n")));
        self
    }

    /// Adds a line that is about the last server.
    #[must_use]
    pub fn more(mut self, line: &str) -> Self {
        if let Some((_, lines)) = self.servers.last_mut() {
            lines.push_str(line);
            lines.push('\n');
        }
        self
    }

    /// Says who shares a connection to the last server.
    #[must_use]
    pub fn share(mut self, whom: &str) -> Self {
        if let Some((_, lines)) = self.servers.last_mut() {
            *lines = lines.replace("share = \"all\"", &format!("share = \"{whom}\""));
        }
        self
    }

    /// Takes a server out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.servers.retain(|(known, _)| known != name);
        self
    }

    /// Adds a table, or several.
    #[must_use]
    pub fn table(mut self, text: &str) -> Self {
        self.tables.push_str(text);
        self.tables.push('\n');
        self
    }

    /// Adds a client that shows this token.
    #[must_use]
    pub fn client(self, name: &str, token: &str) -> Self {
        let digest = warden_model::Digest::of(token.as_bytes());
        let hex = String::from_utf8_lossy(&digest.hex()).into_owned();
        self.table(&format!("[[client]]\nname = \"{name}\"\ntoken_sha256 = \"{hex}\""))
    }

    /// What the servers are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.servers.iter().map(|(name, _)| name.as_str())
    }

    /// The configuration.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.top.clone();
        for (name, lines) in &self.servers {
            // Writing into a string cannot fail.
            write!(text, "\n[[server]]\nname = \"{name}\"\n{lines}").ok();
        }
        text.push('\n');
        text.push_str(&self.tables);
        text
    }
}
