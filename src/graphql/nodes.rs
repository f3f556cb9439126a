//! `node` and `nodes`: anything with a global id.
//!
//! What may be seen is decided where each kind is read; what may not looks like what is not there.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Interface;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::AccreditationId;
use entity::ids::ActivityId;
use entity::ids::ApiTokenId;
use entity::ids::ApprovalRuleId;
use entity::ids::AttendanceId;
use entity::ids::AuditEventId;
use entity::ids::CertificateId;
use entity::ids::ContractId;
use entity::ids::DeliveryId;
use entity::ids::EntryId;
use entity::ids::ErasureId;
use entity::ids::EvidenceId;
use entity::ids::ImportId;
use entity::ids::IncidentId;
use entity::ids::IndicatorId;
use entity::ids::JobId;
use entity::ids::MeasurementId;
use entity::ids::MembershipId;
use entity::ids::MergeId;
use entity::ids::NotificationId;
use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use entity::ids::ProjectId;
use entity::ids::ScheduleId;
use entity::ids::SessionId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::SnapshotId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::ids::TimerId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::ids::WageRateId;
use entity::ids::WebhookEndpointId;
use futures_util::future::try_join_all;

use crate::graphql::activities::activity::Activity;
use crate::graphql::activities::shift::Shift;
use crate::graphql::activities::signup::Signup;
use crate::graphql::api_tokens::ApiToken;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::audit::AuditEvent;
use crate::graphql::certificates::certificate::Certificate;
use crate::graphql::context::Gql;
use crate::graphql::contracts::accreditation::Accreditation;
use crate::graphql::contracts::contract::VolunteerContract;
use crate::graphql::contracts::incident::ContractIncident;
use crate::graphql::credentials::sessions::UserSession;
use crate::graphql::duplicates::merge::VolunteerMerge;
use crate::graphql::error::fault;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::hours::approval_rules::ApprovalRule;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::period::ReportingPeriod;
use crate::graphql::identity::User;
use crate::graphql::impact::evidence::EvidenceFile;
use crate::graphql::impact::indicator::Indicator;
use crate::graphql::impact::measurement::Measurement;
use crate::graphql::imports::import::Import;
use crate::graphql::loaders;
use crate::graphql::members::Membership;
use crate::graphql::node::NodeId;
use crate::graphql::node::split;
use crate::graphql::notifications;
use crate::graphql::notifications::Notification;
use crate::graphql::organizations::Organization;
use crate::graphql::privacy::erasure::ErasureRequest;
use crate::graphql::projects::Project;
use crate::graphql::reports::snapshot::ReportSnapshot;
use crate::graphql::schedules::delivery::Delivery;
use crate::graphql::schedules::schedule::Schedule;
use crate::graphql::territories::Territory;
use crate::graphql::timers::timer::Timer;
use crate::graphql::token_scopes;
use crate::graphql::valuation::rate::WageRate;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::graphql::volunteers::Volunteer;
use crate::graphql::webhooks::endpoint::WebhookEndpoint;
use crate::hours;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most ids of one request.
const IDS_MOST: usize = 100;

/// Anything with a global id.
#[expect(
    clippy::large_enum_variant,
    reason = "made for one answer and moved at once"
)]
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Global id: opaque, unique among all kinds."
))]
pub enum Node {
    /// A user.
    User(User),
    /// An organization.
    Organization(Organization),
    /// A membership.
    Membership(Membership),
    /// A volunteer's record.
    Volunteer(Volunteer),
    /// A request that personal data be erased.
    ErasureRequest(ErasureRequest),
    /// A merge of two records.
    VolunteerMerge(VolunteerMerge),
    /// An accreditation of an organization.
    Accreditation(Accreditation),
    /// A contract of a volunteer.
    VolunteerContract(VolunteerContract),
    /// Something that happened under a contract.
    ContractIncident(ContractIncident),
    /// A project.
    Project(Project),
    /// An activity.
    Activity(Activity),
    /// A shift.
    Shift(Shift),
    /// A sign-up for a shift.
    Signup(Signup),
    /// What is known of a volunteer's presence in a shift.
    Attendance(Attendance),
    /// Something a user was told.
    Notification(Notification),
    /// A device that is signed in.
    UserSession(UserSession),
    /// An hour entry.
    HourEntry(HourEntry),
    /// A timer.
    Timer(Timer),
    /// A month of an organization.
    ReportingPeriod(ReportingPeriod),
    /// A rule of approval.
    ApprovalRule(ApprovalRule),
    /// A file that was brought for import.
    Import(Import),
    /// What is measured.
    Indicator(Indicator),
    /// What was measured.
    Measurement(Measurement),
    /// A file that shows what was measured.
    EvidenceFile(EvidenceFile),
    /// A report that was asked for as a file.
    ExportJob(ExportJob),
    /// A report that makes itself.
    Schedule(Schedule),
    /// A file on its way to whom it is for.
    Delivery(Delivery),
    /// Where another system is told of changes.
    WebhookEndpoint(WebhookEndpoint),
    /// A token by which a program acts for a user.
    ApiToken(ApiToken),
    /// A line of the audit trail.
    AuditEvent(AuditEvent),
    /// A frozen answer of a report.
    ReportSnapshot(ReportSnapshot),
    /// A signed statement of hours.
    Certificate(Certificate),
    /// A territory.
    Territory(Territory),
    /// A vocabulary term.
    VocabularyTerm(VocabularyTerm),
    /// What an hour of work is paid.
    WageRate(WageRate),
}

