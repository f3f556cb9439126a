//! Incidents in the yearly report of contractual volunteering.
//!
//! Its contracts and hours are in `contractual`.

use async_graphql::Context;
use async_graphql::Object;
use async_graphql::Result;
use entity::types::IncidentKind;
use entity::types::IncidentSeverity;

use crate::graphql::context::Gql;
use crate::graphql::contracts::incident::ContractIncidentKind;
use crate::graphql::contracts::incident::ContractIncidentSeverity;
use crate::graphql::scalars::Locale;
use crate::platform::i18n;
use crate::reports::contractual;
use crate::reports::contractual::IncidentAmounts;
use crate::reports::contractual::Incidents;

/// What happened under contracts in the year, without what was taken back.
pub struct ContractualIncidents(pub Incidents);

/// What happened under contracts in the year, without what was taken back.
#[Object]
impl ContractualIncidents {
    /// Incidents whose day lies in the year.
    async fn incidents(&self) -> i64 {
        self.0.incidents
    }

    /// Of these, incidents that the insurer was told of.
    async fn declared(&self) -> i64 {
        self.0.declared
    }

    /// Calendar days lost by them, as far as they are known; null as `byKind`.
    async fn days_lost(&self) -> Option<i64> {
        self.0.detail.as_ref().map(|it| it.days_lost)
    }

    /// By what happened: every kind. The rows sum to the whole. Null where fewer than five volunteers had a contract in
    /// the year: it would tell of the health of people who can be found. Those who keep the volunteers of all these
    /// organizations are always told.
    async fn by_kind(&self) -> Option<Vec<ContractualIncidentKindRow>> {
        let rows = self.0.detail.as_ref()?.by_kind.iter();
        let rows = rows.map(|(kind, amounts)| ContractualIncidentKindRow(*kind, *amounts));
        Some(rows.collect())
    }

    /// By how gravely volunteers came to harm: every severity, and last what is not known. The rows sum to the
    /// whole. Null as `byKind`.
    async fn by_severity(&self) -> Option<Vec<ContractualIncidentSeverityRow>> {
        let rows = self.0.detail.as_ref()?.by_severity.iter();
        let row = |(severity, amounts): &_| ContractualIncidentSeverityRow(*severity, *amounts);
        Some(rows.map(row).collect())
    }
}

/// Incidents of one kind.
pub struct ContractualIncidentKindRow(IncidentKind, IncidentAmounts);

/// Incidents of one kind.
#[Object]
impl ContractualIncidentKindRow {
    /// What happened.
    async fn kind(&self) -> ContractIncidentKind {
        self.0.into()
    }

    /// What the kind is called in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<String> {
        let locale = gql.spoken(locale)?;
        Ok(i18n::Locale::sentence::<&str>(
            locale,
            contractual::incident_kind(self.0),
            &[],
        ))
    }

    /// Incidents of the kind.
    async fn incidents(&self) -> i64 {
        self.1.incidents
    }

    /// Of these, incidents that the insurer was told of.
    async fn declared(&self) -> i64 {
        self.1.declared
    }

    /// Calendar days lost by them, as far as they are known.
    async fn days_lost(&self) -> i64 {
        self.1.days_lost
    }
}

/// Incidents of one severity.
pub struct ContractualIncidentSeverityRow(Option<IncidentSeverity>, IncidentAmounts);

/// Incidents of one severity.
#[Object]
impl ContractualIncidentSeverityRow {
    /// How gravely volunteers came to harm; null for what is not known.
    async fn severity(&self) -> Option<ContractIncidentSeverity> {
        self.0.map(Into::into)
    }

    /// What the severity is called in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<String> {
        let locale = gql.spoken(locale)?;
        let key = contractual::incident_severity(self.0);
        Ok(i18n::Locale::sentence::<&str>(locale, key, &[]))
    }

    /// Incidents of the severity.
    async fn incidents(&self) -> i64 {
        self.1.incidents
    }

    /// Of these, incidents that the insurer was told of.
    async fn declared(&self) -> i64 {
        self.1.declared
    }

    /// Calendar days lost by them, as far as they are known.
    async fn days_lost(&self) -> i64 {
        self.1.days_lost
    }
}
