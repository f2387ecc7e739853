//! The machines of the plan: one master with its broker, agents of every type, pools, and enough capacity for
//! the number of jobs asked for.

use std::sync::Arc;

use super::dice::{Identifiers, Kind};
use super::names::Site;
use super::{Seconds, Workstation, WorkstationIndex, WorkstationKind};

/// The workstations and what each is for.
#[derive(Debug)]
pub(crate) struct Machines {
    pub(crate) all: Vec<Workstation>,
    pub(crate) master: WorkstationIndex,
    /// Runs FINAL.
    pub(crate) master_agent: WorkstationIndex,
    pub(crate) remote_network: WorkstationIndex,
    pub(crate) remote_engine: WorkstationIndex,
    sites: Vec<(Site, Vec<WorkstationIndex>)>,
    identifiers: Identifiers,
    started: Seconds,
    broker: WorkstationIndex,
}

impl Machines {
    pub(crate) fn new(identifiers: Identifiers, jobs: usize, started: Seconds) -> Self {
        let unknown = WorkstationIndex(0);
        let mut machines = Self {
            all: Vec::new(),
            master: unknown,
            master_agent: unknown,
            remote_network: unknown,
            remote_engine: unknown,
            sites: Vec::new(),
            identifiers,
            started,
            broker: unknown,
        };
        let small = |limit: usize| i32::try_from(limit).unwrap_or(1_024).clamp(10, 1_024);
        // Twice what the jobs of an even night would need at the same time, spread over the busy agents.
        let limit = small(jobs / 400);
        machines.master = machines.add("MDM", WorkstationKind::Manager, "Master domain manager", 20);
        machines.broker = machines.add("MDM_DWB", WorkstationKind::Broker, "Dynamic workload broker", 1_024);
        machines.all[machines.broker.position()].host = Some(machines.master);
        machines.master_agent =
            machines.add("MDM_XA", WorkstationKind::Extended, "Extended agent of the master", 10);
        machines.all[machines.master_agent.position()].host = Some(machines.master);
        machines.add("BKM", WorkstationKind::Manager, "Backup master domain manager", 20);

        let fleet: [(&str, WorkstationKind, &'static str, Site, usize); 12] = [
            ("AGT_DB01", WorkstationKind::Agent, "Database server 1", Site::Database, 2),
            ("AGT_DB02", WorkstationKind::Agent, "Database server 2", Site::Database, 2),
            ("FTA_CORE1", WorkstationKind::FaultTolerant, "Core banking host 1", Site::Database, 2),
            ("AGT_APP01", WorkstationKind::Agent, "Application server 1", Site::Application, 2),
            ("AGT_APP02", WorkstationKind::Agent, "Application server 2", Site::Application, 2),
            ("FTA_APP03", WorkstationKind::FaultTolerant, "Application server 3", Site::Application, 2),
            ("AGT_ETL01", WorkstationKind::Agent, "ETL node 1", Site::Warehouse, 2),
            ("AGT_ETL02", WorkstationKind::Agent, "ETL node 2", Site::Warehouse, 2),
            ("SAG_DWH1", WorkstationKind::Standard, "Warehouse loader", Site::Warehouse, 2),
            ("WIN_CRM01", WorkstationKind::Agent, "Windows application server", Site::Windows, 2),
            ("FTA_OPS1", WorkstationKind::FaultTolerant, "Operations host", Site::Operations, 1),
            ("XA_SAP01", WorkstationKind::Extended, "SAP access through AGT_APP01", Site::Windows, 1),
        ];
        for (name, kind, description, site, share) in fleet {
            let added =
                machines.add(name, kind, description, small(usize::try_from(limit).unwrap_or(10) * share));
            machines.place(site, added);
        }
        // Larger plans have more machines, not only larger limits.
        for number in 0..jobs / 5_000 {
            let (stem, site) = [
                ("AGT_DBX", Site::Database),
                ("AGT_APX", Site::Application),
                ("AGT_ETX", Site::Warehouse),
                ("WIN_SRV", Site::Windows),
                ("FTA_OPX", Site::Operations),
            ][number % 5];
            let added =
                machines.add(&format!("{stem}{number:03}"), WorkstationKind::Agent, "Branch server", 1_024);
            machines.place(site, added);
        }

        let members: Vec<_> = [Site::Application, Site::Warehouse]
            .iter()
            .map(|site| {
                machines.at(*site).iter().copied().filter(|at| machines.is_agent(*at)).collect::<Vec<_>>()
            })
            .collect();
        let pool = machines.add("POOL_APP", WorkstationKind::Pool, "Application servers", small(jobs / 100));
        machines.all[pool.position()].members = members[0].clone();
        machines.place(Site::Application, pool);
        let dynamic =
            machines.add("DPOOL_ETL", WorkstationKind::DynamicPool, "Any ETL node", small(jobs / 100));
        machines.all[dynamic.position()].members = members[1].clone();
        machines.place(Site::Warehouse, dynamic);
        machines.remote_engine =
            machines.add("REM_CLEAR", WorkstationKind::RemoteEngine, "Clearing house engine", 50);
        machines.remote_network =
            machines.add("NETAG_BCB", WorkstationKind::Extended, "Central bank network", 10);
        machines.all[machines.remote_network.position()].host = Some(machines.master);
        machines
    }

    fn is_agent(&self, at: WorkstationIndex) -> bool {
        self.all[at.position()].kind == WorkstationKind::Agent
    }

    fn place(&mut self, site: Site, workstation: WorkstationIndex) {
        match self.sites.iter_mut().find(|(known, _)| *known == site) {
            Some((_, members)) => members.push(workstation),
            None => self.sites.push((site, vec![workstation])),
        }
    }

    /// Workstations of a site.
    pub(crate) fn at(&self, site: Site) -> &[WorkstationIndex] {
        self.sites.iter().find(|(known, _)| *known == site).map_or(&[], |(_, members)| members.as_slice())
    }

    /// Adds a workstation that is linked and running.
    pub(crate) fn add(
        &mut self,
        name: &str,
        kind: WorkstationKind,
        description: &'static str,
        limit: i32,
    ) -> WorkstationIndex {
        let at = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let brokered =
            matches!(kind, WorkstationKind::Agent | WorkstationKind::Pool | WorkstationKind::DynamicPool);
        self.all.push(Workstation {
            id: self.identifiers.make(Kind::Workstation, u64::from(at)),
            name: Arc::from(name),
            kind,
            windows: name.starts_with("WIN"),
            description,
            host: (brokered || kind == WorkstationKind::Extended).then_some(if brokered {
                self.broker
            } else {
                self.master
            }),
            members: Vec::new(),
            limit,
            fence: 0,
            linked: true,
            jobman_up: true,
            unreachable: false,
            started: self.started,
            running: 0,
        });
        WorkstationIndex(at)
    }
}
