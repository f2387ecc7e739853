//! One simulated night with the bridge and the agent over it, in this process, time standing still:
//! what is asked and what is true cannot drift apart.

use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, NaiveTime, Utc};
use hwa_simulator::{Config as SimulatorConfig, Control, Simulator};
use resync_api::agent::client::AgentClient;
use resync_api::channel::Channel;
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_hwa::Auth;
use resync_service_kit::channel::{self, LocalServices};
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server;
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::eventually;
use resync_tws_bridge::engine::{EngineConfig, Pace};

use crate::eval::known::Known;

/// Longest wait for the first full read, dependencies included.
const SYNC_BOUND: Duration = Duration::from_secs(60);

/// A running night.
#[derive(Debug)]
pub struct Night {
    simulator: Simulator,
    shutdown: Shutdown,
    /// To ask the plan.
    pub plan: TwsClient,
    /// To ask the agent.
    pub agent: AgentClient,
}

impl Night {
    /// Makes the night of a seed, and waits until the bridge has read all of it.
    ///
    /// # Errors
    /// When a part does not start, or the plan is not read in time.
    pub async fn start(seed: u64) -> anyhow::Result<Self> {
        // A fixed instant, so that a seed always makes the same night.
        let start: DateTime<Utc> = "2026-03-11T04:36:40Z".parse()?;
        let config =
            SimulatorConfig { seed, stepped: true, start: Some(start), ..SimulatorConfig::default() };
        let auth = Auth::Basic { user: config.user.clone(), password: config.password.clone() };
        let simulator = Simulator::start(config).await?;
        let pace = Pace { requests_per_second: None, concurrency: 8, ..Pace::default() };
        let night = Self::over(simulator, auth, pace).await?;
        night.synced().await?;
        Ok(night)
    }

    /// Starts bridge and agent over a simulator; the bridge has read nothing yet.
    ///
    /// # Errors
    /// When a part does not start.
    pub async fn over(simulator: Simulator, auth: Auth, pace: Pace) -> anyhow::Result<Self> {
        let engine = EngineConfig {
            name: "default".to_owned(),
            access: resync_hwa::Config::new(simulator.base_url().parse()?, auth),
            pace,
            start_of_day: NaiveTime::from_hms_opt(6, 0, 0).unwrap_or_default(),
            fallback_time_zone: "America/Sao_Paulo".to_owned(),
        };

        let shutdown = Shutdown::new();
        let bridge = resync_tws_bridge::Config { engines: vec![engine] }.build()?;
        let services = LocalServices::new();
        let caller = || Caller::new(Principal::role("tests"));
        let channel = || Channel::new(channel::Config::new(caller(), contract()).local(&services));
        let plan = TwsClient::new(channel());
        let agent = resync_agent::Agent::new(resync_agent::Config::default());
        let server = server::Config::new("tests", contract(), shutdown.drain())
            .build()
            .service(resync_tws_bridge::grpc::service(bridge.handle()))
            .service(resync_agent::grpc::service(agent, plan.clone(), resync_agent::Knowledge::default()))
            .finish()
            .await?;
        services.add(&server);
        tokio::spawn(bridge.run(shutdown.drain()));

        Ok(Self { simulator, shutdown, agent: AgentClient::new(channel()), plan })
    }

    /// Waits until the bridge has read all of the plan, dependencies included.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn synced(&self) -> anyhow::Result<()> {
        let look = || async {
            let engines = self.plan.list_engines().await.ok()?;
            engines.iter().all(|engine| engine.synced && engine.plan_edge_coverage >= 1.0).then_some(())
        };
        if let Err(error) = eventually("the whole plan", SYNC_BOUND, look).await {
            bail!("{error}; the engines are {:?}", self.plan.list_engines().await);
        }
        Ok(())
    }

    /// The simulator's own handle.
    #[must_use]
    pub fn control(&self) -> Control {
        self.simulator.control()
    }

    /// What the simulator knows.
    #[must_use]
    pub fn known(&self) -> Known {
        Known::read(&self.control())
    }

    /// Ends the night.
    pub async fn end(self) {
        self.shutdown.begin();
        self.simulator.shutdown().await;
    }
}

fn contract() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: match rpc.exposure {
                policy::Exposure::Public => Exposure::Public,
                policy::Exposure::Internal => Exposure::Internal,
            },
            idempotent: rpc.idempotent,
        })
        .collect()
}
