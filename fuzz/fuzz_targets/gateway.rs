//! See `warden_fuzz::gateway`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::gateway::check(data));
