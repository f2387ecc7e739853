//! INTERIM stand-in of the cache role until the real one is there.

use chrono::Utc;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use resync_api::cache::model::{self as cache, Claim, ClaimRequest, StoredResponse};
use resync_api::proto::cache::v1::cache_service_server::CacheService;
use resync_api::proto::cache::v1::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tonic::{Request, Response, Status};

struct Record {
    hash: String,
    attempt: String,
    began: chrono::DateTime<Utc>,
    patience: Duration,
    answer: Option<StoredResponse>,
}

#[derive(Clone, Default)]
pub(crate) struct Store {
    keys: Arc<Mutex<HashMap<cache::IdempotencyKey, Record>>>,
    quotas: Arc<Mutex<HashMap<String, (Instant, u32)>>>,
}

macro_rules! unused {
    ($($name:ident($request:ty) -> $response:ty;)+) => {$(
        fn $name<'a, 'b>(
            &'a self,
            _: Request<$request>,
        ) -> BoxFuture<'b, Result<Response<$response>, Status>>
        where
            'a: 'b,
            Self: 'b,
        {
            Box::pin(std::future::ready(Err(Status::unimplemented("not part of the story"))))
        }
    )+};
}

#[tonic::async_trait]
impl CacheService for Store {
    type WatchInvalidationsStream = BoxStream<'static, Result<WatchInvalidationsResponse, Status>>;

    async fn watch_invalidations(
        &self,
        _: Request<WatchInvalidationsRequest>,
    ) -> Result<Response<Self::WatchInvalidationsStream>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn claim_idempotency_key(
        &self,
        request: Request<ClaimIdempotencyKeyRequest>,
    ) -> Result<Response<ClaimIdempotencyKeyResponse>, Status> {
        let asked = ClaimRequest::try_from(request.into_inner()).unwrap();
        let mut keys = self.keys.lock().unwrap();
        let expires_at = Utc::now() + asked.ttl;
        let record = keys.entry(asked.key.clone()).or_insert_with(|| Record {
            hash: asked.request_hash.clone(),
            attempt: asked.attempt.clone(),
            began: Utc::now(),
            patience: asked.patience,
            answer: None,
        });
        let claim = if record.hash != asked.request_hash {
            Claim::Mismatch
        } else if record.attempt == asked.attempt {
            Claim::Granted { token: asked.attempt, expires_at }
        } else if let Some(response) = record.answer.clone() {
            Claim::Finished { response, expires_at }
        } else if Utc::now() - record.began > chrono::TimeDelta::from_std(record.patience).unwrap() {
            Claim::OutcomeUnknown { since: record.began, expires_at }
        } else {
            Claim::InProgress { since: record.began }
        };
        Ok(Response::new(claim.into()))
    }

    async fn complete_idempotency_key(
        &self,
        request: Request<CompleteIdempotencyKeyRequest>,
    ) -> Result<Response<CompleteIdempotencyKeyResponse>, Status> {
        let request = request.into_inner();
        let response = StoredResponse::try_from(request.response.unwrap()).unwrap();
        let mut keys = self.keys.lock().unwrap();
        let record = keys.values_mut().find(|record| record.attempt == request.token).unwrap();
        record.answer = Some(response);
        let at = Utc::now() + chrono::TimeDelta::hours(24);
        let expires_at = Some(prost_types::Timestamp { seconds: at.timestamp(), nanos: 0 });
        Ok(Response::new(CompleteIdempotencyKeyResponse { expires_at }))
    }

    async fn release_idempotency_key(
        &self,
        request: Request<ReleaseIdempotencyKeyRequest>,
    ) -> Result<Response<ReleaseIdempotencyKeyResponse>, Status> {
        let token = request.into_inner().token;
        self.keys.lock().unwrap().retain(|_, record| record.attempt != token);
        Ok(Response::new(ReleaseIdempotencyKeyResponse {}))
    }

    async fn take_quota(
        &self,
        request: Request<TakeQuotaRequest>,
    ) -> Result<Response<TakeQuotaResponse>, Status> {
        let asked = cache::QuotaRequest::try_from(request.into_inner()).unwrap();
        let mut quotas = self.quotas.lock().unwrap();
        let taken = quotas.entry(format!("{} {}", asked.name, asked.key)).or_insert((Instant::now(), 0));
        let allowed = taken.1 < asked.limit;
        taken.1 += u32::from(allowed);
        let quota = cache::Quota {
            allowed,
            remaining: asked.limit - taken.1,
            reset_after: Duration::from_secs(60),
            retry_after: (!allowed).then_some(Duration::from_secs(20)),
        };
        Ok(Response::new(quota.into()))
    }

    async fn get_cache_health(
        &self,
        _: Request<GetCacheHealthRequest>,
    ) -> Result<Response<GetCacheHealthResponse>, Status> {
        let health = cache::CacheHealth {
            serving: true,
            reason: String::new(),
            message: String::new(),
            hint: String::new(),
            store: cache::StoreKind::Sqlite,
            checked_at: Utc::now(),
            latency: Duration::from_millis(1),
            version: "3".into(),
            connected_clients: 1,
            used_memory_bytes: 1,
            max_memory_bytes: 0,
            eviction_policy: String::new(),
            persistence: "file".into(),
            idempotency_safe: true,
            idempotency_warning: String::new(),
        };
        Ok(Response::new(GetCacheHealthResponse { health: Some(health.into()) }))
    }

    unused! {
        get_cache_stats(GetCacheStatsRequest) -> GetCacheStatsResponse;
        clear_cache(ClearCacheRequest) -> ClearCacheResponse;
        get_entry(GetEntryRequest) -> GetEntryResponse;
        get_entries(GetEntriesRequest) -> GetEntriesResponse;
        set_entry(SetEntryRequest) -> SetEntryResponse;
        invalidate_entries(InvalidateEntriesRequest) -> InvalidateEntriesResponse;
        acquire_lease(AcquireLeaseRequest) -> AcquireLeaseResponse;
        renew_lease(RenewLeaseRequest) -> RenewLeaseResponse;
        release_lease(ReleaseLeaseRequest) -> ReleaseLeaseResponse;
    }
}
