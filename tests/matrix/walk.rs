//! The walk: everybody asks for everything, and what they are answered is kept for the tables.
//!
//! What they should be answered is not here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::schema::ExtendedType;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::split;

use crate::matrix::following;
use crate::matrix::more::NUMBER;
use crate::matrix::outcome::Outcome;
use crate::matrix::outcome::field_at;
use crate::matrix::outcome::fields_of;
use crate::matrix::outcome::refusals;
use crate::matrix::people::People;
use crate::matrix::people::Who;
use crate::matrix::people::row;
use crate::matrix::suited::excused;
use crate::matrix::suited::suit;
use crate::matrix::tables::Rows;
use crate::matrix::tables::read;
use crate::matrix::tables::served;
use crate::permissions::calls;
use crate::permissions::rules;
use crate::row_policies::named_in;
use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::cast::MARK;
use crate::support::cast::codes;
use crate::support::sdl;
use crate::support::sdl::Operation;

/// Those who try every thing with a field of which it is not said with what it is asked for, before the others.
const SCOUTS: [Who; 4] = [Who::Owner, Who::Volunteer, Who::Coordinator, Who::Platform];

const THINGS: &str = "tests/matrix/things.txt";

/// The trail takes no line of what was done.
const SEALED_ON_POSTGRES: [&str; 2] = [
    "create function sealed() returns trigger language plpgsql as \
     $$ begin raise exception 'sealed'; end $$",
    "create trigger sealed before insert on audit_event for each row when (new.outcome = 'DONE') \
     execute function sealed()",
];

const SEALED_ON_SQLITE: [&str; 1] = [
    "create trigger sealed before insert on audit_event when new.outcome = 'DONE' \
     begin select raise(abort, 'sealed'); end",
];

/// How a field was met; the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Refused,
    Shown,
}

/// What was met so far.
#[derive(Default)]
pub struct Matrix {
    outcomes: BTreeMap<(String, Who), Outcome>,
    seen: BTreeMap<(String, Who), Seen>,
    /// With which things a field is asked for.
    things: BTreeMap<String, BTreeSet<String>>,
    /// With which things an operation was allowed to whom.
    fits: BTreeMap<String, BTreeMap<String, BTreeSet<Who>>>,
    /// What was told to whom it must not be.
    pub leaks: Vec<String>,
    /// Whether nothing that is done stays.
    is_sealed: bool,
    /// What was answered or done for somebody, and not merely not refused for who asked.
    done: BTreeSet<String>,
    /// What somebody who may was told last instead of what they asked for.
    refused: BTreeMap<String, String>,
    /// The first thing that a field was asked for with.
    first: BTreeMap<String, String>,
}

impl Matrix {
    /// Asks all fields of a root as one of them.
    pub async fn ask(&mut self, people: &People, who: Who, root: &str) {
        let rules = rules();
        for field in sdl::fields(sdl::schema(), root) {
            let name = format!("{root}.{}", field.name);
            // It would make the rest the acts of nobody.
            if field.name == "signOut" && !self.is_sealed && !who.is_signed_out() {
                continue;
            }
            let scoped = rules[&name] == "organization";
            let outcome = self.ask_one(people, who, root, field, scoped).await;
            let acts = scoped && root == "Mutation" && self.is_sealed;
            if acts && who.is_outside() && outcome == Outcome::Allowed {
                self.leaks.push(format!("{name} obeys {who:?}"));
            }
            self.outcomes.insert((name, who), outcome);
        }
    }

