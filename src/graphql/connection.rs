//! Relay connections: arguments in, edges and page out.
//!
//! Pages by key themselves are in `platform/page.rs`; statements in the areas.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::Enum;
use async_graphql::Error;
use async_graphql::Object;
use async_graphql::OutputType;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::TypeName;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::graphql::error::contradiction;
use crate::graphql::error::fault;
use crate::graphql::error::out_of_range;
use crate::identity::Ctx;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most rows of a page.
pub const PAGE_MOST: u64 = 100;
/// Most characters that are searched for.
const SEARCH_MOST: usize = 100;
/// Rows of a page where neither `first` nor `last` is given.
pub const PAGE_DEFAULT: u64 = 20;

/// The arguments of a connection as clients give them.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// Rows from the start.
    pub first: Option<i32>,
    /// Only rows after this cursor.
    pub after: Option<String>,
    /// Rows from the end.
    pub last: Option<i32>,
    /// Only rows before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// The page asked for in a list of this order. A cursor belongs to the order it came from:
    /// `order` names list and direction, as in `hours.worked_on.desc`.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for `first` with `last`, `after` with `last`, `before` with `first`, a
    /// size outside 1 to 100, a cursor of another list.
    pub fn page<K: DeserializeOwned>(&self, order: &str) -> Result<Page<K>> {
        if self.first.is_some() && self.last.is_some() {
            return Err(contradiction("first", "first, last"));
        }
        let backward = self.last.is_some() || (self.before.is_some() && self.first.is_none());
        if backward && self.after.is_some() || !backward && self.before.is_some() {
            return Err(match (self.first, self.last) {
                (None, None) => contradiction("after", "after, before"),
                (None, Some(_)) => contradiction("after", "after, last"),
                (Some(_), _) => contradiction("before", "before, first"),
            });
        }
        let limit = match self.first.or(self.last) {
            None => PAGE_DEFAULT,
            Some(asked) => u64::try_from(asked)
                .ok()
                .filter(|it| (1..=PAGE_MOST).contains(it))
                .ok_or_else(|| {
                    let field = if self.first.is_some() {
                        "first"
                    } else {
                        "last"
                    };
                    out_of_range(field, 1, PAGE_MOST)
                })?,
        };
        let from = if backward {
            From::End(cursor("before", self.before.as_deref(), order)?)
        } else {
            From::Start(cursor("after", self.after.as_deref(), order)?)
        };
        Ok(Page { limit, from })
    }
}

/// What a list is searched for. Longer texts find nothing that shorter ones do not, and no database
/// compares texts without end.
///
/// # Errors
/// More than 100 characters.
pub fn searched(search: Option<String>) -> Result<Option<String>, Refusal> {
    bounded("search", search, SEARCH_MOST)
}

/// A text by which a list is narrowed, if it is not longer than anything that it could match.
///
/// # Errors
/// More characters than that.
pub fn bounded(field: &str, text: Option<String>, most: usize) -> Result<Option<String>, Refusal> {
    let long = |it: &String| it.chars().count() > most;
    if text.as_ref().is_some_and(long) {
        return Err(Refusal::of(Code::TooLong, field).with("most", most));
    }
    Ok(text)
}

fn cursor<K: DeserializeOwned>(field: &str, text: Option<&str>, order: &str) -> Result<Option<K>> {
    let Some(text) = text else { return Ok(None) };
    let read = || -> Option<K> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (of, key): (String, K) = serde_json::from_slice(&bytes).ok()?;
        (of == order).then_some(key)
    };
    read()
        .map(Some)
        .ok_or_else(|| Refusal::of(Code::ForeignCursor, field).into())
}

fn write_cursor<K: Serialize>(order: &str, key: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(order, key)).unwrap_or_default())
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether rows lie before this page.
    pub has_previous_page: bool,
    /// Whether rows lie after this page.
    pub has_next_page: bool,
    /// Cursor of the first row; null for an empty page.
    pub start_cursor: Option<String>,
    /// Cursor of the last row; null for an empty page.
    pub end_cursor: Option<String>,
}

