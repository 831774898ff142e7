use super::complexity::Limits;
use super::{Outcome, overview_screen};
use crate::args::{GlobalArgs, OverviewArgs, ReportFormat};
use crate::output::{self, Destination, Screen};
use crate::source::Analysed;
use abilities::Overview;

/// Functions listed on one screen.
const FUNCTIONS_BRIEF: usize = 7;

/// Shows the overview. It reports the gate's verdict but always exits with code 0.
pub fn run(args: &OverviewArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let brief = args.asked.names_none();
    let mut asked = args.asked.or_all();
    if brief && args.format == ReportFormat::Human {
        asked.functions = Some(FUNCTIONS_BRIEF);
    }
    let figures = analysed.with_terminal(|session, terminal| asked.figures(session, terminal))?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Overview>(&asked.report(figures))?,
        ReportFormat::Human => {
            let view = overview_screen::View {
                place: analysed.name(),
                overview: &figures.overview,
                grade: figures.grade.as_ref(),
                gate: figures.gate.as_ref(),
                limits: Limits::of(&analysed.config),
                sections: asked,
                brief,
            };
            view.render(&Screen::of(&destination, global.color))
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}
