//! Writing one batch into a draft.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{EdgeSource, PlanChange, Status};

use super::Draft;
use super::differences::{Differences, JobBefore};
use crate::plan::edges::{Flow, Node};
use crate::plan::jobs::flag;
use crate::plan::records::StreamRecord;
use crate::plan::table::{Record, Table, Written};
use crate::plan::texts::{folder_form, stream_key};
use crate::plan::update::{DependencyList, FlowId, JobFacts, JobStreamFacts, RowKind, Update};

impl Draft {
    /// Writes the batch; says whether anything but stamps changed. What subscribers should hear of goes to `found`.
    pub(super) fn apply(&mut self, update: Update, found: &mut Vec<PlanChange>) -> bool {
        let Update {
            observed_at,
            engine_time,
            begins_plan: _,
            completes_plan: _,
            job_streams,
            jobs,
            workstations,
            resources,
            prompts,
            files,
            dependencies,
            verified,
            removed,
            complete_reads,
        } = update;
        let stamp = self.plan.stamps.pack(observed_at);
        let mut differences = Differences { found, time: engine_time };
        let mut changed = false;
        for facts in job_streams {
            changed |= self.write_stream(facts, stamp, &mut differences);
        }
        for facts in jobs {
            changed |= self.write_job(&facts, stamp, &mut differences);
        }
        for mut facts in workstations {
            facts.folder = folder_form(&facts.folder);
            self.plan.texts.workstations.intern(&facts.workstation_name);
            let written = self.plan.workstations.write(facts, stamp);
            changed |= differences.workstation(&self.plan, &written);
        }
        for mut facts in resources {
            facts.folder = folder_form(&facts.folder);
            let written = self.plan.resources.write(facts, stamp);
            changed |= differences.resource(&self.plan, &written);
        }
        for facts in prompts {
            let written = self.plan.prompts.write(facts, stamp);
            changed |= differences.prompt(&self.plan, &written);
        }
        for facts in files {
            changed |= !matches!(self.plan.files.write(facts, stamp), Written::Same(_));
        }
        for list in dependencies {
            changed |= self.write_dependencies(list);
        }
        for (kind, id) in verified {
            self.verify(kind, &id, stamp);
        }
        for (kind, id) in removed {
            changed |= self.remove(kind, &id, &mut differences);
        }
        for (kind, began) in complete_reads {
            changed |= self.remove_unseen(kind, began, &mut differences);
        }
        changed
    }

    fn write_stream(
        &mut self,
        mut facts: JobStreamFacts,
        stamp: u32,
        differences: &mut Differences<'_>,
    ) -> bool {
        facts.folder = folder_form(&facts.folder);
        self.put_stream(facts, false, stamp, differences).1
    }

    /// The row, and whether it changed.
    fn put_stream(
        &mut self,
        facts: JobStreamFacts,
        implied: bool,
        stamp: u32,
        differences: &mut Differences<'_>,
    ) -> (u32, bool) {
        let texts = &mut self.plan.texts;
        let record = StreamRecord {
            key: stream_key(&facts.workstation, &facts.folder, &facts.job_stream_name),
            name: texts.stream_names.intern(&facts.job_stream_name),
            folder: texts.folders.intern(&facts.folder),
            workstation: texts.workstations.intern(&facts.workstation),
            facts,
            implied,
        };
        let (id, name) = (record.facts.id.clone(), record.name);
        let written = self.plan.streams.write(record, stamp);
        let row = written.row();
        match &written {
            Written::Added(row) => {
                self.plan.streams_by_name.add(name, *row);
                self.bind_waiting(&id, Node::stream(*row));
            }
            Written::Changed(row, old) if old.name != name => {
                self.plan.streams_by_name.remove(old.name, *row);
                self.plan.streams_by_name.add(name, *row);
            }
            Written::Changed(..) | Written::Same(_) => {}
        }
        differences.stream(&self.plan, &written);
        (row, !matches!(written, Written::Same(_)))
    }

