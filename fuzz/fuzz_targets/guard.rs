//! See `warden_fuzz::guard`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::guard::check(data));
