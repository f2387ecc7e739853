//! Starts simulators and talks to them.

use std::sync::Once;

use hwa_simulator::{Config, Control, Simulator};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// An instant in the middle of a night, so that every run of the tests sees the same plan.
const OPENING: &str = "2026-03-02T05:20:00Z";

/// A running simulator with a client that has its password.
pub(crate) struct Night {
    pub(crate) simulator: Simulator,
    pub(crate) client: Client,
}

pub(crate) fn config() -> Config {
    let start = OPENING.parse().expect("a valid instant");
    Config { stepped: true, start: Some(start), ..Config::default() }
}

/// reqwest is built without a TLS provider of its own.
pub(crate) fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else in this process may have been first, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Night {
    pub(crate) async fn start(config: Config) -> Self {
        install_provider();
        let simulator = Simulator::start(config).await.expect("the simulator starts");
        Self { simulator, client: Client::new() }
    }

    pub(crate) fn control(&self) -> Control {
        self.simulator.control()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.simulator.base_url());
        self.client.request(method, url).basic_auth("wauser", Some("simulated"))
    }

    /// A path below `/twsd/api/v2`.
    pub(crate) fn api(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, &format!("/twsd/api/v2{path}"))
    }

    /// The same with a query.
    pub(crate) fn api_with(&self, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let query = serde_urlencoded::to_string(query).expect("a query");
        self.api(&format!("{path}?{query}"))
    }

    /// The JSON answer of a successful read.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let response = self.api(path).send().await.expect("an answer");
        let status = response.status();
        let body = response.text().await.expect("a body");
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// The JSON answer of a query.
    pub(crate) async fn query(&self, path: &str, oql: &str) -> Value {
        let response = self.api_with(path, &[("oql", oql)]).send().await.expect("an answer");
        let status = response.status();
        let body = response.text().await.expect("a body");
        assert_eq!(status, StatusCode::OK, "{oql}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

/// The results of a list.
pub(crate) fn results(list: &Value) -> &Vec<Value> {
    list["results"].as_array().expect("results")
}

/// A text field.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}
