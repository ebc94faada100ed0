use std::collections::BTreeSet;

use warden_flow::analysis::{At, Flow, FnId, Origin, Spot};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{sink, source},
    source::{
        declared::host::Target,
        deeds::{Start, Touch},
        fold::{Piece, Spelling, Value},
        kept::is_taken_under_another_name,
        reached::is_business,
        registries,
    },
};

#[doc = include_str!("downloaded_code.md")]
#[derive(Debug)]
pub(crate) struct DownloadedCode;

static META: Meta = Meta {
    id: "downloaded-code",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "code is fetched and run while the server runs",
    help: "ship the code with the package; what has to be fetched should be data, or be compared with a digest that the release holds",
    languages: EVERY_LANGUAGE,
    cwe: &[494, 829],
    page: include_str!("downloaded_code.md"),
};

impl Rule for DownloadedCode {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut seen = BTreeSet::new();
        for sure in [true, false] {
            for flow in &view.flows {
                run(view, flow, sure, &mut seen, out);
            }
        }
        stored(view, out);
        for start in &view.deeds().starts {
            installed(view, start, out);
        }
    }
}

/// An answer that is run as it comes. Not `sure` are ways that cannot be gone as they are told;
/// another one may lead there all the same, since only one of each source is known.
fn run(
    view: &SourceView<'_>,
    flow: &Flow,
    sure: bool,
    seen: &mut BTreeSet<Spot>,
    out: &mut Vec<Draft>,
) {
    let Origin::Source { kind, at, .. } = &flow.source else { return };
    let sinks = [sink::CODE, sink::MODULE, sink::COMMAND, sink::PROGRAM];
    if *kind != source::REMOTE
        || flow.loose
        || !sinks.contains(&flow.sink)
        || is_asked_for(view, *at)
    {
        return;
    }
    if is_taken_under_another_name(view, flow) == sure || !seen.insert(flow.at) {
        return;
    }
    let what = match flow.sink {
        sink::CODE => "is run as code",
        sink::MODULE => "names a module that is loaded",
        _ => "is run as a command",
    };
    let message = format!("what a host answers {what}");
    let mut draft = Draft::on_flow(view, flow, message, "it is run here");
    if !sure {
        draft = draft.severity(Severity::Medium).confidence(Confidence::Low);
    }
    out.push(draft);
}

/// Whether whoever calls names the address: then it is what he wants to run.
fn is_asked_for(view: &SourceView<'_>, at: Spot) -> bool {
    view.deeds().send_at(at).is_some_and(|send| {
        !send.targets.is_empty() && send.targets.iter().all(|target| *target == Target::Given)
    })
}

/// An answer that is written to a file which is run or loaded afterwards.
fn stored(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let mut seen = BTreeSet::new();
    for flow in view.flows_to("written") {
        let Origin::Source { kind, at, .. } = &flow.source else { continue };
        if *kind != source::REMOTE || is_asked_for(view, *at) {
            continue;
        }
        for path in written(view, flow.at) {
            let Some(run) = runs(view, &path, flow.function) else { continue };
            if !seen.insert(run.0) {
                continue;
            }
            let message = "what a host answers is stored and then run";
            let mut draft = Draft::on_flow(view, flow, message, "it is stored here");
            let (place, function) = (view.spot(run.0), run.1);
            draft.location = view.place(place, Some(function));
            draft.code = view.excerpt(place);
            if is_compared(view, flow.function) || is_compared(view, function) {
                draft = draft.severity(Severity::Medium).confidence(Confidence::Medium);
            }
            out.push(draft);
        }
    }
    // Functions that fetch and store at once.
    for noted in view.analysis.noted("downloads") {
        let file = view
            .deeds()
            .files
            .iter()
            .find(|file| file.at == noted.at && file.touch == Touch::Write);
        let paths = file.map(|file| file.files.clone()).unwrap_or_default();
        for path in paths {
            if let Some((at, function)) = runs(view, &path, noted.function)
                && seen.insert(at)
            {
                let message = "what a host answers is stored and then run";
                out.push(
                    Draft::in_code(view, view.spot(at), Some(function), message, "it is run here")
                        .key("stored"),
                );
            }
        }
    }
}

