//! The same acts done to the product and to the model, and their answers compared.
//!
//! Which acts is drawn in `deal`.

use chrono::DateTime;
use chrono::TimeDelta;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::Entry;
use tiwizi::hours::Fields;
use tiwizi::hours::HoursError;
use tiwizi::hours::Item;
use tiwizi::hours::NewEntry;
use tiwizi::hours::Recorded;
use tiwizi::hours::Target;
use tiwizi::hours::amend;
use tiwizi::hours::approve;
use tiwizi::hours::approve::Request;
use tiwizi::hours::change;
use tiwizi::hours::change::Change;
use tiwizi::hours::discard;
use tiwizi::hours::exception;
use tiwizi::hours::exception::NewException;
use tiwizi::hours::period;
use tiwizi::hours::record;
use tiwizi::identity::Ctx;
use tiwizi::identity::Origin;
use tiwizi::platform::i18n::Locale;
use tiwizi::refusal::Code;
use tiwizi::refusal::Refuse;
use uuid::Uuid;

use crate::hours::Person;
use crate::hours::World;
use crate::hours::machine::calendar::Content;
use crate::hours::machine::calendar::Work;
use crate::hours::machine::deal::Deal;
use crate::hours::machine::deal::PEOPLE;
use crate::hours::machine::deal::Step;
use crate::hours::machine::model::Answer;
use crate::hours::machine::model::CAPS;
use crate::hours::machine::model::Model;
use crate::hours::machine::model::Project;
use crate::hours::machine::model::Seen;
use crate::hours::machine::model::Who;
use crate::hours::text;
use crate::support::app::App;

const REASON: &str = "so it was";

/// The product and the model side by side.
pub struct Played {
    pub model: Model,
    pub operator: Ctx,
    pub organizations: [OrganizationId; 2],
    /// The owner of each organization with its global id.
    pub owners: [(String, Person); 2],
    actors: Vec<(Who, Ctx)>,
    projects: Vec<ProjectId>,
    records: Vec<VolunteerId>,
    record_elsewhere: VolunteerId,
}

fn id<T: NodeId>(global: &str) -> T {
    T::read(&global.to_owned().into()).unwrap()
}

/// An entry of the product as the model tells it.
pub fn seen(row: &hour_entry::Model) -> Seen {
    Seen {
        status: row.status,
        version: row.version,
        minutes: i64::from(row.total_minutes.0),
        days: (row.worked_on, row.ended_on),
    }
}

async fn invite(world: &World, person: &Person, to: usize, role: &str, record: Option<&str>) {
    let (owner, organization) = match to {
        0 => (&world.owner, &world.organization),
        _ => (&world.outsider, &world.elsewhere),
    };
    let input = json!({ "organizationId": organization, "email": person.email, "role": role,
        "volunteerId": record });
    let invited = owner.done("inviteMember", input, "acceptanceToken").await;
    let input = json!({ "token": invited["acceptanceToken"] });
    person
        .done("acceptInvitation", input, "membership { id }")
        .await;
}

