//! The least a server in this language takes: a process that answers one route with axum. This bench starts itself anew as
//! that process.

use std::net::Ipv4Addr;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

/// First argument that turns the bench into the bare server; the second is its port.
pub(crate) const WORD: &str = "bare-server";

pub(crate) async fn serve(port: u16) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    Ok(axum::serve(listener, Router::new().route("/readyz", get(async || "ready"))).await?)
}
