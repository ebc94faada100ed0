//! Development aid; not committed.
#![allow(warnings, reason = "not committed")]
use warden_flow::{Limits, analyse};
use warden_model::{SourceFile, SourceTree};
use super::*;

fn load(dir: &std::path::Path, base: &std::path::Path, out: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if ["node_modules", ".git", "test", "tests", "__tests__"].contains(&name.as_str()) { continue; }
            load(&path, base, out);
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            if bytes.len() > 8 << 20 { continue; }
            out.push(SourceFile { path: path.strip_prefix(base).unwrap().to_string_lossy().into_owned(), bytes });
        }
    }
}

pub(crate) fn tree(dir: &str) -> SourceTree {
    let base = std::path::Path::new(dir);
    let mut tree = SourceTree { name: base.file_name().unwrap().to_string_lossy().into_owned(), ..SourceTree::default() };
    load(base, base, &mut tree.files);
    tree.sort();
    let name = tree.file("package.json").and_then(|f| serde_json::from_slice::<serde_json::Value>(&f.bytes).ok()).and_then(|v| v["name"].as_str().map(str::to_owned));
    if let Some(name) = name { tree.name = name; }
    tree.sort();
    tree
}

fn pool() -> rayon::ThreadPool { rayon::ThreadPoolBuilder::new().stack_size(crate::STACK).num_threads(2).build().unwrap() }

#[test]
fn probe() {
    let Ok(dir) = std::env::var("PROBE") else { return };
    let what = std::env::var("WHAT").unwrap_or("sends,starts,files,sets,runs,loads,flows,findings".into());
    let has = |w: &str| what.split(',').any(|x| x == w);
    pool().install(|| {
        let tree = tree(&dir);
        let program = program(&tree, Limits::default());
        let analysis = analyse(&program, crate::models::models());
        let view = SourceView::of(&tree, &analysis);
        let line = |at: warden_flow::analysis::At| { let p = view.place(view.spot(at), None); format!("{}:{}", p.file, p.line.unwrap_or(0)) };
        let deeds = view.deeds();
        if has("surface") { for t in &view.surface.tools { println!("tool {:?} handler={:?} params={:?}", t.name, t.handler.iter().map(|f| view.name(*f)).collect::<Vec<_>>(), t.params.iter().map(|p| &p.name).collect::<Vec<_>>()); }
          for (e,i) in view.surface.entries.iter().zip(&view.surface.infos) { println!("entry {} p{} {:?} {:?}", view.name(e.function), e.param, e.within, i); } }
        if has("sends") { for s in &deeds.sends { println!("send {} [{}] {} {:?} {:?} blind={} standing={:?} {:?}", line(s.at), view.name(s.function), s.path, s.way, s.targets, s.blind, s.fixed().map(|h| view.declared().standing(h)).collect::<Vec<_>>(), s.shown); } }
        if has("starts") { for s in &deeds.starts { println!("start {} [{}] {} {:?}", line(s.at), view.name(s.function), s.path, s.lines); } }
        if has("files") { for s in &deeds.files { println!("file {} [{}] {} {:?} {:?}", line(s.at), view.name(s.function), s.path, s.touch, s.files.iter().map(|f| f.shown()).collect::<Vec<_>>()); } }
        for (n, list) in [("sets", &deeds.sets), ("runs", &deeds.runs), ("loads", &deeds.loads)] { if has(n) { for s in list.iter() { println!("{n} {} [{}] {} {:?} {:?}", line(s.at), view.name(s.function), s.path, s.value, s.to); } } }
        if has("flows") { let v = &crate::models::models().vocabulary; for f in &view.flows { println!("flow {:?} -> {} at {} [{}] callee={} model={} loose={} bits={:?} within={:?}", match &f.source { Origin::Entry(i, w) => format!("entry{i}{w:?}"), Origin::Source{kind, path, within, at, ..} => { let p = view.place(*at, None); format!("{}:{path}.{within:?}@{}:{}", v.sources[kind.0 as usize], p.file, p.line.unwrap_or(0)) } }, v.sinks[f.sink.0 as usize], { let p = view.place(f.at, None); format!("{}:{}", p.file, p.line.unwrap_or(0)) }, view.name(f.function), f.callee, f.model, f.loose, 0, ""); } }
        if has("gaps") { for (m, g) in analysis.gaps() { println!("gap {} {:?}", program.modules[*m as usize].path, g); } }
        if has("findings") { for rule in crate::RULES.iter() { for f in crate::engine::run_source(*rule, &view) { println!("FOUND {} {:?} {:?} {}:{}:{:?} {} | {}", f.rule, f.severity, f.confidence, f.location.file, f.location.line.unwrap_or(0), f.location.function, f.message, f.label); } } }
    });
}

