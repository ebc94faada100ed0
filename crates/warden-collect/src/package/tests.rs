use warden_model::{Pinning, Registry};

use super::of;

/// Checks registry, name, version, pinning and publisher, written `registry name version pinning
/// publisher` with `-` for what is not there.
#[track_caller]
fn check(line: &str, expected: &str) {
    let words = shell_words::split(line).unwrap();
    let package = of(&words[0], &words[1..]).map_or_else(
        || "none".to_owned(),
        |package| {
            let version = package.version.as_deref().unwrap_or("-");
            let publisher = package.publisher.as_deref().unwrap_or("-");
            let (registry, pinning) = (package.registry.name(), package.pinning.name());
            format!("{registry} {} {version} {pinning} {publisher}", package.name)
        },
    );
    assert_eq!(package, expected, "{line}");
}

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn npm_launchers_name_their_package() {
    check(
        "npx -y @modelcontextprotocol/server-memory",
        "npm @modelcontextprotocol/server-memory - floating modelcontextprotocol",
    );
    check("npx @a/b@1.2.3 --flag x@9.9.9", "npm @a/b 1.2.3 exact a");
    check("npx -y pkg@latest", "npm pkg latest floating -");
    check("npx pkg@^1.2.3", "npm pkg ^1.2.3 floating -");
    check("npx pkg@1.2.3-beta.1", "npm pkg 1.2.3-beta.1 exact -");
    check("npx pkg@1.x", "npm pkg 1.x floating -");
    check("npx --yes --package=pkg@1.0.0 -- server", "npm pkg 1.0.0 exact -");
    check("npx -p pkg@1.0.0 server", "npm pkg 1.0.0 exact -");
    check("npx --registry https://r.example pkg", "npm pkg - floating -");
    check("bunx pkg@2.0.0", "npm pkg 2.0.0 exact -");
    check("bun x pkg", "npm pkg - floating -");
    check("pnpm dlx pkg", "npm pkg - floating -");
    check("yarn dlx -q pkg", "npm pkg - floating -");
    check("npm exec -y -- pkg@3.1.4", "npm pkg 3.1.4 exact -");
    check("/usr/local/bin/npx pkg", "npm pkg - floating -");
    check("npx x@npm:@real/pkg@1.0.0", "npm @real/pkg 1.0.0 exact real");
    check("npx", "none");
}

#[test]
fn git_and_urls_are_told_apart_from_releases() {
    check("npx -y github:owner/repo", "git github.com/owner/repo - floating owner");
    check(
        &format!("npx -y github:owner/repo#{COMMIT}"),
        &format!("git github.com/owner/repo {COMMIT} digest owner"),
    );
    check("npx -y owner/repo", "git owner/repo - floating owner");
    check("npx git+https://github.com/o/r.git#main", "git github.com/o/r main floating o");
    check("uvx --from git+https://github.com/o/r@main tool", "git github.com/o/r main floating o");
    check(
        &format!("uvx --from git+https://github.com/o/r.git@{COMMIT} tool"),
        &format!("git github.com/o/r.git {COMMIT} digest o").replace("r.git ", "r "),
    );
    check("uvx --from git+ssh://git@github.com/o/r@v1 tool", "git github.com/o/r v1 floating o");
    check(
        "npx https://user:secret@x.example/p.tgz?token=t",
        "url https://x.example/p.tgz - floating x.example",
    );
    check("npx ./local", "local ./local - local -");
}

