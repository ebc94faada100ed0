//! See `warden_fuzz::egress`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::egress::check(data));
