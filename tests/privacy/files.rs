//! Files in which somebody stands who is erased.
//!
//! What is left in tables is tried in `erasure`.

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;
use tiwizi::privacy::erase::carry_out_due;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const FILE: &str =
    "query($id: ID!) { node(id: $id) { ... on ExportJob { status artifact { fileName } } } }";

async fn id(who: &Person, mutation: &str, input: Value, of: &str) -> String {
    let done = who.done(mutation, input, &format!("{of} {{ id }}")).await;
    done[of]["id"].as_str().expect("an id").to_owned()
}

/// Whether the file of a job that succeeded is there.
async fn is_there(who: &Person, job: &str) -> bool {
    let seen = who.asks(FILE, json!({ "id": job })).await["node"].take();
    assert_eq!(seen["status"], "SUCCEEDED", "{seen:#}");
    seen["artifact"].is_object()
}

on_both_databases! {
    async fn files_of_the_trail_go_with_an_account_that_acted_in_it(app: App) {
        let cast = Cast::on(&app).await;
        let request = id(&cast.owner, "requestErasure", json!({ "volunteerId": cast.record }), "erasureRequest").await;
        let yes = json!({ "id": request, "verdict": "APPROVE" });
        cast.owner.done("decideErasure", yes, "erasureRequest { id }").await;
        app.advance(TimeDelta::days(7));
        let (admin, owner) = (cast.admin.again().await, cast.owner.again().await);
        let all = id(&admin, "requestAuditExport", json!({ "format": "CSV" }), "exportJob").await;
        let filter = json!({ "organizationId": cast.organization.id });
        let theirs = id(&owner, "requestAuditExport", json!({ "format": "JSON", "filter": filter }), "exportJob").await;
        while app.parts.work_once().await.expect("jobs") {}
        assert!(is_there(&admin, &all).await && is_there(&owner, &theirs).await);

        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        assert!(!is_there(&admin, &all).await);
        assert!(!is_there(&owner, &theirs).await);
    }

    /// An account that goes by itself takes them along, too.
    async fn files_of_the_trail_of_others_stay(app: App) {
        let cast = Cast::on(&app).await;
        let alone = Person::sign_up(&app, "alone").await;
        let request = id(&alone, "requestErasure", json!({}), "erasureRequest").await;
        cast.admin.done("decideErasure", json!({ "id": request, "verdict": "APPROVE" }), "erasureRequest { id }").await;
        app.advance(TimeDelta::days(7));
        let admin = cast.admin.again().await;
        let all = id(&admin, "requestAuditExport", json!({ "format": "CSV" }), "exportJob").await;
        let filter = json!({ "actorId": cast.coordinator.id });
        let other = id(&admin, "requestAuditExport", json!({ "format": "CSV", "filter": filter }), "exportJob").await;
        while app.parts.work_once().await.expect("jobs") {}

        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        assert!(!is_there(&admin, &all).await);
        assert!(is_there(&admin, &other).await);
    }
}
