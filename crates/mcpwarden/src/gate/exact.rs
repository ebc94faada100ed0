//! Whether a command line runs one package of a registry and nothing else.
//!
//! Elsewhere a command line is read as generously as launchers read it, so that a scan sees what
//! there is. Here it is the other way round: a certificate is only taken for what a line runs if
//! every word before the package is known not to change what that is. Whatever is not known is a
//! no. What comes behind the package are arguments of the server, which cannot change its bytes.

use warden_collect::package;
use warden_model::{Hidden, Launch, Package};

/// Options of npm's launchers that change how much is said and what is kept, not what runs.
const NPM_PLAIN: &[&str] = &[
    "-y",
    "--yes",
    "-q",
    "--quiet",
    "-s",
    "--silent",
    "--prefer-offline",
    "--prefer-online",
    "--offline",
    "--bun",
];

/// The same of uv and pipx.
const PYTHON_PLAIN: &[&str] =
    &["-q", "--quiet", "-n", "--no-cache", "--offline", "--isolated", "--no-progress"];

/// Options of container programs that take no value and bring no other code.
const IMAGE_PLAIN: &[&str] = &[
    "-i",
    "-t",
    "-it",
    "-ti",
    "--interactive",
    "--tty",
    "--rm",
    "--init",
    "-q",
    "--quiet",
    "--read-only",
];

/// Options of container programs that take a value and bring no other code. Mounts and entry
/// points are not here.
const IMAGE_VALUES: &[&str] = &[
    "--name",
    "--network",
    "--net",
    "--user",
    "-u",
    "--memory",
    "-m",
    "--cpus",
    "--pids-limit",
    "--cap-drop",
    "--platform",
    "--pull",
    "--hostname",
    "-h",
    "--label",
    "-l",
    "--publish",
    "-p",
    "--stop-timeout",
    "--ulimit",
    "--shm-size",
    "--restart",
];

/// Variables that make an interpreter or a launcher load or fetch something else.
const LOADING: &[&str] = &[
    "PATH",
    "HOME",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
    "BASH_ENV",
    "ENV",
    "SHELL",
    "COMSPEC",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONUSERBASE",
    "PYTHONWARNINGS",
    "PYTHONPLATLIBDIR",
    "PERL5OPT",
    "PERL5LIB",
    "RUBYOPT",
    "RUBYLIB",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GCONV_PATH",
    "MCPWARDEN_HOME",
    "XDG_STATE_HOME",
];

/// The same by what they begin with.
const LOADING_BEGIN: &[&str] = &[
    "LD_",
    "DYLD_",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_REPL",
    "NODE_TLS",
    "NODE_EXTRA_CA",
    "NPM_",
    "YARN_",
    "PNPM_",
    "BUN_",
    "COREPACK_",
    "UV_",
    "PIP_",
    "PIPX_",
    "VIRTUAL_ENV",
    "DOCKER_",
    "CONTAINER_",
    "PODMAN_",
    "BUILDKIT_",
    "GIT_",
];

/// Why it cannot be told what runs.
pub(super) type Why = String;

/// The package that a launch runs, if that and nothing else is what it runs. It agrees with how
/// everything else here reads the line.
///
/// # Errors
/// Why nobody can tell.
pub(super) fn package(launch: &Launch, read: Option<&Package>) -> Result<Package, Why> {
    if let Some(loads) = launch.env.iter().find(|setting| loads(&setting.name)) {
        return Err(format!("`{}` can make it run something else", loads.name));
    }
    if launch.env_file.is_some() {
        return Err("a file that is not looked into sets its environment".into());
    }
    let args: Vec<&str> = launch.args.iter().map(Hidden::reveal).collect();
    let found = line(&launch.command, &args)?;
    match read {
        Some(read) if *read == found => Ok(found),
        // Two readings of one line that differ are none.
        Some(_) | None => Err("its command line can be read in two ways".into()),
    }
}

/// Whether a variable can change what runs.
pub(super) fn loads(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    LOADING.contains(&name.as_str()) || LOADING_BEGIN.iter().any(|begin| name.starts_with(begin))
}

