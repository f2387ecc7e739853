//! Calls that read definitions, and the specification that the engine serves.

use super::Client;
use super::request::Request;
use crate::capability::Capabilities;
use crate::error::{Error, Result};
use crate::page::{Page, Query};
use crate::wire::model::{JobDefinition, JobStreamDefinition, ModelObject};

/// Where the engine serves the specification of its API.
const SPECIFICATION: &str = "WA_API3_v2.json";

impl Client {
    /// A page of job stream definitions with their structure.
    pub async fn model_job_streams(&self, query: &Query) -> Result<Page<ModelObject<JobStreamDefinition>>> {
        self.list(query).await
    }

    /// One job stream definition.
    pub async fn model_job_stream(&self, id: &str) -> Result<ModelObject<JobStreamDefinition>> {
        self.json(Request::get("model/jobstream").segment(id)).await
    }

    /// A page of job definitions.
    pub async fn model_job_definitions(&self, query: &Query) -> Result<Page<ModelObject<JobDefinition>>> {
        self.list(query).await
    }

    /// One job definition.
    pub async fn model_job_definition(&self, id: &str) -> Result<ModelObject<JobDefinition>> {
        self.json(Request::get("model/jobdefinition").segment(id)).await
    }

    /// Which operations this engine has, from the specification it serves.
    ///
    /// An engine that serves none, or one that cannot be read, leaves every operation [`crate::Support::Unknown`].
    ///
    /// # Errors
    /// Only when the engine could not be asked; nothing follows about its operations then.
    pub async fn capabilities(&self) -> Result<Capabilities> {
        match self.json::<serde_json::Value>(Request::at(SPECIFICATION.to_owned())).await {
            Ok(specification) => Ok(Capabilities::from_specification(&specification)),
            Err(Error::NotFound(_) | Error::Protocol(_) | Error::Forbidden(_) | Error::Refused(_)) => {
                Ok(Capabilities::unknown())
            }
            Err(error) => Err(error),
        }
    }
}
