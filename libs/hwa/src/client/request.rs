//! One request before it is bound to an address.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::config::Base;
use crate::page::{Listed, Query};

/// Kept as they are in paths and queries. Spaces become `%20`, never `+`, which not every server reads back.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'@');

/// Where API version 2 lives below the base path.
const API: &str = "api/v2/";

pub(super) struct Request {
    pub(super) method: Method,
    /// Below the base path, encoded.
    path: String,
    /// The same with placeholders for identifiers.
    pub(super) template: String,
    /// Encoded.
    query: String,
    pub(super) headers: HeaderMap,
    pub(super) accept: &'static str,
    pub(super) timeout: Option<Duration>,
}

impl Request {
    /// A read of an API path; `path` is a literal of this crate.
    pub(super) fn get(path: &str) -> Self {
        Self::at(format!("{API}{path}"))
    }

    /// A read of a path beside the API.
    pub(super) fn at(path: String) -> Self {
        Self {
            method: Method::GET,
            template: format!("/{path}"),
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            accept: "application/json",
            timeout: None,
        }
    }

    /// A page of a list.
    pub(super) fn list<T: Listed>(query: &Query) -> Self {
        let mut request = Self::get(T::PATH)
            .parameter("limit", &query.limit.to_string())
            .parameter("offset", &query.offset.to_string());
        if !query.oql.is_empty() {
            request = request.parameter("oql", &query.oql.to_string());
        }
        if let Some(selection) = &query.selection {
            request = request.parameter(T::SELECTION, selection);
        }
        if let Some(plan) = &query.plan_id {
            request = request.parameter("plan_id", plan);
        }
        if let Some(scope) = query.scope {
            request = request.header("scope", scope.as_str());
        }
        if !query.include_count {
            request = request.header("include-count", "false");
        }
        request
    }

    /// Appends an identifier as one encoded segment.
    pub(super) fn segment(mut self, identifier: &str) -> Self {
        self.template.push_str("/{id}");
        self.path.push('/');
        match identifier {
            // However they are encoded, addresses take these for steps to another path. Encoded twice they name an
            // object, which the engine does not have.
            "." => self.path.push_str("%252e"),
            ".." => self.path.push_str("%252e%252e"),
            _ => self.path.extend(utf8_percent_encode(identifier, KEPT)),
        }
        self
    }

    /// Appends a literal segment.
    pub(super) fn then(mut self, literal: &str) -> Self {
        for path in [&mut self.path, &mut self.template] {
            path.push('/');
            path.push_str(literal);
        }
        self
    }

    pub(super) fn parameter(mut self, name: &str, value: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(name);
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, KEPT));
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    pub(super) fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    pub(super) fn within(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(super) fn url(&self, base: &Base) -> Url {
        let mut url = base.url.clone();
        url.set_path(&format!("{}{}", base.url.path(), self.path));
        url.set_query((!self.query.is_empty()).then_some(self.query.as_str()));
        url
    }

    /// Method and path, for messages: identifiers yes, query no.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path.trim_start_matches(API))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oql::Condition;
    use crate::wire::job::JobInPlan;

    #[test]
    fn identifiers_and_filters_arrive_whole() {
        let base = Base::parse(&"https://mdm:31116".parse().unwrap()).unwrap();
        let query = Query {
            oql: Condition::equal("name", "A & B+C%/ç").unwrap().into(),
            selection: Some("/@/@#/@/@.@".into()),
            limit: 10,
            offset: 20,
            ..Query::default()
        };
        let url = Request::list::<JobInPlan>(&query).url(&base);
        assert_eq!(url.path(), "/twsd/api/v2/plan/job");
        assert!(!url.query().unwrap().contains('+') && url.query().unwrap().contains("%20"), "{url}");
        let pairs: Vec<_> = url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        assert!(pairs.contains(&("oql".into(), "name = 'A & B+C%/ç'".into())), "{pairs:?}");
        assert!(pairs.contains(&("plan_filter".into(), "/@/@#/@/@.@".into())), "{pairs:?}");
        let one = Request::get("plan/job").segment("../x?y#z").then("successors");
        assert_eq!(one.template, "/api/v2/plan/job/{id}/successors");
        let one = one.url(&base);
        assert_eq!(one.path(), "/twsd/api/v2/plan/job/..%2Fx%3Fy%23z/successors");
        assert_eq!(one.query(), None);
        for identifier in [".", "..", "%2e%2e"] {
            let one = Request::get("plan/job/run").segment(identifier).then("joblog").url(&base);
            assert_eq!(one.path().split('/').count(), 9, "{one} is another path");
        }
    }
}