fn line(command: &str, args: &[&str]) -> Result<Package, Why> {
    if args.is_empty() && command.contains(char::is_whitespace) {
        return Err("program and arguments are one text: write them as `command` and `args`".into());
    }
    if command.contains(['/', '\\', '$', '%', '~']) {
        return Err("a program is named by its path, which is not that of a package".into());
    }
    let lower = command.to_ascii_lowercase();
    let program = [".exe", ".cmd"].iter().find_map(|end| lower.strip_suffix(end)).unwrap_or(&lower);
    match (program, args) {
        // How Windows starts what is a script there.
        ("cmd", ["/c" | "/C", inner, rest @ ..]) if !inner.eq_ignore_ascii_case("cmd") => {
            // It would take such a character for the end of this command.
            match args.iter().find(|word| word.contains(['&', '|', '<', '>', '^', '"', '%'])) {
                Some(_) => Err("a shell would read its command line once more".into()),
                None => line(inner, rest),
            }
        }
        ("npx" | "bunx" | "pnpx", rest)
        | ("bun", ["x", rest @ ..])
        | ("pnpm" | "yarn", ["dlx", rest @ ..])
        | ("npm", ["exec" | "x", rest @ ..]) => {
            word(rest, NPM_PLAIN, &["-p", "--package"]).and_then(|word| of("npx", word))
        }
        ("uvx", rest) | ("uv", ["tool", "run", rest @ ..]) => {
            word(rest, PYTHON_PLAIN, &["--from"]).and_then(|word| of("uvx", word))
        }
        ("pipx", ["run", rest @ ..]) => {
            word(rest, PYTHON_PLAIN, &["--spec"]).and_then(|word| of("uvx", word))
        }
        (
            "docker" | "podman" | "nerdctl" | "finch",
            ["run", rest @ ..] | ["container", "run", rest @ ..],
        ) => {
            let image = image(rest)?;
            package::of("docker", &["run".into(), image.into()])
                .ok_or_else(|| "it names no image".into())
        }
        _ => Err(format!("`{command}` is no launcher of packages")),
    }
}

/// The word that names the package: the value of the one option that does, or else the first word
/// that is no option.
fn word<'a>(args: &[&'a str], plain: &[&str], naming: &[&str]) -> Result<&'a str, Why> {
    let mut named = None;
    let mut rest = args;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let (option, value) = first.split_once('=').map_or((*first, None), |(o, v)| (o, Some(v)));
        if *first == "--" {
            break;
        } else if !first.starts_with('-') {
            return Ok(named.unwrap_or(first));
        } else if naming.contains(&option) {
            let value = value.or_else(|| {
                rest.split_first().map(|(value, tail)| {
                    rest = tail;
                    *value
                })
            });
            if named.is_some() {
                return Err("it installs several packages".into());
            }
            named = Some(value.ok_or("an option lacks its value")?);
        } else if option == "--python"
            && value.or_else(|| rest.first().copied()).is_some_and(is_number)
        {
            // A version of the interpreter; a path would be a program of somebody's.
            rest = if value.is_some() { rest } else { rest.get(1..).unwrap_or_default() };
        } else if !plain.contains(first) {
            return Err(format!("nobody has looked at what `{option}` does to it"));
        }
    }
    let first = rest.first().copied().filter(|first| !first.starts_with('-'));
    named.or(first).ok_or_else(|| "it names no package".into())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// What one word means to a launcher.
fn of(launcher: &str, word: &str) -> Result<Package, Why> {
    if word.contains(['$', '%', '{', '[', ',', ';']) || word.contains(char::is_whitespace) {
        return Err("its package is put together when it starts, or brings others with it".into());
    }
    package::of(launcher, &[word.into()]).ok_or_else(|| "it names no package".into())
}

/// The image of a container that is run as it was made.
fn image<'a>(args: &[&'a str]) -> Result<&'a str, Why> {
    let mut rest = args;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let (option, value) = first.split_once('=').map_or((*first, None), |(o, v)| (o, Some(v)));
        if *first == "--" {
            break;
        } else if !first.starts_with('-') {
            return whole_image(first);
        } else if matches!(option, "-e" | "--env") {
            let value = value.or_else(|| {
                rest.split_first().map(|(value, tail)| {
                    rest = tail;
                    *value
                })
            });
            let name = value.and_then(|value| value.split('=').next()).unwrap_or_default();
            if name.is_empty() || loads(name) {
                return Err(format!("`{name}` can make it run something else"));
            }
        } else if IMAGE_VALUES.contains(&option) {
            rest = if value.is_some() { rest } else { rest.get(1..).unwrap_or_default() };
        } else if !IMAGE_PLAIN.contains(first) {
            return Err(format!("nobody has looked at what `{option}` does to it"));
        }
    }
    rest.first().map_or_else(|| Err("it names no image".into()), |word| whole_image(word))
}

