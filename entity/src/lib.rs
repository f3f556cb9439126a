//! The tables of Tiwizi: columns and types, listed by area.
//!
//! Rules are not here, and neither is the shape that clients see.

pub mod ids;
pub mod types;

// The installation
pub mod key_fingerprint;

// Identity
pub mod email_verification;
pub mod identity_link;
pub mod known_network;
pub mod recovery_code;
pub mod refresh_token;
pub mod role_grant;
pub mod second_factor;
pub mod session;
pub mod sign_in_attempt;
pub mod sign_in_request;
pub mod user_account;

// Territories and vocabularies
pub mod reference_load;
pub mod territory;
pub mod territory_ancestor;
pub mod vocabulary;
pub mod vocabulary_term;

// Organizations
pub mod invitation;
pub mod membership;
pub mod organization;

// Volunteers and projects
pub mod consent;
pub mod contract_incident;
pub mod erasure_request;
pub mod national_id;
pub mod person;
pub mod project;
pub mod tag_set;
pub mod tag_share;
pub mod volunteer;
pub mod volunteer_apart;
pub mod volunteer_contract;
pub mod volunteer_key;
pub mod volunteer_merge;
pub mod volunteer_merge_record;

// Activities
pub mod accreditation;
pub mod activity;
pub mod attendance;
pub mod notification;
pub mod shift;
pub mod shift_series;
pub mod signup;

// Hours
pub mod approval_decision;
pub mod approval_rule;
pub mod approval_selection;
pub mod approval_types;
pub mod hour_entry;
pub mod hour_entry_amendment;
pub mod hour_entry_day;
pub mod ledger_checkpoint;
pub mod ledger_event;
pub mod ledger_head;
pub mod ledger_note;
pub mod period_exception;
pub mod period_exception_user;
pub mod report_snapshot;
pub mod report_snapshot_head;
pub mod reporting_period;
pub mod reporting_period_said;
pub mod timer;

// Roll-ups
pub mod rollup_cell;
pub mod rollup_mark;
pub mod rollup_month;
pub mod rollup_number;
pub mod rollup_sheet;
pub mod rollup_stale;

// Imports
pub mod import;
pub mod import_record;
pub mod import_refusal;
pub mod import_rejected;
pub mod import_source;

// Impact
pub mod evidence_content;
pub mod evidence_file;
pub mod indicator;
pub mod indicator_baseline;
pub mod indicator_target;
pub mod measurement;

// Valuation
pub mod wage_rate;

// Certificates
pub mod certificate;

// Jobs
pub mod artifact;
pub mod artifact_piece;
pub mod delivery;
pub mod job;
pub mod schedule;
pub mod schedule_run;

// Webhooks
pub mod webhook_delivery;
pub mod webhook_endpoint;
pub mod webhook_stream;
pub mod webhook_superseded;
// Letters to people
pub mod letter;
pub mod letter_off;
pub mod letter_round;
pub mod password_request;
pub mod password_reset;

// Public statistics
pub mod statistics_cell;
pub mod statistics_contribution;
pub mod statistics_edition;

// Across areas
pub mod api_token;
pub mod audit_event;
pub mod audit_horizon;
pub mod contract_said;
pub mod device;
pub mod feed;
pub mod idempotency_key;
pub mod outbox;
