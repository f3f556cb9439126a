//! Which scope each root field, and each kind of thing that has a global id, asks an API token for: the one table,
//! beside the schema.
//!
//! The gate holds every operation against it. What rows are left to a token is decided by `identity::scope`, so that what a
//! field leads to is held as well. A test demands a line for every root field, and no line for what is none.

use entity::types::ApiTokenScope;

use crate::identity::Rights;
use crate::refusal::Code;
use crate::refusal::Refusal;

use ApiTokenScope as S;

/// What a root field, or the name of a thing, asks a token for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it tells what everybody may know, or what the token may see.
    Nothing,
    /// All of these.
    Scopes(&'static [ApiTokenScope]),
    /// One of these: they lead to different rows.
    Any(&'static [ApiTokenScope]),
    /// A person who has signed in: no token will do.
    Person,
}

/// What is asked.
pub const QUERIES: &[(&str, Needs)] = &[
    ("activities", Needs::Scopes(&[S::ProjectsRead])),
    ("activity", Needs::Scopes(&[S::ProjectsRead])),
    ("apiTokens", Needs::Person),
    ("auditEvents", Needs::Scopes(&[S::AuditRead])),
    ("approvalQueue", Needs::Scopes(&[S::HoursDecide])),
    (
        "certificates",
        Needs::Scopes(&[S::VolunteersRead, S::CertificatesWrite]),
    ),
    ("completeness", Needs::Scopes(&[S::ReportsRead])),
    (
        "contractualVolunteeringReport",
        Needs::Scopes(&[S::ReportsRead, S::VolunteersRead]),
    ),
    ("dataQualityReport", Needs::Scopes(&[S::ReportsRead])),
    ("deliveries", Needs::Person),
    ("duplicateCandidates", Needs::Scopes(&[S::VolunteersRead])),
    ("erasureRequests", Needs::Person),
    (
        "explainCell",
        Needs::Scopes(&[S::ReportsRead, S::HoursRead]),
    ),
    ("exportJobs", Needs::Scopes(&[S::ExportsWrite])),
    ("hourEntries", Needs::Scopes(&[S::HoursRead])),
    ("hourEntry", Needs::Scopes(&[S::HoursRead])),
    ("hoursReport", Needs::Scopes(&[S::ReportsRead])),
    ("indhReport", Needs::Scopes(&[S::ReportsRead])),
    ("indicator", Needs::Scopes(&[S::ReportsRead])),
    ("indicatorProgress", Needs::Scopes(&[S::ReportsRead])),
    ("indicators", Needs::Scopes(&[S::ReportsRead])),
    ("ledgerCheckpoints", Needs::Scopes(&[S::ReportsRead])),
    ("ledgerProof", Needs::Scopes(&[S::ReportsRead])),
    ("measurements", Needs::Scopes(&[S::ReportsRead])),
    ("node", Needs::Nothing),
    ("nodes", Needs::Nothing),
    ("organization", Needs::Scopes(&[S::ProjectsRead])),
    ("organizations", Needs::Scopes(&[S::ProjectsRead])),
    (
        "previewHourEntry",
        Needs::Scopes(&[S::HoursWrite, S::VolunteersRead]),
    ),
    ("project", Needs::Scopes(&[S::ProjectsRead])),
    ("projects", Needs::Scopes(&[S::ProjectsRead])),
    ("publicStatistics", Needs::Nothing),
    ("reportSnapshots", Needs::Scopes(&[S::ReportsRead])),
    ("reportingPeriods", Needs::Scopes(&[S::HoursRead])),
    ("schedules", Needs::Person),
    ("sdgReport", Needs::Scopes(&[S::ReportsRead])),
    ("serverInfo", Needs::Nothing),
    ("shifts", Needs::Scopes(&[S::ProjectsRead])),
    ("signInProviders", Needs::Nothing),
    ("snapshotDiff", Needs::Scopes(&[S::ReportsRead])),
    (
        "syncChanges",
        Needs::Scopes(&[S::HoursRead, S::VolunteersRead]),
    ),
    ("territories", Needs::Nothing),
    ("territory", Needs::Nothing),
    ("verifyCertificate", Needs::Nothing),
    ("verifyLedger", Needs::Scopes(&[S::ReportsRead])),
    ("viewer", Needs::Scopes(&[S::AccountRead])),
    ("vocabularies", Needs::Nothing),
    ("volunteer", Needs::Scopes(&[S::VolunteersRead])),
    ("volunteerMerges", Needs::Scopes(&[S::VolunteersRead])),
    (
        "volunteerStatement",
        Needs::Scopes(&[S::ReportsRead, S::VolunteersRead]),
    ),
    ("volunteerWorkReport", Needs::Scopes(&[S::ReportsRead])),
    ("volunteers", Needs::Scopes(&[S::VolunteersRead])),
    ("wageRates", Needs::Scopes(&[S::ReportsRead])),
    ("webhookEndpoints", Needs::Scopes(&[S::Admin])),
];

/// What is done.
pub const MUTATIONS: &[(&str, Needs)] = &[
    ("acceptInvitation", Needs::Person),
    ("amendHourEntry", Needs::Scopes(&[S::HoursWrite])),
    ("approveHourEntries", Needs::Scopes(&[S::HoursDecide])),
    ("approveMeasurements", Needs::Scopes(&[S::ImpactWrite])),
    ("archiveApprovalRule", Needs::Scopes(&[S::Admin])),
    ("archiveVolunteer", Needs::Scopes(&[S::VolunteersWrite])),
    ("attachEvidence", Needs::Scopes(&[S::ImpactWrite])),
    ("beginSignIn", Needs::Person),
    ("cancelActivity", Needs::Scopes(&[S::ProjectsWrite])),
    ("cancelExport", Needs::Scopes(&[S::ExportsWrite])),
    ("cancelShift", Needs::Scopes(&[S::ProjectsWrite])),
    ("cancelSignup", Needs::Scopes(&[S::VolunteersWrite])),
    ("certifyPeriod", Needs::Person),
    ("changeMembershipRole", Needs::Person),
    ("changePassword", Needs::Person),
    (
        "checkIn",
        Needs::Scopes(&[S::HoursWrite, S::VolunteersRead]),
    ),
    (
        "checkOut",
        Needs::Scopes(&[S::HoursWrite, S::VolunteersRead]),
    ),
    ("closePeriod", Needs::Scopes(&[S::HoursDecide])),
    (
        "commitImport",
        Needs::Scopes(&[S::ImportsWrite, S::VolunteersRead]),
    ),
    ("completeSignIn", Needs::Person),
    ("confirmTotp", Needs::Person),
    ("createActivity", Needs::Scopes(&[S::ProjectsWrite])),
    ("createApiToken", Needs::Person),
    ("createApprovalRule", Needs::Scopes(&[S::Admin])),
    ("createHourEntries", Needs::Scopes(&[S::HoursWrite])),
    ("createHourEntry", Needs::Scopes(&[S::HoursWrite])),
    ("createIndicator", Needs::Scopes(&[S::ImpactWrite])),
    ("createOrganization", Needs::Person),
    ("createProject", Needs::Scopes(&[S::ProjectsWrite])),
    ("createSchedule", Needs::Person),
    ("createShift", Needs::Scopes(&[S::ProjectsWrite])),
    ("createShiftSeries", Needs::Scopes(&[S::ProjectsWrite])),
    (
        "createSnapshot",
        Needs::Scopes(&[S::ReportsRead, S::ExportsWrite]),
    ),
    ("createVocabulary", Needs::Scopes(&[S::ProjectsWrite])),
    ("createVolunteer", Needs::Scopes(&[S::VolunteersWrite])),
    (
        "createWebhookEndpoint",
        Needs::Scopes(&[S::Admin, S::HoursRead, S::VolunteersRead]),
    ),
    ("decideErasure", Needs::Person),
    ("deleteHourEntry", Needs::Scopes(&[S::HoursWrite])),
    ("deleteWebhookEndpoint", Needs::Scopes(&[S::Admin])),
    ("disableTotp", Needs::Person),
    ("discardTimer", Needs::Scopes(&[S::HoursWrite])),
    ("dismissDuplicate", Needs::Scopes(&[S::VolunteersWrite])),
    ("enableTotp", Needs::Person),
    ("endOtherSessions", Needs::Person),
    ("endSchedule", Needs::Person),
    ("endSession", Needs::Person),
    ("grantPeriodException", Needs::Scopes(&[S::HoursDecide])),
    ("inviteMember", Needs::Person),
    (
        "issueCertificates",
        Needs::Scopes(&[S::CertificatesWrite, S::VolunteersRead]),
    ),
    ("issueCheckInToken", Needs::Scopes(&[S::ProjectsWrite])),
    ("linkIdentity", Needs::Person),
    (
        "markAttendance",
        Needs::Scopes(&[S::HoursWrite, S::VolunteersRead]),
    ),
    ("markNotificationsRead", Needs::Person),
    ("mergeVolunteers", Needs::Scopes(&[S::VolunteersWrite])),
    ("pauseSchedule", Needs::Person),
    ("previewApproval", Needs::Scopes(&[S::HoursDecide])),
    ("recordAccreditation", Needs::Scopes(&[S::Admin])),
    ("recordConsent", Needs::Scopes(&[S::VolunteersWrite])),
    ("recordContract", Needs::Scopes(&[S::VolunteersWrite])),
    ("recordIncident", Needs::Scopes(&[S::VolunteersWrite])),
    ("recordMeasurements", Needs::Scopes(&[S::ImpactWrite])),
    ("refreshSession", Needs::Person),
    ("regenerateRecoveryCodes", Needs::Person),
    ("rejectHourEntries", Needs::Scopes(&[S::HoursDecide])),
    ("removeEvidence", Needs::Scopes(&[S::ImpactWrite])),
    ("removeMember", Needs::Person),
    ("replayWebhookDeliveries", Needs::Scopes(&[S::Admin])),
    (
        "requestAuditExport",
        Needs::Scopes(&[S::ExportsWrite, S::AuditRead]),
    ),
    (
        "requestCertificatesExport",
        Needs::Scopes(&[S::ExportsWrite, S::CertificatesWrite, S::VolunteersRead]),
    ),
    ("requestEmailVerification", Needs::Person),
    ("requestErasure", Needs::Person),
    (
        "requestExport",
        Needs::Scopes(&[S::ExportsWrite, S::ReportsRead]),
    ),
    (
        "requestHourEntriesExport",
        Needs::Scopes(&[S::ExportsWrite, S::HoursRead, S::VolunteersRead]),
    ),
    (
        "requestIatiExport",
        Needs::Scopes(&[S::ExportsWrite, S::ReportsRead]),
    ),
    ("requestPasswordReset", Needs::Person),
    ("requestPersonalData", Needs::Person),
    (
        "requestStatementExport",
        Needs::Scopes(&[S::ExportsWrite, S::ReportsRead, S::VolunteersRead]),
    ),
    ("resetPassword", Needs::Person),
    ("resolveTimer", Needs::Scopes(&[S::HoursWrite])),
    ("resumeSchedule", Needs::Person),
    ("retryDelivery", Needs::Person),
    ("retryExport", Needs::Scopes(&[S::ExportsWrite])),
    ("retryLetter", Needs::Person),
    ("returnHourEntries", Needs::Scopes(&[S::HoursDecide])),
    ("returnMeasurements", Needs::Scopes(&[S::ImpactWrite])),
    ("revealNationalId", Needs::Person),
    ("revokeApiToken", Needs::Person),
    (
        "revokeCertificate",
        Needs::Scopes(&[S::CertificatesWrite, S::VolunteersRead]),
    ),
    (
        "rollbackImport",
        Needs::Scopes(&[S::ImportsWrite, S::VolunteersRead]),
    ),
    ("rotateWebhookSecret", Needs::Scopes(&[S::Admin])),
    ("runScheduleNow", Needs::Person),
    ("sendWebhookTest", Needs::Scopes(&[S::Admin])),
    ("setBaseline", Needs::Scopes(&[S::ImpactWrite])),
    ("setTagAllocations", Needs::Scopes(&[S::ProjectsWrite])),
    ("setTargets", Needs::Scopes(&[S::ImpactWrite])),
    ("signIn", Needs::Person),
    ("signOut", Needs::Person),
    ("signUp", Needs::Person),
    ("signUpForShift", Needs::Scopes(&[S::VolunteersWrite])),
    (
        "startImport",
        Needs::Scopes(&[S::ImportsWrite, S::VolunteersRead]),
    ),
    ("startTimer", Needs::Scopes(&[S::HoursWrite])),
    ("stopTimer", Needs::Scopes(&[S::HoursWrite])),
    ("submitHourEntries", Needs::Scopes(&[S::HoursWrite])),
    ("submitPeriod", Needs::Scopes(&[S::HoursDecide])),
    ("syncHourEntries", Needs::Scopes(&[S::HoursWrite])),
    ("unlinkIdentity", Needs::Person),
    ("unmergeVolunteers", Needs::Scopes(&[S::VolunteersWrite])),
    ("updateActivity", Needs::Scopes(&[S::ProjectsWrite])),
    ("updateApprovalRule", Needs::Scopes(&[S::Admin])),
    (
        "updateCertificate",
        Needs::Scopes(&[S::CertificatesWrite, S::VolunteersRead]),
    ),
    ("updateEmail", Needs::Person),
    ("updateHourEntry", Needs::Scopes(&[S::HoursWrite])),
    ("updateIndicator", Needs::Scopes(&[S::ImpactWrite])),
    ("updateNotificationPreferences", Needs::Person),
    ("updateOrganization", Needs::Scopes(&[S::Admin])),
    ("updateOrganizationSettings", Needs::Scopes(&[S::Admin])),
    ("updateProject", Needs::Scopes(&[S::ProjectsWrite])),
    ("updateSchedule", Needs::Person),
    ("updateShift", Needs::Scopes(&[S::ProjectsWrite])),
    ("updateVolunteer", Needs::Scopes(&[S::VolunteersWrite])),
    (
        "updateWebhookEndpoint",
        Needs::Scopes(&[S::Admin, S::HoursRead, S::VolunteersRead]),
    ),
    ("upsertVocabularyTerms", Needs::Scopes(&[S::ProjectsWrite])),
    ("upsertWageRates", Needs::Person),
    ("verifyEmail", Needs::Person),
    ("voidHourEntry", Needs::Scopes(&[S::HoursDecide])),
    ("withdrawErasure", Needs::Person),
    ("withdrawHourEntries", Needs::Scopes(&[S::HoursWrite])),
];

/// What is told as it happens.
pub const SUBSCRIPTIONS: &[(&str, Needs)] = &[
    ("approvalQueueChanged", Needs::Scopes(&[S::HoursDecide])),
    ("attendanceChanged", Needs::Scopes(&[S::VolunteersRead])),
    ("hourEntryChanged", Needs::Scopes(&[S::HoursRead])),
    ("jobProgress", Needs::Scopes(&[S::ExportsWrite])),
    ("periodStatusChanged", Needs::Scopes(&[S::HoursRead])),
];

/// What is named by its global id, by kind: as much as the lists in which things of its kind stand.
pub const NODES: &[(&str, Needs)] = &[
    ("Accreditation", Needs::Scopes(&[S::ProjectsRead])),
    ("Activity", Needs::Scopes(&[S::ProjectsRead])),
    ("ApiToken", Needs::Person),
    ("ApprovalRule", Needs::Scopes(&[S::HoursDecide])),
    ("Attendance", Needs::Scopes(&[S::VolunteersRead])),
    ("AuditEvent", Needs::Scopes(&[S::AuditRead])),
    (
        "Certificate",
        Needs::Scopes(&[S::VolunteersRead, S::CertificatesWrite]),
    ),
    ("ContractIncident", Needs::Scopes(&[S::VolunteersRead])),
    ("Delivery", Needs::Person),
    ("ErasureRequest", Needs::Person),
    ("EvidenceFile", Needs::Scopes(&[S::ReportsRead])),
    ("ExportJob", Needs::Scopes(&[S::ExportsWrite])),
    ("HourEntry", Needs::Scopes(&[S::HoursRead])),
    ("Import", Needs::Scopes(&[S::VolunteersRead])),
    ("Indicator", Needs::Scopes(&[S::ReportsRead])),
    ("Measurement", Needs::Scopes(&[S::ReportsRead])),
    (
        "Membership",
        Needs::Any(&[S::AccountRead, S::VolunteersRead]),
    ),
    ("Notification", Needs::Scopes(&[S::AccountRead])),
    ("Organization", Needs::Scopes(&[S::ProjectsRead])),
    ("Project", Needs::Scopes(&[S::ProjectsRead])),
    ("ReportSnapshot", Needs::Scopes(&[S::ReportsRead])),
    ("ReportingPeriod", Needs::Scopes(&[S::HoursRead])),
    ("Schedule", Needs::Person),
    ("Shift", Needs::Scopes(&[S::ProjectsRead])),
    ("Signup", Needs::Scopes(&[S::VolunteersRead])),
    ("Territory", Needs::Nothing),
    ("Timer", Needs::Scopes(&[S::HoursRead])),
    ("User", Needs::Any(&[S::AccountRead, S::VolunteersRead])),
    ("UserSession", Needs::Person),
    ("VocabularyTerm", Needs::Nothing),
    ("Volunteer", Needs::Scopes(&[S::VolunteersRead])),
    ("VolunteerContract", Needs::Scopes(&[S::VolunteersRead])),
    ("VolunteerMerge", Needs::Scopes(&[S::VolunteersRead])),
    ("WageRate", Needs::Scopes(&[S::ReportsRead])),
    ("WebhookEndpoint", Needs::Scopes(&[S::Admin])),
];

/// What a root field of an operation asks for. One that has no line asks for a person.
#[must_use]
pub fn needs(kind: &str, field: &str) -> Needs {
    let table = match kind {
        "query" => QUERIES,
        "mutation" => MUTATIONS,
        _ => SUBSCRIPTIONS,
    };
    let line = table.iter().find(|(name, _)| *name == field);
    line.map_or(Needs::Person, |(_, needs)| *needs)
}

/// Why a token may not ask for a root field; `None` where it may. What a document says of itself (`__typename`, the
/// schema's own description) is told to every token.
#[must_use]
pub fn objection(kind: &str, field: &str, rights: &Rights) -> Option<Refusal> {
    if field.starts_with("__") {
        return None;
    }
    let refusal = refused(needs(kind, field), rights)?;
    Some(match refusal.code {
        Code::TokenScope => refusal.with("field", field),
        _ => refusal,
    })
}

/// Whether a token may name a thing of a kind by its global id. What it may not is to it as what is not there.
#[must_use]
pub fn opens(kind: &str, rights: &Rights) -> bool {
    let line = NODES.iter().find(|(name, _)| *name == kind);
    let needs = line.map_or(Needs::Person, |(_, needs)| *needs);
    refused(needs, rights).is_none()
}

fn refused(needs: Needs, rights: &Rights) -> Option<Refusal> {
    let lacking: Vec<ApiTokenScope> = match needs {
        Needs::Nothing => Vec::new(),
        Needs::Person => return Some(Refusal::new(Code::TokenNever)),
        Needs::Scopes(scopes) => scopes
            .iter()
            .copied()
            .filter(|it| !rights.has(*it))
            .collect(),
        Needs::Any(scopes) if scopes.iter().any(|it| rights.has(*it)) => Vec::new(),
        Needs::Any(scopes) => scopes.first().copied().into_iter().collect(),
    };
    let names: Vec<String> = lacking.into_iter().map(name).collect();
    let lacks = Refusal::new(Code::TokenScope);
    (!names.is_empty()).then(|| lacks.with("scope", names.join(", ")))
}

/// A scope as the API takes it.
fn name(scope: ApiTokenScope) -> String {
    scope.word().to_uppercase().replace(':', "_")
}
