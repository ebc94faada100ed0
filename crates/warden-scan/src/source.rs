//! One tree of source code, followed: what rules for source code see.

pub(crate) mod agents;
pub(crate) mod declared;
pub(crate) mod deeds;
pub(crate) mod effects;
mod excerpt;
pub(crate) mod fold;
pub(crate) mod guards;
pub(crate) mod hooks;
pub(crate) mod index;
pub(crate) mod kept;
mod language;
pub(crate) mod late;
pub(crate) mod look_alikes;
mod malice;
mod packages;
pub(crate) mod places;
pub(crate) mod posture;
pub(crate) mod reached;
pub(crate) mod registries;
pub(crate) mod sides;
pub(crate) mod stores;
pub(crate) mod surface;
pub(crate) mod taken;
#[cfg(test)]
mod tests;
pub(crate) mod waits;

use std::borrow::Cow;

use rayon::prelude::*;
use warden_flow::{
    Analysis, Limits, Program,
    analysis::{At, Entry, Flow, Flows, FnId, Origin, Spot},
    ir::{Expr, Gap, Module, Span},
    lower,
};
use warden_model::{Excerpt, Location, SourceFile, SourceTree};

pub(crate) use language::{code, is_code};
pub(crate) use packages::packages;

pub use agents::AgentServer;
pub use effects::{System, ToolEffect, ToolEffects};
pub use posture::Posture;
pub use surface::{
    Dispatched, EntryInfo, Listed, ParamInfo, ServerSurface, SurfaceGapKind, Told, ToolInfo,
};

/// Stack of each thread that reads source code: hostile nesting is cut at a depth for which this
/// is enough.
pub const STACK: usize = 16 << 20;

/// A tree of source code, with everything that was worked out about it before rules run.
pub struct SourceView<'a> {
    /// The files, as they were collected: code, manifests, texts and data.
    pub tree: &'a SourceTree,
    /// The program, followed.
    pub analysis: &'a Analysis<'a>,
    /// The tools and other ways in.
    pub surface: ServerSurface,
    /// What each tool does to the world, in the order of the tools.
    pub effects: Vec<ToolEffects>,
    /// How the server stands in the network.
    pub posture: Posture,
    /// The servers that it sets up itself, where it is an agent.
    pub(crate) started: Vec<agents::Started>,
    /// The ways from `surface.entries` and from the sources that models name to sinks; sorted by
    /// place.
    pub flows: Vec<Flow>,
    /// Where there were more of them than are followed, by module.
    pub gaps: Vec<(u32, Gap)>,
    /// What the positions in modules refer to, in the order of the modules.
    texts: Vec<Cow<'a, str>>,
    /// What expressions come to.
    fold: fold::Fold<'a>,
    /// What only rules against hostile servers ask for.
    malice: malice::Malice,
}

/// Reads every file of the tree that is in a language with a front-end, and puts all together.
/// Uses the threads of the current pool, which need [`STACK`].
pub(crate) fn program(tree: &SourceTree, limits: Limits) -> Program {
    let modules: Vec<Module> = code(tree)
        .into_par_iter()
        .map(|(file, language)| lower(&file.path, language, &file.bytes, limits))
        .collect();
    Program::link(modules, packages(tree))
}

impl<'a> SourceView<'a> {
    pub(crate) fn of(tree: &'a SourceTree, analysis: &'a Analysis<'a>) -> Self {
        let reader = surface::reader::Reader::new(analysis);
        let surface = surface::surface(&reader, crate::models::models());
        let effects = effects::effects(analysis, &reader, &surface);
        let posture = Posture::of(&reader);
        let started = agents::started(&reader);
        let Flows { ways: mut flows, gaps } = analysis.flows(&surface.entries);
        surface.once(&mut flows);
        let text =
            |module: &Module| tree.file(&module.path).map_or(Cow::Borrowed(""), |file| text(file));
        let texts: Vec<Cow<'a, str>> = analysis.program().modules.iter().map(text).collect();
        let fold = fold::Fold::new(analysis, texts.clone());
        let malice = malice::Malice::default();
        Self {
            tree,
            analysis,
            surface,
            effects,
            posture,
            started,
            flows,
            gaps,
            texts,
            fold,
            malice,
        }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'a Program {
        self.analysis.program()
    }

