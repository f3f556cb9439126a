//! National identity numbers are kept by nobody who may not: where they are, sealed, shown one at a time and told of.
//!
//! That a number ties records together is tried in `volunteers`; how its keys are changed in `identity`.

use chrono::TimeDelta;
use entity::ids::VolunteerId;
use entity::national_id;
use sea_orm::ActiveModelTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::i18n::Locale;
use tiwizi::privacy::erase::carry_out_due;

use crate::privacy::access::asked;
use crate::privacy::access::section;
use crate::privacy::traces;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::program::Program;

async fn keeping(app: &App) -> App {
    let number = "D-W-123/2026".to_owned();
    app.beside_with(|it| it.privacy.national_id_authorization = number)
        .await
}

async fn kept(app: &App) -> Vec<national_id::Model> {
    let db = app.parts.core.db.system().read();
    national_id::Entity::find().all(db).await.expect("rows")
}

async fn enrolled(cast: &Cast, number: &str) -> String {
    let input =
        json!({ "organizationId": cast.organization.id, "name": "Hassan", "nationalId": number });
    let made = cast
        .owner
        .done("createVolunteer", input, "volunteer { id }")
        .await;
    made["volunteer"]["id"].as_str().expect("an id").to_owned()
}

async fn shown(who: &Person, record: &str) -> Value {
    let input = json!({ "volunteerId": record });
    who.done("revealNationalId", input, "nationalId").await["nationalId"].clone()
}

async fn told(who: &Person) -> Value {
    let query = "{ auditEvents(filter: { actions: [\"national_id.read\"] }) { nodes { actor { id } subject { id } } } }";
    who.asks(query, json!({})).await["auditEvents"]["nodes"].clone()
}

