//! What is asked for where the plainest input that is valid fits nothing: so that somebody is answered, and what the others
//! are told means something.
//!
//! Who is answered is in the tables; what there is to ask for is in `people` and `ready`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::matrix::people::People;
use crate::matrix::ready;
use crate::matrix::tables::read;
use crate::support::provider::REDIRECT;

/// The password of everybody.
const PASSWORD: &str = "correct horse battery";

/// Operations that are done for nobody here, and fields of people that are shown to nobody, each with the reason.
pub fn excused() -> BTreeMap<String, String> {
    read("tests/matrix/excused.txt")
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(names, why)| {
            let names = names.split_whitespace();
            names.map(move |it| (it.to_owned(), why.to_owned()))
        })
        .collect()
}

/// Puts what fits in the place of what does not; `of` is the thing that is asked for.
pub fn suit(people: &People, name: &str, of: &str, variables: &mut Value) {
    without_versions(variables);
    let input = of_hours(people, name, of)
        .or_else(|| of_programme(people, name, of))
        .or_else(|| of_shifts(people, name, of))
        .or_else(|| of_records(people, name, of))
        .or_else(|| of_accounts(people, name))
        .or_else(|| of_reports(people, name, of));
    match name {
        "Query.auditEvents" => {
            variables["filter"] = json!({ "organizationId": people.planted.cast.organization.id });
        }
        "Query.verifyCertificate" => variables["code"] = json!(people.code),
        _ => {}
    }
    if let Some(input) = input {
        variables["input"] = input;
    }
}

/// Which version is met depends on what is planted.
fn without_versions(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_versions),
        Value::Object(members) => {
            members.remove("expectedVersion");
            members.values_mut().for_each(without_versions);
        }
        _ => {}
    }
}

/// Hours, timers, files of hours.
fn of_hours(people: &People, name: &str, of: &str) -> Option<Value> {
    let cast = &people.planted.cast;
    let input = match name {
        "Mutation.syncHourEntries" => {
            let written = json!({
                "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-14", "minutes": 60,
            });
            json!({
                "deviceId": "00000000-0000-4000-8000-000000000002", "sentAt": "2026-11-02T08:59:00Z",
                "items": [{
                    "clientId": "00000000-0000-4000-8000-000000000001", "clientTime": "2026-11-02T08:00:00Z",
                    "operation": { "create": written },
                }],
            })
        }
        "Mutation.amendHourEntry" => {
            json!({ "id": people.thing(of), "minutes": 20, "reason": "because" })
        }
        "Mutation.updateHourEntry" => json!({ "id": people.thing(of), "minutes": 20 }),
        "Mutation.startTimer" => {
            json!({ "projectId": cast.project, "volunteerId": people.thing(of) })
        }
        "Mutation.resolveTimer" => {
            json!({ "id": people.thing(of), "startedAt": "2026-11-02T08:00:00Z" })
        }
        "Mutation.commitImport" => json!({ "id": people.thing(of) }),
        "Mutation.startImport" => json!({
            "organizationId": cast.organization.id, "kind": "HOURS", "fileName": "table.csv",
            "content": ready::table("2026-10-21"),
        }),
        _ => return None,
    };
    Some(input)
}

/// Projects, indicators, vocabularies, rules, months.
fn of_programme(people: &People, name: &str, of: &str) -> Option<Value> {
    let cast = &people.planted.cast;
    let organization = &cast.organization.id;
    let month = |month: &str| json!({ "organizationId": organization, "month": month });
    let input = match name {
        "Mutation.attachEvidence" => json!({
            "measurementId": people.thing(of), "fileName": "list.csv", "content": STANDARD.encode("place,trees\n1,7\n"),
        }),
        "Mutation.certifyPeriod" => month("2026-07"),
        "Mutation.closePeriod" => month("2026-09"),
        "Mutation.submitPeriod" => month("2026-06"),
        "Mutation.grantPeriodException" => json!({
            "organizationId": organization, "month": "2026-07", "reason": "because", "userIds": [people.thing(of)],
            "until": "2026-11-05T09:00:00Z",
        }),
        "Mutation.createApprovalRule" => json!({
            "organizationId": organization, "name": "Longer days", "effect": "BLOCK",
            "conditions": { "dayMinutes": { "atLeast": 540 } },
        }),
        "Mutation.createVocabulary" => json!({
            "organizationId": organization, "code": "WATERS", "nameFr": "Eaux", "levels": ["SOURCE"],
        }),
        "Mutation.upsertVocabularyTerms" => json!({
            "vocabulary": "INDH", "terms": [{
                "code": "PH4", "level": "PHASE", "nameFr": "Quatre", "nameAr": "أربع", "nameEn": "Four",
                "validFrom": "2027-01-01", "source": "a circular",
            }],
        }),
        "Mutation.upsertWageRates" => json!({ "rates": [{
            "occupationCode": "23", "territoryCode": "07", "validFrom": "2026-03-10", "central": "50.00",
            "source": "a survey",
        }] }),
        "Mutation.recordMeasurements" => json!({ "measurements": [{
            "indicatorId": people.planted.indicator, "projectId": cast.project, "from": "2026-08-01",
            "to": "2026-08-31", "value": { "value": "7" },
        }] }),
        "Mutation.setBaseline" => json!({
            "indicatorId": people.planted.indicator, "projectId": cast.project, "measuredOn": "2026-01-01",
            "value": { "value": "7" },
        }),
        "Mutation.setTagAllocations" => json!({
            "projectId": cast.project, "vocabulary": "INDH",
            "shares": [{ "termCode": "PH3-P1", "percent": "100" }],
        }),
        "Mutation.updateProject" => json!({ "id": people.thing(of), "title": "Another title" }),
        _ => return None,
    };
    Some(input)
}

