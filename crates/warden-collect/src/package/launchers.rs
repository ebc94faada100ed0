//! Which word of a command line names the package: one function per family of launchers.

use warden_model::{Package, Pinning, Registry};

use super::{program, spec};

/// The flags of npm's launchers that take a value.
const NPM_VALUES: &[&str] = &[
    "-p",
    "--package",
    "-c",
    "--call",
    "--registry",
    "--cache",
    "--userconfig",
    "-w",
    "--workspace",
    "--prefix",
    "--shell",
    "--node-options",
    "--loglevel",
    "-C",
    "--dir",
    "--script-shell",
];

/// The flags of uv that take a value.
const UV_VALUES: &[&str] = &[
    "--from",
    "--with",
    "-w",
    "--with-editable",
    "--with-requirements",
    "-p",
    "--python",
    "--index",
    "--index-url",
    "-i",
    "--default-index",
    "--extra-index-url",
    "--find-links",
    "-f",
    "--directory",
    "--project",
    "--env-file",
    "--cache-dir",
    "--config-file",
    "--refresh-package",
    "--upgrade-package",
    "-P",
    "--constraint",
    "-c",
    "--overrides",
    "--extra",
    "--group",
    "--package",
    "--prerelease",
    "--resolution",
    "--exclude-newer",
    "--link-mode",
    "--allow-insecure-host",
    "--isolated-from",
    "--color",
    "--index-strategy",
    "--keyring-provider",
    "-m",
    "--module",
];

/// The flags of pipx that take a value.
const PIPX_VALUES: &[&str] =
    &["--spec", "--python", "--pip-args", "--index-url", "-i", "--with", "--suffix"];

/// The flags of `docker run` that take no value. All others do, unless they contain `=`.
const DOCKER_SWITCHES: &[&str] = &[
    "-i",
    "-t",
    "-d",
    "-P",
    "-q",
    "--interactive",
    "--tty",
    "--detach",
    "--rm",
    "--init",
    "--privileged",
    "--read-only",
    "--publish-all",
    "--quiet",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--sig-proxy",
    "--disable-content-trust",
    "--help",
    "--replace",
    "--tls-verify",
    "--rmi",
    "--no-hosts",
    "--env-host",
    "--http-proxy",
    "--use-api-socket",
];

/// The package that one launcher runs.
pub(super) fn package(command: &str, args: &[String]) -> Option<Package> {
    let name = program(command);
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match (name.as_str(), words.as_slice()) {
        ("npx" | "bunx" | "pnpx", rest)
        | ("bun", ["x", rest @ ..])
        | ("pnpm" | "yarn", ["dlx" | "exec", rest @ ..])
        | ("npm", ["exec" | "x", rest @ ..]) => npm(rest),
        ("uvx", rest) => uv_tool(rest),
        ("uv", rest) => uv(rest),
        ("pipx", ["run", rest @ ..]) => pipx(rest),
        ("docker" | "podman" | "nerdctl" | "finch", rest) => container(rest),
        ("deno", ["run" | "serve", rest @ ..] | rest) => deno(rest),
        ("go", ["run", rest @ ..]) => first(rest, &[]).map(spec::go),
        ("dnx", rest) => first(rest, &["--version", "--source"]).map(spec::other),
        ("dotnet", ["tool", "exec" | "run", rest @ ..]) => first(rest, &[]).map(spec::other),
        ("node" | "nodejs" | "tsx" | "ts-node" | "bun" | "ruby" | "php" | "perl", rest) => {
            script(rest)
        }
        ("java", rest) => {
            rest.iter().skip_while(|word| **word != "-jar").nth(1).map(|jar| local(jar))
        }
        ("python" | "python3" | "py" | "pypy" | "pypy3", rest) => python(rest),
        (other, rest) if other.starts_with("python3.") => python(rest),
        _ => is_path(command).then(|| local(command)),
    }
}

fn npm(args: &[&str]) -> Option<Package> {
    // What stands behind the package is for the server: its own `-p` is often a port.
    let own = before_command(args, NPM_VALUES);
    if let Some(package) = value(own, &["-p", "--package"]) {
        return Some(spec::npm(package));
    }
    if let Some(call) = value(own, &["-c", "--call"]) {
        return call.split_whitespace().next().map(spec::npm);
    }
    first(args, NPM_VALUES).map(spec::npm)
}

fn uv_tool(args: &[&str]) -> Option<Package> {
    let own = before_command(args, UV_VALUES);
    let from = value(own, &["--from"]).or_else(|| first(args, UV_VALUES))?;
    Some(spec::pypi(from))
}

