//! Every oracle over every seed, without a fuzzer.

use std::{fs, path::Path};

use warden_fuzz::{
    analysis, approval, arguments, bundle, collect, config, decode, detect, edit, egress, envelope,
    frame, gateway, guard, header, holds, image, judge, jwt, ledger, lines, links, models, normal,
    osv, personal, pin, provenance, repository, secrets, security_txt, shape, sketch, source,
    splice, sse, stream, supply, tlog, token, unpack,
};

/// Panics when a promise is broken.
type Oracle = fn(&[u8]);

/// Every target and its oracle.
const TARGETS: &[(&str, Oracle)] = &[
    ("frame", frame::check),
    ("lines", lines::check),
    ("config", config::check),
    ("collect", collect::check),
    ("edit", edit::check),
    ("egress", egress::check),
    ("ledger", ledger::check),
    ("guard", guard::check),
    ("gateway", gateway::check),
    ("detect", detect::check),
    ("normal", normal::check),
    ("decode", decode::check),
    ("judge", judge::check),
    ("personal", personal::check),
    ("sketch", sketch::check),
    ("secrets", secrets::check),
    ("links", links::check),
    ("shape", shape::check),
    ("stream", stream::check),
    ("pin", pin::check),
    ("approval", approval::check),
    ("holds", holds::check),
    ("envelope", envelope::check),
    ("bundle", bundle::check),
    ("tlog", tlog::check),
    ("splice", splice::check),
    ("sse", sse::check),
    ("header", header::check),
    ("image", image::check),
    ("python", source::python),
    ("javascript", source::javascript),
    ("typescript", source::typescript),
    ("go", source::go),
    ("models", models::check),
    ("osv", osv::check),
    ("provenance", provenance::check),
    ("analysis", analysis::check),
    ("supply", supply::check),
    ("unpack", unpack::check),
    ("repository", repository::check),
    ("token", token::check),
    ("jwt", jwt::check),
    ("security_txt", security_txt::check),
    ("arguments", arguments::check),
];

#[test]
fn every_oracle_holds_for_every_seed() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (target, check) in TARGETS {
        let mut count = 0;
        for entry in fs::read_dir(seeds.join(target)).expect("every target has seeds") {
            let path = entry.expect("a seed").path();
            println!("{}", path.display());
            check(&fs::read(path).expect("a seed can be read"));
            count += 1;
        }
        assert!(count > 3, "{target} has {count} seeds");
    }
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).expect("our own folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        names
    };
    let mut targets: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    targets.sort();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("seeds"), targets);
}