/// Queries by global id.
#[derive(Debug, Default)]
pub struct NodeQueries;

/// Queries by global id.
#[Object]
impl NodeQueries {
    /// The thing of a global id; null when there is none, or the caller may not see it. A token needs the scopes that a list of
    /// its kind asks for.
    async fn node(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Option<Node>> {
        named(gql, &id).await
    }

    /// The things of global ids, in the order given, null where `node` is.
    async fn nodes(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The global ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > IDS_MOST {
            let refusal = Refusal::of(Code::TooLong, "ids");
            return Err(refusal.with("most", IDS_MOST).into());
        }
        // Together, so that things of one kind are read by one statement.
        try_join_all(ids.iter().map(|id| named(gql, id))).await
    }
}

/// The thing of a global id, where whoever names it may ask for things of its kind.
async fn named(gql: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let rights = gql.op()?.scope().rights();
    match (rights, split(id)) {
        (Some(rights), Some((kind, _))) if !token_scopes::opens(&kind, rights) => Ok(None),
        _ => find(gql, id).await,
    }
}

/// The thing of a global id to which something leads, through the loaders of its kind.
///
/// # Errors
/// A fault.
pub async fn find(gql: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    if let Some(id) = OrganizationId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Organization(Organization(it))));
    }
    if let Some(id) = VolunteerId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Volunteer(Volunteer(it))));
    }
    if let Some(id) = ErasureId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::ErasureRequest(ErasureRequest(it))));
    }
    if let Some(id) = MergeId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::VolunteerMerge(VolunteerMerge(it))));
    }
    if let Some(id) = AccreditationId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Accreditation(Accreditation(it))));
    }
    if let Some(id) = ContractId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::VolunteerContract(VolunteerContract(it))));
    }
    if let Some(id) = IncidentId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::ContractIncident(ContractIncident(it))));
    }
    if let Some(id) = ProjectId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Project(Project(it))));
    }
    if let Some(id) = ActivityId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Activity(Activity(it))));
    }
    if let Some(id) = ShiftId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Shift(Shift(it))));
    }
    if let Some(id) = SignupId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Signup(Signup(it))));
    }
    if let Some(id) = AttendanceId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Attendance(Attendance(it))));
    }
    if let Some(id) = NotificationId::read(id) {
        let found = notifications::own(gql, id).await?;
        return Ok(found.map(Node::Notification));
    }
    if let Some(id) = SessionId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::UserSession(UserSession(it))));
    }
    if let Some(id) = EntryId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::HourEntry(HourEntry(it))));
    }
    if let Some(id) = TimerId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Timer(Timer(it))));
    }
    if let Some(id) = TerritoryId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Territory(Territory(it))));
    }
    if let Some(id) = TermId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::VocabularyTerm(VocabularyTerm(it))));
    }
    if let Some(id) = MembershipId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Membership(Membership(it))));
    }
    if let Some(id) = PeriodId::read(id) {
        let ctx = gql.op()?;
        let found = hours::period::visible(ctx, id).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        return Ok(found.map(|it| Node::ReportingPeriod(ReportingPeriod(it))));
    }
    if let Some(id) = ApprovalRuleId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::ApprovalRule(ApprovalRule(it))));
    }
    if let Some(id) = ImportId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Import(Import(it))));
    }
    if let Some(id) = IndicatorId::read(id) {
        // The catalogue is for whoever has signed in.
        if gql.signed_in().is_err() {
            return Ok(None);
        }
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Indicator(Indicator(it))));
    }
    if let Some(id) = MeasurementId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Measurement(Measurement(it))));
    }
    if let Some(id) = SnapshotId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::ReportSnapshot(ReportSnapshot(it))));
    }
    if let Some(id) = CertificateId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Certificate(Certificate(it))));
    }
    if let Some(id) = EvidenceId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::EvidenceFile(EvidenceFile(it))));
    }
    if let Some(id) = JobId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::ExportJob(ExportJob(it))));
    }
    if let Some(id) = ScheduleId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Schedule(Schedule(it))));
    }
    if let Some(id) = DeliveryId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::Delivery(Delivery(it))));
    }
    if let Some(id) = WebhookEndpointId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::WebhookEndpoint(WebhookEndpoint(it))));
    }
    if let Some(id) = ApiTokenId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::ApiToken(ApiToken(it))));
    }
    if let Some(id) = AuditEventId::read(id) {
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::AuditEvent(AuditEvent(it))));
    }
    if let Some(id) = WageRateId::read(id) {
        // They are for whoever has signed in.
        if gql.signed_in().is_err() {
            return Ok(None);
        }
        let found = loaders::one(gql, id).await?;
        return Ok(found.map(|it| Node::WageRate(WageRate(it))));
    }
    match UserId::read(id) {
        Some(id) => {
            let found = loaders::one(gql, id).await?;
            Ok(found.map(|it| Node::User(User(it))))
        }
        None => Ok(None),
    }
}
