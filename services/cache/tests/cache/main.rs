//! The cache through its typed client, over a real Redis and over a real file: the same rules hold in both, and what
//! breaks is told and heals.

mod support;
mod entries;
mod protection;
mod watching;
mod replicas;
mod start;
mod outage;
mod cluster;
mod crash;
mod bounds;
