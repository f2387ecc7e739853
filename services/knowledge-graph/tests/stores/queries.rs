//! The queries of docs/neo4j.md, read out of that page and run against a real Neo4j that holds a simulated night: each
//! finds something, and what it finds is what the graph in memory says.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures::{FutureExt as _, StreamExt as _};
use neo4rs::Query as Cypher;
use resync_api::journal::model::CommandState;
use resync_knowledge_graph::plan_copy::PlanCopyConfig;
use resync_knowledge_graph::store::schema::{JOB, PLAN_COPY};
use resync_knowledge_graph::store::{Query, Record, Store};
use resync_knowledge_graph::topology::{
    Fact, Graph, Ledger, ObjectId, PlanObject, PlanObjectKind, PlanRelationKind,
};
use resync_knowledge_graph::{Follower, Graphs, PlanCopier};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_testkit::{Neo4jServer, eventually};
use serde_json::Value;

use crate::commands::{granted, journal, outcome, rerun, service};
use crate::night::Mesh;
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    the_queries_of_the_documentation_are_understood,
    the_queries_of_the_documentation_answer_as_the_graph_does,
];

const PAGE: &str = include_str!("../../../../docs/neo4j.md");

/// The queries of the page by the sentence that introduces them.
fn documented() -> Vec<(&'static str, &'static str)> {
    let blocks = PAGE.split("```cypher\n").collect::<Vec<_>>();
    let title = |before: &'static str| before.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let query = |block: &'static str| block.split("```").next().unwrap_or_default();
    blocks.windows(2).map(|pair| (title(pair[0]), query(pair[1]))).collect()
}

/// All that the server says of the queries alone, at once and without a plan.
async fn the_queries_of_the_documentation_are_understood(place: Place) -> anyhow::Result<()> {
    let config = place.neo4j_config().context("a server")?;
    let graph = neo4rs::Graph::new(config.uri, config.user, Neo4jServer::PASSWORD)?;
    let mut wrong = Vec::new();
    for (title, query) in documented() {
        let query = ["engine", "job", "waiting", "resource", "person"]
            .into_iter()
            .fold(Cypher::new(query.to_owned()), |query, name| query.param(name, ""));
        if let Err(error) = rows(&graph, query).await {
            wrong.push(format!("{title} {error:#}"));
        }
    }
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// The plan as the bridge exports it now.
async fn exported(mesh: &Mesh) -> anyhow::Result<Graph> {
    let mut updates = mesh.plan().export_topology("default").await?;
    let mut ledger = Ledger::default();
    while let Some(update) = updates.next().await {
        let update = update?;
        let completes = update.completes;
        ledger.apply(update);
        if completes {
            break;
        }
    }
    ledger.publish().context("a plan")
}

/// The plan in memory, for plain loops over it.
struct Night(BTreeMap<ObjectId, PlanObject>);

impl Night {
    fn of(graph: &Graph) -> Self {
        let objects = graph.spots().into_iter().flat_map(|spot| graph.objects_at(spot));
        Self(objects.map(|object| (object.id.clone(), object)).collect())
    }

    fn jobs(&self) -> impl Iterator<Item = &PlanObject> {
        self.0.values().filter(|object| object.id.0 == PlanObjectKind::Job)
    }

    fn predecessors<'a>(&self, object: &'a PlanObject) -> impl Iterator<Item = &'a ObjectId> {
        let depends = object.relations.iter().filter(|related| related.kind == PlanRelationKind::DependsOn);
        depends.map(|related| &related.to)
    }

    /// Everything that an object waits for, directly or not.
    fn behind(&self, id: &ObjectId) -> BTreeSet<ObjectId> {
        self.within(id, usize::MAX)
    }

    /// Everything that is so many steps behind an object, or fewer.
    fn within(&self, id: &ObjectId, steps: usize) -> BTreeSet<ObjectId> {
        let (mut seen, mut last, mut step) = (BTreeSet::new(), vec![id.clone()], 0);
        while !last.is_empty() && step < steps {
            let before = last.iter().filter_map(|id| self.0.get(id));
            let next = before.flat_map(|object| self.predecessors(object)).cloned();
            last = next.filter(|id| seen.insert(id.clone())).collect();
            step += 1;
        }
        seen
    }

    /// Most jobs on a way from an object back, itself included.
    fn longest(&self, id: &ObjectId, known: &mut BTreeMap<ObjectId, i64>) -> i64 {
        if let Some(length) = known.get(id) {
            return *length;
        }
        let Some(object) = self.0.get(id) else { return 0 };
        let before = self.predecessors(object).map(|next| self.longest(next, known)).max().unwrap_or(0);
        let length = before + i64::from(id.0 == PlanObjectKind::Job);
        known.insert(id.clone(), length);
        length
    }
}

