//! What happens to a command after its claim, and how commands are found.

use resync_api::audit::model::ActorKind;
use resync_api::journal::model::{
    Acting, BlockedTarget, Command, CommandOutcome, CommandSearch, CommandState, CommandStep, Resolution,
};
use serde_json::{Map, Value};

use super::claim::conflict_or;
use super::error::JournalError;
use super::{ATTEMPTS, Journal, events, rows};
use crate::page_token;
use crate::store::schema::{COMMAND, COMMAND_TARGET};
use crate::store::{Batch, Condition, Order, Query, Record, Write};

/// Steps a command may take; each is one write.
const STEPS: usize = 64;
const DEFAULT_PAGE: u32 = 100;
const MAX_PAGE: u32 = 1_000;

/// Commands, and the token of the next page; empty at the end.
pub type Page<T> = (Vec<T>, String);

impl Journal {
    /// Notes what happened to an open command. With `sent`, the engine may have seen it from now on: this must be
    /// acknowledged before anything is sent.
    ///
    /// # Errors
    /// When there is no such command or it has ended.
    pub async fn advance(
        &self,
        command_id: &str,
        name: &str,
        details: Map<String, Value>,
        sent: bool,
    ) -> Result<Command, JournalError> {
        for _ in 0..ATTEMPTS {
            let (record, mut command) = self.command_row(command_id).await?;
            // The same step again is the same call again.
            let last = command.steps.last();
            if last.is_some_and(|last| last.name == name && last.details == details) {
                return Ok(command);
            }
            if !command.state.is_open() {
                return Err(ended(&command));
            }
            if command.steps.len() >= STEPS {
                return Err(JournalError::TooManySteps(command_id.to_owned()));
            }
            if sent {
                command.state = CommandState::Dispatched;
            }
            let at = (self.clock)();
            command.steps.push(CommandStep { at, name: name.to_owned(), details: details.clone() });
            let next = rows::command(&command, record.revision)?;
            match self.store.commit(Batch::new().replace(next)).await {
                Ok(()) => return Ok(command),
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(JournalError::Contended)
    }

    /// Says how an open command ended. One whose outcome is unknown keeps its target blocked. Saying the same again
    /// changes nothing.
    ///
    /// # Errors
    /// When there is no such command, or it ended otherwise; or it is to be cancelled and was sent.
    pub async fn finish(
        &self,
        command_id: &str,
        outcome: CommandOutcome,
        acting: &Acting,
    ) -> Result<Command, JournalError> {
        if outcome.state.is_open() {
            return Err(JournalError::NoOutcome(outcome.state));
        }
        for _ in 0..ATTEMPTS {
            let (record, mut command) = self.command_row(command_id).await?;
            if rows::ended_so(&command, &outcome) {
                return Ok(command);
            }
            if !command.state.is_open() {
                return Err(ended(&command));
            }
            if outcome.state == CommandState::Cancelled && command.state != CommandState::Claimed {
                return Err(JournalError::Sent(command_id.to_owned()));
            }
            let now = (self.clock)();
            command.state = outcome.state;
            command.finished_at = Some(now);
            command.outcome = Some(outcome.clone());
            let writes = Batch::new().replace(rows::command(&command, record.revision)?);
            let writes = self.release(writes, &command).await?;
            match self.log.append(events::ended(&command, &outcome, now, acting), writes).await {
                Ok(_) => return Ok(command),
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(JournalError::Contended)
    }

    /// A person says what became of a command whose outcome is unknown; its target takes commands again.
    ///
    /// # Errors
    /// When nobody's outcome is unknown, when it is not a person who says it, or without a reason.
    pub async fn resolve(
        &self,
        command_id: &str,
        took_effect: bool,
        reason: &str,
        acting: &Acting,
    ) -> Result<Command, JournalError> {
        if acting.actor.kind != ActorKind::Person {
            return Err(JournalError::NotAPerson);
        }
        if reason.trim().is_empty() {
            return Err(JournalError::NoReason);
        }
        for _ in 0..ATTEMPTS {
            let (record, mut command) = self.command_row(command_id).await?;
            let by = &acting.actor.subject;
            let said = |resolution: &Resolution| {
                resolution.took_effect == took_effect && resolution.reason == reason && resolution.by == *by
            };
            if command.resolution.as_ref().is_some_and(said) {
                return Ok(command);
            }
            if command.state != CommandState::Unknown {
                return Err(JournalError::NotUnknown(command_id.to_owned()));
            }
            let now = (self.clock)();
            let resolution = Resolution { by: by.clone(), at: now, reason: reason.to_owned(), took_effect };
            command.state = if took_effect { CommandState::Succeeded } else { CommandState::Failed };
            command.resolution = Some(resolution.clone());
            let writes = Batch::new().replace(rows::command(&command, record.revision)?);
            let writes = self.release(writes, &command).await?;
            match self.log.append(events::resolved(&command, &resolution, now, acting), writes).await {
                Ok(_) => return Ok(command),
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(JournalError::Contended)
    }

    /// What becomes of the target when its command ends: free, or blocked when the outcome is unknown.
    async fn release(&self, writes: Batch, command: &Command) -> Result<Batch, JournalError> {
        let request = &command.request;
        let key = rows::target_key(&request.engine, &request.target);
        let Some(record) = self.store.get(COMMAND_TARGET, &key).await? else { return Ok(writes) };
        let target: BlockedTarget = rows::read(&record)?;
        if target.command_id != request.command_id {
            return Ok(writes);
        }
        if command.state == CommandState::Unknown {
            let since = command.finished_at.unwrap_or(target.since);
            let blocked = BlockedTarget { unknown: true, since, ..target };
            return Ok(writes.replace(rows::target(&blocked, record.revision)?));
        }
        Ok(writes.with(Write::Delete(COMMAND_TARGET, key)))
    }

    /// One command.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn command(&self, command_id: &str) -> Result<Command, JournalError> {
        self.command_row(command_id).await.map(|(_, command)| command)
    }

    /// Commands, the newest first. A page size of 0 means 100; more than 1000 is taken as 1000.
    ///
    /// # Errors
    /// When the token is not one of this list.
    pub async fn commands(
        &self,
        search: &CommandSearch,
        page_size: u32,
        page_token: &str,
    ) -> Result<Page<Command>, JournalError> {
        let CommandSearch { engine, states, target, principal } = search;
        let texts = [("engine", engine), ("target", target), ("principal", principal)];
        let mut query = Query::of(COMMAND).order(Order::Down("created_at"));
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            query = query.is(field, text.as_str());
        }
        if !states.is_empty() {
            let states = states.iter().map(|state| rows::word(state).into()).collect();
            query = query.and(Condition::OneOf("state", states));
        }
        self.page(query, page_size, page_token).await
    }

    /// Commands without outcome, the oldest first: what recovery has to look at after a crash.
    ///
    /// # Errors
    /// When the token is not one of this list.
    pub async fn open_commands(
        &self,
        engine: &str,
        page_size: u32,
        page_token: &str,
    ) -> Result<Page<Command>, JournalError> {
        let mut query = Query::of(COMMAND).is("open", 1).order(Order::Up("created_at"));
        if !engine.is_empty() {
            query = query.is("engine", engine);
        }
        self.page(query, page_size, page_token).await
    }

    /// Targets that take no commands now, those that wait for a person before those under way.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn blocked_targets(
        &self,
        engine: &str,
        page_size: u32,
        page_token: &str,
    ) -> Result<Page<BlockedTarget>, JournalError> {
        let mut query = Query::of(COMMAND_TARGET).order(Order::Down("state"));
        if !engine.is_empty() {
            query = query.is("engine", engine);
        }
        self.page(query, page_size, page_token).await
    }

    pub(super) async fn page<T: serde::de::DeserializeOwned>(
        &self,
        query: Query,
        page_size: u32,
        page_token: &str,
    ) -> Result<Page<T>, JournalError> {
        let size = if page_size == 0 { DEFAULT_PAGE } else { page_size.min(MAX_PAGE) };
        let after = page_token::parse(page_token).ok_or(JournalError::PageToken)?;
        let query = query.limit(size).after(after);
        let records = self.store.find(query.clone()).await?;
        let full = records.len() == size as usize;
        let next = records.last().filter(|_| full).map(|last| page_token::write(&query.cursor(last)));
        let rows = records.iter().map(rows::read).collect::<Result<_, _>>()?;
        Ok((rows, next.unwrap_or_default()))
    }

    async fn command_row(&self, command_id: &str) -> Result<(Record, Command), JournalError> {
        let query = Query::of(COMMAND).is("command_id", command_id).limit(1);
        let record = self.store.find(query).await?.pop();
        let record = record.ok_or_else(|| JournalError::NoCommand(command_id.to_owned()))?;
        let command = rows::read(&record)?;
        Ok((record, command))
    }
}

fn ended(command: &Command) -> JournalError {
    JournalError::Ended { command_id: command.request.command_id.clone(), state: command.state }
}
