//! Reading incidents: lists, one whole, and those that look like one.

use resync_api::incidents::model::{
    Incident, IncidentDetail, IncidentPage, IncidentSearch, SimilarIncidents,
};

use super::error::IncidentError;
use super::kept::Kept;
use super::rows::{self, MemberBody};
use super::{Incidents, likeness};
use crate::page_token;
use crate::store::schema::{INCIDENT, INCIDENT_MEMBER, INCIDENT_TRAIT};
use crate::store::{Condition, Order, Query, Record, Value};

const DEFAULT_PAGE: u32 = 100;
const MAX_PAGE: u32 = 1_000;
/// Members of one answer, the latest.
const MEMBERS: u32 = 500;
/// Incidents that an object is part of, the latest, that a list looks at.
const OF_OBJECT: u32 = 2_000;
/// Engines that have incidents.
const ENGINES: u32 = 1_000;
/// Incidents that share something, compared in one answer: those that share most.
const COMPARED: u32 = 200;
const DEFAULT_SIMILAR: u32 = 10;
const MAX_SIMILAR: u32 = 50;

/// Which page of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// 0 means 100; more than 1000 is taken as 1000.
    pub size: u32,
    /// From the page before; empty: the first page.
    pub token: String,
}

impl Incidents {
    /// An incident as it is kept, and its revision.
    pub(super) async fn kept(&self, id: &str) -> Result<(Kept, i64), IncidentError> {
        let record = self.store.get(INCIDENT, id).await?;
        let record = record.ok_or_else(|| IncidentError::Unknown(id.to_owned()))?;
        Ok((rows::read(&record)?, record.revision))
    }

