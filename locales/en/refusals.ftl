not-found = There is no such thing, or you may not see it.
forbidden = Your role does not allow this.
version-conflict = It was changed meanwhile (version { $current }): look at it and try again.
idempotency-conflict = This idempotency key was used for another input: take a new key.
required = Give a value.
too-long = At most { $most } are allowed.
too-short = At least { $least } characters are needed.
invalid-format = This is not a valid value: { $value }.
out-of-range = It must lie between { $least } and { $most }.
taken = Another one has this value already.
wrong-kind = { $kind ->
    [DateTime] Give an instant with its offset, such as 2026-03-14T09:30:00Z.
    [UUID] Give a UUID, such as 0199a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b.
    [Date] Give a date, such as 2026-03-14.
    [LocalDateTime] Give a local date and time without offset, such as 2026-03-22T02:30:00.
    [Month] Give a month, such as 2026-03.
    [Minutes] Give a whole number of minutes.
    [Decimal] Give a decimal number as text, such as "1250.50".
    [Locale] Give a language: ar, fr or en.
    [TimeZone] Give the name of a time zone as text, such as Africa/Casablanca.
    [EmailAddress] Give an e-mail address as text.
    [PhoneNumber] Give a telephone number as text, such as +212600000000.
    [CurrencyCode] Give a currency as text, such as MAD.
    [CountryCode] Give a country as text, such as MA.
    [URL] Give an address as text, such as https://example.org/path.
    [Int] Give a whole number from -2147483648 to 2147483647.
    [Float] Give a number.
    [String] Give text.
    [Boolean] Give true or false.
    [ID] Give an id as text.
    [input] Give an object with the fields of the input.
   *[other] Give a value of the type { $kind }.
}
unknown-field = The input has no field of this name: look at the schema.
unknown-value = Give one of: { $known }.
exactly-one = Give exactly one of these, and not null: { $names }.
at-least-one = Give at least one of these: { $names }.
wrong-count = Give { $least } to { $most } of them.
count-differs = Give as many as there are { $other }: { $count }.
foreign-cursor = This cursor was not given for this list and order: begin without one.
contradiction = These values exclude each other: { $detail }.
unknown-time-zone = There is no time zone { $value }; take a name such as Africa/Casablanca.
unknown-territory = There is no territory with the code { $value } on that day.
unknown-term = There is no term { $value } in the vocabulary { $vocabulary }.
term-begun = What was in force or over before { $least } is not rewritten: give a day from then on.
term-placed = The term { $code } keeps its level ({ $level }) and the term it lies in: end it, and begin another one with a code of its own.
level-order = A term of the level { $level } does not lie in one of the level { $parent }; the order is { $levels }.
term-outlives = The term { $code } would be in force on days on which { $parent } is not: end or begin both alike.
invalid-credentials = E-mail address and password do not fit together.
password-common = This password is among the first that are tried: several unusual words in a row are easy to remember and hard to guess.
password-personal = This password is hardly more than a name: leave out your own, those of your organization and your address, and take several unusual words.
password-same = This is the password that you have: take another one, or leave it as it is.
password-wrong = The password is not right.
totp-required = The account asks for a code besides the password: give the one that your authenticator shows, or a recovery code.
totp-invalid = The code is wrong, too old or was used: wait for the next one. Where the second factor is on already, a recovery code will do.
totp-on = The second factor is on: switch it off first to make another secret.
totp-off = The second factor is off: make a secret with enableTotp, and confirm it within an hour.
verification-invalid = The link is unknown, used or too old: have another letter sent.
email-unverified = Verify the address first: a letter with a code was sent there.
redirect-refused = This server sends nobody back there: take one of the addresses that its operator allows (identity.providers), or leave it out.
provider-unreachable = The provider does not answer as it should: try again in a while, or sign in with your password.
sign-in-invalid = What came back from the provider is unknown, used, too old, or was begun elsewhere: begin again on this device.
identity-unlinked = No account is linked with this identity: sign in with your password, then link it in your account. Without an account, ask to be invited, or sign up.
identity-taken = This identity is linked with another account, or your account with another identity of this provider: unlink that one first.
too-many-attempts =
    Too many failed attempts: wait { $minutes ->
        [0] { $seconds ->
            [one] a second
           *[other] { $seconds } seconds
        }
        [one] a minute
       *[other] { $minutes } minutes
    }.
