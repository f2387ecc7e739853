//! One version of a plan, shared by all its readers and never changed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{PromptStatus, Status};

use super::chains::Chains;
use super::edges::{EdgeTable, Flow, Node};
use super::jobs::{JobTable, flag};
use super::packed::Stamps;
use super::records::StreamRecord;
use super::table::Table;
use super::texts::{Texts, stream_key};
use super::update::{FileFacts, PlanIdentity, PromptFacts, ResourceFacts, WorkstationFacts};

/// One version of a plan. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) engine: Arc<str>,
    pub(crate) version: u64,
    /// Counts the plans that were read from the beginning: rows of two of them have nothing to do with each other.
    pub(crate) generation: u64,
    pub(crate) identity: PlanIdentity,
    pub(crate) complete: bool,
    pub(crate) stamps: Stamps,
    pub(crate) texts: Texts,
    pub(crate) jobs: JobTable,
    pub(crate) streams: Table<StreamRecord>,
    pub(crate) streams_by_name: Chains,
    pub(crate) edges_known_of_streams: super::column::Column<u16>,
    pub(crate) workstations: Table<WorkstationFacts>,
    pub(crate) resources: Table<ResourceFacts>,
    pub(crate) prompts: Table<PromptFacts>,
    pub(crate) files: Table<FileFacts>,
    pub(crate) edges: EdgeTable,
}

impl Snapshot {
    pub(crate) fn empty(engine: Arc<str>, stamps: Stamps) -> Self {
        Self {
            engine,
            version: 0,
            generation: 0,
            identity: PlanIdentity::default(),
            complete: false,
            stamps,
            texts: Texts::default(),
            jobs: JobTable::default(),
            streams: Table::default(),
            streams_by_name: Chains::default(),
            edges_known_of_streams: Default::default(),
            workstations: Table::default(),
            resources: Table::default(),
            prompts: Table::default(),
            files: Table::default(),
            edges: EdgeTable::default(),
        }
    }

    /// Counts applied changes since the mirror was made.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Which plan it is.
    #[must_use]
    pub fn identity(&self) -> &PlanIdentity {
        &self.identity
    }

    /// The first full read is complete. Before that nothing is known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Number of jobs.
    #[must_use]
    pub fn job_count(&self) -> usize {
        self.jobs.len()
    }

    /// Number of job streams.
    #[must_use]
    pub fn job_stream_count(&self) -> usize {
        self.streams.len()
    }

    /// Number of workstations.
    #[must_use]
    pub fn workstation_count(&self) -> usize {
        self.workstations.len()
    }

    /// Bytes held by the parts whose size depends on the number of jobs and edges.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let stream_texts = |stream: &Arc<StreamRecord>| {
            let facts = &stream.facts;
            let parts = [&facts.id, &facts.job_stream_name, &facts.folder, &facts.workstation, &stream.key];
            parts.into_iter().chain([&facts.internal_status]).map(String::capacity).sum::<usize>()
        };
        self.texts.bytes()
            + self.jobs.bytes()
            + self.streams.bytes()
            + self.streams.iter().map(|(_, stream)| stream_texts(stream)).sum::<usize>()
            + self.streams_by_name.bytes()
            + self.edges.bytes()
    }

    /// Share of the unfinished jobs held back by dependencies whose own dependencies were read from the plan; 1 when
    /// there are none.
    #[must_use]
    pub fn plan_edge_coverage(&self) -> f64 {
        let finished = |status| matches!(status, Status::Successful | Status::Canceled | Status::Suppressed);
        let (mut all, mut covered) = (0_u32, 0_u32);
        for row in self.jobs.rows().filter(|row| !finished(self.jobs.status(*row))) {
            if self.job_dependency_counts(row).1 == 0 {
                continue;
            }
            all += 1;
            covered += u32::from(self.jobs.has(row, flag::EDGES_FROM_PLAN));
        }
        if all == 0 { 1.0 } else { f64::from(covered) / f64::from(all) }
    }

    pub(crate) fn stream(&self, row: u32) -> Option<&Arc<StreamRecord>> {
        self.streams.get(row)
    }

    /// `WORKSTATION#/FOLDER/STREAM.JOB`.
    pub(crate) fn job_key(&self, row: u32) -> String {
        let job = self.texts.job_names.text(self.jobs.name.get(row));
        match self.stream(self.jobs.stream.get(row)) {
            Some(stream) => format!("{}.{job}", stream.key),
            None => format!("{}.{job}", stream_key("", "/", "")),
        }
    }

    pub(crate) fn job_id(&self, row: u32) -> String {
        self.texts.ids.text(self.jobs.id.get(row))
    }

    /// The row of a job by plan id.
    pub(crate) fn find_job(&self, id: &str) -> Option<u32> {
        self.jobs.find(self.texts.ids.find(id)?)
    }

    /// The job or job stream with a plan id.
    pub(crate) fn find_node(&self, id: &str) -> Option<Node> {
        self.find_job(id).map(Node::job).or_else(|| self.streams.find(id).map(Node::stream))
    }

    pub(crate) fn node_id(&self, node: Node) -> String {
        match node.flow() {
            Flow::Job(row) => self.job_id(row),
            Flow::Stream(row) => self.stream(row).map(|stream| stream.facts.id.clone()).unwrap_or_default(),
        }
    }

    pub(crate) fn node_key(&self, node: Node) -> String {
        match node.flow() {
            Flow::Job(row) => self.job_key(row),
            Flow::Stream(row) => self.stream(row).map(|stream| stream.key.clone()).unwrap_or_default(),
        }
    }

    /// Common and internal status.
    pub(crate) fn node_status(&self, node: Node) -> (Status, &str) {
        match node.flow() {
            Flow::Job(row) => {
                (self.jobs.status(row), self.texts.word_text(self.jobs.internal_status.get(row)))
            }
            Flow::Stream(row) => match self.stream(row) {
                Some(stream) => (stream.facts.status, &stream.facts.internal_status),
                None => (Status::Undecided, ""),
            },
        }
    }

    pub(crate) fn file_status(&self, path: &str, workstation: &str, qualifier: &str) -> Option<&str> {
        let same = |file: &FileFacts| {
            file.path == path
                && file.qualifier == qualifier
                && (workstation.is_empty() || file.workstation.eq_ignore_ascii_case(workstation))
        };
        self.files.iter().find(|(_, file)| same(file)).map(|(_, file)| file.status.as_str())
    }

    /// By number when it has one, else by name.
    pub(crate) fn prompt_status(&self, number: i64, name: &str) -> Option<PromptStatus> {
        let same = |prompt: &PromptFacts| match number {
            0 => !name.is_empty() && prompt.prompt_name.eq_ignore_ascii_case(name),
            number => prompt.number == number,
        };
        self.prompts.iter().find(|(_, prompt)| same(prompt)).map(|(_, prompt)| prompt.status)
    }

    pub(crate) fn stamp_time(&self, stamp: u32) -> DateTime<Utc> {
        self.stamps.unpack(stamp)
    }
}
