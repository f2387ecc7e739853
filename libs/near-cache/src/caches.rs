//! What the caches of one process share, and their work in the background.

use crate::listener;
use crate::second_level::SecondLevel;
use crate::settings::Settings;
use crate::table::Table;
use crate::window::Window;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use resync_api::cache::model::InvalidationScope;
use resync_fault::FaultBody;
use resync_service_kit::shutdown::Drain;
use resync_service_kit::vitals::{QueueVitals, Registration, Vitals};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_stream::wrappers::ReceiverStream;

/// Renewals that may wait. When the queue is full a stale value is served without one, and the next read tries again.
const RENEWALS_IN_LINE: usize = 256;

/// After an invalidation tables are swept, but no more often than this.
const SWEEP_PAUSE: Duration = Duration::from_secs(1);

/// The caches of one process. Clones are the same; the default has no second level.
#[derive(Clone)]
pub struct Caches(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) settings: Arc<Settings>,
    pub(crate) second: Option<Arc<dyn SecondLevel>>,
    pub(crate) window: Window,
    vitals: Vitals,
    tables: Mutex<Vec<Weak<dyn Swept>>>,
    renewals: mpsc::Sender<BoxFuture<'static, ()>>,
    renewing: Mutex<Option<mpsc::Receiver<BoxFuture<'static, ()>>>>,
    /// The second level failed the last time it was asked.
    failing: AtomicBool,
    _queue: Registration,
}

/// A table, whatever it holds.
trait Swept: Send + Sync {
    fn clean(&self);
    fn sweep(&self, window: &Window);
}

impl<V: Send + Sync + 'static> Swept for Table<V> {
    fn clean(&self) {
        Self::clean(self);
    }

    fn sweep(&self, window: &Window) {
        Self::sweep(self, window);
    }
}

impl Default for Caches {
    fn default() -> Self {
        Self::new(Settings::default(), None, &Vitals::new())
    }
}

impl fmt::Debug for Caches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caches")
            .field("settings", &self.0.settings)
            .field("second_level", &self.0.second)
            .finish_non_exhaustive()
    }
}

impl Caches {
    /// No caches yet. Without a second level each process keeps its own.
    #[must_use]
    pub fn new(settings: Settings, second: Option<Arc<dyn SecondLevel>>, vitals: &Vitals) -> Self {
        describe();
        let (renewals, renewing) = mpsc::channel(RENEWALS_IN_LINE);
        let line = renewals.downgrade();
        let queue = vitals.register_queue(move || {
            let depth = line.upgrade().map_or(0, |line| line.max_capacity() - line.capacity());
            QueueVitals {
                name: "cache renewals".into(),
                depth: depth as u64,
                capacity: RENEWALS_IN_LINE as u64,
            }
        });
        Self(Arc::new(Shared {
            settings: Arc::new(settings),
            second,
            window: Window::default(),
            vitals: vitals.clone(),
            tables: Mutex::default(),
            renewals,
            renewing: Mutex::new(Some(renewing)),
            failing: AtomicBool::new(false),
            _queue: queue,
        }))
    }

    /// Makes values dead here and, through the second level, everywhere.
    ///
    /// # Errors
    /// When the second level could not be told: they are dead in this process alone, and elsewhere live out their time.
    pub async fn invalidate(&self, scope: InvalidationScope) -> Result<(), FaultBody> {
        let told = match &self.0.second {
            None => Ok(None),
            Some(second) => second.invalidate(scope.clone()).await.map(Some),
        };
        self.0.window.record(&scope, told.as_ref().copied().unwrap_or_default());
        told.map(|_| ())
    }

    /// Hears of invalidations, renews stale values and cleans up, until the drain begins. Run it once; without it values
    /// live out their time and stale ones are not renewed before they end.
    pub async fn run(self, drain: Drain) {
        let shared = self.0;
        let work = async {
            tokio::join!(
                shared.clean(),
                shared.renew(),
                listener::listen(&shared.window, shared.second.as_deref())
            );
        };
        drain.unless_begun(work).await;
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.0)
    }
}

impl Shared {
    /// Counts a table among those that are swept and reported, for as long as it lives and the registration is held.
    pub(crate) fn adopt<V: Send + Sync + 'static>(&self, table: &Arc<Table<V>>) -> Registration {
        let swept: Arc<dyn Swept> = Arc::clone(table) as Arc<dyn Swept>;
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.retain(|known| known.strong_count() > 0);
        tables.push(Arc::downgrade(&swept));
        drop(tables);
        let table = Arc::clone(table);
        self.vitals.register_cache(move || table.vitals())
    }

    /// Says in the log when the second level begins to fail and when it is back, and not at every call.
    pub(crate) fn second_level_answers(&self, error: Option<&FaultBody>) {
        if self.failing.swap(error.is_some(), Ordering::Relaxed) == error.is_some() {
            return;
        }
        match error {
            Some(error) => tracing::warn!(
                reason = error.reason,
                error = %error,
                "the shared cache fails; values are loaded from where they come from"
            ),
            None => tracing::info!("the shared cache answers again"),
        }
    }

    /// Puts work in line for the background; false: the line is full.
    pub(crate) fn renew_later(&self, work: BoxFuture<'static, ()>) -> bool {
        self.renewals.try_send(work).is_ok()
    }

    async fn renew(&self) {
        let line = self.renewing.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(line) = line else { return };
        ReceiverStream::new(line)
            .for_each_concurrent(self.settings.max_workers.max(1), |work| async move {
                if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                    tracing::error!("a loader panicked in the background");
                }
            })
            .await;
    }

    async fn clean(&self) {
        let mut ticks = tokio::time::interval(self.settings.cleanup_interval.max(Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut swept = Instant::now();
        loop {
            let dead = tokio::select! {
                _ = ticks.tick() => false,
                () = self.window.changed() => true,
            };
            if dead {
                tokio::time::sleep_until(swept + SWEEP_PAUSE).await;
                swept = Instant::now();
            }
            for table in self.tables() {
                if dead { table.sweep(&self.window) } else { table.clean() }
            }
        }
    }

    fn tables(&self) -> Vec<Arc<dyn Swept>> {
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.iter().filter_map(Weak::upgrade).collect()
    }
}

/// What became of calls to the second level, by cache.
pub(crate) const SECOND_LEVEL: &str = "resync_near_cache_second_level_total";

fn describe() {
    metrics::describe_counter!(
        SECOND_LEVEL,
        "Calls of a process's caches to the shared second level, by cache and outcome"
    );
    metrics::describe_gauge!(
        listener::CONNECTED,
        "Whether this process hears of invalidations: 1, or 0 while it does not"
    );
}