    /// Engines that have incidents.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn engines(&self) -> Result<Vec<String>, IncidentError> {
        let counts = self.store.count(Query::of(INCIDENT).limit(ENGINES), &["engine"]).await?;
        let name = |value: Option<Value>| match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        Ok(counts.into_iter().filter_map(|count| name(count.values.into_iter().next().flatten())).collect())
    }

    /// A page of incidents of these engines (unset: of all), the one that failed last first.
    ///
    /// # Errors
    /// When the token is not one of this list, or the store cannot be used.
    pub async fn list(
        &self,
        search: &IncidentSearch,
        engines: Option<Vec<String>>,
        page: &Page,
    ) -> Result<IncidentPage, IncidentError> {
        let after = page_token::parse(&page.token).ok_or(IncidentError::PageToken)?;
        let size = if page.size == 0 { DEFAULT_PAGE } else { page.size.min(MAX_PAGE) };
        let mut query = Query::of(INCIDENT).order(Order::Down("last_failed_at")).limit(size).after(after);
        if let Some(engines) = engines {
            query = query.and(Condition::OneOf("engine", engines.into_iter().map(Value::from).collect()));
        }
        if !search.states.is_empty() {
            let states = search.states.iter().map(|state| rows::word(*state).into()).collect();
            query = query.and(Condition::OneOf("state", states));
        }
        if let Some(from) = search.from {
            query = query.and(Condition::AtLeast("last_failed_at", from.into()));
        }
        if let Some(until) = search.until {
            query = query.and(Condition::Below("last_failed_at", until.into()));
        }
        if !search.object.is_empty() {
            let ids = self.of_object(&search.object).await?;
            query = query.and(Condition::OneOf("key", ids.into_iter().map(Value::from).collect()));
        }
        let records = self.store.find(query.clone()).await?;
        let full = records.len() == size as usize;
        let next = records.last().filter(|_| full).map(|last| page_token::write(&query.cursor(last)));
        let incident = |record: &Record| Ok::<_, IncidentError>(rows::read::<Kept>(record)?.incident);
        Ok(IncidentPage {
            incidents: records.iter().map(incident).collect::<Result<_, _>>()?,
            next_page_token: next.unwrap_or_default(),
        })
    }

    /// Incidents that an object is part of, as a job that failed or as the cause.
    async fn of_object(&self, object: &str) -> Result<Vec<String>, IncidentError> {
        let mut ids = Vec::new();
        for field in ["job", "job_id"] {
            let query = Query::of(INCIDENT_MEMBER).is(field, object);
            let query = query.order(Order::Down("failed_at")).limit(OF_OBJECT);
            let members = self.store.find(query).await?;
            ids.extend(members.iter().filter_map(|record| record.text("incident").map(str::to_owned)));
        }
        let query = Query::of(INCIDENT).is("object", object);
        let caused = self.store.find(query.order(Order::Down("last_failed_at")).limit(OF_OBJECT)).await?;
        ids.extend(caused.into_iter().map(|record| record.key));
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// One incident alone.
    ///
    /// # Errors
    /// When there is none of that id, or the store cannot be used.
    pub async fn incident(&self, id: &str) -> Result<Incident, IncidentError> {
        Ok(self.kept(id).await?.0.incident)
    }

    /// One incident with everything that is kept of it.
    ///
    /// # Errors
    /// When there is none of that id, or the store cannot be used.
    pub async fn detail(&self, id: &str) -> Result<IncidentDetail, IncidentError> {
        let (kept, _) = self.kept(id).await?;
        let Kept { incident, timeline, dropped_entries, mut reports, .. } = kept;
        let members = Query::of(INCIDENT_MEMBER).is("incident", id);
        let members = self.store.find(members.order(Order::Down("failed_at")).limit(MEMBERS)).await?;
        let member = |record: &Record| Ok::<_, IncidentError>(rows::read::<MemberBody>(record)?.member);
        let members = members.iter().map(member).collect::<Result<_, _>>()?;
        reports.reverse();
        Ok(IncidentDetail { incident, members, timeline, dropped_entries, reports })
    }

    /// The incident that a job's latest failure belongs to.
    ///
    /// # Errors
    /// When no failure of the job is noted, or the store cannot be used.
    pub async fn of_job(&self, engine: &str, job: &str) -> Result<String, IncidentError> {
        let mut latest: Option<(Value, String)> = None;
        for field in ["job_id", "job"] {
            let query = Query::of(INCIDENT_MEMBER).is("engine", engine).is(field, job);
            let found = self.store.find(query.order(Order::Down("failed_at")).limit(1)).await?.pop();
            let Some(record) = found else { continue };
            let (at, id) = (record.fields.get("failed_at").cloned(), record.text("incident"));
            if let (Some(at), Some(id)) = (at, id)
                && latest.as_ref().is_none_or(|(known, _)| *known < at)
            {
                latest = Some((at, id.to_owned()));
            }
        }
        latest.map(|(_, id)| id).ok_or_else(|| IncidentError::NoFailure { job: job.to_owned() })
    }

    /// Incidents that look like one, of engines that `may_see` allows.
    ///
    /// # Errors
    /// When there is none of that id, or the store cannot be used.
    pub async fn similar(
        &self,
        id: &str,
        limit: u32,
        may_see: impl Fn(&str) -> bool,
    ) -> Result<SimilarIncidents, IncidentError> {
        let (kept, _) = self.kept(id).await?;
        let traits = rows::traits(&kept).into_iter().map(Value::from).collect();
        let sharing = Query::of(INCIDENT_TRAIT).and(Condition::OneOf("trait", traits)).limit(COMPARED + 2);
        let counts = self.store.count(sharing, &["incident"]).await?;
        let mut ids: Vec<Value> =
            counts.into_iter().filter_map(|count| count.values.into_iter().next().flatten()).collect();
        ids.retain(|other| *other != Value::from(id));
        let truncated = ids.len() > COMPARED as usize;
        ids.truncate(COMPARED as usize);
        let found = if ids.is_empty() {
            Vec::new()
        } else {
            self.store.find(Query::of(INCIDENT).and(Condition::OneOf("key", ids))).await?
        };
        let found = found.iter().map(|record| Ok(rows::read::<Kept>(record)?.incident));
        let mut found = found.collect::<Result<Vec<Incident>, IncidentError>>()?;
        found.retain(|incident| may_see(&incident.engine));
        let limit = if limit == 0 { DEFAULT_SIMILAR } else { limit.min(MAX_SIMILAR) };
        let similar = likeness::best(&kept.incident, found, limit as usize);
        Ok(SimilarIncidents { incident: kept.incident, similar, truncated })
    }
}