fn text<'a>(object: &'a PlanObject, name: &str) -> &'a str {
    match object.facts.get(name) {
        Some(Fact::Text(text)) => text,
        _ => "",
    }
}

fn key(object: &PlanObject) -> String {
    text(object, "job_key").to_owned()
}

fn is_over(job: &PlanObject) -> bool {
    matches!(text(job, "status"), "successful" | "error" | "canceled" | "suppressed")
}

/// What the queries ask for: a job that others wait for, one that waits for others, a resource, a person.
struct Asked {
    job: ObjectId,
    waiting: ObjectId,
    resource: ObjectId,
}

impl Asked {
    fn of(night: &Night) -> anyhow::Result<Self> {
        let unique = |job: &&PlanObject| night.jobs().filter(|other| key(other) == key(job)).count() == 1;
        let behind: Vec<(&PlanObject, BTreeSet<ObjectId>)> =
            night.jobs().map(|job| (job, night.behind(&job.id))).collect();
        let mut dependents: BTreeMap<&ObjectId, usize> = BTreeMap::new();
        for id in behind.iter().flat_map(|(_, behind)| behind) {
            *dependents.entry(id).or_default() += 1;
        }
        let most = night.jobs().filter(unique).max_by_key(|job| dependents.get(&job.id).copied());
        let unfinished =
            |id: &ObjectId| id.0 == PlanObjectKind::Job && night.0.get(id).is_some_and(|job| !is_met(job));
        let waits = behind.iter().filter(|(job, behind)| !is_over(job) && behind.iter().any(unfinished));
        let mut lengths = BTreeMap::new();
        // Not so long a chain that the documented bound cuts it.
        let waits =
            waits.map(|(job, _)| *job).filter(unique).filter(|job| night.longest(&job.id, &mut lengths) <= 4);
        let waiting = waits.last().context("a job that waits")?;
        let mut resources: BTreeMap<&ObjectId, usize> = BTreeMap::new();
        for job in night.jobs().filter(|job| !is_over(job) && !job.facts.contains_key("started")) {
            let needs = job.relations.iter().filter(|related| related.kind == PlanRelationKind::Needs);
            for related in needs {
                *resources.entry(&related.to).or_default() += 1;
            }
        }
        let resource = resources.into_iter().max_by_key(|(_, jobs)| *jobs).context("a resource")?.0;
        Ok(Self {
            job: most.context("a job")?.id.clone(),
            waiting: waiting.id.clone(),
            resource: resource.clone(),
        })
    }
}

