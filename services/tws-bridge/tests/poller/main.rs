//! The poller against a small engine whose plan the test holds in its hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic, in its helpers too")]

mod night;
mod ledger;
mod follow;
mod outage;
mod restart;
mod structure;
mod logs;
mod simulated;
