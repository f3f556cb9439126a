//! Issues certificates, one for each of several volunteers.
//!
//! What they say is worked out in `content`; taking one back, and what is shown of it, is in `revoke`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::certificate;
use entity::ids::CertificateId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::project;
use entity::volunteer;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::certificates::code::Code;
use crate::certificates::content;
use crate::certificates::content::Certified;
use crate::certificates::content::Share;
use crate::certificates::content::Worked;
use crate::certificates::content::certified;
use crate::certificates::error::CertificateError;
use crate::certificates::shown::Shown;
use crate::certificates::store;
use crate::hours::ledger;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::organizations;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;
use crate::platform::idempotency;
use crate::platform::idempotency::Claim;
use crate::platform::idempotency::Request;
use crate::projects;
use crate::refusal;
use crate::refusal::Checks;
use crate::refusal::Refusal;
use crate::volunteers;

/// Most certificates of one request.
pub const VOLUNTEERS_MOST: usize = 100;
/// Under which name keys are kept.
const OPERATION: &str = "issueCertificates";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who certifies.
    pub organization: OrganizationId,
    /// Whose hours; `None` stands for an id that cannot be read.
    pub volunteers: Vec<Option<VolunteerId>>,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// Language of the documents; `None` is that of each volunteer.
    pub language: Option<Locale>,
    /// What the holders let be shown, as they said to whoever issues; of whoever chose by themselves no more than that.
    pub shown: Shown,
}

/// What became of each volunteer, in the order asked.
pub type Outcomes = Vec<Result<certificate::Model, CertificateError>>;

/// Certifies the approved hours of volunteers in an interval.
///
/// A key covers each volunteer by itself: who was refused may be tried again with it.
///
/// # Errors
/// [`CertificateError::Invalid`], [`CertificateError::Denied`]; in the place of one volunteer
/// [`CertificateError::NotFound`], [`CertificateError::Nothing`], [`CertificateError::KeyReused`].
pub async fn issue(
    ctx: &Ctx,
    asked: &Asked,
    key: Option<&str>,
) -> Result<Outcomes, CertificateError> {
    ctx.demand_signed_in()?;
    ctx.demand(Action::IssueCertificates, asked.organization)?;
    checked(ctx, asked, key)?;
    ctx.transaction(async |tx| issue_in(ctx, tx, asked, key).await)
        .await
}

fn checked(ctx: &Ctx, asked: &Asked, key: Option<&str>) -> Result<(), CertificateError> {
    let mut checks = Checks::new();
    checks.key(key);
    checks.demand(
        (1..=VOLUNTEERS_MOST).contains(&asked.volunteers.len()),
        || {
            Refusal::of(refusal::Code::WrongCount, "volunteerIds")
                .with("least", 1)
                .with("most", VOLUNTEERS_MOST)
        },
    );
    // What lies ahead would change what was certified.
    let today = ctx.today();
    checks.demand(asked.to <= today, || {
        Refusal::of(refusal::Code::OutOfRange, "to")
            .with("least", asked.from)
            .with("most", today)
    });
    checks.demand(asked.from <= asked.to, || {
        Refusal::of(refusal::Code::Contradiction, "from").with("detail", "from, to")
    });
    checks.done().map_err(CertificateError::Invalid)
}

