//! Finds the engine a caller means.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::PlanView;
use crate::error::Error;

/// The engine that plain settings without a name stand for.
const DEFAULT_ENGINE: &str = "default";

/// All engines of a bridge. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    engines: Arc<BTreeMap<String, PlanView>>,
}

impl Handle {
    /// False: there is one of that name.
    pub(super) fn insert(&mut self, view: PlanView) -> bool {
        let mut engines = BTreeMap::clone(&self.engines);
        let new = engines.insert(view.engine().to_owned(), view).is_none();
        if new {
            self.engines = Arc::new(engines);
        }
        new
    }

    /// All engines by name.
    pub fn engines(&self) -> impl Iterator<Item = &PlanView> {
        self.engines.values()
    }

    /// The name of the engine that `name` stands for: itself, or when empty the only one or `default`. The engine need
    /// not exist, so that permission can be asked for first.
    ///
    /// # Errors
    /// When the name is empty and several engines could be meant, or one that the caller must not hear of.
    pub fn name<'a>(&'a self, name: &'a str, may_see: impl Fn(&str) -> bool) -> Result<&'a str, Error> {
        if !name.is_empty() {
            return Ok(name);
        }
        let mut names = self.engines.keys();
        match (names.next(), names.next()) {
            (Some(only), None) if may_see(only) => Ok(only),
            (_, Some(_)) if self.engines.contains_key(DEFAULT_ENGINE) && may_see(DEFAULT_ENGINE) => {
                Ok(DEFAULT_ENGINE)
            }
            _ => Err(Error::EngineNotNamed { known: self.known(may_see) }),
        }
    }

    /// The engine of this name.
    ///
    /// # Errors
    /// When there is none; the error names those the caller may see.
    pub fn engine(&self, name: &str, may_see: impl Fn(&str) -> bool) -> Result<&PlanView, Error> {
        self.engines.get(name).ok_or_else(|| {
            let mut known = self.known(may_see);
            known.sort_by(|a, b| strsim::jaro_winkler(b, name).total_cmp(&strsim::jaro_winkler(a, name)));
            Error::UnknownEngine { name: name.to_owned(), known }
        })
    }

    fn known(&self, may_see: impl Fn(&str) -> bool) -> Vec<String> {
        self.engines.keys().filter(|name| may_see(name)).cloned().collect()
    }
}
