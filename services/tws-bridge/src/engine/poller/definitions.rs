//! The definitions of the model: read from the engine by one process, and used by those that start soon after it.

use std::time::Duration;

use resync_hwa::Query;
use resync_hwa::wire::model::{JobStreamDefinition, ModelObject};

use super::{Poller, warn_unreadable};
use crate::engine::calls::CallError;
use crate::engine::surroundings::DefinitionPage;

/// All definitions.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) definitions: Vec<JobStreamDefinition>,
    /// Of the oldest page.
    pub(super) age: Duration,
    /// They come from the engine, by this very reading.
    pub(super) just_read: bool,
}

impl Poller {
    /// All definitions, younger than `most_age`; zero: read now.
    pub(super) async fn definitions(&self, mut most_age: Duration) -> Result<Definitions, CallError> {
        loop {
            if let Some(definitions) = self.one_reading(most_age).await? {
                return Ok(definitions);
            }
            // Pages of several readings may overlap or leave gaps.
            most_age = Duration::ZERO;
        }
    }

    /// `None` when the pages at hand are of more than one reading.
    async fn one_reading(&self, most_age: Duration) -> Result<Option<Definitions>, CallError> {
        let own = uuid::Uuid::new_v4().to_string();
        let (mut all, mut reading, mut offset) = (Definitions::default(), None, 0);
        loop {
            let Some((page, age)) = self.definition_page(&own, offset, most_age).await? else {
                return Ok(None);
            };
            if *reading.get_or_insert_with(|| page.reading.clone()) != page.reading {
                return Ok(None);
            }
            all.definitions.extend(page.definitions);
            all.age = all.age.max(age);
            match page.next_offset {
                Some(next) => offset = next,
                None => break,
            }
        }
        all.just_read = reading == Some(own);
        Ok(Some(all))
    }

    async fn definition_page(
        &self,
        reading: &str,
        offset: u64,
        most_age: Duration,
    ) -> Result<Option<(DefinitionPage, Duration)>, CallError> {
        let (calls, reading) = (self.calls.clone(), reading.to_owned());
        let query = Query { limit: self.pace.page_size, offset, ..Query::default() };
        let read = move || async move {
            type Object = ModelObject<JobStreamDefinition>;
            let page = calls.call(|client| async move { client.list::<Object>(&query).await }).await?;
            page.unreadable.iter().for_each(warn_unreadable);
            let definitions = page.items.into_iter().map(|object| object.definition).collect();
            Ok(DefinitionPage { reading, definitions, next_offset: page.next_offset })
        };
        self.surroundings.definitions(&self.calls, (self.pace.page_size, offset), most_age, read).await
    }
}
