//! `rules`: how good are the rules, and what would an edit change?

mod dry_run;
mod list;
mod score;
mod table;
mod test;

use crate::cli::{Common, Rules};
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, what: &Rules) -> anyhow::Result<ExitCode> {
    match what {
        Rules::Test => test::run(common),
        Rules::List => list::run(common).await,
        Rules::DryRun { since, rules, with_test } => dry_run::run(common, since, rules.as_deref(), *with_test).await,
        Rules::Score { file, blank, verbose } => score::run(common, file, *blank, *verbose).await,
    }
}
