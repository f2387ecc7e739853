//! The fields a query may name, for each kind of object.

mod job;
mod stream;
mod small;

use std::borrow::Cow;

use super::value::Value;
use crate::plan::dependency::{Dependency, DependencyKind, Node};
use crate::plan::{Plan, StreamIndex};
use crate::wire::dependency::Stats;

pub(crate) use self::job::JOB;
pub(crate) use self::small::{CALENDAR, DEFINITION, FILE, FOLDER, MODEL, PROMPT, RESOURCE, WORKSTATION};
pub(crate) use self::stream::STREAM;

/// `field!("name", Type, |plan, now, index| value)`.
macro_rules! field {
    ($name:literal, $type:ident, |$plan:ident, $now:ident, $index:ident| $value:expr) => {
        $crate::oql::query::Field {
            name: $name,
            field_type: $crate::oql::value::Type::$type,
            read: {
                fn read<'a>($plan: &'a Plan, $now: Seconds, $index: Index) -> Value<'a> {
                    // Some fields are constant and read none of these.
                    let _ = ($plan, $now, $index);
                    $value
                }
                read
            },
        }
    };
}
use field;

fn id(id: uuid::Uuid) -> Value<'static> {
    Value::Text(Cow::Owned(id.to_string()))
}

/// Reads something of every dependency of a node, members of joins included.
fn of_dependencies<'a>(
    plan: &'a Plan,
    node: Node,
    read: impl Fn(&'a Plan, &'a Dependency) -> Option<Value<'a>>,
) -> Value<'a> {
    let mut values = Vec::new();
    for dependency in plan.dependencies(node) {
        match &dependency.kind {
            DependencyKind::Join(join) => {
                values.extend(join.members.iter().filter_map(|member| read(plan, member)));
            }
            _ => values.extend(read(plan, dependency)),
        }
    }
    Value::Any(values)
}

fn dependency_job<'a>(plan: &'a Plan, dependency: &Dependency) -> Option<&'a crate::plan::Job> {
    match dependency.kind {
        DependencyKind::Job { job, .. } => Some(&plan[job]),
        _ => None,
    }
}

/// The job stream a dependency points to. Predecessors in the same stream name only their job.
fn dependency_stream(plan: &Plan, node: Node, dependency: &Dependency) -> Option<StreamIndex> {
    match dependency.kind {
        DependencyKind::Job { job, .. } => {
            let stream = plan[job].stream;
            (!matches!(node, Node::Job(own) if plan[own].stream == stream)).then_some(stream)
        }
        DependencyKind::Stream { stream, .. } => Some(stream),
        _ => None,
    }
}

fn stats(plan: &Plan, node: Node, read: fn(Stats) -> u32) -> Value<'static> {
    Value::number(read(Stats::new(plan, node)))
}
