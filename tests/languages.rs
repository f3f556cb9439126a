//! What people are told, in Arabic, French and English.
//!
//! That no sentence is missing in a language is held in `architecture`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

/// The answers to one operation in Arabic, French, English, and a language that is not spoken.
async fn told(app: &App, token: &str, query: &str, variables: &Value) -> [Value; 4] {
    let mut answers = Vec::new();
    for language in ["ar", "fr-MA", "en", "de"] {
        let request = app
            .http()
            .post(format!("{}/graphql", app.url))
            .header(ACCEPT_LANGUAGE, language)
            .json(&json!({ "query": query, "variables": variables }));
        let request = if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        };
        answers.push(request.send().await.unwrap().json().await.unwrap());
    }
    answers.try_into().unwrap()
}

fn arabic(text: &str) -> bool {
    text.chars().any(|it| ('\u{600}'..='\u{6ff}').contains(&it))
}

on_both_databases! {
    async fn refusals_speak_the_language_of_the_request(app: App) {
        let query = "mutation { signIn(input: {email: \"x@example.org\", password: \"y\"}) \
                     { userErrors { message } } }";
        let answers = told(&app, "", query, &json!({})).await;
        let [ar, fr, en, de] = answers.map(|it| it["data"]["signIn"]["userErrors"][0]["message"].clone());

        assert!(arabic(ar.as_str().unwrap()) && fr != en, "{ar} {fr} {en}");
        assert_eq!(de, en);
    }

    /// Not only the user errors of mutations: also what cannot be read, counted or given.
    async fn values_that_do_not_fit_are_told_in_the_language_of_the_request(app: App) {
        let cast = Cast::on(&app).await;
        let owner = cast.owner.token();
        let organization = cast.organization.id.as_str();
        let entry = json!({ "projectId": cast.project, "workedOn": "14/03/2026", "minutes": 60 });
        let create = "mutation($input: CreateHourEntryInput!) { createHourEntry(input: $input) { userErrors { code } } }";
        let sync = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) { results { status } } }";
        let batch = json!({ "input": { "deviceId": uuid::Uuid::nil(), "sentAt": "2026-11-02T09:00:00Z", "items": [] } });
        let organizations = "query($first: Int, $last: Int, $after: String) { organizations(first: $first, last: $last, after: $after) { totalCount } }";
        let nothing = json!({});

        for (query, variables, code, rule, path, english) in [
            (organizations, json!({ "first": 101 }), "BAD_USER_INPUT", "input.range", "first",
                "`first`: It must lie between 1 and 100."),
            (organizations, json!({ "first": 1, "last": 1 }), "BAD_USER_INPUT", "input.consistent", "first",
                "`first`: These values exclude each other: first, last."),
            (organizations, json!({ "after": "x" }), "BAD_USER_INPUT", "input.cursor", "after",
                "`after`: This cursor was not given for this list and order: begin without one."),
            (organizations, json!({ "first": "many" }), "BAD_USER_INPUT", "input.kind", "$first",
                "`$first`: Give a whole number from -2147483648 to 2147483647."),
            ("{ syncChanges(since: \"x\") { cursor } }", nothing.clone(), "BAD_USER_INPUT", "input.cursor", "since",
                "`since`: This cursor was not given for this list and order: begin without one."),
            (sync, batch, "BAD_USER_INPUT", "input.count", "items", "`items`: Give 1 to 500 of them."),
            (create, json!({ "input": entry }), "BAD_USER_INPUT", "input.kind", "$input.workedOn",
                "`$input.workedOn`: Give a date, such as 2026-03-14."),
            (create, json!({ "input": {} }), "BAD_USER_INPUT", "input.required", "$input.projectId",
                "`$input.projectId`: Give a value."),
            (create, json!({ "input": { "projectId": "a", "hours": 2 } }), "BAD_USER_INPUT", "input.field", "$input.hours",
                "`$input.hours`: The input has no field of this name: look at the schema."),
            (create, json!({ "input": 7 }), "BAD_USER_INPUT", "input.kind", "$input",
                "`$input`: Give an object with the fields of the input."),
            ("query($by: TerritoryLevel) { territories(filter: { level: $by }) { totalCount } }", json!({ "by": "CITY" }),
                "BAD_USER_INPUT", "input.value", "$by", "`$by`: Give one of: ARRONDISSEMENT, COMMUNE"),
            ("query($id: ID!) { volunteers(filter: { organizationId: $id }) { totalCount } }", json!({ "id": "x" }),
                "BAD_USER_INPUT", "identity.scope", "organizationId", "`organizationId`: There is no such thing"),
            ("{ territory { name } }", nothing.clone(), "BAD_USER_INPUT", "input.one", "",
                "Give exactly one of these, and not null: code, id."),
            ("{ indhReport(input: { territoryCode: \"MA\", from: \"2026-02-30\", to: \"2026-12-31\" }) { asOf } }", nothing.clone(),
                "GRAPHQL_VALIDATION_FAILED", "input.kind", "input.from", "`input.from`: Give a date, such as 2026-03-14."),
        ] {
            let [ar, fr, en, de] = told(&app, owner, query, &variables).await;

            let message = |it: &Value| it["errors"][0]["message"].as_str().unwrap().to_owned();
            assert!(message(&en).starts_with(english), "{query} {variables}: {en:#}");
            assert_eq!(message(&de), message(&en));
            assert!(arabic(&message(&ar)), "{query}: {ar:#}");
            assert_ne!(message(&fr), message(&en), "{query}: {fr:#}");
            for answer in [ar, fr, en] {
                let extensions = &answer["errors"][0]["extensions"];
                assert_eq!((&extensions["code"], &extensions["rule"]), (&json!(code), &json!(rule)), "{answer:#}");
                let told: Vec<&str> = extensions["path"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
                assert_eq!(told.join("."), path, "{answer:#}");
                assert!(answer["data"].as_object().is_none_or(|it| it.values().all(Value::is_null)), "{answer:#}");
            }
        }
        let query = "query($id: ID!) { approvalQueue(organizationId: $id) { totalCount } }";
        let [ar, fr, en, _] = told(&app, cast.volunteer.token(), query, &json!({ "id": organization })).await;
        assert_eq!(en["errors"][0]["extensions"]["code"], "FORBIDDEN", "{en:#}");
        assert!(arabic(ar["errors"][0]["message"].as_str().unwrap()), "{ar:#}");
        assert_ne!(fr["errors"][0]["message"], en["errors"][0]["message"]);
        let [ar, _, en, _] = told(&app, "", "{ organizations { totalCount } }", &nothing).await;
        assert_eq!(en["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{en:#}");
        assert!(arabic(ar["errors"][0]["message"].as_str().unwrap()), "{ar:#}");
    }

    async fn an_operation_that_asks_for_too_much_is_told_so_in_each_language(app: App) {
        let many: String = (0..100).map(|it| format!("a{it}: __typename ")).collect();
        let [ar, fr, en, _] = told(&app, "", &format!("{{ {many} }}"), &json!({})).await;

        assert_eq!(en["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{en:#}");
        assert!(en["errors"][0]["message"].as_str().unwrap().starts_with("The operation has 100 "), "{en:#}");
        assert!(fr["errors"][0]["message"].as_str().unwrap().starts_with("L’opération compte 100 "), "{fr:#}");
        assert!(arabic(ar["errors"][0]["message"].as_str().unwrap()), "{ar:#}");
    }

    async fn what_is_wrong_with_a_file_is_told_in_each_language(app: App) {
        let cast = Cast::on(&app).await;
        let query = "mutation($input: StartImportInput!) { startImport(input: $input) { userErrors { code message } } }";
        let files: [(&[u8], &str); 5] = [
            (b"\x89PNG\r\n\x1a\n\0\0", "PNG files are not read"),
            (b"", "The file has no header"),
            (b"PK\x03\x04", "The workbook is damaged"),
            (b"\xFF\xFEd\0", "The file is UTF-16"),
            (b"date;b\xE9n\xE9vole\n", "From line 1 on the file is not UTF-8"),
        ];
        for (content, english) in files {
            let input = json!({
                "organizationId": cast.organization.id, "kind": "HOURS", "fileName": "a.csv", "content": STANDARD.encode(content),
            });
            let [ar, fr, en, _] = told(&app, cast.owner.token(), query, &json!({ "input": input })).await;

            let message = |it: &Value| it["data"]["startImport"]["userErrors"][0]["message"].as_str().unwrap_or_default().to_owned();
            assert!(message(&en).starts_with(english), "{en:#}");
            assert!(arabic(&message(&ar)), "{ar:#}");
            assert!(!message(&fr).is_empty() && message(&fr) != message(&en), "{fr:#}");
        }
    }
}
