//! Fields of workstations, resources, prompts, files and model objects.

use super::id;
use crate::oql::query::Field;
use crate::oql::value::{Type, Value};
use crate::plan::{
    DefinitionIndex, FileIndex, FolderIndex, ModelIndex, PromptIndex, ResourceIndex, WorkstationIndex,
    WorkstationKind,
};
use crate::wire::workstation::active_states;

macro_rules! fields {
    ($($constant:ident: $index:ty { $($name:literal: $type:ident = |$plan:ident, $object:ident| $value:expr;)+ })+) => {$(
        pub(crate) static $constant: &[Field<$index>] = &[$(
            Field {
                name: $name,
                field_type: Type::$type,
                read: |$plan, _, $object| { let _ = $plan; $value },
            }
        ),+];
    )+};
}

/// The documentation writes these types differently from the schema; both are understood.
fn type_names(kind: WorkstationKind) -> Value<'static> {
    let other = match kind {
        WorkstationKind::DynamicPool => Some("DYNAMIC_POOL"),
        WorkstationKind::RemoteEngine => Some("REMOTE_ENGINE"),
        WorkstationKind::Extended => Some("XA"),
        WorkstationKind::Standard => Some("SA"),
        _ => None,
    };
    Value::Any([Some(kind.into()), other].into_iter().flatten().map(|name: &str| Value::text(name)).collect())
}

fields! {
    WORKSTATION: WorkstationIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "name": Text = |plan, object| Value::text(&*plan[object].name);
        "folder": Text = |plan, _object| Value::text("/");
        "type": Text = |plan, object| type_names(plan[object].kind);
        "activeStates": Text = |plan, object| {
            let mut states = active_states(plan, object);
            if !states.contains(&"LINKED") {
                states.push("UNLINKED");
            }
            if plan[object].linked {
                states.push("ONLINE");
            }
            Value::Any(states.into_iter().map(Value::text).collect())
        };
        "domainName": Text = |plan, _object| Value::text("MASTERDM");
        "jobmanUp": Flag = |plan, object| Value::Flag(active_states(plan, object).contains(&"JOBMAN_UP"));
        "limit": Number = |plan, object| Value::number(plan[object].limit);
        "fence": Number = |plan, object| Value::number(plan[object].fence);
    }
    RESOURCE: ResourceIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "name": Text = |plan, object| Value::text(&*plan[object].name);
        "folder": Text = |plan, _object| Value::text("/");
        "workstation": Text = |plan, object| Value::text(plan[plan[object].workstation].key());
        "workstationFolder": Text = |plan, _object| Value::text("/");
        "quantity": Number = |plan, object| Value::number(plan[object].quantity);
        "quantityInUse": Number = |plan, object| Value::number(plan[object].in_use());
        "quantityAvailable": Number = |plan, object| Value::number(plan[object].available());
        "status": Text = |plan, object| {
            Value::text(if plan[object].available() > 0 { "AVAILABLE" } else { "NOT_AVAILABLE" })
        };
    }
    PROMPT: PromptIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "name": Text = |plan, object| Value::text(&*plan[object].name);
        "folder": Text = |plan, _object| Value::text("/");
        "number": Number = |plan, object| Value::number(plan[object].number);
        "status": Text = |plan, object| Value::text(<&str>::from(plan[object].status));
        "type": Text = |plan, object| Value::text(<&str>::from(plan[object].kind));
        "text": Text = |plan, object| Value::text(&*plan[object].text);
    }
    FILE: FileIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "name": Text = |plan, object| Value::text(&*plan[object].name);
        "workstation": Text = |plan, object| Value::text(plan[plan[object].workstation].key());
        "status": Text = |plan, object| Value::text(<&str>::from(plan[object].status));
    }
    MODEL: ModelIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "abstractId": Text = |plan, object| id(plan[object].abstract_id);
        "name": Text = |plan, object| Value::text(&*plan[plan[object].instance].name);
        "folder": Text = |plan, object| Value::text(&*plan[plan[plan[object].instance].folder].path);
        "workstation": Text = |plan, object| Value::text(plan[plan[plan[object].instance].workstation].key());
    }
    DEFINITION: DefinitionIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "name": Text = |plan, object| Value::text(&*plan[object].name);
        "folder": Text = |plan, object| Value::text(&*plan[plan[object].folder].path);
        "workstation": Text = |plan, object| Value::text(plan[plan[object].workstation].key());
        "type": Text = |plan, object| Value::text(crate::wire::job::task_type(plan[object].task));
    }
    FOLDER: FolderIndex {
        "id": Text = |plan, object| id(plan[object].id);
        "name": Text = |plan, object| Value::text(&*plan[object].name);
        "folder": Text = |plan, object| Value::text(&*plan[object].path);
        "parent": Text = |plan, object| plan[object].parent.map_or(Value::Null, |at| Value::text(&*plan[at].path));
    }
    CALENDAR: usize {
        "id": Text = |plan, object| id(plan.calendars[object].id);
        "name": Text = |plan, object| Value::text(plan.calendars[object].name);
        "folder": Text = |plan, _object| Value::text("/");
    }
}
