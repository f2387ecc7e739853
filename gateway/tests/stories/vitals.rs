//! What the gateway tells about its own work: latencies by route, and the streams it holds open.

use crate::mesh::{Mesh, eventually};
use resync_service_kit::vitals::RpcVitals;

impl Mesh {
    fn route(&self, method: &str) -> Option<RpcVitals> {
        self.vitals.snapshot().rpcs.into_iter().find(|rpc| rpc.method == method)
    }

    fn streams(&self) -> Vec<String> {
        let held = self.vitals.snapshot().resources.oldest;
        held.iter().filter(|held| held.kind == "stream").map(|held| held.owner.to_string()).collect()
    }
}

#[tokio::test]
async fn every_route_has_its_latency_and_its_faults() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    for _ in 0..3 {
        mesh.get("/api/engines/default/jobs", &token).await;
    }
    mesh.get("/api/status?engine=down", &token).await;
    mesh.get("/nothing", &token).await;
    eventually(|| mesh.route("GET /api/status").is_some()).await;
    let jobs = mesh.route("GET /api/engines/{engine}/jobs").unwrap();
    assert_eq!((jobs.calls, jobs.errors, jobs.latency.count()), (3, 0, 3));
    let status = mesh.route("GET /api/status").unwrap();
    assert_eq!((status.calls, status.errors), (1, 1), "a role that is down is our fault");
    assert!(mesh.route("POST /token").is_some());
    assert!(mesh.vitals.snapshot().rpcs.iter().all(|rpc| !rpc.method.contains("nothing")));
}

#[tokio::test]
async fn a_stream_is_held_by_who_reads_it_until_they_leave() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let events = mesh.get("/api/events", &token).await;
    assert_eq!(events.status(), 200);
    assert_eq!(mesh.streams(), ["viewer"]);
    drop(events);
    eventually(|| mesh.streams().is_empty()).await;
}
