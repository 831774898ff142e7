//! Figures of past commits of an open repository.

use crate::{HistoryError, Project};
use facts::Progress;
use facts::source::{GitContext, Which};
use gates::{CONFIG_FILE, Config};
use pmat::trend::{
    self, Blame, BlameOptions, Every, Metric, Part, Settings, SettingsError, Start, Trend, TrendOptions,
};
use std::sync::Arc;

/// Which past commits to measure, and which figures.
#[derive(Debug, Clone)]
pub struct TrendAsked {
    /// Where the points begin; by default with the first commit.
    pub since: Option<Start>,
    /// Which commits are points.
    pub every: Every,
    /// Limit on the points; the newest are kept.
    pub max: Option<usize>,
    /// What is to be measured.
    pub parts: Vec<Part>,
}

/// Callbacks for progress and cancellation.
#[derive(Clone, Copy, Default)]
pub struct TrendWatch<'a> {
    /// Called regularly, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Called between files; true ends the run with an error. Figures measured until then are kept.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Project {
    /// The figures of the analysed path for a line of commits that ends with the opened revision (HEAD for the work
    /// tree and the index). Missing figures are measured and stored.
    ///
    /// # Errors
    /// There is no history, or it cannot be read.
    pub fn trend(&self, asked: &TrendAsked, watch: TrendWatch<'_>) -> Result<Trend, HistoryError> {
        self.with_trend(asked, watch, |git, options| trend::fill(git, self.cache(), options))
    }

    /// The stored part of the same figures; nothing is measured.
    ///
    /// # Errors
    /// There is no history, or it cannot be read.
    pub fn stored_trend(&self, asked: &TrendAsked) -> Result<Trend, HistoryError> {
        self.with_trend(asked, TrendWatch::default(), |git, options| {
            trend::stored(git, self.cache(), options)
        })
    }

    /// Which commits and authors changed a metric. Every commit is compared with its parent; [`TrendAsked::every`] is
    /// ignored.
    ///
    /// # Errors
    /// There is no history, or it cannot be read.
    pub fn blame_metric(
        &self,
        metric: &'static Metric,
        how: BlameOptions,
        asked: &TrendAsked,
        watch: TrendWatch<'_>,
    ) -> Result<Blame, HistoryError> {
        self.with_trend(asked, watch, |git, options| trend::blame(git, self.cache(), metric, options, how))
    }

    fn with_trend<T>(
        &self,
        asked: &TrendAsked,
        watch: TrendWatch<'_>,
        work: impl FnOnce(&GitContext, &TrendOptions<'_>) -> Result<T, facts::source::SourceError>,
    ) -> Result<T, HistoryError> {
        let Some(git) = &self.git else {
            return Err(HistoryError::NoRepository { path: self.path.clone() });
        };
        let until = match &self.which {
            Which::Revision(revision) => revision,
            Which::WorkTree | Which::Index => "HEAD",
        };
        let settings = |bytes: Option<&[u8]>| match (self.config_is_named, bytes) {
            (true, _) => Ok(trend_settings(&self.config)),
            (false, None) => Ok(trend_settings(&Config::default())),
            (false, Some(bytes)) => {
                let text =
                    std::str::from_utf8(bytes).map_err(|error| -> SettingsError { Arc::new(error) })?;
                let config =
                    Config::parse(text, CONFIG_FILE).map_err(|error| -> SettingsError { Arc::new(error) })?;
                Ok(trend_settings(&config))
            }
        };
        let options = TrendOptions {
            path: &self.path,
            until,
            since: asked.since.as_ref(),
            every: asked.every,
            max: asked.max,
            parts: &asked.parts,
            config_file: CONFIG_FILE,
            settings: &settings,
            progress: watch.progress,
            cancelled: watch.cancelled,
        };
        Ok(work(git, &options)?)
    }
}

/// The settings for measuring a commit, from a configuration.
fn trend_settings(config: &Config) -> Settings {
    Settings {
        exclude: config.exclude.texts().to_vec(),
        max_file_size: config.max_file_size,
        limits: gates::complexity_limits(config),
        clones: gates::clone_options(config),
        exclude_from_clones: config.rule(gates::rules::duplication::RULE.id).exclude.texts().to_vec(),
    }
}
