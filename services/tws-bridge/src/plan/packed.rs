//! How single values are packed into columns: ids, times, durations, optional numbers and statuses.

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::tws::model::Status;
use uuid::Uuid;

use super::dictionary::Dictionary;

/// Ids that are no canonical UUID are interned; their packed form has these upper bits.
const INTERNED: u128 = !0 << 32;

/// Packs plan ids into 128 bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    others: Dictionary,
}

impl Ids {
    /// The packed form, remembering an id that is no UUID. The empty id is 0.
    pub(crate) fn pack(&mut self, id: &str) -> u128 {
        parse_uuid(id).unwrap_or_else(|| match self.others.intern(id) {
            0 => 0,
            symbol => INTERNED | u128::from(symbol),
        })
    }

    /// The packed form of an id that may be known. Ids are found in the spelling of the engine only.
    pub(crate) fn find(&self, id: &str) -> Option<u128> {
        parse_uuid(id).or_else(|| {
            let symbol = self.others.find(id).find(|symbol| self.others.text(*symbol) == id);
            symbol.filter(|symbol| *symbol != 0).map(|symbol| INTERNED | u128::from(symbol))
        })
    }

    /// The id as the engine spells it.
    pub(crate) fn text(&self, packed: u128) -> String {
        match packed {
            0 => String::new(),
            other if other & INTERNED == INTERNED => self.others.text(other as u32).to_owned(),
            uuid => Uuid::from_u128(uuid).hyphenated().to_string(),
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.others.bytes()
    }
}

fn parse_uuid(id: &str) -> Option<u128> {
    let canonical = id.len() == 36 && !id.bytes().any(|byte| byte.is_ascii_uppercase());
    let packed = canonical.then(|| Uuid::try_parse(id).ok())??.as_u128();
    (packed != 0 && packed & INTERNED != INTERNED).then_some(packed)
}

/// Milliseconds since 1970; 0: unset.
pub(crate) fn pack_time(time: Option<DateTime<Utc>>) -> i64 {
    time.map_or(0, |time| time.timestamp_millis())
}

/// The reverse of [`pack_time`].
pub(crate) fn unpack_time(packed: i64) -> Option<DateTime<Utc>> {
    if packed == 0 { None } else { DateTime::from_timestamp_millis(packed) }
}

/// Milliseconds + 1 up to 49 days; 0: unset.
pub(crate) fn pack_duration(duration: Option<Duration>) -> u32 {
    duration.map_or(0, |value| u32::try_from(value.as_millis()).unwrap_or(u32::MAX).saturating_add(1))
}

/// The reverse of [`pack_duration`], in milliseconds.
pub(crate) fn unpack_millis(packed: u32) -> Option<i64> {
    packed.checked_sub(1).map(i64::from)
}

/// Value + 1 up to 65,534; 0: unset.
pub(crate) fn pack_count(count: Option<u32>) -> u16 {
    count.map_or(0, |value| u16::try_from(value).unwrap_or(u16::MAX).saturating_add(1))
}

/// The reverse of [`pack_count`].
pub(crate) fn unpack_count(packed: u16) -> Option<u32> {
    packed.checked_sub(1).map(u32::from)
}

/// Statuses in the order of their codes from 1; code 0 is a vacant row.
pub(crate) const STATUSES: [Status; 10] = [
    Status::Waiting,
    Status::Ready,
    Status::Running,
    Status::Successful,
    Status::Error,
    Status::Canceled,
    Status::Held,
    Status::Undecided,
    Status::Blocked,
    Status::Suppressed,
];

/// Code of a status, 1 to 10.
pub(crate) fn pack_status(status: Status) -> u8 {
    match status {
        Status::Waiting => 1,
        Status::Ready => 2,
        Status::Running => 3,
        Status::Successful => 4,
        Status::Error => 5,
        Status::Canceled => 6,
        Status::Held => 7,
        Status::Undecided => 8,
        Status::Blocked => 9,
        Status::Suppressed => 10,
    }
}

/// The reverse of [`pack_status`]; a vacant row reads as undecided.
pub(crate) fn unpack_status(code: u8) -> Status {
    let index = usize::from(code.wrapping_sub(1));
    STATUSES.get(index).copied().unwrap_or(Status::Undecided)
}

/// The name of a status as it is written in filters and JSON.
pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Waiting => "WAITING",
        Status::Ready => "READY",
        Status::Running => "RUNNING",
        Status::Successful => "SUCCESSFUL",
        Status::Error => "ERROR",
        Status::Canceled => "CANCELED",
        Status::Held => "HELD",
        Status::Undecided => "UNDECIDED",
        Status::Blocked => "BLOCKED",
        Status::Suppressed => "SUPPRESSED",
    }
}

/// Verified-at stamps: tenths of a second since the mirror was made, + 1; 0: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamps {
    origin: i64,
}

impl Stamps {
    /// Stamps count from here on.
    pub(crate) fn since(origin: DateTime<Utc>) -> Self {
        Self { origin: origin.timestamp_millis() }
    }

    /// Rounds down, so that an age is never understated.
    pub(crate) fn pack(self, time: DateTime<Utc>) -> u32 {
        let tenths = (time.timestamp_millis() - self.origin).max(0) / 100;
        u32::try_from(tenths + 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn unpack(self, stamp: u32) -> DateTime<Utc> {
        let millis = self.origin + i64::from(stamp.saturating_sub(1)) * 100;
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_form_survive() {
        let mut ids = Ids::default();
        for id in [
            "6d19eaf1-c9da-3799-96ed-131f07832a01",
            "6D19EAF1-C9DA-3799-96ED-131F07832A01",
            "ffffffff-ffff-ffff-ffff-ffff00000001",
            "00000000-0000-0000-0000-000000000000",
            "MDMDA;JOBS;SLEEP",
            "",
        ] {
            let packed = ids.pack(id);
            assert_eq!(ids.text(packed), id);
            assert_eq!(ids.find(id), (!id.is_empty()).then_some(packed), "{id}");
        }
        assert_eq!(ids.find("unknown"), None);
    }

    #[test]
    fn statuses_have_their_codes() {
        for status in STATUSES {
            assert_eq!(unpack_status(pack_status(status)), status);
            assert_eq!(serde_json::to_value(status).expect("a word"), status_word(status));
        }
    }
}
