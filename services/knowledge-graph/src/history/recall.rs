//! From the store back into memory: the runs that forecasts rest on, in the order of their ends.

use chrono_tz::Tz;

use super::rows;
use super::runs::RunStore;
use crate::graphs::RUNS_REMEMBERED;
use crate::store::schema::RUN;
use crate::store::{Condition, MAX_PAGE, Order, Query, StoreError, Value};
use crate::topology::RunHistory;

/// Runs read of one engine, the latest; whole days, so that it can be a day's runs less.
const RECALLED: u64 = 1_000_000;
/// Runs read at once.
const PAGE: u32 = 2_000;

impl RunStore {
    /// What the kept runs of an engine say, by the days of `zone`.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn recall(&self, engine: &str, zone: Tz) -> Result<RunHistory, StoreError> {
        let mut history = RunHistory::new(zone, RUNS_REMEMBERED);
        let all = Query::of(RUN).is("engine", engine);
        let Some(first) = self.first_day(all.clone()).await? else { return Ok(history) };
        // A day as text is before every time of that day.
        let runs =
            all.and(Condition::AtLeast("ended_at", first.into())).order(Order::Up("ended_at")).limit(PAGE);
        let mut after = None;
        loop {
            let query = runs.clone().after(after);
            let records = self.store.find(query.clone()).await?;
            let Some(last) = records.last().map(|last| query.cursor(last)) else { return Ok(history) };
            let reading = tokio::task::spawn_blocking(move || {
                for record in &records {
                    history.take(&rows::as_seen(rows::read(record)?.run));
                }
                Ok(history)
            });
            history = reading
                .await
                .map_err(|error| StoreError::Defect { store: "history", cause: error.to_string() })??;
            after = Some(last);
        }
    }

    /// The first of the latest days that together hold no more runs than are read.
    async fn first_day(&self, all: Query) -> Result<Option<String>, StoreError> {
        let counts = self.store.count(all.limit(MAX_PAGE), &["ended_on"]).await?;
        let day = |value: Option<Value>| match value {
            Some(Value::Text(day)) => Some(day),
            _ => None,
        };
        let mut days: Vec<(String, u64)> = counts
            .into_iter()
            .filter_map(|count| Some((day(count.values.into_iter().next()?)?, count.records)))
            .collect();
        days.sort_unstable_by(|one, other| other.cmp(one));
        let mut runs = 0;
        let fitting = days.into_iter().enumerate().take_while(|(number, (_, records))| {
            runs += records;
            *number == 0 || runs <= RECALLED
        });
        Ok(fitting.last().map(|(_, (day, _))| day))
    }
}
