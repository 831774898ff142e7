use crate::report::{ContextReport, MappedFile};
use facts::visible::xml::{attribute, content as escaped};
use std::fmt::Write;

/// Writing to a string cannot fail.
const INFALLIBLE: &str = "a string takes all text";

pub(super) fn render(report: &ContextReport) -> String {
    let mut out = format!("<context tree=\"{}\">\n", escaped(&report.tree));
    preamble(report, &mut out).expect(INFALLIBLE);
    list("map", &report.map, &mut out, map_file).expect(INFALLIBLE);
    list("packed", &report.packed, &mut out, |file, out| {
        let parts: Vec<String> =
            file.lines.iter().map(|part| format!("{}-{}", part.first, part.last)).collect();
        let lines = if parts.is_empty() { String::new() } else { format!(" lines=\"{}\"", parts.join(" ")) };
        let path = escaped(&file.path.to_string());
        writeln!(out, "<file path=\"{path}\"{lines}>{}</file>", escaped(&file.text))
    })
    .expect(INFALLIBLE);
    list("omitted", &report.omitted, &mut out, |omitted, out| {
        let (what, why) = (escaped(omitted.what), escaped(&omitted.why));
        writeln!(out, "<item count=\"{}\" what=\"{what}\">{why}</item>", omitted.count)
    })
    .expect(INFALLIBLE);
    out.push_str("</context>\n");
    out
}

/// An element with a child for each item; nothing for no items.
fn list<T>(
    element: &str,
    items: &[T],
    out: &mut String,
    mut each: impl FnMut(&T, &mut String) -> std::fmt::Result,
) -> std::fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "<{element}>")?;
    for item in items {
        each(item, out)?;
    }
    writeln!(out, "</{element}>")
}

fn preamble(report: &ContextReport, out: &mut String) -> std::fmt::Result {
    if let Some(overview) = &report.overview {
        let found_in = escaped(&overview.found_in.to_string());
        writeln!(out, "<overview found-in=\"{found_in}\">{}</overview>", escaped(&overview.text))?;
    }
    list("languages", &report.languages, out, |share, out| {
        let name = escaped(share.language);
        writeln!(out, "<language name=\"{name}\" files=\"{}\" lines=\"{}\"/>", share.files, share.lines)
    })?;
    list("entry-points", &report.entry_points, out, |entry, out| {
        let (kind, name, found_in) =
            (escaped(entry.kind), escaped(&entry.name), escaped(&entry.found_in.to_string()));
        writeln!(out, "<entry kind=\"{kind}\" found-in=\"{found_in}\">{name}</entry>")
    })?;
    list("commands", &report.commands, out, |command, out| {
        let (text, found_in) = (escaped(&command.command), escaped(&command.found_in.to_string()));
        writeln!(
            out,
            "<command purpose=\"{}\" found-in=\"{found_in}\">{text}</command>",
            command.purpose.name()
        )
    })?;
    list("hot-spots", &report.hot_spots, out, |spot, out| {
        let (function, found_in) = (escaped(&spot.function), escaped(&spot.found_in.to_string()));
        let (cyclomatic, cognitive, lines) = (spot.cyclomatic, spot.cognitive, spot.lines);
        writeln!(
            out,
            "<function found-in=\"{found_in}\" cyclomatic=\"{cyclomatic}\" cognitive=\"{cognitive}\" lines=\"{lines}\">\
             {function}</function>"
        )
    })
}

fn map_file(file: &MappedFile, out: &mut String) -> std::fmt::Result {
    let (path, language) = (escaped(&file.path.to_string()), escaped(file.language));
    writeln!(out, "<file path=\"{path}\" language=\"{language}\" lines=\"{}\">", file.lines)?;
    for symbol in &file.symbols {
        write!(out, "<symbol line=\"{}\"", symbol.line)?;
        if !symbol.container.is_empty() {
            write!(out, " in=\"{}\"", escaped(&symbol.container))?;
        }
        if let Some(doc) = &symbol.doc {
            write!(out, " doc=\"{}\"", attribute(doc))?;
        }
        writeln!(out, ">{}</symbol>", escaped(&symbol.signature))?;
    }
    writeln!(out, "</file>")
}