fn whole_image(word: &str) -> Result<&str, Why> {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"./:@-_".contains(&byte);
    if word.starts_with('-') || !word.bytes().all(fine) {
        return Err("its image is put together when it starts".into());
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use warden_model::{Location, Setting};

    use super::*;

    fn launch(line: &str) -> Launch {
        let mut words = line.split(' ');
        Launch {
            command: words.next().unwrap_or_default().into(),
            args: words.map(Hidden::from).collect(),
            ..Launch::default()
        }
    }

    fn read(launch: &Launch) -> Result<Package, Why> {
        let args: Vec<String> = launch.args.iter().map(|word| word.reveal().to_owned()).collect();
        let read = package::of(&launch.command, &args);
        package(launch, read.as_ref())
    }

    #[track_caller]
    fn told(line: &str, name: &str) {
        let found = read(&launch(line)).unwrap_or_else(|why| panic!("{line}: {why}"));
        assert_eq!(found.name, name, "{line}");
    }

    #[track_caller]
    fn untold(line: &str, because: &str) {
        let why = read(&launch(line)).expect_err(line);
        assert!(why.contains(because), "{line}: {why}");
    }

    #[test]
    fn a_plain_line_runs_its_package() {
        for line in [
            "npx -y @acme/mail@1.2.3",
            "npx --yes --package=@acme/mail@1.2.3 mail --port 3",
            "npx -p @acme/mail@1.2.3 -y mail",
            "npm exec -y -- @acme/mail@1.2.3 --registry https://x.example/",
            "pnpm dlx @acme/mail@1.2.3",
            "bunx @acme/mail@1.2.3 -p other",
            "cmd /c npx -y @acme/mail@1.2.3",
            "npx.cmd -y @acme/mail@1.2.3",
        ] {
            told(line, "@acme/mail");
        }
        told("uvx mcp-server-git==2026.1.14 --repository .", "mcp-server-git");
        told("uvx --python 3.12 --from mcp-server-git==2026.1.14 mcp-server-git", "mcp-server-git");
        told("pipx run --spec mcp-server-git==1.0 mcp-server-git", "mcp-server-git");
        let digest = "a".repeat(64);
        told(
            &format!("docker run -i --rm -e TOKEN ghcr.io/a/b@sha256:{digest} serve"),
            "ghcr.io/a/b",
        );
    }

    #[test]
    fn what_changes_what_runs_is_a_no() {
        for (line, because) in [
            ("npx -y --registry https://x.example/ @acme/mail@1.2.3", "--registry"),
            ("npx -y -p @acme/mail@1.2.3 -p evil@1.0.0 mail", "several"),
            ("npx -y --node-options --require=./x.js @acme/mail@1.2.3", "--node-options"),
            ("npx -c mail", "`-c`"),
            ("npx", "no package"),
            ("npx -y", "no package"),
            ("npx -y ${PACKAGE}", "put together"),
            ("pnpm exec mail", "no launcher"),
            ("uvx --with evil mcp-server-git==1.0", "--with"),
            ("uvx --index-url https://x.example/ mcp-server-git==1.0", "--index-url"),
            ("uvx --python ./python mcp-server-git==1.0", "--python"),
            ("uvx mcp-server-git[evil]==1.0", "brings others"),
            ("./npx -y @acme/mail@1.2.3", "path"),
            ("node server.js", "no launcher"),
            ("sh -c npx", "no launcher"),
            ("env A=1 npx -y @acme/mail@1.2.3", "no launcher"),
            ("cmd /c npx -y @acme/mail@1.2.3 & evil", "shell"),
            ("docker run -v .:/app a@sha256:0", "`-v`"),
            ("docker run --entrypoint sh a", "--entrypoint"),
            ("docker run -e LD_PRELOAD=/x a", "LD_PRELOAD"),
            ("docker compose run a", "no launcher"),
        ] {
            untold(line, because);
        }
        let one = Launch { command: "npx -y @acme/mail@1.2.3".into(), ..Launch::default() };
        assert!(read(&one).expect_err("one text").contains("one text"));
    }

    #[test]
    fn the_environment_can_change_what_runs() {
        let mut launch = launch("npx -y @acme/mail@1.2.3");
        launch.env_file = Some(".env".into());
        assert!(read(&launch).is_err());
        launch.env_file = None;
        for name in ["NODE_OPTIONS", "npm_config_registry", "ld_preload", "PATH", "UV_INDEX_URL"] {
            let value = Hidden::from("x");
            launch.env = vec![Setting { name: name.into(), value, location: Location::default() }];
            assert!(read(&launch).expect_err(name).contains(name));
        }
        let (name, value) = ("API_TOKEN".to_owned(), Hidden::from("x"));
        launch.env = vec![Setting { name, value, location: Location::default() }];
        assert!(read(&launch).is_ok());
    }
}
