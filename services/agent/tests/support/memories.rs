//! What is answered when nobody can be asked for memories, and when there is nobody to ask.

use resync_agent::{Asker, Knowledge};
use resync_api::agent::model::{Answer, AnswerKind, Question};
use resync_api::channel::Channel;
use resync_api::memories::client::MemoryClient;
use resync_api::policy;
use resync_service_kit::channel::{self, LocalServices};
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};

use crate::night::Night;

/// Memories of a role that is not running.
fn gone() -> Knowledge {
    let exposure = |rpc: &policy::RpcPolicy| match rpc.exposure {
        policy::Exposure::Public => Exposure::Public,
        policy::Exposure::Internal => Exposure::Internal,
    };
    let policies: PolicyTable = policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: exposure(rpc),
            idempotent: rpc.idempotent,
        })
        .collect();
    let caller = Caller::new(Principal::role("test"));
    let channel = channel::Config::new(caller, policies).local(&LocalServices::new());
    Knowledge { memories: Some(MemoryClient::new(Channel::new(channel))), ..Knowledge::default() }
}

async fn ask(night: &Night, knowledge: &Knowledge, message: &str) -> anyhow::Result<Answer> {
    let asker = Asker { knowledge: knowledge.clone(), ..night.asker() };
    let question = Question { message: message.to_owned(), ..Question::default() };
    Ok(night.agent.answer(question, asker).await?)
}

#[tokio::test]
async fn an_answer_does_without_memories_and_says_so() -> anyhow::Result<()> {
    let night = Night::start(77).await?;
    let said = "Memories could not be looked up just now.";
    let gone = gone();

    let plain = night.ask("which jobs failed?").await?;
    let answer = ask(&night, &gone, "which jobs failed?").await?;
    assert_eq!((answer.kind, &answer.blocks), (AnswerKind::Answer, &plain.blocks));
    assert!(answer.markdown.contains(said), "{}", answer.markdown);
    assert!(!plain.markdown.contains(said), "nobody was asked: {}", plain.markdown);
    let failed: Vec<_> = answer.tool_calls.iter().filter(|call| !call.ok).map(|call| &call.name).collect();
    assert_eq!(failed, ["recall_corrections"], "who did not answer is not asked again");

    let in_portuguese = ask(&night, &gone, "quais jobs falharam?").await?;
    assert!(in_portuguese.markdown.contains("As memórias não puderam ser consultadas agora."));

    for knowledge in [&gone, &Knowledge::default()] {
        for message in ["remember that it is late", "what have you learned?"] {
            let answer = ask(&night, knowledge, message).await?;
            assert_eq!(answer.kind, AnswerKind::Refusal, "{message}");
            assert!(answer.markdown.contains(said), "{message}: {}", answer.markdown);
        }
    }
    Ok(())
}
