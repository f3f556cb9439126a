//! The schema as a document: what clients can rely on without running anything.
//!
//! Who may see what is in `permissions`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use apollo_compiler::ast::DirectiveList;
use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::Component;
use apollo_compiler::schema::ExtendedType;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::planted::Planted;
use crate::support::sdl::fields;
use crate::support::sdl::operation;
use crate::support::sdl::own_types;
use crate::support::sdl::schema;

#[test]
fn the_committed_file_is_the_schema_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let committed = fs::read_to_string(file).expect("schema.graphql");

    assert!(
        committed == tiwizi::graphql::sdl(),
        "schema.graphql differs: write it anew with `cargo run -- schema > schema.graphql`, \
         and look at what the difference means for clients"
    );
}

#[test]
fn everything_has_a_description() {
    let schema = schema();
    let mut bare = Vec::new();
    for (name, kind) in own_types(schema) {
        if kind.description().is_none() {
            bare.push(name.to_owned());
        }
        for field in fields(schema, name) {
            if field.description.is_none() {
                bare.push(format!("{name}.{}", field.name));
            }
            for argument in &field.arguments {
                if argument.description.is_none() {
                    bare.push(format!("{name}.{}({}:)", field.name, argument.name));
                }
            }
        }
        if let ExtendedType::InputObject(input) = kind {
            for (field, it) in &input.fields {
                if it.description.is_none() {
                    bare.push(format!("{name}.{field}"));
                }
            }
        }
        if let ExtendedType::Enum(of) = kind {
            for (value, it) in &of.values {
                if it.description.is_none() {
                    bare.push(format!("{name}.{value}"));
                }
            }
        }
    }
    assert!(bare.is_empty(), "no description: {bare:#?}");
}

