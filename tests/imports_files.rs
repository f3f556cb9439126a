//! Files of imports over the network: workbooks, large ones, and refused rows that come back as a
//! file.
//!
//! What becomes of an import is tried in `imports_graphql`, odd workbooks beside the reader.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use entity::import_source;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::Workbook;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::imports::stored::forget::forget_old;
use tiwizi::platform::i18n::Locale;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::imports_graphql::brings;
use crate::imports_graphql::commits;
use crate::imports_graphql::file;
use crate::imports_graphql::rollback;
use crate::imports_graphql::stage;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::statements::counted;

/// Hours on the second sheet, Arabic titles, days as numbers.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("مارس").unwrap();
    sheet.set_right_to_left(true);
    let day = Format::new().set_num_format("yyyy/mm/dd");
    let elapsed = Format::new().set_num_format("[h]:mm");
    for (column, title) in (0..).zip(["التاريخ", "رقم المتطوع", "المشروع", "المدة"])
    {
        sheet.write(1, column, title).unwrap();
    }
    for (row, (days, volunteer)) in (3..).zip([(46_083, "V-1"), (46_084, "V-9")]) {
        sheet.write_with_format(row, 0, days, &day).unwrap();
        sheet.write(row, 1, volunteer).unwrap();
        sheet.write(row, 2, "TREES").unwrap();
        sheet.write_with_format(row, 3, 0.0625, &elapsed).unwrap();
    }
    sheet.write_with_format(5, 0, 46_085, &day).unwrap();
    sheet.write(5, 1, "V-1").unwrap();
    sheet.write(5, 2, "#REF!").unwrap();
    sheet.write(5, 3, 60).unwrap();
    book.save_to_buffer().unwrap()
}

/// The refused rows of an import.
async fn rejected(who: &Person, import: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Import {
        rejectedFile { name mediaType content rowCount complete } } } }";
    let data = who.asks(query, json!({ "id": import["id"] })).await;
    data["node"]["rejectedFile"].clone()
}

fn csv(cast: &Cast, content: &str) -> Value {
    file(cast, "HOURS", content.as_bytes())
}

