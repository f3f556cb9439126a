//! What stays open: sockets by `graphql-transport-ws`, event streams, and what subscriptions tell.
//!
//! The messages alone are tested beside the protocol.

use chrono::TimeDelta;
use reqwest::header::ACCEPT;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::Statement;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;
use tokio_tungstenite::tungstenite::Message;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::databases::Engine;
use crate::support::on_both_databases;
use crate::support::socket::Heard;
use crate::support::socket::Socket;

const ENTRIES: &str = "subscription($organization: ID!, $project: ID) { hourEntryChanged(\
     organizationId: $organization, projectId: $project) { event id hourEntry { id status minutes \
     volunteer { displayName } } } }";
const QUEUE: &str = "subscription($organization: ID!) { approvalQueueChanged(organizationId: $organization) { waiting } }";
const MONTHS: &str = "subscription($organization: ID!) { periodStatusChanged(organizationId: \
     $organization) { reportingPeriod { month declaredZero } } }";

const PRESENCE: &str = "subscription($organization: ID!, $shift: ID) { attendanceChanged(\
     organizationId: $organization, shiftId: $shift) { attendance { status shift { id } volunteer { id } } } }";

/// Waits until so many follow something at an instance: what is written after that is told.
async fn following(app: &App, many: usize) {
    let wake = app.parts.core.db.wake();
    while wake.followers() != many {
        tokio::task::yield_now().await;
    }
}

/// Follows the entries of the cast's organization.
async fn follows(app: &App, cast: &Cast, who: &Person) -> Socket {
    let before = app.parts.core.db.wake().followers();
    let mut socket = Socket::of(app, who).await;
    let variables = json!({ "organization": cast.organization.id });
    socket.subscribe("1", ENTRIES, variables).await;
    following(app, before + 1).await;
    socket
}

fn event(mut data: Value) -> (String, String) {
    let mut change = data["hourEntryChanged"].take();
    let text = |it: Value| it.as_str().unwrap().to_owned();
    (text(change["event"].take()), text(change["id"].take()))
}