/// The paths of the file that something is written to by a call.
fn written(view: &SourceView<'_>, spot: Spot) -> Vec<Spelling> {
    let fold = view.fold();
    let here = view
        .deeds()
        .files
        .iter()
        .filter(|file| file.touch == Touch::Write && view.spot(file.at) == spot);
    let mut paths: Vec<Spelling> = here.flat_map(|file| file.files.clone()).collect();
    let tags = [
        ("content-self", None),
        ("content-0", Some(0)),
        ("content-1", Some(1)),
        ("content-last", Some(usize::MAX)),
    ];
    for (tag, place) in tags {
        for noted in view.analysis.noted(tag).iter().filter(|noted| view.spot(noted.at) == spot) {
            let place = match place {
                Some(usize::MAX) => noted.args.last().map(|arg| arg.at),
                Some(place) => noted.args.get(place).map(|arg| arg.at),
                None => noted.receiver,
            };
            let Some(at) = place else { continue };
            for choice in fold.value(at).choices() {
                match choice {
                    Value::Text(text) => {
                        paths.extend(text.pieces.iter().filter_map(|piece| match piece {
                            Piece::File(path) => Some(Spelling::plain(path)),
                            _ => None,
                        }));
                    }
                    Value::Made(made) => {
                        let first = made.args.first().map(|(_, value)| value.spellings());
                        paths.extend(first.unwrap_or_default());
                    }
                    _ => {}
                }
            }
        }
    }
    paths
}

/// Where a file is run or loaded: in the function that wrote it, or wherever the path is the same.
fn runs(view: &SourceView<'_>, path: &Spelling, near: FnId) -> Option<(At, FnId)> {
    let wanted = path.shown();
    if wanted.len() < 3 {
        return None;
    }
    let telling = wanted.trim_matches(['*', '/']).len() >= 3;
    let same = |other: &str, function: FnId| {
        let other = other.trim_start_matches("file://");
        other == wanted && (telling || function == near)
    };
    let deeds = view.deeds();
    for load in deeds.loads.iter().chain(&deeds.runs) {
        let texts = load.value.spellings();
        let direct = texts.iter().any(|text| same(&text.shown(), load.function));
        let inside = texts.iter().flat_map(|text| &text.pieces).any(|piece| match piece {
            Piece::File(path) => same(path, load.function),
            _ => false,
        });
        if direct || inside {
            return Some((load.at, load.function));
        }
    }
    deeds.starts.iter().find_map(|start| {
        let run = |line: &Vec<String>| {
            let place = line.iter().position(|word| same(word, start.function));
            place.is_some_and(|at| at == 0 || line.first().is_some_and(|word| runs_files(word)))
        };
        start.lines.iter().any(run).then_some((start.at, start.function))
    })
}

/// Whether a program runs, loads or opens the file that it is given. Others only read it.
fn runs_files(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".exe");
    let name = name.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
    matches!(
        name,
        "sh" | "bash"
            | "zsh"
            | "dash"
            | "fish"
            | "python"
            | "node"
            | "deno"
            | "bun"
            | "tsx"
            | "perl"
            | "ruby"
            | "php"
            | "java"
            | "powershell"
            | "pwsh"
            | "cmd"
            | "osascript"
            | "open"
            | "xdg-open"
            | "start"
            | "sudo"
            | "nohup"
            | "env"
            | "setsid"
            | "exec"
            | "source"
            | "pip"
            | "npm"
            | "npx"
            | "uv"
            | "uvx"
            | "msiexec"
            | "dpkg"
            | "rundll"
            | "*"
    )
}

/// Whether a function compares a digest: then it knows what it gets.
fn is_compared(view: &SourceView<'_>, function: FnId) -> bool {
    let info = view.analysis.info(function);
    let text = view.text(info.spot);
    ["sha256", "sha512", "createHash", "Sum256", "Sum512", "hashlib", "verify("]
        .iter()
        .any(|word| text.contains(word))
}

/// Programs that install packages: the program, the word that makes them do it, and what stands
/// before what is installed.
const INSTALLERS: &[(&str, &[&str])] = &[
    ("npm", &["install", "i", "add"]),
    ("pnpm", &["add", "install", "i"]),
    ("yarn", &["add"]),
    ("bun", &["add", "install"]),
    ("pip", &["install"]),
    ("pip3", &["install"]),
    ("uv", &["add"]),
    ("gem", &["install"]),
    ("cargo", &["install"]),
    ("go", &["install", "get"]),
    ("apt-get", &["install"]),
    ("apt", &["install"]),
    ("brew", &["install"]),
    ("conda", &["install"]),
];

