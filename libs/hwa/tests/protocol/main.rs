//! The client against peers that speak the protocol, well and badly.

mod peer;
mod errors;
mod lists;
mod simulated;
mod trust;
