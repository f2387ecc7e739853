//! Reads a whole plan beside the one that readers see, then puts it in its place.

use futures::StreamExt;
use resync_hwa::oql::Order;
use resync_hwa::wire::enums::WorkstationState;
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::object::WorkstationInPlan;
use resync_hwa::wire::stream::JobStreamInPlan;
use resync_hwa::{Oql, Page, Query};
use tokio::time::Instant;

use super::{Halt, Poller};
use crate::engine::calls::CallError;
use crate::engine::roster::Roster;
use crate::plan::PlanIdentity;

impl Poller {
    pub(super) async fn sync(&mut self) -> Result<(), Halt> {
        let started = Instant::now();
        self.meet().await?;
        self.roster = Roster::default();
        self.plan = PlanIdentity::default();
        self.watermark = None;
        self.touched.clear();

        // Workstations first: they carry the plan's run number. Then streams: jobs refer to them.
        let workstations: Vec<WorkstationInPlan> = self.all_if_possible().await?.unwrap_or_default();
        self.plan.run_number = run_number(&workstations);
        let first = self.first_streams().await?;
        let mut next = first.next_offset;
        let mut batch = self.batch();
        self.take_streams(first, &mut batch)?;
        batch.begins_plan = Some(self.plan.clone());
        batch.workstations.extend(workstations.iter().filter_map(crate::engine::facts::workstation));
        self.send(batch).await?;
        while let Some(offset) = next {
            let page = self.page(self.in_order(offset)).await?;
            next = page.next_offset;
            let mut batch = self.batch();
            self.take_streams(page, &mut batch)?;
            self.send(batch).await?;
        }

        self.sync_jobs().await?;
        let mut done = self.batch();
        self.add_objects(&mut done).await?;
        done.completes_plan = true;
        self.send(done).await?;
        tracing::info!(
            plan.jobs = self.roster.jobs.len(),
            plan.job_streams = self.roster.streams.len(),
            plan.run_number = self.plan.run_number,
            sync.seconds = started.elapsed().as_secs_f64(),
            "the plan was read"
        );
        self.touched.clear();
        self.calls.unblocked();
        self.start_timetable(started);
        Ok(())
    }

    /// The first page of streams. An engine that takes no order gives its own: what moves between two pages is then
    /// found by the sweeps.
    async fn first_streams(&mut self) -> Result<Page<JobStreamInPlan>, CallError> {
        match self.page(self.in_order(0)).await {
            Err(CallError::Engine(resync_hwa::Error::BadRequest(_))) if self.orders => {
                tracing::warn!("the engine does not take an order by identifier; lists are read in its own");
                self.orders = false;
                self.page(self.in_order(0)).await
            }
            other => other,
        }
    }

    /// Who the engine is and what it can do.
    async fn meet(&mut self) -> Result<(), CallError> {
        let info = self.calls.call(|client| async move { client.engine_info().await }).await?;
        self.capabilities = self.calls.call(|client| async move { client.capabilities().await }).await?;
        self.calls.introduce(&info, &self.capabilities, &self.fallback_zone);
        let zone = info.timezone.as_deref().unwrap_or(&self.fallback_zone);
        self.zone = zone.parse().unwrap_or_else(|_| {
            tracing::warn!(engine.time_zone = zone, "the engine's time zone is not known here; UTC is used");
            chrono_tz::Tz::UTC
        });
        Ok(())
    }

    /// The first page tells how many there are; the others are read a few at a time.
    async fn sync_jobs(&mut self) -> Result<(), Halt> {
        let first = self.page::<JobInPlan>(self.in_order(0)).await?;
        let total = first.total.unwrap_or(0);
        let mut next = first.next_offset;
        let mut batch = self.batch();
        self.take_jobs(first, &mut batch)?;
        self.send(batch).await?;
        if let Some(from) = next.filter(|_| total > 0) {
            let size = usize::try_from(self.pace.page_size).unwrap_or(1).max(1);
            let (calls, queries) =
                (self.calls.clone(), (from..total).step_by(size).map(|offset| self.in_order(offset)));
            let queries: Vec<Query> = queries.collect();
            let pages = futures::stream::iter(queries).map(|query| {
                let calls = calls.clone();
                async move { calls.call(|client| async move { client.list::<JobInPlan>(&query).await }).await }
            });
            let mut pages = std::pin::pin!(pages.buffered(self.pace.concurrency.max(1)));
            while let Some(page) = pages.next().await {
                let page = page?;
                next = page.next_offset;
                let mut batch = self.batch();
                self.take_jobs(page, &mut batch)?;
                self.send(batch).await?;
            }
        }
        // The plan may have grown while it was read, or the engine does not count.
        while let Some(offset) = next {
            let page = self.page::<JobInPlan>(self.in_order(offset)).await?;
            next = page.next_offset;
            let mut batch = self.batch();
            self.take_jobs(page, &mut batch)?;
            self.send(batch).await?;
        }
        Ok(())
    }

    /// A page in an order that does not change while the list is read.
    pub(super) fn in_order(&self, offset: u64) -> Query {
        let oql = match Oql::all().order_by("id", Order::Ascending) {
            Ok(ordered) if self.orders => ordered,
            _ => Oql::all(),
        };
        Query { oql, limit: self.pace.page_size, offset, ..Query::default() }
    }
}

/// Run number of the plan that the master works on; 0 when not told.
pub(super) fn run_number(workstations: &[WorkstationInPlan]) -> i32 {
    workstations
        .iter()
        .find(|one| one.active_states.contains(&WorkstationState::Master))
        .and_then(|master| master.run_number)
        .and_then(|number| i32::try_from(number).ok())
        .unwrap_or(0)
}
