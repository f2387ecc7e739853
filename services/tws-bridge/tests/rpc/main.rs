//! The bridge as its callers meet it: a typed client over TCP, a server with its gate, mirrors fed by hand.

#[path = "../plan/fixture.rs"]
#[expect(dead_code, reason = "the plans of the mirror's own tests; these stories need fewer")]
mod fixture;
mod mesh;
mod access;
mod answers;
mod watching;
mod exporting;
mod simulated;
