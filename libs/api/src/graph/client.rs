//! Typed client of the knowledge graph: domain types in, domain types out.
