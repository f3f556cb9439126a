//! Vocabularies that administrators keep: dated terms that never rewrite what was valid, vocabularies that only
//! their organization sees, and reports that foot whatever terms begin or end.
//!
//! What a term must be is tested beside the code, without a database.

use chrono::TimeDelta;
use entity::audit_event;
use entity::reference_load;
use entity::vocabulary_term;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;
use tiwizi::rollups;
use tiwizi::vocabularies::import;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::cast::codes;
use crate::support::on_both_databases;

const WRITTEN: &str =
    "results { change term { code level validFrom validTo version nameFr nameEn parent { code } }
    userErrors { code path } } userErrors { code path }";

/// A term of INDH or of another vocabulary of the platform.
fn term(code: &str, parent: Option<&str>, level: &str, from: &str) -> Value {
    json!({
        "code": code, "parentCode": parent, "level": level, "nameFr": format!("{code} fr"),
        "nameAr": format!("{code} ar"), "nameEn": format!("{code} en"), "validFrom": from, "source": "a circular",
    })
}

async fn upserts(who: &Person, vocabulary: &str, terms: &[Value]) -> Value {
    let input = json!({ "vocabulary": vocabulary, "terms": terms });
    who.does("upsertVocabularyTerms", input, WRITTEN).await
}

async fn written(who: &Person, vocabulary: &str, terms: &[Value]) -> Vec<Value> {
    let payload = upserts(who, vocabulary, terms).await;
    assert_eq!(codes(&payload), Vec::<String>::new(), "{payload:#}");
    payload["results"].as_array().unwrap().clone()
}