async fn issue_in(
    ctx: &Ctx,
    tx: &Tx,
    asked: &Asked,
    key: Option<&str>,
) -> Result<Outcomes, CertificateError> {
    let ids: Vec<VolunteerId> = asked.volunteers.iter().flatten().copied().collect();
    // Until the transaction ends nobody merges them.
    let mut held = volunteers::store::hold_kept(tx, ctx.scope(), &ids).await?;
    held.retain(|_, it| it.organization_id == asked.organization);
    // Named twice, or by a record that was merged, somebody gets one certificate all the same.
    let people: BTreeMap<VolunteerId, volunteer::Model> =
        held.values().map(|it| (it.id, it.clone())).collect();
    let claims = claimed(ctx, tx, asked, key, people.keys().copied()).await?;
    let issuing = Issuing::begin(ctx, tx, asked, &people).await?;

    let mut done: BTreeMap<VolunteerId, Result<certificate::Model, CertificateError>> =
        BTreeMap::new();
    let mut new = Vec::new();
    for (person, record) in &people {
        let Some((id, Claim::Go)) = claims.get(person) else {
            continue;
        };
        let outcome = match issuing.certified.get(person) {
            Some(what) => Ok(issuing.row(ctx, asked, *id, record, what)?),
            None => Err(CertificateError::Nothing),
        };
        new.extend(outcome.as_ref().ok().cloned());
        done.insert(*person, outcome);
    }
    store::insert(tx, &new).await?;
    audit::record_all(ctx, tx, new.iter().map(line).collect()).await?;
    // A refusal keeps no key: a mended attempt may use it.
    let refused: Vec<String> = done
        .iter()
        .filter(|(_, it)| it.is_err())
        .filter_map(|(person, _)| key.map(|it| key_of(it, *person)))
        .collect();
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    idempotency::release(tx, &ctx.sender(), &refused).await?;

    let replayed: Vec<CertificateId> = claims
        .values()
        .filter_map(|(_, claim)| match claim {
            Claim::Replay(id) => Some(CertificateId(*id)),
            Claim::Go | Claim::Conflict => None,
        })
        .collect();
    let before = store::by_ids(&**tx, ctx.scope(), &replayed).await?;
    let before: HashMap<CertificateId, certificate::Model> =
        before.into_iter().map(|it| (it.id, it)).collect();
    let outcome = |id: &Option<VolunteerId>| {
        let person = id.and_then(|it| held.get(&it)).map(|it| it.id);
        let person = person.ok_or(CertificateError::NotFound("volunteerIds"))?;
        match claims.get(&person) {
            Some((_, Claim::Replay(id))) => before
                .get(&CertificateId(*id))
                .cloned()
                .ok_or(CertificateError::NotFound("idempotencyKey")),
            Some((_, Claim::Conflict)) | None => Err(CertificateError::KeyReused),
            Some((_, Claim::Go)) => match done.get(&person) {
                Some(Ok(row)) => Ok(row.clone()),
                Some(Err(_)) | None => Err(CertificateError::Nothing),
            },
        }
    };
    Ok(asked.volunteers.iter().map(outcome).collect())
}

fn key_of(key: &str, person: VolunteerId) -> String {
    format!("{key} {person}")
}

/// What the key of the request means for each person, with the id that a new certificate gets.
async fn claimed(
    ctx: &Ctx,
    tx: &Tx,
    asked: &Asked,
    key: Option<&str>,
    people: impl Iterator<Item = VolunteerId>,
) -> Result<BTreeMap<VolunteerId, (CertificateId, Claim)>, CertificateError> {
    let new: Vec<(VolunteerId, CertificateId)> =
        people.map(|it| (it, CertificateId(ctx.new_id()))).collect();
    let Some(key) = key else {
        let go = |(person, id)| (person, (id, Claim::Go));
        return Ok(new.into_iter().map(go).collect());
    };
    let content = json!([
        asked.organization,
        asked.from,
        asked.to,
        asked.language.map(Locale::tag),
        asked.shown.written(),
    ])
    .to_string()
    .into_bytes();
    let actor = ctx.sender();
    let keys: Vec<String> = new.iter().map(|(person, _)| key_of(key, *person)).collect();
    let requests: Vec<_> = keys
        .iter()
        .zip(&new)
        .map(|(key, (_, id))| {
            let request = Request {
                actor: &actor,
                key,
                operation: OPERATION,
                content: &content,
            };
            (request, id.0)
        })
        .collect();
    let claims = idempotency::claim_many(tx, &requests, ctx.now()).await?;
    Ok(new
        .into_iter()
        .zip(claims)
        .map(|((person, id), claim)| (person, (id, claim)))
        .collect())
}

/// What certificates of one request share.
struct Issuing {
    organization: organization::Model,
    certified: BTreeMap<VolunteerId, Certified>,
    projects: HashMap<ProjectId, project::Model>,
    languages: HashMap<UserId, String>,
    /// What those who chose by themselves chose last.
    choices: BTreeMap<VolunteerId, Shown>,
    ledger_sequence: i64,
}

impl Issuing {
    async fn begin(
        ctx: &Ctx,
        tx: &Tx,
        asked: &Asked,
        people: &BTreeMap<VolunteerId, volunteer::Model>,
    ) -> Result<Self, CertificateError> {
        let found = organizations::store::by_ids(&**tx, ctx.scope(), &[asked.organization]).await?;
        let organization = found.into_iter().next();
        let organization = organization.ok_or(CertificateError::NotFound("organizationId"))?;
        // Until the transaction ends nothing happens to the hours: what is read is what the ledger says up to its
        // last event.
        let chain = ledger::lock(tx, asked.organization).await?;
        let ids: Vec<VolunteerId> = people.keys().copied().collect();
        let records = store::together(&**tx, &ids).await?;
        let every: Vec<VolunteerId> = records.keys().copied().collect();
        let mut works: BTreeMap<VolunteerId, Vec<Worked>> = BTreeMap::new();
        for (record, worked) in store::works(&**tx, &every, (asked.from, asked.to)).await? {
            let person = records.get(&record).copied().unwrap_or(record);
            works.entry(person).or_default().push(worked);
        }
        let certified: BTreeMap<VolunteerId, Certified> = works
            .into_iter()
            .filter_map(|(person, works)| Some((person, certified(works)?)))
            .collect();
        let named: Vec<ProjectId> = certified
            .values()
            .flat_map(|it| it.projects.iter().map(|(id, _)| *id))
            .collect();
        let found = projects::store::by_ids(&**tx, ctx.scope(), &named).await?;
        let mut choices = BTreeMap::new();
        // The last of them stays.
        for (record, chosen) in store::choices(&**tx, &every).await? {
            let person = records.get(&record).copied().unwrap_or(record);
            choices.insert(person, Shown::read(&chosen));
        }
        let users: Vec<UserId> = people.values().filter_map(|it| it.user_id).collect();
        Ok(Self {
            organization,
            certified,
            projects: found.into_iter().map(|it| (it.id, it)).collect(),
            languages: store::languages(&**tx, &users).await?,
            choices,
            ledger_sequence: chain.head().sequence,
        })
    }

