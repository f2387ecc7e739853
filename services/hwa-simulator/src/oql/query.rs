//! A query bound to the fields of one kind of object, ready to filter and order.

use uuid::Uuid;

use super::value::{Type, Typed, Value};
use super::{Expression, SyntaxError, Test, parse};
use crate::plan::{Plan, Seconds};

/// One field of objects addressed by `I`.
pub(crate) struct Field<I> {
    pub(crate) name: &'static str,
    pub(crate) field_type: Type,
    pub(crate) read: for<'a> fn(&'a Plan, Seconds, I) -> Value<'a>,
}

impl<I> std::fmt::Debug for Field<I> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Field")
            .field("name", &self.name)
            .field("type", &self.field_type)
            .finish_non_exhaustive()
    }
}

/// A query over objects addressed by `I`.
#[derive(Debug)]
pub(crate) struct Query<I: 'static> {
    filter: Option<Bound<I>>,
    order: Vec<(&'static Field<I>, bool)>,
}

#[derive(Debug)]
enum Bound<I: 'static> {
    And(Vec<Bound<I>>),
    Or(Vec<Bound<I>>),
    Test(&'static Field<I>, Typed),
}

impl<I: Copy + 'static> Query<I> {
    /// Reads `text` and binds it to `fields`; an unknown field is a syntax error, as it is for the engine.
    pub(crate) fn new(text: &str, fields: &'static [Field<I>]) -> Result<Self, SyntaxError> {
        let statement = parse(text)?;
        let filter = statement.filter.map(|filter| bind(filter, fields)).transpose()?;
        let order = statement
            .order
            .into_iter()
            .map(|(name, descending)| {
                // Ordering, unlike filtering, accepts the key.
                let name = if name == "key.name" { "name".to_owned() } else { name };
                Ok((find(&name, fields)?, descending))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { filter, order })
    }

    pub(crate) fn accepts(&self, plan: &Plan, now: Seconds, object: I) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.accepts(plan, now, object))
    }

    pub(crate) fn filters(&self) -> bool {
        self.filter.is_some()
    }

    /// Whether the order is that of the identifiers, which the plan keeps ready.
    pub(crate) fn is_ordered_by_id(&self) -> bool {
        matches!(self.order[..], [(Field { name: "id", .. }, false)])
    }

    /// The only identifiers that can pass, when the filter says so: no other object need be looked at.
    pub(crate) fn only_ids(&self) -> Option<Vec<Uuid>> {
        fn id_test<I>(bound: &Bound<I>) -> Option<Vec<&str>> {
            match bound {
                Bound::Test(Field { name: "id", .. }, check) => check.only_texts(),
                _ => None,
            }
        }
        let texts = match self.filter.as_ref()? {
            Bound::And(parts) => parts.iter().find_map(id_test)?,
            other => id_test(other)?,
        };
        Some(texts.into_iter().filter_map(|text| Uuid::parse_str(text).ok()).collect())
    }

    pub(crate) fn sort(&self, plan: &Plan, now: Seconds, objects: &mut [I]) {
        if self.order.is_empty() {
            return;
        }
        objects.sort_by(|left, right| {
            let by_field = self.order.iter().map(|(field, descending)| {
                let order = (field.read)(plan, now, *left).order(&(field.read)(plan, now, *right));
                if *descending { order.reverse() } else { order }
            });
            by_field.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
    }
}

fn find<I>(name: &str, fields: &'static [Field<I>]) -> Result<&'static Field<I>, SyntaxError> {
    fields
        .iter()
        .find(|field| field.name == name)
        .ok_or_else(|| SyntaxError(format!("`{name}` is not a field")))
}

fn bind<I>(expression: Expression<String>, fields: &'static [Field<I>]) -> Result<Bound<I>, SyntaxError> {
    let all = |parts: Vec<Expression<String>>| -> Result<Vec<_>, _> {
        parts.into_iter().map(|part| bind(part, fields)).collect()
    };
    Ok(match expression {
        Expression::And(parts) => Bound::And(all(parts)?),
        Expression::Or(parts) => Bound::Or(all(parts)?),
        Expression::Test(Test { field, check }) => {
            let field = find(&field, fields)?;
            Bound::Test(field, Typed::new(check, field.field_type)?)
        }
    })
}

impl<I: Copy> Bound<I> {
    fn accepts(&self, plan: &Plan, now: Seconds, object: I) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.accepts(plan, now, object)),
            Self::Or(parts) => parts.iter().any(|part| part.accepts(plan, now, object)),
            Self::Test(field, check) => check.holds(&(field.read)(plan, now, object)),
        }
    }
}
