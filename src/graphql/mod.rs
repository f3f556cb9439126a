//! The interface that clients see: types, fields, arguments, and nothing that decides.
//!
//! Rules, statements and permissions are in the areas; bytes and media types in `http`.

pub mod activities;
pub mod api_tokens;
pub mod attendance;
pub mod audit;
pub mod certificates;
pub mod connection;
pub mod context;
pub mod contracts;
pub mod credentials;
pub mod duplicates;
pub mod error;
pub mod exports;
pub mod gate;
pub mod hours;
pub mod identity;
pub mod impact;
pub mod imports;
pub mod letters;
pub mod loaders;
pub mod members;
pub mod node;
pub mod nodes;
pub mod notifications;
pub mod organization_list;
pub mod organizations;
pub mod patch;
pub mod privacy;
pub mod profiles;
pub mod project_profiles;
pub mod projects;
pub mod recovery;
pub mod reports;
pub mod scalars;
pub mod schedules;
pub mod server;
pub mod settings;
pub mod statistics;
pub mod subscription;
pub mod sync;
pub mod tag_allocations;
pub mod territories;
pub mod timers;
pub mod token_scopes;
pub mod valuation;
pub mod vocabularies;
pub mod vocabulary_acts;
pub mod volunteer_records;
pub mod volunteers;
pub mod webhooks;

use async_graphql::MergedObject;
use async_graphql::SDLExportOptions;
use async_graphql::Schema;
use async_graphql::ValidationMode;

