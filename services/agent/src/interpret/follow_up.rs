//! Takes earlier turns in: "why?", "its log", "only the failed ones", "and on AGT01?", "the second one",
//! and the answer to a question back.

use resync_api::tws::model::{FoundObject, ObjectKind, Status};

use super::draft::{Draft, GraphWanted, Outcome, RecallWanted, Selected, Target, Wanted, Why};
use super::lexicon::Cue;
use super::reading::Reading;
use super::slots::normalise;
use super::token::fold;
use super::{Choice, Context, link};
use crate::conversation::Conversation;
use crate::query::{
    Condition, Field, GraphQuestion, Intent, Object, Operator, Order, RecallQuestion, Selection, Term, Value,
};

/// A row that was shown.
#[derive(Clone, Debug)]
pub(super) struct Row {
    object: Object,
    status: Option<Status>,
}

impl Row {
    pub(super) fn as_found(&self) -> FoundObject {
        link::known(&self.object, self.status)
    }
}

/// What "it" may stand for.
pub(super) enum Focus {
    /// One object.
    Object(Object),
    /// One of several rows.
    Rows(Vec<Row>),
    /// Nothing was talked about.
    Nothing,
}

/// Whether a question is about an object that neither it nor the conversation names: perhaps a word of
/// the vocabulary is the name.
pub(super) fn lacks_object(outcome: &Outcome, reading: &Reading, context: &Context<'_>) -> bool {
    if reading.mentions_anything() {
        return false;
    }
    match outcome {
        Outcome::Draft(draft) if draft.target == Target::Earlier => {
            !draft.marks.it && matches!(focus(context), Focus::Nothing)
        }
        Outcome::Draft(draft) => reading.has(Cue::Why) && !draft.selection.kind_said,
        Outcome::Ask(_) | Outcome::Outside(_) => false,
    }
}

/// What the conversation is about.
pub(super) fn focus(context: &Context<'_>) -> Focus {
    let Some(conversation) = context.conversation else { return Focus::Nothing };
    let Some(turn) = conversation.turns().rev().find(|turn| turn.focus.is_some() || !turn.rows.is_empty())
    else {
        return Focus::Nothing;
    };
    let status = turn.query.as_ref().and_then(|query| common_status(&query.intent));
    match (&turn.focus, &turn.rows[..]) {
        (Some(object), _) => Focus::Object(object.clone()),
        (None, [row]) => Focus::Object(row.clone()),
        (None, rows) => {
            Focus::Rows(rows.iter().map(|object| Row { object: object.clone(), status }).collect())
        }
    }
}

/// The status all rows of a list have, when it was asked for.
fn common_status(intent: &Intent) -> Option<Status> {
    let Intent::List(selection) = intent else { return None };
    selection.conditions.iter().find_map(|condition| {
        match (condition.field, condition.operator, &condition.values[..]) {
            (Field::Status, Operator::Is, [Value::Status(status)]) => Some(*status),
            _ => None,
        }
    })
}

/// A row of the last list, from 1; -1 is the last one.
pub(super) fn row(context: &Context<'_>, row: i64) -> Option<Object> {
    let turn = context.conversation?.turns().rev().find(|turn| !turn.rows.is_empty())?;
    let index = match row {
        -1 => turn.rows.len().checked_sub(1)?,
        row => usize::try_from(row).ok()?.checked_sub(1)?,
    };
    turn.rows.get(index).cloned()
}

/// The choice a message makes among the candidates of the last question back: by number, by the text of
/// the button, by key or name, or by what only one of them has.
pub(super) fn chosen<'a>(message: &str, conversation: &'a Conversation) -> Option<&'a Choice> {
    let choices = &conversation.turns().next_back()?.choices;
    if choices.is_empty() {
        return None;
    }
    let text = fold(message.trim().trim_end_matches(['.', '!', '?']));
    let exact = choices.iter().find(|choice| {
        [
            choice.question.trim().trim_end_matches(['.', '!', '?']),
            &choice.label,
            &choice.object.key,
            &choice.object.id,
        ]
        .iter()
        .any(|own| fold(own) == text)
    });
    if exact.is_some() {
        return exact;
    }
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || character == ',')
        .filter(|word| !COURTESY.contains(word) && !word.is_empty())
        .collect();
    if words.is_empty() || words.len() > 4 {
        return None;
    }
    if let [word] = words[..]
        && let Some(number) = ordinal(word)
    {
        let index = if number == 0 { choices.len() } else { number };
        return choices.get(index.checked_sub(1)?);
    }
    if let ([only], [word]) = (&choices[..], &words[..])
        && matches!(*word, "yes" | "y" | "yep" | "sim" | "s" | "isso" | "ok" | "correct" | "exato" | "claro")
    {
        return Some(only);
    }
    let fits = |choice: &&Choice| words.iter().all(|word| has_part(choice, word));
    let mut fitting = choices.iter().filter(fits);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Words around a choice that choose nothing.
