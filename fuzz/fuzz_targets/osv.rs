//! See `warden_fuzz::osv`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::osv::check(data));
