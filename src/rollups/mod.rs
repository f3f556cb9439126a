//! Roll-ups: hours counted by project, place and month, folded from the ledger, so that a report adds
//! up cells and reads no entries.
//!
//! A cell is a function of the entries as they are at a position of the ledger; nothing is ever added
//! to one. What reports make of figures is in `reports`.

mod basis;
mod behind;
mod cell;
mod crossing;
mod field;
mod figures;
mod fold;
mod goals;
mod moved;
mod number;
mod past;
mod share;
mod sheet;
mod shelf;
mod store;
mod tally;
mod verdict;
mod verify;
mod work;

pub use basis::places;
pub use basis::programmes;
pub use behind::Behind;
pub use behind::DayBehind;
pub use behind::behind;
pub use crossing::Crossed;
pub use crossing::Dimension;
pub use crossing::Member;
pub use crossing::PARTS;
pub use crossing::crossed;
pub use field::Field;
pub use field::Lot;
pub use field::Portion;
pub use field::Sorted;
pub use field::sorted;
pub use figures::Asked;
pub use figures::Figures;
pub use figures::Worked;
pub use figures::figures;
pub use figures::months_with;
pub use figures::shares_of;
pub use figures::worked;
pub use fold::Folded;
pub use fold::fold;
pub use fold::fold_telling;
pub use fold::standing;
pub use goals::GoalCounted;
pub use goals::Served;
pub use goals::served;
pub use moved::Moved;
pub use moved::Movement;
pub use moved::Stand;
pub use moved::moved;
pub use share::Axis;
pub use share::PROGRAMME;
pub use share::Part;
pub use share::Programmes;
pub use share::Shares;
pub use share::WHOLE_PPM;
pub use sheet::refresh;
pub use store::at_work;
pub use tally::Counted;
pub use tally::Sums;
pub use tally::Tally;
pub use verdict::Out;
pub use verdict::Verdict;
pub use verdict::verdict;
pub use verify::Difference;
pub use verify::Verified;
pub use verify::rebuild;
pub use verify::verify;
pub use work::Place;
