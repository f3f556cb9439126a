//! Contractual volunteering of the first two organizations: an accreditation, a register with contracts in every
//! state, and what happened under some of them.
//!
//! What a contract must be is in `contracts::rules`; the volunteers are in `people`.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;
use chrono::Utc;
use entity::accreditation;
use entity::contract_incident;
use entity::ids::AccreditationId;
use entity::ids::ContractId;
use entity::ids::IncidentId;
use entity::types::IncidentKind;
use entity::types::IncidentSeverity;
use entity::types::Minutes;
use entity::volunteer;
use entity::volunteer_contract;

use crate::contracts::rules;
use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::span::Span;
use crate::platform::crypto::sha256;
use crate::platform::text::fold;

/// Organizations that have contracts, from the first one.
const HOUSES: usize = 2;
/// Contracts of an organization.
const CONTRACTS: usize = 6;
/// What they are for.
const MISSIONS: [&str; 3] = [
    "Soutien scolaire en milieu rural",
    "Alphabétisation des femmes",
    "Reboisement des bassins versants",
];
/// Nationalities, most often that of the country.
const NATIONALITIES: [&str; 4] = ["MA", "MA", "MA", "SN"];

/// What happened: under which contract, how many days after its first one, how gravely, days lost, whether the
/// insurer was told, and in words.
const INCIDENTS: [(usize, u64, IncidentKind, IncidentSeverity, i32, bool, &str); 4] = [
    (
        0,
        35,
        IncidentKind::Accident,
        IncidentSeverity::TemporaryIncapacity,
        6,
        true,
        "Entorse de la cheville dans l’escalier de l’école.",
    ),
    (
        1,
        80,
        IncidentKind::Damage,
        IncidentSeverity::NoHarm,
        0,
        true,
        "Projecteur endommagé pendant une séance.",
    ),
    (
        1,
        200,
        IncidentKind::CommutingAccident,
        IncidentSeverity::NoLostTime,
        0,
        false,
        "Chute à vélo sur le trajet, sans arrêt.",
    ),
    (
        2,
        60,
        IncidentKind::Dispute,
        IncidentSeverity::NoHarm,
        0,
        false,
        "Désaccord sur les horaires, réglé à l’amiable.",
    ),
];

/// What an organization has recorded.
pub struct Register {
    /// Its accreditation.
    pub accreditations: Vec<accreditation::Model>,
    /// Its contracts.
    pub contracts: Vec<volunteer_contract::Model>,
    /// What happened under them.
    pub incidents: Vec<contract_incident::Model>,
    house: House,
    dice: Dice,
    first: NaiveDate,
    founded: DateTime<Utc>,
    /// Apart from those of contracts, which stay as they were.
    incident_dice: Dice,
    now: DateTime<Utc>,
}

impl Register {
    /// The register of an organization, without contracts yet.
    #[must_use]
    pub fn of(seed: u64, house: &House, span: &Span) -> Self {
        let part = u64::try_from(house.index).unwrap_or_default();
        let mut dice = Dice::of(seed, 8_000_000 + part);
        let founded = span.founded();
        let first = founded.date_naive();
        let accreditation = accreditation::Model {
            id: AccreditationId(dice.key(founded)),
            organization_id: house.organization.id,
            number: format!("{}/{:03}", first.year(), house.index + 1),
            valid_from: first,
            valid_until: days_after(first, 4 * 365),
            version: 1,
            created_at: founded,
            updated_at: founded,
        };
        Self {
            accreditations: Vec::from_iter((house.index < HOUSES).then_some(accreditation)),
            contracts: Vec::new(),
            incidents: Vec::new(),
            house: house.clone(),
            dice,
            first,
            founded,
            incident_dice: Dice::of(seed, 8_500_000 + part),
            now: span.now,
        }
    }

