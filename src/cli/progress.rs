//! Bars for long work, drawn on standard error where somebody watches.
//!
//! What the work is and how far it has come is told by the command.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::ProgressBar;
use indicatif::ProgressStyle;

/// How often a bar shows that work goes on although no step ends.
const TICK: Duration = Duration::from_millis(120);

/// A bar of so many steps, written as `template` says; hidden where standard error is no terminal.
pub fn bar(steps: u64, template: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        // The usual look, where the template is wrong.
        Err(_) => bar,
    }
}

/// Work in several parts, one line for the one that goes on.
pub struct Parts(ProgressBar);

impl Parts {
    /// Nothing goes on yet.
    pub fn begin() -> Self {
        let template = "{spinner} {msg} {wide_bar} {percent:>3} %  {elapsed}";
        let bar = bar(1, template);
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// The next part begins.
    pub fn part(&self, called: &'static str) {
        self.0.set_message(called);
        self.0.set_length(1);
        self.0.set_position(0);
    }

    /// So much of the present part is done.
    pub fn reaches(&self, done: u64, all: u64) {
        self.0.set_length(all.max(1));
        self.0.set_position(done);
    }

    /// All of it is done, or will not be: the line goes.
    pub fn end(self) {
        self.0.finish_and_clear();
    }
}
