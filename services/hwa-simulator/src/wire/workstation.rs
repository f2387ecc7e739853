//! `WorkstationInPlanV2`.

use serde::Serialize;
use uuid::Uuid;

use super::View;
use super::actions::{Action, OF_WORKSTATION};
use super::time::Stamp;
use crate::plan::{Plan, WorkstationIndex, WorkstationKind};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkstationInPlan<'a> {
    engine_id: &'static str,
    id: Uuid,
    plan_id: Uuid,
    folder_id: Uuid,
    folder: &'static str,
    name: &'a str,
    key: String,
    sym_id: &'a str,
    run_number: u32,
    description: &'a str,
    active_states: Vec<&'static str>,
    active_flags: Vec<&'static str>,
    #[serde(rename = "type")]
    workstation_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_type: Option<&'static str>,
    os: &'static str,
    time_zone: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_name: Option<String>,
    tcp_port: u16,
    domain_name: &'static str,
    limit: i32,
    fence: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<String>,
    version: &'static str,
    requested: i32,
    time_started: Stamp,
    security_level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_workstation: Option<String>,
    actions: &'static [Action],
    ignore: bool,
    archived: bool,
}

/// The states a workstation is in, from what is known of it.
pub(crate) fn active_states(plan: &Plan, workstation: WorkstationIndex) -> Vec<&'static str> {
    let machine = &plan[workstation];
    let up = if machine.is_pool() {
        machine.members.iter().any(|member| plan[*member].linked && plan[*member].jobman_up)
    } else {
        machine.linked && machine.jobman_up
    };
    let mut states = Vec::new();
    if workstation == plan.master {
        states.push("MASTER");
    }
    if machine.kind == WorkstationKind::Broker {
        states.push("BROKER");
    }
    if machine.linked && (!machine.is_pool() || up) {
        states.push("LINKED");
        states.push(match machine.kind {
            WorkstationKind::Extended => "EXTENDED_LINKED",
            WorkstationKind::Agent | WorkstationKind::Pool | WorkstationKind::DynamicPool => "HOST_LINKED",
            _ => "TCP_IP_LINKED",
        });
    }
    states.push("IS_INITED");
    if up {
        states.push("JOBMAN_UP");
    }
    match machine.kind {
        WorkstationKind::Manager => {
            states.extend(["START", "WRITER_UP", "MONMAN", "SERVER_STARTED"]);
            if workstation == plan.master {
                states.push("EVT_PROC_RUNNING");
            }
        }
        WorkstationKind::FaultTolerant | WorkstationKind::Standard if up => {
            states.extend(["WRITER_UP", "MONMAN"])
        }
        WorkstationKind::Agent if up => states.push("INSTALLED_AND_RUNNING"),
        _ => {}
    }
    states
}

pub(crate) fn is_linked(plan: &Plan, workstation: WorkstationIndex) -> bool {
    active_states(plan, workstation).contains(&"LINKED")
}

impl<'a> WorkstationInPlan<'a> {
    pub(crate) fn new(view: View<'a>, workstation: WorkstationIndex) -> Self {
        let plan = view.plan;
        let machine = &plan[workstation];
        let brokered = matches!(
            machine.kind,
            WorkstationKind::Agent | WorkstationKind::Pool | WorkstationKind::DynamicPool
        );
        let host = machine.host.map(|host| &plan[host]);
        let real = !machine.is_pool() && machine.kind != WorkstationKind::Extended;
        Self {
            engine_id: "",
            id: machine.id,
            plan_id: plan.id,
            folder_id: plan.folders[0].id,
            folder: "/",
            name: &machine.name,
            key: machine.key(),
            sym_id: &machine.name,
            run_number: plan.run_number,
            description: machine.description,
            active_states: active_states(plan, workstation),
            active_flags: match machine.kind {
                WorkstationKind::Manager => vec!["AUTO_LINK", "FULL_STATUS"],
                _ => vec!["AUTO_LINK"],
            },
            workstation_type: machine.kind.into(),
            host_type: (workstation == plan.master).then_some("MASTER"),
            os: if machine.windows { "WINDOWS" } else { "UNIX" },
            time_zone: view.zone(),
            node_name: real.then(|| format!("{}.bank.example", machine.name.to_lowercase())),
            tcp_port: if brokered { 31_114 } else { 31_111 },
            domain_name: "MASTERDM",
            limit: machine.limit,
            fence: machine.fence,
            agent_id: brokered.then(|| machine.id.simple().to_string().to_uppercase()),
            version: "10.2.8.00",
            requested: machine.running,
            time_started: Stamp(machine.started),
            security_level: "HTTPS",
            host: host.map(|host| &*host.name),
            host_workstation: host.map(|host| host.key()),
            actions: OF_WORKSTATION,
            ignore: false,
            archived: false,
        }
    }
}
