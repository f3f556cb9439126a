#!/bin/sh
# The way of every hour with curl alone, against a server with demonstration data: a volunteer logs
# 150 minutes, a coordinator approves them, and the region's figures show exactly those minutes more.
# The documents are those of the contract, with ids, days and a selection of fields filled in.
#
#   journey.sh http://127.0.0.1:8080
#
# Needs curl, and node to take values out of answers.
set -eu

url=${1:?usage: journey.sh URL}
password=tiwizi-demo

fail() {
    printf 'journey: %s\n' "$1" >&2
    exit 1
}

# ask TOKEN DOCUMENT: the answer; a GraphQL error ends the journey.
ask() {
    body=$(DOCUMENT=$2 node -e 'console.log(JSON.stringify({ query: process.env.DOCUMENT }))')
    if [ -n "$1" ]; then
        answer=$(curl --silent --show-error --max-time 30 "$url/graphql" \
            -H 'Content-Type: application/json' -H 'Accept-Language: en' \
            -H "Authorization: Bearer $1" --data "$body")
    else
        answer=$(curl --silent --show-error --max-time 30 "$url/graphql" \
            -H 'Content-Type: application/json' -H 'Accept-Language: en' --data "$body")
    fi
    case $answer in
        '{"data":'*) ;;
        *) fail "refused: $answer" ;;
    esac
    case $answer in
        *'"errors":'*) fail "refused: $answer" ;;
    esac
}

# pick EXPRESSION: a value of the last answer's data, `it`; empty where there is none.
pick() {
    ANSWER=$answer node -e "
        const it = JSON.parse(process.env.ANSWER).data;
        const value = $1;
        console.log(value ?? '');
    "
}

# sign_in NAME: an access token.
sign_in() {
    ask '' 'mutation { signIn(input: {email: "'"$1"'@example.org", password: "'"$password"'"}) {
        session { accessToken refreshToken expiresAt } viewer { user { id email } } userErrors { code message path } } }'
    token=$(pick 'it.signIn.session?.accessToken')
    [ -n "$token" ] || fail "$1 cannot sign in: $answer"
}

# report TOKEN: minutes and entries of the region's approved hours.
report() {
    ask "$1" 'query { indhReport(input: {territoryCode: "07", from: "'"$from"'", to: "'"$today"'"}) {
        territory { code name } timeBasis { zone } statusBasis asOf
        totals { minutes entries participations distinctVolunteers projects organizations }
        byProgramme { term { code name } minutes distinctVolunteers projects }
        byTerritory { territory { code name } minutes distinctVolunteers projects }
        byMonth { month minutes }
        completeness { expected reporting declaredZero late } } }'
    minutes=$(pick 'it.indhReport.totals.minutes')
    entries=$(pick 'it.indhReport.totals.entries')
    # What is broken down adds up to the total, to the minute.
    footed=$(pick '["byProgramme", "byTerritory", "byMonth"].every((name) =>
        it.indhReport[name].reduce((sum, row) => sum + row.minutes, 0) === it.indhReport.totals.minutes)')
    [ "$footed" = true ] || fail "breakdowns do not add up: $answer"
}

days=$(node -e '
    const day = (back) => new Date(Date.now() - back * 86400000).toISOString().slice(0, 10);
    console.log(Array.from({ length: 21 }, (_, back) => day(back)).join(" "))')
today=${days%% *}
from=$(node -e 'console.log(new Date(Date.now() - 60 * 86400000).toISOString().slice(0, 8) + "01")')

sign_in observer
observer=$token
report "$observer"
before=$minutes
entries_before=$entries

sign_in volunteer
volunteer=$token
ask "$volunteer" '{ volunteers(first: 1) { nodes { id } } projects(first: 20) { nodes { id } } }'
record=$(pick 'it.volunteers.nodes[0]?.id')
projects=$(pick 'it.projects.nodes.map((project) => project.id).join(" ")')
[ -n "$record" ] || fail "the volunteer has no record: $answer"

# The demonstration data fill some days and end some projects: the first free day of a running one.
entry=
for project in $projects; do
    for day in $days; do
        ask "$volunteer" 'mutation { createHourEntry(input: {volunteerId: "'"$record"'", projectId: "'"$project"'", workedOn: "'"$day"'", minutes: 150,
            description: "Journey", idempotencyKey: "journey-'"$$-$project-$day"'", submit: true}) {
          hourEntry { id status version workedOn minutes evidenceLevel canEdit { allowed rule reason } } userErrors { code message path rule } } }'
        entry=$(pick 'it.createHourEntry.hourEntry?.id')
        [ -z "$entry" ] || break 2
    done
done
[ -n "$entry" ] || fail "no day takes 150 minutes: $answer"
[ "$(pick 'it.createHourEntry.hourEntry.status')" = SUBMITTED ] || fail "not handed in: $answer"

report "$observer"
[ "$minutes" -eq "$before" ] || fail 'hours count before anybody approved them'

sign_in coordinator
ask "$token" 'mutation { approveHourEntries(input: {ids: ["'"$entry"'"]}) { results { hourEntry { id status } userErrors { code message } } } }'
[ "$(pick 'it.approveHourEntries.results[0].hourEntry?.status')" = APPROVED ] || fail "not approved: $answer"

report "$observer"
[ "$minutes" -eq $((before + 150)) ] || fail "the region shows $minutes minutes, $before before"
[ "$entries" -eq $((entries_before + 1)) ] || fail "the region shows $entries entries, $entries_before before"
printf 'the region shows %s minutes, 150 more than before\n' "$minutes"
