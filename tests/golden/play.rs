//! Puts the rows of a case in, as clients do, and holds each answer against what was worked out by hand.
//!
//! What rows mean is in `case`. Only territories, which no mutation writes, are given by the operator.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::ids::TerritoryId;
use entity::types::PlatformRole;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::i18n::Locale;
use tiwizi::territories::import;

use crate::golden::case::Amendment;
use crate::golden::case::Case;
use crate::golden::case::Hours;
use crate::golden::case::Measurement;
use crate::golden::case::Question;
use crate::golden::case::Status;
use crate::golden::case::Step;
use crate::golden::case::Target;
use crate::golden::differences;
use crate::golden::figures;
use crate::golden::places;
use crate::support::app::App;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::cast::granted;

/// Administers the platform; asks where nobody else is named.
const ADMINISTRATOR: &str = "administrator";
/// Records for every organization. Owners approve: nobody approves what they wrote.
const RECORDER: &str = "recorder";

/// Who and what a case has named so far.
pub struct World<'a> {
    pub app: &'a App,
    people: BTreeMap<String, Person>,
    /// Global ids by kind and name.
    ids: BTreeMap<(&'static str, String), String>,
    /// The organization of each project.
    owners: BTreeMap<String, String>,
    /// The ends of steps.
    instants: Vec<String>,
}

/// Plays a case and fails with every figure that is not as worked out by hand.
pub async fn case(app: &App, case: &Case) {
    let mut world: Option<World<'_>> = None;
    let mut told = Vec::new();
    for (at, step) in case.step.iter().enumerate() {
        let world = match &mut world {
            None => {
                if let Some(instant) = step.at {
                    app.advance(instant - app.parts.core.clock.now());
                }
                world.insert(World::on(app).await)
            }
            Some(world) => {
                world.wait(step).await;
                world
            }
        };
        world.play(step).await;
        world.instants.push(app.parts.core.clock.now().to_rfc3339());
        for (number, question) in step.question.iter().enumerate() {
            let why = question.says.as_deref().unwrap_or_default();
            let place = format!("step {}, question {} {why}", at + 1, number + 1);
            let found = world.ask(question).await;
            told.extend(found.into_iter().map(|it| format!("{place}: {it}")));
        }
    }
    assert!(told.is_empty(), "{}\n{}", case.title, told.join("\n"));
}

impl<'a> World<'a> {
    async fn on(app: &'a App) -> Self {
        let administrator = Person::sign_up(app, ADMINISTRATOR).await;
        granted(app, &administrator, PlatformRole::PlatformAdmin, None).await;
        let recorder = Person::sign_up(app, RECORDER).await;
        let people = BTreeMap::from([
            (ADMINISTRATOR.to_owned(), administrator),
            (RECORDER.to_owned(), recorder),
        ]);
        Self {
            app,
            people,
            ids: BTreeMap::new(),
            owners: BTreeMap::new(),
            instants: Vec::new(),
        }
    }

    /// Lets time pass. Sessions end meanwhile, so that everybody signs in again.
    async fn wait(&mut self, step: &Step) {
        let now = self.app.parts.core.clock.now();
        if step.stands {
            return;
        }
        let Some(at) = step.at else {
            self.app.advance(TimeDelta::minutes(1));
            return;
        };
        assert!(at > now, "steps stand in order: {at}");
        self.app.advance(at - now);
        for person in self.people.values_mut() {
            *person = person.again().await;
        }
    }

