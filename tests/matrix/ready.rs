//! Things of the organization in the state in which something can be done with them.
//!
//! What is done with them stands in `suited`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use chrono::Utc;
use entity::delivery;
use entity::ids::DeliveryId;
use entity::ids::JobId;
use entity::job;
use entity::types::JobStatus;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;

use crate::matrix::more::Things;
use crate::matrix::more::done;
use crate::matrix::more::id;
use crate::support::app::App;
use crate::support::cast::MARK;
use crate::support::planted::Planted;

/// The title of the project, by which files name it.
pub fn project_title() -> String {
    format!("{MARK} Trees")
}

/// The name of a volunteer without an account, by which files name her.
pub fn spare_name() -> String {
    format!("{MARK} Fatima of the wells")
}

/// A table of hours that can be taken as it is.
pub fn table(day: &str) -> String {
    let rows = format!(
        "date,ref benevole,projet,minutes\n{day},{},{},60\n",
        spare_name(),
        project_title()
    );
    STANDARD.encode(rows)
}

/// Makes them. No job may run afterwards: `waiting export` would be finished.
pub async fn ready(app: &App, planted: &Planted) -> Things {
    let cast = &planted.cast;
    let mut made = records(planted).await;
    let record = &made[0].1;

    made.push(("timer to look at", timer(planted, record).await));

    let input = json!({
        "organizationId": cast.organization.id, "kind": "HOURS", "fileName": "table.csv", "content": table("2026-10-20"),
    });
    let import = done(&cast.owner, "startImport", input, "import { id }").await;
    made.push(("import to commit", id(&import["import"])));

    let input = json!({ "organizationId": cast.organization.id, "month": "2026-07" });
    for act in ["submitPeriod", "closePeriod"] {
        done(&cast.owner, act, input.clone(), "reportingPeriod { id }").await;
    }

    let input = json!({
        "activityId": planted.activity, "startsAt": "2026-12-12T09:00:00Z", "endsAt": "2026-12-12T12:00:00Z",
    });
    let shift = done(&cast.coordinator, "createShift", input, "shift { id }").await;
    made.push(("shift with places", id(&shift["shift"])));

    let failed = export(planted).await;
    fail(app, JobId::read(&failed.clone().into()).expect("an export")).await;
    made.push(("failed export", failed));
    let delivery = planted.ids.iter().find(|(of, _)| *of == "delivery");
    let delivery =
        DeliveryId::read(&delivery.expect("it is planted").1.clone().into()).expect("a delivery");
    let of = delivery::Entity::find_by_id(delivery);
    let of = of
        .one(app.parts.core.db.system().read())
        .await
        .expect("a row");
    fail(app, of.expect("a delivery").job_id).await;
    made.push(("waiting export", export(planted).await));
    made
}

/// Two records without an account: one that nothing is known of, one of whom somebody is at the shift.
async fn records(planted: &Planted) -> Things {
    let cast = &planted.cast;
    let spare = cast.owner.enrols(&cast.organization, &spare_name()).await;
    let present = format!("{MARK} Fatima of the quay");
    let present = cast.owner.enrols(&cast.organization, &present).await;
    let input = json!({ "shiftId": planted.begun, "volunteerId": present });
    done(&cast.coordinator, "checkIn", input, "attendance { id }").await;
    vec![("spare record", spare), ("record that is present", present)]
}

/// A timer that was stopped and whose time is taken in part.
async fn timer(planted: &Planted, record: &str) -> String {
    let cast = &planted.cast;
    let input = json!({
        "volunteerId": record, "projectId": cast.project,
        "startedAt": "2026-11-02T07:00:00Z", "endedAt": "2026-11-02T08:00:00Z",
    });
    done(&cast.owner, "createHourEntry", input, "hourEntry { id }").await;
    let input = json!({ "volunteerId": record, "projectId": cast.project, "startedAt": "2026-11-02T07:30:00Z" });
    let timer = done(&cast.coordinator, "startTimer", input, "timer { id }").await;
    let timer = id(&timer["timer"]);
    let stopped = done(
        &cast.coordinator,
        "stopTimer",
        json!({ "id": timer }),
        "timer { status }",
    )
    .await;
    assert_eq!(stopped["timer"]["status"], "NEEDS_REVIEW");
    timer
}

/// An export that the owner asks for.
async fn export(planted: &Planted) -> String {
    let cast = &planted.cast;
    let input = json!({ "report": report(planted), "format": "CSV" });
    let asked = done(&cast.owner, "requestExport", input, "exportJob { id }").await;
    id(&asked["exportJob"])
}

/// A report of the organization.
pub fn report(planted: &Planted) -> Value {
    let organization = &planted.cast.organization;
    json!({
        "name": "INDH", "territoryCode": organization.territory, "from": "2026-01-01", "to": "2026-10-31",
        "organizationId": organization.id,
    })
}

/// Marks a job as failed for good, as after its last attempt: no client can make it fail.
async fn fail(app: &App, job: JobId) {
    let tx = app.begin().await;
    let row = job::Entity::find_by_id(job).one(&*tx).await.expect("a row");
    let mut row = row.expect("a job").into_active_model();
    let now: DateTime<Utc> = app.parts.core.clock.now();
    row.status = Set(JobStatus::Failed);
    row.finished_at = Set(Some(now));
    row.update(&*tx).await.expect("written");
    tx.commit().await.expect("committed");
}