const COURTESY: &[&str] = &[
    "the", "one", "number", "please", "option", "i", "mean", "meant", "o", "a", "do", "da", "de", "numero",
    "opcao", "por", "favor", "quero", "esse", "essa", "is", "it", "on", "in", "at", "no", "na", "that",
    "job's", "e", "of",
];

/// A number word or ordinal; 0 is the last one.
fn ordinal(word: &str) -> Option<usize> {
    let digits =
        word.trim_start_matches('#').trim_end_matches(['º', 'ª', 'o', 'a', ')', '.']).trim_end_matches("st");
    let digits = digits.trim_end_matches("nd").trim_end_matches("rd").trim_end_matches("th");
    if let Ok(number) = digits.parse::<usize>() {
        return (number > 0).then_some(number);
    }
    Some(match word {
        "first" | "one" | "primeiro" | "primeira" | "um" => 1,
        "second" | "two" | "segundo" | "segunda" | "dois" => 2,
        "third" | "three" | "terceiro" | "terceira" | "tres" => 3,
        "fourth" | "four" | "quarto" | "quarta" | "quatro" => 4,
        "fifth" | "five" | "quinto" | "quinta" | "cinco" => 5,
        "last" | "ultimo" | "ultima" => 0,
        _ => return None,
    })
}

/// Whether a word is the choice's kind or a part of its key.
fn has_part(choice: &Choice, word: &str) -> bool {
    let kind = match choice.object.kind {
        ObjectKind::Job => ["job", "tarefa", "task", ""],
        ObjectKind::JobStream => ["stream", "malha", "schedule", "jobstream"],
        ObjectKind::Workstation => ["workstation", "agent", "agente", "cpu"],
        ObjectKind::Resource => ["resource", "recurso", "", ""],
        ObjectKind::Prompt => ["prompt", "pergunta", "", ""],
        ObjectKind::Folder => ["folder", "pasta", "", ""],
        ObjectKind::User => ["user", "usuario", "", ""],
    };
    let word = word.trim_end_matches('/');
    !word.is_empty()
        && (kind.contains(&word)
            || fold(&choice.object.key).split(['#', '/', '.']).any(|part| part == word)
            || fold(&choice.object.key).contains(&format!("{word}/")) && word.starts_with('/'))
}

/// "and X?" asks the same of X.
pub(super) fn apply(mut draft: Draft, reading: &Reading, context: &Context<'_>) -> Draft {
    let Some(previous) = context.conversation.and_then(Conversation::last_query) else { return draft };
    let joins = draft.marks.bare && (draft.marks.also || draft.marks.fragment);
    if let (true, Wanted::Detail | Wanted::Health, Target::Mention(mention)) =
        (joins, &draft.wanted, draft.target)
    {
        if let Some(wanted) = wanted_again(&previous.intent) {
            draft.wanted = wanted;
        } else if matches!(previous.intent, Intent::List(_) | Intent::Count { .. })
            && (draft.marks.also || draft.marks.placed)
        {
            let named = &reading.mentions[mention];
            if !named.names(ObjectKind::Job) || named.hint.is_some_and(|hint| hint != ObjectKind::Job) {
                draft.wanted = Wanted::Rows;
                draft.target = Target::None;
                draft.selection.scopes = vec![super::draft::Scope { mention, negated: false }];
            }
        }
    }
    if let (Intent::Meaning(_), Wanted::Rows, true) = (&previous.intent, &draft.wanted, draft.marks.also)
        && let [Condition { values, .. }] = &draft.selection.conditions[..]
        && let [value @ (Value::Status(_) | Value::Text(_))] = &values[..]
    {
        // "and FENCE?"
        draft.wanted = Wanted::Meaning(Term::Status(value.to_string()));
    }
    if let (Intent::Changes { object, .. }, Wanted::Rows) = (&previous.intent, &draft.wanted)
        && draft.marks.bare
        && object.is_none()
    {
        let since = draft.selection.conditions.iter().find_map(|condition| match condition.values[..] {
            [Value::Time(time)] if condition.operator == Operator::Above => Some(time),
            _ => None,
        });
        draft.wanted = Wanted::Changes { since: Some(super::times::Window { from: since, to: None }) };
    }
    draft
}

