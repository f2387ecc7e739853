//! Pages of rows: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{Job, JobStream, ListRequest, Page, Prompt, Resource, Workstation};
use crate::wire::{all, into_all, required, to_i32, to_u32};

/// The five lists of the plan have requests and responses of the same shape.
macro_rules! list_messages {
    ($($request:ident, $response:ident, $items:ident: $item:ty;)+) => {$(
        impl From<ListRequest> for proto::$request {
            fn from(value: ListRequest) -> Self {
                let ListRequest { engine, filter, order_by, page_size, page_token } = value;
                Self { engine, filter, order_by, page_size: to_i32(page_size), page_token }
            }
        }

        impl TryFrom<proto::$request> for ListRequest {
            type Error = ProtocolError;

            fn try_from(value: proto::$request) -> Result<Self, ProtocolError> {
                let proto::$request { engine, filter, order_by, page_size, page_token } = value;
                let page_size = to_u32(page_size, "page_size")?;
                Ok(Self { engine, filter, order_by, page_size, page_token })
            }
        }

        impl From<Page<$item>> for proto::$response {
            fn from(value: Page<$item>) -> Self {
                let Page { items, next_page_token, total_size, freshness } = value;
                Self { $items: into_all(items), next_page_token, total_size, freshness: Some(freshness.into()) }
            }
        }

        impl TryFrom<proto::$response> for Page<$item> {
            type Error = ProtocolError;

            fn try_from(value: proto::$response) -> Result<Self, ProtocolError> {
                let proto::$response { $items, next_page_token, total_size, freshness } = value;
                let freshness = required(freshness, "freshness")?.try_into()?;
                Ok(Self { items: all($items)?, next_page_token, total_size, freshness })
            }
        }
    )+};
}

list_messages! {
    ListJobsRequest, ListJobsResponse, jobs: Job;
    ListJobStreamsRequest, ListJobStreamsResponse, job_streams: JobStream;
    ListWorkstationsRequest, ListWorkstationsResponse, workstations: Workstation;
    ListResourcesRequest, ListResourcesResponse, resources: Resource;
    ListPromptsRequest, ListPromptsResponse, prompts: Prompt;
}