    fn write_job(&mut self, facts: &JobFacts, stamp: u32, differences: &mut Differences<'_>) -> bool {
        let stream = match self.plan.streams.find(&facts.job_stream_id) {
            Some(row) => row,
            None => self.put_stream(implied_stream(facts), true, stamp, differences).0,
        };
        let id = self.plan.texts.ids.pack(&facts.id);
        if let Some(row) = self.plan.jobs.find(id) {
            let before = JobBefore::of(&self.plan, row);
            let moved = self.plan.jobs.stream.get(row) != stream;
            self.plan.jobs.move_to(row, stream);
            let changed = self.plan.jobs.write(row, facts, &mut self.plan.texts, stamp) || moved;
            if changed {
                differences.job(&self.plan, row, &before);
            }
            return changed;
        }
        let name = self.plan.texts.job_names.intern(&facts.job_name);
        let row = self.plan.jobs.add(id, name, stream);
        self.plan.jobs.write(row, facts, &mut self.plan.texts, stamp);
        self.bind_waiting(&facts.id, Node::job(row));
        differences.job_added(&self.plan, row);
        true
    }

    fn bind_waiting(&mut self, id: &str, node: Node) {
        for owner in self.waiting_for.remove(id).unwrap_or_default() {
            self.plan.edges.bind(&mut self.details, owner, id, node);
        }
    }

    fn write_dependencies(&mut self, list: DependencyList) -> bool {
        let node = match &list.owner {
            FlowId::Job(id) => self.plan.find_job(id).map(Node::job),
            FlowId::JobStream(id) => self.plan.streams.find(id).map(Node::stream),
        };
        let Some(owner) = node else { return false };
        let from_plan = list.source == EdgeSource::Plan;
        if !from_plan && self.edge_flags(owner) & flag::EDGES_FROM_PLAN != 0 {
            return false;
        }
        let (mut edges, index) = (std::mem::take(&mut self.plan.edges), &mut self.details);
        let packed = edges.pack(index, &list.dependencies, &|id| self.plan.find_node(id));
        let changed = edges.set(owner, &packed);
        for edge in &packed {
            if let Some(id) = edges.wanted_id(*edge) {
                let owners = self.waiting_for.entry(id.to_owned()).or_default();
                if !owners.contains(&owner) {
                    owners.push(owner);
                }
            }
        }
        self.plan.edges = edges;
        let known = flag::EDGES_KNOWN | if from_plan { flag::EDGES_FROM_PLAN } else { 0 };
        let flagged = self.edge_flags(owner) & known != known;
        self.set_edge_flags(owner, known);
        changed || flagged
    }

    fn edge_flags(&self, owner: Node) -> u16 {
        match owner.flow() {
            Flow::Job(row) => self.plan.jobs.flags.get(row),
            Flow::Stream(row) => self.plan.edges_known_of_streams.get(row),
        }
    }

    fn set_edge_flags(&mut self, owner: Node, bits: u16) {
        match owner.flow() {
            Flow::Job(row) => self.plan.jobs.put(row, bits, true),
            Flow::Stream(row) => {
                let flags = self.plan.edges_known_of_streams.get(row);
                self.plan.edges_known_of_streams.set(row, flags | bits);
            }
        }
    }

    fn verify(&mut self, kind: RowKind, id: &str, stamp: u32) {
        match kind {
            RowKind::Job => {
                if let Some(row) = self.plan.find_job(id) {
                    self.plan.jobs.verify(row, stamp);
                }
            }
            RowKind::JobStream => verify_in(&mut self.plan.streams, id, stamp),
            RowKind::Workstation => verify_in(&mut self.plan.workstations, id, stamp),
            RowKind::Resource => verify_in(&mut self.plan.resources, id, stamp),
            RowKind::Prompt => verify_in(&mut self.plan.prompts, id, stamp),
            RowKind::File => verify_in(&mut self.plan.files, id, stamp),
        }
    }

