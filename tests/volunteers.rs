//! Volunteers' records: keeping, finding, and who is the same person.
//!
//! What strangers may not is tried field by field in `permissions`.

use entity::person;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Organization;
use crate::support::cast::Person;
use crate::support::on_both_databases;

fn new_volunteer(at: &Organization) -> Value {
    json!({
        "organizationId": at.id, "reference": "V-17", "name": "Fatima-Zahra Aït Ouarab",
        "nameAr": "فاطمة الزهراء آيت أوعراب", "sex": "FEMALE", "birthDate": "1999-05-17",
        "territoryCode": at.territory, "email": "Fatima@Example.org", "phone": "06 12 34 56 78",
        "joinedOn": "2026-02-01",
    })
}

const PERSONAL: &str = "sex birthDate email phone territory { code }";

async fn names(who: &Person, filter: Value, order: Value) -> Vec<String> {
    let query = "query($filter: VolunteerFilter, $order: VolunteerOrder) {
        volunteers(filter: $filter, orderBy: $order) { nodes { name } totalCount } }";
    let data = who
        .asks(query, json!({ "filter": filter, "order": order }))
        .await;
    let rows = data["volunteers"]["nodes"].as_array().unwrap().clone();
    assert_eq!(data["volunteers"]["totalCount"], rows.len());
    rows.iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

/// How many people are known, whatever the number of their records.
async fn people_behind(app: &App) -> u64 {
    person::Entity::find()
        .count(app.parts.core.db.system().read())
        .await
        .expect("a count")
}