on_both_databases! {
    async fn no_number_is_kept_unless_it_may_be(app: App) {
        let cast = Cast::on(&app).await;

        let record = enrolled(&cast, "EE 123456").await;

        assert_eq!(kept(&app).await, []);
        assert_eq!(shown(&cast.owner, &record).await, Value::Null);
        assert_eq!(told(&cast.owner).await, json!([]), "nothing was shown");
        assert_eq!(traces::found(&app, &["EE123456"]).await, Vec::<String>::new());
    }

    async fn a_number_is_kept_sealed_and_shown_to_administrators_who_are_told_of(app: App) {
        let app = keeping(&app).await;
        let cast = Cast::on(&app).await;
        let record = enrolled(&cast, "ee 123456").await;
        let other = enrolled(&cast, "ee 654321").await;
        assert_eq!(traces::found(&app, &["EE123456", "EE654321"]).await, Vec::<String>::new());
        assert!(kept(&app).await.iter().all(|it| it.sealed.0.starts_with("s1.")));

        assert_eq!(shown(&cast.owner, &record).await, "EE123456");

        let lines = json!([{ "actor": { "id": cast.owner.id }, "subject": { "id": record } }]);
        assert_eq!(told(&cast.owner).await, lines);
        let input = json!({ "volunteerId": record });
        for who in [&cast.coordinator, &cast.viewer, &cast.admin] {
            assert_eq!(who.refused("revealNationalId", input.clone()).await, ["FORBIDDEN"]);
        }
        for who in [&cast.volunteer, &cast.observer, &cast.outsider] {
            assert_eq!(who.refused("revealNationalId", input.clone()).await, ["NOT_FOUND"]);
        }
        assert_eq!(told(&cast.owner).await, lines, "who is refused was shown nothing");
        // It opens for its own record alone.
        let id = |it: &str| VolunteerId::read(&it.into()).expect("an id");
        let rows = kept(&app).await;
        let of = |it: &str| rows.iter().find(|row| row.volunteer_id == id(it)).expect("a row");
        let moved = national_id::Model { sealed: of(&other).sealed.clone(), ..of(&record).clone() };
        let operator = app.parts.operator(Locale::En);
        operator.transaction(async |tx| moved.into_active_model().reset_all().update(&**tx).await).await.expect("moved");
        let query = "mutation($input: RevealNationalIdInput!) { revealNationalId(input: $input) { nationalId } }";
        let answer = cast.owner.tries(query, json!({ "input": input })).await;
        assert_eq!(answer.error_code(), "INTERNAL_SERVER_ERROR", "{:#}", answer.body);
        assert!(!answer.body.to_string().contains("654321"));
        assert_eq!(shown(&cast.owner, &other).await, "EE654321");
        app.close().await;
    }

    /// Two records of one person that were put together are asked by either, and have one number.
    async fn a_number_is_that_of_the_record_that_stands(app: App) {
        let app = keeping(&app).await;
        let cast = Cast::on(&app).await;
        let record = enrolled(&cast, "EE123456").await;
        let input = json!({ "organizationId": cast.organization.id, "name": "Hassan" });
        let made = cast.owner.done("createVolunteer", input, "volunteer { id }").await;
        let merged = made["volunteer"]["id"].as_str().expect("an id").to_owned();
        cast.owner.done("mergeVolunteers", json!({ "keepId": record, "mergeId": merged }), "merge { id }").await;

        assert_eq!(shown(&cast.owner, &record).await, "EE123456");
        assert_eq!(shown(&cast.owner, &merged).await, "EE123456", "files go on naming it");
        let person = Person::sign_up(&app, "Hassan").await;
        cast.owner.takes_in(&cast.organization, &person, "VOLUNTEER", Some(&record)).await;
        let (_, files) = asked(&app, &person, json!({ "volunteerId": record })).await;
        assert_eq!(section(&files, "volunteer-records")[0]["nationalId"], "EE123456");
        // An archive that somebody else is given would show it without a word.
        let (_, files) = asked(&app, &cast.owner, json!({ "volunteerId": record })).await;
        assert_eq!(section(&files, "volunteer-records")[0]["nationalId"], Value::Null);
        app.close().await;
    }

    async fn a_number_is_given_to_the_person_and_goes_with_an_erasure(app: App) {
        let app = keeping(&app).await;
        let cast = Cast::on(&app).await;
        let record = enrolled(&cast, "EE123456").await;
        let person = Person::sign_up(&app, "Hassan").await;
        cast.owner.takes_in(&cast.organization, &person, "VOLUNTEER", Some(&record)).await;
        assert_eq!(person.refused("revealNationalId", json!({ "volunteerId": record })).await, ["FORBIDDEN"]);

        let (_, files) = asked(&app, &person, json!({ "volunteerId": record })).await;
        assert_eq!(section(&files, "volunteer-records")[0]["nationalId"], "EE123456");
        assert_eq!(shown(&cast.owner, &record).await, "EE123456");
        // Who has it read is told of to the person, too.
        assert_eq!(told(&person).await.as_array().expect("lines").len(), 1);

        let input = json!({ "volunteerId": record });
        let request = cast.owner.done("requestErasure", input, "erasureRequest { id }").await;
        let input = json!({ "id": request["erasureRequest"]["id"], "verdict": "APPROVE" });
        cast.owner.done("decideErasure", input, "erasureRequest { id }").await;
        app.advance(TimeDelta::days(7));
        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        assert_eq!(kept(&app).await, []);
        let owner = cast.owner.again().await;
        assert_eq!(shown(&owner, &record).await, Value::Null);
        app.close().await;
    }

    /// What was stored under an authorization is not left behind when it ends, and each organization is told what went.
    async fn numbers_are_removed_once_the_authorization_has_ended(app: App) {
        let keeps = keeping(&app).await;
        let cast = Cast::on(&keeps).await;
        let record = enrolled(&cast, "EE 123456").await;
        enrolled(&cast, "EE 654321").await;
        let folder = TempDir::new().expect("a folder");
        let program = Program::within(folder.path())
            .with("TIWIZI_DATABASE_URL", &app.parts.core.config.database_url)
            .with("TIWIZI_KEYS_FILE", app.parts.core.config.keys_path());
        let allowed = program.clone().with("TIWIZI_PRIVACY__NATIONAL_ID_AUTHORIZATION", "D-W-123/2026");

        let refused = allowed.run(&["doctor", "--forget-national-ids"]);
        let found_allowed = allowed.run(&["doctor"]);
        let found = program.run(&["doctor"]);
        assert_eq!(kept(&app).await.len(), 2);
        let removed = program.run(&["doctor", "--forget-national-ids"]);

        assert!(refused.complaint(1).contains("privacy.national_id_authorization is set"), "{refused:?}");
        let fine = "ok    identity numbers: 2 are stored, sealed, with the authorization D-W-123/2026\n";
        assert!(found_allowed.out.contains(fine), "{found_allowed:?}");
        assert!(found.out.contains("FAIL  identity numbers: 2 are stored"), "{found:?}");
        assert!(found.out.contains("tiwizi doctor --forget-national-ids"), "{found:?}");
        assert!(removed.out.contains("2 national identity numbers forgotten"), "{removed:?}");
        assert!(removed.out.contains("ok    identity numbers: none is stored\n"), "{removed:?}");
        assert_eq!(kept(&app).await, []);
        assert_eq!(shown(&cast.owner, &record).await, Value::Null);
        let query = "{ auditEvents(filter: { actions: [\"national_id.forget\"] }) { nodes { subject { id } } } }";
        let told = cast.owner.asks(query, json!({})).await;
        assert_eq!(told["auditEvents"]["nodes"], json!([{ "subject": { "id": cast.organization.id } }]));
        keeps.close().await;
    }
}
