//! What operations cost in statements, whatever the number of rows they return.
//!
//! Times are measured by `cargo bench`, not here.

use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::statements::counted;

on_both_databases! {
    /// A page of places with what is above each of them.
    async fn places_come_with_all_above_them(app: App) {
        let query = "query($first: Int!) { territories(first: $first) {
            nodes { code parent { code } ancestors { code } } pageInfo { hasNextPage } totalCount } }";
        let mut costs = Vec::new();

        for first in [2, 50] {
            let (answer, cost) = counted(&app, app.graphql(None, query, json!({ "first": first }))).await;
            assert_eq!(answer.data()["territories"]["nodes"].as_array().unwrap().len(), first);
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1] <= 5, "{costs:?}");
    }

    /// Axes, places with their completeness, other periods and budgets of the INDH report.
    async fn sections_of_the_report_cost_the_same_whatever_their_rows(app: App) {
        let cast = Cast::on(&app).await;
        let query = "query($input: IndhReportInput!) { indhReport(input: $input) {
            byProgramme { minutes byAxis { term { code } minutes } }
            byTerritory { territory { code } completeness { expected late } }
            comparison { previousPeriod { minutes { before } } previousYear { minutes { before } } }
            beneficiaries { direct { participations } } indicators { rows { status } }
            partners { rows { organization { slug } minutes } }
            budget { amounts { total } byProgramme { amounts { total } } } } }";
        let asked = json!({ "input": { "territoryCode": "07.041", "from": "2026-01-01", "to": "2026-03-31" } });
        let mut costs = Vec::new();
        let mut rows = Vec::new();
        for communes in [&["07.041.01.01"][..], &["07.041.01.03", "07.041.03.15", "07.041.03.09"]] {
            for (number, commune) in communes.iter().enumerate() {
                let input = json!({ "organizationId": cast.organization.id, "title": commune,
                    "territoryCode": commune, "startsOn": "2026-01-01", "budget": "10", "budgetIndh": "7",
                    "tagAllocations": [{ "vocabulary": "INDH", "shares": [
                        { "termCode": format!("PH3-P{}", number + 1), "percent": "50" },
                        { "termCode": format!("PH3-P{}-A1", number + 2), "percent": "50" }] }] });
                let made = cast.owner.done("createProject", input, "project { id }").await;
                let project = made["project"]["id"].as_str().unwrap().to_owned();
                let day = format!("2026-0{}-1{number}", communes.len().min(3));
                let entry = cast.coordinator.logs(&cast.record, &project, &day, 61).await;
                cast.owner.approves(&[&entry]).await;
            }
            // The first answer folds what was written, and makes what it saves time by.
            cast.owner.asks(query, asked.clone()).await;
            let (answer, cost) = counted(&app, cast.owner.asks(query, asked.clone())).await;
            rows.push(answer["indhReport"]["byTerritory"].as_array().unwrap().len());
            costs.push(cost);
        }

        assert_eq!(rows, [1, 4]);
        assert_eq!(costs[0], costs[1], "more rows, more statements");
    }

    /// A page of timers with the volunteer, the project and the entry of each.
    async fn timers_come_with_what_they_belong_to(app: App) {
        let cast = Cast::on(&app).await;
        for number in 0..12_i64 {
            let record = cast.owner.enrols(&cast.organization, &format!("V{number}")).await;
            let input = json!({
                "projectId": cast.project, "volunteerId": record, "startedAt": "2026-11-02T06:00:00Z",
            });
            let started = cast.owner.done("startTimer", input, "timer { id }").await;
            cast.owner.done("stopTimer", json!({ "id": started["timer"]["id"] }), "timer { id }").await;
        }
        let query = "query($slug: String!, $first: Int!) { organization(slug: $slug) {
            timers(first: $first) { nodes { volunteer { name } project { title } hourEntry { minutes } } } } }";
        let asked = |first: i32| json!({ "slug": cast.organization.slug, "first": first });

        let (few, cost_of_few) = counted(&app, cast.owner.asks(query, asked(2))).await;
        let (many, cost) = counted(&app, cast.owner.asks(query, asked(12))).await;

        assert_eq!(few["organization"]["timers"]["nodes"].as_array().unwrap().len(), 2);
        let nodes = many["organization"]["timers"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 12);
        assert!(nodes.iter().all(|it| it["hourEntry"]["minutes"] == json!(180)));
        assert_eq!(cost, cost_of_few, "more rows, more statements");
        assert!(cost <= 6, "{cost} statements");
    }

    /// A page of hours with the volunteer, the project and the place of each.
    async fn hours_come_with_what_they_belong_to(app: App) {
        let cast = Cast::on(&app).await;
        let mut projects = vec![cast.project.clone()];
        for number in 1..5 {
            projects.push(cast.owner.opens_project(&cast.organization, &format!("P{number}")).await);
        }
        for number in 0..50_u32 {
            let at = usize::try_from(number % 5).unwrap();
            let record = if number < 10 {
                cast.owner.enrols(&cast.organization, &format!("V{number}")).await
            } else {
                cast.record.clone()
            };
            let day = format!("2026-{:02}-{:02}", number / 25 + 1, number % 25 + 1);
            cast.owner.drafts(&record, &projects[at], &day, 60).await;
        }
        let query = "query($first: Int!) { hourEntries(first: $first) {
            nodes { id minutes volunteer { name } project { title } } pageInfo { hasNextPage } } }";

        let (few, cost_of_few) = counted(&app, cast.owner.asks(query, json!({ "first": 5 }))).await;
        let (many, cost) = counted(&app, cast.owner.asks(query, json!({ "first": 50 }))).await;

        assert_eq!(few["hourEntries"]["nodes"].as_array().unwrap().len(), 5);
        let nodes = many["hourEntries"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 50);
        assert!(nodes.iter().all(|it| it["volunteer"]["name"].is_string()));
        assert!(nodes.iter().all(|it| it["project"]["title"].is_string()));
        assert_eq!(cost, cost_of_few, "more rows, more statements");
        assert!(cost <= 4, "{cost} statements: who asks, the page, volunteers, projects");
    }

    /// The form in which clients ask for the hours of an organization, a volunteer and a project.
    async fn filtered_hours_of_an_organization_cost_few_statements(app: App) {
        let cast = Cast::on(&app).await;
        for number in 0..40_u32 {
            let record = if number % 4 == 0 {
                cast.owner.enrols(&cast.organization, &format!("V{number}")).await
            } else {
                cast.record.clone()
            };
            let day = format!("2026-{:02}-{:02}", number / 20 + 1, number % 20 + 1);
            cast.owner.drafts(&record, &cast.project, &day, 60).await;
        }
        let hours = "hourEntries(first: $first, filter: { status: [DRAFT], workedOn: { from: \"2026-01-01\", to: \"2026-12-31\" } },
            orderBy: { field: WORKED_ON, direction: DESC }) {
            nodes { id minutes volunteer { displayName } project { title } }
            pageInfo { hasNextPage endCursor } totalCount }";
        for (of, query, id, rows, most) in [
            ("organization", format!("query($of: String!, $first: Int!) {{ organization(slug: $of) {{ {hours} }} }}"),
                cast.organization.slug.clone(), 40, 6),
            ("volunteer", format!("query($of: ID!, $first: Int!) {{ volunteer(id: $of) {{ {hours} }} }}"),
                cast.record.clone(), 30, 6),
            ("project", format!("query($of: ID!, $first: Int!) {{ project(id: $of) {{ {hours} }} }}"),
                cast.project.clone(), 40, 6),
        ] {
            let asked = |first: i32| json!({ "of": id, "first": first });

            let (few, cost_of_few) = counted(&app, cast.owner.asks(&query, asked(4))).await;
            let (many, cost) = counted(&app, cast.owner.asks(&query, asked(50))).await;

            assert_eq!(few[of]["hourEntries"]["nodes"].as_array().unwrap().len(), 4);
            assert_eq!(many[of]["hourEntries"]["nodes"].as_array().unwrap().len(), rows);
            assert_eq!(many[of]["hourEntries"]["totalCount"], rows);
            assert_eq!(cost, cost_of_few, "{of}: more rows, more statements");
            assert!(cost <= most, "{of}: {cost} statements: who asks, the {of}, the page, the count, volunteers, projects");
        }
    }

    /// Members with their accounts, volunteers and projects with what they name.
    async fn people_and_projects_come_with_what_they_name(app: App) {
        let cast = Cast::on(&app).await;
        for number in 0..12 {
            cast.owner.enrols(&cast.organization, &format!("V{number}")).await;
            cast.owner.opens_project(&cast.organization, &format!("P{number}")).await;
        }
        let query = "query($slug: String!, $first: Int!) { organization(slug: $slug) {
            members(first: $first) { nodes { role user { email } organization { slug } } }
            volunteers(first: $first) { nodes { name organization { slug } } }
            projects(first: $first) { nodes { title territory { code } organization { slug }
                tagAllocations { term { code } } } } } }";
        let mut costs = Vec::new();

        for first in [2, 12] {
            let variables = json!({ "slug": cast.organization.slug, "first": first });
            let (data, cost) = counted(&app, cast.owner.asks(query, variables)).await;
            assert_eq!(data["organization"]["volunteers"]["nodes"].as_array().unwrap().len(), first);
            costs.push(cost);
        }

        // Lists that end at different times may ask for the same organization apart.
        assert!(costs.iter().all(|it| *it <= 12), "{costs:?}");
    }

    /// Approving many costs hardly more than approving one.
    async fn approvals_are_written_together(app: App) {
        let cast = Cast::on(&app).await;
        let mut costs = Vec::new();
        for (month, count) in [(3, 2), (4, 20)] {
            let mut entries = Vec::new();
            for day in 1..=count {
                let day = format!("2026-{month:02}-{day:02}");
                entries.push(cast.volunteer.logs(&cast.record, &cast.project, &day, 60).await);
            }
            let entries: Vec<_> = entries.iter().map(String::as_str).collect();
            let ((), cost) = counted(&app, cast.coordinator.approves(&entries)).await;
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more rows, more statements");
    }
    /// A page of the approver's queue with all that is known around each entry.
    async fn what_waits_comes_with_all_that_a_decision_needs(app: App) {
        let cast = Cast::on(&app).await;
        for number in 0..40_u32 {
            let record = if number % 4 == 0 {
                cast.owner.enrols(&cast.organization, &format!("V{number}")).await
            } else {
                cast.record.clone()
            };
            let day = format!("2026-{:02}-{:02}", number / 20 + 1, number % 20 + 1);
            cast.owner.logs(&record, &cast.project, &day, 60).await;
        }
        let query = "query($of: ID!, $first: Int!, $filter: ApprovalQueueFilter) {
            approvalQueue(organizationId: $of, first: $first, filter: $filter) {
            nodes { hourEntry { id volunteer { name } project { title } decisions { outcome } }
                conflicts { kind code hourEntry { id } }
                dayTotals { day minutes busyElsewhereMinutes } anomalies { code message } }
            totals { entries minutes byEvidence { entries } byAnomaly { code entries } }
            pageInfo { hasNextPage } totalCount } }";
        for filter in [json!(null), json!({ "anomalous": true })] {
            let mut costs = Vec::new();
            for first in [2, 40] {
                let variables = json!({ "of": cast.organization.id, "first": first, "filter": filter });
                let (data, cost) = counted(&app, cast.coordinator.asks(query, variables)).await;
                let nodes = data["approvalQueue"]["nodes"].as_array().unwrap();
                assert_eq!(nodes.len(), first);
                costs.push(cost);
            }

            assert_eq!(costs[0], costs[1], "more rows, more statements");
            assert!(costs[1] <= 50, "{costs:?}");
        }
    }

    /// Three hundred entries are approved by as many statements as three.
    async fn a_selection_is_approved_together(app: App) {
        let cast = Cast::on(&app).await;
        let mut costs = Vec::new();
        for (month, count) in [(1, 3), (2, 300)] {
            let mut left = count;
            let mut number = 0;
            while left > 0 {
                let record = cast.owner.enrols(&cast.organization, &format!("M{month} V{number}")).await;
                let entries: Vec<_> = (1..=left.min(28))
                    .map(|day| json!({ "volunteerId": record, "projectId": cast.project, "submit": true,
                        "workedOn": format!("2026-{month:02}-{day:02}"), "minutes": 60 }))
                    .collect();
                left -= entries.len();
                number += 1;
                let written = cast.owner
                    .does("createHourEntries", json!({ "entries": entries }), "results { userErrors { code } }")
                    .await;
                assert_eq!(codes(&written), Vec::<String>::new());
            }
            let input = json!({ "organizationId": cast.organization.id,
                "filter": { "workedOn": { "from": format!("2026-{month:02}-01") } } });
            let preview = cast.coordinator.done("previewApproval", input, "preview { token count }").await;
            let preview = &preview["preview"];
            assert_eq!(preview["count"], count);
            let input = json!({ "selection": { "token": preview["token"], "expectedCount": count } });
            let (done, cost) = counted(
                &app,
                cast.coordinator.done("approveHourEntries", input, "selection { done refused { id } }"),
            )
            .await;
            assert_eq!(done["selection"], json!({ "done": count, "refused": [] }));
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more rows, more statements");
    }
}
