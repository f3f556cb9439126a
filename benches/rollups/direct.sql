-- Hours of a year by month, region and programme, from entries: $1 and $2 are the first and the last day.
-- Minutes of programmes are in millionths, by share. Only entries over midnight have their days looked up.
-- Months are numbers, so that sorting them is quick.
with recursive climbed (term_id, id, code, level, parent_id) as (
    select id, id, code, level, parent_id from vocabulary_term where vocabulary = 'INDH'
    union all
    select below.term_id, above.id, above.code, above.level, above.parent_id
    from climbed below
    join vocabulary_term above on above.id = below.parent_id
    where below.level <> 'PROGRAMME'
),
programme as (
    select term_id,
        coalesce(max(code) filter (where level = 'PROGRAMME'), max(code) filter (where id = term_id)) as code
    from climbed
    group by term_id
),
share as (
    select held.project_id, held.valid_from, coalesce(held.valid_to, 'infinity') as valid_to,
        programme.code, sum(part.share_ppm)::int as ppm
    from tag_set held
    join tag_share part on part.tag_set_id = held.id
    join programme on programme.term_id = part.term_id
    where held.vocabulary = 'INDH' and (held.valid_to is null or held.valid_to > held.valid_from)
    group by held.project_id, held.valid_from, held.valid_to, programme.code
),
place as (
    select below.territory_id, min(region.code) as code
    from territory country
    join territory region on region.parent_id = country.id
    join territory_ancestor below on below.ancestor_id = region.id
    where country.code = 'MA'
    group by below.territory_id
),
worked as (
    select extract(year from entry.worked_on)::int * 12 + extract(month from entry.worked_on)::int - 1 as month, entry.territory_id, entry.project_id, entry.person_id,
        share.code, entry.total_minutes::bigint * coalesce(share.ppm, 1000000) as parts,
        entry.total_minutes as minutes, 1 as entries
    from hour_entry entry
    left join share on share.project_id = entry.project_id
        and share.valid_from <= entry.worked_on and entry.worked_on < share.valid_to
    where entry.status = 'APPROVED' and entry.worked_on = entry.ended_on and entry.worked_on between $1 and $2
    union all
    select extract(year from night.day)::int * 12 + extract(month from night.day)::int - 1, entry.territory_id, entry.project_id, entry.person_id,
        share.code, sum(night.minutes * coalesce(share.ppm, 1000000)),
        sum(night.minutes), 1
    from hour_entry entry
    join lateral (
        select day.day, day.minutes from hour_entry_day day
        where day.entry_id = entry.id and day.day between $1 and $2
        offset 0
    ) night on true
    left join share on share.project_id = entry.project_id
        and share.valid_from <= night.day and night.day < share.valid_to
    where entry.status = 'APPROVED' and entry.worked_on <> entry.ended_on
        and entry.worked_on <= $2 and entry.ended_on >= $1
    group by entry.id, 1, 2, 3, 4, 5
)
select (worked.month / 12)::text || '-' || lpad((worked.month % 12 + 1)::text, 2, '0') as month,
    coalesce(place.code, 'MA') as territory, worked.code as programme,
    sum(worked.parts)::bigint as parts, sum(worked.minutes)::bigint as minutes, sum(worked.entries)::bigint as entries,
    count(distinct worked.person_id) as people, count(distinct worked.project_id) as projects
from worked
left join place on place.territory_id = worked.territory_id
group by worked.month, coalesce(place.code, 'MA'), worked.code
order by 1, 2, 3
