//! What a plan is as objects and relations, told from the plan as it was written down, and compared with the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use resync_api::tws::model::{PromptStatus, Status};
use resync_knowledge_graph::store::schema::{
    FILE, JOB, JOB_STREAM, JOIN, MISSING_PREDECESSOR, PLAN_COPY, PROMPT, REMOTE_JOB, RESOURCE, STREAM_START,
    WORKSTATION,
};
use resync_knowledge_graph::store::{Collection, Condition, Link, Links, Query, RelationKind, Store, Value};

use crate::plan::{self, Dep, On, Plan};

/// Everything of an engine: records by collection and key, relations by what they lead from and to.
type Objects = BTreeMap<(Collection, String), BTreeMap<&'static str, Value>>;
type Relations =
    BTreeMap<(RelationKind, (Collection, String), (Collection, String)), BTreeMap<String, Value>>;

pub(crate) const COLLECTIONS: [Collection; 10] = [
    JOB,
    JOB_STREAM,
    STREAM_START,
    WORKSTATION,
    RESOURCE,
    PROMPT,
    FILE,
    JOIN,
    REMOTE_JOB,
    MISSING_PREDECESSOR,
];
const RELATIONS: [&str; 6] =
    ["PART_OF", "RUNS_ON", "DEPENDS_ON", "NEEDS", "WAITS_FOR_PROMPT", "WAITS_FOR_FILE"];

/// What the store holds of an engine.
async fn held(store: &Arc<dyn Store>, engine: &str) -> anyhow::Result<(Objects, Relations)> {
    let begin = format!("{engine}/");
    let (mut objects, mut relations) = (Objects::new(), Relations::new());
    for collection in COLLECTIONS {
        let query = Query::of(collection).and(Condition::Begins("key", begin.clone()));
        for record in store.find(query).await? {
            objects.insert((collection, record.key), record.fields);
        }
        for kind in RELATIONS {
            for Link { kind, from, to, fields } in
                store.links(Links::of(RelationKind(kind), collection, begin.clone())).await?
            {
                relations.insert((kind, from, to), fields);
            }
        }
    }
    Ok((objects, relations))
}

/// What a plan is as objects and relations, from the plan as it was written down.
struct Expected<'a> {
    engine: &'a str,
    plan: &'a Plan,
    gone: &'a BTreeSet<usize>,
    objects: Objects,
    relations: Relations,
}