impl Played {
    pub async fn on(app: &App) -> Self {
        let world = World::on(app).await;
        let mut records = vec![world.record.clone()];
        for number in 1..PEOPLE {
            let input =
                json!({ "organizationId": world.organization, "name": format!("Person {number}") });
            let payload = world
                .owner
                .done("createVolunteer", input, "volunteer { id }")
                .await;
            records.push(text(&payload["volunteer"]["id"]));
        }
        let input = json!({ "id": world.organization, "dailyCapMinutes": CAPS[0] });
        world
            .owner
            .done("updateOrganizationSettings", input, "organization { id }")
            .await;
        let input = json!({ "organizationId": world.organization, "title": "Spring", "territoryCode": "07",
            "startsOn": "2025-09-05", "endsOn": "2026-08-14" });
        let spring = world
            .owner
            .done("createProject", input, "project { id }")
            .await;
        let colleague = Person::sign_up(app, "colleague@example.org").await;
        let second = Person::sign_up(app, "second@example.org").await;
        invite(&world, &colleague, 0, "COORDINATOR", Some(&records[2])).await;
        invite(&world, &colleague, 1, "COORDINATOR", None).await;
        invite(&world, &second, 0, "VOLUNTEER", Some(&records[1])).await;
        let mut actors = Vec::new();
        for (who, person) in [
            (Who::Owner, &world.owner),
            (Who::Coordinator, &world.coordinator),
            (Who::Colleague, &colleague),
            (Who::Volunteer, &world.volunteer),
            (Who::Second, &second),
            (Who::Viewer, &world.viewer),
            (Who::Outsider, &world.outsider),
        ] {
            let token = Some(person.token.as_str());
            let ctx = app
                .parts
                .authenticator
                .ctx(token, Locale::default(), "machine", Origin::default())
                .await;
            actors.push((who, ctx.unwrap()));
        }
        let project = |organization, from: &str, to: Option<&str>| Project {
            organization,
            from: from.parse().unwrap(),
            to: to.map(|it| it.parse().unwrap()),
        };
        let projects = vec![
            project(0, "2025-01-01", None),
            project(0, "2025-09-05", Some("2026-08-14")),
            project(1, "2025-01-01", None),
        ];
        Self {
            model: Model::new(app.parts.core.clock.now(), PEOPLE, projects),
            operator: app.parts.operator(Locale::default()),
            organizations: [id(&world.organization), id(&world.elsewhere)],
            owners: [
                (world.organization.clone(), world.owner.clone()),
                (world.elsewhere.clone(), world.outsider.clone()),
            ],
            actors,
            projects: [
                &world.project,
                &text(&spring["project"]["id"]),
                &world.project_elsewhere,
            ]
            .map(|it| id(it))
            .to_vec(),
            records: records.iter().map(|it| id(it)).collect(),
            record_elsewhere: id(&world.record_elsewhere),
        }
    }

    /// Does something to both, and gives a word for each answer.
    pub async fn does(&mut self, deal: Deal) -> Vec<String> {
        let told = format!("{deal:?}");
        let (act, product, model) = self.both(deal).await;
        assert_eq!(product.len(), model.len(), "{told}");
        let pairs = product.into_iter().zip(model).enumerate();
        pairs
            .map(|(at, (product, model))| {
                assert_eq!(
                    product, model,
                    "the product is left, the model right; {at} of {told}"
                );
                match model {
                    Ok(_) => format!("{act} accepted"),
                    Err(codes) => format!("{act} {codes:?}"),
                }
            })
            .collect()
    }

