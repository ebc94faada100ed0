//! What a repository brings besides configurations of clients.

use crate::{Repo, Wanted, npm};

#[test]
fn a_dependency_that_is_a_server_is_judged_as_its_lock_file_names_it() {
    let repo = Repo::new();
    repo.put(
        "package.json",
        r#"{"name": "app", "version": "1.0.0", "dependencies": {"mcp-remote": "^0.1.0", "express": "^4.0.0"}}"#,
    );
    repo.check(&[], "floating-version");
    repo.put(
        "package-lock.json",
        r#"{"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": {
            "": {"name": "app", "version": "1.0.0", "dependencies": {"mcp-remote": "^0.1.0", "express": "^4.0.0"}},
            "node_modules/express": {"version": "4.0.0"},
            "node_modules/mcp-remote": {"version": "0.1.16"}}}"#,
    );
    repo.check(&[], "not-certified");
    repo.certify(&npm("mcp-remote", "0.1.16"));
    repo.check(&[], "counts");
    repo.put(".mcpwarden/gate.toml", "dependencies = false\n");
    assert!(repo.standings(&[]).is_empty());
}

#[test]
fn a_digest_in_a_lock_file_has_to_be_that_of_the_certificate() {
    let lock = |digest: &str| format!("mcp-server-git==2026.1.14 --hash=sha256:{digest}\n");
    let repo = Repo::new();
    repo.certify(&Wanted { ecosystem: "pypi", ..npm("mcp-server-git", "2026.1.14") });
    let right = warden_model::Digest::of(b"mcp-server-git@Some(\"2026.1.14\")").to_string();
    repo.put("requirements.txt", &lock(right.trim_start_matches("sha256:")));
    repo.check(&[], "counts");
    repo.put("requirements.txt", &lock(&"0".repeat(64)));
    repo.check(&[], "certificate-wrong-subject");
}

#[test]
fn what_is_published_is_judged() {
    let repo = Repo::new();
    repo.put(
        "server.json",
        r#"{"name": "io.example/mail", "version": "1.2.3", "description": "mail",
            "packages": [{"registryType": "npm", "identifier": "@acme/mail", "version": "1.2.3",
                          "transport": {"type": "stdio"}}]}"#,
    );
    repo.check(&[], "not-certified");
    repo.certify(&npm("@acme/mail", "1.2.3"));
    repo.check(&[], "counts");
}

#[test]
fn servers_behind_the_gateway_are_judged() {
    let repo = Repo::new();
    repo.put(
        "deploy/gateway.toml",
        "[[server]]\nname = \"mail\"\ncommand = [\"npx\", \"-y\", \"@acme/mail@1.2.3\"]\n",
    );
    repo.check(&[], "not-certified");
    repo.certify(&npm("@acme/mail", "1.2.3"));
    repo.check(&[], "counts");
    repo.put("deploy/gateway.toml", "[[server]]\nname = \"mail\"\ncomand = [\"npx\"]\n");
    repo.check(&[], "unread-file");
}
