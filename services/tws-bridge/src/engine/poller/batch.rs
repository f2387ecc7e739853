//! Turns rows that were read into a batch for the mirror, and notes what they say for the poller itself.

use resync_api::tws::model::{DependencyOwner, EdgeSource};
use resync_hwa::Page;
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::stream::JobStreamInPlan;
use tokio::time::Instant;

use super::{Halt, Poller, warn_unreadable};
use crate::engine::facts;
use crate::engine::roster::{Noted, Roster};
use crate::plan::{DependencyList, FlowId, JobFacts, Update};

impl Poller {
    /// Adds job rows to a batch. Rows of another plan stop everything: identifiers mean nothing there.
    pub(super) fn take_jobs(&mut self, page: Page<JobInPlan>, batch: &mut Update) -> Result<(), Halt> {
        let now = Instant::now();
        self.note_unreadable(&page.unreadable, now);
        for wire in page.items {
            self.same_plan(wire.plan_id.as_deref())?;
            let carried = wire
                .job_stream_id
                .as_deref()
                .and_then(|id| self.roster.streams.get(id))
                .is_some_and(|stream| stream.carried_forward);
            let Some(facts) = facts::job(&wire, carried) else { continue };
            for run in &facts.runs {
                self.watermark = self.watermark.max(run.start_time).max(run.end_time);
            }
            if self.roster.note_job(&wire, &facts, now) != Noted::Same {
                self.touched.insert(facts.job_stream_id.clone());
            }
            self.take_own_dependencies(&wire, &facts, batch);
            batch.jobs.push(facts);
        }
        Ok(())
    }

    /// Dependencies that came with a row: always from a single read, from a list only where the engine fills them.
    fn take_own_dependencies(&self, wire: &JobInPlan, facts: &JobFacts, batch: &mut Update) {
        if wire.dependencies.is_empty() {
            return;
        }
        batch.dependencies.push(DependencyList {
            owner: FlowId::Job(facts.id.clone()),
            source: EdgeSource::Plan,
            dependencies: facts::dependencies(&wire.dependencies, DependencyOwner::Job),
        });
        if !self.capabilities.prompt_list().worth_trying() {
            let (job, stream) = Roster::keys(facts);
            batch.prompts.extend(facts::prompts_among(&wire.dependencies, &job, &stream));
        }
    }

    /// Adds job stream rows to a batch.
    pub(super) fn take_streams(
        &mut self,
        page: Page<JobStreamInPlan>,
        batch: &mut Update,
    ) -> Result<(), Halt> {
        let now = Instant::now();
        self.note_unreadable(&page.unreadable, now);
        for wire in page.items {
            self.same_plan(wire.plan_id.as_deref())?;
            let Some(facts) = facts::job_stream(&wire) else { continue };
            self.roster.note_stream(&wire, &facts, now);
            self.touched.remove(&facts.id);
            if !wire.dependencies.is_empty() {
                batch.dependencies.push(DependencyList {
                    owner: FlowId::JobStream(facts.id.clone()),
                    source: EdgeSource::Plan,
                    dependencies: facts::dependencies(&wire.dependencies, DependencyOwner::JobStream),
                });
                if !self.capabilities.prompt_list().worth_trying() {
                    let stream = crate::engine::names::stream_key(
                        &facts.workstation,
                        &facts.folder,
                        &facts.job_stream_name,
                    );
                    batch.prompts.extend(facts::prompts_among(&wire.dependencies, "", &stream));
                }
            }
            batch.job_streams.push(facts);
        }
        Ok(())
    }

    /// An object that cannot be read still exists: it must not be taken for gone.
    fn note_unreadable(&mut self, unreadable: &[resync_hwa::Unreadable], now: Instant) {
        for one in unreadable {
            warn_unreadable(one);
            if let Some(id) = &one.id {
                self.roster.touch(id, now);
            }
        }
    }

    fn same_plan(&mut self, plan_id: Option<&str>) -> Result<(), Halt> {
        let Some(plan_id) = plan_id.filter(|id| !id.is_empty()) else { return Ok(()) };
        if self.plan.plan_id.is_empty() {
            self.plan.plan_id = plan_id.to_owned();
        }
        if self.plan.plan_id == plan_id { Ok(()) } else { Err(Halt::NewPlan) }
    }
}
