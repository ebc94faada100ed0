use warden_flow::analysis::{Literal, Noted};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{CALLERS, Wording, found},
};

#[doc = include_str!("unsafe_temporary_file.md")]
#[derive(Debug)]
pub(crate) struct UnsafeTemporaryFile;

static META: Meta = Meta {
    id: "unsafe-temporary-file",
    class: Class::PathTraversal,
    severity: Severity::Low,
    title: "a temporary file has a name that others can guess",
    help: "let the library make the file, with a name of its own and for this user alone",
    languages: EVERY_LANGUAGE,
    cwe: &[377, 379],
    page: include_str!("unsafe_temporary_file.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of the name of a temporary file",
    whole: "names a temporary file",
    label: "the name is known before the file is there",
};

/// Folders that everybody on the machine can write to.
static SHARED: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/"];

/// Calls that give such a folder.
static FOLDERS: &[&str] = &["tempfile:gettempdir", "os:tmpdir", "os:TempDir"];

impl Rule for UnsafeTemporaryFile {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::TEMPFILE], CALLERS) {
            out.push(one.draft(&WORDING, Severity::Medium, Severity::Medium));
        }
        let tell = |call: &Noted, message: &str, label: &str| {
            Draft::in_code(view, view.spot(call.at), Some(call.function), message, label)
                .key(&*call.path)
        };
        for call in view.analysis.noted("tempfile-name") {
            let message = "a name for a temporary file is made before the file";
            out.push(
                tell(call, message, "somebody else may make the file first")
                    .severity(Severity::Medium),
            );
        }
        for call in view.analysis.noted("write") {
            if call.args.first().is_some_and(|path| shared(&view.analysis.literal(path.at)))
                && writes(view, call)
            {
                let message = "a file with a fixed name is written where everybody can write";
                let label = "a link that somebody else put here is followed";
                out.push(tell(call, message, label).confidence(Confidence::Medium));
            }
        }
    }
}

/// Whether a path is a fixed one in a folder that everybody can write to.
fn shared(path: &Literal) -> bool {
    match path {
        Literal::Text(text) => SHARED.iter().any(|folder| text.starts_with(folder)),
        Literal::Call { args, .. } => {
            let mut parts = args.iter().map(|(_, part)| part);
            let folder = match parts.next() {
                Some(Literal::Call { path, .. }) => FOLDERS.contains(&&**path),
                Some(Literal::Text(text)) => SHARED
                    .iter()
                    .any(|shared| *text.trim_end_matches('/') == *shared.trim_end_matches('/')),
                _ => false,
            };
            folder && args.len() > 1 && parts.all(|part| matches!(part, Literal::Text(_)))
        }
        _ => false,
    }
}

/// Whether a call of something that may only read as well writes for certain.
fn writes(view: &SourceView<'_>, call: &Noted) -> bool {
    if !call.path.ends_with(":open") {
        return true;
    }
    let named = call.args.iter().find(|arg| arg.name.as_deref() == Some("mode"));
    let Some(mode) = named.or_else(|| call.args.get(1).filter(|arg| arg.name.is_none())) else {
        return false;
    };
    // `x` makes the file itself and fails when it is there.
    matches!(view.analysis.literal(mode.at), Literal::Text(mode) if mode.contains(['w', 'a']))
}