    fn row(
        &self,
        ctx: &Ctx,
        asked: &Asked,
        id: CertificateId,
        record: &volunteer::Model,
        what: &Certified,
    ) -> Result<certificate::Model, CertificateError> {
        let own = record.user_id.and_then(|it| self.languages.get(&it));
        let own = own.and_then(|it| Locale::parse(it));
        let language = asked.language.or(own).unwrap_or(ctx.locale());
        let shares = shares(what, |id| self.projects.get(&id));
        let shown = match self.choices.get(&record.id) {
            Some(chosen) => asked.shown.within(chosen),
            None => asked.shown.clone(),
        };
        let issued = Issued {
            id,
            code: Code::draw(&ctx.core().random)?,
            interval: (asked.from, asked.to),
            language,
            shown,
            ledger_sequence: self.ledger_sequence,
            by: ctx.actor().user(),
            at: ctx.now(),
        };
        Ok(issued.row(&self.organization, record, what, &shares))
    }
}

/// Minutes by project with the titles of now.
#[must_use]
pub fn shares<'a>(
    what: &Certified,
    titled: impl Fn(ProjectId) -> Option<&'a project::Model>,
) -> Vec<Share> {
    what.projects
        .iter()
        .map(|(id, minutes)| {
            let project = titled(*id);
            Share {
                project: *id,
                title: project.map(|it| it.title.clone()).unwrap_or_default(),
                title_ar: project.and_then(|it| it.title_ar.clone()),
                minutes: *minutes,
            }
        })
        .collect()
}

/// The act by which something is certified.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Identifies the certificate.
    pub id: CertificateId,
    /// Its code.
    pub code: Code,
    /// First and last civil day of work.
    pub interval: (NaiveDate, NaiveDate),
    /// Language of the document.
    pub language: Locale,
    /// What the holder lets be shown.
    pub shown: Shown,
    /// Number of the last event of the ledger.
    pub ledger_sequence: i64,
    /// Who issues it.
    pub by: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Issued {
    /// The certificate as it is kept.
    #[must_use]
    pub fn row(
        self,
        organization: &organization::Model,
        record: &volunteer::Model,
        what: &Certified,
        shares: &[Share],
    ) -> certificate::Model {
        certificate::Model {
            id: self.id,
            organization_id: organization.id,
            volunteer_id: record.id,
            code: self.code.stored().to_owned(),
            language: self.language.tag().to_owned(),
            from_day: self.interval.0,
            to_day: self.interval.1,
            holder_name: Some(record.name.clone()),
            holder_name_ar: record.name_ar.clone(),
            organization_name: organization.name.clone(),
            organization_name_ar: organization.name_ar.clone(),
            minutes: what.minutes,
            entries: i32::try_from(what.entries).unwrap_or(i32::MAX),
            first_day: what.first_day,
            last_day: what.last_day,
            projects: content::write(shares),
            digest: what.digest.clone(),
            ledger_sequence: self.ledger_sequence,
            shown: self.shown.written(),
            chosen: None,
            chosen_at: None,
            revoked_at: None,
            revoked_by: None,
            revocation_reason: None,
            revocation_comment: None,
            issued_by: self.by,
            version: 1,
            created_at: self.at,
            updated_at: self.at,
        }
    }
}

/// Of a code that opens a certificate nothing stands in the trail.
fn line(row: &certificate::Model) -> Line {
    Line {
        action: "certificate.issue",
        organization: Some(row.organization_id),
        subject: ("Certificate", Some(row.id.0)),
        details: Some(json!({
            "volunteer": row.volunteer_id, "from": row.from_day, "to": row.to_day,
            "minutes": row.minutes, "ledgerSequence": row.ledger_sequence, "shown": row.shown,
        })),
    }
}
