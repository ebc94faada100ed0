//! The laboratory, which `cargo xtask` starts.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a program of its own, beside `mcpwarden`")]
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    lab::run(&arguments)
}
