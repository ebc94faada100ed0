//! See `warden_fuzz::bundle`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::bundle::check(data));