    async fn both(&mut self, deal: Deal) -> (String, Vec<Answer>, Vec<Answer>) {
        match deal {
            Deal::Create { who, new } => {
                let (product, ids) = self.create(who, &new).await;
                let model = new.iter().zip(ids);
                let model = model
                    .zip(&product)
                    .map(
                        |(((person, content, submitted), id), answer)| match (id, answer) {
                            // Refused before anybody looked at the database.
                            (None, Err(codes)) if codes.iter().any(|it| LENGTHS.contains(it)) => {
                                content.read().map(|()| None)
                            }
                            (id, _) => {
                                let id = id.unwrap_or(EntryId(Uuid::nil()));
                                self.model.create(who, *person, *content, *submitted, id)
                            }
                        },
                    )
                    .collect();
                ("Create".to_owned(), product, model)
            }
            Deal::Change { who, changes } => {
                let product = self.change(who, &changes).await;
                let changed = |(step, content): &(Step, Content)| {
                    self.model.change(who, step.at, step.expected, *content)
                };
                (
                    "Change".to_owned(),
                    product,
                    changes.iter().map(changed).collect(),
                )
            }
            Deal::Delete { who, steps } => {
                let ctx = self.ctx(who);
                let requests = self.requests(&steps);
                let outcomes: Result<_, HoursError> = ctx
                    .transaction(async |tx| discard::delete_in(ctx, tx, &requests).await)
                    .await;
                let product = outcomes
                    .unwrap()
                    .into_iter()
                    .map(|it| it.map(|_| None).map_err(codes));
                let product = product.collect();
                let deleted = |it: &Step| self.model.delete(who, it.at, it.expected);
                (
                    "Delete".to_owned(),
                    product,
                    steps.iter().map(deleted).collect(),
                )
            }
            Deal::Act { who, act, steps } => {
                let reasons = steps.iter().map(|it| it.reason.then(|| REASON.to_owned()));
                let requests: Vec<_> = self.requests(&steps).into_iter().zip(reasons).collect();
                let outcomes = approve::act_each(self.ctx(who), act, &requests).await;
                let product = outcomes.unwrap().into_iter().map(answer).collect();
                let mut acted = |it: &Step| self.model.act(who, act, it.at, it.expected, it.reason);
                (
                    format!("{act:?}"),
                    product,
                    steps.iter().map(&mut acted).collect(),
                )
            }
            Deal::Amend { who, amends } => {
                let (mut product, mut model) = (Vec::new(), Vec::new());
                for (step, content) in amends {
                    let entry = &self.model.entries[step.at];
                    let change = self.said(entry.content, content);
                    let (ctx, reason) = (self.ctx(who), step.reason.then_some(REASON));
                    let request = change::Request {
                        id: entry.id,
                        expected: step.expected,
                        change,
                    };
                    let outcome = amend::propose(ctx, &request, reason, None).await;
                    product.push(answer(outcome));
                    let (at, expected) = (step.at, step.expected);
                    model.push(self.model.amend(who, at, expected, content, step.reason));
                }
                ("Amend".to_owned(), product, model)
            }
            Deal::Close {
                who,
                organization,
                month,
            } => {
                let of = self.organizations[organization];
                let outcome = period::close(self.ctx(who), of, month, None).await;
                let product = outcome.map(|_| None).map_err(codes);
                let model = self.model.close(who, organization, month).map(|()| None);
                ("Close".to_owned(), vec![product], vec![model])
            }
            Deal::Certify {
                organization,
                month,
            } => {
                let of = self.organizations[organization];
                let outcome = period::certify(&self.operator, of, month, None).await;
                let product = outcome.map(|_| None).map_err(codes);
                let model = self.model.certify(organization, month).map(|()| None);
                ("Certify".to_owned(), vec![product], vec![model])
            }
            Deal::Except {
                by,
                organization,
                month,
                who,
                minutes,
            } => {
                let ends_at = self.model.now + TimeDelta::minutes(minutes);
                let new = NewException {
                    organization: self.organizations[organization],
                    month,
                    users: vec![self.user(who)],
                    ends_at,
                    reason: REASON.to_owned(),
                };
                let ctx = by.map_or(&self.operator, |it| self.ctx(it));
                let product = exception::grant(ctx, new, None)
                    .await
                    .map(|_| None)
                    .map_err(codes);
                let model = self.model.except(by, (organization, month), who, ends_at);
                (
                    "Except".to_owned(),
                    vec![product],
                    vec![model.map(|()| None)],
                )
            }
        }
    }

