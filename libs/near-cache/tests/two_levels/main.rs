//! Several processes' caches over one real cache role: what is shared, what dies everywhere, and what happens while the
//! shared level is away.
#![expect(clippy::unwrap_used, reason = "test support: a failed step is a failed test")]

mod mesh;
mod sharing;
mod outage;
