//! What is asked for where the plainest input that is valid fits nothing: so that somebody is answered, and what the others
//! are told means something.
//!
//! Who is answered is in the tables; what there is to ask for is in `people`.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::matrix::people::People;
use crate::matrix::tables::read;
use crate::support::provider::REDIRECT;

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

/// Puts what fits in the place of what does not.
pub fn suit(people: &People, name: &str, variables: &mut Value) {
    let cast = &people.planted.cast;
    let organization = &cast.organization.id;
    match name {
        // A record that has an account already is taken over by nobody.
        "Mutation.inviteMember" => {
            variables["input"] = json!({
                "organizationId": organization, "email": "somebody@example.org", "role": "VIEWER",
            });
        }
        // A new one: of one that is there no contract is said.
        "Mutation.recordIncident" => {
            variables["input"] = json!({
                "contractId": people.thing("contract"), "day": "2026-10-07", "kind": "ACCIDENT",
                "description": "because",
            });
        }
        "Mutation.replayWebhookDeliveries" => {
            variables["input"] = json!({ "id": people.thing("webhook"), "fromSequence": 1 });
        }
        "Mutation.syncHourEntries" => {
            let written = json!({
                "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-14", "minutes": 60,
            });
            let input = &mut variables["input"];
            input["sentAt"] = json!("2026-11-02T08:59:00Z");
            input["items"] = json!([{
                "clientId": "00000000-0000-4000-8000-000000000001", "clientTime": "2026-11-02T08:00:00Z",
                "operation": { "create": written },
            }]);
        }
        "Mutation.retryLetter" => variables["input"] = json!({ "id": people.letter }),
        "Mutation.beginSignIn" => {
            variables["input"] = json!({ "provider": people.provider(), "redirectUri": REDIRECT });
        }
        "Mutation.unlinkIdentity" => {
            variables["input"] = json!({ "provider": people.provider() });
        }
        "Query.auditEvents" => variables["filter"] = json!({ "organizationId": organization }),
        "Query.verifyCertificate" => variables["code"] = json!(people.code),
        _ => {}
    }
}