#[test]
fn every_list_of_rows_is_paged_and_bounded() {
    let schema = schema();
    let mut broken = Vec::new();
    for (name, _) in own_types(schema) {
        for field in fields(schema, name) {
            let inner = field.ty.inner_named_type();
            let names: Vec<_> = field.arguments.iter().map(|it| it.name.as_str()).collect();
            let paged = ["first", "after", "last", "before"]
                .iter()
                .all(|it| names.contains(it));
            if inner.ends_with("Connection") && !paged {
                broken.push(format!("{name}.{} takes {names:?}", field.name));
            }
            let said = field
                .arguments
                .iter()
                .filter(|it| it.name == "first" || it.name == "last")
                .all(|it| {
                    it.description
                        .as_ref()
                        .is_some_and(|it| it.contains("1 to 100"))
                });
            if paged && !said {
                broken.push(format!("{name}.{} does not say its bound", field.name));
            }
        }
        if name.ends_with("Connection") {
            let found: Vec<_> = fields(schema, name)
                .iter()
                .map(|it| it.name.as_str())
                .collect();
            for part in ["edges", "nodes", "pageInfo", "totalCount"] {
                if !found.contains(&part) {
                    broken.push(format!("{name} lacks {part}"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Mutations whose repetition is harmless by another way than `idempotencyKey` or `expectedVersion`, each
/// with that way.
const REPEATABLE: [(&str, &str); 38] = [
    (
        "acceptInvitation",
        "the token is used up once, for one membership",
    ),
    (
        "checkIn",
        "the key is that of the passing; the attendance is not shown before",
    ),
    (
        "checkOut",
        "the key is that of the passing; the attendance is not shown before",
    ),
    (
        "changePassword",
        "the old password is none any more; only who knows it changes it",
    ),
    (
        "beginSignIn",
        "each begins a sign-in of its own, which ends by itself",
    ),
    (
        "completeSignIn",
        "what comes back is taken once, for one session",
    ),
    ("linkIdentity", "what comes back is taken once"),
    ("unlinkIdentity", "ended is ended"),
    ("confirmTotp", "a code is used up once, and on is on"),
    ("disableTotp", "a code is used up once, and off is off"),
    (
        "enableTotp",
        "a secret that was not confirmed gives way to the next",
    ),
    (
        "regenerateRecoveryCodes",
        "a code is used up once; those of before give way to the next",
    ),
    (
        "revealNationalId",
        "it shows, and writes nothing but that it did",
    ),
    ("endOtherSessions", "ended is ended"),
    ("endSession", "ended is ended"),
    ("commitImport", "a second commit answers as the first did"),
    (
        "createHourEntries",
        "each entry has its own `idempotencyKey`",
    ),
    ("dismissDuplicate", "said twice it says the same"),
    (
        "issueCheckInToken",
        "nothing is written: the code follows from the time",
    ),
    ("markAttendance", "each mark has its own `expectedVersion`"),
    (
        "markNotificationsRead",
        "read is read; nobody else writes them",
    ),
    (
        "previewApproval",
        "counts anew what waits; the selection ends by itself",
    ),
    (
        "recordMeasurements",
        "each figure has its place: the same again changes nothing",
    ),
    (
        "refreshSession",
        "a token is exchanged once: twice means that two hold it",
    ),
    (
        "requestEmailVerification",
        "each is another letter, of which so many are sent",
    ),
    ("verifyEmail", "the token is used up once"),
    (
        "requestPasswordReset",
        "each is another letter, of which so many are sent; nobody is signed in whose key it would be",
    ),
    ("resetPassword", "the token is used up once"),
    ("revokeApiToken", "ended is ended"),
    ("signIn", "each begins a session of its own"),
    ("signOut", "ended is ended"),
    (
        "signUp",
        "an address has one account; nobody is signed in whose key it would be",
    ),
    ("setTargets", "they take the place of all: twice is once"),
    (
        "stopTimer",
        "stopping always succeeds, and what was stopped stays",
    ),
    (
        "syncHourEntries",
        "each operation has its own `clientId` and `expectedVersion`",
    ),
    (
        "updateNotificationPreferences",
        "said twice it says the same; only the user themselves says it",
    ),
    (
        "upsertVocabularyTerms",
        "each term has its first day: the same again changes nothing; each may have an `expectedVersion`",
    ),
    (
        "upsertWageRates",
        "each rate has its place: the same again changes nothing; the batch may have a key",
    ),
];
/// What the name of a mutation begins with that makes something new.
const MAKING: [&str; 11] = [
    "create",
    "start",
    "invite",
    "signUpFor",
    "amend",
    "grant",
    "propose",
    "request",
    "recordConsent",
    "issueCertificates",
    "sendWebhookTest",
];

/// Whatever is sent twice happens once: what makes something takes a key, what changes something takes
/// the version that was seen.
#[test]
fn every_mutation_can_be_repeated_without_harm() {
    let schema = schema();
    let mut broken = Vec::new();
    let mut excused: Vec<&str> = REPEATABLE.iter().map(|it| it.0).collect();
    for mutation in fields(schema, "Mutation") {
        let name = mutation.name.as_str();
        if excused.contains(&name) {
            excused.retain(|it| *it != name);
            continue;
        }
        let input = mutation
            .arguments
            .first()
            .map(|it| it.ty.inner_named_type().as_str());
        let Some(ExtendedType::InputObject(input)) = input.and_then(|it| schema.types.get(it))
        else {
            broken.push(format!("{name} takes no input"));
            continue;
        };
        let has = |field: &str| {
            let of = |ty: &str| {
                input
                    .fields
                    .get(field)
                    .is_some_and(|it| it.ty.to_string() == ty)
            };
            of("String") || of("Int")
        };
        let each =
            input.fields.contains_key("expectedVersions") || input.fields.contains_key("items");
        let making = MAKING.iter().any(|it| name.starts_with(it));
        if making && !has("idempotencyKey") {
            broken.push(format!(
                "{name} makes something and takes no `idempotencyKey`"
            ));
        }
        if !making && !has("expectedVersion") && !each {
            broken.push(format!(
                "{name} changes something and takes no `expectedVersion`"
            ));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(excused.is_empty(), "no such mutations: {excused:?}");
}

on_both_databases! {
    /// What is searched for has a bound wherever a list can be searched, and so has what databases are
    /// asked to compare.
    async fn no_search_is_longer_than_a_hundred_characters(app: App) {
        let schema = schema();
        let planted = Planted::on(&app).await;
        let owner = &planted.cast.owner;
        let id = &planted.cast.organization.id;
        let mut tried = 0;
        for (of, field) in connections() {
            let by_argument = field.argument_by_name("search").is_some();
            let filter = field.argument_by_name("filter").and_then(|it| schema.types.get(it.ty.inner_named_type()));
            let by_filter = matches!(filter, Some(ExtendedType::InputObject(it)) if it.fields.contains_key("search"));
            if !by_argument && !by_filter {
                continue;
            }
            let argument = if by_argument { "search: $search" } else { "filter: { search: $search }" };
            let list = format!("{}(first: 1, {argument}) {{ totalCount }}", field.name);
            let query = match of {
                "Query" => format!("query($search: String) {{ {list} }}"),
                "Organization" => format!("query($search: String, $id: ID!) {{ node(id: $id) {{ ... on Organization {{ {list} }} }} }}"),
                other => panic!("{other}.{} is not tried", field.name),
            };
            for (length, code) in [(100, ""), (101, "BAD_USER_INPUT"), (200_000, "BAD_USER_INPUT")] {
                let answer = owner.tries(&query, json!({ "search": "x".repeat(length), "id": id })).await;
                assert_eq!(answer.error_code(), code, "{of}.{}: {:#}", field.name, answer.body);
            }
            tried += 1;
        }
        assert!(tried >= 7, "{tried}");
    }

    /// PostgreSQL takes no text with it: nothing is asked with one, in variables or in documents.
    async fn no_text_holds_the_character_nul(app: App) {
        let planted = Planted::on(&app).await;
        let owner = &planted.cast.owner;
        for (query, variables) in [
            ("query($it: String!) { organization(slug: $it) { id } }", json!({ "it": "al\0amal" })),
            ("query($it: String!) { indicators(filter: { programmeCode: $it }) { totalCount } }", json!({ "it": "\0" })),
            ("query($it: ID!) { node(id: $it) { id } }", json!({ "it": "a\0" })),
            ("query($it: [ID!]!) { nodes(ids: $it) { id } }", json!({ "it": ["a", "\0"] })),
            ("query($it: IndhReportInput!) { indhReport(input: $it) { asOf } }",
                json!({ "it": { "territoryCode": "0\0", "from": "2026-01-01", "to": "2026-01-31" } })),
            ("{ territory(code: \"0\\u0000\") { id } }", json!({})),
        ] {
            let answer = owner.tries(query, variables).await;
            let told = &answer.body["errors"][0]["extensions"]["rule"];
            assert_eq!(*told, "input.format", "{query}: {:#}", answer.body);
            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
        }
    }

    /// No client gets more rows at once than the schema says, from either end, wherever the list is.
    async fn no_page_is_larger_than_a_hundred(app: App) {
        let schema = schema();
        let planted = Planted::on(&app).await;
        let owner = &planted.cast.owner;
        let organization = &planted.cast.organization.id;
        let mut tried = BTreeSet::new();
        for (of, field) in connections() {
            for end in ["first", "last"] {
                if of == "Query" {
                    let fill = |name: &str, _: &Type| match name {
                        "organizationId" => Some(json!(organization)),
                        name => (name == end).then(|| json!(101)),
                    };
                    let asked = operation(schema, "query", field, 0, &fill);
                    let answer = owner.tries(&asked.query, asked.variables).await;
                    assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{}({end}:)", field.name);
                    tried.insert((of, field.name.as_str()));
                    continue;
                }
                let page = format!("{}({end}: 101{}) {{ totalCount }}", field.name, required(field));
                if of == "Viewer" {
                    let query = format!("{{ viewer {{ {page} }} }}");
                    let answer = owner.tries(&query, json!({})).await;
                    assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{of}.{page}");
                    tried.insert((of, field.name.as_str()));
                    // It is no node.
                    continue;
                }
                if of == "CellExplanation" || of == "CellLeftOut" {
                    // In a state in which nothing is, all is left out.
                    let input = json!({ "territoryCode": "MA", "from": "2026-01-01", "to": "2026-12-31",
                        "organizationId": organization, "statusBasis": ["RETURNED"] });
                    let page = match of {
                        "CellLeftOut" => format!("leftOut {{ {page} }}"),
                        _ => page,
                    };
                    let query = format!("query($input: ExplainCellInput!) {{ explainCell(input: $input) {{ {page} }} }}");
                    let answer = owner.tries(&query, json!({ "input": input })).await;
                    assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{of}.{page}: {:#}", answer.body);
                    tried.insert((of, field.name.as_str()));
                    continue;
                }
                if of == "Territory" {
                    let query = format!("{{ territory(code: \"MA\") {{ {page} }} }}");
                    let answer = owner.tries(&query, json!({})).await;
                    assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{of}.{page}");
                    tried.insert((of, field.name.as_str()));
                }
                for (_, id) in &planted.ids {
                    let query = format!("query($id: ID!) {{ node(id: $id) {{ __typename ... on {of} {{ {page} }} }} }}");
                    let answer = owner.tries(&query, json!({ "id": id })).await;
                    if answer.body["data"]["node"]["__typename"].is_null() && answer.body.get("errors").is_some() {
                        assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{of}.{page}: {:#}", answer.body);
                        tried.insert((of, field.name.as_str()));
                    }
                    let elsewhere = answer.body["data"]["node"]["__typename"] != json!(of);
                    assert!(elsewhere || answer.error_code() == "BAD_USER_INPUT", "{of}.{page}: {:#}", answer.body);
                }
            }
        }

        let all: BTreeSet<_> = connections().map(|(of, it)| (of, it.name.as_str())).collect();
        assert_eq!(tried, all, "lists that were not asked for");
    }
}

/// What else a list has to be asked with.
fn required(field: &FieldDefinition) -> String {
    let wanted = field.arguments.iter().filter(|it| it.is_required());
    wanted
        .map(|it| match it.ty.inner_named_type().as_str() {
            "Date" => format!(", {}: \"2026-11-02\"", it.name),
            other => panic!("no value for {}: {other}", it.name),
        })
        .collect()
}

/// The fields that give pages, with the types they stand on.
fn connections() -> impl Iterator<Item = (&'static str, &'static Component<FieldDefinition>)> {
    own_types(schema()).flat_map(|(of, _)| {
        fields(schema(), of)
            .into_iter()
            .filter(|it| it.ty.inner_named_type().ends_with("Connection"))
            .map(move |it| (of, it))
    })
}

#[test]
fn mutations_take_one_input_and_answer_with_user_errors() {
    let schema = schema();
    let mut broken = Vec::new();
    for field in fields(schema, "Mutation") {
        let [argument] = field.arguments.as_slice() else {
            broken.push(format!("{} does not take one argument", field.name));
            continue;
        };
        if argument.name != "input" {
            broken.push(format!("{}({}:)", field.name, argument.name));
        }
        let payload = field.ty.inner_named_type();
        let answers = fields(schema, payload).iter().any(|it| {
            let whole = it.name == "userErrors" && it.ty.to_string() == "[UserError!]!";
            whole || (it.name == "results" && it.ty.is_list())
        });
        if !payload.ends_with("Payload") || !answers {
            broken.push(format!("{} answers {payload}", field.name));
        }
        for it in fields(schema, payload) {
            let object = schema.types[it.ty.inner_named_type()].is_object();
            let part = it.name != "userErrors" && it.name != "results" && object;
            if part && it.ty.is_non_null() {
                broken.push(format!("{payload}.{}: null when refused", it.name));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn scalars_say_where_they_are_specified() {
    let schema = schema();
    let silent: Vec<_> = own_types(schema)
        .filter(|(_, it)| it.is_scalar())
        .filter(|(_, it)| !it.directives().has("specifiedBy"))
        .map(|(name, _)| name)
        .collect();

    assert!(silent.is_empty(), "{silent:?}");
}

/// What reads values of a scalar finds out what they look like.
#[test]
fn every_scalar_says_where_it_is_specified() {
    let silent: Vec<_> = own_types(schema())
        .filter_map(|(name, kind)| match kind {
            ExtendedType::Scalar(scalar) => Some((name, scalar)),
            _ => None,
        })
        .filter(|(_, scalar)| {
            let url = scalar
                .directives
                .get("specifiedBy")
                .and_then(|it| it.specified_argument_by_name("url")?.as_str());
            !url.is_some_and(|it| it.starts_with("https://"))
        })
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn addresses_are_of_the_scalar_for_them() {
    let schema = schema();
    let is_address = |name: &str| name == "url" || name.ends_with("Url");
    let mut other = Vec::new();
    for (name, kind) in own_types(schema) {
        for field in fields(schema, name) {
            if is_address(&field.name) && field.ty.inner_named_type() != "URL" {
                other.push(format!("{name}.{}", field.name));
            }
        }
        if let ExtendedType::InputObject(input) = kind {
            for (field, it) in &input.fields {
                if is_address(field) && it.ty.inner_named_type() != "URL" {
                    other.push(format!("{name}.{field}"));
                }
            }
        }
    }
    assert!(other.is_empty(), "{other:?}");
}

/// Whoever meets something deprecated learns what takes its place and until when it is there.
#[test]
fn every_deprecation_names_what_to_use_and_a_day() {
    for (reason, fine) in [
        ("Use `Organization.slug`. Goes after 2027-06-30.", true),
        ("Use `Organization.slug`.", false),
        ("Old. Goes after 2027-06-30.", false),
        ("Use `Organization.slug`. Goes after 2027-06-31.", false),
    ] {
        assert_eq!(is_whole_reason(reason), fine, "{reason}");
    }
    let schema = schema();
    let mut broken = Vec::new();
    let mut look = |place: String, directives: &DirectiveList| {
        let Some(deprecated) = directives.get("deprecated") else {
            return;
        };
        let reason = deprecated
            .specified_argument_by_name("reason")
            .and_then(|it| it.as_str());
        if !reason.is_some_and(is_whole_reason) {
            broken.push(format!("{place}: {reason:?}"));
        }
    };
    for (name, kind) in own_types(schema) {
        for field in fields(schema, name) {
            look(format!("{name}.{}", field.name), &field.directives);
            for argument in &field.arguments {
                look(
                    format!("{name}.{}({}:)", field.name, argument.name),
                    &argument.directives,
                );
            }
        }
        if let ExtendedType::InputObject(input) = kind {
            for (field, it) in &input.fields {
                look(format!("{name}.{field}"), &it.directives);
            }
        }
        if let ExtendedType::Enum(of) = kind {
            for (value, it) in &of.values {
                look(format!("{name}.{value}"), &it.directives);
            }
        }
    }
    assert!(
        broken.is_empty(),
        "a reason is of the form \"Use `Type.field`. Goes after 2027-06-30.\": {broken:#?}"
    );
}

fn is_whole_reason(reason: &str) -> bool {
    let day = reason
        .split_once(" Goes after ")
        .and_then(|(_, day)| day.strip_suffix('.')?.parse::<chrono::NaiveDate>().ok());
    reason.starts_with("Use `") && day.is_some()
}