/// What was asked of an object, to ask it of another.
fn wanted_again(intent: &Intent) -> Option<Wanted> {
    Some(match intent {
        Intent::Detail(_) => Wanted::Detail,
        Intent::WhyWaiting(_) => Wanted::Why(Why::ByStatus),
        Intent::WhyFailed(_) => Wanted::Why(Why::ByStatus),
        Intent::Dependencies { direction, transitive, .. } => {
            Wanted::Dependencies { direction: *direction, transitive: *transitive }
        }
        Intent::Progress(_) => Wanted::Progress,
        Intent::WorkstationHealth(_) => Wanted::Health,
        Intent::ResourceHolders(_) => Wanted::Holders,
        Intent::OpenPrompts(Some(_)) => Wanted::Prompts,
        Intent::Log { tail_lines, .. } => Wanted::Log { tail_lines: *tail_lines },
        Intent::Graph(question) => return graph_again(question),
        Intent::Recall(question) => return recall_again(question),
        Intent::Act { verb, argument, .. } => Wanted::Act { verb: *verb, argument: *argument },
        _ => return None,
    })
}

/// The same of the dependency graph.
fn graph_again(question: &GraphQuestion) -> Option<Wanted> {
    Some(match question {
        GraphQuestion::Impact(_) => Wanted::Graph(GraphWanted::Impact),
        GraphQuestion::RootCause(_) => Wanted::Why(Why::Root),
        GraphQuestion::CriticalPath(Some(_)) => Wanted::Graph(GraphWanted::CriticalPath),
        GraphQuestion::Forecast { object: Some(_), by } => Wanted::Graph(GraphWanted::Forecast { by: *by }),
        GraphQuestion::Risk(Some(_)) => Wanted::Graph(GraphWanted::Risk),
        GraphQuestion::WhatIf { change, .. } => Wanted::Graph(GraphWanted::WhatIf(*change)),
        GraphQuestion::CriticalPath(None)
        | GraphQuestion::Forecast { object: None, .. }
        | GraphQuestion::Risk(None)
        | GraphQuestion::Path { .. }
        | GraphQuestion::Structure(_) => return None,
    })
}

/// The same of what was kept.
fn recall_again(question: &RecallQuestion) -> Option<Wanted> {
    Some(Wanted::Recall(match question {
        RecallQuestion::Passages { words, object: Some(_) } => {
            RecallWanted::Passages { words: words.clone() }
        }
        RecallQuestion::Similar(_) => RecallWanted::Similar,
        RecallQuestion::Unusual(_) => RecallWanted::Unusual,
        RecallQuestion::Usual(_) => RecallWanted::Usual,
        RecallQuestion::Passages { object: None, .. } | RecallQuestion::OpenIncidents => return None,
    }))
}

/// The list or count a message goes on from.
#[derive(Clone, Debug)]
pub(super) struct Earlier {
    selection: Selection,
    group_by: Vec<Field>,
    counts: bool,
}

/// What a draft refines, if it cannot stand alone.
pub(super) fn refines(draft: &Draft, context: &Context<'_>) -> Option<Earlier> {
    if matches!(draft.wanted, Wanted::Act { .. }) && !draft.marks.them {
        return None;
    }
    let previous = context.conversation?.last_query()?;
    let marks = draft.marks;
    let complete = draft.selection.kind_said && !marks.fragment;
    let denied = draft.selection.scopes.iter().any(|scope| scope.negated);
    let follows = marks.them
        || marks.which
        || (denied && marks.bare)
        || (marks.only && !complete_question(draft))
        || (marks.also && !complete)
        || (marks.fragment && !draft.selection.kind_said);
    let own_kind = draft.selection.kind.filter(|_| draft.selection.kind_said);
    match &previous.intent {
        Intent::List(selection) if follows => {
            Some(Earlier { selection: selection.clone(), group_by: Vec::new(), counts: false })
        }
        Intent::Count { selection, group_by } if follows => {
            Some(Earlier { selection: selection.clone(), group_by: group_by.clone(), counts: true })
        }
        Intent::OpenPrompts(None) if follows => Some(Earlier::all(
            ObjectKind::Prompt,
            vec![Condition {
                field: Field::Status,
                operator: Operator::Is,
                values: vec![Value::Text("ASKED".to_owned())],
            }],
        )),
        Intent::WorkstationHealth(None) if follows => Some(Earlier::all(ObjectKind::Workstation, Vec::new())),
        _ => None,
    }
    .filter(|earlier| own_kind.is_none_or(|kind| kind == earlier.selection.kind || marks.also))
}

