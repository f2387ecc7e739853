//! The poller against a small engine whose plan the test holds in its hand.

mod night;
mod ledger;
mod follow;
mod outage;
mod structure;
mod logs;
mod simulated;
