//! See `warden_fuzz::pin`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::pin::check(data));
