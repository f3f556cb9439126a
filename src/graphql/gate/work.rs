//! What fields cost that compute much, whatever they give: the one table of it.
//!
//! What objects and pages cost is in `measure`.

/// Points for a field's own work, by its type and name: about one for each millisecond that it takes on the
/// demonstration data (for the whole country, where it is of a territory) in a build without optimization. Root
/// fields that are not here are plain lookups and pages.
const POINTS: [(&str, &str, usize); 26] = [
    ("Query", "completeness", 50),
    ("Query", "contractualVolunteeringReport", 50),
    ("Query", "dataQualityReport", 300),
    ("Query", "duplicateCandidates", 20),
    ("Query", "explainCell", 200),
    ("Query", "hoursReport", 150),
    ("Query", "indhReport", 200),
    ("Query", "indicatorProgress", 50),
    ("Query", "ledgerProof", 20),
    ("Query", "previewHourEntry", 20),
    ("Query", "publicStatistics", 20),
    ("Query", "sdgReport", 250),
    ("Query", "snapshotDiff", 300),
    ("Query", "verifyLedger", 700),
    ("Query", "volunteerStatement", 50),
    ("Query", "volunteerWorkReport", 250),
    // It computes what it freezes.
    ("Mutation", "createSnapshot", 500),
    // Parts of reports that are computed only where they are asked for.
    ("IndhReport", "beneficiaries", 50),
    ("IndhReport", "comparison", 300),
    ("IndhReport", "completeness", 100),
    ("IndhReport", "completenessElsewhere", 100),
    ("IndhReport", "indicators", 200),
    ("IndhReport", "valueOfWork", 150),
    ("SdgReport", "completeness", 100),
    ("SdgReport", "indicators", 200),
    ("SdgReport", "valueOfWork", 150),
];

/// Points of a root field from which on it is dear: it runs apart, and few of them stand in one operation.
const DEAR: usize = 50;

/// Most dear root fields of an operation: what one page of figures shows.
pub const DEAR_MOST: usize = 5;

/// How an operation is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// At once, where its request is taken.
    Plain,
    /// Apart, in its turn: it computes much.
    Dear,
    /// Apart, in its turn: it asks for the schema's own description, which does not pause until it is made.
    Description,
}

/// Points for a field's own work; 0 where it is plain.
pub fn points(parent: &str, field: &str) -> usize {
    POINTS
        .iter()
        .find(|(of, name, _)| *of == parent && *name == field)
        .map_or(0, |(.., points)| *points)
}

/// Whether a root field is dear.
pub fn is_dear(root: &str, field: &str) -> bool {
    points(root, field) >= DEAR
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;

    use super::POINTS;
    use super::points;

    /// Root fields that give what is there by its name or code, or one list of it.
    const PLAIN: [&str; 15] = [
        "activity",
        "hourEntry",
        "indicator",
        "node",
        "nodes",
        "organization",
        "project",
        "serverInfo",
        "signInProviders",
        "syncChanges",
        "territory",
        "verifyCertificate",
        "viewer",
        "vocabularies",
        "volunteer",
    ];

    #[test]
    fn every_root_field_that_is_no_lookup_or_page_has_its_points() {
        let schema = Schema::parse_and_validate(crate::graphql::sdl(), "schema").unwrap();
        let root = schema.get_object("Query").unwrap();
        for (name, field) in &root.fields {
            let page = field.ty.inner_named_type().ends_with("Connection");
            let plain = PLAIN.contains(&name.as_str());
            let told = points("Query", name) > 0;

            assert!(!(plain && told), "{name} is both plain and dear");
            assert!(plain || page || told, "{name} has no row in POINTS");
        }
    }

    #[test]
    fn every_row_is_of_a_field() {
        let schema = Schema::parse_and_validate(crate::graphql::sdl(), "schema").unwrap();
        for (index, (parent, field, points)) in POINTS.iter().enumerate() {
            let object = schema.get_object(parent).unwrap();

            assert!(object.fields.contains_key(*field), "{parent}.{field}");
            assert!(*points > 0);
            let mut before = POINTS.iter().take(index);
            assert!(!before.any(|it| it.0 == *parent && it.1 == *field));
        }
    }
}