    async fn ask_one(
        &mut self,
        people: &People,
        who: Who,
        root: &str,
        field: &FieldDefinition,
        scoped: bool,
    ) -> Outcome {
        let name = format!("{root}.{}", field.name);
        let found = self.fits.get(&name).filter(|_| !SCOUTS.contains(&who));
        let found = found.map(|it| it.keys().cloned().collect());
        let things = self.things.get(&name).cloned().or(found);
        let mut best = Outcome::SignIn;
        let mut tried = BTreeSet::new();
        for (of, operation) in operations(people, root, field) {
            let fitting = is_any(&name) || things.as_ref().is_none_or(|it| it.contains(&of));
            // What takes no id is the same operation for every thing.
            let words = format!("{} {}", operation.query, operation.variables);
            if !fitting || !tried.insert(words) {
                continue;
            }
            let variables = operation.variables.clone();
            let answer = people.person(who).tries(&operation.query, variables).await;
            self.first.entry(name.clone()).or_insert(of.clone());
            let data = &answer.body["data"];
            let value = &data[field.name.as_str()];
            let outcome = Outcome::of(&answer, value, &operation.variables, root, scoped);
            self.look(who, &format!("{name} with the {of}"), root, &answer);
            if self.is_done(root, outcome, &answer, value) {
                self.done.insert(name.clone());
            } else if outcome == Outcome::Allowed {
                let told = format!("{who:?} with the {of}: {}", refusals(&answer));
                self.refused.insert(name.clone(), told);
            }
            best = best.max(outcome);
            if outcome == Outcome::Allowed {
                let fits = self.fits.entry(name.clone()).or_default();
                fits.entry(of).or_default().insert(who);
            }
            // One success is enough; refusals are looked for everywhere. Without a session all are alike.
            let acts = outcome == Outcome::Allowed && root == "Mutation";
            let settled = acts && self.done.contains(&name);
            if settled || outcome == Outcome::SignIn && who.is_signed_out() {
                break;
            }
        }
        assert!(!tried.is_empty(), "{name} was asked for with nothing");
        best
    }

    /// Whether an answer is one to somebody for whom it was done.
    fn is_done(&self, root: &str, outcome: Outcome, answer: &Answer, value: &Value) -> bool {
        // What was undone by nobody but the seal.
        let undone = self.is_sealed && answer.error_code() == "INTERNAL_SERVER_ERROR";
        let whole = answer.body.get("errors").is_none();
        match root {
            "Mutation" => undone || whole && codes(value).is_empty(),
            _ => whole && outcome == Outcome::Allowed,
        }
    }

    /// Looks at an answer: what it shows, and that it shows nothing that it must not.
    fn look(&mut self, who: Who, what: &str, root: &str, answer: &Answer) {
        let text = answer.body.to_string();
        let sealed = root == "Mutation" && answer.error_code() == "INTERNAL_SERVER_ERROR";
        let fault = answer.status >= 500 || text.contains("INTERNAL_SERVER_ERROR");
        if fault && !sealed {
            self.leaks.push(format!("{what} fails for {who:?}: {text}"));
        }
        let never = ["GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX"];
        let ran = !never.iter().any(|it| text.contains(it));
        assert!(ran, "{what} was never run: {text}");
        if text.to_uppercase().contains(NUMBER) {
            self.leaks.push(format!("{what} tells {who:?} the number"));
        }
        // Whoever has the code of a certificate is told what its holder lets be shown.
        let by_code = what.starts_with("Query.verifyCertificate ");
        if !by_code && who.is_outside() && text.to_lowercase().contains(&MARK.to_lowercase()) {
            self.leaks.push(format!("{what} tells {who:?}: {text}"));
        }
        if !by_code && who == Who::Blind && text.contains(&format!("{MARK} Fatima")) {
            self.leaks
                .push(format!("{what} names her to {who:?}: {text}"));
        }
        if !by_code
            && who.is_told_of_nobody()
            && let Some(mark) = named_in(&text)
        {
            self.leaks
                .push(format!("{what} names {mark} to {who:?}: {text}"));
        }
        let mut shown = BTreeSet::new();
        fields_of(&answer.body["data"], &mut shown);
        for name in shown {
            self.seen.insert((name, who), Seen::Shown);
        }
        for error in answer.body["errors"].as_array().into_iter().flatten() {
            if let Some(name) = field_at(&answer.body["data"], &error["path"]) {
                self.seen.entry((name, who)).or_insert(Seen::Refused);
            }
        }
    }

