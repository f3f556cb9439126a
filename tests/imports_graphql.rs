//! Imports over the network: tried out, committed once, taken back as a whole or not at all.
//!
//! What rows mean is tried in `imports`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const HOURS: &str = "date,ref benevole,projet,minutes,description\n\
    2026-03-02,V-1,TREES,120,planting\n\
    2026-03-03,V-2,TREES,90,watering\n\
    2026-03-04,V-9,TREES,60,unknown volunteer\n\
    2026-03-03,V-2,TREES,90,watering\n";

const FIELDS: &str =
    "import { id kind status fileName fileSize sha256 rowCount createdCount unchangedCount
    changedCount duplicateCount refusedCount minutes version reason
    columns { title field } startedBy { id } committedBy { id } committedAt rolledBackAt
    refusals { totalCount nodes { line column value code rule message } } }";

/// The cast with a project and two volunteers that files name.
pub async fn stage(app: &App) -> Cast {
    let cast = Cast::on(app).await;
    cast.owner.opens_project(&cast.organization, "TREES").await;
    cast.owner.enrols(&cast.organization, "V-1").await;
    cast.owner.enrols(&cast.organization, "V-2").await;
    cast
}

/// The input of `startImport` with a file.
pub fn file(cast: &Cast, kind: &str, content: &[u8]) -> Value {
    json!({
        "organizationId": cast.organization.id, "kind": kind, "fileName": "file.csv",
        "content": STANDARD.encode(content),
    })
}

/// Brings a file that is accepted.
pub async fn brings(who: &Person, input: Value) -> Value {
    who.done("startImport", input, FIELDS).await["import"].clone()
}

/// Commits an import that was tried out.
pub async fn commits(who: &Person, import: &Value) -> Value {
    let input = json!({ "id": import["id"], "expectedVersion": import["version"] });
    who.done("commitImport", input, FIELDS).await["import"].clone()
}

/// The input that takes an import back.
pub fn rollback(import: &Value) -> Value {
    json!({ "id": import["id"], "reason": "the wrong file" })
}

/// Status, minutes and description of the organization's entries, oldest work day first.
async fn entries(cast: &Cast) -> Vec<(String, i64, String)> {
    let query = "query($id: ID!) { organization(id: $id) {
        hourEntries(first: 100, orderBy: { field: WORKED_ON, direction: ASC }) {
            nodes { status minutes description } } } }";
    let data = cast
        .owner
        .asks(query, json!({ "id": cast.organization.id }))
        .await;
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    data["organization"]["hourEntries"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let minutes = it["minutes"].as_i64().unwrap();
            (text(&it["status"]), minutes, text(&it["description"]))
        })
        .collect()
}