session-ended = Sign in: nobody is signed in, or the session is over.
invitation-invalid = The invitation is unknown, used or too old: ask for a new one.
reset-invalid = The code is unknown, used or too old: ask for a new password again.
last-owner = An organization keeps at least one owner: name another owner first.
archived = It is archived and takes no new work.
shares-not-whole = The shares of { $vocabulary } sum to { $sum } %, not to exactly 100 %.
merged = The record was merged into another one of the same person: act on that one (mergedInto).
merge-pair = Two different records of one organization can be merged: name two.
merge-two-people = Two different national identity numbers are two people; say so with dismissDuplicate.
merge-keep-identified = Keep the record whose national identity number is known: exchange the two.
merge-two-accounts = Both records belong to accounts, and an account has one record: keep the record of the account that stays, and remove the other from the organization first (removeMember).
merge-two-timers = Both records have a timer running: stop one first.
merge-two-places = Both records are signed up on { $from } – { $to }: take one sign-up back first.
merge-over = The kept record was merged into another one since: take that merge back first.
entry-overlap = { $from ->
    [busy] The person is busy elsewhere at that time.
   *[other] It overlaps another entry of the same person ({ $from } – { $to }).
}
daily-cap-exceeded = { $day } would hold { $planned } minutes; { $cap } is the most for one person.
in-future = Only what has been can be recorded: { $day } lies in the future.
outside-project = The project runs from { $from } to { $to }; { $day } lies outside.
no-duration = No minute of work remains: an entry takes at least one, and its end lies after its start.
break-too-long = The break of { $break } minutes leaves nothing of { $gross } minutes.
entry-too-long = One entry holds at most { $most } minutes.
ambiguous-time = The clocks changed at { $value }: give the time with its offset.
self-approval = You wrote or did this work: somebody else decides.
entry-approved = The entry is approved: amend or void it instead.
wrong-state = { $status ->
    [DRAFT] This cannot be done to an entry that is a draft.
    [SUBMITTED] This cannot be done to an entry that is handed in.
    [APPROVED] This cannot be done to an entry that is approved.
    [RETURNED] This cannot be done to an entry that is returned.
    [REJECTED] This cannot be done to an entry that is rejected.
    [VOIDED] This cannot be done to an entry that is voided.
   *[other] This cannot be done to an entry that is { $status }.
}
amendment-pending = A correction of this entry waits for a decision: have it decided or withdraw it first.
nothing-changed = The correction says what the entry says already. Change something, or leave it as it is.
reason-required = Give a reason.
rule-self-declared = A rule cannot approve what people declare of themselves: name evidence levels, and not SELF_DECLARED among them.
selection-expired = This selection is too old: preview it again.
selection-count = The selection holds { $count } entries, not { $expected }: preview it again.
selection-too-large = More than { $most } entries fit: narrow the filter.
period-closed = { $month } is closed for the organization.
period-certified = { $month } is certified for the organization.
period-not-closed = { $month } is not closed: close it first.
period-running = { $month } has not ended: it can be closed once it has.
not-zero = The month holds { $entries } entries: it cannot be declared to be without work.
cancelled = It was cancelled.
shift-started = The shift began at { $at }: attendance says what happened.
already-signed-up = The volunteer is signed up for this shift already.
shift-overlap = { $from ->
    [busy] The person is busy elsewhere at that time.
   *[other] The person has a place in another shift at that time ({ $from } – { $to }).
}
capacity-taken = { $taken } places are taken: cancel sign-ups first, or keep at least as many places.
rule-unreadable = { $why ->
    [too-long] The recurrence rule is longer than { $detail } characters.
    [missing] The recurrence rule lacks { $detail }. Give one such as FREQ=WEEKLY;BYDAY=SA;COUNT=10.
    [two-ends] The recurrence rule ends twice: give COUNT or UNTIL.
   *[part] The recurrence rule cannot be read here: { $detail }. Give one such as FREQ=WEEKLY;BYDAY=SA;COUNT=10.
}
series-too-long = A series has an end (COUNT or UNTIL) and at most { $most } shifts.
first-outside-rule = The first shift begins at { $first }, which is not one of the times of the rule.
token-invalid = This is not the code of a shift: scan the one that is shown at the place.
token-expired = This code was replaced by a newer one: scan the one that is shown now.
check-in-closed = Checking in is possible from { $from } to { $to }. Ask a coordinator to mark the attendance.
not-checked-in = The volunteer has not checked in for this shift.
attendance-marked = A coordinator marks the attendance of this activity: there is no code to scan.
shift-not-begun = The shift begins at { $at }: attendance can be marked from then on.
attendance-recorded = The attendance has made hours: amend or void the hour entry.
not-signed-up = The volunteer had no place in this shift.
timer-running = { $since ->
    [busy] The person has a timer running elsewhere: it has to be stopped first.
   *[other] A timer has been running since { $since }: stop it first.
}
no-timer = You have no timer to stop: start one first.
timer-over-long = The timer ran { $minutes } minutes; more than { $most } need a second look: say when the work ended.
timer-state = This cannot be done to a timer that is { $status }.
parts-not-whole = The parts by { $dimension } add up to { $sum } ({ $what }), the total is { $total }: name what is not known UNKNOWN.
unknown-category = The vocabulary { $vocabulary } has no term { $value } on { $day }: give the code of a term in force on that day, or UNKNOWN.
code-reserved = The code { $value } is kept for the catalogue, as are all that begin with { $kept }: choose another code, or measure by the indicator of the catalogue.
evidence-kind = The bytes of the file are of none of these kinds: { $known }. Save or scan it as one of them.
evidence-too-large = The file is larger than { $most } bytes: send a smaller scan, or several files.
evidence-active = The file would do something of its own ({ $found }): print it to PDF, or save it without.
evidence-opaque = The file is damaged, protected or cannot be looked into ({ $found }): print it to PDF or save it anew.
measurement-overlap = The period shares days with { $from } – { $to }: periods do not overlap.
measurement-approved = This figure is approved: give it back before it is written anew.
measurement-returned = This figure was given back: it is written anew before it is approved.
indicator-derived = This indicator is computed from hours: nobody measures it.
outside-place = The place lies outside the place of the project.
batch-undone = This was fine; another part of the batch was not, so nothing was written.
duplicate-row = The same row is there already: counted once (line { $line }).
wrong-columns = Columns of the row: { $found }, of the header: { $expected }.
unknown-volunteer = No volunteer fits { $value }.
unknown-project = No project has the code { $value }.
unreadable-file = { $why ->
    [empty] The file has no header: its first line names the columns.
    [utf16] The file is UTF-16 (“Unicode text”): save it as CSV UTF-8.
    [not-utf8] From line { $line } on the file is not UTF-8, perhaps Latin-1: save it as CSV UTF-8.
    [endless-row] The row that begins on line { $line } does not end: a quotation mark is perhaps never closed.
    [damaged] The workbook is damaged: open it in a spreadsheet and save it anew, or as CSV UTF-8. ({ $detail })
   *[system] The system cannot open the file. ({ $detail })
}
workbook-protected = The workbook is protected by a password: save it without one and send it again.
workbook-format = { $found } files are not read: save it as an Excel workbook (.xlsx) or as CSV UTF-8.
workbook-too-large = { $bound ->
    [rows] The sheet has more than { $most } rows: split it, or save it as CSV UTF-8.
    [columns] The sheet has values beyond column { $most }: remove what stands beside the table.
    [cells] The sheet has more than { $most } cells: remove formatted blank cells, or save it as CSV UTF-8.
    [parts] The workbook has more than { $most } parts: save the sheet as CSV UTF-8.
    [sheets] The workbook has more than { $most } sheets: save the one you need as CSV UTF-8.
    [tag] A line of the workbook’s list of parts has more than { $most } bytes: save the sheet as CSV UTF-8.
    [packed] The workbook has more than { $most } bytes: split it, or save the sheet as CSV UTF-8.
    [ratio] A part of the workbook unpacks to more than { $most } times its size: save the sheet as CSV UTF-8.
    [strings] The workbook holds more than { $most } bytes of texts: split it, or save it as CSV UTF-8.
   *[bytes] The workbook unpacks to more than { $most } bytes: split it, or save the sheet as CSV UTF-8.
}
unknown-sheet = There is no sheet “{ $value }”: the workbook has { $known }.
cell-error = The cell holds the error { $value } of the spreadsheet: mend its formula, or write the value.
date-format = { $value } is not a date YYYY-MM-DD; if the file writes dd/mm/yyyy, declare it (dateFormat: DAY_MONTH_YEAR, or --date-format dd/mm/yyyy).
ambiguous-volunteer = Several volunteers are called { $value }: give the reference.
missing-column = { $column ->
    [date] No column for the date (date, day).
    [project] No column for the project (project, project code).
    [code] No column for the project’s code (project code).
    [worker] No column says who worked: give the volunteer’s reference (volunteer reference), the name (volunteer) or a head-count (people).
    [reference] No column for the volunteer’s own number (reference): it makes the same row again the same volunteer.
    [name] No column for the name (name, Arabic name).
    [duration] No column for the time: give the duration (duration, minutes), or start and end.
    [title] No column for the title (title).
    [commune] No column for the commune (commune).
    [starts-on] No column for the first day (start date).
   *[other] The column { $column } is missing.
}
file-too-large = The file holds more than { $most } bytes: split it, or import it on the server.
import-over = This import was given up or taken back: bring the file again.
import-decided = Line { $line }: the entry was decided on since. Void it first; nothing was taken back.
import-changed = Line { $line }: what the import wrote was changed since; nothing was taken back.
import-used = Line { $line }: { $value } has hours or places in shifts, or took over another record; nothing was taken back.
job-state = This cannot be done now: the work is done, was called off, or has not failed.
too-many-jobs = { $most } files are being made for you already: wait for one, or call one off.
cron-unfit = A schedule cannot be due by { $value }.
schedule-ended = The schedule came to its end: create another one.
too-many-schedules = You have { $most } schedules already: end one first.
mail-unset = No mail server is set up here: ask whoever runs the server to set mail.host and mail.from. Files of reports can go into a folder instead.
mail-refused = The mail server refused the letter: { $reason }. Look whether the address is right.
too-many-letters = At most { $most } letters a day are sent for one person: try again tomorrow, or have fewer addresses.
letter-needed = Letters of this kind keep an account safe: they cannot be switched off.
folder-unset = No folder for deliveries is set up here: ask whoever runs the server to set deliveries.folder.
path-unfit = { $value } is no path below a folder: give names of letters, digits, -, _ and dots within, separated by /, such as province/indh.
delivery-file-gone = The file is kept no longer: have the report made again.
other-question = The two snapshots answer different questions: compare those of one report, territory, organization, interval and states.
question-unfit = The report { $report } takes { $takes } here, not { $given }.
same-dimension = Rows and columns must differ, and not both be terms of one vocabulary, as programmes and axes are: choose another dimension for the columns, or none.
too-many-fields = The table would have more than { $most } fields: choose a shorter interval, one organization, a smaller territory, or another dimension.
unknown-edition = No edition is called { $value }: give a quarter, such as 2026-Q1, or a year, such as 2026.
cell-coordinates = A number stands where one row and one column cross: give at most two coordinates, each of another dimension and vocabulary, or PROGRAMME, TERRITORY and MONTH for what crosses in the INDH report; none for the total.
unknown-member = { $known ->
    [none] The report has no { $value } under { $dimension }: give the key of a row or column as hoursReport returns it, its code, or NONE.
   *[other] The report has no { $value } under { $dimension }, which tells { $known } and others apart: give one of these, the key of a row or column as hoursReport returns it, or NONE.
}
job-failed = It failed { $attempts } times on our side: try again later, or tell the administrator of the platform.
contract-under-age = Contractual volunteering is for people of { $least } or more: on { $day }, the first day, the volunteer is younger. Begin later, or correct the day of birth in the record.
contract-birth-date = The age on the first day cannot be checked: enter the day of birth in the volunteer’s record first.
contract-signed-late = The contract was signed on { $signed }, after its first day: let it begin on { $signed } or later.
contract-not-accredited = A private organization needs an accreditation that holds on { $day }, the first day: record it (recordAccreditation) or begin later. A public body needs none: say so in the kind of the organization.
contract-overlap = The contract { $number } of this volunteer for the same mission runs from { $from } to { $to }: end it first, choose other days, or name another mission.
contract-incident = An incident of { $day } is recorded under this contract: let the contract cover that day, or take the incident back (recordIncident with voidReason).
incident-day = An incident happens on a day of its contract, and not in the future: the contract { $number } runs from { $from } to { $to }, and today is { $today }.
incident-days-lost = { $severity } does not go with { $days } lost days: temporary incapacity loses at least one day, permanent incapacity any number; what did no harm or cost no time, and a death, have none.
mend-iris-code = A code of IRIS+ has two capital letters and four digits, such as OI1166.
mend-indicator-code = Take letters from A to Z, digits, -, _ and . alone, such as JOBS-2026.
mend-whole-number = The indicator counts: give a whole number, such as 12.
mend-amount = Give an amount with two decimals at most, such as 1250.50.
mend-yes-or-no = Give 1 for yes or 0 for no.
mend-number = Give a number with six decimals at most, below 9000000000000, such as 12.5.
mend-denominator = A PERCENTAGE is a part of a whole: give the part as value and the whole as denominator.
mend-no-denominator = Only an indicator of the type PERCENTAGE has a whole: leave it out.
mend-not-added = What is PERCENTAGE or YES_NO is never added: take others for overTime and overPlace than SUM, such as AVERAGE.
mend-cumulative-last = A CUMULATIVE value holds all that came before it: take LAST for overTime.
mend-not-broken-down = The indicator is not broken down: leave parts out.
mend-category-once = Name each category of a dimension once, with all that belongs to it.
mend-own-dimension = CUSTOM is the vocabulary that an indicator names: give its code, such as ICNP_TSO, or leave CUSTOM out.
mend-shares-follow = New shares follow those laid down last, which begin on { $since }: figures of before stay as they were. Give { $least } or a later day.
mend-shares-closed = Its hours keep the shares that they were closed with: give a day after the last closed month with hours of the project.
mend-title-or-none = A title may be left out, but not blank.
mend-rows-of-hours = The report HOURS is told by rows: name a dimension, such as PROGRAMME or MONTH.
mend-place = Name a territory by its code, such as MA, 07 or 07.041. Only CONTRACTUAL_VOLUNTEERING and DATA_QUALITY go without, where an organization is named.
mend-one-organization = You may not count all of this territory, and an answer of some organizations is not frozen: name one whose figures you may read.
nothing-to-certify = The volunteer has no approved hours in this interval: have them approved first, or choose other days.
nothing-measured = No project has an approved measurement or a target in this interval: have measurements approved first, or choose other days.
certificate-revoked = The certificate was taken back already, and that is for good: issue a new one.
holder-chooses = Only the holder lets more of a certificate be shown: leave out what was not shown before.
mend-cron-fields = Give five fields: minute, hour, day of the month, month, day of the week, such as 0 7 1 * * for seven o’clock on the first of each month.
mend-cron-minute = Give one minute from 0 to 59 as the first field: a schedule is due once an hour at most.
mend-cron-never = No day has this date: give one that the calendar has.
webhook-url = Nothing is posted to “{ $value }”.
too-many-webhooks = The organization has { $most } webhooks already: delete one first.
too-many-api-tokens = You have { $most } API tokens in force or made within a day: revoke one first, or wait.
too-many-consents = At most { $most } words about one record or account are written down within a day: the last one holds; try again tomorrow.
account-of-another = Under their own account the person alone says something: say how they told you, PAPER, ONLINE or SPOKEN.
token-scope = The API token lacks a scope that `{ $field }` asks for ({ $scope }): make one that has it.
token-never = No API token may do this: sign in.
webhook-disabled = The webhook is disabled since it failed for too long: enable it first.
mend-webhook-url = Give a whole URL such as https://example.org/hooks, of at most 2000 characters, without a user, a password or a part behind #.
mend-webhook-https = Give a URL that begins with https://.
mend-webhook-port = Give port 443, or one from 1024 on.
mend-webhook-public = Give a host that everybody reaches: addresses of private networks and of the machine itself are not taken.
store-refused = The store of deliveries lets nobody in: ask whoever runs the server to mend deliveries.s3_key_id and deliveries.s3_secret, then try again.
erasure-open = A request to erase this data is open already: decide it, or take it back.
erasure-state = This request was decided, taken back or done already: look at its status.
account-held = Organizations still have you: leave them, and have your records erased first. An owner hands the organization over before.
record-erased = The personal data of this record was erased: make a new record for the person instead.
