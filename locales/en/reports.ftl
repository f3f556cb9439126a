report-report = Report
report-indh = Volunteer hours by INDH programme
report-territory-code = Territory code
report-territory = Territory
report-organization = Organization
report-from = From
report-to = To
report-coverage = Coverage
report-coverage-territory = All hours of the territory
report-coverage-organizations = Only hours of the organization asked for, or of yours
report-coverage-observed = Hours of your organizations, and all of the parts of the territory that you observe
report-status-basis = States counted
report-as-of = As of
report-time-zone = Time zone
report-week-start = First day of the week
report-day-rule = Day rule
report-totals = Totals
report-by-programme = By programme
report-by-territory = By territory
report-by-month = By month
report-completeness = Completeness, in organization-months
report-programme-code = Programme code
report-programme = Programme
report-no-programme = Without a programme
report-month = Month
report-minutes = Minutes
report-hours = Hours
report-group-minutes = Minutes of groups
report-entries = Entries
report-participations = Participations
report-distinct-volunteers = Distinct volunteers
report-projects = Projects
report-organizations = Organizations
report-expected = Expected
report-reporting = Reported with hours
report-declared-zero = Declared without hours
report-late = Late
report-by-evidence = By evidence
report-evidence-level = Evidence level
report-evidence = Evidence
report-self-declared = Declared by the volunteer
report-coordinator-attested = Attested by a coordinator
report-imported = From a file
report-checked-in = Checked in at the place
report-checked-in-and-out = Checked in and out at the place
report-status = { $status ->
    [DRAFT] Drafts
    [SUBMITTED] Handed in
    [APPROVED] Approved
    [RETURNED] Returned
   *[other] { $status }
}
report-week-start-monday = Monday
report-day-rule-midnight = Work over midnight is shared out at local midnight
