//! Contractual volunteering: accreditations, the register of contracts, and the yearly report worked out by hand.
//!
//! Ages, digests and countries are tested beside the code.

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const REPORT: &str = "query($input: ContractualVolunteeringReportInput!) { contractualVolunteeringReport(input: $input) {
    year asOf coverage organization { id } territory { code }
    totals { organizations inForce begun ended terminatedEarly volunteers minutes }
    tables { dimension additivityOfVolunteers rows { code name contracts volunteers minutes } }
    findings { kind contracts } } }";

const REGISTER: &str = "query($slug: String!, $filter: VolunteerContractFilter) { organization(slug: $slug) {
    accreditations { number }
    contracts(first: 100, filter: $filter) { totalCount nodes { id number status nationality volunteer { id } } } } }";

/// Sets a day of birth.
pub async fn born(cast: &Cast, record: &str, day: Option<&str>) {
    let input = json!({ "id": record, "birthDate": day });
    cast.owner
        .done("updateVolunteer", input, "volunteer { id }")
        .await;
}

/// Records an accreditation.
pub async fn accredited(cast: &Cast, from: &str, until: Option<&str>) -> Value {
    let input = json!({
        "organizationId": cast.organization.id, "number": "12/2025", "from": from, "until": until,
    });
    let selection = "accreditation { id number from until isValid version }";
    let mut made = cast
        .owner
        .done("recordAccreditation", input, selection)
        .await;
    made["accreditation"].take()
}

/// The plainest contract.
pub fn plain(cast: &Cast, record: &str) -> Value {
    json!({
        "volunteerId": record, "mission": "Lessons", "territoryCode": cast.organization.territory,
        "from": "2026-03-01", "until": "2026-12-31", "weeklyMinutes": 240, "signedOn": "2026-02-20",
    })
}

/// An input with changes.
pub fn with(mut input: Value, changes: Value) -> Value {
    for (field, value) in changes.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// Enters a contract, or changes one.
pub async fn entered(who: &Person, input: Value) -> Value {
    let selection = "contract { id number status version lastDay endedOn endReason weeklyMinutes insurer
        policyNumber expenseCeiling currency nationality documentSha256 project { title } volunteer { id } }";
    let mut made = who.done("recordContract", input, selection).await;
    made["contract"].take()
}

/// Codes with their fields.
pub async fn refused(who: &Person, mutation: &str, input: Value) -> Vec<(String, String)> {
    let payload = who
        .does(mutation, input, "userErrors { code path message }")
        .await;
    let errors = payload["userErrors"].as_array().unwrap().iter();
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    errors
        .map(|it| (text(&it["code"]), text(&it["path"][0])))
        .collect()
}

/// A single refusal.
pub fn one(code: &str, field: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), field.to_owned())]
}

/// The yearly report.
pub async fn report(who: &Person, input: Value) -> Value {
    let mut data = who.asks(REPORT, json!({ "input": input })).await;
    data["contractualVolunteeringReport"].take()
}

/// Rows of a table that are not empty: code or name, contracts, volunteers, minutes.
fn rows(report: &Value, dimension: &str) -> Vec<(String, i64, i64, i64)> {
    let tables = report["tables"].as_array().unwrap();
    let table = tables
        .iter()
        .find(|it| it["dimension"] == json!(dimension))
        .expect(dimension);
    let number = |it: &Value| it.as_i64().unwrap();
    let told = |it: &Value| {
        let code = it["code"].as_str().or(it["name"].as_str());
        (
            code.unwrap().to_owned(),
            number(&it["contracts"]),
            number(&it["volunteers"]),
            number(&it["minutes"]),
        )
    };
    table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(told)
        .filter(|it| it.1 > 0)
        .collect()
}

fn row(code: &str, contracts: i64, volunteers: i64, minutes: i64) -> (String, i64, i64, i64) {
    (code.to_owned(), contracts, volunteers, minutes)
}

/// Findings with contracts.
fn findings(report: &Value) -> Vec<(String, i64)> {
    let all = report["findings"].as_array().unwrap();
    assert_eq!(all.len(), 8, "every kind is named");
    all.iter()
        .map(|it| {
            (
                it["kind"].as_str().unwrap().to_owned(),
                it["contracts"].as_i64().unwrap(),
            )
        })
        .filter(|it| it.1 > 0)
        .collect()
}

async fn worked(cast: &Cast, record: &str, project: &str, day: &str, minutes: u32) {
    let entry = cast.coordinator.logs(record, project, day, minutes).await;
    cast.owner.approves(&[&entry]).await;
}