impl Expected<'_> {
    fn key(&self, collection: Collection, id: &str) -> (Collection, String) {
        (collection, format!("{}/{id}", self.engine))
    }

    fn put<const N: usize>(
        &mut self,
        collection: Collection,
        id: &str,
        fields: [(&'static str, Option<Value>); N],
    ) -> (Collection, String) {
        let key = self.key(collection, id);
        let all = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let all = all.chain([("engine", self.engine.into())]).collect();
        self.objects.insert(key.clone(), all);
        key
    }

    fn all(mut self) -> (Objects, Relations) {
        let plan = self.plan;
        for (number, machine) in plan.machines.iter().enumerate() {
            let up = machine.up || machine.limit == Some(0);
            let name = format!("M{number}");
            self.put(
                WORKSTATION,
                &name,
                [
                    ("name", Some(name.as_str().into())),
                    ("up", Some(i64::from(up).into())),
                    ("fence", Some(i64::from(machine.fence).into())),
                    ("limit", machine.limit.map(|limit| i64::from(limit).into())),
                ],
            );
        }
        for (number, stream) in plan.streams.iter().enumerate() {
            let id = plan::stream_id(number);
            let owner = self.put(
                JOB_STREAM,
                &id,
                [
                    ("id", Some(id.as_str().into())),
                    ("stream_key", Some(plan::stream_key(number).into())),
                    ("status", Some(word(stream.status).into())),
                    ("priority", Some(i64::from(stream.priority).into())),
                    ("earliest_start", stream.at_later.then(|| plan::at(plan::NOW + 7_200).into())),
                    ("dependencies_known", Some("plan".into())),
                ],
            );
            if self.waits(number) {
                let start =
                    self.put(STREAM_START, &id, [("stream_key", Some(plan::stream_key(number).into()))]);
                self.needs(&start, &format!("stream|{id}"), 0, &stream.deps);
                self.implied(&owner, start, "START");
            }
        }
        for (number, job) in plan.jobs.iter().enumerate().filter(|(number, _)| !self.gone.contains(number)) {
            let (id, exported) = (plan::job_id(number), plan.export_job(number));
            let detail = match job.internal {
                "FAIL" => Some("not_launched"),
                "FENCE" => Some("fenced"),
                "PEND" => Some("unconfirmed"),
                _ => None,
            };
            let stream_key = plan::stream_key(job.stream);
            let yes = |yes: bool| Some(i64::from(yes).into());
            let owner = self.put(
                JOB,
                &id,
                [
                    ("id", Some(id.as_str().into())),
                    ("name", Some(format!("J{number}").into())),
                    ("job_key", Some(format!("{stream_key}.J{number}").into())),
                    ("stream_key", Some(stream_key.into())),
                    ("workstation", Some(format!("M{}", job.workstation).into())),
                    ("status", Some(word(job.status).into())),
                    ("detail", detail.map(Into::into)),
                    ("priority", Some(i64::from(job.priority).into())),
                    ("critical", yes(job.critical)),
                    ("cancel_pending", yes(job.cancel_pending)),
                    ("continues_after_failure", yes(job.continues)),
                    ("every", yes(false)),
                    ("earliest_start", job.at_later.then(|| plan::at(plan::NOW + 3_600).into())),
                    ("deadline", job.deadline.map(|time| plan::at(time).into())),
                    ("started", job.started.map(|time| plan::at(time).into())),
                    ("ended", exported.end_time.map(Into::into)),
                    ("estimate_seconds", Some(i64::try_from(job.estimate).expect("small").into())),
                    ("dependencies_known", Some("plan".into())),
                ],
            );
            let stream = self.key(JOB_STREAM, &plan::stream_id(job.stream));
            let machine = self.key(WORKSTATION, &format!("M{}", job.workstation));
            self.relations.insert((RelationKind("PART_OF"), owner.clone(), stream), BTreeMap::new());
            self.relations.insert((RelationKind("RUNS_ON"), owner.clone(), machine), BTreeMap::new());
            if self.waits(job.stream) {
                let start = self.key(STREAM_START, &plan::stream_id(job.stream));
                self.implied(&owner, start, "START");
            }
            if self.is_waited_for(job.stream) {
                let stream = self.key(JOB_STREAM, &plan::stream_id(job.stream));
                self.implied(&stream, owner.clone(), "MEMBER");
            }
            // The first thing that a job waits for is the start of its stream.
            self.needs(&owner, &format!("job|{id}"), 1, &job.deps);
        }
        (self.objects, self.relations)
    }

    /// A dependency that follows from streams alone.
    fn implied(&mut self, from: &(Collection, String), to: (Collection, String), condition: &str) {
        let fields = [("condition".to_owned(), condition.into()), ("source".to_owned(), "plan".into())];
        self.relations.insert((RelationKind("DEPENDS_ON"), from.clone(), to), fields.into());
    }

    fn waits(&self, stream: usize) -> bool {
        self.plan.streams[stream].deps.iter().any(|dep| !lost(dep, self.gone))
    }

    fn is_waited_for(&self, stream: usize) -> bool {
        fn names(deps: &[Dep], stream: usize) -> bool {
            deps.iter().any(|dep| match &dep.on {
                On::Stream(other) => *other == stream,
                On::Join { members, .. } => names(members, stream),
                _ => false,
            })
        }
        let jobs = self.plan.jobs.iter().enumerate().filter(|(number, _)| !self.gone.contains(number));
        let of_jobs = jobs.map(|(_, job)| job.deps.as_slice());
        let of_streams = self.plan.streams.iter().map(|stream| stream.deps.as_slice());
        of_jobs.chain(of_streams).any(|deps| names(deps, stream))
    }

    fn needs(&mut self, owner: &(Collection, String), joins: &str, first: usize, deps: &[Dep]) {
        let gone = self.gone;
        let there = |dep: &&Dep| !lost(dep, gone);
        for (place, dep) in (first..).zip(deps.iter().filter(there)) {
            let to = self.target(dep, &format!("{joins}|{place}"));
            let kind = RelationKind(match to.0 {
                RESOURCE => "NEEDS",
                PROMPT => "WAITS_FOR_PROMPT",
                FILE => "WAITS_FOR_FILE",
                _ => "DEPENDS_ON",
            });
            let source = if dep.from_plan { "plan" } else { "model" };
            let condition = match dep.conditions.as_slice() {
                [] => "ORDINARY".to_owned(),
                ["MY_OUTPUT"] => "OUTPUT".to_owned(),
                // In the order in which the product always says them.
                words => ["SUCC", "ABEND", "FAIL", "SUPPR"]
                    .into_iter()
                    .filter(|word| words.contains(word))
                    .collect::<Vec<_>>()
                    .join("|"),
            };
            let fields = self.relations.entry((kind, owner.clone(), to)).or_default();
            let in_plan = fields.get("source") == Some(&"plan".into());
            fields.insert("source".to_owned(), if in_plan { "plan" } else { source }.into());
            match (kind.0, &dep.on) {
                ("NEEDS", On::Resource(_, quantity)) => {
                    let before = match fields.get("quantity") {
                        Some(Value::Integer(before)) => *before,
                        _ => 0,
                    };
                    fields.insert("quantity".to_owned(), (before + i64::from(*quantity)).into());
                }
                ("DEPENDS_ON", _) => {
                    let condition = match fields.get("condition") {
                        Some(Value::Text(before)) if *before != condition => format!("{before};{condition}"),
                        _ => condition,
                    };
                    fields.insert("condition".to_owned(), condition.into());
                }
                _ => {}
            }
        }
    }

    fn target(&mut self, dep: &Dep, join: &str) -> (Collection, String) {
        let text = |text: &str| Some(Value::from(text));
        match &dep.on {
            On::Job(job) => self.key(JOB, &plan::job_id(*job)),
            On::Stream(stream) => self.key(JOB_STREAM, &plan::stream_id(*stream)),
            On::Join { quorum, members } => {
                let gone = self.gone;
                let all = members.iter().filter(|dep| !lost(dep, gone)).count();
                let needed = if *quorum == 0 { all as i64 } else { i64::from(*quorum) };
                let fields = [("name", text("JOIN")), ("needed", Some(needed.into()))];
                let key = self.put(JOIN, join, fields);
                let id = key.1[self.engine.len() + 1..].to_owned();
                self.needs(&key, &format!("join|{id}"), 0, members);
                key
            }
            On::Prompt(prompt) => {
                let status = match self.plan.prompts[*prompt] {
                    PromptStatus::NotAsked => "not_asked",
                    PromptStatus::Asked => "asked",
                    PromptStatus::AnsweredYes => "yes",
                    PromptStatus::AnsweredNo => "no",
                };
                let name = format!("P{prompt}");
                let number = ("number", Some(0.into()));
                let fields = [("name", text(&name)), number, ("text", text("")), ("status", text(status))];
                self.put(PROMPT, &format!("{name}|0|"), fields)
            }
            On::File(file) => {
                let (path, there) = (format!("/f{file}"), self.plan.files[*file]);
                let status = ("status", text(if there { "exists" } else { "missing" }));
                let fields =
                    [("path", text(&path)), ("workstation", text("")), ("qualifier", text("")), status];
                self.put(FILE, &format!("|{path}|"), fields)
            }
            On::Resource(resource, _) => {
                let (name, free) = (format!("R{resource}"), i64::from(self.plan.resources[*resource]));
                let state = [("available", Some(free.into())), ("holders", text(""))];
                let fields =
                    [("name", text(&name)), ("workstation", text("WS")), state[0].clone(), state[1].clone()];
                self.put(RESOURCE, &format!("WS|{name}"), fields)
            }
            On::Absent(number, zombie) => {
                let (name, awaited) = (format!("GONE{number}"), i64::from(dep.from_plan));
                let zombie = i64::from(*zombie);
                let fields = [
                    ("name", text(&name)),
                    ("awaited", Some(awaited.into())),
                    ("zombie", Some(zombie.into())),
                ];
                self.put(MISSING_PREDECESSOR, &format!("{name}|{awaited}|{zombie}"), fields)
            }
            On::Remote => self.put(REMOTE_JOB, "NET|X.Y", [("agent", text("NET")), ("job", text("X.Y"))]),
        }
    }
}

/// A dependency on a job that has left the plan.
pub(crate) fn lost(dep: &Dep, gone: &BTreeSet<usize>) -> bool {
    matches!(dep.on, On::Job(job) if gone.contains(&job))
}

fn word(status: Status) -> String {
    format!("{status:?}").to_lowercase()
}

/// The store holds exactly this plan, and says so.
pub(crate) async fn holds_plan(
    store: &Arc<dyn Store>,
    engine: &str,
    plan: &Plan,
    gone: &BTreeSet<usize>,
) -> anyhow::Result<()> {
    let (objects, relations) = held(store, engine).await?;
    let expected = Expected { engine, plan, gone, objects: BTreeMap::new(), relations: BTreeMap::new() };
    let (wanted, wanted_relations) = expected.all();
    same("objects", &objects, &wanted)?;
    same("relations", &relations, &wanted_relations)?;
    let marker = store.get(PLAN_COPY, engine).await?.context("a marker")?;
    ensure!(marker.text("state") == Some("complete"), "{marker:?}");
    Ok(())
}

fn same<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    what: &str,
    held: &BTreeMap<K, V>,
    wanted: &BTreeMap<K, V>,
) -> anyhow::Result<()> {
    for (key, value) in wanted {
        ensure!(held.get(key) == Some(value), "{what}: {key:?} is {:?}, not {value:?}", held.get(key));
    }
    let stray = held.keys().find(|key| !wanted.contains_key(key));
    ensure!(stray.is_none(), "{what}: {stray:?} is no more in the plan");
    Ok(())
}
