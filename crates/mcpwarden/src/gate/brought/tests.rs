use super::*;

/// A file of each kind, whose only certain server is `good`.
const FILES: &[(&str, &str)] = &[
    (
        ".mcp.json",
        r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "good@1.2.3"], "env": {"A": "b"}}}}"#,
    ),
    (
        "server.json",
        r#"{"name": "n", "packages": [{"registryType": "npm", "identifier": "good", "version": "1.2.3"}],
            "remotes": [{"url": "https://mcp.example/"}]}"#,
    ),
    ("gateway.toml", "[[server]]\nname = \"a\"\ncommand = [\"npx\", \"-y\", \"good@1.2.3\"]\n"),
    (".npmrc", "registry=https://x.example/\n@a:registry = \"https://y.example\"\n"),
    (
        "package-lock.json",
        r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"mcp-remote": "1"}},
            "node_modules/mcp-remote": {"version": "0.1.16"}}}"#,
    ),
    (
        "compose.yml",
        "services:\n  mcp:\n    image: mcp/fetch@sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
    ),
];

fn file(path: &str, bytes: &[u8]) -> RepositoryFile {
    RepositoryFile { path: path.into(), bytes: bytes.into() }
}

fn found(files: &[RepositoryFile]) -> Vec<Brought> {
    let look = Look { servers: &BTreeSet::new(), dependencies: true, registries: &[] };
    find(files, &[], &look).servers
}

#[test]
fn every_kind_of_file_brings_what_it_names() {
    let told: Vec<Vec<String>> = FILES
        .iter()
        .map(|(path, text)| {
            let all = found(&[file(path, text.as_bytes())]);
            all.iter().map(|one| format!("{}: {}", one.by, one.what.shown())).collect()
        })
        .collect();
    assert_eq!(told[0], ["claude-code: npm:good@1.2.3"]);
    assert_eq!(told[1], ["server.json: npm:good@1.2.3", "server.json: https://mcp.example/"]);
    assert_eq!(told[2], ["gateway: npm:good@1.2.3"]);
    assert!(told[3].is_empty());
    assert_eq!(told[4], ["dependency: npm:mcp-remote@0.1.16"]);
    assert_eq!(told[5], ["docker-mcp: mcp/fetch"]);
}

/// No file can be cut or changed so that reading it breaks.
#[test]
fn broken_files_are_read_to_their_end() {
    for (path, text) in FILES {
        let whole = text.as_bytes();
        for end in 0..whole.len() {
            drop(found(&[file(path, &whole[..end])]));
        }
        for at in 0..whole.len() {
            for byte in [0, b'"', b'{', b'\n', 0x80, 0xff] {
                let mut changed = whole.to_vec();
                changed[at] = byte;
                drop(found(&[file(path, &changed)]));
            }
        }
    }
}

#[test]
fn a_configuration_that_is_cut_off_is_a_server_that_nobody_can_tell() {
    for (path, text) in &FILES[..3] {
        let whole = text.as_bytes();
        let half = found(&[file(path, &whole[..whole.len() / 2])]);
        assert!(half.iter().all(|one| matches!(one.what, What::Unread { .. })), "{path}: {half:?}");
        assert!(!half.is_empty(), "{path}");
    }
}

#[test]
fn settings_that_divert_packages_hold_for_all_of_them() {
    let all: Vec<RepositoryFile> =
        FILES.iter().map(|(path, text)| file(path, text.as_bytes())).collect();
    let all = found(&all);
    assert_eq!(all.len(), 6);
    let certain = all.iter().filter(|one| matches!(one.what, What::Package { .. }));
    assert_eq!(certain.count(), 0, "{all:?}");
}
