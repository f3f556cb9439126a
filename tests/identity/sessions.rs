//! Where an owner is signed in, and ending it; tokens that were stolen.
//!
//! How tokens are forged is in `tokens`.

use chrono::TimeDelta;
use entity::audit_event;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use serde_json::Value;
use serde_json::json;

use crate::exports::worked_off;
use crate::identity::PASSWORD;
use crate::identity::anywhere;
use crate::identity::asks_from;
use crate::identity::codes;
use crate::identity::credentials;
use crate::identity::is_let_in;
use crate::identity::signs_in;
use crate::identity::text;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::posted_with;
use crate::letters::speaks;
use crate::letters::to;
use crate::support::app::App;
use crate::support::cast::Person;
use crate::support::mail::Post;
use crate::support::on_both_databases;
use crate::support::socket::Socket;

const SESSIONS: &str = "{ viewer { sessions(first: 10) { nodes { id device address createdAt lastUsedAt endedAt isCurrent } totalCount } } }";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

async fn sessions(person: &Person) -> Vec<Value> {
    let mut seen = person.asks(SESSIONS, json!({})).await;
    match seen["viewer"]["sessions"]["nodes"].take() {
        Value::Array(nodes) => nodes,
        other => panic!("{other}"),
    }
}

async fn refreshes(app: &App, token: &Value) -> Value {
    let query = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { session { accessToken \
                 refreshToken } userErrors { code } } }";
    let input = json!({ "input": { "refreshToken": token } });
    app.graphql(None, query, input).await.data()["refreshSession"].take()
}