/// "list only the failed jobs" is a question of its own, "only the failed ones" is not.
fn complete_question(draft: &Draft) -> bool {
    draft.selection.kind_said && draft.marks.lists
}

fn is_state(field: Field) -> bool {
    matches!(
        field,
        Field::Status
            | Field::InternalStatus
            | Field::Substatus
            | Field::Late
            | Field::AtRisk
            | Field::LongRunning
            | Field::Healthy
            | Field::Linked
    )
}

pub(super) fn is_time(field: Field) -> bool {
    matches!(field, Field::StartTime | Field::EndTime | Field::ScheduledTime | Field::Deadline)
}

/// Fields that say where a row belongs.
fn is_place(field: Field) -> bool {
    matches!(
        field,
        Field::Workstation | Field::Folder | Field::JobStreamName | Field::JobStreamId | Field::User
    )
}

impl Earlier {
    /// The rows an earlier answer was about.
    fn all(kind: ObjectKind, conditions: Vec<Condition>) -> Self {
        let selection = Selection { kind, conditions, order: None, limit: None };
        Self { selection, group_by: Vec::new(), counts: false }
    }

    /// Kind of its rows.
    pub(super) fn kind(&self) -> ObjectKind {
        self.selection.kind
    }

    /// The earlier question with the new conditions in place of those they contradict.
    pub(super) fn refined(&self, new: Selected, draft: &Draft) -> Intent {
        let narrows = draft.marks.only || (draft.marks.them && !draft.marks.also);
        let new_state = new.conditions.iter().any(|condition| is_state(condition.field));
        let new_place = new.conditions.iter().any(|condition| is_place(condition.field));
        let new_time = new.conditions.iter().any(|condition| is_time(condition.field));
        let time_field =
            self.selection.conditions.iter().map(|condition| condition.field).find(|field| is_time(*field));
        let mut conditions: Vec<Condition> = self
            .selection
            .conditions
            .iter()
            .filter(|old| {
                let same_field = new.conditions.iter().any(|condition| condition.field == old.field);
                let other_state = new_state && !narrows && is_state(old.field);
                let other_time = new_time && is_time(old.field);
                let other_place = new_place && draft.marks.also && is_place(old.field);
                !(same_field || other_state || other_time || other_place)
            })
            .cloned()
            .collect();
        conditions.extend(new.conditions.into_iter().map(|condition| match time_field {
            // "and yesterday?": the same time of the rows, another day.
            Some(field) if is_time(condition.field) && !new_state => Condition { field, ..condition },
            None if condition.field == Field::StartTime && !new_state => {
                Condition { field: self.natural_time(), ..condition }
            }
            _ => condition,
        }));
        normalise(&mut conditions);
        let order: Option<Order> = new.order.or(self.selection.order);
        let counts = match draft.wanted {
            Wanted::Count => true,
            _ => self.counts && !draft.marks.lists && !draft.marks.which && new.order.is_none(),
        };
        let group_by = if new.group_by.is_empty() { self.group_by.clone() } else { new.group_by };
        let selection = Selection {
            kind: new.kind.filter(|_| new.kind_said).unwrap_or(self.selection.kind),
            conditions,
            order,
            limit: new.limit.or(self.selection.limit),
        };
        if let Wanted::Act { verb, argument } = draft.wanted {
            return Intent::ActAll { verb, selection, argument };
        }
        if counts || !group_by.is_empty() && !draft.marks.lists {
            Intent::Count {
                selection,
                group_by: if counts || !group_by.is_empty() { group_by } else { Vec::new() },
            }
        } else {
            Intent::List(selection)
        }
    }

    /// The time a stretch of time is about for rows in the states selected before.
    fn natural_time(&self) -> Field {
        use resync_api::tws::model::Status::{Canceled, Error, Held, Ready, Successful, Waiting};
        let statuses = self.selection.conditions.iter().find(|condition| condition.field == Field::Status);
        match statuses.and_then(|condition| condition.values.first()) {
            Some(Value::Status(Error | Successful | Canceled)) => Field::EndTime,
            Some(Value::Status(Waiting | Ready | Held)) => Field::ScheduledTime,
            _ => Field::StartTime,
        }
    }
}
