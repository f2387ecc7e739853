//! Workstations, resources and prompts in the plan.

use crate::wire::enums::{PromptStatus, PromptType, ResourceStatus, WorkstationState, WorkstationType};
use crate::wire::job::Action;

wire! {
    /// A workstation of the current plan.
    WorkstationInPlan {
        /// UUID.
        id: text,
        /// Folder.
        folder: text,
        /// Name.
        name: text,
        /// Readable full name.
        key: text,
        /// Number of the plan it works on; agents that lag behind show an older one.
        run_number: int,
        /// Free text.
        description: text,
        /// Facts that hold now.
        active_states: list<WorkstationState>,
        /// Options in force.
        active_flags: list<String>,
        /// Kind.
        kind: typed<WorkstationType>,
        /// Operating system.
        os: text,
        /// IANA zone.
        time_zone: text,
        /// Host name of the machine.
        node_name: text,
        /// Port of its netman or agent.
        tcp_port: int,
        /// Domain.
        domain_name: text,
        /// How many jobs may run at once.
        limit: int,
        /// Jobs of this priority or lower do not start.
        fence: int,
        /// Product version.
        version: text,
        /// Jobs requested.
        requested: int,
        /// When it joined the plan.
        time_started: instant,
        /// Workstation that hosts it.
        host_workstation: text,
        /// Role of the host.
        host_type: text,
        /// Left out of the plan.
        ignore: flag,
        /// What the authenticated user may do now.
        actions: list<Action>,
    }
}

wire! {
    /// A resource of the current plan.
    ResourceInPlan {
        /// UUID.
        id: text,
        /// Folder.
        folder: text,
        /// Name.
        name: text,
        /// Readable full name.
        key: text,
        /// Workstation it belongs to.
        workstation: text,
        /// Free text.
        description: text,
        /// Units that exist.
        quantity: int,
        /// Units free.
        quantity_available: int,
        /// Units in use.
        quantity_in_use: int,
        /// Whether units are free.
        status: one<ResourceStatus>,
        /// Who holds units.
        holders: list<ResourceHolder>,
    }
}

wire! {
    /// A job that holds units of a resource.
    ResourceHolder {
        /// UUID of the job.
        job_id: text,
        /// Name of the job.
        job: text,
        /// Readable full name of the job.
        job_key: text,
        /// UUID of the stream.
        job_stream_id: text,
        /// Full name of the stream.
        job_stream: text,
        /// Units held.
        quantity: int,
    }
}

wire! {
    /// A prompt of the current plan.
    PromptInPlan {
        /// UUID.
        id: text,
        /// Name of a predefined prompt.
        name: text,
        /// Folder.
        folder: text,
        /// Readable full name.
        key: text,
        /// Question.
        text: text,
        /// How far it has come.
        status: one<PromptStatus>,
        /// Where it comes from.
        kind: typed<PromptType>,
        /// Number to answer it by.
        number: int,
        /// When it was asked.
        time_asked: instant,
        /// When it was answered.
        time_respond: instant,
        /// Workstation.
        workstation: text,
        /// Job that waits.
        job_id: text,
        /// Full name of the job that waits.
        job_key: text,
        /// Stream that waits.
        job_stream_id: text,
        /// Full name of the stream that waits.
        job_stream_key: text,
    }
}
