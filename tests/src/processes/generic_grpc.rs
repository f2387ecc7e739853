//! A gRPC client that was built without the contract: it learns services and messages from server
//! reflection, as grpcurl does.

use std::collections::{BTreeMap, VecDeque};

use anyhow::{Context as _, bail};
use http::uri::PathAndQuery;
use prost::Message as _;
use prost::bytes::Buf as _;
use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

/// A client of whatever a server says it serves.
#[derive(Debug, Clone)]
pub struct GenericGrpc {
    channel: Channel,
    pool: DescriptorPool,
    /// Full names of the services listed.
    pub services: Vec<String>,
    token: String,
}

impl GenericGrpc {
    /// Connects and learns the contract.
    ///
    /// # Errors
    /// When the server does not answer or does not reflect.
    pub async fn connect(url: &str, token: &str) -> anyhow::Result<Self> {
        let channel = Channel::from_shared(url.to_owned())?.connect().await?;
        let mut reflection = ServerReflectionClient::new(channel.clone());
        let listed = ask(&mut reflection, MessageRequest::ListServices(String::new())).await?;
        let MessageResponse::ListServicesResponse(listed) = listed else { bail!("no list: {listed:?}") };
        let services: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();

        let mut files = BTreeMap::new();
        let mut wanted: VecDeque<_> =
            services.iter().cloned().map(MessageRequest::FileContainingSymbol).collect();
        while let Some(request) = wanted.pop_front() {
            if matches!(&request, MessageRequest::FileByFilename(name) if files.contains_key(name)) {
                continue;
            }
            let answer = ask(&mut reflection, request).await?;
            let MessageResponse::FileDescriptorResponse(answer) = answer else {
                bail!("no file: {answer:?}")
            };
            for file in answer.file_descriptor_proto {
                let file = FileDescriptorProto::decode(file.as_slice())?;
                wanted.extend(file.dependency.iter().cloned().map(MessageRequest::FileByFilename));
                files.insert(file.name().to_owned(), file);
            }
        }
        let set = FileDescriptorSet { file: files.into_values().collect() };
        let pool = DescriptorPool::from_file_descriptor_set(set)?;
        Ok(Self { channel, pool, services, token: token.to_owned() })
    }

    /// The same with another token; an empty one is not sent.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// Calls `package.Service/Method` with texts at dotted paths of the request, such as `question.message`.
    ///
    /// # Errors
    /// The status of the call.
    ///
    /// # Panics
    /// When the contract has no such method or field: the story is wrong then.
    pub async fn call(&self, method: &str, fields: &[(&str, &str)]) -> Result<DynamicMessage, Status> {
        let (service, name) = method.split_once('/').expect("package.Service/Method");
        let service = self.pool.get_service_by_name(service).expect("a service that was listed");
        let rpc = service.methods().find(|rpc| rpc.name() == name).expect("a method of the service");
        let mut message = DynamicMessage::new(rpc.input());
        for (path, text) in fields {
            set_text(&mut message, path, text);
        }
        let mut request = Request::new(message);
        if !self.token.is_empty() {
            let bearer = MetadataValue::try_from(format!("Bearer {}", self.token));
            request.metadata_mut().insert("authorization", bearer.expect("tokens are ASCII"));
        }
        let mut grpc = tonic::client::Grpc::new(self.channel.clone());
        grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let path: PathAndQuery = format!("/{method}").parse().expect("names make a path");
        Ok(grpc.unary(request, path, Dynamic(rpc.output())).await?.into_inner())
    }
}

async fn ask(
    reflection: &mut ServerReflectionClient<Channel>,
    request: MessageRequest,
) -> anyhow::Result<MessageResponse> {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(request) };
    let mut answers = reflection.server_reflection_info(tokio_stream::once(request)).await?.into_inner();
    let answer = answers.message().await?.context("the server says nothing")?;
    answer.message_response.context("the answer is empty")
}

fn set_text(message: &mut DynamicMessage, path: &str, text: &str) {
    let Some((field, rest)) = path.split_once('.') else {
        message.set_field_by_name(path, Value::String(text.to_owned()));
        return;
    };
    let inner = message.get_field_by_name_mut(field).expect("a field of the request");
    if let Value::Message(inner) = inner {
        set_text(inner, rest, text);
    }
}

/// A text field of a message; empty when it is none.
#[must_use]
pub fn text_at(message: &DynamicMessage, field: &str) -> String {
    let value = message.get_field_by_name(field);
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Encodes any message, decodes one kind.
#[derive(Debug, Clone)]
struct Dynamic(MessageDescriptor);

impl Codec for Dynamic {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        self.clone()
    }

    fn decoder(&mut self) -> Self {
        self.clone()
    }
}

impl Encoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, message: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(buffer).map_err(|error| Status::internal(error.to_string()))
    }
}

impl Decoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        let message = DynamicMessage::decode(self.0.clone(), bytes);
        message.map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
