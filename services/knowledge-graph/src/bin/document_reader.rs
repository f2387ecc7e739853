//! The reading process of documents as a program of its own, for tests and benches of this crate. The product starts
//! itself again instead.

use std::process::ExitCode;

fn main() -> ExitCode {
    resync_knowledge_graph::documents::reader::process::main(std::env::args_os().skip(1))
}
