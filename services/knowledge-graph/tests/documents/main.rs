//! Documents as their callers meet them: read in real processes, kept in real files, searched in a real index.

mod pdf;
mod reading;
mod room;
mod keeping;
mod folder;
mod finding;
mod meaning;
mod rpc;