/// Activities and shifts, and who was there.
fn of_shifts(people: &People, name: &str, of: &str) -> Option<Value> {
    let planted = &people.planted;
    let input = match name {
        "Mutation.createActivity" => {
            json!({ "projectId": planted.cast.project, "title": "Another beach" })
        }
        "Mutation.updateActivity" => json!({ "id": people.thing(of), "title": "Another beach" }),
        "Mutation.createShift" => json!({
            "activityId": planted.activity, "startsAt": "2026-12-05T09:00:00Z", "endsAt": "2026-12-05T12:00:00Z",
        }),
        "Mutation.createShiftSeries" => json!({
            "activityId": planted.activity, "rule": "FREQ=DAILY;COUNT=2",
            "startsAt": "2026-12-05T09:00:00Z", "endsAt": "2026-12-05T12:00:00Z",
        }),
        "Mutation.updateShift" => json!({ "id": people.thing(of), "capacity": 5 }),
        "Mutation.signUpForShift" => {
            json!({ "shiftId": people.thing(of), "volunteerId": planted.cast.record })
        }
        "Mutation.checkIn" | "Mutation.checkOut" => {
            json!({ "shiftId": planted.begun, "volunteerId": people.thing(of) })
        }
        "Mutation.markAttendance" => json!({
            "shiftId": planted.begun,
            "marks": [{ "volunteerId": people.thing(of), "status": "PRESENT", "reason": "because" }],
        }),
        _ => return None,
    };
    Some(input)
}

/// Records of volunteers, and what is signed for them.
fn of_records(people: &People, name: &str, of: &str) -> Option<Value> {
    let cast = &people.planted.cast;
    let input = match name {
        // A new one: of one that is there no contract is said.
        "Mutation.recordIncident" => json!({
            "contractId": people.thing("contract"), "day": "2026-10-07", "kind": "ACCIDENT", "description": "because",
        }),
        "Mutation.recordContract" => json!({ "id": people.thing(of), "insurer": "Another mutual" }),
        "Mutation.dismissDuplicate" => {
            json!({ "volunteerId": cast.record, "otherVolunteerId": people.thing(of) })
        }
        "Mutation.mergeVolunteers" => {
            json!({ "keepId": cast.record, "mergeId": people.thing(of), "reason": "because" })
        }
        "Mutation.requestErasure" => {
            json!({ "volunteerId": people.thing(of), "reason": "because" })
        }
        "Mutation.updateVolunteer" => json!({ "id": people.thing(of), "nameAr": "فاطمة" }),
        _ => return None,
    };
    Some(input)
}

/// Accounts, and who belongs to what.
fn of_accounts(people: &People, name: &str) -> Option<Value> {
    let cast = &people.planted.cast;
    let input = match name {
        // A record that has an account already is taken over by nobody.
        "Mutation.inviteMember" => json!({
            "organizationId": cast.organization.id, "email": "somebody@example.org", "role": "VIEWER",
        }),
        "Mutation.createOrganization" => json!({
            "slug": "another", "name": "Another", "territoryCode": cast.organization.territory,
        }),
        "Mutation.changePassword" => {
            json!({ "currentPassword": PASSWORD, "newPassword": "another horse, another battery" })
        }
        "Mutation.updateNotificationPreferences" => {
            json!({ "letters": [{ "kind": "WEEKLY_DIGEST", "enabled": false }] })
        }
        "Mutation.beginSignIn" => json!({ "provider": people.provider(), "redirectUri": REDIRECT }),
        "Mutation.unlinkIdentity" => json!({ "provider": people.provider() }),
        "Mutation.retryLetter" => json!({ "id": people.letter }),
        _ => return None,
    };
    Some(input)
}

/// Reports, and how they are sent.
fn of_reports(people: &People, name: &str, of: &str) -> Option<Value> {
    let organization = &people.planted.cast.organization;
    let input = match name {
        "Mutation.replayWebhookDeliveries" => {
            json!({ "id": people.thing("webhook"), "fromSequence": 1 })
        }
        "Mutation.createSchedule" => json!({
            "title": "Monthly", "format": "CSV", "cadence": { "cron": "0 7 1 * *" }, "covers": "PREVIOUS_MONTH",
            "report": {
                "name": "INDH", "territoryCode": organization.territory, "organizationId": organization.id,
            },
        }),
        "Mutation.updateSchedule" => json!({ "id": people.thing(of), "title": "Another title" }),
        "Mutation.createSnapshot" => json!({
            "report": "INDH", "territoryCode": organization.territory, "from": "2026-01-01", "to": "2026-10-31",
            "organizationId": organization.id,
        }),
        "Mutation.requestExport" => {
            json!({ "report": ready::report(&people.planted), "format": "CSV" })
        }
        _ => return None,
    };
    Some(input)
}