/// Codes of terms in force on a day.
async fn terms(who: &Person, vocabulary: &str, on: &str) -> Vec<String> {
    let query = "query($on: Date) { vocabularies { code terms(on: $on) { code } } }";
    let data = who.asks(query, json!({ "on": on })).await;
    let lists = data["vocabularies"].as_array().unwrap();
    let list = lists.iter().find(|it| it["code"] == vocabulary);
    let terms = list.and_then(|it| it["terms"].as_array()).cloned();
    let terms = terms.unwrap_or_default();
    terms
        .iter()
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

async fn shares(
    who: &Person,
    project: &str,
    vocabulary: &str,
    parts: &[(&str, &str)],
    from: Option<&str>,
) -> Vec<String> {
    let parts: Vec<Value> = parts
        .iter()
        .map(|(code, percent)| json!({ "termCode": code, "percent": percent }))
        .collect();
    let input = json!({ "projectId": project, "vocabulary": vocabulary, "shares": parts, "validFrom": from });
    who.refused("setTagAllocations", input).await
}

async fn works(cast: &Cast, day: &str, minutes: u32) {
    let entry = cast
        .coordinator
        .logs(&cast.record, &cast.project, day, minutes)
        .await;
    cast.owner.approves(&[&entry]).await;
}

/// Programmes of the INDH report: code, name, minutes; the total beside them.
async fn reported(who: &Person, from: &str, to: &str) -> (Vec<(String, String, i64)>, i64) {
    let query = "query($input: IndhReportInput!) { indhReport(input: $input) { totals { minutes }
        byProgramme { term { code name(locale: \"fr\") } minutes } } }";
    let input = json!({ "territoryCode": REGION, "from": from, "to": to });
    let data = who.asks(query, json!({ "input": input })).await;
    let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    let report = &data["indhReport"];
    let rows = report["byProgramme"].as_array().unwrap();
    let rows = rows.iter().map(|it| {
        (
            text(&it["term"]["code"]),
            text(&it["term"]["name"]),
            it["minutes"].as_i64().unwrap(),
        )
    });
    (
        rows.collect(),
        report["totals"]["minutes"].as_i64().unwrap(),
    )
}

fn row(code: &str, name: &str, minutes: i64) -> (String, String, i64) {
    (code.to_owned(), name.to_owned(), minutes)
}

/// The vocabulary of the organization, with two themes.
async fn themes(cast: &Cast) -> String {
    let input = json!({ "organizationId": cast.organization.id, "code": "THEMES", "nameFr": "Thèmes", "levels": ["THEME", "PART"] });
    let made = cast
        .owner
        .done(
            "createVocabulary",
            input,
            "vocabulary { code levels organization { slug } terms { code } }",
        )
        .await;
    assert_eq!(
        made["vocabulary"],
        json!({ "code": "al-amal:THEMES", "levels": ["THEME", "PART"], "organization": { "slug": "al-amal" }, "terms": [] })
    );
    let batch = [
        json!({ "code": "WATER", "level": "THEME", "nameFr": "Eau", "nameAr": "الماء", "validFrom": "2026-01-01" }),
        json!({ "code": "FOREST", "level": "THEME", "nameFr": "Forêt", "validFrom": "2026-01-01" }),
        json!({ "code": "WELLS", "parentCode": "WATER", "level": "PART", "nameFr": "Puits", "validFrom": "2026-01-01" }),
    ];
    written(&cast.owner, "al-amal:THEMES", &batch).await;
    "al-amal:THEMES".to_owned()
}

on_both_databases! {
    /// A programme that begins in November: hours before it count where they did, hours after it under it.
    async fn a_programme_that_begins_leaves_the_hours_before_it_where_they_are(app: App) {
        let cast = Cast::on(&app).await;
        assert_eq!(shares(&cast.owner, &cast.project, "INDH", &[("PH3-P4", "100")], None).await, [""; 0]);
        works(&cast, "2026-10-31", 61).await;
        works(&cast, "2026-11-01", 30).await;
        let before = reported(&cast.observer, "2026-10-01", "2026-11-30").await;

        written(&cast.admin, "INDH", &[
            term("PH3-P5", Some("PH3"), "PROGRAMME", "2026-11-01"),
            term("PH3-P5-A1", Some("PH3-P5"), "AXIS", "2026-11-01"),
        ]).await;

        assert_eq!(reported(&cast.observer, "2026-10-01", "2026-11-30").await, before, "a term by itself changes no figure");
        let parts = [("PH3-P5-A1", "33.3333"), ("PH3-P4", "66.6667")];
        assert_eq!(shares(&cast.owner, &cast.project, "INDH", &parts, Some("2026-10-30")).await, ["UNKNOWN_TERM"], "not in force yet");
        assert_eq!(shares(&cast.owner, &cast.project, "INDH", &parts, Some("2026-11-01")).await, [""; 0]);
        works(&cast, "2026-11-02", 70).await;
        let (rows, total) = reported(&cast.observer, "2026-10-01", "2026-11-30").await;
        // 100 minutes of November: 33.3333 under the axis, which counts under its programme.
        assert_eq!(rows.iter().map(|it| (it.0.as_str(), it.2)).collect::<Vec<_>>(), [("PH3-P4", 128), ("PH3-P5", 33)]);
        assert_eq!(rows.iter().map(|it| it.2).sum::<i64>(), total);
        assert_eq!(reported(&cast.observer, "2026-10-01", "2026-10-31").await.0, [row("PH3-P4", "Impulsion du capital humain des générations montantes", 61)]);
        assert_eq!(rollups::verify(&app.parts.core.db).await.unwrap().different, 0);
    }

    /// One programme under two names is one row, called as at the end of the interval.
    async fn a_name_from_a_day_on_rewrites_nothing_before_it(app: App) {
        let cast = Cast::on(&app).await;
        shares(&cast.owner, &cast.project, "INDH", &[("PH3-P4-A1", "100")], None).await;
        works(&cast, "2026-11-01", 40).await;

        let renamed = written(&cast.admin, "INDH", &[
            json!({ "code": "PH3-P4", "nameFr": "Jeunesse", "nameAr": "الشباب", "nameEn": "Youth", "validFrom": "2026-11-03" }),
        ]).await;

        assert_eq!(renamed[0]["term"], json!({ "code": "PH3-P4", "level": "PROGRAMME", "validFrom": "2026-11-03", "validTo": null,
            "version": 1, "nameFr": "Jeunesse", "nameEn": "Youth", "parent": { "code": "PH3" } }));
        // A project that is shared anew names the new version, the other one the old one.
        app.advance(TimeDelta::days(3));
        let cast = Cast { owner: cast.owner.again().await, coordinator: cast.coordinator.again().await,
            observer: cast.observer.again().await, admin: cast.admin.again().await, ..cast };
        let other = cast.owner.opens_project(&cast.organization, "Other").await;
        assert_eq!(shares(&cast.owner, &other, "INDH", &[("PH3-P4", "100")], Some("2026-11-04")).await, [""; 0]);
        works(&cast, "2026-11-04", 20).await;
        let entry = cast.coordinator.logs(&cast.record, &other, "2026-11-04", 25).await;
        cast.owner.approves(&[&entry]).await;
        assert_eq!(reported(&cast.observer, "2026-11-01", "2026-11-30").await, (vec![row("PH3-P4", "Jeunesse", 85)], 85));
        let (rows, _) = reported(&cast.observer, "2026-11-01", "2026-11-02").await;
        assert_eq!(rows, [row("PH3-P4", "Impulsion du capital humain des générations montantes", 40)]);

        let query = r#"{ vocabularies { code then: terms(on: "2026-11-02") { code nameEn } now: terms { id code nameEn validFrom
            versions { validFrom validTo nameEn version } parent { nameEn } was: parent(on: "2026-11-01") { nameEn } } } }"#;
        let data = cast.nobody.asks(query, json!({})).await;
        let find = |list: &Value, code: &str| list.as_array().unwrap().iter().find(|it| it["code"] == code).unwrap().clone();
        let indh = &data["vocabularies"][0];
        assert_ne!(find(&indh["then"], "PH3-P4")["nameEn"], "Youth");
        let now = find(&indh["now"], "PH3-P4");
        assert_eq!((&now["nameEn"], &now["validFrom"]), (&json!("Youth"), &json!("2026-11-03")));
        assert_eq!(now["versions"].as_array().unwrap().len(), 2);
        assert_eq!((&now["versions"][0]["validTo"], &now["versions"][0]["version"]), (&json!("2026-11-03"), &json!(2)));
        let axis = find(&indh["now"], "PH3-P4-A1");
        assert_eq!(axis["parent"]["nameEn"], "Youth");
        assert_ne!(axis["was"]["nameEn"], "Youth");
        // What has begun is not rewritten, whoever asks for it.
        let mut rewriting = term("PH3-P4", Some("PH3"), "PROGRAMME", "2026-11-03");
        let payload = upserts(&cast.admin, "INDH", std::slice::from_ref(&rewriting)).await;
        assert_eq!((codes(&payload), &payload["results"][0]["userErrors"][0]["path"]), (vec!["TERM_BEGUN".to_owned()], &json!(["validFrom"])));
        rewriting["validFrom"] = json!("2019-01-01");
        assert_eq!(codes(&upserts(&cast.admin, "INDH", &[rewriting]).await), ["TERM_BEGUN"]);
    }

    /// A term that ends is given no new shares; hours that are shared by it go on counting under it.
    async fn a_term_in_use_ends_and_its_hours_stay(app: App) {
        let cast = Cast::on(&app).await;
        shares(&cast.owner, &cast.project, "INDH", &[("PH3-P1", "50"), ("PH3-P2", "50")], None).await;
        works(&cast, "2026-10-20", 31).await;
        let ends = |code: &str, parent: &str, level: &str| {
            let mut it = json!({ "code": code, "parentCode": parent, "level": level, "validFrom": "2019-01-01", "validTo": "2026-11-02" });
            for field in ["nameFr", "nameAr", "nameEn", "source"] {
                it[field] = Value::Null;
            }
            it
        };
        let query = "{ vocabularies { terms { code level nameFr nameAr nameEn source validFrom parent { code } } } }";
        let data = cast.nobody.asks(query, json!({})).await;
        let all = data["vocabularies"][0]["terms"].as_array().unwrap().clone();
        let ended = |code: &str| {
            let held = all.iter().find(|it| it["code"] == code).unwrap();
            let mut it = ends(code, held["parent"]["code"].as_str().unwrap(), held["level"].as_str().unwrap());
            for field in ["nameFr", "nameAr", "nameEn", "source", "validFrom"] {
                it[field] = held[field].clone();
            }
            it
        };
        // The terms in it would outlive it.
        let payload = upserts(&cast.admin, "INDH", &[ended("PH3-P1")]).await;
        assert_eq!(codes(&payload), ["TERM_OUTLIVES"]);
        let below: Vec<Value> = all.iter().filter_map(|it| it["code"].as_str()).filter(|it| it.starts_with("PH3-P1")).map(ended).collect();
        assert_eq!(below.len(), 8);
        let done = written(&cast.admin, "INDH", &below).await;
        assert!(done.iter().all(|it| it["change"] == "CHANGED" && it["term"]["validTo"] == "2026-11-02"));
        assert!(written(&cast.admin, "INDH", &below).await.iter().all(|it| it["change"] == "UNCHANGED"));

        works(&cast, "2026-11-02", 30).await;
        let (rows, total) = reported(&cast.observer, "2026-10-01", "2026-11-30").await;
        assert_eq!((rows.iter().map(|it| (it.0.as_str(), it.2)).collect::<Vec<_>>(), total), (vec![("PH3-P1", 31), ("PH3-P2", 30)], 61));
        let refused = shares(&cast.owner, &cast.project, "INDH", &[("PH3-P1", "100")], Some("2026-11-02")).await;
        assert_eq!(refused, ["UNKNOWN_TERM"]);
        assert!(!terms(&cast.nobody, "INDH", "2026-11-02").await.iter().any(|it| it.starts_with("PH3-P1")));
        assert!(terms(&cast.nobody, "INDH", "2026-11-01").await.contains(&"PH3-P1".to_owned()));
        assert_eq!(rollups::verify(&app.parts.core.db).await.unwrap().different, 0);
    }

    /// A later start, or another edition of the lists, leaves what an administrator wrote.
    async fn lists_that_are_loaded_again_leave_what_was_written_by_hand(app: App) {
        let cast = Cast::on(&app).await;
        written(&cast.admin, "INDH", &[
            term("PH3-P5", Some("PH3"), "PROGRAMME", "2026-11-02"),
            json!({ "code": "PH3-P4", "nameFr": "Jeunesse", "nameAr": "الشباب", "nameEn": "Youth", "validFrom": "2026-11-02" }),
        ]).await;
        let rows = async || vocabulary_term::Entity::find().all(app.parts.core.db.system().read()).await.unwrap();
        let mut before = rows().await;
        before.sort_by_key(|it| it.id);

        let again = app.beside().await;
        let mut after = rows().await;
        after.sort_by_key(|it| it.id);
        assert_eq!(after, before, "a start changes nothing");
        // An edition that ends one programme, renames another, and names one that an administrator wrote.
        let list = include_str!("../data/indh_programmes.csv");
        let mut lines: Vec<String> = list.lines().map(str::to_owned).collect();
        let header: Vec<String> = lines[0].split(',').map(str::to_owned).collect();
        let added = header.iter().map(|it| match it.as_str() {
            "programme_code" => "PH3-P5",
            "parent_code" => "PH3",
            "level" => "PROGRAMME",
            "valid_from" => "2026-01-01",
            "name_fr" | "name_ar" | "name_en" => "of the list",
            _ => "",
        });
        lines.push(added.collect::<Vec<_>>().join(","));
        // And what lies in it, from before the day that the administrator gave it.
        let below = header.iter().map(|it| match it.as_str() {
            "programme_code" => "PH3-P5-A1",
            "parent_code" => "PH3-P5",
            "level" => "AXIS",
            "valid_from" => "2026-01-01",
            "name_fr" | "name_ar" | "name_en" => "below",
            _ => "",
        });
        lines.push(below.collect::<Vec<_>>().join(","));
        let list = lines.join("\n").replace("Impulsion du capital humain des générations montantes", "Changed by the list")
            .replace("Rattrapage des déficits", "Corrected by the list");
        let operator = again.parts.operator(Locale::En);
        let lists = import::Lists { programmes: &list, ..import::Lists::carried() };
        import::load_lists(&operator, &lists).await.unwrap();

        let after = rows().await;
        let (added, after): (Vec<_>, Vec<_>) = after.into_iter().partition(|it| it.code == "PH3-P5-A1");
        let above = before.iter().find(|it| it.code == "PH3-P5").unwrap();
        assert_eq!(added.iter().map(|it| it.parent_id).collect::<Vec<_>>(), [Some(above.id)]);
        assert_eq!(after.len(), before.len(), "nothing else was added or taken away");
        for row in &before {
            let now = after.iter().find(|it| it.id == row.id).unwrap();
            let by_hand = before.iter().any(|it| it.code == row.code && it.vocabulary == row.vocabulary && it.changed_by.is_some());
            if by_hand {
                assert_eq!(now, row);
            } else {
                assert_eq!((now.valid_from, now.valid_to), (row.valid_from, row.valid_to), "{}", row.code);
            }
        }
        assert!(after.iter().any(|it| it.name_fr.starts_with("Corrected by the list")), "others follow the list");
        let last = terms(&cast.nobody, "INDH", "2026-11-02").await;
        assert!(last.ends_with(&["PH3-P5".to_owned(), "PH3-P5-A1".to_owned()]), "{last:?}");
    }

    /// A database that was filled before the targets came gets them at the next start, and keeps the rest.
    async fn a_start_brings_the_targets_and_leaves_goals_and_shares(app: App) {
        let cast = Cast::on(&app).await;
        let held = async |level: &str| {
            let found = vocabulary_term::Entity::find()
                .filter(vocabulary_term::Column::Vocabulary.eq("SDG"))
                .filter(vocabulary_term::Column::Level.eq(level));
            let mut rows = found.all(app.parts.core.db.system().read()).await.unwrap();
            rows.sort_by_key(|it| it.ordinal);
            rows
        };
        let operator = app.parts.operator(Locale::En);
        operator.transaction(async |tx| {
            let of_targets = vocabulary_term::Column::Level.eq("TARGET");
            vocabulary_term::Entity::delete_many().filter(of_targets).exec(&**tx).await?;
            let edition = reference_load::Entity::delete_by_id("vocabularies".to_owned());
            edition.exec(&**tx).await.map(|_| ())
        }).await.unwrap();
        written(&cast.admin, "SDG", &[
            json!({ "code": "13", "nameFr": "Climat", "nameAr": "المناخ", "nameEn": "Climate", "validFrom": "2026-11-02" }),
        ]).await;
        assert_eq!(shares(&cast.owner, &cast.project, "SDG", &[("4", "100")], None).await, Vec::<String>::new());
        works(&cast, "2026-10-20", 31).await;
        let goals = held("GOAL").await;
        let refused = shares(&cast.owner, &cast.project, "SDG", &[("4.1", "100")], Some("2026-10-21")).await;
        assert_eq!((held("TARGET").await.len(), refused), (0, vec!["UNKNOWN_TERM".to_owned()]));

        let again = app.beside().await;

        assert_eq!(held("GOAL").await, goals, "goals stay as they were");
        let targets = held("TARGET").await;
        assert_eq!(targets.len(), 169);
        let above = |code: &str| targets.iter().find(|it| it.code == code).unwrap().parent_id;
        let first = |code: &str| goals.iter().filter(|it| it.code == code).min_by_key(|it| it.valid_from).map(|it| it.id);
        assert_eq!((above("4.1"), above("13.a")), (first("4"), first("13")));
        let owner = cast.owner.through(&again);
        assert_eq!(shares(&owner, &cast.project, "SDG", &[("4.1", "100")], Some("2026-10-21")).await, Vec::<String>::new());
        works(&cast, "2026-10-21", 29).await;
        let query = "query($input: SdgReportInput!) { sdgReport(input: $input) { totals { minutes }
            byGoal { term { code } minutes byTarget { term { code } minutes } } } }";
        let input = json!({ "territoryCode": REGION, "from": "2026-10-01", "to": "2026-10-31" });
        let data = cast.observer.asks(query, json!({ "input": input })).await;
        assert_eq!(data["sdgReport"], json!({ "totals": { "minutes": 60 }, "byGoal": [{ "term": { "code": "4" }, "minutes": 60,
            "byTarget": [{ "term": { "code": "4.1" }, "minutes": 29 }, { "term": null, "minutes": 31 }] }] }));
        assert_eq!(rollups::verify(&app.parts.core.db).await.unwrap().different, 0);
    }

    async fn an_organization_keeps_a_vocabulary_that_nobody_else_sees(app: App) {
        let cast = Cast::on(&app).await;
        let code = themes(&cast).await;
        let list = "query($id: ID) { vocabularies(organizationId: $id) { code } }";
        let seen = async |who: &Person, id: &Value| -> Vec<String> {
            let data = who.asks(list, json!({ "id": id })).await;
            data["vocabularies"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
        };
        let platform = ["INDH", "SDG", "ISCO08", "ICNP_TSO"];
        let with_own = ["INDH", "SDG", "ISCO08", "ICNP_TSO", "al-amal:THEMES"];
        let id = json!(cast.organization.id);
        for who in [&cast.owner, &cast.coordinator, &cast.volunteer, &cast.viewer] {
            assert_eq!(seen(who, &Value::Null).await, with_own);
            assert_eq!(seen(who, &id).await, with_own);
        }
        for who in [&cast.outsider, &cast.observer, &cast.nobody] {
            assert_eq!(seen(who, &Value::Null).await, platform);
            assert_eq!(seen(who, &id).await, platform);
        }
        assert_eq!(seen(&cast.admin, &Value::Null).await, platform, "not those of every organization");
        assert_eq!(seen(&cast.admin, &id).await, with_own);
        let names = "{ vocabularies { name(locale: \"ar\") terms { id code name(locale: \"ar\") parent { code } } } }";
        let data = cast.volunteer.asks(names, json!({})).await;
        let own = &data["vocabularies"][4];
        assert_eq!(own["name"], "Thèmes", "what has no name of its own has the French one");
        let told: Vec<_> = own["terms"].as_array().unwrap().iter().map(|it| (it["code"].as_str().unwrap(), it["name"].as_str().unwrap())).collect();
        assert_eq!(told, [("WATER", "الماء"), ("WELLS", "Puits"), ("FOREST", "Forêt")]);

        // Shares are exactly the whole, dated, and shown to whoever sees the vocabulary.
        assert_eq!(shares(&cast.owner, &cast.project, &code, &[("WATER", "60"), ("FOREST", "39.9999")], None).await, ["SHARES_NOT_WHOLE"]);
        assert_eq!(shares(&cast.owner, &cast.project, &code, &[("WATER", "60"), ("FOREST", "40")], None).await, [""; 0]);
        assert_eq!(shares(&cast.owner, &cast.project, &code, &[("WELLS", "100")], None).await, [""; 0]);
        assert_eq!(shares(&cast.owner, &cast.project, &code, &[("OTHER", "100")], None).await, ["UNKNOWN_TERM"]);
        let allocations = "query($id: ID!, $on: Date) { project(id: $id) { tagAllocations(on: $on) { vocabulary percent term { code } } } }";
        let at = |on: &str| json!({ "id": cast.project, "on": on });
        let then = cast.volunteer.asks(allocations, at("2026-11-01")).await;
        assert_eq!(then["project"]["tagAllocations"], json!([
            { "vocabulary": code, "percent": "60", "term": { "code": "WATER" } },
            { "vocabulary": code, "percent": "40", "term": { "code": "FOREST" } },
        ]));
        let now = cast.volunteer.asks(allocations, at("2026-11-02")).await;
        assert_eq!(now["project"]["tagAllocations"], json!([{ "vocabulary": code, "percent": "100", "term": { "code": "WELLS" } }]));
        // An observer sees the project, and nothing of how the organization orders its work.
        let observed = cast.observer.asks(allocations, at("2026-11-02")).await;
        assert_eq!(observed["project"]["tagAllocations"], json!([]));
        works(&cast, "2026-10-20", 31).await;
        let (rows, total) = reported(&cast.observer, "2026-10-01", "2026-11-30").await;
        assert_eq!((rows, total), (vec![row("-", "-", 31)], 31), "no programme, and no figure less");
        let node = "query($id: ID!) { node(id: $id) { ... on VocabularyTerm { code } } }";
        let term = json!({ "id": own["terms"][0]["id"] });
        assert_eq!(cast.viewer.asks(node, term.clone()).await["node"]["code"], "WATER");
        for who in [&cast.outsider, &cast.observer, &cast.nobody] {
            assert_eq!(who.asks(node, term.clone()).await["node"], Value::Null);
        }
    }

    async fn strangers_neither_use_nor_learn_of_a_vocabulary(app: App) {
        let cast = Cast::on(&app).await;
        let code = themes(&cast).await;
        let mine = json!({ "code": "SEA", "level": "THEME", "nameFr": "Mer", "validFrom": "2026-01-01" });
        // As of a vocabulary that is not there.
        for vocabulary in [code.as_str(), "al-amal:NOTHING"] {
            assert_eq!(codes(&upserts(&cast.outsider, vocabulary, std::slice::from_ref(&mine)).await), ["NOT_FOUND"]);
            assert_eq!(codes(&upserts(&cast.observer, vocabulary, std::slice::from_ref(&mine)).await), ["NOT_FOUND"]);
            let found = cast.outsider.asks("{ viewer { memberships { organization { id } } } }", json!({})).await;
            let at = crate::support::cast::Organization {
                id: found["viewer"]["memberships"][0]["organization"]["id"].as_str().unwrap().to_owned(),
                ..cast.organization.clone()
            };
            let title = format!("Project for {vocabulary}");
            let project = cast.outsider.opens_project(&at, &title).await;
            let payload = shares(&cast.outsider, &project, vocabulary, &[("WATER", "100")], None).await;
            assert_eq!(payload, ["UNKNOWN_TERM"]);
        }
        for who in [&cast.coordinator, &cast.volunteer, &cast.viewer, &cast.admin] {
            assert_eq!(codes(&upserts(who, &code, std::slice::from_ref(&mine)).await), ["FORBIDDEN"]);
        }
        for who in [&cast.owner, &cast.outsider, &cast.observer] {
            assert_eq!(codes(&upserts(who, "INDH", &[term("PH4", None, "PHASE", "2027-01-01")]).await), ["FORBIDDEN"]);
        }
        let new = |id: Option<&str>| json!({ "organizationId": id, "code": "OTHER", "nameFr": "Autre", "nameAr": "آخر", "nameEn": "Other", "levels": ["A"] });
        let own = cast.organization.id.as_str();
        assert_eq!(cast.outsider.refused("createVocabulary", new(Some(own))).await, ["NOT_FOUND"]);
        assert_eq!(cast.coordinator.refused("createVocabulary", new(Some(own))).await, ["FORBIDDEN"]);
        assert_eq!(cast.owner.refused("createVocabulary", new(None)).await, ["FORBIDDEN"]);
        assert_eq!(cast.owner.refused("createVocabulary", new(Some(own))).await, [""; 0]);
        assert_eq!(cast.owner.refused("createVocabulary", new(Some(own))).await, ["TAKEN"]);
        // The same code beside one of the platform and of another organization.
        assert_eq!(cast.admin.refused("createVocabulary", new(None)).await, [""; 0]);
        let found = cast.outsider.asks("{ viewer { memberships { organization { id } } } }", json!({})).await;
        let theirs = found["viewer"]["memberships"][0]["organization"]["id"].as_str().unwrap();
        assert_eq!(cast.outsider.refused("createVocabulary", new(Some(theirs))).await, [""; 0]);
        assert_eq!(upserts(&cast.admin, "OTHER", &[term("X", None, "A", "2020-01-01")]).await["results"][0]["change"], "CREATED");
        assert_eq!(shares(&cast.owner, &cast.project, "OTHER", &[("X", "100")], None).await, [""; 0], "everybody uses those of the platform");
    }

    async fn a_batch_of_terms_is_written_as_a_whole_or_not_at_all(app: App) {
        let cast = Cast::on(&app).await;
        let with = |field: &str, value: Value| {
            let mut it = term("PH4", None, "PHASE", "2027-01-01");
            it[field] = value;
            it
        };
        let mut beyond = term("PH1-NEW", Some("PH1"), "PROGRAMME", "2010-01-01");
        beyond["validTo"] = json!("2011-06-01");
        let batch = [
            term("PH5", None, "PHASE", "2027-01-01"),
            with("code", json!("PH 4")),
            with("nameAr", json!(" ")),
            with("level", json!("EPOCH")),
            with("parentCode", json!("PH9")),
            with("validFrom", json!("1926-01-01")),
            with("validTo", json!("2027-01-01")),
            term("PH3-P4", Some("PH2"), "PROGRAMME", "2027-01-01"),
            term("PH5-A", Some("PH3-P4-A1"), "PROGRAMME", "2027-01-01"),
            term("PH5", None, "PHASE", "2027-01-01"),
            beyond,
            with("expectedVersion", json!(1)),
        ];

        let payload = upserts(&cast.admin, "INDH", &batch).await;

        let told: Vec<Vec<(&str, &str)>> = payload["results"].as_array().unwrap().iter().map(|it| {
            assert_eq!((&it["term"], &it["change"]), (&Value::Null, &Value::Null));
            let errors = it["userErrors"].as_array().unwrap().iter();
            errors.map(|it| (it["code"].as_str().unwrap(), it["path"][0].as_str().unwrap_or(""))).collect()
        }).collect();
        assert_eq!(told, [
            vec![("BATCH_UNDONE", "")],
            vec![("INVALID_FORMAT", "code")],
            vec![("REQUIRED", "nameAr")],
            vec![("UNKNOWN_VALUE", "level")],
            vec![("UNKNOWN_TERM", "parentCode")],
            vec![("OUT_OF_RANGE", "validFrom")],
            vec![("OUT_OF_RANGE", "validTo")],
            vec![("TERM_PLACED", "parentCode")],
            vec![("LEVEL_ORDER", "level")],
            vec![("TAKEN", "validFrom")],
            vec![("TERM_OUTLIVES", "validTo")],
            vec![("VERSION_CONFLICT", "expectedVersion")],
        ]);
        assert!(!terms(&cast.nobody, "INDH", "2027-01-01").await.contains(&"PH5".to_owned()));
        // The Arabic name of the first is what the fault is: mended, all is written.
        let many: Vec<Value> = (0..501).map(|it| term(&format!("T{it}"), None, "PHASE", "2027-01-01")).collect();
        assert_eq!(codes(&upserts(&cast.admin, "INDH", &many).await), ["TOO_LONG"]);
        assert_eq!(codes(&upserts(&cast.admin, "INDH", &[]).await), ["REQUIRED"]);
        let lines = audit_event::Entity::find().filter(audit_event::Column::Action.eq("vocabulary_term.upsert"));
        assert_eq!(lines.clone().count(app.parts.core.db.system().read()).await.unwrap(), 0);

        // A dry run tells what would be, and writes nothing.
        let mut input = json!({ "vocabulary": "INDH", "dryRun": true, "idempotencyKey": "terms-1", "terms": [
            term("PH4", None, "PHASE", "2027-01-01"), term("PH4-P1", Some("PH4"), "PROGRAMME", "2027-01-01"),
        ] });
        let dry = cast.admin.does("upsertVocabularyTerms", input.clone(), "results { change term { code validFrom } userErrors { code } }").await;
        assert_eq!(dry["results"], json!([
            { "change": "CREATED", "term": { "code": "PH4", "validFrom": "2027-01-01" }, "userErrors": [] },
            { "change": "CREATED", "term": { "code": "PH4-P1", "validFrom": "2027-01-01" }, "userErrors": [] },
        ]));
        assert_eq!(lines.clone().count(app.parts.core.db.system().read()).await.unwrap(), 0);
        assert!(!terms(&cast.nobody, "INDH", "2027-01-01").await.contains(&"PH4".to_owned()));

        // Sent twice it has one effect, and another input under the same key none.
        input["dryRun"] = json!(false);
        let first = cast.admin.does("upsertVocabularyTerms", input.clone(), WRITTEN).await;
        assert_eq!(first["results"][1]["change"], "CREATED", "{first:#}");
        let again = cast.admin.does("upsertVocabularyTerms", input.clone(), WRITTEN).await;
        assert_eq!((codes(&again), &again["results"][1]["term"]), (vec![], &first["results"][1]["term"]));
        input["terms"][0]["nameFr"] = json!("Autre");
        assert_eq!(cast.admin.refused("upsertVocabularyTerms", input).await, ["IDEMPOTENCY_CONFLICT"]);
        assert_eq!(lines.count(app.parts.core.db.system().read()).await.unwrap(), 2);
    }

    async fn a_vocabulary_is_begun_once_and_says_its_levels(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = json!({ "code": "ICNPO", "nameFr": "Secteurs", "nameAr": "القطاعات", "nameEn": "Sectors",
            "levels": ["GROUP", "SUBGROUP"], "idempotencyKey": "icnpo" });
        let first = cast.admin.done("createVocabulary", input.clone(), "vocabulary { code levels organization { id } nameEn }").await;
        let again = cast.admin.done("createVocabulary", input.clone(), "vocabulary { code levels organization { id } nameEn }").await;
        assert_eq!(first, again);
        assert_eq!(first["vocabulary"], json!({ "code": "ICNPO", "levels": ["GROUP", "SUBGROUP"], "organization": null, "nameEn": "Sectors" }));
        input["nameEn"] = json!("Fields");
        assert_eq!(cast.admin.refused("createVocabulary", input).await, ["IDEMPOTENCY_CONFLICT"]);
        for (field, value, code) in [
            ("code", json!("themes"), "INVALID_FORMAT"),
            ("code", json!("A:B"), "INVALID_FORMAT"),
            ("code", json!("A".repeat(33)), "TOO_LONG"),
            ("nameAr", Value::Null, "REQUIRED"),
            ("levels", json!([]), "WRONG_COUNT"),
            ("levels", json!(["A", "A"]), "TAKEN"),
            ("levels", json!(["a"]), "INVALID_FORMAT"),
        ] {
            let mut input = json!({ "code": "OTHER", "nameFr": "Autre", "nameAr": "آخر", "nameEn": "Other", "levels": ["A"] });
            input[field] = value;
            assert_eq!(cast.admin.refused("createVocabulary", input).await, [code], "{field}");
        }
    }
}
