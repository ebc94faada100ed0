//! Whether two files say the same.

use super::entry::{ARGUMENTS, COMMAND};
use crate::document::{Kind, Node};

/// Whether two files say the same but for the command and the arguments of one entry.
pub(super) fn alike_but_for_the_line(a: &Node, b: &Node, entries: (&Node, &Node)) -> bool {
    let mut open = vec![(a, b)];
    // Files are nested no deeper than their parser follows; the list keeps it off the stack.
    while let Some((a, b)) = open.pop() {
        let here = std::ptr::eq(a, entries.0);
        if here != std::ptr::eq(b, entries.1) {
            return false;
        }
        match (&a.kind, &b.kind) {
            (Kind::Object(x), Kind::Object(y)) => {
                let line = |key: &str| here && (COMMAND.contains(&key) || ARGUMENTS.contains(&key));
                let mut x = x.iter().filter(|member| !line(&member.key));
                let mut y = y.iter().filter(|member| !line(&member.key));
                loop {
                    match (x.next(), y.next()) {
                        (None, None) => break,
                        (Some(x), Some(y)) if x.key == y.key => open.push((&x.value, &y.value)),
                        _ => return false,
                    }
                }
            }
            (Kind::Array(x), Kind::Array(y)) if x.len() == y.len() => open.extend(x.iter().zip(y)),
            (x, y) if x == y && !matches!(x, Kind::Array(_)) => {}
            _ => return false,
        }
    }
    true
}
