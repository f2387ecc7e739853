//! Reads a chain from its first entry on and names the first place where it is broken.

use std::collections::BTreeMap;

use resync_api::audit::model::{BreakKind, ChainBreak, ChainVerdict, Checkpoint};

use super::chain::{self, Head, NO_HASH, position};
use super::{AuditError, CheckpointKey};
use crate::store::schema::{AUDIT_CHAIN, AUDIT_EVENT};
use crate::store::{Condition, Order, Query, Record, Store, StoreError};

/// Entries read at once.
const PAGE: u32 = 1_000;

/// Names of all chains: those that have a head, those that entries name and those that checkpoints name.
///
/// # Errors
/// When the store cannot be used.
pub async fn chains(store: &dyn Store, checkpoints: &[Checkpoint]) -> Result<Vec<String>, AuditError> {
    let mut names: Vec<String> = checkpoints.iter().map(|checkpoint| checkpoint.chain.clone()).collect();
    names.extend(store.find(Query::of(AUDIT_CHAIN)).await?.into_iter().map(|record| record.key));
    for count in store.count(Query::of(AUDIT_EVENT), &["chain"]).await? {
        if let Some(Some(crate::store::Value::Text(name))) = count.values.into_iter().next() {
            names.push(name);
        }
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Verifies one chain. `progress` is told how many entries were read, page by page.
///
/// # Errors
/// When the store cannot be used; a broken chain is a verdict.
pub async fn verify(
    store: &dyn Store,
    chain: &str,
    checkpoints: &[Checkpoint],
    key: &CheckpointKey,
    mut progress: impl FnMut(u64),
) -> Result<ChainVerdict, AuditError> {
    let own: Vec<_> = checkpoints.iter().filter(|checkpoint| checkpoint.chain == chain).collect();
    let mut walk = Walk {
        chain,
        sound: 0,
        hash: NO_HASH.to_owned(),
        stated: own.iter().map(|checkpoint| (checkpoint.sequence, checkpoint.hash.as_str())).collect(),
        covered: 0,
    };
    let compared = own.len().try_into().unwrap_or(u64::MAX);
    let forged = own.iter().find(|checkpoint| !key.signed(checkpoint)).map(|checkpoint| {
        let explanation = format!("the checkpoint of {} is not signed by this installation", checkpoint.at);
        broken(checkpoint.sequence, BreakKind::CheckpointForged, explanation)
    });
    let first_break = match forged {
        Some(forged) => Some(forged),
        None => walk.entries(store, &mut progress).await?,
    };
    Ok(ChainVerdict {
        chain: chain.to_owned(),
        sound: walk.sound,
        head: if walk.sound == 0 { String::new() } else { walk.hash },
        checkpoints: compared,
        first_break,
    })
}

fn broken(sequence: u64, kind: BreakKind, explanation: impl Into<String>) -> ChainBreak {
    ChainBreak { sequence, kind, explanation: explanation.into() }
}

/// How far a chain was found sound.
struct Walk<'a> {
    chain: &'a str,
    sound: u64,
    /// Of the last sound entry.
    hash: String,
    /// Hashes by sequence that checkpoints state.
    stated: BTreeMap<u64, &'a str>,
    /// The last sequence whose hash a checkpoint confirmed.
    covered: u64,
}

impl Walk<'_> {
    async fn entries(
        &mut self,
        store: &dyn Store,
        progress: &mut impl FnMut(u64),
    ) -> Result<Option<ChainBreak>, StoreError> {
        let mut last: Option<Record> = None;
        loop {
            // Before the entries: those it states are there by then, and more may have come.
            let head = head(store, self.chain).await?;
            let query = Query::of(AUDIT_EVENT)
                .and(Condition::Begins("position", format!("{}/", self.chain)))
                .is("chain", self.chain)
                .order(Order::Up("position"))
                .limit(PAGE);
            let after = last.as_ref().map(|record| query.cursor(record));
            let page = store.find(query.after(after)).await?;
            for record in &page {
                if let Some(found) = self.step(record, last.as_ref()) {
                    return Ok(Some(found));
                }
                last = Some(record.clone());
            }
            progress(self.sound);
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                let grew = head.sequence < self.sound && self::head(store, self.chain).await? != head;
                if !grew {
                    return Ok(self.end(&head));
                }
            }
        }
    }

    /// Checks the entry that should be next; `before` is the record of the last sound one.
    fn step(&mut self, record: &Record, before: Option<&Record>) -> Option<ChainBreak> {
        let due = self.sound + 1;
        let place = record.text("position").unwrap_or_default();
        if place != position(self.chain, due) {
            return Some(broken(due, BreakKind::Missing, format!("the next entry is at {place}")));
        }
        let hash = record.text("hash").unwrap_or_default();
        if chain::hash(&record.body) != hash {
            return Some(broken(due, BreakKind::Altered, "the entry's text does not match its hash"));
        }
        let Ok(entry) = chain::read(record) else {
            return Some(broken(due, BreakKind::Altered, "the entry cannot be read"));
        };
        if entry.previous_hash != self.hash {
            let Some(replaced) = before.and_then(|before| chain::read(before).ok()) else {
                return Some(broken(due, BreakKind::Altered, "the entry says that it is not the first"));
            };
            // The entry was chained to the one before as that was then.
            self.sound -= 1;
            self.hash = replaced.previous_hash;
            let explanation = format!("entry {due} was chained to another entry {}", replaced.sequence);
            return Some(broken(replaced.sequence, BreakKind::Replaced, explanation));
        }
        if entry.sequence != due || entry.chain != self.chain || !chain::is_labelled_truly(record, &entry) {
            let explanation = "what the entry is found by is not what its text says";
            return Some(broken(due, BreakKind::Mislabelled, explanation));
        }
        if self.stated.get(&due).is_some_and(|stated| *stated != hash) {
            let explanation = format!(
                "a signed checkpoint states another entry {due}; entries from {} on may have been rewritten",
                self.covered + 1
            );
            return Some(broken(self.covered + 1, BreakKind::Rewritten, explanation));
        }
        if self.stated.contains_key(&due) {
            self.covered = due;
        }
        self.sound = due;
        hash.clone_into(&mut self.hash);
        None
    }

    /// Checks that the chain ends where its head and the checkpoints say.
    fn end(&self, head: &Head) -> Option<ChainBreak> {
        let (sound, next) = (self.sound, self.sound + 1);
        if let Some((stated, _)) = self.stated.iter().next_back().filter(|(stated, _)| **stated > sound) {
            let explanation =
                format!("a signed checkpoint states entry {stated}, and the chain ends at {sound}");
            return Some(broken(next, BreakKind::Truncated, explanation));
        }
        if head.sequence > sound {
            let explanation =
                format!("the head of the chain is {}, and the chain ends at {sound}", head.sequence);
            return Some(broken(next, BreakKind::Truncated, explanation));
        }
        if head.sequence < sound || head.hash != self.hash {
            let explanation = format!("the head of the chain states entry {}", head.sequence);
            return Some(broken(head.sequence + 1, BreakKind::BehindHead, explanation));
        }
        None
    }
}

/// What a chain says of its end; nothing when that cannot be read.
async fn head(store: &dyn Store, chain: &str) -> Result<Head, StoreError> {
    Ok(match store.get(AUDIT_CHAIN, chain).await? {
        Some(record) => Head::from_record(&record).unwrap_or_else(|_| Head::none()),
        None => Head::none(),
    })
}
