//! The page of the public statistics: what it says and how its tables are laid out.
//!
//! It works without scripts; every choice is a link. What it shows was read in `open_data`.

use std::collections::BTreeMap;

use entity::types::StatisticsPart;

use crate::http::open_data_pictures;
use crate::http::open_data_pictures::Line;
use crate::http::page::Page;
use crate::platform::figures::grouped;
use crate::platform::i18n::Locale;
use crate::platform::markup::escaped;
use crate::statistics::read::Edition;
use crate::statistics::read::LICENCE;
use crate::statistics::read::LICENCE_URL;
use crate::statistics::read::Row;

/// What a page shows.
pub struct View<'a> {
    /// The language.
    pub locale: Locale,
    /// The language that was asked for in the address.
    pub wished: Option<Locale>,
    /// All editions, the newest first.
    pub editions: &'a [Edition],
    /// The one that is shown.
    pub edition: Option<&'a Edition>,
    /// A territory and those directly below it.
    pub rows: &'a [Row],
}

/// Minutes as hours and minutes.
pub(super) fn clocked(minutes: i64) -> String {
    format!("{}:{:02}", grouped(minutes / 60), minutes % 60)
}

impl View<'_> {
    fn say(&self, key: &str) -> String {
        escaped(&self.locale.sentence::<&str>(key, &[]))
    }

    fn say_with(&self, key: &str, values: &[(&str, String)]) -> String {
        escaped(&self.locale.sentence(key, values))
    }

    /// An address of the page: the present choice but for what is given.
    fn link(&self, edition: Option<&str>, territory: Option<&str>, locale: Locale) -> String {
        let mut words = Vec::new();
        let own = self.edition.map(|it| it.period.to_string());
        if let Some(edition) = edition.or(own.as_deref()) {
            words.push(format!("edition={edition}"));
        }
        if let Some(territory) = territory {
            words.push(format!("territory={territory}"));
        }
        if self.wished.is_some() || locale != self.locale {
            words.push(format!("lang={}", locale.tag()));
        }
        escaped(&format!("/open-data?{}", words.join("&")))
    }

    /// The name of a row's territory.
    fn territory(&self, row: &Row) -> String {
        let it = &row.territory;
        let name = self
            .locale
            .choose(&it.name_fr, Some(&it.name_ar), it.name_en.as_deref());
        match row.cell.part {
            StatisticsPart::Whole => escaped(name),
            StatisticsPart::Own => {
                self.say_with("open-data-own", &[("territory", name.to_owned())])
            }
        }
    }

    fn programme(&self, row: &Row) -> String {
        escaped(&self.called(row))
    }

    fn called(&self, row: &Row) -> String {
        let say = |key: &str| self.locale.sentence::<&str>(key, &[]);
        match &row.term {
            Some(it) => {
                let arabic = Some(it.name_ar.as_str());
                let name = self.locale.choose(&it.name_fr, arabic, Some(&it.name_en));
                name.to_owned()
            }
            None if row.is_total() => say("open-data-total"),
            None if row.is_without_programme() => say("open-data-none"),
            None => row.cell.programme.clone(),
        }
    }

    /// A figure, or the sign that it is kept back.
    fn figure(&self, figure: Option<String>) -> String {
        match figure {
            Some(figure) => format!("<td>{figure}</td>"),
            None => format!(
                "<td><abbr title=\"{}\">c</abbr></td>",
                self.say("open-data-kept")
            ),
        }
    }

    /// The head of a row: a place with a link to what lies below it, where that is more.
    fn head(&self, row: &Row, first: Option<&Row>) -> String {
        let name = self.territory(row);
        let is_first = first.is_some_and(|it| it.cell.territory_code == row.cell.territory_code);
        let opens = row.cell.part == StatisticsPart::Whole
            && !is_first
            && first.is_some_and(|it| it.cell.above_code.is_empty());
        if opens {
            let link = self.link(None, Some(&row.cell.territory_code), self.locale);
            format!("<th scope=\"row\"><a href=\"{link}\">{name}</a></th>")
        } else {
            format!("<th scope=\"row\">{name}</th>")
        }
    }

    /// The map of the places below, and the programmes of all of them; each figure stands in the tables.
    fn pictures(&self) -> String {
        let Some(first) = self.rows.first() else {
            return String::new();
        };
        let name = |row: &Row| {
            let it = &row.territory;
            let english = it.name_en.as_deref();
            let name = self.locale.choose(&it.name_fr, Some(&it.name_ar), english);
            name.to_owned()
        };
        let is_first = |it: &Row| it.cell.territory_code == first.cell.territory_code;
        let line = |row: &Row| Line {
            code: row.cell.territory_code.clone(),
            name: name(row),
            minutes: row.cell.minutes,
        };
        let whole = |it: &&Row| it.cell.part == StatisticsPart::Whole;
        let parts = self.rows.iter().filter(whole);
        let parts = parts.filter(|it| it.is_total() && !is_first(it)).map(line);
        let programmes = self.rows.iter().filter(whole);
        let programmes = programmes.filter(|it| is_first(it) && !it.is_total());
        let programmes = programmes.map(|it| Line {
            name: self.called(it),
            ..line(it)
        });
        let territory = line(first);
        let map = open_data_pictures::places(&territory, &parts.collect::<Vec<_>>(), self.locale);
        let programmes: Vec<Line> = programmes.collect();
        let chart = open_data_pictures::programmes(&territory, &programmes, self.locale);
        format!("<div class=\"drawings\">\n{map}{chart}</div>\n")
    }

    fn tables(&self) -> String {
        let first = self.rows.first();
        let columns: Vec<&Row> = {
            let key = first.map(|it| (&it.cell.territory_code, it.cell.part));
            let own = self.rows.iter();
            own.filter(|it| Some((&it.cell.territory_code, it.cell.part)) == key)
                .collect()
        };
        let places: Vec<&Row> = self.rows.iter().filter(|it| it.is_total()).collect();
        let minutes: BTreeMap<_, _> = self
            .rows
            .iter()
            .map(|it| {
                let place = (&it.cell.above_code, &it.cell.territory_code, it.cell.part);
                ((place, it.cell.programme.as_str()), it.cell.minutes)
            })
            .collect();
        let mut hours = format!(
            "<div class=\"wide\"><table>\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th>",
            self.say("open-data-hours"),
            self.say("open-data-territory"),
        );
        for column in &columns {
            hours.push_str(&format!(
                "<th scope=\"col\">{}</th>",
                self.programme(column)
            ));
        }
        hours.push_str("</tr></thead>\n<tbody>\n");
        for place in &places {
            hours.push_str(&format!("<tr>{}", self.head(place, first)));
            let key = (
                &place.cell.above_code,
                &place.cell.territory_code,
                place.cell.part,
            );
            for column in &columns {
                let found = minutes.get(&(key, column.cell.programme.as_str()));
                hours.push_str(&self.figure(found.copied().flatten().map(clocked)));
            }
            hours.push_str("</tr>\n");
        }
        hours.push_str("</tbody></table></div>\n");
        let mut counts = format!(
            "<div class=\"wide\"><table>\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th>",
            self.say("open-data-counts"),
            self.say("open-data-territory"),
        );
        for key in [
            "open-data-volunteers",
            "open-data-organizations",
            "open-data-projects",
        ] {
            counts.push_str(&format!("<th scope=\"col\">{}</th>", self.say(key)));
        }
        counts.push_str("</tr></thead>\n<tbody>\n");
        for place in &places {
            counts.push_str(&format!("<tr>{}", self.head(place, first)));
            let cell = &place.cell;
            for count in [cell.volunteers, cell.organizations, cell.projects] {
                counts.push_str(&self.figure(count.map(grouped)));
            }
            counts.push_str("</tr>\n");
        }
        counts.push_str("</tbody></table></div>\n");
        hours + &counts
    }

    fn basis(&self, edition: &Edition) -> String {
        let name = edition.period.to_string();
        let published = edition.published_at().format("%Y-%m-%d").to_string();
        let lines = [
            self.say_with(
                "open-data-period",
                &[
                    ("from", edition.period.from().to_string()),
                    ("to", edition.period.to().to_string()),
                ],
            ),
            self.say_with("open-data-published", &[("day", published)]),
            self.say("open-data-status"),
            self.say_with(
                "open-data-threshold",
                &[("threshold", edition.row.threshold.to_string())],
            ),
            self.say("open-data-people"),
            self.say("open-data-frozen"),
        ];
        let lines: String = lines.iter().map(|it| format!("<li>{it}</li>\n")).collect();
        format!(
            "<h2>{basis}</h2>\n<ul>\n{lines}<li>{licence}: <a rel=\"license\" href=\"{LICENCE_URL}\">\
             {LICENCE}</a></li>\n</ul>\n<h2>{files}</h2>\n<ul>\n\
             <li><a href=\"/open-data/{name}.csv\">CSV, {name}</a></li>\n\
             <li><a href=\"/open-data/{name}.json\">JSON, {name}</a></li>\n\
             <li><a href=\"/open-data/all.csv\">CSV, {all}</a></li>\n\
             <li><a href=\"/open-data/editions.json\">JSON, {list}</a></li>\n</ul>\n",
            basis = self.say("open-data-basis"),
            licence = self.say("open-data-licence"),
            files = self.say("open-data-files"),
            all = self.say("open-data-all"),
            list = self.say("open-data-list"),
        )
    }

    fn editions(&self) -> String {
        let territory = self.rows.first();
        let territory = territory.filter(|it| !it.cell.above_code.is_empty());
        let territory = territory.map(|it| it.cell.territory_code.as_str());
        let mut text = format!(
            "<nav aria-label=\"{0}\"><p class=\"choice\">{0}:",
            self.say("open-data-editions")
        );
        for edition in self.editions {
            let name = edition.period.to_string();
            let link = self.link(Some(&name), territory, self.locale);
            let here = self.edition.is_some_and(|it| it.period == edition.period);
            let here = if here { " aria-current=\"page\"" } else { "" };
            text.push_str(&format!(" <a href=\"{link}\"{here}><bdi>{name}</bdi></a>"));
        }
        text.push_str("</p></nav>\n");
        if territory.is_some() {
            let up = format!(
                "<p><a href=\"{}\">{}</a></p>\n",
                self.link(None, None, self.locale),
                self.say("open-data-country")
            );
            text.push_str(&up);
        }
        text
    }

    /// The address of the page in another language.
    fn address(&self, locale: Locale) -> String {
        let territory = self.rows.first();
        let territory = territory.filter(|it| !it.cell.above_code.is_empty());
        let territory = territory.map(|it| it.cell.territory_code.as_str());
        let mut link = self.link(None, territory, locale);
        if !link.contains("lang=") {
            link.push_str(&format!("&amp;lang={}", locale.tag()));
        }
        link
    }
}

/// The whole page.
#[must_use]
pub fn page(view: &View<'_>) -> String {
    let lead = view.say("open-data-lead");
    let body = match view.edition {
        None => format!("<p>{}</p>\n", view.say("open-data-nothing")),
        Some(edition) => format!(
            "{}{}{}<p class=\"sources\">{}</p>\n{}",
            view.editions(),
            view.pictures(),
            view.tables(),
            view.say("open-data-legend"),
            view.basis(edition)
        ),
    };
    let page = Page {
        locale: view.locale,
        title: &view.locale.sentence::<&str>("open-data-title", &[]),
        heading: None,
        class: "figures",
        is_listed: true,
        body: &format!("<p class=\"lead\">{lead}</p>\n{body}"),
    };
    page.html(|it| view.address(it))
}

#[cfg(test)]
mod tests {
    use super::clocked;
    use super::grouped;

    #[test]
    fn figures_are_written_in_groups_and_hours() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(clocked(60_005), "1\u{202f}000:05");
    }
}
