//! Organizations and who belongs to them: founding, changing, inviting, leaving.
//!
//! What strangers may not is tried field by field in `permissions`.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Organization;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const PROFILE: &str = "organization { name nameAr registrationNumber kind timeZone dailyCapMinutes \
                       version territory { code } } userErrors { code path }";

fn new_organization(slug: &str) -> Value {
    json!({ "slug": slug, "name": "Tiwizi", "territoryCode": "07.041" })
}

async fn memberships(who: &Person, at: &Organization) -> Vec<(String, String, String)> {
    let query = "query($slug: String!) { organization(slug: $slug) {
        members(first: 100) { nodes { id role user { email } } } } }";
    let data = who.asks(query, json!({ "slug": at.slug })).await;
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    data["organization"]["members"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                text(&it["id"]),
                text(&it["role"]),
                text(&it["user"]["email"]),
            )
        })
        .collect()
}

async fn membership_of(who: &Person, at: &Organization) -> String {
    let all = memberships(who, at).await;
    let own = all.iter().find(|(_, _, email)| *email == who.email);
    own.expect("a membership").0.clone()
}

on_both_databases! {
    /// The answer shows what the founder may see from then on.
    async fn whoever_founds_an_organization_owns_it(app: App) {
        let founder = Person::sign_up(&app, "founder").await;

        let payload = founder.done("createOrganization", new_organization("tiwizi"),
            "organization { slug viewerRole timeZone dailyCapMinutes
                members { nodes { role user { email } } } }").await;

        let made = &payload["organization"];
        assert_eq!(made["viewerRole"], "OWNER");
        assert_eq!(made["timeZone"], "Africa/Casablanca");
        assert_eq!(made["dailyCapMinutes"], 1440);
        assert_eq!(made["members"]["nodes"][0]["user"]["email"], founder.email.as_str());
        let data = founder.asks("{ viewer { memberships { role organization { slug } } } }", json!({})).await;
        assert_eq!(data["viewer"]["memberships"][0]["organization"]["slug"], "tiwizi");
    }

    async fn everything_wrong_with_an_organization_is_told_at_once(app: App) {
        let founder = Person::sign_up(&app, "founder").await;
        let input = json!({ "slug": "No Slug", "name": " ", "territoryCode": "99.999",
                            "timeZone": "Mars/Olympus" });

        let payload = founder.does("createOrganization", input, "organization { id } userErrors { code path }").await;

        let told: Vec<_> = payload["userErrors"].as_array().unwrap().iter()
            .map(|it| (it["path"][0].as_str().unwrap(), it["code"].as_str().unwrap())).collect();
        assert_eq!(payload["organization"], Value::Null);
        for expected in [("slug", "INVALID_FORMAT"), ("name", "REQUIRED"),
                         ("timeZone", "UNKNOWN_TIME_ZONE"), ("territoryCode", "UNKNOWN_TERRITORY")] {
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
    }

    async fn a_short_name_belongs_to_one_organization(app: App) {
        let founder = Person::sign_up(&app, "founder").await;
        founder.done("createOrganization", new_organization("tiwizi"), "organization { id }").await;

        let refused = founder.refused("createOrganization", new_organization("tiwizi")).await;

        assert_eq!(refused, ["TAKEN"]);
    }

    async fn a_repeated_founding_has_one_effect(app: App) {
        let founder = Person::sign_up(&app, "founder").await;
        let mut input = new_organization("tiwizi");
        input["idempotencyKey"] = json!("once");

        let first = founder.done("createOrganization", input.clone(), "organization { id }").await;
        let again = founder.done("createOrganization", input.clone(), "organization { id }").await;
        input["name"] = json!("Another");
        let other = founder.refused("createOrganization", input).await;

        assert_eq!(first["organization"], again["organization"]);
        assert_eq!(other, ["IDEMPOTENCY_CONFLICT"]);
    }

    /// Keys are as long in every script.
    async fn a_key_has_two_hundred_characters(app: App) {
        let founder = Person::sign_up(&app, "founder").await;
        let mut input = new_organization("tiwizi");

        input["idempotencyKey"] = json!("م".repeat(201));
        assert_eq!(founder.refused("createOrganization", input.clone()).await, ["TOO_LONG"]);
        input["idempotencyKey"] = json!("م".repeat(200));
        let first = founder.done("createOrganization", input.clone(), "organization { id }").await;
        let again = founder.done("createOrganization", input, "organization { id }").await;

        assert_eq!(first["organization"], again["organization"]);
    }

    async fn a_refused_founding_does_not_use_up_its_key(app: App) {
        let founder = Person::sign_up(&app, "founder").await;
        let mut input = new_organization("x");
        input["idempotencyKey"] = json!("once");

        assert_eq!(founder.refused("createOrganization", input.clone()).await, ["INVALID_FORMAT"]);
        input["slug"] = json!("tiwizi");
        founder.done("createOrganization", input, "organization { id }").await;
    }

    /// A client that declares variables and leaves them out must not wipe what they stand for.
    async fn what_an_update_leaves_out_stays(app: App) {
        let cast = Cast::on(&app).await;
        let query = format!("mutation($id: ID!, $name: String, $nameAr: String, $number: String) {{
            updateOrganization(input: {{id: $id, name: $name, nameAr: $nameAr, registrationNumber: $number}}) {{ {PROFILE} }} }}");

        let given = json!({ "id": cast.organization.id, "name": "New name" });
        let data = cast.owner.asks(&query, given).await;
        let after = &data["updateOrganization"]["organization"];
        assert_eq!(after["name"], "New name");
        assert!(after["nameAr"].is_string() && after["registrationNumber"].is_string(), "{after:#}");
        assert_eq!(after["version"], 2);

        let given = json!({ "id": cast.organization.id, "number": null });
        let data = cast.owner.asks(&query, given).await;
        let after = &data["updateOrganization"]["organization"];
        assert_eq!(after["registrationNumber"], Value::Null);
        assert_eq!(after["name"], "New name");
        assert!(after["nameAr"].is_string(), "{after:#}");
    }

    async fn who_works_on_an_old_version_is_shown_the_present_one(app: App) {
        let cast = Cast::on(&app).await;
        let input = |name: &str| json!({ "id": cast.organization.id, "name": name, "expectedVersion": 1 });

        cast.owner.done("updateOrganization", input("First"), "organization { id }").await;
        let second = cast.owner.does("updateOrganization", input("Second"), PROFILE).await;

        assert_eq!(second["userErrors"][0]["code"], "VERSION_CONFLICT");
        assert_eq!(second["organization"]["name"], "First");
        assert_eq!(second["organization"]["version"], 2);
    }

    async fn settings_have_bounds(app: App) {
        let cast = Cast::on(&app).await;
        let settings = |cap: i64, zone: &str| json!({ "id": cast.organization.id, "dailyCapMinutes": cap, "timeZone": zone });

        let payload = cast.owner.does("updateOrganizationSettings", settings(480, "europe/paris"), PROFILE).await;
        assert_eq!(payload["organization"]["dailyCapMinutes"], 480);
        assert_eq!(payload["organization"]["timeZone"], "Europe/Paris");

        for (cap, zone, code) in [(0, "Europe/Paris", "OUT_OF_RANGE"), (1441, "Europe/Paris", "OUT_OF_RANGE"),
                                  (480, "Mars/Olympus", "UNKNOWN_TIME_ZONE")] {
            assert_eq!(cast.owner.refused("updateOrganizationSettings", settings(cap, zone)).await, [code]);
        }
    }

    async fn only_administrators_change_an_organization(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "id": cast.organization.id, "name": "Ours now" });

        for who in [&cast.volunteer, &cast.viewer, &cast.coordinator, &cast.observer] {
            assert_eq!(who.refused("updateOrganization", input.clone()).await, ["FORBIDDEN"]);
        }
        assert_eq!(cast.outsider.refused("updateOrganization", input).await, ["NOT_FOUND"]);
    }

    async fn lists_hold_what_the_caller_may_see(app: App) {
        let cast = Cast::on(&app).await;
        let query = "query($filter: OrganizationFilter) { organizations(filter: $filter) { nodes { slug } totalCount } }";
        let slugs = async |who: &Person, filter: Value| {
            let data = who.asks(query, json!({ "filter": filter })).await;
            let rows = data["organizations"]["nodes"].as_array().unwrap().clone();
            assert_eq!(data["organizations"]["totalCount"], rows.len());
            rows.iter().map(|it| it["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };

        assert_eq!(slugs(&cast.volunteer, json!({})).await, ["al-amal"]);
        assert_eq!(slugs(&cast.outsider, json!({})).await, ["tifawin"]);
        assert_eq!(slugs(&cast.observer, json!({})).await.len(), 2);
        assert_eq!(slugs(&cast.admin, json!({ "search": "TIFAWÍN" })).await, ["tifawin"]);
        assert_eq!(slugs(&cast.admin, json!({ "territoryCode": "07" })).await.len(), 2);
        assert_eq!(slugs(&cast.admin, json!({ "territoryCode": "01" })).await, [""; 0]);
        assert_eq!(slugs(&cast.admin, json!({ "kind": "COMPANY" })).await, [""; 0]);
    }

    async fn members_are_hidden_from_volunteers_and_observers(app: App) {
        let cast = Cast::on(&app).await;
        let query = "query($slug: String!) { organization(slug: $slug) { members { totalCount } } }";
        let seen = async |who: &Person| {
            let data = who.asks(query, json!({ "slug": "al-amal" })).await;
            data["organization"]["members"]["totalCount"].clone()
        };

        assert_eq!(seen(&cast.owner).await, 4);
        assert_eq!(seen(&cast.viewer).await, 4);
        assert_eq!(seen(&cast.volunteer).await, Value::Null);
        assert_eq!(seen(&cast.observer).await, Value::Null);
    }

    async fn an_invitation_is_for_one_address_and_works_once(app: App) {
        let cast = Cast::on(&app).await;
        let guest = Person::sign_up(&app, "guest").await;
        let input = json!({ "organizationId": cast.organization.id, "email": "Guest@Example.org",
                            "role": "COORDINATOR", "idempotencyKey": "guest" });

        let invited = cast.owner.done("inviteMember", input.clone(), "acceptanceToken invitation { id email role expiresAt }").await;
        let again = cast.owner.done("inviteMember", input, "acceptanceToken invitation { id }").await;
        assert_eq!(invited["invitation"]["email"], "guest@example.org");
        assert_eq!(invited["acceptanceToken"], again["acceptanceToken"]);

        let token = json!({ "token": invited["acceptanceToken"] });
        assert_eq!(cast.outsider.refused("acceptInvitation", token.clone()).await, ["INVITATION_INVALID"]);
        let joined = guest.done("acceptInvitation", token.clone(),
            "membership { role organization { slug members { totalCount } } }").await;
        assert_eq!(joined["membership"]["role"], "COORDINATOR");
        assert_eq!(joined["membership"]["organization"]["members"]["totalCount"], 5);
        assert_eq!(guest.refused("acceptInvitation", token).await, ["INVITATION_INVALID"]);
    }

    async fn an_invitation_ends_after_its_days(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "organizationId": cast.organization.id, "email": "late@example.org", "role": "VIEWER" });
        let invited = cast.owner.done("inviteMember", input, "acceptanceToken").await;

        app.advance(TimeDelta::days(15));
        let late = Person::sign_up(&app, "late").await;

        let refused = late.refused("acceptInvitation", json!({ "token": invited["acceptanceToken"] })).await;
        assert_eq!(refused, ["INVITATION_INVALID"]);
    }

    async fn an_invitation_hands_over_a_record_once(app: App) {
        let cast = Cast::on(&app).await;
        let record = cast.owner.enrols(&cast.organization, "Hassan").await;
        let invite = async |who: &Person| {
            let input = json!({ "organizationId": cast.organization.id, "email": who.email,
                                "role": "VOLUNTEER", "volunteerId": record });
            let invited = cast.owner.done("inviteMember", input, "acceptanceToken").await;
            json!({ "token": invited["acceptanceToken"] })
        };
        let (one, other) = (Person::sign_up(&app, "one").await, Person::sign_up(&app, "other").await);
        let (to_one, to_other) = (invite(&one).await, invite(&other).await);

        one.done("acceptInvitation", to_one, "membership { id }").await;
        assert_eq!(other.refused("acceptInvitation", to_other).await, ["INVITATION_INVALID"]);

        let data = one.asks("{ viewer { volunteerRecords { name hasAccount } } }", json!({})).await;
        assert_eq!(data["viewer"]["volunteerRecords"], json!([{ "name": "Hassan", "hasAccount": true }]));
        let data = other.asks("{ viewer { memberships { id } } }", json!({})).await;
        assert_eq!(data["viewer"]["memberships"], json!([]), "nothing of a refused act stays");
    }

    /// A coordinator who also volunteers stays a coordinator.
    async fn a_member_takes_over_a_record_and_keeps_the_role(app: App) {
        let cast = Cast::on(&app).await;
        let record = cast.owner.enrols(&cast.organization, "Hassan").await;

        let membership = cast.owner.takes_in(&cast.organization, &cast.coordinator, "VOLUNTEER", Some(&record)).await;

        assert_eq!(membership, cast.membership);
        let data = cast.coordinator.asks("{ viewer { memberships { role } volunteerRecords { id } } }", json!({})).await;
        assert_eq!(data["viewer"]["memberships"], json!([{ "role": "COORDINATOR" }]));
        assert_eq!(data["viewer"]["volunteerRecords"][0]["id"], record.as_str());
    }

    async fn owners_are_made_by_owners_alone(app: App) {
        let cast = Cast::on(&app).await;
        let admin = Person::sign_up(&app, "house-admin").await;
        let own = cast.owner.takes_in(&cast.organization, &admin, "ADMIN", None).await;

        for (mutation, input) in [
            ("changeMembershipRole", json!({ "membershipId": own, "role": "OWNER" })),
            ("changeMembershipRole", json!({ "membershipId": cast.membership, "role": "OWNER" })),
            ("inviteMember", json!({ "organizationId": cast.organization.id, "email": "x@example.org", "role": "OWNER" })),
        ] {
            assert_eq!(admin.refused(mutation, input).await, ["FORBIDDEN"]);
        }
        let up = json!({ "membershipId": cast.membership, "role": "ADMIN" });
        assert_eq!(cast.volunteer.refused("changeMembershipRole", up.clone()).await, ["FORBIDDEN"]);
        assert_eq!(cast.outsider.refused("changeMembershipRole", up.clone()).await, ["NOT_FOUND"]);
        let done = admin.done("changeMembershipRole", up, "membership { role version }").await;
        assert_eq!(done["membership"], json!({ "role": "ADMIN", "version": 2 }));
    }

    async fn the_last_owner_stays(app: App) {
        let cast = Cast::on(&app).await;
        let own = membership_of(&cast.owner, &cast.organization).await;

        assert_eq!(cast.owner.refused("removeMember", json!({ "membershipId": own })).await, ["LAST_OWNER"]);
        let down = json!({ "membershipId": own, "role": "VIEWER" });
        assert_eq!(cast.owner.refused("changeMembershipRole", down).await, ["LAST_OWNER"]);
    }

    /// Two owners who leave at the same moment: one does.
    async fn two_owners_do_not_leave_together(app: App) {
        let cast = Cast::on(&app).await;
        let own = membership_of(&cast.owner, &cast.organization).await;
        let up = json!({ "membershipId": cast.membership, "role": "OWNER" });
        cast.owner.done("changeMembershipRole", up, "membership { id }").await;

        let leaving = [(&cast.owner, own), (&cast.coordinator, cast.membership.clone())];
        let outcomes = join_all(leaving.iter().map(|(who, id)| {
            who.does("removeMember", json!({ "membershipId": id }), "userErrors { code }")
        })).await;

        let mut codes: Vec<_> = outcomes.iter().map(|it| it["userErrors"][0]["code"].clone()).collect();
        codes.sort_by_key(Value::is_null);
        assert_eq!(codes, [json!("LAST_OWNER"), Value::Null]);
    }

    async fn a_removed_member_sees_nothing_any_more(app: App) {
        let cast = Cast::on(&app).await;

        let removed = cast.owner.done("removeMember", json!({ "membershipId": cast.membership }), "membership { endedAt }").await;

        assert!(removed["membership"]["endedAt"].is_string());
        let data = cast.coordinator.asks("{ organization(slug: \"al-amal\") { id } volunteers { totalCount } }", json!({})).await;
        assert_eq!(data["organization"], Value::Null);
        assert_eq!(data["volunteers"]["totalCount"], 0);
        let everybody = memberships(&cast.owner, &cast.organization).await;
        assert!(everybody.iter().all(|(id, _, _)| *id != cast.membership));
    }

    async fn the_answer_to_a_sign_in_shows_all_that_the_user_sees(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "email": cast.volunteer.email, "password": "correct horse battery" });

        let payload = cast.nobody.done("signIn", input,
            "viewer { memberships { role organization { slug } } volunteerRecords { id } }").await;

        assert_eq!(payload["viewer"]["memberships"], json!([{ "role": "VOLUNTEER", "organization": { "slug": "al-amal" } }]));
        assert_eq!(payload["viewer"]["volunteerRecords"][0]["id"], cast.record.as_str());
    }
}
