//! Pins, facts and the judgement over a call.