fn installed(view: &SourceView<'_>, start: &Start, out: &mut Vec<Draft>) {
    for line in start.texts() {
        let Some((what, from_address)) = installs(&line) else { continue };
        let words = ["install", "upgrade", "update", "package manager", "dependenc"];
        if !from_address && is_business(view, start.function, &words) {
            continue;
        }
        let severity = if from_address { Severity::Critical } else { Severity::Medium };
        let message = if from_address {
            format!("{what} is fetched from a fixed address and installed or run")
        } else {
            format!("{what} is installed while the server runs")
        };
        let draft = Draft::in_code(
            view,
            view.spot(start.at),
            Some(start.function),
            message,
            "this adds code to the server",
        );
        let confidence = if from_address { Confidence::High } else { Confidence::Medium };
        out.push(draft.severity(severity).confidence(confidence).key("installed"));
        return;
    }
}

/// What a command line installs, and whether it comes from an address and not from a registry.
fn installs(line: &str) -> Option<(String, bool)> {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || "\"'()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let base = |word: &str| {
        word.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".cmd").to_owned()
    };
    // `curl … | sh`.
    if let Some((before, after)) = line.split_once('|') {
        let fetches = before
            .split_whitespace()
            .any(|word| matches!(base(word).as_str(), "curl" | "wget" | "iwr" | "irm"));
        let runs = after.split_whitespace().take(3).any(|word| {
            matches!(
                base(word).as_str(),
                "sh" | "bash" | "zsh" | "python" | "python3" | "node" | "iex" | "perl" | "sudo"
            )
        });
        let fixed = before.contains("://") && !before.contains("://*");
        if fetches && runs && fixed {
            return Some(("a script".to_owned(), true));
        }
    }
    for (at, word) in words.iter().enumerate() {
        let program = base(word);
        let Some((_, verbs)) = INSTALLERS.iter().find(|(name, _)| *name == program) else {
            continue;
        };
        let rest = words.get(at + 1..).unwrap_or_default();
        let Some(verb) = rest.iter().position(|word| verbs.contains(word)).filter(|at| *at <= 2)
        else {
            continue;
        };
        let mut skip = false;
        let wanted = rest.get(verb + 1..).unwrap_or_default().iter().find(|word| {
            let value = std::mem::replace(
                &mut skip,
                matches!(
                    **word,
                    "--prefix"
                        | "-r"
                        | "--requirement"
                        | "-c"
                        | "-t"
                        | "--target"
                        | "--index-url"
                        | "-i"
                        | "--registry"
                        | "-e"
                ),
            );
            !value && !word.starts_with('-') && !word.starts_with(['.', '/', '~', '*', '$'])
        });
        let address = rest.iter().find(|word| is_address(word));
        if let Some(address) = address {
            return Some((format!("`{}`", address.chars().take(80).collect::<String>()), true));
        }
        if let Some(wanted) = wanted {
            return Some((format!("the package `{wanted}`"), false));
        }
    }
    None
}

/// Whether a word is an address with a fixed host, other than a registry's.
fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches("git+");
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let of_a_registry = [registries::NPM, registries::PYPI]
        .iter()
        .any(|domain| registries::is_below(&host, domain));
    authority.contains('.') && !authority.contains('*') && !of_a_registry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_one_by_its_host_and_not_by_what_else_an_address_says() {
        let from_an_address = |address: &str| {
            installs(&format!("pip install {address}")).map(|(_, from_address)| from_address)
        };
        let domain = registries::PYPI;
        for own in [format!("https://{domain}/demo"), format!("https://files.{domain}:443/demo")] {
            assert_eq!(from_an_address(&own), Some(false), "{own}");
        }
        for other in [
            format!("https://{domain}.check.example/demo"),
            format!("https://not{domain}/demo"),
            format!("https://check.example/{domain}/demo"),
            format!("https://{domain}@check.example/demo"),
            format!("git+https://check.example/demo?from={domain}"),
        ] {
            assert_eq!(from_an_address(&other), Some(true), "{other}");
        }
    }
}
