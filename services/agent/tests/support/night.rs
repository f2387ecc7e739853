//! A simulated night, a bridge that mirrors it, and an agent that is asked: everything real but the engine.

use std::cell::Cell;
use std::time::Duration;

use hwa_simulator::{Config as SimulatorConfig, Control, IncidentTruth, Simulator};
use resync_agent::{Agent, Asker, Config, Knowledge};
use resync_api::agent::model::{Answer, Question};
use resync_api::channel::Channel;
use resync_api::tws::client::TwsClient;
use resync_hwa::Auth;
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::eventually;
use resync_tws_bridge::engine::{EngineConfig, Pace};
use resync_tws_bridge::{Config as BridgeConfig, grpc};

/// Time until the whole plan and its structure are mirrored.
const SYNC: Duration = Duration::from_secs(90);
/// The engine's clock: fixed, so that a seed always makes the same night.
const START: &str = "2026-03-11T04:30:00Z";
/// Looks without a change after which the mirror counts as settled.
const SETTLED_LOOKS: u32 = 30;

/// Everything that runs for one test.
pub(crate) struct Night {
    pub(crate) simulator: Simulator,
    pub(crate) plan: TwsClient,
    pub(crate) agent: Agent,
    _shutdown: Shutdown,
}

impl Night {
    /// Starts a night whose clock stands still, and waits until it is mirrored.
    pub(crate) async fn start(seed: u64) -> anyhow::Result<Self> {
        // Already installed when another test of this process came first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let simulator = Simulator::start(SimulatorConfig {
            seed,
            jobs: 600,
            stepped: true,
            start: Some(START.parse()?),
            ..SimulatorConfig::default()
        })
        .await?;
        let shutdown = Shutdown::new();
        let bridge = BridgeConfig { engines: vec![engine(&simulator)?] }.build()?;
        let service = grpc::service(bridge.handle());
        tokio::spawn(bridge.run(shutdown.drain()));
        let caller = Caller::new(Principal::role("test"));
        let plan = TwsClient::new(Channel::new(service)).with(caller);
        mirrored(&plan).await?;
        Ok(Self { simulator, plan, agent: Agent::new(Config::default()), _shutdown: shutdown })
    }

    pub(crate) fn control(&self) -> Control {
        self.simulator.control()
    }

    /// The planted incident of a kind.
    pub(crate) fn incidents(&self) -> Vec<IncidentTruth> {
        self.control().incidents()
    }

    /// Asks a question in a conversation of its own.
    pub(crate) async fn ask(&self, message: &str) -> anyhow::Result<Answer> {
        self.ask_in("", message).await
    }

    /// Asks a question in a conversation.
    pub(crate) async fn ask_in(&self, conversation_id: &str, message: &str) -> anyhow::Result<Answer> {
        let question = Question {
            message: message.to_owned(),
            conversation_id: conversation_id.to_owned(),
            ..Question::default()
        };
        Ok(self.agent.answer(question, self.asker()).await?)
    }

    pub(crate) fn asker(&self) -> Asker {
        Asker { subject: "test".to_owned(), plan: self.plan.clone(), knowledge: Knowledge::default() }
    }
}

fn engine(simulator: &Simulator) -> anyhow::Result<EngineConfig> {
    let auth = Auth::Basic { user: "wauser".to_owned(), password: "simulated".into() };
    Ok(EngineConfig {
        name: "default".to_owned(),
        access: resync_hwa::Config::new(simulator.base_url().parse()?, auth),
        pace: Pace { requests_per_second: None, ..Pace::default() },
        start_of_day: chrono::NaiveTime::MIN,
        fallback_time_zone: "UTC".to_owned(),
    })
}

/// Waits until the plan was read, and its edges too: until the share of edges read from the plan stands still.
async fn mirrored(plan: &TwsClient) -> anyhow::Result<()> {
    let (last, same) = (Cell::new(0.0), Cell::new(0));
    eventually("the plan is mirrored", SYNC, || async {
        let status = plan.list_engines().await.ok()?.into_iter().next()?;
        let coverage = status.plan_edge_coverage;
        same.set(if last.replace(coverage) == coverage { same.get() + 1 } else { 0 });
        (status.synced && coverage > 0.5 && same.get() >= SETTLED_LOOKS).then_some(())
    })
    .await
}
