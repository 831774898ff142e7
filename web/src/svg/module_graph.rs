//! A graph of modules in layers: each module is above the modules it uses. Modules in a cycle share a layer and are
//! marked, together with the edges between them.
//!
//! Layers are longest paths in the graph with each cycle contracted to one node. The order in a layer follows the
//! mean position of the neighbours (Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System
//! Structures", 1981).

use super::{Px, fitted};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// A module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The name.
    pub label: String,
    /// A description, shown on hover.
    pub title: String,
    /// The link target.
    pub href: String,
}

/// A use of one module by another, as indexes into the list of modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The using module.
    pub from: usize,
    /// The used module.
    pub to: usize,
    /// Number of uses.
    pub count: u32,
}

const BOX: (f64, f64) = (168.0, 30.0);
const GAP: (f64, f64) = (20.0, 54.0);
const IN_ROW: usize = 6;
const MARGIN: f64 = 12.0;
const SWEEPS: usize = 6;

/// Draws the graph. `name` is its accessible name.
pub fn draw(modules: &[Module], uses: &[Use], name: &str) -> Markup {
    let circle = circles(modules.len(), uses);
    let rows = rows(&circle, uses);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0).max(1) as f64;
    let width = 2.0 * MARGIN + widest * (BOX.0 + GAP.0) - GAP.0;
    let height = 2.0 * MARGIN + rows.len().max(1) as f64 * (BOX.1 + GAP.1) - GAP.1;
    let mut place = vec![(0.0, 0.0); modules.len()];
    for (level, row) in rows.iter().enumerate() {
        let taken = row.len() as f64 * (BOX.0 + GAP.0) - GAP.0;
        for (nth, module) in row.iter().enumerate() {
            let x = (width - taken) / 2.0 + nth as f64 * (BOX.0 + GAP.0);
            place[*module] = (x, MARGIN + level as f64 * (BOX.1 + GAP.1));
        }
    }
    let size: BTreeMap<usize, usize> = circle.iter().fold(BTreeMap::new(), |mut sizes, circle| {
        *sizes.entry(*circle).or_default() += 1;
        sizes
    });
    let cyclic = |module: usize| size[&circle[module]] > 1;
    html! {
        svg.module-graph viewBox={ "0 0 " (Px(width)) " " (Px(height)) } role="group" aria-label=(name)
            width=(Px(width)) xmlns="http://www.w3.org/2000/svg" {
            defs {
                (arrow("arrow", "head"))
                (arrow("arrow-circle", "head circle"))
            }
            @for edge in uses.iter().filter(|edge| edge.from != edge.to) {
                @let in_circle = circle[edge.from] == circle[edge.to];
                path class=(if in_circle { "use circle" } else { "use" }) fill="none"
                    d=(curve(place[edge.from], place[edge.to]))
                    stroke-width=(Px((f64::from(edge.count)).ln_1p().clamp(1.0, 5.0) * 0.8))
                    marker-end=(if in_circle { "url(#arrow-circle)" } else { "url(#arrow)" }) {
                    title { (modules[edge.from].label) " uses " (modules[edge.to].label) " (" (edge.count) ")" }
                }
            }
            @for (nth, module) in modules.iter().enumerate() {
                (node(module, place[nth], cyclic(nth)))
            }
        }
    }
}

fn arrow(id: &str, class: &str) -> Markup {
    html! {
        marker id=(id) viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
            markerUnits="userSpaceOnUse" orient="auto" {
            path class=(class) d="M0 0L8 4L0 8z" {}
        }
    }
}

fn node(module: &Module, (x, y): (f64, f64), cyclic: bool) -> Markup {
    let label = fitted_end(&module.label, BOX.0 - if cyclic { 34.0 } else { 14.0 });
    html! {
        a href=(module.href) class=(if cyclic { "module circle" } else { "module" }) {
            title { (module.title) }
            rect x=(Px(x)) y=(Px(y)) width=(Px(BOX.0)) height=(Px(BOX.1)) rx="5" {}
            text x=(Px(x + 8.0)) y=(Px(y + 19.5)) { (label) }
            @if cyclic { text x=(Px(x + BOX.0 - 20.0)) y=(Px(y + 20.0)) { "↻" } }
        }
    }
}

/// Shortens from the front, because the end of a path says more than its beginning.
fn fitted_end(path: &str, width: f64) -> String {
    match fitted(path, width, 12.0) {
        Some(whole) if whole == path => whole,
        _ => {
            let turned: String = path.chars().rev().collect();
            let cut = fitted(&turned, width, 12.0).unwrap_or_default();
            cut.chars().rev().collect()
        }
    }
}

/// From the bottom of one box to the top of another, or sideways between boxes of one row.
fn curve(from: (f64, f64), to: (f64, f64)) -> String {
    if (from.1 - to.1).abs() < 1.0 {
        let (start, end, side) = match from.0 < to.0 {
            true => (from.0 + BOX.0 * 0.7, to.0 + BOX.0 * 0.3, from.1),
            false => (from.0 + BOX.0 * 0.3, to.0 + BOX.0 * 0.7, from.1 + BOX.1),
        };
        let bend = if from.0 < to.0 { side - GAP.1 * 0.5 } else { side + GAP.1 * 0.5 };
        let (from_x, to_x, y, bend) = (Px(start), Px(end), Px(side), Px(bend));
        return format!("M{from_x} {y}C{from_x} {bend} {to_x} {bend} {to_x} {y}");
    }
    let down = from.1 < to.1;
    let (start, end) = if down { (from.1 + BOX.1, to.1) } else { (from.1, to.1 + BOX.1) };
    let (from_x, to_x) = (Px(from.0 + BOX.0 / 2.0), Px(to.0 + BOX.0 / 2.0));
    let bend = Px((start + end) / 2.0);
    format!("M{from_x} {}C{from_x} {bend} {to_x} {bend} {to_x} {}", Px(start), Px(end))
}

