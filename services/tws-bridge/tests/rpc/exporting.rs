//! Roles that compute over a plan follow its export.

use futures::StreamExt;
use futures::stream::BoxStream;
use resync_api::policy::{self, Exposure};
use resync_api::tws::model::{Status, TopologyUpdate};
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::identity::Permission;
use resync_tws_bridge::plan::Update;
use tokio::time::timeout;

use crate::fixture::*;
use crate::mesh::{BOUND, Mesh, now};

type Updates = BoxStream<'static, Result<TopologyUpdate, FaultBody>>;

/// Reads on to the end of a round that holds something.
async fn round(updates: &mut Updates) -> Vec<TopologyUpdate> {
    let mut pieces = Vec::new();
    loop {
        let piece =
            timeout(BOUND, updates.next()).await.expect("in time").expect("it goes on").expect("no error");
        let completes = piece.completes;
        let empty = piece.jobs.is_empty() && piece.dependencies.is_empty() && piece.job_streams.is_empty();
        if !(empty && completes && pieces.is_empty()) {
            pieces.push(piece);
        }
        if completes && !pieces.is_empty() {
            return pieces;
        }
    }
}

#[tokio::test]
async fn the_whole_plan_comes_first_and_then_what_changes() {
    let mesh = Mesh::with_plan(any_plan(1, 2_500, 8)).await;
    let mut updates = mesh.client().export_topology("").await.expect("allowed");
    let pieces = round(&mut updates).await;
    assert!(pieces[0].begins && pieces.len() >= 4, "in bounded pieces");
    assert_eq!(pieces.iter().map(|piece| piece.jobs.len()).sum::<usize>(), 2_500);
    let freshness = pieces.last().and_then(|piece| piece.freshness.clone()).expect("at the end");
    assert!(freshness.plan_version > 0 && freshness.time_zone == "America/Sao_Paulo");

    let failed = Update { jobs: vec![in_state(plain_job(3, 0), Status::Error, "ABEND")], ..now() };
    mesh.feed(0).send(failed).await;
    let pieces = round(&mut updates).await;
    let jobs: Vec<_> = pieces.iter().flat_map(|piece| &piece.jobs).collect();
    assert_eq!((jobs.len(), jobs[0].status, jobs[0].return_code), (1, Status::Error, Some(8)));
    assert!(!pieces[0].begins);
    drop(updates);
    mesh.stop().await;
}

#[tokio::test]
async fn it_is_internal_and_needs_the_permission_to_read_the_plan() {
    let rpc = policy::find("/resync.tws.v1.TwsService/ExportTopology").expect("in the contract");
    assert_eq!(rpc.exposure, Exposure::Internal);
    let mesh = Mesh::with_plan(any_plan(1, 5, 2)).await;
    let stranger = mesh.client_of(&[Permission::everywhere("log.read")]);
    let refused = stranger.export_topology("").await.err().expect("not allowed");
    assert_ne!(refused.kind, ErrorKind::Internal);
    mesh.stop().await;
}