    /// Asks everything as those to whom little or nothing may be told, where no statement is filtered. What they do
    /// stays, where the database lets it.
    pub async fn without_filter(people: &People) -> Self {
        let mut matrix = Self {
            things: things(),
            ..Self::default()
        };
        people.app.parts.core.remove_row_filter();
        let curious = Who::all().filter(|it| it.is_told_of_nobody() && *it != Who::Expired);
        for who in curious {
            matrix.ask(people, who, "Query").await;
            // The other volunteer may do things there.
            if who != Who::Beside {
                matrix.ask(people, who, "Mutation").await;
            }
        }
        matrix
    }

    /// Asks everything as everybody, and undoes what they do.
    pub async fn filled(people: &People) -> Self {
        let mut matrix = Self {
            things: things(),
            ..Self::default()
        };
        let others = Who::all().filter(|it| !SCOUTS.contains(it) && *it != Who::Expired);
        let order: Vec<Who> = SCOUTS.into_iter().chain(others).collect();
        for root in ["Query", "Mutation"] {
            if root == "Mutation" {
                let heard = following::heard(people).await;
                matrix.follow(heard);
                matrix.read_numbers(people).await;
                seal(&people.app).await;
                matrix.is_sealed = true;
            }
            for who in &order {
                matrix.ask(people, *who, root).await;
            }
        }
        people.app.advance(TimeDelta::days(2));
        for root in ["Query", "Mutation"] {
            matrix.ask(people, Who::Expired, root).await;
        }
        matrix.follow(following::heard_too_late(people).await);
        matrix
    }

    /// Reads the national identity number of the volunteer as everybody: once it is undone, nobody is shown it.
    async fn read_numbers(&mut self, people: &People) {
        let query =
            "mutation($id: ID!) { revealNationalId(input: { volunteerId: $id }) { nationalId } }";
        for who in Who::all().filter(|it| *it != Who::Expired) {
            let variables = json!({ "id": people.planted.cast.record });
            let answer = people.person(who).tries(query, variables).await;
            let number = &answer.body["data"]["revealNationalId"]["nationalId"];
            let may = matches!(who, Who::Owner | Who::Admin);
            if *number != (if may { json!(NUMBER) } else { Value::Null }) {
                self.leaks
                    .push(format!("of the number {who:?} is told {number}"));
            }
        }
    }

    /// What everybody heard who follows.
    fn follow(&mut self, heard: following::Told) {
        for ((name, who), (letter, text)) in heard {
            let outcome = match letter {
                'y' => Outcome::Allowed,
                'n' => Outcome::Denied,
                's' => Outcome::SignIn,
                _ => Outcome::Nothing,
            };
            if who.is_outside() && text.to_lowercase().contains(&MARK.to_lowercase()) {
                self.leaks.push(format!("{name} tells {who:?}: {text}"));
            }
            if who.is_told_of_nobody() && named_in(&text).is_some() {
                self.leaks.push(format!("{name} names to {who:?}: {text}"));
            }
            if outcome == Outcome::Allowed {
                self.done.insert(name.clone());
            }
            self.outcomes.insert((name, who), outcome);
        }
    }

    /// What was done for nobody, so that what the others are told says nothing; but for what is excused.
    pub fn undone(&self) -> Vec<String> {
        let (roots, _) = served();
        let excused = excused();
        let undone = roots.into_iter().filter(|name| {
            let done = self.done.contains(name);
            done == excused.contains_key(name)
        });
        undone
            .map(|name| match excused.get(&name) {
                Some(_) => format!("{name} is done for somebody: excuse it no more"),
                None => {
                    let told = self.refused.get(&name).map_or("", String::as_str);
                    format!("{name} is done for nobody: make what it is asked with fit. {told}")
                }
            })
            .collect()
    }

    /// What `things.txt` does not say yet, in its words: as few things as let everybody do what they may.
    pub fn unsaid(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for root in ["Query", "Mutation"] {
            for field in sdl::fields(sdl::schema(), root) {
                let name = format!("{root}.{}", field.name);
                if self.things.contains_key(&name) || is_any(&name) {
                    continue;
                }
                let mut left = self.fits.get(&name).cloned().unwrap_or_default();
                let mut few = Vec::new();
                while let Some((of, met)) = left
                    .iter()
                    .max_by_key(|(_, met)| met.len())
                    .map(|(of, met)| (of.clone(), met.clone()))
                    .filter(|(_, met)| !met.is_empty())
                {
                    few.push(of);
                    for whom in left.values_mut() {
                        whom.retain(|it| !met.contains(it));
                    }
                }
                if few.is_empty() {
                    few.push(self.first[&name].clone());
                }
                let few = few.join(", ");
                lines.push(format!(
                    "{THINGS}: with what is it asked for? Write: `{name}: {few}`"
                ));
            }
        }
        lines
    }