async fn the_queries_of_the_documentation_answer_as_the_graph_does(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let commands = journal(&store);
    granted(commands.claim(rerun("open", "open", "A")).await?)?;
    granted(commands.claim(rerun("unknown", "unknown", "B")).await?)?;
    commands.finish("unknown", outcome(CommandState::Unknown), &service()).await?;

    let mesh = Mesh::paced(Duration::from_secs(1)).await;
    let shutdown = Shutdown::new();
    let tasks = Tasks::new(shutdown.clone());
    let graphs = Graphs::default();
    let following = Follower::new(mesh.plan(), graphs.clone()).run(tasks.drain()).map(Ok::<_, Infallible>);
    tasks.spawn("follower", OnError::Report, OnDrain::Finish, following);
    let config = PlanCopyConfig { interval: Duration::from_millis(500) };
    let copier = PlanCopier::new(graphs, Arc::clone(&store), "tests".to_owned(), config);
    tasks.spawn(
        "copier",
        OnError::Report,
        OnDrain::Finish,
        copier.run(tasks.drain()).map(Ok::<_, Infallible>),
    );

    // The simulated engine stands still, so that the copy catches up with what the bridge finds out.
    let state = std::sync::Mutex::new(String::new());
    let caught_up = || async {
        let looked = copied(&mesh, &store).await;
        *state.lock().expect("no panic") = format!("{:?}", looked.as_ref().err());
        looked.ok()
    };
    let night = eventually("the copy of the night", 20 * crate::BOUND, caught_up).await;
    let night = night.with_context(|| state.lock().expect("no panic").clone())?;
    let asked = Asked::of(&night)?;
    let config = place.neo4j_config().context("a server")?;
    let graph = neo4rs::Graph::new(config.uri, config.user, Neo4jServer::PASSWORD)?;
    let name =
        |id: &ObjectId| night.0.get(id).map(|object| text(object, "name").to_owned()).unwrap_or_default();
    let queries = documented();
    ensure!(queries.len() >= 10, "{} queries", queries.len());
    let mut answers = BTreeMap::new();
    for (title, query) in queries {
        let query = Cypher::new(query.to_owned())
            .param("engine", "default")
            .param("job", key(&night.0[&asked.job]))
            .param("waiting", key(&night.0[&asked.waiting]))
            .param("resource", name(&asked.resource))
            .param("person", "ana");
        let rows = rows(&graph, query).await.with_context(|| title)?;
        // Not every night has critical jobs behind failed ones; that the graph has none either is compared below.
        let may_be_empty = title.starts_with("Critical jobs behind failed ones");
        ensure!(!rows.is_empty() || may_be_empty, "nothing is found: {title}");
        answers.insert(title.split([':', '.', ',']).next().unwrap_or_default(), rows);
    }
    agrees(&night, &asked, &answers)?;

    shutdown.begin();
    let late = tasks.finish(crate::BOUND).await;
    ensure!(late.is_empty(), "{late:?}");
    let marker = store.get(PLAN_COPY, "default").await?.context("a marker")?;
    ensure!(marker.text("writer") == Some(""), "the turn was given back: {marker:?}");
    mesh.stop().await;
    Ok(())
}

/// The night, once its dependencies are known and the copy says of every job what the plan says.
async fn copied(mesh: &Mesh, store: &Arc<dyn Store>) -> anyhow::Result<Night> {
    let marker = store.get(PLAN_COPY, "default").await?.context("no copy yet")?;
    ensure!(marker.text("state") == Some("complete"), "{marker:?}");
    let graph = exported(mesh).await?;
    let night = Night::of(&graph);
    let known = night.jobs().filter(|job| text(job, "dependencies_known") != "unknown").count();
    ensure!(
        known > 100 && known * 10 > graph.job_count() * 9,
        "{known} of {} jobs are known",
        graph.job_count()
    );
    let kept = store.find(Query::of(JOB)).await?;
    let kept: BTreeMap<&str, &Record> = kept.iter().map(|record| (record.key.as_str(), record)).collect();
    ensure!(kept.len() == graph.job_count(), "{} of {} jobs are copied", kept.len(), graph.job_count());
    for job in night.jobs() {
        let kept = kept.get(&*format!("default/{}", job.id.1)).context("a job is missing")?;
        for name in ["status", "job_key", "dependencies_known"] {
            ensure!(kept.text(name).unwrap_or_default() == text(job, name), "{job:?} is kept as {kept:?}");
        }
    }
    Ok(night)
}

type Row = BTreeMap<String, Value>;

async fn rows(graph: &neo4rs::Graph, query: Cypher) -> anyhow::Result<Vec<Row>> {
    let mut stream = graph.execute(query).await?;
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await? {
        rows.push(row.to::<Row>()?);
    }
    Ok(rows)
}

