//! The simulator as its clients see it: over real sockets.

mod harness;
mod rest;
mod lists;
mod logs;
mod incidents;
mod control;
mod faults;
mod transport;
