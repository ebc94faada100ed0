//! The way that a value took.

use std::sync::Arc;

use crate::analysis::{FnId, Hop, HopKind, Spot};

/// A chain of hops, last first. A call hangs the way inside the callee beside the way to it.
#[derive(Debug)]
pub(crate) struct Trace {
    hop: Hop,
    before: Option<Arc<Trace>>,
    inside: Option<Arc<Trace>>,
    length: u16,
}

/// Hops that one way keeps; those in the middle of longer ones are left out.
const LONGEST: u16 = 48;

impl Trace {
    /// One hop more. A chain that is long already is kept as it is, unless this is its end.
    pub(crate) fn after(
        before: Option<&Arc<Self>>,
        (at, function, kind): (Spot, FnId, HopKind),
        inside: Option<&Arc<Self>>,
    ) -> Arc<Self> {
        let length =
            before.map_or(0, |trace| trace.length) + inside.map_or(0, |trace| trace.length) + 1;
        match before {
            Some(before) if length > LONGEST && kind != HopKind::Sink && inside.is_none() => {
                Arc::clone(before)
            }
            _ => Arc::new(Self {
                hop: Hop { at, function, kind },
                before: before.cloned(),
                inside: inside.filter(|_| length <= 4 * LONGEST).cloned(),
                length: length.min(8 * LONGEST),
            }),
        }
    }

    /// The same with what happens inside the call that its last hop is, or the innermost last hop
    /// if something is known of its inside already.
    pub(crate) fn around(&self, inside: &Arc<Self>) -> Arc<Self> {
        let length = self.length + inside.length;
        let inside = match &self.inside {
            Some(before) => before.around(inside),
            None => Arc::clone(inside),
        };
        Arc::new(Self {
            hop: self.hop.clone(),
            before: self.before.clone(),
            inside: (length <= 4 * LONGEST).then_some(inside),
            length: length.min(8 * LONGEST),
        })
    }

    /// Where it begins.
    pub(crate) fn first(&self) -> Spot {
        let mut chain = self;
        while let Some(before) = chain.before.as_deref() {
            chain = before;
        }
        let inside = chain.inside.as_deref().filter(|_| chain.hop.kind == HopKind::Returned);
        inside.map_or(chain.hop.at, Self::first)
    }

    /// The hops in order, the first first; neighbours at one place once.
    pub(crate) fn hops(&self) -> Vec<Hop> {
        let mut hops = Vec::new();
        self.collect(&mut hops, 0);
        hops.dedup_by(|next, last| next.at == last.at && next.kind == last.kind);
        hops
    }

    fn collect(&self, out: &mut Vec<Hop>, depth: u32) {
        let mut chain = vec![self];
        while let Some(before) = chain.last().and_then(|trace| trace.before.as_deref()) {
            chain.push(before);
        }
        for trace in chain.iter().rev() {
            if let Some(inside) = trace.inside.as_deref().filter(|_| depth < 64)
                && trace.hop.kind == HopKind::Returned
            {
                inside.collect(out, depth + 1);
                out.push(trace.hop.clone());
                continue;
            }
            out.push(trace.hop.clone());
            if let Some(inside) = trace.inside.as_deref().filter(|_| depth < 64) {
                inside.collect(out, depth + 1);
            }
        }
    }
}
