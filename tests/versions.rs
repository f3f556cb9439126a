//! Whoever changes what somebody else has changed meanwhile is told so, and shown what it is now.
//!
//! Other acts that take a version are tried in their journeys.

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
    async fn an_act_on_an_older_version_is_refused_with_the_present_one(app: App) {
        let cast = Cast::on(&app).await;
        let record = cast.owner.enrols(&cast.organization, "Amine").await;
        let share = |percent: &str| json!([{ "termCode": "PH3-P4", "percent": percent }]);
        let acts = [
            ("changeMembershipRole", "membership", json!({ "membershipId": cast.membership, "role": "VIEWER" })),
            ("removeMember", "membership", json!({ "membershipId": cast.membership })),
            ("archiveVolunteer", "volunteer", json!({ "id": record })),
            ("updateOrganizationSettings", "organization", json!({ "id": cast.organization.id, "graceDays": 3 })),
            ("setTagAllocations", "project",
                json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": share("100") })),
        ];
        for (act, thing, input) in acts {
            let selection = format!("{thing} {{ id version }} userErrors {{ code path }}");
            let with = |version: &Value| {
                let mut input = input.clone();
                input["expectedVersion"] = version.clone();
                input
            };
            let before = cast.owner.does(act, with(&json!(77)), &selection).await;
            let present = before[thing]["version"].clone();

            // What is shown is what is there, and the next try with its version goes through.
            assert_eq!(before["userErrors"], json!([{ "code": "VERSION_CONFLICT", "path": ["expectedVersion"] }]), "{act}");
            assert!(present.is_number(), "{act} shows nothing: {before:#}");
            let stale = json!(present.as_i64().unwrap() - 1);
            let again = cast.owner.does(act, with(&stale), &selection).await;
            assert_eq!(again, before, "{act} changed something");
            let done = cast.owner.does(act, with(&present), &selection).await;
            assert_eq!(done["userErrors"], json!([]), "{act}");
            assert_eq!(done[thing]["id"], before[thing]["id"], "{act}");
        }
    }
}