on_both_databases! {
    async fn a_record_keeps_what_was_given(app: App) {
        let cast = Cast::on(&app).await;

        let payload = cast.coordinator.done("createVolunteer", new_volunteer(&cast.organization), &format!(
            "volunteer {{ reference name displayName(locale: \"ar\") joinedOn hasAccount version {PERSONAL} }}")).await;

        assert_eq!(payload["volunteer"], json!({
            "reference": "V-17", "name": "Fatima-Zahra Aït Ouarab", "displayName": "فاطمة الزهراء آيت أوعراب",
            "joinedOn": "2026-02-01", "hasAccount": false, "version": 1, "sex": "FEMALE",
            "birthDate": "1999-05-17", "email": "fatima@example.org", "phone": "+212612345678",
            "territory": { "code": cast.organization.territory },
        }));
    }

    async fn everything_wrong_with_a_record_is_told_at_once(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "organizationId": cast.organization.id, "name": "", "birthDate": "2031-01-01",
                            "email": "nobody", "phone": "hello", "territoryCode": "99", "nationalId": "!" });

        let mut told = cast.coordinator.refused("createVolunteer", input).await;

        told.sort();
        assert_eq!(told, ["INVALID_FORMAT", "INVALID_FORMAT", "INVALID_FORMAT", "OUT_OF_RANGE", "REQUIRED", "UNKNOWN_TERRITORY"]);
    }

    async fn a_reference_names_one_record_of_an_organization(app: App) {
        let cast = Cast::on(&app).await;
        cast.coordinator.done("createVolunteer", new_volunteer(&cast.organization), "volunteer { id }").await;

        assert_eq!(cast.coordinator.refused("createVolunteer", new_volunteer(&cast.organization)).await, ["TAKEN"]);
        let taken = json!({ "id": cast.record, "reference": "V-17" });
        assert_eq!(cast.coordinator.refused("updateVolunteer", taken).await, ["TAKEN"]);
    }

    async fn a_repeated_creation_makes_one_record(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = new_volunteer(&cast.organization);
        input["idempotencyKey"] = json!("once");
        input["nationalId"] = json!("EE 123456");

        let all = join_all((0..6).map(|_| {
            cast.coordinator.does("createVolunteer", input.clone(), "volunteer { id } userErrors { code }")
        })).await;

        assert!(all.iter().all(|it| it["volunteer"]["id"].is_string() && it == &all[0]), "{all:#?}");
        input["nationalId"] = json!("EE 654321");
        assert_eq!(cast.coordinator.refused("createVolunteer", input).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn one_national_identity_number_is_one_person(app: App) {
        let cast = Cast::on(&app).await;
        let elsewhere = cast.outsider.founds("azekka", "Azekka").await;
        let before = people_behind(&app).await;
        let record = |at: &Organization, number: &str| json!({ "organizationId": at.id, "name": "Hassan", "nationalId": number });

        let made = cast.owner.done("createVolunteer", record(&cast.organization, "ee-123456"), "volunteer { id }").await;
        cast.outsider.done("createVolunteer", record(&elsewhere, "EE 123456"), "volunteer { id }").await;

        assert_eq!(people_behind(&app).await, before + 1);
        assert_eq!(cast.owner.refused("createVolunteer", record(&cast.organization, "EE123456")).await, ["TAKEN"]);
        let seen = cast.owner.asks("query($id: ID!) { volunteer(id: $id) { id name } }", json!({ "id": made["volunteer"]["id"] })).await;
        assert_eq!(seen["volunteer"]["name"], "Hassan");
    }

    async fn organizations_that_register_one_person_at_once_tie_them(app: App) {
        let cast = Cast::on(&app).await;
        let elsewhere = cast.outsider.founds("azekka", "Azekka").await;
        let before = people_behind(&app).await;
        let record = |at: &Organization| json!({ "organizationId": at.id, "name": "Hassan", "nationalId": "EE 123456" });

        let made = join_all([
            cast.owner.does("createVolunteer", record(&cast.organization), "volunteer { id } userErrors { code }"),
            cast.outsider.does("createVolunteer", record(&elsewhere), "volunteer { id } userErrors { code }"),
        ]).await;

        assert!(made.iter().all(|it| it["volunteer"]["id"].is_string()), "{made:#?}");
        assert_eq!(people_behind(&app).await, before + 1);
    }

    /// A client that declares variables and leaves them out must not wipe what they stand for.
    async fn what_an_update_leaves_out_stays(app: App) {
        let cast = Cast::on(&app).await;
        let made = cast.coordinator.done("createVolunteer", new_volunteer(&cast.organization), "volunteer { id }").await;
        let query = format!("mutation($id: ID!, $name: String, $phone: PhoneNumber, $birthDate: Date, $sex: Sex) {{
            updateVolunteer(input: {{id: $id, name: $name, phone: $phone, birthDate: $birthDate, sex: $sex}}) {{
                volunteer {{ name version {PERSONAL} }} userErrors {{ code }} }} }}");

        let given = json!({ "id": made["volunteer"]["id"], "phone": null, "name": "Fatima" });
        let data = cast.coordinator.asks(&query, given).await;

        assert_eq!(data["updateVolunteer"]["volunteer"], json!({
            "name": "Fatima", "version": 2, "phone": null, "sex": "FEMALE", "birthDate": "1999-05-17",
            "email": "fatima@example.org", "territory": { "code": cast.organization.territory },
        }));
    }

    async fn who_works_on_an_old_version_is_shown_the_present_one(app: App) {
        let cast = Cast::on(&app).await;
        let input = |name: &str| json!({ "id": cast.record, "name": name, "expectedVersion": 2 });

        cast.coordinator.done("updateVolunteer", input("First"), "volunteer { id }").await;
        let second = cast.coordinator.does("updateVolunteer", input("Second"), "volunteer { name version } userErrors { code }").await;

        assert_eq!(second["userErrors"][0]["code"], "VERSION_CONFLICT");
        assert_eq!(second["volunteer"], json!({ "name": "First", "version": 3 }));
    }

    async fn only_coordinators_keep_records(app: App) {
        let cast = Cast::on(&app).await;
        let acts = [
            ("createVolunteer", new_volunteer(&cast.organization)),
            ("updateVolunteer", json!({ "id": cast.record, "name": "Mine" })),
            ("archiveVolunteer", json!({ "id": cast.record })),
        ];

        for (mutation, input) in acts {
            for who in [&cast.volunteer, &cast.viewer] {
                assert_eq!(who.refused(mutation, input.clone()).await, ["FORBIDDEN"], "{mutation}");
            }
            for who in [&cast.outsider, &cast.observer] {
                assert_eq!(who.refused(mutation, input.clone()).await, ["NOT_FOUND"], "{mutation}");
            }
        }
    }

    async fn names_are_found_in_any_script_and_spelling(app: App) {
        let cast = Cast::on(&app).await;
        cast.coordinator.done("createVolunteer", new_volunteer(&cast.organization), "volunteer { id }").await;

        for search in ["ait ouarab", "FATIMA ZAHRA", "فاطمه الزهراء", "اوعراب", "V-17"] {
            let found = names(&cast.coordinator, json!({ "search": search }), Value::Null).await;
            assert_eq!(found, ["Fatima-Zahra Aït Ouarab"], "{search}");
        }
        assert_eq!(names(&cast.coordinator, json!({ "search": "nobody" }), Value::Null).await, [""; 0]);
    }

    async fn lists_run_in_the_order_asked_for_page_by_page(app: App) {
        let cast = Cast::on(&app).await;
        for name in ["Brahim", "Amina", "Chaimae", "Amina"] {
            app.advance(chrono::TimeDelta::seconds(1));
            let input = json!({ "organizationId": cast.organization.id, "name": name });
            cast.owner.done("createVolunteer", input, "volunteer { id }").await;
        }
        let query = "query($order: VolunteerOrder, $after: String) {
            organization(slug: \"al-amal\") { volunteers(first: 2, after: $after, orderBy: $order) {
                nodes { name } pageInfo { hasNextPage endCursor } totalCount } } }";
        for (order, expected) in [
            (json!({ "field": "NAME" }), ["Amina", "Amina", "Brahim", "Chaimae"]),
            (json!({ "field": "CREATED_AT", "direction": "DESC" }), ["Amina", "Chaimae", "Amina", "Brahim"]),
        ] {
            let (mut found, mut after) = (Vec::new(), Value::Null);
            loop {
                let data = cast.owner.asks(query, json!({ "order": order, "after": after })).await;
                let page = &data["organization"]["volunteers"];
                assert_eq!(page["totalCount"], 5);
                found.extend(page["nodes"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()));
                if page["pageInfo"]["hasNextPage"] == json!(false) { break; }
                after = page["pageInfo"]["endCursor"].clone();
            }
            found.retain(|it| !it.contains("Fatima"));
            assert_eq!(found, expected);
        }
    }

    async fn an_archived_record_stays_and_can_be_set_apart(app: App) {
        let cast = Cast::on(&app).await;

        let archived = cast.coordinator.done("archiveVolunteer", json!({ "id": cast.record }), "volunteer { archivedAt version }").await;
        let again = cast.coordinator.done("archiveVolunteer", json!({ "id": cast.record }), "volunteer { archivedAt version }").await;

        assert!(archived["volunteer"]["archivedAt"].is_string());
        assert_eq!(archived["volunteer"], again["volunteer"]);
        assert_eq!(names(&cast.coordinator, json!({ "archived": true }), Value::Null).await.len(), 1);
        assert_eq!(names(&cast.coordinator, json!({ "archived": false }), Value::Null).await.len(), 0);
    }

    /// Who leaves takes nothing away from what was done: archived or not, the hours are in the figures.
    async fn hours_of_an_archived_volunteer_stay_in_reports(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 150).await;
        cast.coordinator.approves(&[&entry]).await;
        let query = "query($input: IndhReportInput!) { indhReport(input: $input) {
            totals { minutes entries distinctVolunteers } byMonth { month minutes } } }";
        let input = json!({ "territoryCode": "07", "from": "2026-10-01", "to": "2026-10-31" });
        let asked = json!({ "input": input });
        let before = cast.observer.asks(query, asked.clone()).await;
        assert_eq!(before["indhReport"]["totals"]["minutes"], json!(150));

        cast.coordinator.done("archiveVolunteer", json!({ "id": cast.record }), "volunteer { archivedAt }").await;

        assert_eq!(cast.observer.asks(query, asked).await, before);
        let query = "query($id: ID!) { volunteer(id: $id) { hourEntries { totalCount } } }";
        let data = cast.coordinator.asks(query, json!({ "id": cast.record })).await;
        assert_eq!(data["volunteer"]["hourEntries"]["totalCount"], json!(1));
    }

    /// Whoever keeps the platform sees that a record exists, and nothing personal.
    async fn personal_data_are_for_the_organization_and_the_person(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "id": cast.record, "phone": "0612345678", "birthDate": "1999-05-17",
                            "sex": "FEMALE", "email": "f@example.org", "territoryCode": cast.organization.territory });
        cast.owner.done("updateVolunteer", input, "volunteer { id }").await;
        let query = format!("query($id: ID!) {{ volunteer(id: $id) {{ {PERSONAL} }} }}");
        let seen = async |who: &Person| who.asks(&query, json!({ "id": cast.record })).await["volunteer"].take();

        for who in [&cast.owner, &cast.viewer, &cast.volunteer] {
            assert_eq!(seen(who).await["phone"], "+212612345678");
        }
        assert_eq!(seen(&cast.admin).await, json!({ "sex": null, "birthDate": null, "email": null, "phone": null, "territory": null }));
        for who in [&cast.observer, &cast.outsider] {
            assert_eq!(seen(who).await, Value::Null);
        }
    }

    async fn a_volunteer_sees_no_other_volunteer(app: App) {
        let cast = Cast::on(&app).await;
        let other = cast.owner.enrols(&cast.organization, "Hassan").await;

        let data = cast.volunteer.asks("query($id: ID!) { volunteer(id: $id) { id } volunteers { nodes { id } } }", json!({ "id": other })).await;

        assert_eq!(data["volunteer"], Value::Null);
        assert_eq!(data["volunteers"]["nodes"], json!([{ "id": cast.record }]));
    }
}
