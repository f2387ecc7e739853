//! What the store holds of an engine's plan, as digests: enough to tell what differs without reading it again.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;

use super::records::{self, OBJECTS, RELATIONS, collection, object_kind, prefix, relates};
use crate::store::{Condition, Links, Query, Store, StoreError, Value};
use crate::topology::{ObjectId, PlanRelationKind};

/// Rows read at once: few enough to be digested on a runtime's thread.
const PAGE: u32 = 2_000;

/// Everything that is held.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) objects: HashMap<ObjectId, Held>,
    /// Of the latest round over the whole plan.
    pub(super) round: u32,
}

/// One object that is held.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Digest of its fields; unset: it is to be written, and then is what was written.
    pub(super) facts: u64,
    /// In order.
    pub(super) relations: Vec<HeldRelation>,
    /// The last round over the whole plan that drew it.
    pub(super) seen: u32,
}

/// One relation that is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HeldRelation {
    pub(super) kind: PlanRelationKind,
    pub(super) to: ObjectId,
    pub(super) facts: u64,
}

/// A digest that holds within this process.
pub(super) fn digest<'a>(fields: impl IntoIterator<Item = (&'a str, &'a Value)>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for field in fields {
        field.hash(&mut hasher);
    }
    hasher.finish()
}

impl Known {
    /// Reads what the store holds of an engine.
    ///
    /// # Errors
    /// When it cannot be read, or holds what this product does not write.
    pub(super) async fn read(store: &dyn Store, engine: &str) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let mut texts = HashSet::new();
        let begin = prefix(engine);
        for kind in OBJECTS {
            let all = || Query::of(collection(kind)).and(Condition::Begins("key", begin.clone())).limit(PAGE);
            let mut cursor = None;
            loop {
                let query = all().after(cursor);
                let page = store.find(query.clone()).await?;
                for record in &page {
                    let facts = digest(record.fields.iter().map(|(name, value)| (*name, value)));
                    let id = (kind, shared(&mut texts, &record.key[begin.len()..]));
                    known.objects.insert(id, Held { facts, ..Held::default() });
                }
                let Some(last) = page.last().filter(|_| page.len() == PAGE as usize) else { break };
                cursor = Some(query.cursor(last));
            }
        }
        for kind in RELATIONS {
            for from in OBJECTS.into_iter().filter(|from| relates(*from, kind)) {
                known.read_relations(store, &begin, (from, kind), &mut texts).await?;
            }
        }
        for held in known.objects.values_mut() {
            held.relations.sort_unstable();
        }
        Ok(known)
    }

    async fn read_relations(
        &mut self,
        store: &dyn Store,
        begin: &str,
        (from, kind): (crate::topology::PlanObjectKind, PlanRelationKind),
        texts: &mut HashSet<Arc<str>>,
    ) -> Result<(), StoreError> {
        let mut last = None;
        loop {
            let links = Links::of(records::relation(kind), collection(from), begin).limit(PAGE);
            let page = store.links(links.after(last.as_ref())).await?;
            for link in &page {
                let to = object_kind(link.to.0).zip(link.to.1.strip_prefix(begin));
                let from = (from, shared(texts, &link.from.1[begin.len()..]));
                let (Some((to, id)), Some(held)) = (to, self.objects.get_mut(&from)) else {
                    // Of others, or of an object that came while this was read: left alone.
                    continue;
                };
                let facts = digest(link.fields.iter().map(|(name, value)| (name.as_str(), value)));
                held.relations.push(HeldRelation { kind, to: (to, shared(texts, id)), facts });
            }
            let full = page.len() == PAGE as usize;
            last = page.into_iter().next_back();
            if !full {
                return Ok(());
            }
        }
    }
}

fn shared(texts: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = texts.get(text) {
        return Arc::clone(known);
    }
    let new: Arc<str> = text.into();
    texts.insert(Arc::clone(&new));
    new
}