/// `uv [options] tool run …` and `uv [options] run …`
fn uv(args: &[&str]) -> Option<Package> {
    let at = args.len() - from_command(args, UV_VALUES).len();
    let (own, rest) = args.split_at(at);
    match rest {
        ["tool", "run", rest @ ..] | ["x", rest @ ..] => uv_tool(rest),
        ["run", rest @ ..] => {
            let before = before_command(rest, UV_VALUES);
            if let Some(with) = value(before, &["--with"]) {
                return Some(spec::pypi(with));
            }
            let folder = value(own, &["--directory", "--project"])
                .or_else(|| value(before, &["--directory", "--project"]));
            match (folder, first(rest, UV_VALUES)) {
                (Some(folder), _) => Some(local(folder)),
                (None, Some("python" | "python3")) => {
                    python(from_command(rest, UV_VALUES).get(1..)?)
                }
                (None, Some(script)) if is_path(script) || has_script_ending(script) => {
                    Some(local(script))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn pipx(args: &[&str]) -> Option<Package> {
    let own = before_command(args, PIPX_VALUES);
    value(own, &["--spec"]).or_else(|| first(args, PIPX_VALUES)).map(spec::pypi)
}

/// `docker [options] [container] run [options] IMAGE …`
fn container(args: &[&str]) -> Option<Package> {
    let run = args.iter().position(|word| *word == "run")?;
    // `docker compose run` and `docker mcp gateway run` start something else.
    let before = args.get(..run)?.iter().filter(|word| !word.starts_with('-'));
    if before.clone().any(|word| matches!(*word, "compose" | "mcp" | "buildx" | "model")) {
        return None;
    }
    let mut rest = args.get(run + 1..)?;
    while let Some((word, tail)) = rest.split_first() {
        if *word == "--" {
            return tail.first().map(|image| spec::image(image));
        }
        if !word.starts_with('-') {
            return Some(spec::image(word));
        }
        let switch = word.contains('=') || DOCKER_SWITCHES.contains(word) || is_bundle(word);
        rest = if switch { tail } else { tail.get(1..).unwrap_or_default() };
    }
    None
}

/// Single-letter switches in one word, as in `-it`, and short flags with their value attached, as
/// in `-eNAME`.
fn is_bundle(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
        return false;
    };
    let attached =
        letters.len() > 1 && letters.starts_with(['e', 'v', 'p', 'u', 'w', 'm', 'l', 'h']);
    attached || letters.bytes().all(|byte| matches!(byte, b'i' | b't' | b'd' | b'P' | b'q'))
}

fn deno(args: &[&str]) -> Option<Package> {
    let target =
        first(args, &["-c", "--config", "--import-map", "--lock", "--cert", "--env-file"])?;
    Some(if let Some(package) = target.strip_prefix("npm:") {
        spec::npm(package.trim_start_matches('/'))
    } else if let Some(package) = target.strip_prefix("jsr:") {
        spec::other(package.trim_start_matches('/'))
    } else if target.contains("://") {
        spec::url(target)
    } else {
        local(target)
    })
}

fn script(args: &[&str]) -> Option<Package> {
    const VALUES: &[&str] =
        &["-r", "--require", "--import", "--loader", "--env-file", "-I", "--tsconfig"];
    // Code that stands in the arguments is no package.
    if args.iter().any(|word| matches!(*word, "-e" | "--eval" | "-p" | "--print")) {
        return None;
    }
    let rest = if args.first() == Some(&"run") { args.get(1..)? } else { args };
    first(rest, VALUES).map(local)
}

fn python(args: &[&str]) -> Option<Package> {
    let at =
        args.iter().position(|word| *word == "-m" || *word == "-c" || !word.starts_with('-'))?;
    match *args.get(at)? {
        "-m" => args.get(at + 1).map(|module| local(module)),
        "-c" => None,
        script => Some(local(script)),
    }
}

pub(super) fn local(path: &str) -> Package {
    Package {
        registry: Registry::Local,
        name: path.to_owned(),
        version: None,
        pinning: Pinning::Local,
        publisher: None,
    }
}

fn is_path(command: &str) -> bool {
    command.starts_with(['/', '.', '~', '$', '%']) || command.contains(['/', '\\'])
}

fn has_script_ending(word: &str) -> bool {
    [".py", ".js", ".mjs", ".cjs", ".ts"].iter().any(|end| word.ends_with(end))
}

/// The arguments from the first that is no option and no option's value.
fn from_command<'a, 'b>(args: &'a [&'b str], with_value: &[&str]) -> &'a [&'b str] {
    let mut rest = args;
    while let Some((word, tail)) = rest.split_first() {
        if *word == "--" {
            return tail;
        }
        if !word.starts_with('-') {
            break;
        }
        rest = if with_value.contains(word) { tail.get(1..).unwrap_or_default() } else { tail };
    }
    rest
}

fn before_command<'a, 'b>(args: &'a [&'b str], with_value: &[&str]) -> &'a [&'b str] {
    let rest = from_command(args, with_value).len();
    args.get(..args.len() - rest).unwrap_or_default()
}

fn first<'b>(args: &[&'b str], with_value: &[&str]) -> Option<&'b str> {
    from_command(args, with_value).first().copied()
}

/// The value of the first of these options, written as `--x y` or `--x=y`.
fn value<'b>(args: &[&'b str], names: &[&str]) -> Option<&'b str> {
    for (index, word) in args.iter().enumerate() {
        if names.contains(word) {
            return args.get(index + 1).copied();
        }
        if let Some((name, value)) = word.split_once('=')
            && names.contains(&name)
        {
            return Some(value);
        }
        if *word == "--"
            || !word.starts_with('-')
                && index > 0
                && !args.get(index - 1).is_some_and(|before| before.starts_with('-'))
        {
            return None;
        }
    }
    None
}
