//! Shows the result of a tree below another root.

use std::collections::BTreeSet;

use warden_model::{Finding, Gaps, Location};

use super::TreeScan;

impl TreeScan {
    /// The same result without what is about some files, which another part of the tree tells.
    #[must_use]
    pub fn without(mut self, files: &BTreeSet<String>) -> Self {
        if !files.is_empty() {
            self.findings.retain(|finding| !files.contains(&finding.location.file));
            self.comments.retain(|comment| !files.contains(&comment.place.file));
            self.agents.retain(|server| !files.contains(&server.location.file));
        }
        self
    }

    /// The same result for a piece of a program that was too large to be analysed whole: where it
    /// begins, nothing was followed.
    #[must_use]
    pub fn torn_at(mut self, file: Option<String>) -> Self {
        let gap = file.map(|file| Gaps {
            kind: "torn".to_owned(),
            meaning: "the program is too large to be followed whole: it was cut here".to_owned(),
            count: 1,
            places: vec![Location { file, ..Location::default() }],
        });
        self.coverage.gaps.extend(gap);
        self
    }

    /// The same result for a tree that was analysed without a root and lies in `root`: paths are
    /// shown below it, and fingerprints stay as they are.
    #[must_use]
    pub fn below(mut self, root: &str) -> Self {
        if root.is_empty() {
            return self;
        }
        for finding in &mut self.findings {
            shift_finding(finding, root);
        }
        let gaps = self.coverage.gaps.iter_mut().flat_map(|gaps| &mut gaps.places);
        let unread = self.unread.iter_mut().map(|unread| &mut unread.location);
        let comments = self.comments.iter_mut().map(|comment| &mut comment.place);
        let tools = self.tools.iter_mut().flat_map(|tool| {
            tool.effects.iter_mut().map(|act| &mut act.location).chain([&mut tool.location])
        });
        let agents = self.agents.iter_mut().map(|server| &mut server.location);
        let places = gaps.chain(unread).chain(comments).chain(tools).chain(agents);
        places.for_each(|place| shift(&mut place.file, root));
        for skipped in &mut self.coverage.skipped {
            shift(&mut skipped.path, root);
        }
        self
    }
}

fn shift_finding(finding: &mut Finding, root: &str) {
    let steps = finding.trace.iter_mut().map(|step| &mut step.location);
    let places: Vec<&mut Location> = steps.chain([&mut finding.location]).collect();
    for place in places {
        shift(&mut place.file, root);
    }
}

fn shift(path: &mut String, root: &str) {
    *path = if path.is_empty() { root.to_owned() } else { format!("{root}/{path}") };
}