fn column(rows: &[Row], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].as_str().unwrap_or_default().to_owned()).collect()
}

fn agrees(night: &Night, asked: &Asked, answers: &BTreeMap<&str, Vec<Row>>) -> anyhow::Result<()> {
    let answer = |title: &str| answers.get(title).with_context(|| format!("{title} of {:?}", answers.keys()));
    let sorted = |jobs: Vec<&PlanObject>| {
        let mut keys: Vec<String> = jobs.into_iter().map(key).collect();
        keys.sort();
        keys
    };

    let waiting = night.jobs().filter(|job| night.behind(&job.id).contains(&asked.job)).collect();
    let mut expected = sorted(waiting);
    // Instances of the same definition that stand alike are one row.
    let all = expected.len();
    expected.dedup();
    let found = column(answer("Everything that waits for a job")?, "job");
    let distinct: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(distinct.into_iter().collect::<Vec<_>>(), expected);
    ensure!(found.len() <= all && all > 3, "{all} wait");

    let mut failed: BTreeMap<&str, i64> = BTreeMap::new();
    for job in night.jobs().filter(|job| text(job, "status") == "error") {
        *failed.entry(text(job, "workstation")).or_default() += 1;
    }
    let rows = answer("Failed jobs by workstation")?;
    let found: BTreeMap<&str, i64> =
        rows.iter().filter_map(|row| Some((row["workstation"].as_str()?, row["failed"].as_i64()?))).collect();
    assert_eq!(found, failed);

    let needs = |job: &&PlanObject| {
        let related = job.relations.iter().any(|related| {
            related.kind == PlanRelationKind::Needs
                && text(&night.0[&related.to], "name") == text(&night.0[&asked.resource], "name")
        });
        related && !is_over(job) && !job.facts.contains_key("started")
    };
    let mut found = column(answer("Jobs that need a resource and have not started")?, "job");
    found.sort();
    assert_eq!(found, sorted(night.jobs().filter(needs).collect()));

    let rows = answer("The longest chain of jobs up to a job")?;
    let longest = night.longest(&asked.waiting, &mut BTreeMap::new());
    assert_eq!(rows[0]["length"].as_i64(), Some(longest));

    let holds_back: BTreeSet<String> = night
        .behind(&asked.waiting)
        .iter()
        .filter_map(|id| night.0.get(id))
        .filter(|job| job.id.0 == PlanObjectKind::Job && !is_met(job))
        .filter(|job| {
            !night.within(&job.id, 4).iter().any(|id| {
                id.0 == PlanObjectKind::Job && night.0.get(id).is_some_and(|earlier| !is_met(earlier))
            })
        })
        .map(key)
        .collect();
    let found: BTreeSet<String> = column(answer("What holds a job back")?, "cause").into_iter().collect();
    assert_eq!(found, holds_back);

    let hit: BTreeSet<String> = night
        .jobs()
        .filter(|job| {
            job.facts.get("critical") == Some(&Fact::Number(1)) && !job.facts.contains_key("started")
        })
        .filter(|job| {
            night
                .behind(&job.id)
                .iter()
                .filter_map(|id| night.0.get(id))
                .any(|it| text(it, "status") == "error" && it.id.0 == PlanObjectKind::Job)
        })
        .map(key)
        .collect();
    let found: BTreeSet<String> =
        column(answer("Critical jobs behind failed ones")?, "job").into_iter().collect();
    assert_eq!(found, hit);

    let commands: BTreeSet<String> =
        column(answer("Commands whose outcome is open or unknown")?, "command").into_iter().collect();
    assert_eq!(commands, BTreeSet::from(["open".to_owned(), "unknown".to_owned()]));
    assert_eq!(answer("What a person did")?.len(), 2);
    Ok(())
}

fn is_met(job: &PlanObject) -> bool {
    matches!(text(job, "status"), "successful" | "canceled")
}