use crate::graphql::activities::activity::ActivityQueries;
use crate::graphql::activities::activity_profiles::ActivityMutations;
use crate::graphql::activities::shift::ShiftQueries;
use crate::graphql::activities::shift_profiles::ShiftMutations;
use crate::graphql::activities::signup::SignupMutations;
use crate::graphql::api_tokens::ApiTokenMutations;
use crate::graphql::api_tokens::ApiTokenQueries;
use crate::graphql::attendance::acts::AttendanceMutations;
use crate::graphql::audit::AuditQueries;
use crate::graphql::certificates::acts::CertificateMutations;
use crate::graphql::certificates::certificate::CertificateQueries;
use crate::graphql::certificates::verification::VerificationQueries;
use crate::graphql::contracts::acts::ContractMutations;
use crate::graphql::contracts::incident_acts::IncidentMutations;
use crate::graphql::credentials::address::AddressMutations;
use crate::graphql::credentials::openid::OpenidMutations;
use crate::graphql::credentials::openid::SignInProviderQueries;
use crate::graphql::credentials::password::PasswordMutations;
use crate::graphql::credentials::sessions::SessionMutations;
use crate::graphql::credentials::sign_in::SignInMutations;
use crate::graphql::credentials::totp::TotpMutations;
use crate::graphql::duplicates::acts::DuplicateMutations;
use crate::graphql::duplicates::candidate::DuplicateQueries;
use crate::graphql::exports::acts::ExportMutations;
use crate::graphql::exports::certificates::CertificateExportMutations;
use crate::graphql::exports::entries::EntryExportMutations;
use crate::graphql::exports::export::ExportQueries;
use crate::graphql::exports::iati::IatiExportMutations;
use crate::graphql::exports::statement::StatementExportMutations;
use crate::graphql::exports::trail::AuditExportMutations;
use crate::graphql::gate::Gate;
use crate::graphql::hours::amendment::AmendmentMutations;
use crate::graphql::hours::approval::ApprovalMutations;
use crate::graphql::hours::approval_rules::RuleMutations;
use crate::graphql::hours::entry::EntryQueries;
use crate::graphql::hours::ledger::LedgerQueries;
use crate::graphql::hours::list::EntryListQueries;
use crate::graphql::hours::period::PeriodQueries;
use crate::graphql::hours::period_acts::PeriodMutations;
use crate::graphql::hours::preview::PreviewQueries;
use crate::graphql::hours::queue::QueueQueries;
use crate::graphql::hours::selection::SelectionMutations;
use crate::graphql::hours::write::EntryMutations;
use crate::graphql::identity::IdentityQueries;
use crate::graphql::impact::evidence::EvidenceMutations;
use crate::graphql::impact::goals::GoalMutations;
use crate::graphql::impact::indicator::IndicatorQueries;
use crate::graphql::impact::indicator_acts::IndicatorMutations;
use crate::graphql::impact::measurement::MeasurementQueries;
use crate::graphql::impact::measurement_acts::MeasurementMutations;
use crate::graphql::impact::progress::ProgressQueries;
use crate::graphql::imports::acts::ImportMutations;
use crate::graphql::letters::LetterMutations;
use crate::graphql::members::MemberMutations;
use crate::graphql::nodes::NodeQueries;
use crate::graphql::notifications::NotificationMutations;
use crate::graphql::organization_list::OrganizationQueries;
use crate::graphql::privacy::access::AccessMutations;
use crate::graphql::privacy::consent::ConsentMutations;
use crate::graphql::privacy::erasure::ErasureMutations;
use crate::graphql::privacy::erasure::ErasureQueries;
use crate::graphql::privacy::number::NationalIdMutations;
use crate::graphql::profiles::OrganizationMutations;
use crate::graphql::project_profiles::ProjectMutations;
use crate::graphql::projects::ProjectQueries;
use crate::graphql::recovery::RecoveryMutations;
use crate::graphql::reports::completeness::CompletenessQueries;
use crate::graphql::reports::contractual::ContractualQueries;
use crate::graphql::reports::explain::ExplainQueries;
use crate::graphql::reports::figures::ReportQueries;
use crate::graphql::reports::hours::HoursReportQueries;
use crate::graphql::reports::quality::DataQualityQueries;
use crate::graphql::reports::sdg::SdgReportQueries;
use crate::graphql::reports::snapshot::SnapshotMutations;
use crate::graphql::reports::snapshot::SnapshotQueries;
use crate::graphql::reports::statement::StatementQueries;
use crate::graphql::reports::volunteer_work::VolunteerWorkQueries;
use crate::graphql::schedules::acts::ScheduleMutations;
use crate::graphql::schedules::delivery::DeliveryMutations;
use crate::graphql::schedules::delivery::DeliveryQueries;
use crate::graphql::schedules::schedule::ScheduleQueries;
use crate::graphql::server::ServerQueries;
use crate::graphql::settings::SettingMutations;
use crate::graphql::statistics::edition::StatisticsQueries;
use crate::graphql::subscription::Subscription;
use crate::graphql::sync::batch::SyncMutations;
use crate::graphql::sync::changes::SyncQueries;
use crate::graphql::tag_allocations::TagAllocationMutations;
use crate::graphql::territories::TerritoryQueries;
use crate::graphql::timers::acts::TimerMutations;
use crate::graphql::valuation::acts::WageRateMutations;
use crate::graphql::valuation::rate::WageRateQueries;
use crate::graphql::vocabularies::VocabularyQueries;
use crate::graphql::vocabulary_acts::VocabularyMutations;
use crate::graphql::volunteer_records::VolunteerMutations;
use crate::graphql::volunteers::VolunteerQueries;
use crate::graphql::webhooks::acts::WebhookMutations;
use crate::graphql::webhooks::endpoint::WebhookQueries;

// Merged objects ask one after the other, each within the one before: groups keep that shallow, since
// every step of it stands on the stack of the request.

/// Everything that can be asked.
#[derive(Default, MergedObject)]
pub struct Query(
    CommonQueries,
    PeopleQueries,
    HourQueries,
    FigureQueries,
    ImpactQueries,
);

#[derive(Default, MergedObject)]
struct CommonQueries(
    ServerQueries,
    NodeQueries,
    IdentityQueries,
    SignInProviderQueries,
    ApiTokenQueries,
    AuditQueries,
    TerritoryQueries,
    VocabularyQueries,
);

#[derive(Default, MergedObject)]
struct PeopleQueries(
    OrganizationQueries,
    VolunteerQueries,
    ErasureQueries,
    DuplicateQueries,
    ProjectQueries,
    ActivityQueries,
    ShiftQueries,
    CertificateQueries,
    VerificationQueries,
);