    /// The rows of the operations.
    pub fn operations(&self) -> Rows {
        let (roots, _) = served();
        let rows = roots.into_iter().map(|name| {
            let cell = |who| self.outcomes.get(&(name.clone(), who));
            let cells = row(|who| cell(who).map_or('?', |it| it.letter()));
            (name, cells)
        });
        rows.collect()
    }

    /// The rows of the fields.
    pub fn fields(&self) -> Rows {
        let (_, fields) = served();
        let rows = fields.into_iter().map(|name| {
            let cells = row(|who| match self.seen.get(&(name.clone(), who)) {
                Some(Seen::Shown) => '+',
                Some(Seen::Refused) => 'n',
                None => '.',
            });
            (name, cells)
        });
        rows.collect()
    }
}

/// Whether it is asked for with every thing.
fn is_any(name: &str) -> bool {
    ["Query.node", "Query.nodes"].contains(&name)
}

/// With which things a field is asked for, by `Type.field`.
fn things() -> BTreeMap<String, BTreeSet<String>> {
    read(THINGS)
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, of)| (name.to_owned(), of.split(", ").map(str::to_owned).collect()))
        .collect()
}

/// The operations on a root field, with each thing of the organization.
fn operations(people: &People, root: &str, field: &FieldDefinition) -> Vec<(String, Operation)> {
    if is_any(&format!("{root}.{}", field.name)) {
        return by_id(people, field);
    }
    let mut calls = calls(&people.planted, &root.to_lowercase(), field);
    let name = format!("{root}.{}", field.name);
    for (of, operation) in &mut calls {
        suit(people, &name, of, &mut operation.variables);
        let input = operation.variables["input"].as_object_mut();
        // One or the other: both are refused before it is asked who may.
        if let Some(input) = input.filter(|it| it.contains_key("ids")) {
            input.remove("selection");
        }
    }
    calls
}

/// The same for what shows any thing: everything of that one kind is asked for.
fn by_id(people: &People, field: &FieldDefinition) -> Vec<(String, Operation)> {
    let ids = people.planted.ids.iter();
    let of_kind = ids.map(|(of, id)| {
        let (kind, _) = split(&id.clone().into()).expect("a global id");
        let on_it = match sdl::schema().types.get(kind.as_str()) {
            Some(ExtendedType::Object(it)) if it.implements_interfaces.contains("Node") => {
                let depth = if field.name == "node" { 2 } else { 0 };
                format!(
                    "... on {kind} {{ {} }}",
                    sdl::selection(sdl::schema(), &kind, depth)
                )
            }
            _ => String::new(),
        };
        let (call, variables) = match field.name.as_str() {
            "node" => ("query($id: ID!) { node(id: $id)", json!({ "id": id })),
            _ => (
                "query($ids: [ID!]!) { nodes(ids: $ids)",
                json!({ "ids": [id] }),
            ),
        };
        let query = format!("{call} {{ __typename id {on_it} }} }}");
        ((*of).to_owned(), Operation { query, variables })
    });
    of_kind.collect()
}

/// Undoes from now on whatever would succeed.
async fn seal(app: &App) {
    let tx = app
        .parts
        .core
        .db
        .system()
        .begin()
        .await
        .expect("a transaction");
    let statements: &[&str] = match app.parts.core.db.backend() {
        DbBackend::Postgres => &SEALED_ON_POSTGRES,
        _ => &SEALED_ON_SQLITE,
    };
    for statement in statements {
        let done = tx.execute_unprepared(statement).await;
        done.expect("a trigger");
    }
    tx.commit().await.expect("committed");
}