on_both_databases! {
    async fn an_owner_sees_where_they_are_signed_in(app: App) {
        let app = anywhere(&app).await;
        let owner = Person::sign_up(&app, "owner").await;
        let stranger = Person::sign_up(&app, "stranger").await;
        app.advance(TimeDelta::minutes(1));
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { session { refreshToken } } }";
        let input = json!({ "input": credentials(&owner) });
        let phone = asks_from(&app, ("192.0.2.7", FIREFOX), None, query, input).await;
        app.advance(TimeDelta::minutes(2));
        refreshes(&app, &phone["data"]["signIn"]["session"]["refreshToken"]).await;

        let seen = sessions(&owner).await;

        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0]["device"], "Firefox, Linux");
        assert_eq!(seen[0]["isCurrent"], false);
        assert_eq!(seen[0]["createdAt"], "2026-11-02T09:01:00Z");
        assert_eq!(seen[0]["lastUsedAt"], "2026-11-02T09:03:00Z");
        assert_eq!(seen[0]["address"], "127.0.0.1", "where it was last used from");
        assert_eq!(seen[1]["isCurrent"], true);
        assert_eq!(seen[1]["lastUsedAt"], "2026-11-02T09:00:00Z");
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let by_id = |who: &Person| {
            let (who, id) = (who.clone(), seen[0]["id"].clone());
            async move { who.asks(node, json!({ "id": id })).await["node"].take() }
        };
        assert_eq!(by_id(&owner).await["id"], seen[0]["id"]);
        assert_eq!(by_id(&stranger).await, Value::Null);
        app.close().await;
    }

    async fn a_session_ends_at_once_also_for_what_stays_open(app: App) {
        let owner = Person::sign_up(&app, "owner").await;
        let thief = owner.again().await;
        let stranger = Person::sign_up(&app, "stranger").await;
        let mut socket = Socket::of(&app, &thief).await;
        let id = sessions(&owner).await[0]["id"].clone();

        let not_theirs = stranger.refused("endSession", json!({ "id": id })).await;
        let still = is_let_in(&app, thief.token()).await;
        let ended = owner.done("endSession", json!({ "id": id }), "session { id endedAt }").await;

        assert_eq!(not_theirs, ["NOT_FOUND"]);
        assert!(still);
        assert_eq!(ended["session"]["endedAt"], "2026-11-02T09:00:00Z");
        // No heartbeat comes for 25 seconds: the end of the session itself closes the socket.
        assert_eq!(socket.closed().await, 4403);
        assert!(!is_let_in(&app, thief.token()).await);
        assert!(is_let_in(&app, owner.token()).await);
        owner.done("endSession", json!({ "id": id }), "session { id }").await;
    }

    async fn all_other_sessions_end_together(app: App) {
        let owner = Person::sign_up(&app, "owner").await;
        let stranger = Person::sign_up(&app, "stranger").await;
        let mut others = Vec::new();
        for _ in 0..3 {
            app.advance(TimeDelta::minutes(1));
            others.push(owner.again().await);
        }

        let before = json!({ "lastUsedBefore": "2026-11-02T09:02:00Z" });
        let old = others[2].done("endOtherSessions", before, "endedCount").await;
        let rest = others[2].done("endOtherSessions", json!({}), "endedCount").await;

        assert_eq!(old["endedCount"], 2);
        assert_eq!(rest["endedCount"], 1);
        for ended in [&owner, &others[0], &others[1]] {
            assert!(!is_let_in(&app, ended.token()).await);
        }
        assert!(is_let_in(&app, others[2].token()).await);
        assert!(is_let_in(&app, stranger.token()).await);
    }

    async fn a_changed_password_ends_the_other_sessions(app: App) {
        let owner = Person::sign_up(&app, "owner").await;
        let thief = owner.again().await;
        let change = |old: &str, new: &str| json!({ "currentPassword": old, "newPassword": new });

        let wrong = owner.refused("changePassword", change("not the password", "another horse battery")).await;
        let weak = owner.refused("changePassword", change(PASSWORD, "password12345")).await;
        let own = owner.refused("changePassword", change(PASSWORD, "owner-2026-owner")).await;
        let same = owner.refused("changePassword", change(PASSWORD, PASSWORD)).await;
        assert_eq!(same, ["PASSWORD_SAME"]);
        let done = owner.done("changePassword", change(PASSWORD, "another horse battery"), "passwordChanged").await;

        assert_eq!((wrong, weak, own), (vec!["PASSWORD_WRONG".to_owned()], vec!["PASSWORD_COMMON".to_owned()], vec!["PASSWORD_PERSONAL".to_owned()]));
        assert_eq!(done["passwordChanged"], true);
        assert!(is_let_in(&app, owner.token()).await);
        assert!(!is_let_in(&app, thief.token()).await);
        assert_eq!(codes(&signs_in(&app, credentials(&owner)).await), ["INVALID_CREDENTIALS"]);
        let input = json!({ "email": owner.email, "password": "another horse battery" });
        assert_eq!(codes(&signs_in(&app, input).await), [""; 0]);
    }

    /// Two hold it, and one of them stole it.
    async fn a_stolen_refresh_token_ends_the_family(app: App) {
        let post = Post::open().await;
        let app = posted_with(&app, &post, |_| ()).await;
        for of in LANGUAGES {
            let owner = speaks(&app, &format!("owner-{}", of.0), of.0).await;
            let other = owner.again().await;
            let first = signs_in(&app, credentials(&owner)).await["session"].take();
            let next = refreshes(&app, &first["refreshToken"]).await["session"].take();
            let third = refreshes(&app, &next["refreshToken"]).await["session"].take();

            let stolen = refreshes(&app, &first["refreshToken"]).await;

            assert_eq!(codes(&stolen), ["SESSION_ENDED"]);
            for of_family in [&first, &next, &third] {
                assert!(!is_let_in(&app, &text(&of_family["accessToken"])).await);
                assert_eq!(codes(&refreshes(&app, &of_family["refreshToken"]).await), ["SESSION_ENDED"]);
            }
            assert!(is_let_in(&app, other.token()).await, "another device is none of the family");
            worked_off(&app).await;
            let letters = post.letters();
            let told = to(&letters, &owner.email);
            assert_eq!(told.len(), 1, "told once, however often it is tried");
            assert_says(told[0], of, &["2026-11-02 09:00 UTC"]);
        }
        let lines = audit_event::Entity::find()
            .filter(audit_event::Column::Action.eq("session.stolen"))
            .all(app.parts.core.db.system().read())
            .await
            .unwrap();
        assert_eq!(lines.len(), 3);
        app.close().await;
    }
}
