//! What words mean to the question engine, independent of language.

use resync_api::tws::model::{ObjectKind, Status};

use crate::interpret::token::TimeUnit;
use crate::query::{Field, Verb};

/// The meaning of a word or phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::interpret) enum Meaning {
    /// A kind of object.
    Kind {
        /// Which.
        kind: ObjectKind,
        /// Said of several.
        plural: bool,
        /// Workstation type, `|` between alternatives; empty: any.
        subtype: &'static str,
    },
    /// A state objects are in.
    State(State),
    /// An action on the plan.
    Verb(Verb),
    /// What the question is after.
    Cue(Cue),
    /// A noun that names a field.
    Column(Field),
    /// A superlative.
    Rank(Rank),
    /// A comparison.
    Compare(Compare),
    /// A preposition.
    Role(Role),
    /// A named stretch of time.
    Moment(Moment),
    /// A unit of time.
    Unit(TimeUnit),
    /// A number word.
    Amount(i64),
    /// A number word of order; the last one is -1.
    Ordinal(i64),
    /// How a name is to match: beginning, end, or anywhere in it.
    Pattern(Pattern),
    /// A reference to what was said before.
    Pronoun(Pronoun),
    /// Denial.
    Not,
    /// Everything but.
    Except,
    /// Nothing but.
    Only,
    /// Also.
    And,
    /// Either.
    Or,
    /// Every.
    All,
    /// An article.
    Article,
    /// An auxiliary verb.
    Auxiliary,
    /// What a request to act begins with: can you, I want to.
    Wish,
    /// Lines of a log.
    Lines,
    /// Courtesy and other words that change nothing.
    Filler,
    /// Not about the plan.
    Outside(Outside),
}

/// States, some of which are more than one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum State {
    /// One common status.
    Is(Status),
    /// One internal status.
    Internal(&'static str),
    /// One substatus.
    Waits(&'static str),
    /// A yes or no field.
    Flag(Field, bool),
    /// Ended, well or not.
    Finished,
    /// Ended well; its denial means not ended.
    Completed,
    /// Has begun, and perhaps ended.
    Started,
    /// A workstation that cannot run jobs; of a job: failed.
    Down,
    /// A workstation that can run jobs.
    Up,
    /// A prompt that waits for an answer.
    Open,
    /// A resource without free units.
    Exhausted,
    /// A resource some of whose units are held.
    InUse,
    /// Ran more than once.
    Reran,
    /// Planned for a time.
    Scheduled,
}

/// What a question is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Cue {
    /// How many.
    Count,
    /// Rows, please.
    List,
    /// What, which, who.
    What,
    /// Asks for a reason.
    Why,
    /// Something keeps something from going on.
    Blocking,
    /// Something holds units of a resource.
    Holding,
    /// One needs or waits for another; who comes first decides the direction.
    Depends,
    /// What comes after.
    Successors,
    /// What comes after, all the way.
    Impact,
    /// What comes before.
    Predecessors,
    /// All the way.
    Transitive,
    /// What a word means.
    Meaning,
    /// A job's log.
    Log,
    /// How far.
    Progress,
    /// What is different.
    Changes,
    /// Something happened to an object.
    Happened,
    /// Able to work.
    Health,
    /// The plan at a glance.
    Overview,
    /// The plan itself.
    Plan,
    /// Everything about one object.
    Detail,
    /// When.
    When,
    /// What can be asked.
    Help,
    /// By, per, for each.
    Group,
    /// To run, as a verb of the question: what ran.
    Ran,
    /// A way to do something.
    HowTo,
    /// A topic that is understood but not covered.
    NotCovered,
    /// Runbooks and manuals.
    Runbook,
    /// Earlier incidents that look alike.
    Similar,
    /// Incidents nobody has resolved.
    OpenIncidents,
    /// Whether a run is unusual.
    Unusual,
    /// How a job usually runs.
    Usual,
    /// What would be different.
    WhatIf,
    /// What decides when something ends.
    CriticalPath,
    /// When things will end.
    Forecast,
    /// How one leads to another.
    Path,
    /// Jobs whose failure would cost much.
    Fragile,
    /// Objects that wait for each other.
    Cycles,
    /// Jobs that hang together with nothing.
    Orphans,
    /// Dependencies on what the plan does not hold.
    Dangling,
}

/// Superlatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Rank {
    /// Takes the longest.
    Longest,
    /// Takes the least time.
    Shortest,
    /// Earliest.
    Oldest,
    /// Latest.
    Newest,
    /// Next to come.
    Next,
    /// Most of something.
    Most,
    /// Least of something.
    Fewest,
    /// Largest value.
    Highest,
    /// Smallest value.
    Lowest,
    /// The first rows.
    Top,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Compare {
    /// Greater.
    More,
    /// Less.
    Less,
    /// Greater or equal.
    AtLeast,
    /// Less or equal.
    AtMost,
    /// Neither.
    Different,
    /// Exactly.
    Equal,
    /// Before now.
    Ago,
}

/// Prepositions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Role {
    /// Of, from.
    Of,
    /// In, on, at.
    In,
    /// By.
    By,
    /// Since.
    Since,
    /// Until.
    Until,
    /// Before.
    Before,
    /// After.
    After,
    /// Between.
    Between,
    /// To.
    To,
    /// For, with, as.
    With,
    /// During the last or next stretch of time.
    Last,
    /// The coming stretch of time.
    Coming,
    /// For a length of time.
    For,
    /// Named, called.
    Named,
}

/// Named stretches of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Moment {
    /// This plan day.
    Today,
    /// The plan day before.
    Yesterday,
    /// The plan day after.
    Tomorrow,
    /// The night that ended last, or that is.
    LastNight,
    /// The coming night; of things past, the last one.
    Tonight,
    /// Midnight to six.
    SmallHours,
    /// Yesterday's midnight to six.
    YesterdaySmallHours,
    /// Six to noon.
    Morning,
    /// Yesterday's morning.
    YesterdayMorning,
    /// Noon to six.
    Afternoon,
    /// Yesterday's afternoon.
    YesterdayAfternoon,
    /// Evening and night after a clock time: 10 at night.
    Evening,
    /// 00:00.
    Midnight,
    /// 12:00.
    Noon,
    /// Now.
    Now,
}

/// How a name is to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Pattern {
    /// At its beginning.
    Begins,
    /// At its end.
    Ends,
    /// Anywhere.
    Contains,
}

/// References to what was said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Pronoun {
    /// One object.
    It,
    /// Several.
    Them,
    /// The place talked about.
    There,
}

/// Not about the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Outside {
    /// Small talk and general knowledge.
    Topic,
    /// An attempt to change what the engine does.
    Instructions,
    /// Credentials.
    Secrets,
    /// A greeting.
    Greeting,
}
