//! The registry: every setting that exists.

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// Dotted path, lower case; `*` stands for the name in a table of named things (`engines.*.url`).
    pub path: &'static str,
    /// What its value looks like.
    pub kind: Kind,
    /// Value when nobody sets it, written as in an environment variable; unset: no value.
    pub default: Option<&'static str>,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// Does this build honour it?
    pub status: Status,
}

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A text that is never shown.
    Secret,
    /// A whole number within bounds, both included.
    Integer(i64, i64),
    /// A number within bounds, both included.
    Number(f64, f64),
    /// `true` or `false`.
    Boolean,
    /// `250ms`, `30s`, `5m`, `12h`, `7d`; a bare number means seconds.
    Duration,
    /// Texts; in one line separated by commas.
    List,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// Whether a setting does anything in this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is honoured.
    Supported,
    /// It belongs to a part that this build does not have: setting it stops the start.
    NotBuiltYet(&'static str),
    /// It has a name and a value, and nothing it could change; says why.
    NotApplicable(&'static str),
}

/// A plain environment variable that sets a path.
#[derive(Debug)]
pub struct EnvName {
    /// Its name.
    pub name: &'static str,
    /// The concrete path it sets.
    pub path: &'static str,
}

/// All settings of a program.
#[derive(Debug)]
pub struct Registry {
    /// The settings.
    pub keys: &'static [&'static [Key]],
    /// Plain environment variables beside the `APP_` ones.
    pub env_names: &'static [EnvName],
    /// Prefixes of environment variables that belong to parts not built yet, with the part's name.
    pub env_not_built: &'static [(&'static str, &'static str)],
}

impl Registry {
    /// All settings.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().copied().flatten()
    }

    /// The key that a concrete path belongs to.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&'static Key> {
        self.keys().find(|key| matches(key.path, path))
    }

    /// The known path most like `path`, when one is like it at all.
    #[must_use]
    pub fn nearest(&self, path: &str) -> Option<String> {
        const ALIKE: f64 = 0.8;
        self.keys()
            .map(|key| concrete(key.path, path))
            .map(|known| (strsim::jaro_winkler(&known, path).max(likeness_of_leaf(&known, path)), known))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known)
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut segments) = (pattern.split('.'), path.split('.'));
    loop {
        match (patterns.next(), segments.next()) {
            (None, None) => return true,
            (Some("*"), Some(name)) if !name.is_empty() => {}
            (Some(fixed), Some(segment)) if fixed == segment => {}
            _ => return false,
        }
    }
}

/// The pattern with the names that `path` has in the places of `*`.
fn concrete(pattern: &str, path: &str) -> String {
    let mut names = path.split('.');
    let segments: Vec<_> = pattern
        .split('.')
        .map(|segment| {
            let name = names.next();
            if segment == "*" { name.unwrap_or("NAME") } else { segment }
        })
        .collect();
    segments.join(".")
}

/// A right last word in the wrong place still points to the key, a little less.
fn likeness_of_leaf(known: &str, path: &str) -> f64 {
    let leaf = |text: &str| text.rsplit('.').next().unwrap_or_default().to_owned();
    0.95 * strsim::normalized_damerau_levenshtein(&leaf(known), &leaf(path))
}
