//! The history of invalidations as a Redis stream.
//!
//! A position is the entry's id: milliseconds by the clock of Redis, and a number within the millisecond. Ids only grow,
//! also over a lost stream or a failover. A reader has missed nothing as long as the entry it stands on is still there:
//! entries leave only from the old end, so all that came after it are there as well.

use std::sync::Arc;
use std::time::Duration;

use ::redis::RedisResult;
use ::redis::streams::{StreamId, StreamRangeReply, StreamReadReply};
use resync_api::cache::model::{Invalidation, InvalidationScope, Position};

use super::connection::Connection;
use super::{RedisStore, Work};
use crate::entry::millis;
use crate::store::{Cause, Part, StoreError, scope};

/// Entries kept in the stream, about.
const KEPT: usize = 10_000;
/// Entries read at once.
const PAGE: usize = 500;
/// A reader waits for the next entry this long. It must be shorter than the feed's time limit.
pub(super) const WAIT: Duration = Duration::from_secs(1);
const FIELD: &str = "scope";
/// Bits of the number within a millisecond.
const NUMBER_BITS: u32 = 20;

/// `1790000000000-3`.
fn id(position: Position) -> String {
    let number = position.get();
    format!("{}-{}", number >> NUMBER_BITS, number & ((1 << NUMBER_BITS) - 1))
}

fn position(id: &str) -> Option<Position> {
    let (time, number) = id.split_once('-')?;
    let (time, number) = (time.parse::<u64>().ok()?, number.parse::<u64>().ok()?);
    if number >> NUMBER_BITS != 0 || time >> (u64::BITS - NUMBER_BITS) != 0 {
        return None;
    }
    Position::new(time << NUMBER_BITS | number)
}

impl RedisStore {
    pub(super) async fn append_event(&self, scope: &InvalidationScope) -> Result<Position, StoreError> {
        let mut add = ::redis::cmd("XADD");
        add.arg(self.keys.history()).arg("MAXLEN").arg("~").arg(KEPT);
        add.arg("*").arg(FIELD).arg(scope::encode(scope));
        let id: String = self.commands.with(add).await?;
        position(&id).ok_or_else(|| self.odd_id(&id))
    }

    pub(super) async fn whole_history(&self) -> Result<Vec<Arc<Invalidation>>, StoreError> {
        let mut events = Vec::new();
        let mut from = "-".to_owned();
        loop {
            let mut range = ::redis::cmd("XRANGE");
            range.arg(self.keys.history()).arg(&from).arg("+").arg("COUNT").arg(PAGE);
            let page: StreamRangeReply = self.commands.with(range).await?;
            let Some(last) = page.ids.last() else { break };
            from = format!("({}", last.id);
            events.extend(self.events(page.ids)?);
        }
        if events.is_empty() {
            // The first entry is what readers stand on. Whoever had entries of an earlier history must drop them.
            let scope = InvalidationScope::everything();
            let position = self.append_event(&scope).await?;
            events.push(Arc::new(Invalidation { position, scope }));
        }
        Ok(events)
    }

    pub(super) async fn next_events(&self, after: Position) -> Result<Part, StoreError> {
        let read = self.feed.with(ReadAfter { history: self.keys.history(), after: id(after) }).await?;
        match read {
            Some(ids) => Ok(Part::Next(self.events(ids)?)),
            None => Ok(Part::Lost),
        }
    }

    fn events(&self, ids: Vec<StreamId>) -> Result<Vec<Arc<Invalidation>>, StoreError> {
        ids.into_iter()
            .map(|entry| {
                let position = position(&entry.id).ok_or_else(|| self.odd_id(&entry.id))?;
                let scope = scope::decode(&entry.get::<Vec<u8>>(FIELD).unwrap_or_default());
                Ok(Arc::new(Invalidation { position, scope }))
            })
            .collect()
    }

    fn odd_id(&self, id: &str) -> StoreError {
        let what = format!("the stream {} holds an entry {id} that is not of ours", self.keys.history());
        self.commands.finding(Cause::Other, &what)
    }
}

/// The entries after one, if it is still there after they were read; none if it is not.
struct ReadAfter {
    history: String,
    after: String,
}

impl Work<Option<Vec<StreamId>>> for ReadAfter {
    async fn run(self, connection: &mut Connection) -> RedisResult<Option<Vec<StreamId>>> {
        let Self { history, after } = self;
        let mut read = ::redis::cmd("XREAD");
        read.arg("COUNT").arg(PAGE).arg("BLOCK").arg(millis(WAIT));
        read.arg("STREAMS").arg(&history).arg(&after);
        let answer: Option<StreamReadReply> = read.query_async(connection).await?;
        let mut stand = ::redis::cmd("XRANGE");
        stand.arg(&history).arg(&after).arg(&after);
        let stand: StreamRangeReply = stand.query_async(connection).await?;
        let entries = answer.map(|answer| answer.keys.into_iter().flat_map(|key| key.ids).collect());
        Ok((!stand.ids.is_empty()).then(|| entries.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_ids_are_the_same_order() {
        let ids = ["1-0", "1-1", "1-1048575", "2-0", "1790000000000-7", "17592186044415-0"];
        let positions: Vec<_> = ids.iter().map(|text| position(text).expect("ours")).collect();
        assert!(positions.is_sorted());
        assert_eq!(positions.iter().map(|position| id(*position)).collect::<Vec<_>>(), ids);
        for odd in ["0-0", "1-1048576", "17592186044416-0", "x-1", "1"] {
            assert_eq!(position(odd), None, "{odd}");
        }
    }
}
