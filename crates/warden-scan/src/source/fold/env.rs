//! What variables are while a function is gone through.

use std::sync::Arc;

use warden_flow::ir::VarId;

use super::value::Value;

/// Values of variables, with those of the functions around.
#[derive(Clone, Debug, Default)]
pub(crate) struct Env(Option<Arc<Frame>>);

#[derive(Debug)]
struct Frame {
    vars: Vec<((u32, VarId), Value)>,
    outer: Env,
}

impl Env {
    /// One more layer inside this one.
    pub(crate) fn with(&self, vars: Vec<((u32, VarId), Value)>) -> Self {
        if vars.is_empty() {
            return self.clone();
        }
        Self(Some(Arc::new(Frame { vars, outer: self.clone() })))
    }

    /// Something that is the same for the same environment, as long as there is one.
    pub(super) fn place(&self) -> usize {
        self.0.as_ref().map_or(0, |frame| Arc::as_ptr(frame).addr())
    }

    /// What a variable is.
    pub(crate) fn get(&self, var: (u32, VarId)) -> Option<&Value> {
        let mut frame = self.0.as_deref();
        while let Some(here) = frame {
            // The last one that was bound hides those before.
            if let Some((_, value)) = here.vars.iter().rev().find(|(known, _)| *known == var) {
                return Some(value);
            }
            frame = here.outer.0.as_deref();
        }
        None
    }
}
