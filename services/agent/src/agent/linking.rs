//! Finds names in the live plan for the interpreter, and the evidence for what it found.

use resync_api::tws::model::{Found, ObjectKind};

use crate::error::Error;
use crate::evidence::At;
use crate::interpret::{Choice, Linker};
use crate::query::Object;
use crate::tools::{FindObjects, Toolbox};

/// Candidates looked for when the interpreter's own search left no evidence.
const CANDIDATES: u32 = 10;

/// Searches through the toolbox, so that every search is a recorded call.
#[derive(Debug)]
pub(super) struct PlanLinker<'a> {
    pub(super) tools: &'a Toolbox,
}

impl Linker for PlanLinker<'_> {
    type Error = Error;

    async fn find(&self, text: &str, kinds: &[ObjectKind], limit: u32) -> Result<Found, Error> {
        let find = FindObjects { text: text.to_owned(), kinds: kinds.to_vec(), limit };
        Ok(self.tools.call(find).await?.output.found)
    }
}

impl PlanLinker<'_> {
    /// The search whose text was `text`; it is made when the interpreter searched otherwise.
    pub(super) async fn search_for(&self, text: &str, kind: Option<ObjectKind>) -> Result<At, Error> {
        if let Some(search) = self.made_for(text) {
            return Ok(search);
        }
        let find =
            FindObjects { text: text.to_owned(), kinds: kind.into_iter().collect(), limit: CANDIDATES };
        Ok(self.tools.call(find).await?.at())
    }

    /// The search made for a text, if one was.
    pub(super) fn made_for(&self, text: &str) -> Option<At> {
        let mut searches = self.searches();
        searches.find(|search| search.get("text").text().eq_ignore_ascii_case(text))
    }

    /// Where the searches found each choice; those that came from elsewhere are searched for by key.
    pub(super) async fn places_of(&self, choices: &[Choice]) -> Result<Vec<At>, Error> {
        let mut places = Vec::with_capacity(choices.len());
        for choice in choices {
            let place = match self.place_of(&choice.object) {
                Some(place) => Some(place),
                None => {
                    self.search_for(&choice.object.key, Some(choice.object.kind)).await?;
                    self.place_of(&choice.object)
                }
            };
            places.extend(place);
        }
        Ok(places)
    }

    /// Where a search found an object.
    pub(super) fn place_of(&self, object: &Object) -> Option<At> {
        let kind = serde_json::to_value(object.kind).ok()?;
        self.searches()
            .flat_map(|search| search.get("objects").items())
            .find(|found| found.get("id").text() == object.id && *found.get("kind").value() == kind)
    }

    fn searches(&self) -> impl Iterator<Item = At> {
        use crate::tools::Tool as _;
        let entries = self.tools.entries();
        entries
            .into_iter()
            .filter(|entry| entry.call().name == FindObjects::NAME)
            .map(|entry| At::root(&entry))
    }
}
