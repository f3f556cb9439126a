//! Nothing of anybody stands in logs, figures, addresses and refusals, however much is logged.
//!
//! Who may read what in answers is tested in `permissions`.

use serde_json::Value;
use serde_json::json;

use crate::cli::Made;
use crate::cli::of_the_program;
use crate::cli::on;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::program::Program;

/// Stands in every name, address, password and text that is sent.
const MARK: &str = "qxwzj";

struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    async fn asks(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        let request = self.http.post(format!("{}/graphql", self.url));
        let request = request.json(&json!({ "query": query, "variables": variables }));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        response.json().await.expect("JSON")
    }

    async fn does(
        &self,
        token: Option<&str>,
        act: &str,
        kind: &str,
        input: Value,
        of: &str,
    ) -> Value {
        let query = format!(
            "mutation($input: {kind}!) {{ {act}(input: $input) {{ {of} userErrors {{ code message }} }} }}"
        );
        let mut answer = self.asks(token, &query, json!({ "input": input })).await;
        // Nor does a refusal say again what was sent, or who it is that has it already.
        for told in [&answer["errors"], &answer["data"][act]["userErrors"]] {
            assert!(
                !told.to_string().to_lowercase().contains(MARK),
                "{act}: {told}"
            );
        }
        answer["data"][act].take()
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

of_the_program! {
    async fn nothing_personal_stands_in_logs_figures_addresses_and_refusals(program: Program, _d: Migrated) {
        let server = program.clone().with("TIWIZI_LOG__FILTER", "trace")
            .with("TIWIZI_PRIVACY__NATIONAL_ID_AUTHORIZATION", "D-W-1/2026").start(&["serve"], "listens on");
        let client = Client { http: reqwest::Client::new(), url: server.url() };
        let input = json!({
            "email": "qxwzj-owner@example.org", "displayName": "Qxwzj Owner", "password": "Qxwzj-secret-phrase",
        });
        let made = client.does(None, "signUp", "SignUpInput", input, "session { accessToken refreshToken }").await;
        let mut token = text(&made["session"]["accessToken"]);
        let mut secrets = vec![token.clone(), text(&made["session"]["refreshToken"])];
        // Refused: a wrong password, a token that is none, a telephone that is none.
        let input = json!({ "email": "qxwzj-owner@example.org", "password": "Qxwzj-wrong-phrase" });
        client.does(None, "signIn", "SignInInput", input, "session { accessToken }").await;
        let input = json!({ "email": "qxwzj@qxwzj", "displayName": "Qxwzj\u{202e}", "password": "qxwzj" });
        client.does(None, "signUp", "SignUpInput", input, "session { accessToken }").await;
        client.asks(Some("Qxwzj.is.none"), "{ viewer { user { email } } }", json!({})).await;
        let input = json!({ "refreshToken": secrets[1] });
        let again = client.does(None, "refreshSession", "RefreshSessionInput", input, "session { accessToken refreshToken }").await;
        if let Some(fresh) = again["session"]["accessToken"].as_str() {
            token = fresh.to_owned();
            secrets.extend([token.clone(), text(&again["session"]["refreshToken"])]);
        }
        let owner = Some(token.as_str());
        let input = json!({ "slug": "al-amal", "name": "Al Amal", "kind": "ASSOCIATION", "territoryCode": "07.041" });
        let made = client.does(owner, "createOrganization", "CreateOrganizationInput", input, "organization { id }").await;
        let organization = made["organization"]["id"].clone();
        // The second is recorded; the third has everything in common with it.
        for phone in ["Qxwzj", "+212655443322", "+212655443322"] {
            let input = json!({
                "organizationId": organization, "name": "Qxwzj Fatima", "nameAr": "Qxwzj", "reference": "Qxwzj-1",
                "email": "qxwzj-person@example.org", "phone": phone, "nationalId": "QXWZJ778899",
            });
            client.does(owner, "createVolunteer", "CreateVolunteerInput", input, "volunteer { id }").await;
        }
        let query = "query($search: String) { volunteers(filter: { search: $search }) { nodes { id name } } }";
        let found = client.asks(owner, query, json!({ "search": "Qxwzj" })).await;
        let record = found["data"]["volunteers"]["nodes"][0]["id"].clone();
        assert!(record.is_string(), "{found}");
        let input = json!({ "volunteerId": record });
        let shown = client.does(owner, "revealNationalId", "RevealNationalIdInput", input, "nationalId").await;
        assert_eq!(shown["nationalId"], "QXWZJ778899");
        let input = json!({ "slug": "trees", "title": "Trees", "organizationId": organization, "territoryCode": "07.041" });
        client.does(owner, "createProject", "CreateProjectInput", input, "project { id }").await;
        let input = json!({ "filter": { "organizationId": organization }, "format": "CSV" });
        client.does(owner, "requestHourEntriesExport", "RequestHourEntriesExportInput", input, "exportJob { id }").await;
        // In an address, as a browser sends it; and where nothing is.
        let query = "query($search:String){volunteers(filter:{search:$search}){totalCount}}";
        let variables = json!({ "search": "Qxwzj" }).to_string();
        for path in ["graphql", "files/qxwzj", "verify/QXWZJ", "qxwzj"] {
            let parts = [("query", query), ("variables", variables.as_str())];
            let address = reqwest::Url::parse_with_params(&format!("{}/{path}", client.url), parts);
            let request = client.http.get(address.expect("an address")).bearer_auth(&token);
            request.send().await.expect("an answer");
        }
        let input = json!({ "organizationId": organization, "email": "qxwzj-guest@example.org", "role": "VIEWER" });
        let invited = client.does(owner, "inviteMember", "InviteMemberInput", input, "acceptanceToken").await;
        secrets.push(text(&invited["acceptanceToken"]));
        let input = json!({ "email": "qxwzj-owner@example.org" });
        client.does(None, "requestPasswordReset", "RequestPasswordResetInput", input, "").await;
        let input = json!({ "volunteerId": record, "reason": "Qxwzj asks" });
        client.does(owner, "requestErasure", "RequestErasureInput", input, "erasureRequest { id }").await;
        let input = json!({ "volunteerId": record });
        client.does(owner, "requestPersonalData", "RequestPersonalDataInput", input, "exportJob { id }").await;
        let faulty = client.asks(owner, "{ volunteer(id: \"Qxwzj\") { qxwzj } }", json!({})).await;
        assert!(faulty["errors"].is_array(), "{faulty}");
        let figures = client.http.get(format!("{}/metrics", client.url)).send().await.expect("an answer");
        let figures = figures.text().await.expect("figures").to_lowercase();

        // A connection that is kept would hold the server.
        drop(client);
        server.terminate();
        let (code, logs) = server.ended();

        assert_eq!(code, 0);
        assert!(logs.lines().count() > 20, "much is logged");
        assert!(!figures.contains(MARK), "{figures}");
        for line in logs.lines() {
            let low = line.to_lowercase();
            assert!(!low.contains(MARK) && !line.contains("655443322"), "{line}");
            for secret in &secrets {
                assert!(!line.contains(secret.as_str()), "a secret is logged: {}", line.replace(secret.as_str(), "…"));
            }
        }
    }
}