    /// Enters contracts of volunteers who may have one, until the register is full.
    pub fn enter<'a>(&mut self, volunteers: impl Iterator<Item = &'a volunteer::Model>) {
        for volunteer in volunteers {
            if self.house.index >= HOUSES || self.contracts.len() >= CONTRACTS {
                return;
            }
            let number = self.contracts.len();
            let spread = u64::try_from(number).unwrap_or_default();
            // Ten days for the accreditation, then one each four months.
            let from = days_after(self.first, 10 + 120 * spread);
            let from = from.filter(|from| {
                let years = volunteer.birth_date.and_then(|it| rules::age(it, *from));
                years >= Some(rules::AGE_LEAST)
            });
            if let Some(from) = from {
                let contract = self.contract(volunteer, number, from);
                if let Some(contract) = &contract {
                    let incidents = self.happened(contract, number);
                    self.incidents.extend(incidents);
                }
                self.contracts.extend(contract);
            }
        }
    }

    fn contract(
        &mut self,
        volunteer: &volunteer::Model,
        number: usize,
        from: NaiveDate,
    ) -> Option<volunteer_contract::Model> {
        let mission = self.dice.pick(&MISSIONS);
        let until = days_after(from, 364)?;
        // The first one ended early; the last one lacks what the report finds missing.
        let ended_on = days_after(from, 90).filter(|_| number == 0);
        let whole = number + 1 < CONTRACTS;
        let document = sha256(format!("{}/{number}", self.house.organization.slug).as_bytes());
        Some(volunteer_contract::Model {
            id: ContractId(self.dice.key(self.founded)),
            organization_id: self.house.organization.id,
            volunteer_id: volunteer.id,
            register_year: self.first.year(),
            register_number: i32::try_from(number).ok()?.saturating_add(1),
            mission: mission.to_owned(),
            mission_key: fold(mission),
            territory_id: self.house.organization.territory_id,
            project_id: None,
            from_day: from,
            until_day: until,
            weekly_minutes: Minutes(self.dice.between(2, 12) * 60),
            insurer: whole.then(|| "Assurance Exemple".to_owned()),
            policy_number: whole.then(|| format!("P-{:05}", number + 1)),
            expense_ceiling_minor: Some(i64::from(self.dice.between(2, 10)) * 10_000),
            nationality: Some(self.dice.pick(&NATIONALITIES).to_owned()),
            signed_on: self.first,
            document_sha256: whole.then_some(document),
            ended_on,
            end_reason: ended_on.map(|_| "Déménagement".to_owned()),
            version: 1,
            created_at: self.founded,
            updated_at: self.founded,
        })
    }
}

impl Register {
    /// What happened under a contract.
    fn happened(
        &mut self,
        contract: &volunteer_contract::Model,
        number: usize,
    ) -> Vec<contract_incident::Model> {
        let mut happened = Vec::new();
        let today = self.now.date_naive();
        for (of, days, kind, severity, lost, told, words) in INCIDENTS {
            let day = days_after(contract.from_day, days)
                .filter(|it| of == number && *it <= rules::last_day(contract) && *it < today);
            // Written down on the next day, when the insurer was told.
            let Some((day, next)) = day.and_then(|it| Some((it, days_after(it, 1)?))) else {
                continue;
            };
            let at = next.and_time(chrono::NaiveTime::MIN).and_utc();
            happened.push(contract_incident::Model {
                id: IncidentId(self.incident_dice.key(at)),
                organization_id: contract.organization_id,
                contract_id: contract.id,
                day,
                kind,
                severity: Some(severity),
                days_lost: Some(lost),
                declared_on: told.then_some(next),
                claim_number: told.then(|| format!("S-{:04}", days)),
                description: words.to_owned(),
                void_reason: None,
                recorded_by: Some(self.house.coordinator),
                version: 1,
                created_at: at,
                updated_at: at,
            });
        }
        happened
    }
}

fn days_after(day: NaiveDate, days: u64) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(days))
}