/// One row of a page with its place.
pub struct Edge<T> {
    cursor: String,
    node: Arc<T>,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Edge", T::type_name()))
    }
}

/// One row of a page with its place in the list.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The row's place, for `after` and `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The row.
    async fn node(&self) -> &T {
        &self.node
    }
}

/// Counts the whole list, when somebody asks.
pub type TotalCount = Box<dyn Fn() -> BoxFuture<'static, Result<i64>> + Send + Sync>;

/// A count that runs when somebody asks for it.
pub fn total<F, C>(ctx: &Ctx, count: C) -> TotalCount
where
    F: Future<Output = Result<u64, DbErr>> + Send + 'static,
    C: Fn(Ctx) -> F + Send + Sync + 'static,
{
    let ctx = ctx.clone();
    let count = Arc::new(count);
    Box::new(move || {
        let (ctx, count) = (ctx.clone(), Arc::clone(&count));
        Box::pin(async move {
            let number = count(ctx.clone()).await.map_err(|it| fault(&ctx, &it))?;
            Ok(i64::try_from(number).unwrap_or(i64::MAX))
        })
    })
}

/// A count that is known already.
pub fn counted(number: i64) -> TotalCount {
    Box::new(move || Box::pin(async move { Ok(number) }))
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::platform::page::Direction")]
pub enum OrderDirection {
    /// Smallest or oldest first.
    #[graphql(name = "ASC")]
    Ascending,
    /// Largest or newest first.
    #[graphql(name = "DESC")]
    Descending,
}

/// One page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    has_previous: bool,
    has_next: bool,
    total: TotalCount,
}

impl<T> Connection<T> {
    /// The connection of a page. `key` gives a row's place, `node` its type for clients; `total`
    /// runs only when `totalCount` is selected.
    pub fn new<R, K: Serialize>(
        slice: Slice<R>,
        order: &str,
        key: impl Fn(&R) -> K,
        node: impl Fn(R) -> T,
        total: TotalCount,
    ) -> Self {
        Self {
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            edges: slice
                .rows
                .into_iter()
                .map(|row| Edge {
                    cursor: write_cursor(order, &key(&row)),
                    node: Arc::new(node(row)),
                })
                .collect(),
            total,
        }
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Connection", T::type_name()))
    }
}

/// One page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The rows with their places.
    pub async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The rows.
    pub async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|it| &*it.node).collect()
    }

    /// Where the page stands in its list.
    pub async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|it| it.cursor.clone()),
            end_cursor: self.edges.last().map(|it| it.cursor.clone()),
        }
    }

    /// Number of rows of the whole list, all pages together. Counted only when selected.
    pub async fn total_count(&self) -> Result<i64, Error> {
        (self.total)().await
    }
}

#[cfg(test)]
mod tests {
    use super::PageArguments;
    use super::write_cursor;
    use crate::platform::page::From;

    fn asked(first: Option<i32>, after: Option<&str>) -> PageArguments {
        PageArguments {
            first,
            after: after.map(str::to_owned),
            ..PageArguments::default()
        }
    }

    #[test]
    fn a_cursor_reads_back_only_in_its_own_order() {
        let cursor = write_cursor("things.name.asc", &("a", 1));
        let page = asked(Some(5), Some(&cursor))
            .page::<(String, i32)>("things.name.asc")
            .unwrap();

        assert_eq!(page.from, From::Start(Some(("a".to_owned(), 1))));
        assert!(
            asked(Some(5), Some(&cursor))
                .page::<(String, i32)>("things.name.desc")
                .is_err()
        );
    }

    #[test]
    fn page_sizes_have_bounds() {
        for size in [0, -1, 101, i32::MAX] {
            assert!(asked(Some(size), None).page::<i32>("x").is_err(), "{size}");
        }
    }
}
