//! See `warden_fuzz::token`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::token::check(data));