    /// Creates what can be read; the answers, with the ids of what was written.
    async fn create(
        &self,
        who: Who,
        new: &[(Option<usize>, Content, bool)],
    ) -> (Vec<Answer>, Vec<Option<EntryId>>) {
        let mut answers: Vec<(usize, Answer, Option<EntryId>)> = Vec::new();
        let mut items = Vec::new();
        for (at, (person, content, submitted)) in new.iter().enumerate() {
            match NewEntry::parse(&self.fields(*person, *content)) {
                Ok(entry) => {
                    let target = if *submitted {
                        Target::Submitted
                    } else {
                        Target::Draft
                    };
                    items.push((at, Item::by_hand(entry, target)));
                }
                Err(refused) => answers.push((at, Err(codes(refused)), None)),
            }
        }
        for (at, outcome) in record::create_each(self.ctx(who), items).await.unwrap() {
            answers.push(match outcome {
                Ok(Recorded::Created(entry)) => {
                    (at, Ok(Some(seen(&entry.row))), Some(entry.row.id))
                }
                Ok(other) => panic!("{other:?}"),
                Err(refused) => (at, Err(codes(refused)), None),
            });
        }
        answers.sort_by_key(|it| it.0);
        answers.into_iter().map(|it| (it.1, it.2)).unzip()
    }

    async fn change(&self, who: Who, changes: &[(Step, Content)]) -> Vec<Answer> {
        let requests: Vec<change::Request> = changes
            .iter()
            .map(|(step, content)| {
                let entry = &self.model.entries[step.at];
                change::Request {
                    id: entry.id,
                    expected: step.expected,
                    change: self.said(entry.content, *content),
                }
            })
            .collect();
        let ctx = self.ctx(who);
        let outcomes: Result<Vec<_>, HoursError> = ctx
            .transaction(async |tx| change::update_in(ctx, tx, &requests).await)
            .await;
        outcomes.unwrap().into_iter().map(answer).collect()
    }

    fn ctx(&self, who: Who) -> &Ctx {
        &self.actors.iter().find(|it| it.0 == who).unwrap().1
    }

    fn user(&self, who: Who) -> UserId {
        self.ctx(who).actor().user().unwrap()
    }

    fn requests(&self, steps: &[Step]) -> Vec<Request> {
        let request = |it: &Step| Request {
            id: self.model.entries[it.at].id,
            expected: it.expected,
        };
        steps.iter().map(request).collect()
    }

    fn fields(&self, person: Option<usize>, content: Content) -> Fields {
        let elsewhere = self.model.projects[content.project].organization == 1;
        let change = self.said(content, content);
        let heads = match content.work {
            Work::Group { heads, .. } => Some(heads),
            _ => None,
        };
        Fields {
            volunteer: person.map(|it| {
                if elsewhere {
                    self.record_elsewhere
                } else {
                    self.records[it]
                }
            }),
            started_at: change.started_at,
            ended_at: change.ended_at,
            break_minutes: change.break_minutes,
            worked_on: change.worked_on,
            minutes: change.minutes,
            headcount: heads,
            ..Fields::on(self.projects[content.project])
        }
    }

    /// How somebody says that an entry is to be different.
    fn said(&self, old: Content, new: Content) -> Change {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0);
        let mut change = Change {
            project: (old.project != new.project).then(|| self.projects[new.project]),
            ..Change::default()
        };
        match new.work {
            Work::Interval { from, to, pause } => {
                change.started_at = at(from);
                change.ended_at = at(to);
                change.break_minutes = Some(pause);
            }
            Work::Duration { day, minutes } => {
                change.worked_on = Some(day);
                change.minutes = Some(minutes);
            }
            Work::Group {
                day,
                minutes,
                heads,
            } => {
                change.worked_on = Some(day);
                change.minutes = Some(minutes);
                change.headcount = Some(heads);
            }
        }
        change
    }
}

const LENGTHS: [Code; 3] = [Code::NoDuration, Code::EntryTooLong, Code::BreakTooLong];

fn answer(outcome: Result<Entry, HoursError>) -> Answer {
    outcome.map(|it| Some(seen(&it.row))).map_err(codes)
}

/// The codes of a refusal; a fault ends the test.
fn codes(error: HoursError) -> Vec<Code> {
    let refusals = error.refusals();
    let refusals = refusals.unwrap_or_else(|| panic!("{error:?}"));
    refusals.into_iter().map(|it| it.code).collect()
}
