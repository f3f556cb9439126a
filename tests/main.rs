//! What the server promises, tried from outside: over HTTP, on both databases.
//!
//! Rules that need no database are tested beside their code.

#![expect(clippy::string_slice, reason = "a test that cannot go on fails")]

#[cfg(test)]
mod support;

#[cfg(test)]
mod architecture;

#[cfg(test)]
mod schema;

#[cfg(test)]
mod storm;

#[cfg(test)]
mod supply;

#[cfg(test)]
mod serving;

#[cfg(test)]
mod cli;

#[cfg(test)]
mod graphql_over_http;

#[cfg(test)]
mod bodies;

#[cfg(test)]
mod costs;

#[cfg(test)]
mod trusted_documents;

#[cfg(test)]
mod elsewhere;

#[cfg(test)]
mod languages;

#[cfg(test)]
mod mends;

#[cfg(test)]
mod sign_in;

#[cfg(test)]
mod api_tokens;

#[cfg(test)]
mod identity;

#[cfg(test)]
mod audit;

#[cfg(test)]
mod organizations;

#[cfg(test)]
mod volunteers;

#[cfg(test)]
mod duplicates;

#[cfg(test)]
mod projects;

#[cfg(test)]
mod contracts;

#[cfg(test)]
mod incidents;

#[cfg(test)]
mod vocabularies;

#[cfg(test)]
mod evidence;

#[cfg(test)]
mod activities;

#[cfg(test)]
mod assignment;
#[cfg(test)]
mod attendance;

#[cfg(test)]
mod timers;

#[cfg(test)]
mod log_hours;

#[cfg(test)]
mod periods;

#[cfg(test)]
mod closed_month;

#[cfg(test)]
mod hours_report;

#[cfg(test)]
mod report_keys;

#[cfg(test)]
mod report_files;

#[cfg(test)]
mod explain;

#[cfg(test)]
mod sdg_report;

#[cfg(test)]
mod snapshots;

#[cfg(test)]
mod frozen;

#[cfg(test)]
mod rollups;
#[cfg(test)]
mod row_policies;

#[cfg(test)]
mod permissions;

#[cfg(test)]
mod matrix;

#[cfg(test)]
mod budgets;

#[cfg(test)]
mod versions;

#[cfg(test)]
mod contention;

#[cfg(test)]
mod territories;

#[cfg(test)]
mod demo;

#[cfg(test)]
mod indh_report;

#[cfg(test)]
mod hours;

#[cfg(test)]
mod impact;

#[cfg(test)]
mod measurement_flags;

#[cfg(test)]
mod indicator_codes;

#[cfg(test)]
mod progress;

#[cfg(test)]
mod valuation;

#[cfg(test)]
mod statement;

#[cfg(test)]
mod statement_files;

#[cfg(test)]
mod certificates;

#[cfg(test)]
mod certificates_on_paper;

#[cfg(test)]
mod data_quality;

#[cfg(test)]
mod volunteer_work;

#[cfg(test)]
mod imports;

#[cfg(test)]
mod imports_graphql;

#[cfg(test)]
mod imports_files;

#[cfg(test)]
mod exports;

#[cfg(test)]
mod entry_files;

#[cfg(test)]
mod iati;

#[cfg(test)]
mod documents;

#[cfg(test)]
mod schedules;

#[cfg(test)]
mod deliveries;

#[cfg(test)]
mod webhooks;

#[cfg(test)]
mod buckets;

#[cfg(test)]
mod letters;

#[cfg(test)]
mod workbooks;

#[cfg(test)]
mod statistics;

#[cfg(test)]
mod offline;

#[cfg(test)]
mod live;

#[cfg(test)]
mod examples;

#[cfg(test)]
mod golden;

#[cfg(test)]
mod privacy;