async fn entry_ids(cast: &Cast) -> Vec<String> {
    let query =
        "query($id: ID!) { organization(id: $id) { hourEntries(first: 100) { nodes { id } } } }";
    let data = cast
        .owner
        .asks(query, json!({ "id": cast.organization.id }))
        .await;
    let nodes = data["organization"]["hourEntries"]["nodes"].clone();
    let ids = nodes.as_array().unwrap().iter();
    ids.map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Names of the organization's volunteers with a reference of the file.
async fn names(cast: &Cast) -> Vec<String> {
    let query = "query($id: ID!) { organization(id: $id) { volunteers(first: 100) { nodes { name reference } } } }";
    let data = cast
        .owner
        .asks(query, json!({ "id": cast.organization.id }))
        .await;
    let nodes = data["organization"]["volunteers"]["nodes"].clone();
    let listed = nodes.as_array().unwrap().iter();
    listed
        .filter(|it| {
            it["reference"]
                .as_str()
                .is_some_and(|it| it.starts_with("V-"))
        })
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn ledger_fault(cast: &Cast) -> Value {
    let query = "query($id: ID!) { verifyLedger(organizationId: $id) { fault } }";
    let data = cast
        .owner
        .asks(query, json!({ "id": cast.organization.id }))
        .await;
    data["verifyLedger"]["fault"].clone()
}

on_both_databases! {
    async fn a_file_is_tried_out_and_nothing_is_written(app: App) {
        let cast = stage(&app).await;

        let import = brings(&cast.coordinator, file(&cast, "HOURS", HOURS.as_bytes())).await;

        assert_eq!(import["status"], "DRY_RUN");
        assert_eq!(import["kind"], "HOURS");
        assert_eq!(import["fileSize"], HOURS.len());
        assert_eq!(import["sha256"].as_str().unwrap().len(), 64);
        assert_eq!((&import["rowCount"], &import["createdCount"], &import["duplicateCount"], &import["refusedCount"]),
            (&json!(4), &json!(2), &json!(1), &json!(1)));
        assert_eq!(import["minutes"], 210);
        assert_eq!(import["startedBy"]["id"], cast.coordinator.id);
        let refusals = &import["refusals"];
        assert_eq!(refusals["totalCount"], 2);
        assert_eq!(refusals["nodes"][0], json!({ "line": 4, "column": "ref benevole", "value": "V-9",
            "code": "UNKNOWN_VOLUNTEER", "rule": "import.volunteer", "message": "No volunteer fits V-9." }));
        assert_eq!((&refusals["nodes"][1]["line"], &refusals["nodes"][1]["code"]), (&json!(5), &json!("DUPLICATE_ROW")));
        assert_eq!(entries(&cast).await, []);
    }

    async fn refusals_are_paged_in_the_order_of_the_file(app: App) {
        let cast = stage(&app).await;
        let mut text = "date,ref benevole,projet,minutes\n".to_owned();
        for day in 1..=5 {
            text.push_str(&format!("2026-03-0{day},V-9,TREES,60\n"));
        }
        let import = brings(&cast.owner, file(&cast, "HOURS", text.as_bytes())).await;
        let query = "query($id: ID!, $after: String) { node(id: $id) { ... on Import {
            refusals(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { line } } } } }";

        let (mut lines, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = cast.owner.asks(query, json!({ "id": import["id"], "after": after })).await;
            let page = &data["node"]["refusals"];
            assert_eq!(page["totalCount"], 5);
            lines.extend(page["nodes"].as_array().unwrap().iter().map(|it| it["line"].as_i64().unwrap()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }

        assert_eq!(lines, [2, 3, 4, 5, 6]);
    }

    async fn a_committed_file_becomes_entries_that_wait_for_approval(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.coordinator, file(&cast, "HOURS", HOURS.as_bytes())).await;

        let done = commits(&cast.coordinator, &import).await;

        assert_eq!((&done["status"], &done["createdCount"], &done["version"]), (&json!("COMMITTED"), &json!(2), &json!(2)));
        assert_eq!(done["committedBy"]["id"], cast.coordinator.id);
        assert_eq!(entries(&cast).await, [
            ("SUBMITTED".to_owned(), 120, "planting".to_owned()),
            ("SUBMITTED".to_owned(), 90, "watering".to_owned()),
        ]);
        assert_eq!(ledger_fault(&cast).await, Value::Null);
    }

    async fn entries_stay_drafts_where_that_is_asked(app: App) {
        let cast = stage(&app).await;
        let mut input = file(&cast, "HOURS", HOURS.as_bytes());
        input["drafts"] = json!(true);
        let import = brings(&cast.owner, input).await;

        commits(&cast.owner, &import).await;

        assert!(entries(&cast).await.iter().all(|it| it.0 == "DRAFT"));
    }

    async fn two_commits_of_an_import_are_one(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;

        let first = commits(&cast.owner, &import).await;
        let again = commits(&cast.owner, &import).await;

        assert_eq!(first, again);
        assert_eq!(entries(&cast).await.len(), 2);
    }

    async fn two_commits_at_once_are_one(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;

        let (one, other) = tokio::join!(commits(&cast.owner, &import), commits(&cast.coordinator, &import));

        assert_eq!((&one["status"], &one["committedAt"]), (&other["status"], &other["committedAt"]));
        assert_eq!(entries(&cast).await.len(), 2);
    }

    async fn the_same_file_again_is_unchanged(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;
        commits(&cast.owner, &import).await;

        let again = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;

        assert_eq!((&again["createdCount"], &again["unchangedCount"], &again["minutes"]), (&json!(0), &json!(2), &json!(0)));
        commits(&cast.owner, &again).await;
        // What the second import did not write it does not take back.
        cast.owner.done("rollbackImport", rollback(&again), FIELDS).await;
        assert_eq!(entries(&cast).await.len(), 2);
    }

    async fn a_repeated_start_with_a_key_is_one_import(app: App) {
        let cast = stage(&app).await;
        let mut input = file(&cast, "HOURS", HOURS.as_bytes());
        input["idempotencyKey"] = json!("once");
        let first = brings(&cast.owner, input.clone()).await;

        assert_eq!(brings(&cast.owner, input.clone()).await["id"], first["id"]);
        input["fileName"] = json!("other.csv");
        assert_eq!(cast.owner.refused("startImport", input).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn an_import_is_taken_back_as_a_whole(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.coordinator, file(&cast, "HOURS", HOURS.as_bytes())).await;
        commits(&cast.coordinator, &import).await;

        let payload = cast.coordinator.done("rollbackImport", rollback(&import), FIELDS).await;

        let done = &payload["import"];
        assert_eq!((&done["status"], &done["reason"]), (&json!("ROLLED_BACK"), &json!("the wrong file")));
        assert_eq!(entries(&cast).await, []);
        assert_eq!(ledger_fault(&cast).await, Value::Null);
        // Again it is the same answer, and the rows may come again with a mended file.
        let again = cast.coordinator.done("rollbackImport", rollback(&import), FIELDS).await;
        assert_eq!(again["import"], *done);
        assert_eq!(cast.coordinator.refused("commitImport", json!({ "id": import["id"] })).await, ["IMPORT_OVER"]);
        let mended = brings(&cast.coordinator, file(&cast, "HOURS", HOURS.as_bytes())).await;
        assert_eq!(mended["createdCount"], 2);
    }

    async fn an_import_with_an_approved_entry_is_not_taken_back_at_all(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;
        commits(&cast.owner, &import).await;
        let ids = entry_ids(&cast).await;
        cast.coordinator.approves(&[&ids[0]]).await;
        let before = entries(&cast).await;

        let payload = cast.owner.does("rollbackImport", rollback(&import), "import { id } userErrors { code message path }").await;

        assert_eq!(payload["import"], Value::Null);
        assert_eq!(payload["userErrors"].as_array().unwrap().len(), 1);
        assert_eq!(payload["userErrors"][0]["code"], "IMPORT_DECIDED");
        assert!(payload["userErrors"][0]["message"].as_str().unwrap().starts_with("Line 3:"), "{payload:#}");
        assert_eq!(entries(&cast).await, before);
    }

    async fn an_import_with_a_changed_entry_is_not_taken_back_at_all(app: App) {
        let cast = stage(&app).await;
        let mut input = file(&cast, "HOURS", HOURS.as_bytes());
        input["drafts"] = json!(true);
        let import = brings(&cast.owner, input).await;
        commits(&cast.owner, &import).await;
        let ids = entry_ids(&cast).await;
        cast.owner.done("updateHourEntry", json!({ "id": ids[0], "minutes": 45 }), "hourEntry { id }").await;

        assert_eq!(cast.owner.refused("rollbackImport", rollback(&import)).await, ["IMPORT_CHANGED"]);
        assert_eq!(entries(&cast).await.len(), 2);
        // What somebody deleted meanwhile is no obstacle.
        cast.owner.done("deleteHourEntry", json!({ "id": ids[0] }), "deletedHourEntryId").await;
        cast.owner.done("rollbackImport", rollback(&import), FIELDS).await;
        assert_eq!(entries(&cast).await, []);
    }

    async fn an_import_that_was_tried_out_may_be_given_up(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;

        let payload = cast.owner.done("rollbackImport", rollback(&import), FIELDS).await;

        assert_eq!(payload["import"]["status"], "ROLLED_BACK");
        assert_eq!(cast.owner.refused("commitImport", json!({ "id": import["id"] })).await, ["IMPORT_OVER"]);
    }

    async fn volunteers_are_registered_and_taken_back(app: App) {
        let cast = stage(&app).await;
        let text = "الرقم المرجعي,الاسم,الهاتف,الجنس\nV-1,فاطمة الزهراء,0612345678,أنثى\nV-3,محمد أمين,,ذكر\nV-4,سلمى,0612,\n";
        let import = brings(&cast.coordinator, file(&cast, "VOLUNTEERS", text.as_bytes())).await;
        assert_eq!((&import["createdCount"], &import["changedCount"], &import["refusedCount"]), (&json!(1), &json!(1), &json!(1)));
        assert_eq!(import["columns"], json!([
            { "title": "الرقم المرجعي", "field": "REFERENCE" }, { "title": "الاسم", "field": "NAME_AR" },
            { "title": "الهاتف", "field": "PHONE" }, { "title": "الجنس", "field": "SEX" },
        ]));
        let before = names(&cast).await;

        commits(&cast.coordinator, &import).await;
        let mut committed = names(&cast).await;
        committed.sort();
        assert_eq!(committed, ["V-2", "فاطمة الزهراء", "محمد أمين"]);

        cast.coordinator.done("rollbackImport", rollback(&import), FIELDS).await;
        assert_eq!(names(&cast).await, before);
    }

    async fn volunteers_with_hours_are_not_taken_back(app: App) {
        let cast = stage(&app).await;
        let text = "reference,name\nV-3,Amine\nV-4,Salma\n";
        let import = brings(&cast.owner, file(&cast, "VOLUNTEERS", text.as_bytes())).await;
        commits(&cast.owner, &import).await;
        let hours = "date,ref,projet,minutes\n2026-03-02,V-4,TREES,120\n";
        let of_hours = brings(&cast.owner, file(&cast, "HOURS", hours.as_bytes())).await;
        commits(&cast.owner, &of_hours).await;

        let payload = cast.owner.does("rollbackImport", rollback(&import), "import { id } userErrors { code message }").await;

        assert_eq!(payload["userErrors"], json!([{ "code": "IMPORT_USED",
            "message": "Line 3: Salma has hours or places in shifts, or took over another record; nothing was taken back." }]));
        assert_eq!(names(&cast).await, ["Amine", "Salma", "V-1", "V-2"]);
    }

    async fn arabic_titles_are_suggested_and_their_file_is_read(app: App) {
        let cast = stage(&app).await;
        let text = "التاريخ;رقم المتطوع;المشروع;المدة\n٢٠٢٦-٠٣-٠٢;V-1;TREES;١:٣٠\n";

        let import = brings(&cast.owner, file(&cast, "HOURS", text.as_bytes())).await;

        assert_eq!(import["columns"], json!([
            { "title": "التاريخ", "field": "DATE" }, { "title": "رقم المتطوع", "field": "REFERENCE" },
            { "title": "المشروع", "field": "PROJECT" }, { "title": "المدة", "field": "DURATION" },
        ]));
        assert_eq!(import["minutes"], 90);
    }

    async fn a_missing_column_is_named_and_may_be_mapped(app: App) {
        let cast = stage(&app).await;
        let text = "date,qui,chantier,minutes\n02/03/2026,V-1,TREES,120\n";
        let mut input = file(&cast, "HOURS", text.as_bytes());
        input["dateFormat"] = json!("DAY_MONTH_YEAR");

        let payload = cast.owner.does("startImport", input.clone(), "import { id } columns { title field } userErrors { code path }").await;

        assert_eq!(payload["import"], Value::Null);
        assert_eq!(payload["userErrors"], json!([
            { "code": "MISSING_COLUMN", "path": ["content"] }, { "code": "MISSING_COLUMN", "path": ["content"] },
        ]));
        assert_eq!(payload["columns"][1], json!({ "title": "qui", "field": null }));
        input["mapping"] = json!([{ "title": "qui", "field": "REFERENCE" }, { "title": "chantier", "field": "PROJECT" }]);
        let import = brings(&cast.owner, input).await;
        assert_eq!(import["createdCount"], 1);
        assert_eq!(import["columns"][2], json!({ "title": "chantier", "field": "PROJECT" }));
        commits(&cast.owner, &import).await;
        assert_eq!(entries(&cast).await.len(), 1);
    }

    /// Without a number the same row would be another volunteer each time: the file is refused as a whole.
    async fn volunteers_need_their_number(app: App) {
        let cast = stage(&app).await;
        let input = file(&cast, "VOLUNTEERS", "nom,telephone\nAli Baba,0611111111\n".as_bytes());

        let payload = cast.owner.does("startImport", input, "import { id } userErrors { code message }").await;

        assert_eq!(payload["import"], Value::Null);
        assert_eq!(payload["userErrors"][0]["code"], "MISSING_COLUMN");
        let told = payload["userErrors"][0]["message"].as_str().unwrap();
        assert!(told.contains("number (reference)"), "{told}");
    }

    async fn a_commit_may_bring_another_mapping(app: App) {
        let cast = stage(&app).await;
        let text = "date,ref,projet,minutes,lieu dit\n2026-03-02,V-1,TREES,120,by the river\n";
        let import = brings(&cast.owner, file(&cast, "HOURS", text.as_bytes())).await;
        let input = json!({ "id": import["id"], "expectedVersion": 1,
            "mapping": [{ "title": "lieu dit", "field": "DESCRIPTION" }] });

        cast.owner.done("commitImport", input, FIELDS).await;

        assert_eq!(entries(&cast).await, [("SUBMITTED".to_owned(), 120, "by the river".to_owned())]);
    }

    async fn what_is_no_file_is_refused(app: App) {
        let cast = stage(&app).await;
        let mut input = file(&cast, "HOURS", b"");
        assert_eq!(cast.owner.refused("startImport", input.clone()).await, ["UNREADABLE_FILE"]);
        input["content"] = json!("not base64!");
        assert_eq!(cast.owner.refused("startImport", input).await, ["INVALID_FORMAT"]);
        let latin = file(&cast, "HOURS", b"date;b\xE9n\xE9vole\n");
        assert_eq!(cast.owner.refused("startImport", latin).await, ["UNREADABLE_FILE"]);
    }

    async fn another_version_is_not_committed(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;

        let input = json!({ "id": import["id"], "expectedVersion": 7 });
        let payload = cast.owner.does("commitImport", input, "import { version } userErrors { code }").await;

        assert_eq!(payload, json!({ "import": { "version": 1 }, "userErrors": [{ "code": "VERSION_CONFLICT" }] }));
        assert_eq!(entries(&cast).await, []);
    }

    async fn strangers_see_nothing_of_an_import(app: App) {
        let cast = stage(&app).await;
        let import = brings(&cast.owner, file(&cast, "HOURS", HOURS.as_bytes())).await;
        let query = "query($import: ID!, $organization: ID!) { node(id: $import) { id }
            organization(id: $organization) { imports { totalCount nodes { id } } } }";
        let asked = json!({ "import": import["id"], "organization": cast.organization.id });
        let id = json!({ "id": import["id"] });

        let seen = cast.coordinator.asks(query, asked.clone()).await;
        assert_eq!(seen["node"]["id"], import["id"]);
        assert_eq!(seen["organization"]["imports"], json!({ "totalCount": 1, "nodes": [{ "id": import["id"] }] }));
        for who in [&cast.volunteer, &cast.viewer] {
            let seen = who.asks(query, asked.clone()).await;
            assert_eq!((&seen["node"], &seen["organization"]["imports"]), (&Value::Null, &Value::Null));
            assert_eq!(who.refused("commitImport", id.clone()).await, ["NOT_FOUND"]);
            assert_eq!(who.refused("startImport", file(&cast, "HOURS", HOURS.as_bytes())).await, ["FORBIDDEN"]);
        }
        // The administrator of another organization.
        assert_eq!(cast.outsider.asks(query, asked.clone()).await, json!({ "node": null, "organization": null }));
        assert_eq!(cast.outsider.refused("commitImport", id.clone()).await, ["NOT_FOUND"]);
        assert_eq!(cast.outsider.refused("rollbackImport", rollback(&import)).await, ["NOT_FOUND"]);
        assert_eq!(cast.outsider.refused("startImport", file(&cast, "HOURS", HOURS.as_bytes())).await, ["NOT_FOUND"]);
        assert_eq!(entries(&cast).await, []);
    }
}