on_both_databases! {
    /// From the register's next number to the early end and back; the same request twice is one contract.
    async fn a_contract_is_entered_changed_and_ended(app: App) {
        let cast = Cast::on(&app).await;
        born(&cast, &cast.record, Some("1990-03-08")).await;
        accredited(&cast, "2025-01-01", None).await;
        let digest = "0123456789abcdef".repeat(4);
        let full = with(plain(&cast, &cast.record), json!({
            "insurer": "Mutual", "policyNumber": "P-7", "expenseCeiling": "1250.5", "nationality": "MA",
            "documentSha256": digest.to_uppercase(), "projectId": cast.project, "idempotencyKey": "k-1",
        }));

        let made = entered(&cast.coordinator, full.clone()).await;

        let id = made["id"].as_str().unwrap();
        assert_eq!((&made["number"], &made["status"], &made["version"]), (&json!("2026-0001"), &json!("ACTIVE"), &json!(1)));
        assert_eq!((&made["expenseCeiling"], &made["currency"]), (&json!("1250.50"), &json!("MAD")));
        assert_eq!((&made["documentSha256"], &made["nationality"]), (&json!(digest), &json!("MA")));
        assert_eq!(entered(&cast.coordinator, full.clone()).await["id"], made["id"], "asked twice, entered once");
        let other = with(full, json!({ "mission": "Other" }));
        assert_eq!(refused(&cast.coordinator, "recordContract", other).await, one("IDEMPOTENCY_CONFLICT", "idempotencyKey"));
        let second = with(plain(&cast, &cast.record), json!({ "mission": "Trees", "from": "2026-12-01" }));
        let second = entered(&cast.owner, second).await;
        assert_eq!((&second["number"], &second["status"]), (&json!("2026-0002"), &json!("UPCOMING")));

        let ends = json!({ "id": id, "expectedVersion": 1, "endedOn": "2026-10-31", "endReason": "moved" });
        let ended = entered(&cast.coordinator, ends.clone()).await;
        assert_eq!((&ended["status"], &ended["lastDay"], &ended["version"]), (&json!("TERMINATED"), &json!("2026-10-31"), &json!(2)));
        assert_eq!(refused(&cast.coordinator, "recordContract", ends).await, one("VERSION_CONFLICT", "expectedVersion"));
        let back = entered(&cast.coordinator, json!({ "id": id, "endedOn": null, "insurer": null, "policyNumber": null })).await;
        assert_eq!((&back["status"], &back["endReason"], &back["insurer"]), (&json!("ACTIVE"), &Value::Null, &Value::Null));
        let same = entered(&cast.coordinator, json!({ "id": id, "mission": "Lessons" })).await;
        assert_eq!(same["version"], json!(3), "nothing changed");

        // The register in its order, and narrowed.
        let list = |filter: Value| {
            let asked = json!({ "slug": cast.organization.slug, "filter": filter });
            let cast = &cast;
            async move { cast.owner.asks(REGISTER, asked).await["organization"]["contracts"].take() }
        };
        let all = list(json!({})).await;
        assert_eq!((&all["totalCount"], &all["nodes"][0]["number"], &all["nodes"][1]["number"]), (&json!(2), &json!("2026-0001"), &json!("2026-0002")));
        for (filter, number) in [
            (json!({ "status": ["ACTIVE"] }), "2026-0001"), (json!({ "status": ["UPCOMING", "ENDED"] }), "2026-0002"),
            (json!({ "inForceOn": "2026-03-01" }), "2026-0001"),
        ] {
            let found = list(filter).await;
            assert_eq!((&found["totalCount"], &found["nodes"][0]["number"]), (&json!(1), &json!(number)));
        }
        assert_eq!(list(json!({ "status": [] })).await["totalCount"], json!(0));
        assert_eq!(list(json!({ "volunteerId": cast.record })).await["totalCount"], json!(2));
    }

    /// Each rule says its code and its field, and nothing is entered.
    async fn each_rule_refuses_with_its_field(app: App) {
        let cast = Cast::on(&app).await;
        let without = plain(&cast, &cast.record);
        assert_eq!(
            refused(&cast.owner, "recordContract", without).await,
            [one("CONTRACT_BIRTH_DATE", "volunteerId"), one("CONTRACT_NOT_ACCREDITED", "from")].concat(),
            "all that is wrong is told at once"
        );
        born(&cast, &cast.record, Some("1990-03-08")).await;
        let accreditation = accredited(&cast, "2026-03-01", Some("2026-06-30")).await;
        let kept = entered(&cast.owner, plain(&cast, &cast.record)).await;
        let elsewhere = cast.outsider.opens_project(&cast.outsider.founds("other", "Other").await, "Theirs").await;
        for (changes, code, field) in [
            (json!({ "mission": " " }), "REQUIRED", "mission"),
            (json!({ "mission": "x".repeat(501) }), "TOO_LONG", "mission"),
            (json!({ "mission": "a\u{1}b" }), "INVALID_FORMAT", "mission"),
            (json!({ "mission": null }), "REQUIRED", "mission"),
            (json!({ "volunteerId": null }), "REQUIRED", "volunteerId"),
            (json!({ "volunteerId": cast.project }), "NOT_FOUND", "volunteerId"),
            (json!({ "territoryCode": "99.999" }), "UNKNOWN_TERRITORY", "territoryCode"),
            (json!({ "projectId": elsewhere }), "NOT_FOUND", "projectId"),
            (json!({ "until": "2026-02-28" }), "OUT_OF_RANGE", "until"),
            (json!({ "until": "2036-03-02" }), "OUT_OF_RANGE", "until"),
            (json!({ "weeklyMinutes": 0 }), "OUT_OF_RANGE", "weeklyMinutes"),
            (json!({ "weeklyMinutes": 10081 }), "OUT_OF_RANGE", "weeklyMinutes"),
            (json!({ "signedOn": "2026-03-02" }), "CONTRACT_SIGNED_LATE", "signedOn"),
            (json!({ "signedOn": "2021-08-04" }), "OUT_OF_RANGE", "signedOn"),
            (json!({ "insurer": "Mutual" }), "REQUIRED", "policyNumber"),
            (json!({ "policyNumber": "7" }), "REQUIRED", "insurer"),
            (json!({ "expenseCeiling": "-1" }), "INVALID_FORMAT", "expenseCeiling"),
            (json!({ "expenseCeiling": "1.005" }), "INVALID_FORMAT", "expenseCeiling"),
            (json!({ "nationality": "XX" }), "INVALID_FORMAT", "nationality"),
            (json!({ "documentSha256": "ab" }), "INVALID_FORMAT", "documentSha256"),
            (json!({ "endedOn": "2026-12-31", "endReason": "x" }), "OUT_OF_RANGE", "endedOn"),
            (json!({ "endedOn": "2026-02-28", "endReason": "x" }), "OUT_OF_RANGE", "endedOn"),
            (json!({ "endedOn": "2026-05-01" }), "REQUIRED", "endReason"),
            (json!({ "from": "2026-07-01", "mission": "Other" }), "CONTRACT_NOT_ACCREDITED", "from"),
            (json!({ "mission": "  lessons " }), "CONTRACT_OVERLAP", "from"),
        ] {
            let input = with(with(plain(&cast, &cast.record), json!({ "mission": "Another" })), changes.clone());
            assert_eq!(refused(&cast.owner, "recordContract", input).await, one(code, field), "{changes}");
        }
        let moved = json!({ "id": kept["id"], "from": "2026-07-01" });
        assert_eq!(refused(&cast.owner, "recordContract", moved).await, one("CONTRACT_NOT_ACCREDITED", "from"));
        let given = json!({ "id": kept["id"], "volunteerId": cast.owner.enrols(&cast.organization, "Else").await });
        assert_eq!(refused(&cast.owner, "recordContract", given).await, one("CONTRADICTION", "volunteerId"));
        // A withdrawn accreditation and a lost day of birth do not hinder the end of a contract.
        let withdrawn = json!({ "organizationId": cast.organization.id, "id": accreditation["id"], "expectedVersion": 1,
            "number": "12/2025", "from": "2026-03-02", "until": "2026-03-31" });
        cast.owner.done("recordAccreditation", withdrawn, "accreditation { version }").await;
        born(&cast, &cast.record, None).await;
        entered(&cast.owner, json!({ "id": kept["id"], "endedOn": "2026-04-30", "endReason": "over" })).await;
        let told = report(&cast.owner, json!({ "organizationId": cast.organization.id, "year": 2026 })).await;
        let kinds: Vec<String> = findings(&told).into_iter().map(|it| it.0).collect();
        assert_eq!(kinds, ["WITHOUT_INSURANCE", "WITHOUT_DOCUMENT", "WITHOUT_NATIONALITY", "AGE_UNKNOWN", "WITHOUT_ACCREDITATION", "WITHOUT_HOURS"]);
        // The same mission may follow; the register has no gap from what was refused.
        let next = with(plain(&cast, &cast.record), json!({ "from": "2026-05-01" }));
        born(&cast, &cast.record, Some("1990-03-08")).await;
        let input = json!({ "organizationId": cast.organization.id, "number": "13/2026", "from": "2026-05-01" });
        cast.owner.done("recordAccreditation", input, "accreditation { id }").await;
        assert_eq!(entered(&cast.owner, next).await["number"], json!("2026-0002"));
        cast.owner.done("archiveVolunteer", json!({ "id": cast.record }), "volunteer { id }").await;
        let late = with(plain(&cast, &cast.record), json!({ "from": "2026-06-01", "mission": "Late" }));
        assert_eq!(refused(&cast.owner, "recordContract", late).await, one("ARCHIVED", "volunteerId"));
    }

    /// Eighteen on the first day, the birthday itself included; whoever was born on 29 February is on 1 March.
    async fn eighteen_on_the_first_day(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        for (number, (birth, first, old_enough)) in [
            ("2008-03-01", "2026-03-01", true),
            ("2008-03-02", "2026-03-01", false),
            ("2008-02-29", "2026-02-28", false),
            ("2008-02-29", "2026-03-01", true),
        ].into_iter().enumerate() {
            let record = cast.owner.enrols(&cast.organization, &format!("V{number}")).await;
            born(&cast, &record, Some(birth)).await;
            let input = with(plain(&cast, &record), json!({ "from": first }));
            if old_enough {
                entered(&cast.owner, input).await;
            } else {
                assert_eq!(refused(&cast.owner, "recordContract", input).await, one("CONTRACT_UNDER_AGE", "from"), "{birth}");
            }
        }
    }

    /// Accreditations have numbers of their own and versions; a public body needs none.
    async fn accreditations_are_recorded_by_administrators(app: App) {
        let cast = Cast::on(&app).await;
        let first = accredited(&cast, "2025-01-01", None).await;
        assert_eq!((&first["isValid"], &first["until"], &first["version"]), (&json!(true), &Value::Null, &json!(1)));
        let input = json!({ "organizationId": cast.organization.id, "number": "13", "from": "2026-01-01" });
        for (who, code) in [(&cast.coordinator, "FORBIDDEN"), (&cast.viewer, "FORBIDDEN"), (&cast.volunteer, "FORBIDDEN"),
            (&cast.observer, "FORBIDDEN"), (&cast.outsider, "NOT_FOUND")] {
            assert_eq!(who.refused("recordAccreditation", input.clone()).await, [code]);
        }
        for (changes, code, field) in [
            (json!({ "number": "12/2025" }), "TAKEN", "number"),
            (json!({ "number": "" }), "REQUIRED", "number"),
            (json!({ "from": "2021-08-04" }), "OUT_OF_RANGE", "from"),
            (json!({ "until": "2025-12-31" }), "OUT_OF_RANGE", "until"),
            (json!({ "id": cast.record }), "NOT_FOUND", "id"),
            (json!({ "id": first["id"], "number": "12/2025", "expectedVersion": 2 }), "VERSION_CONFLICT", "expectedVersion"),
        ] {
            let input = with(input.clone(), changes.clone());
            assert_eq!(refused(&cast.owner, "recordAccreditation", input).await, one(code, field), "{changes}");
        }
        let keyed = with(input, json!({ "idempotencyKey": "a" }));
        let selection = "accreditation { id version }";
        let made = cast.owner.done("recordAccreditation", keyed.clone(), selection).await;
        assert_eq!(cast.owner.done("recordAccreditation", keyed, selection).await, made);
        for who in [&cast.volunteer, &cast.observer, &cast.admin] {
            let seen = who.asks(REGISTER, json!({ "slug": cast.organization.slug })).await;
            assert_eq!(seen["organization"]["accreditations"], json!([{ "number": "12/2025" }, { "number": "13" }]));
        }

        let body = cast.owner.founds("commune", "Commune").await;
        let input = json!({ "id": body.id, "kind": "PUBLIC_BODY" });
        cast.owner.done("updateOrganization", input, "organization { id }").await;
        let record = cast.owner.enrols(&body, "Hassan").await;
        born(&cast, &record, Some("1990-03-08")).await;
        entered(&cast.owner, plain(&cast, &record)).await;
        let told = report(&cast.owner, json!({ "organizationId": body.id, "year": 2026 })).await;
        assert_eq!(rows(&told, "ACCREDITATION"), [row("NOT_NEEDED", 1, 1, 0)]);
    }

    /// Those who keep the volunteers see the register, a volunteer their own contracts, nobody else any.
    async fn a_register_is_seen_by_those_who_keep_it(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        let other = cast.owner.enrols(&cast.organization, "Other").await;
        let mut made = Vec::new();
        for record in [&cast.record, &other] {
            born(&cast, record, Some("1990-03-08")).await;
            let input = with(plain(&cast, record), json!({ "nationality": "MA" }));
            made.push(entered(&cast.coordinator, input).await["id"].clone());
        }
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on VolunteerContract { nationality } } }";
        let nationality = json!({ "nationality": "MA" });
        for (who, count, nodes) in [
            (&cast.owner, 2, json!([nationality, nationality])),
            (&cast.coordinator, 2, json!([nationality, nationality])),
            (&cast.volunteer, 1, json!([nationality, null])),
            (&cast.viewer, 0, json!([null, null])),
            (&cast.observer, 0, json!([null, null])),
            // That they exist, and nothing of the person.
            (&cast.admin, 2, json!([{ "nationality": null }, { "nationality": null }])),
        ] {
            let seen = who.asks(REGISTER, json!({ "slug": cast.organization.slug })).await;
            assert_eq!(seen["organization"]["contracts"]["totalCount"], json!(count), "{}", who.email);
            assert_eq!(who.asks(query, json!({ "ids": made })).await["nodes"], nodes, "{}", who.email);
        }
        let change = json!({ "id": made[0], "mission": "Else" });
        let new = with(plain(&cast, &cast.record), json!({ "mission": "New" }));
        for (who, changing, entering) in [
            (&cast.volunteer, "FORBIDDEN", "FORBIDDEN"), (&cast.viewer, "NOT_FOUND", "FORBIDDEN"),
            (&cast.observer, "NOT_FOUND", "NOT_FOUND"), (&cast.outsider, "NOT_FOUND", "NOT_FOUND"),
            (&cast.admin, "FORBIDDEN", "FORBIDDEN"),
        ] {
            assert_eq!(who.refused("recordContract", change.clone()).await, [changing], "{}", who.email);
            assert_eq!(who.refused("recordContract", new.clone()).await, [entering], "{}", who.email);
        }
    }

    /// A mission and whatever else stands on one line holds no break of a line and no sign that turns what follows;
    /// reasons have lines, and marks of direction that turn nothing stay.
    async fn a_text_of_one_line_holds_nothing_that_cannot_be_seen(app: App) {
        let cast = Cast::on(&app).await;
        born(&cast, &cast.record, Some("1990-03-08")).await;
        accredited(&cast, "2025-01-01", None).await;
        let odd = ["\n", "\r\n", "\t", "\u{85}", "\u{2028}", "\u{2029}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}"];
        for sign in odd {
            let text = format!("Lessons{sign}and more");
            for field in ["mission", "insurer", "policyNumber"] {
                let whole = json!({ "insurer": "Mutual", "policyNumber": "7" });
                let input = with(with(plain(&cast, &cast.record), whole), json!({ field: text }));
                assert_eq!(refused(&cast.owner, "recordContract", input).await, one("INVALID_FORMAT", field), "{text:?}");
            }
            let input = json!({ "id": cast.record, "name": text });
            assert_eq!(refused(&cast.owner, "updateVolunteer", input).await, one("INVALID_FORMAT", "name"), "{text:?}");
        }
        let input = json!({ "id": cast.record, "name": "a\u{202e}b" });
        let told = cast.owner.does("updateVolunteer", input, "userErrors { message }").await;
        assert!(told["userErrors"][0]["message"].as_str().unwrap().contains("U+202E"), "{told}");

        let made = entered(&cast.owner, with(plain(&cast, &cast.record), json!({ "mission": " دروس \u{200f}(2)\u{200e} " }))).await;
        let ended = json!({ "id": made["id"], "endedOn": "2026-04-30", "endReason": "moved\nfar away" });
        assert_eq!(entered(&cast.owner, ended).await["endReason"], json!("moved\nfar away"));
        let input = json!({ "id": cast.record, "name": "عائشة بنت محمد", "phone": "\u{202a}+212 612-345678\u{202c}" });
        let kept = cast.owner.done("updateVolunteer", input, "volunteer { name phone }").await;
        assert_eq!(kept["volunteer"], json!({ "name": "عائشة بنت محمد", "phone": "+212612345678" }));
    }

    /// Of two contracts for one mission the field is named that brought them together.
    async fn an_overlap_names_what_was_changed(app: App) {
        let cast = Cast::on(&app).await;
        born(&cast, &cast.record, Some("1990-03-08")).await;
        accredited(&cast, "2025-01-01", None).await;
        let ended = json!({ "endedOn": "2026-05-31", "endReason": "pause" });
        let first = entered(&cast.owner, with(plain(&cast, &cast.record), ended)).await;
        let second = entered(&cast.owner, with(plain(&cast, &cast.record), json!({ "from": "2026-06-01", "until": "2026-08-31" }))).await;
        let third = json!({ "from": "2026-09-01", "until": "2026-10-31" });
        let third = entered(&cast.owner, with(plain(&cast, &cast.record), third)).await;
        let other = entered(&cast.owner, with(plain(&cast, &cast.record), json!({ "mission": "Trees" }))).await;
        for (changes, field) in [
            (json!({ "id": first["id"], "endedOn": null }), "endedOn"),
            (json!({ "id": first["id"], "endedOn": "2026-06-15" }), "endedOn"),
            (json!({ "id": second["id"], "until": "2026-09-01" }), "until"),
            (json!({ "id": third["id"], "from": "2026-08-31" }), "from"),
            (json!({ "id": other["id"], "mission": "LESSONS" }), "mission"),
        ] {
            assert_eq!(refused(&cast.owner, "recordContract", changes.clone()).await, one("CONTRACT_OVERLAP", field), "{changes}");
        }
        let new = with(plain(&cast, &cast.record), json!({ "endedOn": "2026-07-01", "endReason": "x" }));
        assert_eq!(refused(&cast.owner, "recordContract", new).await, one("CONTRACT_OVERLAP", "endedOn"));
    }

    /// Hours that stayed with a record count for the contract of the one that stands for it, however many merges
    /// lie between, now and as of each instant.
    async fn merges_are_followed_to_their_end(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        let mut records = Vec::new();
        for number in 0..4 {
            let record = cast.owner.enrols(&cast.organization, &format!("Karim {number}")).await;
            born(&cast, &record, Some("1990-03-08")).await;
            records.push(record);
        }
        let [one, two, three, four] = &records[..] else { panic!("four") };
        let made = entered(&cast.owner, plain(&cast, two)).await;
        worked(&cast, four, &cast.project, "2026-09-07", 60).await;
        let month = json!({ "organizationId": cast.organization.id, "month": "2026-09" });
        cast.owner.done("submitPeriod", month.clone(), "reportingPeriod { id }").await;
        cast.owner.done("closePeriod", month, "reportingPeriod { id }").await;
        let asked = json!({ "organizationId": cast.organization.id, "year": 2026 });
        let minutes = |input: Value| {
            let who = cast.owner.clone();
            async move { report(&who, input).await["totals"]["minutes"].clone() }
        };
        let mut instants = Vec::new();
        for (keep, merge) in [(three, four), (two, three), (one, two)] {
            instants.push(app.parts.core.clock.now());
            app.advance(chrono::TimeDelta::minutes(2));
            cast.owner.done("mergeVolunteers", json!({ "keepId": keep, "mergeId": merge }), "merge { id }").await;
        }

        assert_eq!(minutes(asked.clone()).await, json!(60));
        for (at, known) in instants.iter().zip([0, 0, 60]) {
            let then = with(asked.clone(), json!({ "asOf": at.to_rfc3339() }));
            assert_eq!(minutes(then).await, json!(known), "{at}");
        }
        // Whoever names a merged record means the one that stands for it, in a change too.
        for record in [two, four] {
            let same = entered(&cast.owner, json!({ "id": made["id"], "volunteerId": record })).await;
            assert_eq!((&same["volunteer"]["id"], &same["version"]), (&json!(one), &json!(2)));
        }
    }

    /// A merge takes contracts along, and gives them back.
    async fn a_merge_loses_no_contract(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        let (keep, merge) = (cast.owner.enrols(&cast.organization, "Karim").await, cast.owner.enrols(&cast.organization, "Karim 2").await);
        for record in [&keep, &merge] {
            born(&cast, record, Some("1990-03-08")).await;
            entered(&cast.owner, plain(&cast, record)).await;
            worked(&cast, record, &cast.project, "2026-04-01", 60).await;
        }
        let before = app.parts.core.clock.now();
        app.advance(chrono::TimeDelta::minutes(5));
        let holders = || async {
            let seen = cast.owner.asks(REGISTER, json!({ "slug": cast.organization.slug })).await;
            let nodes = seen["organization"]["contracts"]["nodes"].as_array().unwrap().clone();
            nodes.iter().map(|it| it["volunteer"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let asked = json!({ "organizationId": cast.organization.id, "year": 2026 });

        let merged = cast.owner.done("mergeVolunteers", json!({ "keepId": keep, "mergeId": merge }), "merge { id }").await;

        assert_eq!(holders().await, [keep.clone(), keep.clone()]);
        let now = report(&cast.owner, asked.clone()).await;
        assert_eq!((&now["totals"]["inForce"], &now["totals"]["volunteers"], &now["totals"]["minutes"]), (&json!(2), &json!(1), &json!(120)));
        assert!(findings(&now).contains(&("OVERLAPPING".to_owned(), 2)));
        let then = report(&cast.owner, with(asked.clone(), json!({ "asOf": before.to_rfc3339() }))).await;
        assert_eq!((&then["totals"]["volunteers"], &then["totals"]["minutes"]), (&json!(2), &json!(120)));
        assert!(!findings(&then).contains(&("OVERLAPPING".to_owned(), 2)));
        // An overlap that a merge brought does not hinder the end of either.
        let nodes = cast.owner.asks(REGISTER, json!({ "slug": cast.organization.slug })).await;
        let one = nodes["organization"]["contracts"]["nodes"][1]["id"].clone();
        entered(&cast.owner, json!({ "id": one, "endedOn": "2026-10-01", "endReason": "twice" })).await;

        let input = json!({ "id": merged["merge"]["id"], "reason": "two people" });
        cast.owner.done("unmergeVolunteers", input, "merge { id }").await;

        assert_eq!(holders().await, [keep, merge]);
        assert_eq!(report(&cast.owner, asked).await["totals"]["volunteers"], json!(2));
    }

    /// Worked out by hand. Amina (born 8 March 1990) teaches until June and plants from March on the project;
    /// Badr, 18 on 1 March, teaches until 10 October. Hours: Amina 60 in January, 30 on another project in April
    /// (lessons), 90 in April and 20 in August on the project (trees: of two contracts, the one that names the
    /// project), 45 on the other project in August (under no contract); Badr 15 on his last day, 10 after it.
    /// 60 + 30 + 90 + 20 + 15 = 215.
    async fn the_yearly_report_by_hand(app: App) {
        let cast = Cast::on(&app).await;
        let accreditation = accredited(&cast, "2025-01-01", None).await;
        let other = cast.owner.opens_project(&cast.organization, "Wells").await;
        let badr = cast.owner.enrols(&cast.organization, "Badr").await;
        let sexes = [(&cast.record, "FEMALE", "1990-03-08"), (&badr, "MALE", "2008-03-01")];
        for (record, sex, day) in sexes {
            let input = json!({ "id": record, "sex": sex, "birthDate": day });
            cast.owner.done("updateVolunteer", input, "volunteer { id }").await;
        }
        let first = with(plain(&cast, &cast.record), json!({
            "from": "2025-09-01", "until": "2026-06-30", "signedOn": "2025-08-20", "nationality": "MA",
            "insurer": "Mutual", "policyNumber": "1", "documentSha256": "ab".repeat(32),
        }));
        entered(&cast.owner, first).await;
        worked(&cast, &cast.record, &cast.project, "2026-01-10", 60).await;
        let before = app.parts.core.clock.now();
        app.advance(chrono::TimeDelta::minutes(5));
        let trees = json!({ "mission": "Trees", "projectId": cast.project });
        entered(&cast.owner, with(plain(&cast, &cast.record), trees)).await;
        let short = json!({ "nationality": "SN", "insurer": "Mutual", "policyNumber": "2", "endedOn": "2026-10-10", "endReason": "studies" });
        entered(&cast.owner, with(plain(&cast, &badr), short)).await;
        for (record, project, day, minutes) in [
            (&cast.record, &cast.project, "2026-04-01", 90), (&cast.record, &other, "2026-04-02", 30),
            (&cast.record, &other, "2026-08-01", 45), (&cast.record, &cast.project, "2026-08-02", 20),
            (&badr, &cast.project, "2026-10-10", 15), (&badr, &cast.project, "2026-10-11", 10),
        ] {
            worked(&cast, record, project, day, minutes).await;
        }
        cast.coordinator.logs(&cast.record, &cast.project, "2026-04-03", 500).await;
        let input = json!({ "organizationId": cast.organization.id, "id": accreditation["id"], "number": "12/2025",
            "from": "2025-01-01", "until": "2026-06-30" });
        cast.owner.done("recordAccreditation", input, "accreditation { id }").await;

        let of_one = json!({ "organizationId": cast.organization.id, "year": 2026 });
        let of_region = json!({ "territoryCode": REGION, "year": 2026 });
        let totals = json!({ "organizations": 1, "inForce": 3, "begun": 2, "ended": 1, "terminatedEarly": 1, "volunteers": 2, "minutes": 215 });
        for (who, asked, missions) in [
            (&cast.owner, &of_one, true), (&cast.viewer, &of_one, true), (&cast.observer, &of_one, false),
            (&cast.admin, &of_one, false), (&cast.observer, &of_region, false), (&cast.coordinator, &of_region, false),
        ] {
            let told = report(who, asked.clone()).await;
            assert_eq!(told["totals"], totals, "{}", who.email);
            assert_eq!(rows(&told, "SEX"), [row("FEMALE", 2, 1, 200), row("MALE", 1, 1, 15)]);
            assert_eq!(rows(&told, "AGE"), [row("18-24", 1, 1, 15), row("35-44", 2, 1, 200)]);
            assert_eq!(rows(&told, "NATIONALITY"), [row("MA", 2, 1, 200), row("SN", 1, 1, 15)]);
            assert_eq!(rows(&told, "PLACE"), [row(&cast.organization.territory, 3, 2, 215)]);
            assert_eq!(rows(&told, "ACCREDITATION"), [row("EXPIRED", 3, 2, 215)]);
            assert_eq!(findings(&told), [("WITHOUT_INSURANCE".to_owned(), 1), ("WITHOUT_DOCUMENT".to_owned(), 2), ("WITHOUT_NATIONALITY".to_owned(), 1)]);
            let shown = told["tables"].as_array().unwrap().iter().any(|it| it["dimension"] == "MISSION");
            assert_eq!(shown, missions, "{}", who.email);
        }
        let own = report(&cast.owner, of_one.clone()).await;
        assert_eq!(rows(&own, "MISSION"), [row("Lessons", 2, 2, 105), row("Trees", 1, 1, 110)]);
        assert_eq!((&own["coverage"], &own["organization"]["id"]), (&json!("ORGANIZATIONS"), &json!(cast.organization.id)));

        // As it was known five minutes before: one contract, and an accreditation without end.
        let then = report(&cast.owner, with(of_one.clone(), json!({ "asOf": before.to_rfc3339() }))).await;
        assert_eq!(then["totals"], json!({ "organizations": 1, "inForce": 1, "begun": 0, "ended": 1, "terminatedEarly": 0, "volunteers": 1, "minutes": 60 }));
        assert_eq!(rows(&then, "ACCREDITATION"), [row("VALID", 1, 1, 60)]);
        let earlier = report(&cast.owner, with(of_one.clone(), json!({ "year": 2025 }))).await;
        assert_eq!((&earlier["totals"]["inForce"], &earlier["totals"]["begun"], &earlier["totals"]["ended"]), (&json!(1), &json!(1), &json!(0)));

        let tries = |who: &Person, input: &Value| {
            let (who, input) = (who.clone(), input.clone());
            async move { who.tries(REPORT, json!({ "input": input })).await.error_code().to_owned() }
        };
        for (who, asked, code) in [
            (&cast.volunteer, &of_one, "BAD_USER_INPUT"), (&cast.volunteer, &of_region, "FORBIDDEN"),
            (&cast.outsider, &of_one, "BAD_USER_INPUT"), (&cast.nobody, &of_one, "UNAUTHENTICATED"),
        ] {
            assert_eq!(tries(who, asked).await, code, "{}", who.email);
        }
        let neither = cast.owner.tries(REPORT, json!({ "input": { "year": 2026 } })).await;
        let message = neither.body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("territoryCode") && message.contains("organizationId"), "{message}");
        for wrong in [json!({ "year": 2026 }), with(of_one.clone(), json!({ "year": 2020 })), with(of_one, json!({ "year": 2027 }))] {
            assert_eq!(tries(&cast.owner, &wrong).await, "BAD_USER_INPUT", "{wrong}");
        }
        let none = report(&cast.outsider, of_region).await;
        assert_eq!(none["totals"]["inForce"], json!(0), "another organization's contracts are nobody else's");
    }

    /// A longer register and a longer report cost no more statements.
    async fn more_contracts_cost_no_more_statements(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        let query = "query($slug: String!) { organization(slug: $slug) { accreditations { number } contracts(first: 50) {
            nodes { organization { slug } volunteer { name } territory { code } project { title } status } } } }";
        let slug = json!({ "slug": cast.organization.slug });
        let mut costs = Vec::new();
        for number in 0..6 {
            let record = cast.owner.enrols(&cast.organization, &format!("V{number}")).await;
            born(&cast, &record, Some("1990-03-08")).await;
            entered(&cast.owner, with(plain(&cast, &record), json!({ "projectId": cast.project }))).await;
            if number % 4 == 1 {
                let (seen, listed) = counted(&app, cast.owner.asks(query, slug.clone())).await;
                let nodes = seen["organization"]["contracts"]["nodes"].as_array().unwrap();
                assert_eq!(nodes.len(), number + 1);
                let input = json!({ "organizationId": cast.organization.id, "year": 2026 });
                let (_, told) = counted(&app, report(&cast.owner, input)).await;
                costs.push((listed, told));
            }
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1].0 <= 8, "{costs:?}");
    }

    /// Sentences are told in three languages, with the mend.
    async fn a_refusal_says_the_mend(app: App) {
        let cast = Cast::on(&app).await;
        let payload = cast.owner.does("recordContract", plain(&cast, &cast.record), "userErrors { code message }").await;
        assert_eq!(codes(&payload), ["CONTRACT_BIRTH_DATE", "CONTRACT_NOT_ACCREDITED"]);
        let told = payload["userErrors"][1]["message"].as_str().unwrap();
        assert!(told.contains("2026-03-01") && told.contains("recordAccreditation"), "{told}");
    }
}