#[derive(Default, MergedObject)]
struct HourQueries(
    EntryQueries,
    EntryListQueries,
    PreviewQueries,
    QueueQueries,
    LedgerQueries,
    PeriodQueries,
    SyncQueries,
);

#[derive(Default, MergedObject)]
struct FigureQueries(
    TerritoryFigureQueries,
    SnapshotQueries,
    CompletenessQueries,
    FileQueries,
    StatisticsQueries,
    PeopleFigureQueries,
);

/// Reports as files, those that make themselves, and what leaves without being asked for.
#[derive(Default, MergedObject)]
struct FileQueries(
    ExportQueries,
    ScheduleQueries,
    DeliveryQueries,
    WebhookQueries,
);

/// Reports of the hours of a territory.
#[derive(Default, MergedObject)]
struct TerritoryFigureQueries(ReportQueries, HoursReportQueries, SdgReportQueries);

/// Reports about people, and about what figures rest on.
#[derive(Default, MergedObject)]
struct PeopleFigureQueries(
    StatementQueries,
    VolunteerWorkQueries,
    DataQualityQueries,
    ContractualQueries,
    ExplainQueries,
);

#[derive(Default, MergedObject)]
struct ImpactQueries(
    IndicatorQueries,
    MeasurementQueries,
    ProgressQueries,
    WageRateQueries,
);

/// Everything that can be done.
#[derive(Default, MergedObject)]
pub struct Mutation(
    AccountActs,
    OrganizationActs,
    PeopleActs,
    ActivityActs,
    HourActs,
    FileActs,
    ImpactActs,
);

#[derive(Default, MergedObject)]
struct AccountActs(
    SignInMutations,
    OpenidMutations,
    PasswordMutations,
    SessionMutations,
    TotpMutations,
    AddressMutations,
    RecoveryMutations,
);

#[derive(Default, MergedObject)]
struct OrganizationActs(
    ApiTokenMutations,
    OrganizationMutations,
    SettingMutations,
    MemberMutations,
    NotificationMutations,
    LetterMutations,
);

#[derive(Default, MergedObject)]
struct PeopleActs(
    VolunteerMutations,
    ConsentMutations,
    ErasureMutations,
    ContractMutations,
    IncidentMutations,
    CertificateMutations,
    DuplicateMutations,
    ProjectMutations,
    TagAllocationMutations,
    VocabularyMutations,
);

#[derive(Default, MergedObject)]
struct ActivityActs(
    ActivityMutations,
    ShiftMutations,
    SignupMutations,
    AttendanceMutations,
);

#[derive(Default, MergedObject)]
struct HourActs(
    EntryMutations,
    AmendmentMutations,
    ApprovalMutations,
    RuleMutations,
    SelectionMutations,
    PeriodMutations,
    TimerMutations,
    SyncMutations,
);

#[derive(Default, MergedObject)]
struct FileActs(
    ImportMutations,
    ExportMutations,
    CertificateExportMutations,
    EntryExportMutations,
    StatementExportMutations,
    AuditExportMutations,
    AccessMutations,
    NationalIdMutations,
    IatiExportMutations,
    ScheduleMutations,
    DeliveryMutations,
    WebhookMutations,
    SnapshotMutations,
);

#[derive(Default, MergedObject)]
struct ImpactActs(
    IndicatorMutations,
    GoalMutations,
    MeasurementMutations,
    EvidenceMutations,
    WageRateMutations,
);

/// The schema.
pub type TiwiziSchema = Schema<Query, Mutation, Subscription>;

/// The one way to the schema.
pub type TiwiziGate = Gate<Query, Mutation, Subscription>;

/// Builds the schema. Its own limits and its own validation stay off: the gate has judged each
/// document before, in linear time and as the specification says.
#[must_use]
pub fn schema() -> TiwiziSchema {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .disable_suggestions()
    .validation_mode(ValidationMode::Fast)
    .finish()
}

/// The schema's description in its own language, in a stable order.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let mut text = schema().sdl_with_options(options);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
