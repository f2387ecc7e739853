//! Agents, their tools and languages: between domain and Protobuf.

use crate::agent::model::{Agent, Language, Tool, ToolClass};
use crate::proto::agent::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{all, into_all};

impl Language {
    /// The language's tag: `en` or `pt-BR`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Portuguese => "pt-BR",
        }
    }

    /// The language a tag names, region aside: `en`, `en-GB`, `pt`, `pt-BR`…
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "pt" => Some(Self::Portuguese),
            _ => None,
        }
    }
}

pub(super) fn language(tag: &str, field: &'static str) -> Result<Language, ProtocolError> {
    Language::from_tag(tag).ok_or_else(|| ProtocolError::invalid(field, tag))
}

impl ToolClass {
    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Propose => "propose",
        }
    }
}

impl From<Agent> for proto::Agent {
    fn from(value: Agent) -> Self {
        let Agent { id, display_name, description, tools, languages, example_questions } = value;
        let languages = languages.into_iter().map(|language| language.tag().to_owned()).collect();
        Self { id, display_name, description, tools: into_all(tools), languages, example_questions }
    }
}

impl TryFrom<proto::Agent> for Agent {
    type Error = ProtocolError;

    fn try_from(value: proto::Agent) -> Result<Self, ProtocolError> {
        let proto::Agent { id, display_name, description, tools, languages, example_questions } = value;
        let languages =
            languages.iter().map(|tag| language(tag, "languages")).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { id, display_name, description, tools: all(tools)?, languages, example_questions })
    }
}

impl From<Tool> for proto::Tool {
    fn from(Tool { name, description, class }: Tool) -> Self {
        Self { name, description, class: class.as_str().to_owned() }
    }
}

impl TryFrom<proto::Tool> for Tool {
    type Error = ProtocolError;

    fn try_from(value: proto::Tool) -> Result<Self, ProtocolError> {
        let proto::Tool { name, description, class } = value;
        let class = match class.as_str() {
            "read" => ToolClass::Read,
            "propose" => ToolClass::Propose,
            _ => return Err(ProtocolError::invalid("class", class)),
        };
        Ok(Self { name, description, class })
    }
}
