//! See `warden_fuzz::tlog`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::tlog::check(data));