on_both_databases! {
    async fn a_socket_that_does_not_speak_the_protocol_is_closed_with_4406(app: App) {
        for offered in [None, Some("graphql-ws"), Some("chat, graphql-ws")] {
            let headers: Vec<_> = offered
                .map(|it| ("sec-websocket-protocol", it.to_owned()))
                .into_iter()
                .collect();

            let opened = Socket::open(&app, &headers).await;

            // A client may refuse the answer itself, which names no protocol.
            if let Ok(mut socket) = opened {
                assert_eq!(socket.closed().await, 4406, "{offered:?}");
            }
        }
    }

    /// A browser says which page opens a socket; programs say nothing.
    async fn pages_of_other_sites_open_no_sockets(app: App) {
        let open = async |origin: &str| {
            let protocol = ("sec-websocket-protocol", "graphql-transport-ws".to_owned());
            Socket::open(&app, &[protocol, ("origin", origin.to_owned())]).await.map(|_| ())
        };

        assert_eq!(open("https://elsewhere.example").await, Err(403));
        assert_eq!(open("null").await, Err(403));
        assert_eq!(open(&app.url).await, Ok(()));
    }

    async fn wrong_messages_close_with_the_codes_of_the_protocol(app: App) {
        let who = Person::sign_up(&app, "ws").await;

        let mut socket = Socket::speaking(&app).await;
        socket.send(Message::text("{")).await;
        assert_eq!(socket.closed().await, 4400);

        let mut socket = Socket::speaking(&app).await;
        socket.send(Message::binary(b"{}".to_vec())).await;
        assert_eq!(socket.closed().await, 4400);

        let mut socket = Socket::speaking(&app).await;
        socket.subscribe("1", "{ viewer { user { id } } }", json!({})).await;
        assert_eq!(socket.closed().await, 4401);

        let mut socket = Socket::speaking(&app).await;
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.closed().await, 4403);

        assert!(socket.why.contains("`authorization` is missing"), "{}", socket.why);

        let mut socket = Socket::speaking(&app).await;
        socket.say(json!({ "type": "connection_init", "payload": { "authorization": who.token() } })).await;
        assert_eq!(socket.closed().await, 4403);
        assert!(socket.why.contains("`Bearer ` is missing"), "{}", socket.why);

        let mut socket = Socket::speaking(&app).await;
        socket.begin("not-a-token").await;
        assert_eq!(socket.closed().await, 4403);

        let mut socket = Socket::of(&app, &who).await;
        socket.begin(who.token()).await;
        assert_eq!(socket.closed().await, 4429);

        let mut socket = Socket::of(&app, &who).await;
        socket.say(json!({ "type": "ping", "payload": { "long": "x".repeat(70_000) } })).await;
        assert_eq!(socket.closed().await, 1009);
    }

    async fn a_socket_that_does_not_begin_is_closed_with_4408(app: App) {
        let mut socket = Socket::speaking(&app).await;
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.said().await, json!({ "type": "pong" }));

        assert_eq!(socket.closed().await, 4408);
    }

    async fn a_name_in_use_closes_with_4409_and_is_free_after_complete(app: App) {
        let cast = Cast::on(&app).await;
        let variables = json!({ "organization": cast.organization.id });
        let mut socket = follows(&app, &cast, &cast.coordinator).await;

        socket.say(json!({ "type": "complete", "id": "1" })).await;
        following(&app, 0).await;
        socket.subscribe("1", ENTRIES, variables.clone()).await;
        following(&app, 1).await;
        socket.subscribe("1", ENTRIES, variables).await;

        assert_eq!(socket.closed().await, 4409);
        following(&app, 0).await;
    }

    async fn queries_and_mutations_come_by_a_socket_too(app: App) {
        let who = Person::sign_up(&app, "ws").await;
        let mut socket = Socket::of(&app, &who).await;

        socket.subscribe("q", "{ viewer { user { id } } }", json!({})).await;
        let said = socket.said().await;
        assert_eq!(said["id"], "q");
        assert_eq!(said["payload"]["data"]["viewer"]["user"]["id"], who.id.as_str());
        assert_eq!(socket.said().await, json!({ "type": "complete", "id": "q" }));

        let query = "mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { userErrors { code } } }";
        socket.subscribe("m", query, json!({ "input": { "token": "none" } })).await;
        let said = socket.said().await;
        assert_eq!(said["type"], "next", "{said:#}");
        assert_eq!(socket.said().await["type"], "complete");
    }

    /// The same gate as over HTTP; and nothing follows an error.
    async fn what_may_not_run_is_an_error_without_complete(app: App) {
        let who = Person::sign_up(&app, "ws").await;
        let mut socket = Socket::of(&app, &who).await;
        let wide = format!("{{ {} }}", (0..60).map(|it| format!("a{it}: viewer {{ user {{ id }} }} ")).collect::<String>());
        for (query, code) in [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            (wide.as_str(), "QUERY_TOO_COMPLEX"),
            ("subscription { a: approvalQueueChanged(organizationId: \"x\") { waiting } }", "FORBIDDEN"),
        ] {
            socket.subscribe("1", query, json!({})).await;

            let said = socket.said().await;
            assert_eq!((said["type"].as_str(), said["id"].as_str()), (Some("error"), Some("1")), "{said:#}");
            assert_eq!(said["payload"][0]["extensions"]["code"], code, "{said:#}");
            socket.say(json!({ "type": "ping" })).await;
            assert_eq!(socket.said().await, json!({ "type": "pong" }));
        }
    }

    async fn a_coordinator_hears_of_every_entry_and_a_volunteer_of_their_own(app: App) {
        let cast = Cast::on(&app).await;
        let other = cast.owner.enrols(&cast.organization, "Other").await;
        let mut coordinator = follows(&app, &cast, &cast.coordinator).await;
        let mut volunteer = follows(&app, &cast, &cast.volunteer).await;

        let not_theirs = cast.owner.drafts(&other, &cast.project, "2026-10-01", 30).await;
        assert_eq!(event(coordinator.data().await), ("ADDED".to_owned(), not_theirs));
        let entry = cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-02", 60).await;
        for socket in [&mut coordinator, &mut volunteer] {
            let data = socket.data().await;
            assert_eq!(data["hourEntryChanged"]["hourEntry"]["minutes"], 60);
            assert_eq!(event(data), ("ADDED".to_owned(), entry.clone()));
        }
        cast.volunteer.does("submitHourEntries", json!({ "ids": [entry] }), "results { userErrors { code } }").await;
        for socket in [&mut coordinator, &mut volunteer] {
            let data = socket.data().await;
            assert_eq!(data["hourEntryChanged"]["hourEntry"]["status"], "SUBMITTED");
            assert_eq!(event(data), ("UPDATED".to_owned(), entry.clone()));
        }
        let draft = cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-03", 60).await;
        for socket in [&mut coordinator, &mut volunteer] {
            assert_eq!(event(socket.data().await), ("ADDED".to_owned(), draft.clone()));
        }
        cast.volunteer.done("deleteHourEntry", json!({ "id": draft }), "deletedId: __typename").await;
        for socket in [&mut coordinator, &mut volunteer] {
            assert_eq!(event(socket.data().await), ("REMOVED".to_owned(), draft.clone()));
        }
    }

    /// From the moment it begins, each change once and in order.
    async fn no_event_is_missed_or_told_twice(app: App) {
        let cast = Cast::on(&app).await;
        cast.owner.drafts(&cast.record, &cast.project, "2026-09-30", 30).await;
        let mut socket = follows(&app, &cast, &cast.coordinator).await;

        let mut written = Vec::new();
        for day in 1..=20 {
            let day = format!("2026-10-{day:02}");
            written.push(cast.owner.drafts(&cast.record, &cast.project, &day, 30).await);
        }

        let mut told = Vec::new();
        while told.len() < written.len() {
            told.push(event(socket.data().await).1);
        }
        assert_eq!(told, written);
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.said().await, json!({ "type": "pong" }));
    }

    async fn only_entries_of_the_project_are_told_where_one_is_named(app: App) {
        let cast = Cast::on(&app).await;
        let other = cast.owner.opens_project(&cast.organization, "Other").await;
        let mut socket = Socket::of(&app, &cast.coordinator).await;
        let variables = json!({ "organization": cast.organization.id, "project": cast.project });
        socket.subscribe("1", ENTRIES, variables).await;
        following(&app, 1).await;

        cast.owner.drafts(&cast.record, &other, "2026-10-01", 30).await;
        let entry = cast.owner.drafts(&cast.record, &cast.project, "2026-10-02", 30).await;

        assert_eq!(event(socket.data().await).1, entry);
    }

    async fn what_waits_for_a_decision_and_months_are_told(app: App) {
        let cast = Cast::on(&app).await;
        let mut socket = Socket::of(&app, &cast.coordinator).await;
        let variables = json!({ "organization": cast.organization.id });
        socket.subscribe("queue", QUEUE, variables.clone()).await;
        following(&app, 1).await;

        let entry = cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-02", 60).await;
        cast.volunteer.does("submitHourEntries", json!({ "ids": [entry] }), "results { userErrors { code } }").await;
        assert_eq!(socket.data().await["approvalQueueChanged"]["waiting"], 1);
        cast.coordinator.approves(&[&entry]).await;
        // A change that is told late tells of the present count: each may come twice.
        while socket.data().await["approvalQueueChanged"]["waiting"] != 0 {}

        socket.subscribe("months", MONTHS, variables).await;
        following(&app, 2).await;
        let input = json!({ "organizationId": cast.organization.id, "month": "2026-09", "declaredZero": true });
        cast.coordinator.done("submitPeriod", input, "reportingPeriod { month }").await;
        let data = loop {
            let data = socket.data().await;
            if data["approvalQueueChanged"].is_null() {
                break data;
            }
        };
        assert_eq!(data["periodStatusChanged"]["reportingPeriod"]["declaredZero"], true, "{data:#}");
    }

    /// Coordinators see who comes; volunteers themselves.
    async fn who_comes_is_told_to_those_who_may_see_them(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let times = ("2026-11-02T09:00:00Z", "2026-11-02T12:00:00Z");
        let (shift, other) = (
            cast.coordinator.opens_at(&activity, times, None).await,
            cast.coordinator.opens_at(&activity, times, None).await,
        );
        let omar = cast.coordinator.enrols(&cast.organization, "Omar").await;
        let variables = json!({ "organization": cast.organization.id, "shift": shift });
        let mut desk = Socket::of(&app, &cast.coordinator).await;
        desk.subscribe("1", PRESENCE, variables).await;
        following(&app, 1).await;
        let mut phone = Socket::of(&app, &cast.volunteer).await;
        phone.subscribe("1", PRESENCE, json!({ "organization": cast.organization.id })).await;
        following(&app, 2).await;

        for (shift, record) in [(&other, &omar), (&shift, &omar), (&shift, &cast.record)] {
            let input = json!({ "shiftId": shift, "volunteerId": record });
            cast.coordinator.done("checkIn", input, "attendance { id }").await;
        }

        for expected in [&omar, &cast.record] {
            let data = desk.data().await;
            let attendance = &data["attendanceChanged"]["attendance"];
            assert_eq!((&attendance["volunteer"]["id"], &attendance["shift"]["id"]), (&json!(expected), &json!(shift)));
        }
        let data = phone.data().await;
        assert_eq!(data["attendanceChanged"]["attendance"]["volunteer"]["id"], json!(cast.record), "and nobody before");
    }

    async fn strangers_follow_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let variables = json!({ "organization": cast.organization.id });
        for (who, query) in [
            (&cast.outsider, ENTRIES),
            (&cast.outsider, MONTHS),
            (&cast.outsider, QUEUE),
            (&cast.outsider, PRESENCE),
            (&cast.observer, ENTRIES),
            // A viewer decides nothing.
            (&cast.viewer, QUEUE),
            (&cast.volunteer, QUEUE),
        ] {
            let mut socket = Socket::of(&app, who).await;
            socket.subscribe("1", query, variables.clone()).await;

            let said = socket.said().await;
            assert_eq!(said["type"], "error", "{said:#}");
            assert_eq!(said["payload"][0]["extensions"]["code"], "FORBIDDEN", "{said:#}");
        }
    }

    /// The scope is loaded again before events are told.
    async fn a_removed_member_is_told_nothing_more(app: App) {
        let cast = Cast::on(&app).await;
        let mut socket = follows(&app, &cast, &cast.coordinator).await;

        cast.owner.done("removeMember", json!({ "membershipId": cast.membership }), "membership { id }").await;
        cast.owner.drafts(&cast.record, &cast.project, "2026-10-02", 60).await;

        let said = socket.said().await;
        assert_eq!(said["type"], "error", "{said:#}");
        assert_eq!(said["payload"][0]["extensions"]["code"], "FORBIDDEN");
        following(&app, 0).await;
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.said().await, json!({ "type": "pong" }));
    }

    async fn a_socket_ends_with_its_token(app: App) {
        let cast = Cast::on(&app).await;
        let mut quiet = follows(&app, &cast, &cast.viewer).await;
        let mut told = follows(&app, &cast, &cast.coordinator).await;

        app.advance(TimeDelta::minutes(16));
        quiet.say(json!({ "type": "ping" })).await;
        assert_eq!(quiet.closed().await, 4403);
        let owner = cast.owner.again().await;
        owner.drafts(&cast.record, &cast.project, "2026-10-02", 60).await;

        assert_eq!(told.closed().await, 4403);
    }

    async fn a_socket_ends_when_its_session_is_signed_out(app: App) {
        let cast = Cast::on(&app).await;
        let mut socket = follows(&app, &cast, &cast.coordinator).await;

        cast.coordinator.done("signOut", json!({}), "signedOut").await;

        // At once, and not with the next event or heartbeat.
        assert_eq!(socket.closed().await, 4403);
    }

    async fn a_token_that_is_over_opens_no_socket_and_no_stream(app: App) {
        let cast = Cast::on(&app).await;
        let ended = cast.coordinator.again().await;
        ended.done("signOut", json!({}), "signedOut").await;
        let expired = cast.coordinator.again().await;
        let organization = &cast.organization.id;
        let is_shut_to = async |who: &Person| {
            let mut socket = Socket::speaking(&app).await;
            socket.begin(who.token()).await;
            socket.subscribe("1", ENTRIES, json!({ "organization": organization })).await;
            let answer = app
                .http()
                .post(format!("{}/graphql", app.url))
                .header(ACCEPT, "text/event-stream")
                .bearer_auth(who.token())
                .json(&json!({ "query": ENTRIES, "variables": { "organization": organization } }))
                .send()
                .await
                .unwrap();
            (socket.closed().await, answer.status().as_u16())
        };

        let of_ended = is_shut_to(&ended).await;
        app.advance(TimeDelta::minutes(16));
        let of_expired = is_shut_to(&expired).await;

        assert_eq!((of_ended, of_expired), ((4403, 401), (4403, 401)));
        following(&app, 0).await;
    }

    async fn a_stream_by_plain_http_ends_with_its_session(app: App) {
        let cast = Cast::on(&app).await;
        let stream = app
            .http()
            .post(format!("{}/graphql", app.url))
            .header(ACCEPT, "text/event-stream")
            .bearer_auth(cast.coordinator.token())
            .json(&json!({ "query": ENTRIES, "variables": { "organization": cast.organization.id } }))
            .send()
            .await
            .unwrap();
        following(&app, 1).await;

        cast.coordinator.done("signOut", json!({}), "signedOut").await;
        cast.owner.drafts(&cast.record, &cast.project, "2026-10-02", 60).await;

        let told = stream.text().await.unwrap();
        assert!(!told.contains("ADDED"), "{told}");
        following(&app, 0).await;
    }

    async fn operations_and_sockets_have_a_bound(app: App) {
        let cast = Cast::on(&app).await;
        let variables = json!({ "organization": cast.organization.id });
        let most = &app.parts.core.config.live;
        let mut socket = Socket::of(&app, &cast.coordinator).await;
        for id in 0..most.operations {
            socket.subscribe(&id.to_string(), ENTRIES, variables.clone()).await;
        }
        socket.subscribe("one more", ENTRIES, variables).await;
        let said = socket.said().await;
        assert_eq!(said["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{said:#}");

        let mut others = Vec::new();
        for _ in 1..most.sockets {
            others.push(Socket::of(&app, &cast.coordinator).await);
        }
        let mut one_more = Socket::speaking(&app).await;
        one_more.begin(cast.coordinator.token()).await;
        assert_eq!(one_more.closed().await, 1013);
        // Of others there may be more.
        Socket::of(&app, &cast.owner).await;
    }

    async fn events_come_by_plain_http_too(app: App) {
        let cast = Cast::on(&app).await;
        let ask = |query: &str, accept: &str| {
            app.http()
                .post(format!("{}/graphql", app.url))
                .header(ACCEPT, accept)
                .bearer_auth(cast.coordinator.token())
                .json(&json!({ "query": query, "variables": { "organization": cast.organization.id } }))
                .send()
        };

        let mut response = ask(ENTRIES, "text/event-stream").await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        following(&app, 1).await;
        let entry = cast.owner.drafts(&cast.record, &cast.project, "2026-10-02", 60).await;
        let mut text = String::new();
        while !text.contains(&entry) {
            text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
        }
        assert!(text.contains("event: next\ndata: {\"data\":{\"hourEntryChanged\":{\"event\":\"ADDED\""), "{text}");
        cast.owner.done("removeMember", json!({ "membershipId": cast.membership }), "membership { id }").await;
        let rest = response.text().await.unwrap();
        assert!(rest.contains("FORBIDDEN") && rest.ends_with("event: complete\ndata: \n\n"), "{rest}");

        let once = ask("{ viewer { user { id } } }", "text/event-stream").await.unwrap().text().await.unwrap();
        assert!(once.contains("event: next\n") && once.ends_with("event: complete\ndata: \n\n"), "{once}");
        let plain = ask("{ viewer { user { id } } }", "application/json, text/event-stream").await.unwrap();
        assert_eq!(plain.headers()["content-type"], "application/json; charset=utf-8");
        let refused = ask(ENTRIES, "application/json").await.unwrap().text().await.unwrap();
        assert!(refused.contains("text/event-stream"), "{refused}");
    }

    async fn a_closing_server_says_so(app: App) {
        let cast = Cast::on(&app).await;
        let other = app.beside().await;
        let mut socket = follows(&other, &cast, &cast.coordinator).await;

        other.close().await;

        assert_eq!(socket.hear().await, Heard::Closed(1001));
    }
}

