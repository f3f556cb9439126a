//! Pages by key: where a page begins, how many rows it has, whether more lie beyond.
//!
//! Offsets do not exist here. How clients write a cursor is in `graphql/connection.rs`.

use sea_orm::EntityTrait;
use sea_orm::Order;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::SimpleExpr;

/// Which rows are asked for: `limit` of them beyond a key, in the list's order or against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// How many rows.
    pub limit: u64,
    /// From which end.
    pub from: From<K>,
}

/// The end from which a page is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From<K> {
    /// The first rows after a key, or of the whole list.
    Start(Option<K>),
    /// The last rows before a key, or of the whole list.
    End(Option<K>),
}

/// The rows of a page, in the list's order.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether rows lie before the first.
    pub has_previous: bool,
    /// Whether rows lie after the last.
    pub has_next: bool,
}

impl<T> Slice<T> {
    /// The same page of other things.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            rows: self.rows.into_iter().map(each).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }
}

impl<K> Page<K> {
    /// The first rows of a list.
    #[must_use]
    pub fn first(limit: u64) -> Self {
        Self {
            limit,
            from: From::Start(None),
        }
    }

    /// Narrows a statement to the page, with one row more that shows whether more lie beyond.
    ///
    /// `columns` is the order of the list, ending in a unique column; all of them run in
    /// `direction`, so that one comparison of rows finds the place in the index. `values` gives a
    /// key's values in the same order.
    pub fn narrow<E: EntityTrait>(
        &self,
        mut select: Select<E>,
        columns: &[SimpleExpr],
        direction: Direction,
        values: impl Fn(&K) -> Vec<SimpleExpr>,
    ) -> Select<E> {
        let (key, walk) = match &self.from {
            From::Start(key) => (key, direction),
            From::End(key) => (key, direction.reversed()),
        };
        if let Some(key) = key {
            let columns = Expr::tuple(columns.iter().cloned());
            let values = Expr::tuple(values(key));
            select = select.filter(match walk {
                Direction::Ascending => columns.gt(values),
                Direction::Descending => columns.lt(values),
            });
        }
        let order = match walk {
            Direction::Ascending => Order::Asc,
            Direction::Descending => Order::Desc,
        };
        for column in columns {
            select = select.order_by(column.clone(), order.clone());
        }
        select.limit(self.limit.saturating_add(1))
    }

    /// The page of the rows that the narrowed statement found.
    #[must_use]
    pub fn slice<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        match &self.from {
            From::Start(key) => Slice {
                rows,
                has_previous: key.is_some(),
                has_next: more,
            },
            From::End(key) => {
                rows.reverse();
                Slice {
                    rows,
                    has_previous: more,
                    has_next: key.is_some(),
                }
            }
        }
    }
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}