    /// A module, by its position in the program.
    #[must_use]
    pub fn module(&self, index: u32) -> Option<&'a Module> {
        self.program().modules.get(index as usize)
    }

    /// The whole text that the places in a module refer to.
    #[must_use]
    pub fn source(&self, module: u32) -> &str {
        self.texts.get(module as usize).map_or("", |text| text)
    }

    /// The text at a place.
    #[must_use]
    pub fn text(&self, spot: Spot) -> &str {
        let range = spot.span.start as usize..spot.span.end as usize;
        self.source(spot.module).get(range).unwrap_or_default()
    }

    /// Where an expression stands.
    #[must_use]
    pub fn spot(&self, at: At) -> Spot {
        let span = self.module(at.module).map(|module| module.span(at.expr)).unwrap_or_default();
        Spot { module: at.module, span }
    }

    /// An expression.
    #[must_use]
    pub fn expr(&self, at: At) -> Option<&'a Expr> {
        self.module(at.module)?.exprs.get(at.expr.at())
    }

    /// The flows into sinks of this kind.
    pub fn flows_to(&self, sink: &str) -> impl Iterator<Item = &Flow> {
        let kind = crate::models::models().vocabulary.sink(sink);
        self.flows.iter().filter(move |flow| Some(flow.sink) == kind)
    }

    /// The entry that a flow comes from, and what is known of it; `None` for one from a source
    /// that a model names.
    #[must_use]
    pub fn entry(&self, flow: &Flow) -> Option<(&Entry, &EntryInfo)> {
        let Origin::Entry(index, _) = &flow.source else { return None };
        Some((self.surface.entries.get(*index)?, self.surface.infos.get(*index)?))
    }

    /// The place for people: file, line, column, and the function if it is known.
    #[must_use]
    pub fn place(&self, spot: Spot, function: Option<FnId>) -> Location {
        let Some(module) = self.module(spot.module) else { return Location::default() };
        let (line, bytes) = module.line(spot.span.start);
        let start = spot.span.start.saturating_sub(bytes.saturating_sub(1));
        let before = Spot { module: spot.module, span: Span { start, end: spot.span.start } };
        Location {
            line: Some(line),
            column: u32::try_from(self.text(before).chars().count() + 1).ok(),
            function: function.map(|function| self.name(function)),
            ..self.tree.place(&module.path)
        }
    }

    /// The line at a place, ready to be shown.
    #[must_use]
    pub fn excerpt(&self, spot: Spot) -> Option<Excerpt> {
        excerpt::excerpt(self.source(spot.module), spot.span)
    }

    /// The line at some bytes of a file that is no module, ready to be shown.
    #[must_use]
    pub fn excerpt_in(&self, file: &SourceFile, start: usize) -> Option<Excerpt> {
        let start = u32::try_from(start).ok()?;
        let line = Span { start, end: u32::MAX };
        excerpt::excerpt(&text(file), line)
    }

    /// The name of a function for people: `Mailer.deliver`.
    #[must_use]
    pub fn name(&self, function: FnId) -> String {
        let info = self.analysis.info(function);
        match info.class {
            Some(class) => format!("{class}.{}", info.name),
            None => info.name,
        }
    }

    /// The place of some bytes in a file that is no module, such as a manifest.
    #[must_use]
    pub fn place_in(&self, file: &SourceFile, start: usize) -> Location {
        let before = file.bytes.get(..start).unwrap_or(&file.bytes);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let from = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let column =
            String::from_utf8_lossy(before.get(from..).unwrap_or_default()).chars().count();
        Location {
            line: u32::try_from(line).ok(),
            column: u32::try_from(column + 1).ok(),
            ..self.tree.place(&file.path)
        }
    }

    /// The files that are no code of a language with a front-end: manifests, texts, data, scripts.
    pub fn others(&self) -> impl Iterator<Item = &'a SourceFile> {
        let modules = &self.program().modules;
        let is_module =
            |path: &str| modules.binary_search_by(|module| module.path.as_str().cmp(path)).is_ok();
        self.tree.files.iter().filter(move |file| !is_module(&file.path))
    }
}

/// A file as text. Positions in modules count in this, so what is not UTF-8 is replaced here as
/// the front-ends do.
pub(crate) fn text(file: &SourceFile) -> Cow<'_, str> {
    String::from_utf8_lossy(&file.bytes)
}
