//! The table of codes: each with its meaning, the key of its sentence and its rule.
//!
//! A code is never renamed and never reused; sentences may change.

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident = $key:literal $rule:literal;)*) => {
        /// Why an input or an act was refused. More codes may come: treat an unknown one as a
        /// general refusal and show the message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
        #[graphql(name = "UserErrorCode")]
        pub enum Code {
            $($(#[doc = $doc])* $code,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// Key of the sentence in `locales/`.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$code => $key,)* }
            }

            /// The code of a key that was kept. One that a later release brought has the general
            /// meaning, and the values of its sentence all the same.
            #[must_use]
            pub fn of_key(key: &str) -> Self {
                let known = Self::ALL.iter().copied().find(|it| it.key() == key);
                known.unwrap_or(Self::InvalidFormat)
            }

            /// Stable name of the rule that refused, by area.
            #[must_use]
            pub fn rule(self) -> &'static str {
                match self { $(Self::$code => $rule,)* }
            }
        }

        impl serde::Serialize for Code {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.key())
            }
        }

        impl<'de> serde::Deserialize<'de> for Code {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let key = <std::borrow::Cow<'_, str>>::deserialize(from)?;
                Ok(Self::of_key(&key))
            }
        }
    };
}

codes! {
    /// There is no such thing, or the caller may not see it: the two look the same.
    NotFound = "not-found" "identity.scope";
    /// The caller sees it but may not do this to it.
    Forbidden = "forbidden" "identity.permission";
    /// It changed since the version that the caller expected.
    VersionConflict = "version-conflict" "version.expected";
    /// The idempotency key was used before for another input.
    IdempotencyConflict = "idempotency-conflict" "idempotency.content";
    /// A value is missing.
    Required = "required" "input.required";
    /// A text or a list is too long.
    TooLong = "too-long" "input.length";
    /// A text is too short.
    TooShort = "too-short" "input.length";
    /// A value does not have the form it must have.
    InvalidFormat = "invalid-format" "input.format";
    /// A number or date lies outside its bounds.
    OutOfRange = "out-of-range" "input.range";
    /// Another one has this value already.
    Taken = "taken" "input.unique";
    /// The value is of another kind than it must be.
    WrongKind = "wrong-kind" "input.kind";
    /// The input has no field of this name.
    UnknownField = "unknown-field" "input.field";
    /// It is none of the values that there are.
    UnknownValue = "unknown-value" "input.value";
    /// Exactly one of several fields must be given.
    ExactlyOne = "exactly-one" "input.one";
    /// One of several fields at least must be given.
    AtLeastOne = "at-least-one" "input.one";
    /// A list holds too few or too many.
    WrongCount = "wrong-count" "input.count";
    /// Two lists of the input must be of one length.
    CountDiffers = "count-differs" "input.count";
    /// The cursor was not given for this list and order.
    ForeignCursor = "foreign-cursor" "input.cursor";
    /// Two values of the input exclude each other.
    Contradiction = "contradiction" "input.consistent";
    /// No such time zone.
    UnknownTimeZone = "unknown-time-zone" "time.zone";
    /// No such territory on that day.
    UnknownTerritory = "unknown-territory" "territory.code";
    /// No such term in that vocabulary.
    UnknownTerm = "unknown-term" "vocabulary.term";
    /// What was in force, or was over, is not rewritten: write a version from today on.
    TermBegun = "term-begun" "vocabulary.begun";
    /// A term keeps its level and the term it lies in: end it, and begin another one.
    TermPlaced = "term-placed" "vocabulary.place";
    /// The level of a term must lie below that of the term above.
    LevelOrder = "level-order" "vocabulary.level";
    /// A term would be in force on days on which the term above is not.
    TermOutlives = "term-outlives" "vocabulary.span";

    /// E-mail address and password do not fit together.
    InvalidCredentials = "invalid-credentials" "identity.credentials";
    /// The password is among those that are tried first, also with digits and signs around it.
    PasswordCommon = "password-common" "identity.password";
    /// The password is hardly more than a name or address of its owner, their organization, or the product.
    PasswordPersonal = "password-personal" "identity.password";
    /// The new password is the old one: take another.
    PasswordSame = "password-same" "identity.password";
    /// The password is not that of the account.
    PasswordWrong = "password-wrong" "identity.credentials";
    /// The password is right, and the account asks for a code besides: send all three.
    TotpRequired = "totp-required" "identity.second_factor";
    /// The code is wrong, too old, or was used: take the next one, or a recovery code.
    TotpInvalid = "totp-invalid" "identity.second_factor";
    /// The second factor is on already.
    TotpOn = "totp-on" "identity.second_factor";
    /// The second factor is off, or its secret waited too long for the first code.
    TotpOff = "totp-off" "identity.second_factor";
    /// The token of a letter that verifies an address is unknown, used or too old.
    VerificationInvalid = "verification-invalid" "identity.verification";
    /// The address has to be verified before anybody signs in with it: a letter was sent there again.
    EmailUnverified = "email-unverified" "identity.verification";
    /// There is no such address among those that this server sends browsers back to.
    RedirectRefused = "redirect-refused" "identity.provider";
    /// The provider does not answer, or not as OpenID Connect says: try again, or sign in with the password.
    ProviderUnreachable = "provider-unreachable" "identity.provider";
    /// What came back from the provider proves nothing: it is unknown, used, too old or not for whoever brings it. Begin again.
    SignInInvalid = "sign-in-invalid" "identity.provider";
    /// No account is linked with this identity: sign in with the password and link it.
    IdentityUnlinked = "identity-unlinked" "identity.link";
    /// The identity is linked with another account, or the account with another identity of the provider.
    IdentityTaken = "identity-taken" "identity.link";
    /// Too many failed attempts; wait before the next.
    TooManyAttempts = "too-many-attempts" "identity.attempts";
    /// The session is over: sign in again.
    SessionEnded = "session-ended" "identity.session";
    /// The invitation is unknown, used, withdrawn or too old.
    InvitationInvalid = "invitation-invalid" "organization.invitation";
    /// Leave to set a new password is unknown, used or too old.
    ResetInvalid = "reset-invalid" "identity.reset";
    /// An organization keeps at least one owner.
    LastOwner = "last-owner" "organization.owner";
    /// It is archived and takes no new work.
    Archived = "archived" "archive.closed";
    /// The shares of a vocabulary do not sum to exactly 100 %.
    SharesNotWhole = "shares-not-whole" "project.shares";

    /// Another record of the same person took it over: act on that one.
    Merged = "merged" "volunteer.merged";
    /// Two records of different organizations, or one named twice, are never merged.
    MergePair = "merge-pair" "volunteer.merge_pair";
    /// Two national identity numbers are two people.
    MergeTwoPeople = "merge-two-people" "volunteer.merge_identity";
    /// Keep the record whose person is known by a national identity number.
    MergeKeepIdentified = "merge-keep-identified" "volunteer.merge_identity";
    /// Both records belong to accounts, and one account has one record.
    MergeTwoAccounts = "merge-two-accounts" "volunteer.merge_account";
    /// Both records have a timer running: stop one first.
    MergeTwoTimers = "merge-two-timers" "volunteer.merge_timer";
    /// Both records are signed up for the same time: take one back first.
    MergeTwoPlaces = "merge-two-places" "volunteer.merge_shift";
    /// The record that was kept was merged itself since: that merge is taken back first.
    MergeOver = "merge-over" "volunteer.merge_state";

    /// It overlaps another interval of the same person.
    EntryOverlap = "entry-overlap" "hours.overlap";
    /// The day of the person would hold more minutes than allowed.
    DailyCapExceeded = "daily-cap-exceeded" "hours.daily_cap";
    /// The work lies in the future.
    InFuture = "in-future" "hours.future";
    /// The work lies outside the dates of the project.
    OutsideProject = "outside-project" "hours.project_dates";
    /// No minute of work remains.
    NoDuration = "no-duration" "hours.duration";
    /// The break is as long as the work or longer.
    BreakTooLong = "break-too-long" "hours.break";
    /// One entry is longer than allowed.
    EntryTooLong = "entry-too-long" "hours.length";
    /// The local time does not exist, or exists twice, because clocks changed.
    AmbiguousTime = "ambiguous-time" "time.clock_change";
    /// Whoever wrote or did the work cannot decide on it.
    SelfApproval = "self-approval" "hours.self_approval";
    /// The entry is approved: amend or void it.
    EntryApproved = "entry-approved" "hours.state";
    /// The entry is not in a state in which this can be done.
    WrongState = "wrong-state" "hours.state";
    /// A correction of the entry waits for a decision: decide on it or withdraw it first.
    AmendmentPending = "amendment-pending" "hours.amendment";
    /// The correction says what the entry says already.
    NothingChanged = "nothing-changed" "hours.amendment";
    /// A reason must be given.
    ReasonRequired = "reason-required" "hours.reason";
    /// No rule approves what somebody declares of themselves: name other evidence levels.
    RuleSelfDeclared = "rule-self-declared" "hours.rule_evidence";
    /// The selection is too old: preview again.
    SelectionExpired = "selection-expired" "hours.selection";
    /// The selection holds another number of entries than was expected: preview again.
    SelectionCount = "selection-count" "hours.selection_count";
    /// More entries fit than one selection takes: narrow the filter.
    SelectionTooLarge = "selection-too-large" "hours.selection_size";
    /// The month is closed for the organization.
    PeriodClosed = "period-closed" "hours.period";
    /// The month is certified.
    PeriodCertified = "period-certified" "hours.period_certified";
    /// The month is not closed, so this does not apply to it.
    PeriodNotClosed = "period-not-closed" "hours.period_open";
    /// The month has not ended.
    PeriodRunning = "period-running" "hours.period_running";
    /// The month holds entries, so it cannot be declared to be without.
    NotZero = "not-zero" "hours.period_zero";
    /// It was cancelled.
    Cancelled = "cancelled" "activity.cancelled";
    /// The shift has begun: attendance says what happened.
    ShiftStarted = "shift-started" "activity.started";
    /// The volunteer is signed up for the shift or waits for it.
    AlreadySignedUp = "already-signed-up" "activity.once";
    /// The person has a place in another shift at that time.
    ShiftOverlap = "shift-overlap" "activity.overlap";
    /// More places are taken than the capacity would have.
    CapacityTaken = "capacity-taken" "activity.capacity";
    /// The recurrence rule cannot be read, or says what series do not take.
    RuleUnreadable = "rule-unreadable" "activity.recurrence";
    /// The recurrence rule has no end, or too many shifts.
    SeriesTooLong = "series-too-long" "activity.series";
    /// The first shift is not one of those that the recurrence rule gives.
    FirstOutsideRule = "first-outside-rule" "activity.recurrence";
    /// What was scanned is no code of a shift.
    TokenInvalid = "token-invalid" "attendance.code";
    /// The code has been replaced by a newer one: scan again.
    TokenExpired = "token-expired" "attendance.code";
    /// Nobody checks in for the shift at that time.
    CheckInClosed = "check-in-closed" "attendance.window";
    /// The volunteer has not checked in.
    NotCheckedIn = "not-checked-in" "attendance.check_out";
    /// A coordinator marks who was there: nobody checks in by a code.
    AttendanceMarked = "attendance-marked" "attendance.mode";
    /// The shift has not begun, so nobody was there yet.
    ShiftNotBegun = "shift-not-begun" "attendance.begun";
    /// The presence has made hours: amend or void them.
    AttendanceRecorded = "attendance-recorded" "attendance.hours";
    /// The volunteer had no place in the shift, so they did not stay away either.
    NotSignedUp = "not-signed-up" "attendance.place";
    /// The person has a timer running: one runs at a time.
    TimerRunning = "timer-running" "timer.one";
    /// No timer of the caller was ever started.
    NoTimer = "no-timer" "timer.none";
    /// The timer ran longer than the organization takes without a second look.
    TimerOverLong = "timer-over-long" "timer.longest";
    /// The timer is not in a state in which this can be done.
    TimerState = "timer-state" "timer.state";
    /// The parts of a breakdown do not add up to the total: name what is not known `UNKNOWN`.
    PartsNotWhole = "parts-not-whole" "measurement.parts";
    /// The indicator's vocabulary has no such term on the last day of the period.
    UnknownCategory = "unknown-category" "measurement.category";
    /// The period shares days with another one of the same indicator, project and place.
    MeasurementOverlap = "measurement-overlap" "measurement.overlap";
    /// The figure counts: it is given back before it is written anew.
    MeasurementApproved = "measurement-approved" "measurement.state";
    /// The figure was given back: it is written anew before it is approved.
    MeasurementReturned = "measurement-returned" "measurement.state";
    /// The indicator is computed from hours: nobody measures it.
    IndicatorDerived = "indicator-derived" "indicator.derived";
    /// The code of the indicator is kept for those of the catalogue.
    CodeReserved = "code-reserved" "indicator.reserved_code";
    /// Evidence is a file of another kind: its bytes say which.
    EvidenceKind = "evidence-kind" "evidence.kind";
    /// The file is larger than what is taken as evidence.
    EvidenceTooLarge = "evidence-too-large" "evidence.size";
    /// The file would do something of its own: run, fetch, or compute.
    EvidenceActive = "evidence-active" "evidence.active";
    /// The file is damaged, protected, or cannot be looked into.
    EvidenceOpaque = "evidence-opaque" "evidence.opaque";
    /// The place lies outside that of the project.
    OutsidePlace = "outside-place" "measurement.place";
    /// It was fine, and another part of the same batch was not: nothing was written.
    BatchUndone = "batch-undone" "batch.atomic";
    /// The same row was imported before.
    DuplicateRow = "duplicate-row" "import.duplicate";
    /// The row has another number of columns than the header.
    WrongColumns = "wrong-columns" "import.columns";
    /// No volunteer fits the row.
    UnknownVolunteer = "unknown-volunteer" "import.volunteer";
    /// No project fits the row.
    UnknownProject = "unknown-project" "import.project";
    /// The file cannot be read as a table of the kind asked for.
    UnreadableFile = "unreadable-file" "import.file";
    /// The workbook has a password: save it without one.
    WorkbookProtected = "workbook-protected" "import.file";
    /// Files of this kind are not read: save it as a workbook (`.xlsx`) or as CSV in UTF-8.
    WorkbookFormat = "workbook-format" "import.file";
    /// The workbook holds more than is taken, or unpacks to more.
    WorkbookTooLarge = "workbook-too-large" "import.workbook_size";
    /// The workbook has no sheet of this name.
    UnknownSheet = "unknown-sheet" "import.sheet";
    /// The cell holds an error of the spreadsheet instead of a value.
    CellError = "cell-error" "import.cell";
    /// The date is not written as the import was told.
    DateFormat = "date-format" "import.date_format";
    /// Several volunteers fit the row: give the reference.
    AmbiguousVolunteer = "ambiguous-volunteer" "import.volunteer";
    /// The file has no column that an import of its kind needs.
    MissingColumn = "missing-column" "import.header";
    /// The file is larger than what is taken over the network: import it on the server.
    FileTooLarge = "file-too-large" "import.size";
    /// The import was given up or taken back: bring the file again.
    ImportOver = "import-over" "import.state";
    /// An entry of the import was decided on: what counts is not taken back with its file.
    ImportDecided = "import-decided" "import.rollback";
    /// What the import wrote was changed since.
    ImportChanged = "import-changed" "import.rollback";
    /// A volunteer of the import has hours or places in shifts, or took over another record.
    ImportUsed = "import-used" "import.rollback";

    /// The volunteer is younger than 18 on the first day of the contract.
    ContractUnderAge = "contract-under-age" "contract.age";
    /// The day of birth is unknown, so that the age on the first day of the contract cannot be checked.
    ContractBirthDate = "contract-birth-date" "contract.birth_date";
    /// The contract was signed after its first day.
    ContractSignedLate = "contract-signed-late" "contract.signature";
    /// The organization has no accreditation on the first day of the contract.
    ContractNotAccredited = "contract-not-accredited" "contract.accreditation";
    /// The volunteer has a contract for the same mission on some of these days.
    ContractOverlap = "contract-overlap" "contract.overlap";
    /// The contract would no longer cover the day of an incident that is recorded under it.
    ContractIncident = "contract-incident" "contract.incidents";
    /// The day of the incident lies ahead, or on none of the days of its contract.
    IncidentDay = "incident-day" "contract.incident_day";
    /// So many days lost and so grave a harm do not go together.
    IncidentDaysLost = "incident-days-lost" "contract.incident_days_lost";

    /// There are no approved hours of the volunteer in the interval.
    NothingToCertify = "nothing-to-certify" "certificate.hours";
    /// Nothing was measured or is aimed at in the interval that could be published.
    NothingMeasured = "nothing-measured" "indicator.published";
    /// The certificate was taken back already.
    CertificateRevoked = "certificate-revoked" "certificate.state";
    /// Only the holder of a certificate lets more of it be shown than before.
    HolderChooses = "holder-chooses" "certificate.shown";

    /// The work is done or was called off; or it has not failed, so that there is nothing to try again.
    JobState = "job-state" "job.state";
    /// Too much of what the caller asked for still waits.
    TooManyJobs = "too-many-jobs" "job.many";
    /// The expression is none that a schedule can be due by: its sentence says what is.
    CronUnfit = "cron-unfit" "schedule.cron";
    /// The schedule came to its end: create another one.
    ScheduleEnded = "schedule-ended" "schedule.state";
    /// As many schedules as one person may have go on or pause.
    TooManySchedules = "too-many-schedules" "schedule.many";
    /// No mail server is set up.
    MailUnset = "mail-unset" "delivery.mail";
    /// The mail server refused the letter: its sentence says why.
    MailRefused = "mail-refused" "delivery.mail";
    /// As many letters as go out for one person in a day were sent: try again tomorrow.
    TooManyLetters = "too-many-letters" "delivery.many";
    /// Letters of this kind keep an account safe: nobody can do without.
    LetterNeeded = "letter-needed" "letters.needed";
    /// No folder for deliveries is set up.
    FolderUnset = "folder-unset" "delivery.folder";
    /// The store of deliveries lets nobody in with the key of the settings.
    StoreRefused = "store-refused" "delivery.store";
    /// The path would lead out of its folder, or has signs that paths do not have everywhere.
    PathUnfit = "path-unfit" "delivery.path";
    /// The file is kept no longer.
    FileGone = "delivery-file-gone" "delivery.file";
    /// Nothing is posted to this URL: its sentence says what would be taken.
    WebhookUrlUnfit = "webhook-url" "webhook.url";
    /// As many webhooks as one organization may have.
    TooManyWebhooks = "too-many-webhooks" "webhook.many";
    /// As many API tokens as one user may have in force, or make within a day.
    TooManyApiTokens = "too-many-api-tokens" "identity.token-many";
    /// As many words about one record or account as are written down within a day.
    TooManyConsents = "too-many-consents" "consent.many";
    /// Under an account speaks its holder alone.
    AccountOfAnother = "account-of-another" "consent.means";
    /// The API token lacks a scope that this asks for.
    TokenScope = "token-scope" "identity.token-scope";
    /// This is done by people who have signed in, and by no API token.
    TokenNever = "token-never" "identity.token";
    /// The webhook is told of nothing since it failed for too long: enable it first.
    WebhookDisabled = "webhook-disabled" "webhook.state";
    /// The snapshots answer different questions.
    OtherQuestion = "other-question" "report.snapshot";
    /// Rows and columns are told apart by the same.
    SameDimension = "same-dimension" "report.dimensions";
    /// The table would have more fields than one answer holds: ask for less of it.
    TooManyFields = "too-many-fields" "report.fields";
    /// No edition of the public statistics has this name.
    UnknownEdition = "unknown-edition" "statistics.edition";
    /// A number stands at two coordinates at most, of different dimensions, or at three of what crosses.
    CellCoordinates = "cell-coordinates" "report.cell";
    /// The report has no row or column of this key.
    UnknownMember = "unknown-member" "report.member";
    /// The report takes another value here, or none: its sentence names it.
    QuestionUnfit = "question-unfit" "report.question";
    /// Another request to erase the same data waits or is approved.
    ErasureOpen = "erasure-open" "privacy.erasure_open";
    /// The request was decided, taken back or done already.
    ErasureState = "erasure-state" "privacy.erasure_state";
    /// Organizations still have the holder of the account: a membership, a record or a role ends first.
    AccountHeld = "account-held" "privacy.account_held";
    /// The record says nothing of a person any more, and cannot be written to.
    RecordErased = "record-erased" "privacy.record_erased";
    /// Every attempt failed on our side.
    JobFailed = "job-failed" "job.attempts";
}