    /// Somebody by name.
    pub fn person(&self, name: &str) -> &Person {
        let found = self.people.get(name);
        found.unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    /// The global id of something by name.
    pub fn id(&self, kind: &'static str, name: &str) -> &str {
        let found = self.ids.get(&(kind, name.to_owned()));
        found.unwrap_or_else(|| panic!("no {kind} is called {name}"))
    }

    /// The instant at the end of a step, counted from 1.
    pub fn instant(&self, step: usize) -> &str {
        &self.instants[step - 1]
    }

    fn named(&mut self, kind: &'static str, name: &str, id: &Value) {
        let id = id.as_str().expect("an id").to_owned();
        let before = self.ids.insert((kind, name.to_owned()), id);
        assert_eq!(before, None, "two are called {name}");
    }

    fn owner_of(&self, project: &str) -> &Person {
        self.person(&self.owners[project])
    }

    fn recorder(&self) -> &Person {
        self.person(RECORDER)
    }

    async fn play(&mut self, step: &Step) {
        if !step.territories.is_empty() {
            let ctx = self.app.parts.operator(Locale::En);
            let list = places::with(&step.territories);
            import::load_list(&ctx, &list).await.unwrap();
        }
        for it in &step.observers {
            let person = Person::sign_up(self.app, &it.name).await;
            let query = "query($code: String!) { territory(code: $code) { id } }";
            let place = person.asks(query, json!({ "code": it.place })).await;
            let place = TerritoryId::read(&place["territory"]["id"].as_str().unwrap().into());
            let place = Some(place.expect("a territory"));
            granted(self.app, &person, PlatformRole::Observer, place).await;
            self.people.insert(it.name.clone(), person);
        }
        self.stage(step).await;
        self.aim(step).await;
        for it in &step.hours {
            self.works(it).await;
        }
        for it in &step.amendments {
            self.amends(it).await;
        }
        for it in &step.voids {
            let input = json!({ "id": self.id("entry", it), "reason": "Counted twice" });
            let selection = "hourEntry { status }";
            let owner = self.person(&self.owners[self.id("project of", it)]);
            owner.done("voidHourEntry", input, selection).await;
        }
        for it in &step.months {
            let input = json!({ "organizationId": self.id("organization", &it.of),
                "month": it.month, "declaredZero": it.zero });
            let owner = self.person(&it.of);
            owner
                .done("submitPeriod", input, "reportingPeriod { status }")
                .await;
        }
        for it in &step.measurements {
            self.measures(it).await;
        }
        for it in &step.freezes {
            let input = json!({ "report": "INDH", "territoryCode": it.territory, "from": it.from,
                "to": it.to, "asOf": it.as_of.map(|step| self.instant(step)), "title": it.name });
            let administrator = self.person(ADMINISTRATOR);
            let made = administrator
                .done("createSnapshot", input, "snapshot { id }")
                .await;
            self.named("snapshot", &it.name, &made["snapshot"]["id"]);
        }
    }

    /// Organizations, projects, shares and people.
    async fn stage(&mut self, step: &Step) {
        for it in &step.organizations {
            let owner = Person::sign_up(self.app, &it.name).await;
            let input = json!({ "slug": it.name.to_lowercase(), "name": it.name,
                "kind": "ASSOCIATION", "territoryCode": it.place });
            let made = owner
                .done("createOrganization", input, "organization { id }")
                .await;
            let id = &made["organization"]["id"];
            let input = json!({ "organizationId": id, "email": self.recorder().email,
                "role": "COORDINATOR" });
            let invited = owner.done("inviteMember", input, "acceptanceToken").await;
            let input = json!({ "token": invited["acceptanceToken"] });
            self.recorder()
                .done("acceptInvitation", input, "membership { id }")
                .await;
            self.named("organization", &it.name, id);
            self.people.insert(it.name.clone(), owner);
        }
        for it in &step.projects {
            let input = json!({ "organizationId": self.id("organization", &it.of),
                "title": it.name, "startsOn": it.starts, "endsOn": it.ends,
                "territoryCode": it.place, "occupationCode": it.occupation,
                "budget": it.budget, "budgetIndh": it.indh, "currency": it.currency });
            let made = self
                .person(&it.of)
                .done("createProject", input, "project { id }")
                .await;
            self.named("project", &it.name, &made["project"]["id"]);
            self.owners.insert(it.name.clone(), it.of.clone());
        }
        for it in &step.shares {
            let shares: Vec<Value> = it
                .percent
                .iter()
                .map(|(term, percent)| json!({ "termCode": term, "percent": percent }))
                .collect();
            let input = json!({ "projectId": self.id("project", &it.project),
                "vocabulary": it.vocabulary.as_deref().unwrap_or("INDH"), "validFrom": it.from, "shares": shares });
            let owner = self.owner_of(&it.project);
            let selection = "userErrors { code message }";
            let payload = owner.does("setTagAllocations", input, selection).await;
            assert_refused(&codes(&payload), it.refused.as_deref(), it);
        }
        for it in &step.volunteers {
            for organization in &it.of {
                let input = json!({ "organizationId": self.id("organization", organization),
                    "name": it.name, "nationalId": it.national_id });
                let owner = self.person(organization);
                let made = owner
                    .done("createVolunteer", input, "volunteer { id }")
                    .await;
                let name = format!("{} of {organization}", it.name);
                self.named("volunteer", &name, &made["volunteer"]["id"]);
            }
        }
    }

    /// Wages, indicators, where they stood and where they should come to.
    async fn aim(&mut self, step: &Step) {
        let rates = step.rates.iter().map(|it| {
            json!({ "occupationCode": it.occupation, "territoryCode": it.place,
                "validFrom": it.from, "central": it.central, "low": it.low, "high": it.high,
                "source": "a survey" })
        });
        let rates: Vec<Value> = rates.collect();
        if !rates.is_empty() {
            let input = json!({ "rates": rates });
            let selection = "results { userErrors { code path } } userErrors { code path }";
            let administrator = self.person(ADMINISTRATOR);
            let payload = administrator
                .does("upsertWageRates", input, selection)
                .await;
            assert_refused(&codes(&payload), None, &payload);
        }
        for it in &step.indicators {
            let input = json!({ "organizationId": self.id("organization", &it.of),
                "code": it.name, "nameFr": it.name, "unit": "unités", "valueType": it.value,
                "level": "OUTPUT", "overTime": it.over_time, "overPlace": it.over_place,
                "reading": it.reading, "direction": it.direction, "sdgCode": it.sdg,
                "dimensions": it.dimensions });
            let owner = self.person(&it.of);
            let made = owner
                .done("createIndicator", input, "indicator { id }")
                .await;
            self.named("indicator", &it.name, &made["indicator"]["id"]);
        }
        for code in &step.catalogue {
            let query = "query($code: String!) { indicators(first: 1, filter: { search: $code }) { nodes { id code } } }";
            let found = self.recorder().asks(query, json!({ "code": code })).await;
            let found = &found["indicators"]["nodes"][0];
            assert_eq!(found["code"], json!(code));
            let id = found["id"].clone();
            self.named("indicator", code, &id);
        }
        for it in &step.baselines {
            let input = json!({ "indicatorId": self.id("indicator", &it.indicator),
                "projectId": self.id("project", &it.project), "measuredOn": it.on,
                "value": value(&it.value, it.whole.as_deref()) });
            let owner = self.owner_of(&it.project);
            owner
                .done("setBaseline", input, "baseline { version }")
                .await;
        }
        // All targets of an indicator in a project are set at once.
        let mut targets: BTreeMap<(&str, &str), Vec<&Target>> = BTreeMap::new();
        for it in &step.targets {
            let key = (it.indicator.as_str(), it.project.as_str());
            targets.entry(key).or_default().push(it);
        }
        for ((indicator, project), targets) in targets {
            let targets = targets.into_iter().map(|it| {
                let value = value(&it.value, it.whole.as_deref());
                json!({ "from": it.from, "to": it.to, "value": value })
            });
            let targets: Vec<Value> = targets.collect();
            let input = json!({ "indicatorId": self.id("indicator", indicator),
                "projectId": self.id("project", project), "targets": targets });
            let owner = self.owner_of(project);
            owner.done("setTargets", input, "targets { from }").await;
        }
    }

    async fn works(&mut self, it: &Hours) {
        let organization = &self.owners[&it.project];
        let who = it.who.as_ref().map(|who| {
            let name = format!("{who} of {organization}");
            self.id("volunteer", &name)
        });
        let status = it.status.unwrap_or(Status::Approved);
        let given = json!({ "volunteerId": who, "projectId": self.id("project", &it.project),
            "territoryCode": it.place, "workedOn": it.on, "minutes": it.minutes,
            "headcount": it.headcount, "startedAt": it.begins, "endedAt": it.ends,
            "breakMinutes": it.pause, "description": "work", "submit": status != Status::Draft });
        let made = self
            .recorder()
            .done("createHourEntry", present(given), "hourEntry { id }")
            .await;
        let id = made["hourEntry"]["id"].clone();
        let owner = self.owner_of(&it.project);
        let ids = json!([id]);
        match status {
            Status::Draft | Status::Submitted => {}
            Status::Approved => decides(owner, "approveHourEntries", json!({ "ids": ids })).await,
            Status::Returned => {
                let input = json!({ "ids": ids, "reason": "Which day?" });
                decides(owner, "returnHourEntries", input).await;
            }
            Status::Rejected => {
                let input = json!({ "ids": ids, "reason": "Nobody was there" });
                decides(owner, "rejectHourEntries", input).await;
            }
        }
        if let Some(name) = &it.name {
            self.named("entry", name, &id);
            self.named("project of", name, &json!(it.project));
        }
    }

    async fn amends(&self, it: &Amendment) {
        let id = self.id("entry", &it.entry);
        if it.on.is_some() || it.minutes.is_some() {
            let given = json!({ "id": id, "workedOn": it.on, "minutes": it.minutes,
                "reason": "The sheet says otherwise" });
            let selection = "hourEntry { status }";
            self.recorder()
                .done("amendHourEntry", present(given), selection)
                .await;
        }
        if it.approved {
            let owner = self.owner_of(self.id("project of", &it.entry));
            decides(owner, "approveHourEntries", json!({ "ids": [id] })).await;
        }
    }

    async fn measures(&mut self, it: &Measurement) {
        let mut parts = Vec::new();
        for (dimension, categories) in &it.parts {
            for (category, value) in categories {
                parts.push(json!({ "dimension": dimension, "category": category, "value": value }));
            }
        }
        let given = present(json!({ "indicatorId": self.id("indicator", &it.indicator),
            "projectId": self.id("project", &it.project), "territoryCode": it.place,
            "from": it.from, "to": it.to, "value": value(&it.value, it.whole.as_deref()),
            "parts": parts }));
        let selection = "results { measurement { id } userErrors { code path } }";
        let input = json!({ "measurements": [given] });
        let written = self
            .recorder()
            .does("recordMeasurements", input, selection)
            .await;
        assert_refused(&codes(&written), it.refused.as_deref(), it);
        if it.refused.is_some() {
            return;
        }
        let id = written["results"][0]["measurement"]["id"].clone();
        let owner = self.owner_of(&it.project);
        match it.status.unwrap_or(Status::Approved) {
            Status::Approved => {
                decides(owner, "approveMeasurements", json!({ "ids": [id] })).await;
            }
            Status::Returned => {
                let input = json!({ "ids": [id], "reason": "Count again" });
                decides(owner, "returnMeasurements", input).await;
            }
            Status::Submitted => {}
            other => panic!("no measured value is {other:?}"),
        }
        if let Some(name) = &it.name {
            self.named("measurement", name, &id);
        }
    }

    /// Asks, and says what is not as worked out by hand.
    async fn ask(&self, question: &Question) -> Vec<String> {
        let found = figures::of(self, question).await;
        match (found, &question.refused) {
            (Ok(found), None) => differences(&question.expect, &found),
            (Err(code), Some(expected)) if code == *expected => Vec::new(),
            (Ok(_), Some(expected)) => vec![format!("{expected} expected, and answered")],
            (Err(code), _) => vec![format!("refused: {code}")],
        }
    }
}

/// One act on several things, none of which may be refused.
async fn decides(who: &Person, act: &str, input: Value) {
    let selection = "results { userErrors { code message } }";
    let payload = who.does(act, input, selection).await;
    assert_refused(&codes(&payload), None, &payload);
}

#[track_caller]
fn assert_refused(found: &[String], expected: Option<&str>, what: &impl std::fmt::Debug) {
    // Each fault is told; a case names what is the same of all.
    let mut found = found.to_vec();
    found.dedup();
    let expected: Vec<&str> = expected.into_iter().collect();
    assert_eq!(found, expected, "{what:?}");
}

fn value(value: &str, whole: Option<&str>) -> Value {
    present(json!({ "value": value, "denominator": whole }))
}

/// Without what is null: absent is not the same as null where something is changed.
fn present(mut given: Value) -> Value {
    if let Some(fields) = given.as_object_mut() {
        fields.retain(|_, it| !it.is_null());
    }
    given
}
