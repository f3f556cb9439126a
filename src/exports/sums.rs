//! Which columns of a section may be added up, by what the report says of its measures.
//!
//! Nothing is added here: formats may, where a column says so.

use crate::exports::table::Column;
use crate::reports::additivity::Additivity;
use crate::reports::additivity::Dimension;
use crate::reports::additivity::Measure;
use crate::reports::additivity::Rule;

/// Columns of a section whose rows lie along these dimensions: those may be added up whose measure may be over
/// every one of them.
pub(super) fn summed(mut columns: Vec<Column>, rules: &[Rule], over: &[Dimension]) -> Vec<Column> {
    let adds = |measure: Measure, dimension: Dimension| {
        rules.iter().any(|it| {
            it.measure == measure
                && it.dimension == dimension
                && it.additivity == Additivity::Additive
        })
    };
    for column in &mut columns {
        column.sum = measure(column.key)
            .is_some_and(|measure| over.iter().all(|dimension| adds(measure, *dimension)));
    }
    columns
}

/// Columns of a section, those of these names added up: of reports whose tables say for themselves what of them is
/// additive.
pub(super) fn summed_by_name(mut columns: Vec<Column>, additive: &[&str]) -> Vec<Column> {
    for column in &mut columns {
        column.sum = additive.contains(&column.key);
    }
    columns
}

/// What a column measures; `None` for what names a row, and for what no report says anything of.
fn measure(key: &str) -> Option<Measure> {
    Some(match key {
        // Printed hours are rounded so that they add up.
        "minutes"
        | "hours"
        | "selfDeclaredMinutes"
        | "coordinatorAttestedMinutes"
        | "importedMinutes"
        | "checkedInMinutes"
        | "checkedInAndOutMinutes" => Measure::Minutes,
        "touchedMinutes" => Measure::TouchedMinutes,
        "entries" => Measure::Entries,
        "participations" => Measure::Participations,
        "distinctVolunteers" => Measure::DistinctVolunteers,
        "projects" => Measure::Projects,
        "organizations" => Measure::Organizations,
        "expected" | "reporting" | "declaredZero" | "late" => Measure::OrganizationMonths,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::summed;
    use crate::exports::table::Column;
    use crate::reports::additivity::Dimension;
    use crate::reports::additivity::of_indh;

    fn sums(over: &[Dimension]) -> Vec<&'static str> {
        let keys = [
            "month",
            "minutes",
            "hours",
            "touchedMinutes",
            "entries",
            "distinctVolunteers",
            "late",
        ];
        let columns = keys.map(|key| Column {
            key,
            header: key.to_owned(),
            sum: false,
        });
        let columns = summed(columns.to_vec(), &of_indh(), over);
        columns
            .iter()
            .filter(|it| it.sum)
            .map(|it| it.key)
            .collect()
    }

    #[test]
    fn what_may_stand_in_several_rows_is_not_added_up() {
        assert_eq!(sums(&[Dimension::Programme]), ["minutes", "hours"]);
        assert_eq!(
            sums(&[Dimension::Territory]),
            ["minutes", "hours", "touchedMinutes", "entries", "late"]
        );
        let crossing = [Dimension::Month, Dimension::Territory, Dimension::Programme];
        assert_eq!(sums(&crossing), ["minutes", "hours"]);
    }
}
