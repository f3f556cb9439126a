//! Whether a text is a table, and whether a spreadsheet would take some of it for formulas.
//!
//! Tables that are imported are read elsewhere: here nothing is taken from one.

use crate::impact::evidence::kind::Unfit;

/// Looks into a text.
///
/// # Errors
/// [`Unfit`].
pub fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let text = std::str::from_utf8(bytes).map_err(|_unseen| Unfit::Kind)?;
    let text = text.trim_start_matches('\u{feff}');
    let first = text.trim_start();
    let odd = |it: char| it.is_control() && !['\t', '\r', '\n'].contains(&it);
    // What begins with a bracket is read as a page by whoever guesses.
    if first.is_empty() || first.starts_with('<') || text.contains(odd) {
        return Err(Unfit::Kind);
    }
    let head = first.lines().next().unwrap_or_default();
    let count = |it: &u8| head.bytes().filter(|byte| byte == it).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(count);
    let delimiter = delimiter.filter(|it| count(it) > 0).ok_or(Unfit::Kind)?;
    if head.trim_start().to_ascii_lowercase().starts_with("sep=") {
        // It would say of itself how it is cut.
        return Err(Unfit::Active("sep=".to_owned()));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for (row, record) in (1..).zip(reader.records()) {
        let record: csv::StringRecord =
            record.map_err(|_unseen: csv::Error| Unfit::Opaque(format!("{row}")))?;
        if let Some(cell) = record.iter().find(|it| is_formula(it)) {
            let begins: String = cell.trim_start().chars().take(20).collect();
            return Err(Unfit::Active(format!("{row}: {begins}")));
        }
    }
    // Programs cut tables in their own way: what only some of them compute is refused, too.
    let cells = text.split([',', ';', '\t', '|', '\r', '\n']);
    let computed = |it: &&str| it.trim_start_matches([' ', '"']).starts_with(['=', '@']);
    if let Some(cell) = cells.into_iter().find(computed) {
        return Err(Unfit::Active(cell.trim_start().chars().take(20).collect()));
    }
    Ok(())
}

/// Whether a spreadsheet computes a cell instead of showing it. Numbers and telephone numbers are shown.
fn is_formula(cell: &str) -> bool {
    let cell = cell.trim_start();
    match cell.chars().next() {
        Some('=' | '@') => true,
        Some('+' | '-') => {
            cell.chars()
                .skip(1)
                .any(|it| !it.is_ascii_digit() && !" .,-()/%\u{a0}\u{202f}".contains(it))
                && cell.chars().count() > 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_from_other_texts() {
        for taken in [
            "nom;heures\nAmina;3,5\n",
            "\u{feff}a,b\n-3,+212 6 00-00\n",
            "a\tb\n–,-\n",
        ] {
            assert_eq!(check(taken.as_bytes()), Ok(()), "{taken}");
        }
        for refused in [
            "<html>,</html>",
            " \n<svg a=',,'/>",
            "just words",
            "",
            "a,b\0c",
            "%!PS,x\u{1b}",
        ] {
            assert_eq!(check(refused.as_bytes()), Err(Unfit::Kind), "{refused}");
        }
        assert_eq!(check(b"a,b\xff"), Err(Unfit::Kind));
    }

    #[test]
    fn what_would_be_computed_is_refused() {
        for cell in [
            "=1+1",
            "=cmd|'/c calc'!A0",
            "@SUM(A1)",
            "+cmd|x",
            "-2+3+cmd",
            " =1",
        ] {
            let text = format!("a;b\nx;\"{cell}\"\n");
            assert!(
                matches!(check(text.as_bytes()), Err(Unfit::Active(_))),
                "{cell}"
            );
        }
        // Where another program cuts otherwise than we do.
        for text in [
            "a,b\nx;=cmd|'/c calc'!A0,1\n",
            "sep=|,\nx|=1,2\n",
            "a,b\nx|@SUM(A1),2\n",
        ] {
            let found = check(text.as_bytes());
            assert!(matches!(found, Err(Unfit::Active(_))), "{text}: {found:?}");
        }
    }
}
