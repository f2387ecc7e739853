//! What all lists share: parameters, headers, filtering, ordering, paging and the envelope.

use http::HeaderMap;
use serde::Serialize;

use crate::oql::query::{Field, Query};
use crate::plan::{Plan, Seconds};
use crate::planfilter::PlanFilter;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::View;

/// The engine's page size when a caller names none.
const DEFAULT_LIMIT: usize = 10_000;
/// The engine's own idea of its address, which is what `next` carries wherever the caller came from.
const OWN_ADDRESS: &str = "https://mdm.bank.example:31116";

/// The query part of a request; parameters that nobody reads are ignored.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn new(query: Option<&str>) -> Result<Self, Problem> {
        serde_urlencoded::from_str(query.unwrap_or_default())
            .map(Self)
            .map_err(|error| Problem::bad_request(format!("AWSJCS002E The query cannot be read: {error}")))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Problem> {
        self.get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Problem::bad_request(format!(
                        "AWSJCS002E The parameter \"{name}\" is not a number: {text}"
                    ))
                })
            })
            .transpose()
    }

    /// Flags are strings in the specification.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// One list request, understood.
#[derive(Debug)]
pub(super) struct Listing<I: 'static> {
    pub(super) query: Query<I>,
    pub(super) filter: Option<PlanFilter>,
    limit: usize,
    offset: usize,
    with_count: bool,
    pub(super) only_header: bool,
    scope: Scope,
    path: &'static str,
    others: Vec<(String, String)>,
}

/// What the `scope` header leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scope {
    definitions: bool,
    dependencies: bool,
}

impl<I: Copy + 'static> Listing<I> {
    pub(super) fn new(
        path: &'static str,
        parameters: &Parameters,
        headers: &HeaderMap,
        fields: &'static [Field<I>],
    ) -> Result<Self, Problem> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let filter = parameters.get("plan_filter").or(parameters.get("model_filter"));
        let scope = header("scope").unwrap_or("WHOLE");
        let others = parameters.0.iter().filter(|(name, _)| name != "limit" && name != "offset");
        Ok(Self {
            query: Query::new(parameters.get("oql").unwrap_or_default(), fields)?,
            filter: filter.filter(|text| !text.is_empty()).map(PlanFilter::parse).transpose()?,
            limit: parameters.number("limit")?.unwrap_or(DEFAULT_LIMIT),
            offset: parameters.number("offset")?.unwrap_or(0),
            with_count: header("include-count") != Some("false"),
            only_header: header("only-header") == Some("true"),
            scope: Scope {
                definitions: !scope.contains("NO_JOB_DEFINITIONS"),
                dependencies: !scope.contains("NO_DEPENDENCIES"),
            },
            path,
            others: others.cloned().collect(),
        })
    }

    /// How the plan is shown in this list.
    pub(super) fn view<'a>(&self, shared: &Shared, plan: &'a Plan, now: Seconds) -> View<'a> {
        View {
            plan,
            now,
            definitions: self.scope.definitions,
            dependencies: self.scope.dependencies && shared.switches().dependencies_in_lists,
        }
    }

    /// Every object of the list, in its order. `all` may leave out what the query's identifiers exclude, and must
    /// be in the order of the identifiers where that is `ready`.
    pub(super) fn select(
        &self,
        plan: &Plan,
        now: Seconds,
        all: impl Iterator<Item = I>,
        ready: bool,
        accepts: impl Fn(&PlanFilter, I) -> bool,
    ) -> Vec<I> {
        let mut selected: Vec<I> = if self.filter.is_none() && !self.query.filters() {
            all.collect()
        } else {
            let passes = |object: &I| {
                self.filter.as_ref().is_none_or(|filter| accepts(filter, *object))
                    && self.query.accepts(plan, now, *object)
            };
            all.filter(passes).collect()
        };
        if !ready {
            self.query.sort(plan, now, &mut selected);
        }
        selected
    }

    /// The page of `selected` that was asked for.
    pub(super) fn page<T>(&self, selected: &[I], show: impl Fn(I) -> T) -> Page<T> {
        let total = selected.len();
        let start = self.offset.min(total);
        let end = start.saturating_add(self.limit).min(total);
        Page {
            count: self.with_count.then_some(total),
            results: selected[start..end].iter().map(|object| show(*object)).collect(),
            next: (end < total).then(|| self.link(end)),
            previous: (start > 0).then(|| self.link(start.saturating_sub(self.limit))),
        }
    }

    fn link(&self, offset: usize) -> String {
        let mut query =
            vec![("limit".to_owned(), self.limit.to_string()), ("offset".to_owned(), offset.to_string())];
        query.extend(self.others.iter().cloned());
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        format!("{OWN_ADDRESS}/twsd/api/v2{}?{query}", self.path)
    }
}

/// The envelope of lists.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    results: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
}