on_both_databases! {
    async fn a_sheet_of_a_workbook_is_tried_out_and_committed(app: App) {
        let cast = stage(&app).await;
        let mut input = file(&cast, "HOURS", &workbook());
        let selection = "import { id } columns { title } sheets userErrors { code path message }";

        let blank = cast.owner.does("startImport", input.clone(), selection).await;
        assert_eq!(blank["userErrors"][0]["code"], "UNREADABLE_FILE", "{blank:#}");
        input["sheet"] = json!("Avril");
        let unknown = cast.owner.does("startImport", input.clone(), selection).await;
        assert_eq!(unknown, json!({ "import": null, "columns": null, "sheets": ["Notes", "مارس"],
            "userErrors": [{ "code": "UNKNOWN_SHEET", "path": ["sheet"],
                "message": "There is no sheet “Avril”: the workbook has Notes, مارس." }] }));
        input["sheet"] = json!("مارس");
        let import = brings(&cast.owner, input).await;

        assert_eq!((&import["createdCount"], &import["refusedCount"], &import["minutes"]),
            (&json!(1), &json!(2), &json!(90)));
        // Rows as the spreadsheet numbers them.
        let refusals = &import["refusals"]["nodes"];
        assert_eq!((&refusals[0]["line"], &refusals[0]["code"]), (&json!(5), &json!("UNKNOWN_VOLUNTEER")));
        assert_eq!((&refusals[1]["line"], &refusals[1]["code"]), (&json!(6), &json!("CELL_ERROR")));
        assert_eq!((&refusals[1]["column"], &refusals[1]["value"]), (&json!("المشروع"), &json!("#REF!")));
        let done = commits(&cast.owner, &import).await;
        assert_eq!((&done["status"], &done["createdCount"]), (&json!("COMMITTED"), &json!(1)));
        // The same rows as CSV are there already.
        let text = "date,ref,projet,minutes\n2026-03-02,V-1,TREES,1:30\n";
        let again = brings(&cast.owner, csv(&cast, text)).await;
        assert_eq!((&again["createdCount"], &again["unchangedCount"]), (&json!(0), &json!(1)));
        let file = rejected(&cast.owner, &import).await;
        assert_eq!(file["rowCount"], 2);
        assert!(file["content"].as_str().unwrap().contains("2026-03-03;V-9;TREES;1:30;"), "{file:#}");
    }

    async fn what_is_no_workbook_is_refused_in_words(app: App) {
        let cast = stage(&app).await;
        for (bytes, code, message) in [
            (&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..."[..], "WORKBOOK_FORMAT",
                "XLS files are not read: save it as an Excel workbook (.xlsx) or as CSV UTF-8."),
            (&workbook()[..900], "UNREADABLE_FILE", "The workbook is damaged: "),
        ] {
            let input = file(&cast, "HOURS", bytes);

            let payload = cast.owner.does("startImport", input, "userErrors { code message }").await;

            let error = &payload["userErrors"][0];
            assert_eq!(error["code"], code);
            assert!(error["message"].as_str().unwrap().starts_with(message), "{error:#}");
        }
    }

    async fn refused_rows_come_back_as_a_file_that_is_corrected(app: App) {
        let cast = stage(&app).await;
        let text = "date;ref benevole;projet;minutes;description\n\
            2026-03-02;V-1;TREES;120;fine\n\
            2026-03-03;V-9;TREES;90;=1+1\n\
            03/03/2026;V-2;NONE;60;\"two; three\"\n";
        let mut input = csv(&cast, text);
        input["fileName"] = json!("dossier/mars.csv");
        let import = brings(&cast.coordinator, input).await;
        assert_eq!(import["refusedCount"], 2);

        let tried = rejected(&cast.coordinator, &import).await;

        assert_eq!((&tried["name"], &tried["mediaType"], &tried["rowCount"], &tried["complete"]),
            (&json!("mars.rejected.csv"), &json!("text/csv; charset=utf-8"), &json!(2), &json!(true)));
        let content = tried["content"].as_str().unwrap();
        assert_eq!(content, "\u{feff}date;ref benevole;projet;minutes;description;errors\r\n\
            2026-03-03;V-9;TREES;90;'=1+1;ref benevole: No volunteer fits V-9.\r\n\
            03/03/2026;V-2;NONE;60;\"two; three\";\"projet: No project has the code NONE. | date: 03/03/2026 is \
            not a date YYYY-MM-DD; if the file writes dd/mm/yyyy, declare it (dateFormat: DAY_MONTH_YEAR, or --date-format dd/mm/yyyy).\"\r\n");
        // The rows that were taken are written; the others still wait to be corrected.
        commits(&cast.coordinator, &import).await;
        assert_eq!(rejected(&cast.coordinator, &import).await, tried);
        let corrected = content.replace("V-9", "V-2").replace("NONE", "TREES").replace("03/03/2026", "2026-03-04");
        let second = brings(&cast.coordinator, csv(&cast, &corrected)).await;
        assert_eq!((&second["createdCount"], &second["refusedCount"]), (&json!(2), &json!(0)));
        assert_eq!(rejected(&cast.coordinator, &second).await, Value::Null);
        // Uncorrected they are refused as before, and the errors do not pile up.
        let same = brings(&cast.coordinator, csv(&cast, content)).await;
        assert_eq!(rejected(&cast.coordinator, &same).await["content"], content);
        cast.coordinator.done("rollbackImport", rollback(&import), "import { id }").await;
        assert_eq!(rejected(&cast.coordinator, &import).await, Value::Null);
    }

    async fn a_request_gives_the_files_of_few_imports(app: App) {
        let cast = stage(&app).await;
        for number in 0..5 {
            let text = format!("date,ref,projet,minutes\n2026-03-0{},V-9,TREES,9\n", number + 1);
            brings(&cast.owner, csv(&cast, &text)).await;
        }
        let query = "query($slug: String!, $first: Int!) { organization(slug: $slug) {
            imports(first: $first) { nodes { rejectedFile { rowCount } } } } }";
        let asked = |first: i32| json!({ "slug": cast.organization.slug, "first": first });

        let four = cast.owner.asks(query, asked(4)).await;
        assert_eq!(four["organization"]["imports"]["nodes"][3]["rejectedFile"]["rowCount"], 1);
        assert_eq!(cast.owner.tries(query, asked(5)).await.error_code(), "BAD_USER_INPUT");
    }

    async fn files_are_taken_up_to_the_bound_that_is_told(app: App) {
        let cast = stage(&app).await;
        let most = 10 * 1024 * 1024;
        let mut text = "date,ref,projet,minutes,remplissage\n".to_owned();
        let day = |number: usize| format!("2026-03-{:02},V-1,TREES,60,", number + 1);
        for number in 0..11 {
            text.push_str(&day(number));
            text.push_str(&"x".repeat(900_000));
            text.push('\n');
        }
        text.push_str(&day(11));
        text.push_str(&"y".repeat(most - text.len()));
        assert_eq!(text.len(), most);

        let import = brings(&cast.owner, csv(&cast, &text)).await;
        assert_eq!((&import["fileSize"], &import["createdCount"]), (&json!(most), &json!(12)));

        text.push('y');
        assert_eq!(cast.owner.refused("startImport", csv(&cast, &text)).await, ["FILE_TOO_LARGE"]);
    }

    async fn large_bodies_come_only_from_whoever_has_signed_in(app: App) {
        let cast = stage(&app).await;
        let asks = |bytes: usize| json!({ "query": "{ __typename }", "variables": {}, "padding": " ".repeat(bytes) });
        let post = |body: String, token: Option<&str>| {
            let request = app.http().post(format!("{}/graphql", app.url))
                .header("content-type", "application/json").body(body);
            match token { Some(token) => request.bearer_auth(token), None => request }
        };
        let small = asks(900 * 1024).to_string();
        let large = asks(1100 * 1024).to_string();
        let too_large = asks(15 * 1024 * 1024).to_string();
        let token = cast.owner.token();
        let document = json!({ "query": format!("{{ __typename }} #{}", " ".repeat(1100 * 1024)) }).to_string();

        for (body, token, status) in [
            (&small, None, 200),
            (&large, None, 413),
            (&large, Some("nonsense"), 401),
            (&large, Some(token), 200),
            (&too_large, Some(token), 413),
            // A document is no file.
            (&document, Some(token), 413),
        ] {
            let response = post(body.clone(), token).send().await.expect("an answer");

            assert_eq!(response.status().as_u16(), status, "{} bytes, {token:?}", body.len());
        }
    }

    /// One user cannot keep the room for large bodies from the others.
    async fn a_user_sends_one_large_body_at_a_time(app: App) {
        let cast = stage(&app).await;
        let large = json!({ "query": "{ __typename }", "padding": " ".repeat(1200 * 1024) }).to_string();
        let sends = async |who: &Person| {
            let request = app.http().post(format!("{}/graphql", app.url))
                .header("content-type", "application/json").body(large.clone()).bearer_auth(who.token());
            request.send().await.expect("an answer").status().as_u16()
        };
        // So much that it is written only where the server reads, beyond what is large.
        let huge = json!({ "query": "{ __typename }", "padding": " ".repeat(13 * 1024 * 1024) }).to_string();
        let (first, last) = huge.split_at(huge.len() - 10);
        let place = app.url.strip_prefix("http://").expect("an address");
        let mut slow = TcpStream::connect(place).await.expect("a connection");
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: {place}\r\ncontent-type: application/json\r\n\
             authorization: Bearer {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            cast.owner.token(), huge.len(),
        );
        slow.write_all(head.as_bytes()).await.expect("written");
        slow.write_all(first.as_bytes()).await.expect("written");

        assert_eq!(sends(&cast.owner).await, 429);
        assert_eq!(sends(&cast.coordinator).await, 200);
        slow.write_all(last.as_bytes()).await.expect("written");
        let mut answer = String::new();
        slow.read_to_string(&mut answer).await.expect("an answer");

        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert_eq!(sends(&cast.owner).await, 200);
    }

    /// What a file said of people is not kept for good: neither the rows that were refused, nor files
    /// that nobody committed.
    async fn refused_rows_and_files_that_wait_go_after_a_month(app: App) {
        let cast = stage(&app).await;
        let text = "date,ref,projet,minutes,cin\n2026-03-02,V-1,TREES,120,AB1\n2026-03-03,V-9,TREES,90,AB2\n";
        let forgets = async || forget_old(&app.parts.operator(Locale::En)).await.expect("forgotten");
        let early = brings(&cast.owner, csv(&cast, text)).await;
        let waiting = brings(&cast.owner, csv(&cast, &text.replace("120", "121"))).await;
        app.advance(chrono::TimeDelta::days(1));
        let owner = cast.owner.again().await;
        commits(&owner, &early).await;

        app.advance(chrono::TimeDelta::days(29));
        assert_eq!(forgets().await, 0, "to the day");
        let owner = owner.again().await;
        assert_eq!(rejected(&owner, &waiting).await["rowCount"], 1);

        app.advance(chrono::TimeDelta::seconds(1));
        assert_eq!(forgets().await, 1, "the file that waits");
        let query = "query($id: ID!) { node(id: $id) { ... on Import { status version refusedCount rolledBackAt
            rolledBackBy { id } refusals { totalCount } rejectedFile { rowCount } } } }";
        let told = owner.asks(query, json!({ "id": waiting["id"] })).await;
        assert_eq!(told["node"], json!({
            "status": "ROLLED_BACK", "version": 2, "refusedCount": 1, "rolledBackAt": "2026-12-02T09:00:01Z",
            "rolledBackBy": null, "refusals": { "totalCount": 0 }, "rejectedFile": null,
        }));
        assert_eq!(owner.refused("commitImport", json!({ "id": waiting["id"] })).await, ["IMPORT_OVER"]);
        let kept = import_source::Entity::find().count(app.parts.core.db.system().read()).await.unwrap();
        assert_eq!(kept, 0);

        assert_eq!(rejected(&owner, &early).await["rowCount"], 1, "a month from the commit");
        app.advance(chrono::TimeDelta::days(1));
        assert_eq!(forgets().await, 1, "the rows that were refused");
        let owner = owner.again().await;
        assert_eq!(rejected(&owner, &early).await, Value::Null);
        let told = owner.asks(query, json!({ "id": early["id"] })).await;
        assert_eq!((&told["node"]["status"], &told["node"]["refusals"]["totalCount"]), (&json!("COMMITTED"), &json!(1)));
        assert_eq!(forgets().await, 0, "once");
    }

    /// Statements grow with chunks of rows and not with rows.
    async fn five_thousand_rows_cost_few_statements(app: App) {
        let cast = stage(&app).await;
        for number in 0..17 {
            cast.owner.enrols(&cast.organization, &format!("N-{number}")).await;
        }
        let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let mut costs = Vec::new();
        // More than one part each: before the first of several the people of all are held.
        for rows in [3_000, 4_000, 5_000] {
            let mut text = "date,ref,projet,minutes\n".to_owned();
            for row in 0..rows {
                let day = first + chrono::Days::new(row / 17);
                text.push_str(&format!("{day},N-{},TREES,60\n", row % 17));
            }
            let (import, cost) = counted(&app, brings(&cast.owner, csv(&cast, &text))).await;
            assert_eq!(import["createdCount"], rows, "{import:#}");
            costs.push(cost);
        }

        assert_eq!(costs[2] - costs[1], costs[1] - costs[0], "{costs:?}");
        assert!(costs[2] < 300, "{costs:?}");
    }
}

#[test]
fn the_stated_bound_fits_into_a_body() {
    let limits = tiwizi::config::Config::default().limits;
    let file = STANDARD
        .encode(vec![0; tiwizi::imports::stored::start::MOST_BYTES])
        .len();

    assert!(file + 64 * 1024 < limits.import_body_bytes);
}
