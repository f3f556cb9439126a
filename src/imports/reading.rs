//! One row while it is read: its values, and what is wrong with them.
//!
//! What the values mean together is in `plan` and `register`.

use chrono::DateTime;
use chrono::Days;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::Utc;

use crate::imports::columns::Column;
use crate::imports::columns::Layout;
use crate::imports::outcome::Problem;
use crate::imports::values;
use crate::imports::values::ClockTime;
use crate::imports::values::DateError;
use crate::imports::values::DateFormat;
use crate::platform::text::turns;
use crate::platform::zones::Zone;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// One row while it is read; gathers what is wrong with it.
pub struct Reading<'a> {
    layout: &'a Layout,
    fields: &'a [String],
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    /// Begins to read a row that is as wide as its header and holds no errors of a spreadsheet.
    ///
    /// # Errors
    /// The problems of a row that is not, or does.
    pub fn of(layout: &'a Layout, fields: &'a [String]) -> Result<Self, Vec<Problem>> {
        if fields.len() != layout.width() {
            return Err(vec![Problem {
                column: None,
                value: None,
                refusal: Refusal::new(Code::WrongColumns)
                    .with("found", fields.len())
                    .with("expected", layout.width()),
            }]);
        }
        let mut reading = Self {
            layout,
            fields,
            problems: Vec::new(),
        };
        for column in layout.meant() {
            let value = layout.value(fields, column);
            if let Some(value) = value.filter(|it| values::is_cell_error(it)) {
                reading.refuse(column, Refusal::new(Code::CellError).with("value", value));
            }
        }
        // What else is wrong with the row follows from it.
        reading.checked()
    }

    /// The reading so far.
    ///
    /// # Errors
    /// All that is wrong.
    fn checked(self) -> Result<Self, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(self)
        } else {
            Err(self.problems)
        }
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.problems.is_empty()
    }

    /// All that is wrong.
    #[must_use]
    pub fn problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn done(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }

    /// The value of a column, where one stands there.
    pub fn value(&self, column: Column) -> Option<&'a str> {
        self.layout.value(self.fields, column)
    }

    /// The value of a column as a text of one line: what a spreadsheet breaks over lines within a cell, and what it
    /// wraps in signs that turn its direction, is written without them.
    pub fn line(&self, column: Column) -> Option<String> {
        let words: Vec<String> = self
            .value(column)?
            .split_whitespace()
            .map(|word| word.chars().filter(|it| !turns(*it)).collect())
            .filter(|word: &String| !word.is_empty())
            .collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// The value of a column that must have one.
    pub fn required(&mut self, column: Column) -> Option<&'a str> {
        let value = self.value(column);
        if value.is_none() {
            self.refuse(column, Refusal::new(Code::Required));
        }
        value
    }

    /// Notes what is wrong with a column.
    pub fn refuse(&mut self, column: Column, refusal: Refusal) {
        self.problems
            .push(problem(self.layout, self.fields, column, refusal));
    }

    /// Notes that a column's value cannot be read.
    pub fn wrong(&mut self, column: Column) {
        let value = self.value(column).unwrap_or_default();
        self.refuse(
            column,
            Refusal::new(Code::InvalidFormat).with("value", value),
        );
    }

    /// Titles of columns, as the file writes them.
    pub fn titles(&self, columns: &[Column]) -> String {
        let titles: Vec<&str> = columns
            .iter()
            .filter_map(|it| self.layout.title(*it))
            .collect();
        titles.join(", ")
    }

    /// A whole number.
    pub fn number(&mut self, column: Column) -> Option<i32> {
        let text = self.value(column)?;
        // A break may be written as a duration too.
        let number = match column {
            Column::Break => values::duration(text),
            _ => values::count(text),
        };
        if number.is_none() {
            self.wrong(column);
        }
        number
    }

    /// A civil date.
    pub fn date(&mut self, column: Column, format: DateFormat) -> Option<NaiveDate> {
        let text = self.value(column)?;
        match values::date(text, format) {
            Ok(date) => Some(date),
            Err(DateError::Undeclared) => {
                self.refuse(column, Refusal::new(Code::DateFormat).with("value", text));
                None
            }
            Err(DateError::Wrong) => {
                self.wrong(column);
                None
            }
        }
    }

    /// Start and end of an interval; an end that is not after the start is on the next day.
    pub fn span(
        &mut self,
        date: Option<NaiveDate>,
        zone: &Zone,
    ) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        if self.value(Column::Start).is_none() && self.value(Column::End).is_none() {
            return None;
        }
        let start = self.clock(Column::Start);
        let end = self.clock(Column::End);
        let (start, end, date) = (start?, end?, date?);
        if start == end {
            self.refuse(Column::End, Refusal::new(Code::NoDuration));
            return None;
        }
        let ClockTime::At(begins) = start else {
            self.wrong(Column::Start);
            return None;
        };
        let next = date.checked_add_days(Days::new(1))?;
        let (ends_on, ends) = match end {
            ClockTime::EndOfDay => (next, NaiveTime::MIN),
            ClockTime::At(ends) if ends > begins => (date, ends),
            ClockTime::At(ends) => (next, ends),
        };
        let started_at = self.instant(Column::Start, zone, date, begins);
        let ended_at = self.instant(Column::End, zone, ends_on, ends);
        Some((started_at?, ended_at?))
    }

    fn clock(&mut self, column: Column) -> Option<ClockTime> {
        let text = self.required(column)?;
        let time = values::clock_time(text);
        if time.is_none() {
            self.wrong(column);
        }
        time
    }

    fn instant(
        &mut self,
        column: Column,
        zone: &Zone,
        day: NaiveDate,
        time: NaiveTime,
    ) -> Option<DateTime<Utc>> {
        let local = day.and_time(time);
        let instant = zone.instant_of(local);
        if instant.is_err() {
            let value = local.format("%Y-%m-%d %H:%M");
            self.refuse(
                column,
                Refusal::new(Code::AmbiguousTime).with("value", value),
            );
        }
        instant.ok()
    }
}

/// A refusal at a column of a row.
#[must_use]
pub fn problem(layout: &Layout, fields: &[String], column: Column, refusal: Refusal) -> Problem {
    Problem {
        column: layout.title(column).map(str::to_owned),
        value: layout.value(fields, column).map(str::to_owned),
        refusal,
    }
}
