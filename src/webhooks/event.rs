//! What endpoints can be told, and the text of it.
//!
//! Names and members are a promise: they are added, never renamed, and none of them names a person. Where they come from
//! is in `gather`.

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::Utc;
use entity::webhook_delivery;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

macro_rules! events {
    ($($(#[doc = $doc:literal])* $event:ident = $name:literal;)*) => {
        /// An event that endpoints are told of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventType {
            $($(#[doc = $doc])* #[serde(rename = $name)] $event,)*
        }

        impl EventType {
            /// Every event.
            pub const ALL: &'static [Self] = &[$(Self::$event,)*];

            /// Its name, as it is told and kept.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$event => $name,)* }
            }

            /// The event of a name; `None` for one that a later release keeps.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.name() == name)
            }
        }
    };
}

events! {
    /// An hour entry was written.
    HourEntryCreated = "hour_entry.created";
    /// It was changed before it was decided on.
    HourEntryUpdated = "hour_entry.updated";
    /// It was taken away before it was decided on.
    HourEntryDeleted = "hour_entry.deleted";
    /// It was handed in.
    HourEntrySubmitted = "hour_entry.submitted";
    /// It was taken back.
    HourEntryWithdrawn = "hour_entry.withdrawn";
    /// It was approved.
    HourEntryApproved = "hour_entry.approved";
    /// It was given back.
    HourEntryReturned = "hour_entry.returned";
    /// It was refused.
    HourEntryRejected = "hour_entry.rejected";
    /// A correction of it was approved.
    HourEntryAmended = "hour_entry.amended";
    /// It counts no more.
    HourEntryVoided = "hour_entry.voided";
    /// It went over to another record of the same person, or back.
    HourEntryReassigned = "hour_entry.reassigned";
    /// A month was attested.
    PeriodSubmitted = "period.submitted";
    /// A month was closed by hand.
    PeriodClosed = "period.closed";
    /// A month was certified.
    PeriodCertified = "period.certified";
    /// A file was made.
    ExportSucceeded = "export.succeeded";
    /// A file was not made.
    ExportFailed = "export.failed";
    /// Hours were certified.
    CertificateIssued = "certificate.issued";
    /// The hours behind a certificate changed.
    CertificateSuperseded = "certificate.superseded";
    /// A certificate was taken back.
    CertificateRevoked = "certificate.revoked";
    /// Somebody tries an endpoint.
    Test = "webhook.test";
}

/// Something to tell the endpoints of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventType,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What is told of it.
    pub data: Value,
}

/// The text of a message: the same in every attempt.
#[must_use]
pub fn body(row: &webhook_delivery::Model) -> String {
    let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
    json!({
        "type": row.event,
        "timestamp": row.happened_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "sequence": row.sequence,
        "data": data,
    })
    .to_string()
}

/// The events that an endpoint is told of; `None` for all.
#[must_use]
pub fn chosen(events: &str) -> Option<Vec<EventType>> {
    let names: Vec<String> = serde_json::from_str(events).unwrap_or_default();
    let known = names.iter().filter_map(|it| EventType::of_name(it));
    (!names.is_empty()).then(|| known.collect())
}

/// Whether an endpoint is told of an event. A test is for whoever asks for it.
#[must_use]
pub fn wants(events: &str, kind: EventType) -> bool {
    chosen(events).is_none_or(|it| it.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::EventType;
    use super::chosen;
    use super::wants;

    #[test]
    fn names_read_back() {
        for kind in EventType::ALL {
            assert_eq!(EventType::of_name(kind.name()), Some(*kind));
            let json = serde_json::to_string(kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.name()));
        }
    }

    #[test]
    fn an_endpoint_without_a_choice_is_told_of_all() {
        assert_eq!(chosen("[]"), None);
        assert!(wants("[]", EventType::HourEntryVoided));
        let some = r#"["period.closed","of.later"]"#;
        assert_eq!(chosen(some), Some(vec![EventType::PeriodClosed]));
        assert!(!wants(some, EventType::HourEntryVoided));
        // What only a later release knows does not become all.
        assert!(!wants(r#"["of.later"]"#, EventType::PeriodClosed));
    }
}
