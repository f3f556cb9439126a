//! What makes the fields hold something that tell of people and that nothing planted fills.
//!
//! It is made before anybody is asked; what they are shown of it is in the tables.

use entity::ids::VolunteerId;
use entity::national_id;
use sea_orm::ActiveModelTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::vault::Place;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::planted::Planted;

/// The national identity number of the volunteer.
pub const NUMBER: &str = "ZZYZX714";

/// Things that were made, by what they are called in `things.txt`.
pub type Things = Vec<(&'static str, String)>;

/// Makes it.
pub async fn more(app: &App, planted: &Planted) -> Things {
    let cast = &planted.cast;
    let input = json!({
        "id": cast.record, "email": format!("{MARK}-volunteer-record@example.org"), "phone": "+212600000001",
        "sex": "FEMALE", "territoryCode": cast.organization.territory,
    });
    done(&cast.owner, "updateVolunteer", input, "volunteer { id }").await;
    number(app, cast).await;
    let mut things = entries(planted).await;
    things.extend(of_others(planted).await);
    things
}

/// The number of the volunteer, kept as `createVolunteer` keeps it.
async fn number(app: &App, cast: &Cast) {
    let core = &app.parts.core;
    let record = VolunteerId::read(&cast.record.clone().into()).expect("a record");
    let place = Place {
        purpose: "national-id",
        row: record.0,
    };
    let db = core.db.system();
    let of = entity::volunteer::Entity::find_by_id(record).one(db.read());
    let row = national_id::Model {
        volunteer_id: record,
        organization_id: of.await.expect("a row").expect("a record").organization_id,
        sealed: core
            .keys
            .vault()
            .seal(&core.random, place, NUMBER.as_bytes())
            .expect("sealed"),
        created_at: core.clock.now(),
    };
    let tx = db.begin().await.expect("a transaction");
    let row = row.into_active_model().reset_all();
    row.insert(&*tx).await.expect("written");
    tx.commit().await.expect("committed");
}

/// Hours of the volunteer: sent back, and corrected after they were approved.
async fn entries(planted: &Planted) -> Things {
    let cast = &planted.cast;
    let mut made = Vec::new();
    for (of, from, to) in [
        (
            "returned entry",
            "2026-10-13T08:00:00Z",
            "2026-10-13T09:00:00Z",
        ),
        (
            "corrected entry",
            "2026-10-12T08:00:00Z",
            "2026-10-12T09:00:00Z",
        ),
    ] {
        let input = json!({
            "volunteerId": cast.record, "projectId": cast.project, "description": format!("{MARK} planting"),
            "startedAt": from, "endedAt": to, "submit": true,
        });
        let entry = done(
            &cast.volunteer,
            "createHourEntry",
            input,
            "hourEntry { id }",
        )
        .await;
        made.push((of, id(&entry["hourEntry"])));
    }
    let input = json!({ "ids": [made[0].1], "reason": format!("{MARK} planting?") });
    done(
        &cast.coordinator,
        "returnHourEntries",
        input,
        "results { userErrors { code } }",
    )
    .await;
    cast.coordinator.approves(&[&made[1].1]).await;
    let input = json!({
        "id": made[1].1, "endedAt": "2026-10-12T08:45:00Z", "reason": format!("{MARK} planting less"),
    });
    done(&cast.volunteer, "amendHourEntry", input, "hourEntry { id }").await;
    made
}

/// What there is of two more volunteers, who have no account.
async fn of_others(planted: &Planted) -> Things {
    let cast = &planted.cast;
    let thing = |of: &str| {
        let found = planted.ids.iter().find(|(it, _)| *it == of);
        found.expect("it is planted").1.clone()
    };
    let mut records = Vec::new();
    for name in ["Fatima of the sea", "Fatima of the hills"] {
        records.push(
            cast.owner
                .enrols(&cast.organization, &format!("{MARK} {name}"))
                .await,
        );
    }
    let (first, second) = (&records[0], &records[1]);
    let input = json!({ "id": first, "birthDate": "1990-03-08" });
    done(&cast.owner, "updateVolunteer", input, "volunteer { id }").await;
    let mut made = Vec::new();

    // One had a place and gave it back, then the other waits for the only place.
    let input = json!({ "shiftId": thing("shift"), "volunteerId": second });
    let signup = done(&cast.coordinator, "signUpForShift", input, "signup { id }").await;
    let signup = id(&signup["signup"]);
    let input = json!({ "id": signup, "reason": format!("{MARK} late again") });
    done(&cast.coordinator, "cancelSignup", input, "signup { id }").await;
    made.push(("cancelled sign-up", signup));
    let input = json!({ "id": thing("shift"), "capacity": 1 });
    done(&cast.coordinator, "updateShift", input, "shift { id }").await;
    let input = json!({ "shiftId": thing("shift"), "volunteerId": first });
    let signup = done(&cast.coordinator, "signUpForShift", input, "signup { id }").await;
    made.push(("waiting sign-up", id(&signup["signup"])));

    let marks = json!([{
        "volunteerId": first, "status": "PRESENT", "reason": format!("{MARK} seen"),
        "startedAt": "2026-11-02T08:00:00Z", "endedAt": "2026-11-02T08:45:00Z",
    }]);
    let input = json!({ "shiftId": planted.begun, "marks": marks });
    let selection = "results { attendance { id } userErrors { code message } }";
    let marked = done(&cast.coordinator, "markAttendance", input, selection).await;
    made.push((
        "credited attendance",
        id(&marked["results"][0]["attendance"]),
    ));

    let input = json!({
        "volunteerId": first, "mission": format!("{MARK} lessons"), "from": "2026-10-01", "until": "2026-12-31",
        "weeklyMinutes": 240, "signedOn": "2026-09-30", "territoryCode": cast.organization.territory,
        "nationality": "MA", "expenseCeiling": "100", "projectId": cast.project, "insurer": "Mutual", "policyNumber": "8",
        "documentSha256": "0".repeat(64),
    });
    let contract = done(
        &cast.coordinator,
        "recordContract",
        input,
        "contract { id }",
    )
    .await;
    let contract = id(&contract["contract"]);
    let input = json!({
        "contractId": contract, "day": "2026-10-05", "kind": "ACCIDENT", "description": format!("{MARK} fell"),
        "severity": "TEMPORARY_INCAPACITY", "daysLost": 3,
    });
    let incident = done(
        &cast.coordinator,
        "recordIncident",
        input,
        "incident { id }",
    )
    .await;
    let incident = id(&incident["incident"]);
    let input = json!({ "id": incident, "voidReason": format!("{MARK} fell never") });
    done(
        &cast.coordinator,
        "recordIncident",
        input,
        "incident { id }",
    )
    .await;
    made.push(("incident taken back", incident));
    let input = json!({ "id": contract, "endedOn": "2026-10-20", "endReason": format!("{MARK} lessons over") });
    done(
        &cast.coordinator,
        "recordContract",
        input,
        "contract { id }",
    )
    .await;
    made.push(("ended contract", contract));

    let input = json!({
        "organizationId": cast.organization.id, "volunteerIds": [cast.record], "from": "2026-10-14", "to": "2026-10-14",
        "shown": ["NAME"],
    });
    let selection = "results { certificate { id } userErrors { code message } }";
    let issued = done(&cast.coordinator, "issueCertificates", input, selection).await;
    let certificate = id(&issued["results"][0]["certificate"]);
    let input =
        json!({ "id": certificate, "reason": "OTHER", "comment": format!("{MARK} Fatima asked") });
    done(
        &cast.coordinator,
        "revokeCertificate",
        input,
        "certificate { id }",
    )
    .await;
    made.push(("revoked certificate", certificate));

    let input = json!({ "volunteerId": second, "reason": format!("{MARK} Fatima moved") });
    let asked = done(
        &cast.owner,
        "requestErasure",
        input,
        "erasureRequest { id }",
    )
    .await;
    let erasure = id(&asked["erasureRequest"]);
    let input =
        json!({ "id": erasure, "verdict": "APPROVE", "reason": format!("{MARK} Fatima may") });
    done(&cast.owner, "decideErasure", input, "erasureRequest { id }").await;
    made.push(("decided erasure", erasure));
    made
}

/// A timer that another volunteer started and threw away.
pub async fn discarded(who: &Person, project: &str) -> (&'static str, String) {
    let started = done(
        who,
        "startTimer",
        json!({ "projectId": project }),
        "timer { id }",
    )
    .await;
    let timer = id(&started["timer"]);
    let input = json!({ "id": timer, "reason": "pressed by mistake" });
    done(who, "discardTimer", input, "timer { id }").await;
    ("discarded timer", timer)
}

/// An act of which nothing may be refused.
pub async fn done(who: &Person, mutation: &str, input: Value, selection: &str) -> Value {
    let of_each = selection.starts_with("results");
    let refusals = if of_each {
        ""
    } else {
        "userErrors { code message path }"
    };
    let selection = format!("{selection} {refusals}");
    let payload = who.does(mutation, input, &selection).await;
    assert_eq!(codes(&payload), [""; 0], "{mutation}: {payload:#}");
    payload
}

/// The id of what an act made.
pub fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}