/// For each module the lowest index in its cycle, or its own index if it is in no cycle.
fn circles(count: usize, uses: &[Use]) -> Vec<usize> {
    let reach: Vec<Vec<bool>> = (0..count).map(|start| reachable(count, uses, start)).collect();
    let mutual = |a: usize, b: usize| a == b || (reach[a][b] && reach[b][a]);
    (0..count).map(|module| (0..=module).find(|other| mutual(*other, module)).unwrap_or(module)).collect()
}

fn reachable(count: usize, uses: &[Use], start: usize) -> Vec<bool> {
    let mut reached = vec![false; count];
    let mut open = vec![start];
    while let Some(module) = open.pop() {
        for next in uses.iter().filter(|edge| edge.from == module).map(|edge| edge.to) {
            if !std::mem::replace(&mut reached[next], true) {
                open.push(next);
            }
        }
    }
    reached
}

/// The modules row by row, with unused modules at the top. A layer that is too wide takes several rows.
fn rows(circle: &[usize], uses: &[Use]) -> Vec<Vec<usize>> {
    let mut layer = vec![0_usize; circle.len()];
    // Without cycles, a path has at most as many steps as there are modules.
    for _ in 0..circle.len() {
        let mut settled = true;
        for edge in uses.iter().filter(|edge| circle[edge.from] != circle[edge.to]) {
            let (from, to) = (circle[edge.from], circle[edge.to]);
            if layer[to] <= layer[from] {
                layer[to] = layer[from] + 1;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    let mut layers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for module in 0..circle.len() {
        layers.entry(layer[circle[module]]).or_default().push(module);
    }
    let mut layers: Vec<Vec<usize>> = layers.into_values().collect();
    order(&mut layers, uses, circle.len());
    layers.iter().flat_map(|layer| evenly(layer)).map(<[usize]>::to_vec).collect()
}

/// Splits into parts of at most [`IN_ROW`], as equal as possible.
fn evenly(layer: &[usize]) -> std::slice::Chunks<'_, usize> {
    layer.chunks(layer.len().div_ceil(layer.len().div_ceil(IN_ROW).max(1)).max(1))
}

/// Moves each module towards the middle of its neighbours, several times.
fn order(layers: &mut [Vec<usize>], uses: &[Use], count: usize) {
    let mut place = vec![0.0; count];
    let note = |layer: &[usize], place: &mut Vec<f64>| {
        for (nth, module) in layer.iter().enumerate() {
            place[*module] = nth as f64 - layer.len() as f64 / 2.0;
        }
    };
    layers.iter().for_each(|layer| note(layer, &mut place));
    for _ in 0..SWEEPS {
        for layer in layers.iter_mut() {
            let middle = |module: usize| {
                let near = uses.iter().filter_map(|edge| match (edge.from == module, edge.to == module) {
                    (true, false) => Some(place[edge.to]),
                    (false, true) => Some(place[edge.from]),
                    _ => None,
                });
                let (sum, number) = near.fold((0.0, 0), |(sum, number), at| (sum + at, number + 1));
                if number == 0 { place[module] } else { sum / f64::from(number) }
            };
            let mut keyed: Vec<(f64, usize)> =
                layer.iter().map(|module| (middle(*module), *module)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            *layer = keyed.into_iter().map(|(_, module)| module).collect();
            note(layer, &mut place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(pairs: &[(usize, usize)]) -> Vec<Use> {
        pairs.iter().map(|(from, to)| Use { from: *from, to: *to, count: 1 }).collect()
    }

    fn modules(count: usize) -> Vec<Module> {
        let module = |nth| Module {
            label: format!("m{nth}"),
            title: format!("module {nth}"),
            href: format!("/m{nth}"),
        };
        (0..count).map(module).collect()
    }

    #[test]
    fn users_stand_above_what_they_use() {
        let uses = uses(&[(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)]);
        assert_eq!(rows(&circles(4, &uses), &uses), [vec![0], vec![1, 2], vec![3]]);
    }

    #[test]
    fn circles_share_a_layer_and_are_marked() {
        let uses = uses(&[(0, 1), (1, 2), (2, 1), (2, 3)]);
        let circle = circles(4, &uses);
        assert_eq!(circle, [0, 1, 1, 3]);
        assert_eq!(rows(&circle, &uses).iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 1]);
        let drawn = draw(&modules(4), &uses, "Modules").into_string();
        assert_eq!(drawn.matches("class=\"module circle\"").count(), 2);
        assert_eq!(drawn.matches("class=\"use circle\"").count(), 2);
        assert_eq!(drawn.matches("class=\"use\"").count(), 2);
    }

    #[test]
    fn wide_layers_take_several_rows_and_boxes_do_not_overlap() {
        let all: Vec<(usize, usize)> = (1..20).map(|nth| (0, nth)).collect();
        let rows = rows(&circles(20, &uses(&all)), &uses(&all));
        assert!(rows.iter().all(|row| row.len() <= IN_ROW), "{rows:?}");
        let mut seen: Vec<usize> = rows.concat();
        seen.sort_unstable();
        assert_eq!(seen, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_to_draw_is_an_empty_picture() {
        let drawn = draw(&[], &[], "Modules").into_string();
        assert!(drawn.starts_with("<svg") && !drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }

    #[test]
    fn a_long_path_loses_its_beginning() {
        assert_eq!(fitted_end("src/a", 150.0), "src/a");
        assert_eq!(fitted_end("crates/one/src/the/last/part", 100.0), "…he/last/part".to_owned());
    }
}
