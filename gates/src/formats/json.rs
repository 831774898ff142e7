//! The report itself.

use crate::report::GateReport;

pub(super) fn render(report: &GateReport) -> String {
    super::pretty(report)
}
