//! What roles include, and circles among them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Which roles each role includes directly.
pub(super) type Included = BTreeMap<Arc<str>, BTreeSet<Arc<str>>>;

/// Every role with all that it includes, itself among them.
///
/// # Errors
/// A circle: its roles in order, the first again at the end.
pub(super) fn closures(direct: &Included) -> Result<Included, Vec<Arc<str>>> {
    let mut done = Included::new();
    for role in direct.keys() {
        visit(role, direct, &mut done)?;
    }
    Ok(done)
}

/// A role on the way, and which of its own were looked at.
struct Step {
    role: Arc<str>,
    todo: Vec<Arc<str>>,
}

/// Fills in a role and all below it, without recursion: how deep roles go is up to who writes them.
fn visit(from: &Arc<str>, direct: &Included, done: &mut Included) -> Result<(), Vec<Arc<str>>> {
    let step = |role: &Arc<str>| Step {
        role: role.clone(),
        todo: direct.get(role).into_iter().flatten().cloned().collect(),
    };
    let mut way: Vec<Step> = Vec::new();
    if !done.contains_key(from) {
        way.push(step(from));
    }
    while let Some(last) = way.last_mut() {
        if let Some(next) = last.todo.pop() {
            if let Some(at) = way.iter().position(|step| step.role == next) {
                let circle = way.iter().skip(at).map(|step| step.role.clone());
                return Err(circle.chain([next]).collect());
            }
            if !done.contains_key(&next) {
                way.push(step(&next));
            }
            continue;
        }
        let Some(Step { role, .. }) = way.pop() else { break };
        let below = direct.get(&role).into_iter().flatten();
        let mut all: BTreeSet<Arc<str>> =
            below.filter_map(|role| done.get(role)).flatten().cloned().collect();
        all.insert(role.clone());
        done.insert(role, all);
    }
    Ok(())
}
