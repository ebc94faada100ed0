use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, Literal, Spot},
    ir::{Expr, ExprId, Language, Module},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, Meta, Rule, SourceView,
    backtracking::explodes,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("regular_expression_denial.md")]
#[derive(Debug)]
pub(crate) struct RegularExpressionDenial;

static META: Meta = Meta {
    id: "regular-expression-denial",
    class: Class::RateLimitMissing,
    severity: Severity::Medium,
    title: "matching a regular expression may take for ever",
    help: "let no two repetitions match the same text, or use an engine without backtracking",
    languages: &[Language::Python, Language::JavaScript, Language::TypeScript],
    cwe: &[1333, 400],
    page: include_str!("regular_expression_denial.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a regular expression",
    whole: "is used as a regular expression",
    label: "a pattern with nested repetitions keeps the server busy for ever",
};

impl Rule for RegularExpressionDenial {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::REGEX], ANYBODY) {
            out.push(one.draft(&WORDING, Severity::Medium, Severity::Medium));
        }
        let mut pieces = BTreeSet::new();
        for call in view.analysis.noted("regex") {
            let Some(arg) = call.args.first() else { continue };
            let pattern = view.analysis.literal(arg.at);
            let is_written = matches!(view.expr(arg.at), Some(Expr::Text(_) | Expr::Regex(..)))
                || matches!(pattern, Literal::Regex(..));
            if let Literal::Text(text) = &pattern
                && explodes(text, false)
            {
                out.push(constant(view, view.spot(call.at), text, Confidence::Medium));
            } else if !is_written {
                // Put together from pieces: those that are written out in the same file.
                pieces.insert(call.at.module);
            }
        }
        for module in pieces {
            fragments(view, module, out);
        }
        for (index, module) in (0u32..).zip(&view.program().modules) {
            literals(view, index, module, out);
        }
    }
}

/// Regular expressions that are written as such.
fn literals(view: &SourceView<'_>, index: u32, module: &Module, out: &mut Vec<Draft>) {
    for (at, expr) in (0u32..).zip(&module.exprs) {
        let Expr::Regex(pattern, _) = expr else { continue };
        let text = module.text(*pattern);
        if explodes(text, false) {
            let spot = view.spot(At { module: index, expr: ExprId(at) });
            out.push(constant(view, spot, text, Confidence::Medium));
        }
    }
}

/// Texts of a module that are regular expressions of this kind by themselves.
fn fragments(view: &SourceView<'_>, index: u32, out: &mut Vec<Draft>) {
    let Some(module) = view.module(index) else { return };
    for (at, expr) in (0u32..).zip(&module.exprs) {
        let Expr::Text(text) = expr else { continue };
        let text = module.text(*text);
        if text.starts_with(['(', '^']) && explodes(text, true) {
            let spot = view.spot(At { module: index, expr: ExprId(at) });
            out.push(constant(view, spot, text, Confidence::Low));
        }
    }
}

fn constant(view: &SourceView<'_>, spot: Spot, text: &str, confidence: Confidence) -> Draft {
    let message = "a regular expression repeats a repetition of the same characters";
    let label = "a text that does not match takes time without end";
    Draft::in_code(view, spot, None, message, label).key(text).confidence(confidence)
}
