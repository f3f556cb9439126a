//! Projects and what they serve: dates, budgets, shares that are exactly the whole.
//!
//! How shares become minutes of a report is tried in `indh_report`.

use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use entity::reporting_period;
use entity::types::PeriodStatus;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Organization;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const ERRORS: &str = "userErrors { code path message }";

fn new_project(cast: &Cast) -> Value {
    json!({
        "organizationId": cast.organization.id, "code": "P-1", "title": "Reading clubs",
        "titleAr": "نوادي القراءة", "territoryCode": cast.organization.territory,
        "startsOn": "2026-01-01", "endsOn": "2026-12-31", "budget": "1250.50",
    })
}

fn shares(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(code, percent)| json!({ "termCode": code, "percent": percent }))
        .collect()
}

/// Term codes and percentages in force on a day.
async fn served(who: &Person, project: &str, on: Option<&str>) -> Vec<(String, String)> {
    let query = "query($id: ID!, $on: Date) { project(id: $id) {
        tagAllocations(vocabulary: \"INDH\", on: $on) { term { code } percent } } }";
    let data = who.asks(query, json!({ "id": project, "on": on })).await;
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    data["project"]["tagAllocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(&it["term"]["code"]), text(&it["percent"])))
        .collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(code, percent)| (code.to_string(), percent.to_string()))
        .collect()
}

/// Closes a month of an organization.
async fn close(app: &App, at: &Organization, month: &str) {
    let ctx = app.parts.operator(Locale::En);
    let closed = reporting_period::Model {
        id: PeriodId(ctx.new_id()),
        organization_id: OrganizationId::read(&at.id.clone().into()).expect("an organization"),
        month: month.parse().expect("a day"),
        status: PeriodStatus::Closed,
        declared_zero: false,
        submitted_by: None,
        submitted_at: None,
        closed_at: None,
        closed_by: None,
        certified_at: None,
        certified_by: None,
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    ctx.transaction(async |tx| {
        reporting_period::Entity::insert(closed.into_active_model())
            .exec_without_returning(&**tx)
            .await
    })
    .await
    .expect("a row");
}

on_both_databases! {
    async fn a_project_keeps_what_was_given(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = new_project(&cast);
        input["tagAllocations"] = json!([
            { "vocabulary": "INDH", "shares": shares(&[("PH3-P4", "66.6667"), ("PH3-P3", "33.3333")]) },
            { "vocabulary": "SDG", "shares": shares(&[("4", "100")]) },
        ]);

        let payload = cast.owner.done("createProject", input, "project { code title(locale: \"ar\") startsOn endsOn timeZone
            budget { amount currency } organization { slug } territory { code } version
            tagAllocations { term { code } percent validFrom } }").await;

        assert_eq!(payload["project"], json!({
            "code": "P-1", "title": "نوادي القراءة", "startsOn": "2026-01-01", "endsOn": "2026-12-31", "timeZone": null,
            "budget": { "amount": "1250.50", "currency": "MAD" }, "organization": { "slug": "al-amal" },
            "territory": { "code": cast.organization.territory }, "version": 1,
            "tagAllocations": [
                { "term": { "code": "PH3-P4" }, "percent": "66.6667", "validFrom": null },
                { "term": { "code": "PH3-P3" }, "percent": "33.3333", "validFrom": null },
                { "term": { "code": "4" }, "percent": "100", "validFrom": null },
            ],
        }));
    }

    async fn everything_wrong_with_a_project_is_told_at_once(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "organizationId": cast.organization.id, "title": "", "territoryCode": "99",
            "startsOn": "2026-02-01", "endsOn": "2026-01-01", "budget": "10.005", "currency": "XXX", "timeZone": "Nowhere" });

        let payload = cast.owner.does("createProject", input, ERRORS).await;

        let mut told: Vec<_> = payload["userErrors"].as_array().unwrap().iter()
            .map(|it| it["path"][0].as_str().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, ["budget", "currency", "endsOn", "territoryCode", "timeZone", "title"]);
    }

    async fn a_code_names_one_project_of_an_organization(app: App) {
        let cast = Cast::on(&app).await;
        cast.owner.done("createProject", new_project(&cast), "project { id }").await;

        assert_eq!(cast.owner.refused("createProject", new_project(&cast)).await, ["TAKEN"]);
    }

    async fn a_repeated_creation_makes_one_project(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = new_project(&cast);
        input["idempotencyKey"] = json!("once");
        input["tagAllocations"] = json!([{ "vocabulary": "INDH", "shares": shares(&[("PH3-P4", "100")]) }]);

        let first = cast.owner.done("createProject", input.clone(), "project { id }").await;
        let again = cast.owner.done("createProject", input, "project { id }").await;

        assert_eq!(first, again);
    }

    /// What the INDH pays is a part of the budget, also where one of them changes alone.
    async fn the_indh_pays_no_more_than_the_budget(app: App) {
        let cast = Cast::on(&app).await;
        let asked = |budget: Value, indh: Value| json!({ "organizationId": cast.organization.id,
            "title": "Water", "territoryCode": "07.041.01.01", "startsOn": "2026-01-01",
            "budget": budget, "budgetIndh": indh });
        for (budget, indh, code, path) in [
            (json!("100"), json!("100.01"), "OUT_OF_RANGE", "budgetIndh"),
            (json!("100"), json!("-1"), "INVALID_FORMAT", "budgetIndh"),
            (Value::Null, json!("0"), "REQUIRED", "budget"),
        ] {
            let selection = "userErrors { code path }";
            let refused = cast.owner.does("createProject", asked(budget, indh), selection).await;
            assert_eq!(refused["userErrors"], json!([{ "code": code, "path": [path] }]));
        }
        let selection = "project { id budget { amount } budgetIndh { amount currency } }";
        let made = cast.owner.done("createProject", asked(json!("100"), json!("70")), selection).await;
        let id = &made["project"]["id"];
        assert_eq!(made["project"]["budgetIndh"], json!({ "amount": "70.00", "currency": "MAD" }));

        for (changes, path) in [
            (json!({ "id": id, "budget": "69.99" }), "budgetIndh"),
            (json!({ "id": id, "budgetIndh": "100.5" }), "budgetIndh"),
            (json!({ "id": id, "budget": null }), "budget"),
        ] {
            let selection = "userErrors { path }";
            let refused = cast.owner.does("updateProject", changes, selection).await;
            assert_eq!(refused["userErrors"], json!([{ "path": [path] }]));
        }
        let both = json!({ "id": id, "budget": null, "budgetIndh": null });
        let cleared = cast.owner.done("updateProject", both, selection).await;
        assert_eq!((&cleared["project"]["budget"], &cleared["project"]["budgetIndh"]), (&Value::Null, &Value::Null));
    }

    /// A client that declares variables and leaves them out must not wipe what they stand for.
    async fn what_an_update_leaves_out_stays(app: App) {
        let cast = Cast::on(&app).await;
        let query = "mutation($id: ID!, $title: String, $endsOn: Date, $budget: Decimal, $code: String) {
            updateProject(input: {id: $id, title: $title, endsOn: $endsOn, budget: $budget, code: $code}) {
                project { title endsOn code budget { amount } version } userErrors { code } } }";

        let given = json!({ "id": cast.project, "title": "Trees", "endsOn": null });
        let data = cast.owner.asks(query, given).await;

        let after = &data["updateProject"]["project"];
        assert_eq!(after["title"], "Trees");
        assert_eq!(after["endsOn"], Value::Null);
        assert_eq!(after["budget"]["amount"], "1250.50");
        assert!(after["code"].is_string());
        assert_eq!(after["version"], 2);
    }

    async fn who_works_on_an_old_version_is_shown_the_present_one(app: App) {
        let cast = Cast::on(&app).await;
        let input = |title: &str| json!({ "id": cast.project, "title": title, "expectedVersion": 1 });

        cast.owner.done("updateProject", input("First"), "project { id }").await;
        let second = cast.owner.does("updateProject", input("Second"), &format!("project {{ title }} {ERRORS}")).await;

        assert_eq!(second["userErrors"][0]["code"], "VERSION_CONFLICT");
        assert_eq!(second["project"]["title"], "First");
    }

    async fn only_administrators_keep_projects(app: App) {
        let cast = Cast::on(&app).await;
        let acts = [
            ("updateProject", json!({ "id": cast.project, "title": "Mine" })),
            ("setTagAllocations", json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": shares(&[("PH3-P4", "100")]) })),
        ];

        for (mutation, input) in acts {
            for who in [&cast.volunteer, &cast.viewer, &cast.coordinator, &cast.observer] {
                assert_eq!(who.refused(mutation, input.clone()).await, ["FORBIDDEN"], "{mutation}");
            }
            assert_eq!(cast.outsider.refused(mutation, input).await, ["NOT_FOUND"], "{mutation}");
        }
        assert_eq!(cast.coordinator.refused("createProject", new_project(&cast)).await, ["FORBIDDEN"]);
        assert_eq!(cast.outsider.refused("createProject", new_project(&cast)).await, ["NOT_FOUND"]);
    }

    async fn shares_are_exactly_the_whole(app: App) {
        let cast = Cast::on(&app).await;
        let set = async |given: Value| {
            let input = json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": given });
            cast.owner.does("setTagAllocations", input, ERRORS).await["userErrors"].take()
        };
        let told = |errors: &Value| {
            errors.as_array().unwrap().iter().map(|it| {
                let path: Vec<_> = it["path"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
                format!("{} {}", path.join("."), it["code"].as_str().unwrap())
            }).collect::<Vec<_>>()
        };

        let short = set(shares(&[("PH3-P4", "33.3333"), ("PH3-P3", "66.6666")])).await;
        assert_eq!(told(&short), ["shares SHARES_NOT_WHOLE"]);
        assert!(short[0]["message"].as_str().unwrap().contains("99.9999"), "{short}");
        assert_eq!(told(&set(shares(&[])).await), ["shares SHARES_NOT_WHOLE"]);
        assert_eq!(told(&set(shares(&[("PH3-P4", "50"), ("PH9", "50")])).await), ["shares.1.termCode UNKNOWN_TERM"]);
        assert_eq!(told(&set(shares(&[("PH3-P4", "50"), ("PH3-P4", "50")])).await), ["shares.1.termCode TAKEN"]);
        assert_eq!(told(&set(shares(&[("PH3-P4", "50.00001"), ("PH3-P3", "49.99999")])).await),
            ["shares.0.percent OUT_OF_RANGE", "shares.1.percent OUT_OF_RANGE"]);
        assert_eq!(told(&set(shares(&[("PH3-P4", "110"), ("PH3-P3", "-10")])).await),
            ["shares.0.percent OUT_OF_RANGE", "shares.1.percent OUT_OF_RANGE"]);
        assert_eq!(served(&cast.owner, &cast.project, None).await, pairs(&[]), "nothing refused stays");
    }

    async fn a_refused_share_of_a_new_project_is_named_where_it_stands(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = new_project(&cast);
        input["tagAllocations"] = json!([
            { "vocabulary": "SDG", "shares": shares(&[("4", "100")]) },
            { "vocabulary": "INDH", "shares": shares(&[("PH3-P4", "100"), ("PH9", "1")]) },
        ]);

        let payload = cast.owner.does("createProject", input, ERRORS).await;

        assert_eq!(payload["userErrors"][0]["path"], json!(["tagAllocations", "1", "shares", "1", "termCode"]));
    }

    async fn later_shares_leave_the_past_as_it_was(app: App) {
        let cast = Cast::on(&app).await;
        let set = async |code: &str, from: Option<&str>| {
            let input = json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": shares(&[(code, "100")]), "validFrom": from });
            cast.owner.again().await.refused("setTagAllocations", input).await
        };

        assert_eq!(set("PH3-P4", None).await, [""; 0]);
        assert_eq!(set("PH3-P3", None).await, [""; 0]);
        assert_eq!(served(&cast.owner, &cast.project, Some("2026-11-01")).await, pairs(&[("PH3-P4", "100")]));
        assert_eq!(served(&cast.owner, &cast.project, Some("2026-11-02")).await, pairs(&[("PH3-P3", "100")]));

        // On the day they begin they can still be corrected; what was in force before cannot.
        assert_eq!(set("PH3-P2", None).await, [""; 0]);
        assert_eq!(served(&cast.owner, &cast.project, None).await, pairs(&[("PH3-P2", "100")]));
        assert_eq!(set("PH3-P1", Some("2026-11-01")).await, ["OUT_OF_RANGE"]);
        app.advance(chrono::TimeDelta::days(1));
        assert_eq!(set("PH3-P1", Some("2026-11-02")).await, ["OUT_OF_RANGE"]);
        let owner = cast.owner.again().await;
        assert_eq!(served(&owner, &cast.project, Some("2026-01-01")).await, pairs(&[("PH3-P4", "100")]));
    }

    async fn hours_of_a_closed_month_keep_their_shares(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.drafts(&cast.record, &cast.project, "2026-09-14", 120).await;
        close(&app, &cast.organization, "2026-09-01").await;
        let set = async |from: Option<&str>| {
            let input = json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": shares(&[("PH3-P4", "100")]), "validFrom": from });
            cast.owner.refused("setTagAllocations", input).await
        };

        assert_eq!(set(None).await, ["PERIOD_CLOSED"]);
        assert_eq!(set(Some("2026-09-14")).await, ["PERIOD_CLOSED"]);
        assert_eq!(set(Some("2026-09-15")).await, [""; 0], "no hours from that day on");
    }

    async fn lists_hold_what_the_caller_may_see(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = new_project(&cast);
        input["startsOn"] = json!("2027-01-01");
        input["endsOn"] = Value::Null;
        cast.owner.done("createProject", input, "project { id }").await;
        let query = "query($filter: ProjectFilter) { projects(filter: $filter) { nodes { code } totalCount } }";
        let found = async |who: &Person, filter: Value| {
            let data = who.asks(query, json!({ "filter": filter })).await;
            data["projects"]["totalCount"].as_u64().unwrap()
        };

        for (who, count) in [(&cast.owner, 2), (&cast.volunteer, 2), (&cast.observer, 2), (&cast.outsider, 0)] {
            assert_eq!(found(who, json!({})).await, count);
        }
        for (filter, count) in [
            (json!({ "active": true }), 1), (json!({ "active": false }), 1), (json!({ "search": "نوادى القراءه" }), 1),
            (json!({ "search": "P-1" }), 1), (json!({ "territoryCode": "07" }), 2), (json!({ "territoryCode": "01" }), 0),
            (json!({ "organizationId": cast.organization.id }), 2), (json!({ "runningOn": "2027-06-01" }), 1),
        ] {
            assert_eq!(found(&cast.owner, filter.clone()).await, count, "{filter}");
        }
    }

    async fn an_archived_project_is_not_active_and_can_be_taken_back(app: App) {
        let cast = Cast::on(&app).await;
        let archive = async |archived: bool| {
            let input = json!({ "id": cast.project, "archived": archived });
            let done = cast.owner.done("updateProject", input, "project { archivedAt }").await;
            done["project"]["archivedAt"].is_string()
        };

        assert!(archive(true).await);
        assert!(!archive(false).await);
    }
}
