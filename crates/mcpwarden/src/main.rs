//! One way to run things.
fn main() {}
