//! The client against peers that speak the protocol, well and badly.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic, in its helpers too")]

mod peer;
mod errors;
mod lists;
mod simulated;
mod trust;