on_both_databases! {
    /// Whoever begins while the database cannot be asked is told that the fault is the server's.
    async fn a_fault_of_the_server_closes_with_4500(app: App) {
        let who = Person::sign_up(&app, "ws").await;
        let other = app.beside().await;
        let mut socket = Socket::speaking(&other).await;
        other.parts.core.db.clone().close().await.unwrap();

        socket.begin(who.token()).await;

        assert_eq!(socket.closed().await, 4500);
        drop(socket);
        other.close().await;
    }
}

/// Whoever listens for what others write may lose that connection: followers are told all the same.
#[tokio::test]
async fn a_lost_listener_loses_no_event() {
    App::run_on(Engine::Postgres, async |app: App| {
        let cast = Cast::on(&app).await;
        let other = app.beside().await;
        let mut socket = follows(&other, &cast, &cast.coordinator).await;
        let drafts = async |day: u32| {
            let day = format!("2026-10-{day:02}");
            let entry = cast
                .owner
                .drafts(&cast.record, &cast.project, &day, 60)
                .await;
            ("ADDED".to_owned(), entry)
        };
        let first = drafts(1).await;
        assert_eq!(event(socket.data().await), first);

        let ended = listeners_ended(&app).await;
        let second = drafts(2).await;
        let told = event(socket.data().await);
        let third = drafts(3).await;

        assert!(ended >= 1, "nobody listened");
        assert_eq!(told, second);
        assert_eq!(event(socket.data().await), third);
        drop(socket);
        other.close().await;
    })
    .await;
}

/// Ends every connection that listens in the database of an instance; gives how many.
async fn listeners_ended(app: &App) -> usize {
    let ctx = app.parts.operator(Locale::En);
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() \
         and pid <> pg_backend_pid() and query ilike 'listen %'",
        [],
    );
    let ended = ctx.read().query_all_raw(statement).await;
    ended.expect("ended").len()
}

/// Several instances on one database: what is written at one is told at the others.
#[tokio::test]
async fn what_is_written_at_one_instance_is_told_at_another() {
    App::run_on(Engine::Postgres, async |app: App| {
        let cast = Cast::on(&app).await;
        let other = app.beside().await;
        let mut socket = follows(&other, &cast, &cast.coordinator).await;

        let entry = cast
            .owner
            .drafts(&cast.record, &cast.project, "2026-10-02", 60)
            .await;

        assert_eq!(
            event(socket.data().await),
            ("ADDED".to_owned(), entry.clone())
        );
        cast.owner
            .done(
                "removeMember",
                json!({ "membershipId": cast.membership }),
                "membership { id }",
            )
            .await;
        assert_eq!(socket.said().await["type"], "error");
        drop(socket);
        other.close().await;
    })
    .await;
}
