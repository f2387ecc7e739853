//! Dependencies of jobs and job streams in the plan.

use crate::wire::enums::{DependencyStatus, DependencyType, FileStatus, PromptStatus, PromptType};
use crate::wire::job::CompositeStatus;

wire! {
    /// A dependency of any kind. The fields of all eight kinds stand side by side, because engines fill them
    /// unevenly; `dependency_type` says which matter.
    Dependency {
        /// Kind.
        dependency_type: one<DependencyType>,
        /// UUID to release or remove it by.
        id: text,
        /// Whether it holds its owner back.
        dependency_status: one<DependencyStatus>,
        /// The same as a boolean; join dependencies carry only this.
        satisfied: flag,
        /// Depends on how the predecessor ends.
        conditional: flag,
        /// Lies on the critical path.
        critical: flag,
        /// Ends of the predecessor that satisfy it.
        status_conditions: list<String>,
        /// Output conditions of the predecessor that satisfy it.
        output_conditions: list<String>,
        /// UUID of the predecessor job.
        job_id: text,
        /// Name of the predecessor job.
        job_name: text,
        /// Workstation of the predecessor job.
        job_workstation_name: text,
        /// Status of the predecessor.
        predecessor_status: one<CompositeStatus>,
        /// UUID of the predecessor stream.
        job_stream_id: text,
        /// Name of the predecessor stream.
        job_stream_name: text,
        /// Workstation of the predecessor stream.
        job_stream_workstation: text,
        /// Folder of the predecessor stream.
        job_stream_folder: text,
        /// Scheduled time of the predecessor stream.
        job_stream_sched_time: instant,
        /// The predecessor is not in the plan yet.
        pending: flag,
        /// The predecessor can never resolve.
        zombie: flag,
        /// Name of a join.
        join_name: text,
        /// How many members of a join must be satisfied; 0 means all.
        join_quantity: int,
        /// Members of a join.
        members: list<Dependency>,
        /// File waited for.
        file: one<FileInPlan>,
        /// Name of a resource.
        name: text,
        /// Folder of a resource or prompt.
        folder: text,
        /// Workstation of a resource or prompt.
        workstation: text,
        /// Units needed of a resource.
        quantity: int,
        /// Units held of a resource.
        quantity_held: int,
        /// Units free of a resource.
        available: int,
        /// Units that exist of a resource.
        total_quantity: int,
        /// Name of a prompt.
        prompt_name: text,
        /// Question of a prompt.
        text: text,
        /// State of a prompt.
        prompt_status: one<PromptStatus>,
        /// Origin of a prompt.
        prompt_type: one<PromptType>,
        /// Number to answer a prompt by.
        number: int,
        /// Workstation that watches the remote job.
        network_agent: text,
        /// Remote object.
        dependency: text,
    }
}

impl Dependency {
    /// Whether it is satisfied, from whichever of the two fields the engine filled.
    #[must_use]
    pub fn is_satisfied(&self) -> Option<bool> {
        match self.dependency_status {
            Some(DependencyStatus::Satisfied) => Some(true),
            Some(DependencyStatus::Unsatisfied) => Some(false),
            _ => self.satisfied,
        }
    }
}

wire! {
    /// A file that something waits for.
    FileInPlan {
        /// UUID, in lists.
        id: text,
        /// Path.
        name: text,
        /// Workstation whose file it is.
        workstation: text,
        /// Test it must pass, e.g. `-s %p`.
        qualifier: text,
        /// What the last test said.
        status: one<FileStatus>,
    }
}

wire! {
    /// Counts of dependencies.
    DependenciesStats {
        /// All.
        number_of_dependencies: int,
        /// On jobs.
        number_of_job_dependencies: int,
        /// On job streams.
        number_of_job_stream_dependencies: int,
        /// On remote jobs.
        number_of_internetwork_dependencies: int,
        /// On prompts.
        number_of_prompt_dependencies: int,
        /// On resources.
        number_of_resource_dependencies: int,
        /// On files.
        number_of_file_dependencies: int,
        /// Not satisfied yet.
        number_of_unresolved_dependencies: int,
    }
}