    fn remove(&mut self, kind: RowKind, id: &str, differences: &mut Differences<'_>) -> bool {
        let row = match kind {
            RowKind::Job => self.plan.find_job(id),
            RowKind::JobStream => self.plan.streams.find(id),
            RowKind::Workstation => self.plan.workstations.find(id),
            RowKind::Resource => self.plan.resources.find(id),
            RowKind::Prompt => self.plan.prompts.find(id),
            RowKind::File => self.plan.files.find(id),
        };
        if let Some(row) = row {
            self.remove_row(kind, row, differences);
        }
        row.is_some()
    }

    fn remove_row(&mut self, kind: RowKind, row: u32, differences: &mut Differences<'_>) {
        let plan = &mut self.plan;
        match kind {
            RowKind::Job => {
                differences.job_removed(plan, row);
                self.release_node(Node::job(row));
                self.plan.jobs.remove(row);
            }
            RowKind::JobStream => {
                let jobs: Vec<u32> = plan.jobs.by_stream.rows(row).collect();
                for job in jobs {
                    self.remove_row(RowKind::Job, job, differences);
                }
                self.release_node(Node::stream(row));
                self.plan.edges_known_of_streams.set(row, 0);
                if let Some(stream) = self.plan.streams.remove(row) {
                    self.plan.streams_by_name.remove(stream.name, row);
                }
            }
            RowKind::Workstation => {
                plan.workstations.remove(row);
            }
            RowKind::Resource => {
                plan.resources.remove(row);
            }
            RowKind::Prompt => {
                plan.prompts.remove(row);
            }
            RowKind::File => {
                plan.files.remove(row);
            }
        }
    }

    /// Before a row goes: what waits for it waits for an absent object under its key from now on.
    fn release_node(&mut self, node: Node) {
        let (id, key) = (self.plan.node_id(node), self.plan.node_key(node));
        let dependents = self.plan.edges.dependents(node).to_vec();
        for owner in dependents {
            self.plan.edges.unbind(&mut self.details, owner, node, &id, &key);
            let owners = self.waiting_for.entry(id.clone()).or_default();
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        self.plan.edges.set(node, &[]);
    }

    fn remove_unseen(
        &mut self,
        kind: RowKind,
        began: DateTime<Utc>,
        differences: &mut Differences<'_>,
    ) -> bool {
        let limit = self.plan.stamps.pack(began);
        let plan = &self.plan;
        let unseen: Vec<u32> = match kind {
            RowKind::Job => plan.jobs.rows().filter(|row| plan.jobs.stamp.get(*row) < limit).collect(),
            RowKind::JobStream => unseen_in(&plan.streams, limit),
            RowKind::Workstation => unseen_in(&plan.workstations, limit),
            RowKind::Resource => unseen_in(&plan.resources, limit),
            RowKind::Prompt => unseen_in(&plan.prompts, limit),
            RowKind::File => unseen_in(&plan.files, limit),
        };
        for row in &unseen {
            self.remove_row(kind, *row, differences);
        }
        !unseen.is_empty()
    }
}

fn verify_in<R: Record>(table: &mut Table<R>, id: &str, stamp: u32) {
    if let Some(row) = table.find(id) {
        table.verify(row, stamp);
    }
}

fn unseen_in<R: Record>(table: &Table<R>, limit: u32) -> Vec<u32> {
    table.iter().map(|(row, _)| row).filter(|row| table.stamp(*row) < limit).collect()
}

/// What a job tells of a stream that was not listed yet.
fn implied_stream(facts: &JobFacts) -> JobStreamFacts {
    JobStreamFacts {
        id: facts.job_stream_id.clone(),
        job_stream_name: facts.job_stream_name.clone(),
        folder: folder_form(&facts.folder),
        workstation: facts.job_stream_workstation.clone(),
        status: Status::Undecided,
        internal_status: String::new(),
        limit: None,
        priority: 0,
        scheduled_time: facts.scheduled_time,
        earliest_start: None,
        latest_start: None,
        deadline: None,
        start_time: None,
        end_time: None,
        estimated_duration: None,
        carried_forward: facts.carried_forward,
        dependency_count: None,
        unresolved_dependency_count: None,
    }
}