const MINE: &[&str] = &["exfiltration","hidden-recipient","credential-harvest","persistence","defence-evasion","obfuscated-code","downloaded-code","install-script","delayed-switch","hidden-network","secret-in-code"];

#[test]
fn corpus() {
    let Ok(dir) = std::env::var("CORPUS") else { return };
    let verbose = std::env::var("VERBOSE").is_ok();
    let only = std::env::var("ONLY").ok();
    let (mut total, mut hit, mut accused, mut anyhit) = (0, 0, 0, 0);
    for lang in ["python", "javascript", "typescript", "go"] {
        let Ok(cases) = std::fs::read_dir(format!("{dir}/{lang}")) else { continue };
        let mut cases: Vec<_> = cases.map(|e| e.unwrap().path()).collect();
        cases.sort();
        for case in cases {
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) { continue; }
            let toml = std::fs::read_to_string(case.join("case.toml")).unwrap();
            let get = |k: &str| toml.lines().find_map(|l| l.strip_prefix(&format!("{k} = ")).map(|v| v.trim().trim_matches('"').to_owned()));
            let rules: Vec<String> = toml.lines().find_map(|l| l.strip_prefix("rules = [")).unwrap().trim_end_matches(']').split(',').map(|r| r.trim().trim_matches('"').to_owned()).collect();
            let file = get("file").unwrap_or_default();
            let function = get("function");
            let run = |side: &str| pool().install(|| {
                let tree = tree(case.join(side).to_str().unwrap());
                let program = program(&tree, Limits::default());
                let analysis = analyse(&program, crate::models::models());
                let view = SourceView::of(&tree, &analysis);
                let mut all = Vec::new();
                for rule in crate::RULES.iter() { if std::env::var("ALLRULES").is_ok() || MINE.contains(&rule.meta().id) { all.extend(crate::engine::run_source(*rule, &view)); } }
                all
            });
            let bad = run("malicious");
            let good = run("twin");
            let here = |l: &warden_model::Location| l.file == file && match (&function, &l.function) { (None, _) => true, (Some(want), Some(got)) => got.rsplit('.').next() == Some(want), (Some(_), None) => false };
            let right = |f: &warden_model::Finding| rules.iter().any(|r| r == f.rule) && (here(&f.location) || f.trace.iter().any(|t| here(&t.location)));
            let ok = bad.iter().any(right);
            let any = bad.iter().any(|f| MINE.contains(&f.rule));
            let mine: Vec<_> = good.iter().filter(|f| MINE.contains(&f.rule)).collect();
            total += 1; if ok { hit += 1 } if any { anyhit += 1 } if !mine.is_empty() { accused += 1 }
            if !ok || !mine.is_empty() || verbose {
                println!("{} {lang}/{name} want {:?} {file} {function:?}", if ok { "ok  " } else { "MISS" }, rules);
                for f in &bad { println!("     bad  {} {:?}/{:?} {}:{} {:?} {}", f.rule, f.severity, f.confidence, f.location.file, f.location.line.unwrap_or(0), f.location.function, f.message); }
                for f in mine { println!("     TWIN {} {:?}/{:?} {}:{} {:?} {}", f.rule, f.severity, f.confidence, f.location.file, f.location.line.unwrap_or(0), f.location.function, f.message); }
            }
        }
    }
    println!("{hit}/{total} right, {anyhit} with any finding, {accused} twins accused");
}

#[test]
fn benign() {
    let Ok(dir) = std::env::var("BENIGN") else { return };
    let only = std::env::var("ONLY").ok();
    let mut cases: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    let (mut high, mut lines_all) = (0, 0);
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) { continue; }
        let start = std::time::Instant::now();
        pool().install(|| {
            let tree = tree(case.to_str().unwrap());
            let program = program(&tree, Limits::default());
            let lines: usize = program.modules.iter().map(|m| m.lines.len()).sum();
            let analysis = analyse(&program, crate::models::models());
            let view = SourceView::of(&tree, &analysis);
            let analysed = start.elapsed();
            let mut found = Vec::new();
            for rule in crate::RULES.iter() { if MINE.contains(&rule.meta().id) {
                let s = std::time::Instant::now();
                found.extend(crate::engine::run_source(*rule, &view));
                let e = s.elapsed(); if e.as_millis() > 500 { println!("    slow {} {e:?}", rule.meta().id); }
            } }
            println!("== {name}: {lines} lines, analysis {analysed:?}, all {:?}, {} findings", start.elapsed(), found.len());
            lines_all += lines;
            for f in &found { if f.severity >= warden_model::Severity::High { high += 1 } println!("     {} {:?}/{:?} {}:{} {:?} {}", f.rule, f.severity, f.confidence, f.location.file, f.location.line.unwrap_or(0), f.location.function, f.message); }
        });
    }
    println!("{high} high in {lines_all} lines: {:.3} per 1000", f64::from(high) * 1000.0 / lines_all as f64);
}