#[test]
fn python_launchers_name_their_package() {
    check("uvx mcp-server-git", "pypi mcp-server-git - floating -");
    check("uvx mcp-server-git==0.6.2", "pypi mcp-server-git 0.6.2 exact -");
    check("uvx mcp-server-git@2025.4.24 --repository .", "pypi mcp-server-git 2025.4.24 exact -");
    check("uvx mcp-server-git@latest", "pypi mcp-server-git latest floating -");
    check("uvx --python 3.12 --from 'a[b]==1.0.0' tool", "pypi a 1.0.0 exact -");
    check("uvx 'a>=1,<2'", "pypi a >=1,<2 floating -");
    check("uv tool run a==1.0", "pypi a 1.0 exact -");
    check("uv run --with a==1.0 python -m a", "pypi a 1.0 exact -");
    check("uv --directory /srv/x run server.py", "local /srv/x - local -");
    check("uv run server.py", "local server.py - local -");
    check("pipx run a", "pypi a - floating -");
    check("pipx run --spec a==1.2 b", "pypi a 1.2 exact -");
    check("python -m mcp_server_git", "local mcp_server_git - local -");
    check("python3.12 -u server.py", "local server.py - local -");
    check("python -c 'import x'", "none");
}

#[test]
fn containers_are_pinned_by_their_digest_only() {
    let digest = format!("sha256:{}", "ab".repeat(32));
    check("docker run -i --rm -e TOKEN -v /a:/b mcp/git", "oci mcp/git - floating mcp");
    check(
        "docker run -i --rm ghcr.io/github/github-mcp-server:v1.2.3 stdio",
        "oci ghcr.io/github/github-mcp-server v1.2.3 floating github",
    );
    check(
        &format!("podman run -it --env A=1 docker.io/o/i@{digest}"),
        &format!("oci docker.io/o/i {digest} digest o"),
    );
    check("docker run --network=host localhost:5000/x", "oci localhost:5000/x - floating library");
    check("docker --context c container run --name n img", "oci img - floating library");
    check("docker run -eTOKEN --mount type=bind,src=/,dst=/host img", "oci img - floating library");
    check("docker compose run x", "none");
    check("docker mcp gateway run", "none");
}

#[test]
fn other_launchers_name_their_package() {
    check("deno run -A npm:@a/b@1.0.0", "npm @a/b 1.0.0 exact a");
    check("deno run jsr:@s/p@0.1.2", "other @s/p 0.1.2 exact s");
    check(
        "deno run --allow-net https://x.example/m.ts",
        "url https://x.example/m.ts - floating x.example",
    );
    check("go run github.com/o/r/cmd/s@v1.2.3", "other github.com/o/r/cmd/s v1.2.3 exact o");
    check("go run github.com/o/r@latest", "other github.com/o/r latest floating o");
    check("go run ./cmd", "local ./cmd - local -");
    check("node /srv/server.js --x", "local /srv/server.js - local -");
    check("node --import tsx server.ts", "local server.ts - local -");
    check("java -Xmx1g -jar s.jar", "local s.jar - local -");
    check("/opt/server --stdio", "local /opt/server - local -");
    check("mcp-server-git", "none");
    check("dnx A.B@1.0.0 --yes", "other A.B 1.0.0 exact -");
}

#[test]
fn what_stands_before_the_command_is_looked_through() {
    check("env A=1 B=2 npx pkg@1.0.0", "npm pkg 1.0.0 exact -");
    check("cmd /c npx -y pkg", "npm pkg - floating -");
    check("cmd.exe /C 'npx -y pkg'", "npm pkg - floating -");
    check("sh -c 'TOKEN=x npx -y pkg'", "npm pkg - floating -");
    check("bash -lc 'cd /x && exec uvx a==1.0'", "pypi a 1.0 exact -");
    check("sudo -E npx pkg", "npm pkg - floating -");
    check("op run -- npx pkg", "npm pkg - floating -");
    check("timeout 10 npx pkg", "npm pkg - floating -");
    check("powershell -NoProfile -Command 'npx pkg'", "npm pkg - floating -");
    check("'npx -y pkg'", "npm pkg - floating -");
    let nested = format!("{}npx a", "env A=1 ".repeat(20));
    check(&nested, "none");
}

#[test]
fn every_registry_and_pinning_has_a_name() {
    let package = of("npx", &["a@1.0.0".to_owned()]).unwrap();
    assert_eq!((package.registry, package.pinning), (Registry::Npm, Pinning::Exact));
}
