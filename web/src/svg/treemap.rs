//! Squarified treemaps (Bruls, Huizing, van Wijk, "Squarified Treemaps", VisSym 2000): a tree drawn as nested
//! rectangles. Areas are proportional to weights, and the rectangles are as square as possible.
//!
//! Folders have no frame, so each file's rectangle has exactly its share of the whole area. A folder is shown by a line
//! around its files and by its name in their upper left corner.

use super::{Px, fitted};
use maud::{Markup, html};
use unicode_width::UnicodeWidthChar;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The top edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Rect {
    /// The area.
    pub fn area(&self) -> f64 {
        self.width * self.height
    }
}

/// Divides a rectangle in proportion to the weights, without overlaps or gaps. Weights in falling order give the
/// squarest result. Weights that are not above 0 get no area.
pub fn squarify(weights: &[f64], bounds: Rect) -> Vec<Rect> {
    let total: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
    let scale = bounds.area() / total;
    let areas: Vec<f64> = weights.iter().map(|weight| weight.max(0.0) * scale).collect();
    let mut rects = Vec::with_capacity(weights.len());
    let mut left = bounds;
    let mut row_start = 0;
    while row_start < areas.len() {
        let mut row_end = row_start + 1;
        let mut row_area = areas[row_start];
        while row_end < areas.len() {
            let wider = row_area + areas[row_end];
            let before = worst(&areas[row_start..row_end], row_area, left);
            if worst(&areas[row_start..=row_end], wider, left) > before {
                break;
            }
            row_area = wider;
            row_end += 1;
        }
        let last = row_end == areas.len();
        left = lay_row(&areas[row_start..row_end], row_area, left, last, &mut rects);
        row_start = row_end;
    }
    rects
}

/// The worst aspect ratio in a row of rectangles along the shorter side.
fn worst(areas: &[f64], sum: f64, left: Rect) -> f64 {
    let side = left.width.min(left.height);
    let depth = sum / side;
    let of = |area: &f64| {
        let along = area / depth;
        (along / depth).max(depth / along)
    };
    areas.iter().filter(|area| **area > 0.0).map(of).fold(1.0, f64::max)
}

/// Places a row along the shorter side and returns the rest of the rectangle. The last row takes everything, so
/// rounding leaves no gap.
fn lay_row(areas: &[f64], sum: f64, left: Rect, last: bool, rects: &mut Vec<Rect>) -> Rect {
    let upright = left.width >= left.height;
    let (side, across) = if upright { (left.height, left.width) } else { (left.width, left.height) };
    let depth = if last { across } else { (sum / side).min(across) };
    let mut done = 0.0;
    for area in areas {
        let from = if sum > 0.0 { side * done / sum } else { 0.0 };
        done += area;
        let to = if sum > 0.0 { side * done / sum } else { 0.0 };
        rects.push(match upright {
            true => Rect { x: left.x, y: left.y + from, width: depth, height: to - from },
            false => Rect { x: left.x + from, y: left.y, width: to - from, height: depth },
        });
    }
    match upright {
        true => Rect { x: left.x + depth, width: (left.width - depth).max(0.0), ..left },
        false => Rect { y: left.y + depth, height: (left.height - depth).max(0.0), ..left },
    }
}

/// A step of a colour scale: a class of the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shade(u8);

impl Shade {
    /// The number of steps.
    pub const STEPS: u8 = 7;

    /// The step of a value on a scale with these thresholds: the number of thresholds that the value reaches.
    pub fn of(value: f64, cuts: &[f64; 6]) -> Shade {
        Shade(cuts.iter().fold(0, |step, cut| step + u8::from(value >= *cut)))
    }

    /// All steps, from the lowest.
    pub fn all() -> impl Iterator<Item = Shade> {
        (0..Shade::STEPS).map(Shade)
    }

    /// The step's class in the style sheet. Without a step, the class for missing values.
    pub fn class(shade: Option<Shade>) -> &'static str {
        match shade {
            None => "sx",
            Some(Shade(step)) => ["s0", "s1", "s2", "s3", "s4", "s5", "s6"][usize::from(step)],
        }
    }
}

/// A file or folder of a treemap.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// The name.
    pub label: String,
    /// A description, shown on hover.
    pub title: String,
    /// The figure, shown below the name if there is room.
    pub figure: String,
    /// The link target.
    pub href: String,
    /// The weight, which sets the area.
    pub weight: u64,
    /// The colour.
    pub shade: Option<Shade>,
    /// The folder's children.
    pub children: Vec<Tile>,
}

/// Options for drawing a treemap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Rectangles smaller than this are merged into one that links to their folder.
    pub least_area: f64,
}

impl Default for Size {
    fn default() -> Self {
        Size { width: 1200.0, height: 620.0, least_area: 260.0 }
    }
}

/// A folder is opened if it is at least this large.
const OPENED: (f64, f64) = (56.0, 36.0);
const FONT: f64 = 12.0;
const LINE: f64 = 15.0;
/// Font size used to measure folder names, which are bold.
const BOLD: f64 = 13.6;
/// Height of the space for a folder's name.
const CHIP: f64 = 19.0;

/// A rectangle to draw.
struct Placed<'a> {
    rect: Rect,
    what: What<'a>,
}

enum What<'a> {
    /// A file, or a folder too small to be opened.
    Tile(&'a Tile),
    /// The number of small tiles in a folder, their weight and the link to their list.
    Rest { count: usize, weight: u64, href: &'a str },
}

/// Draws the content of `folder` as a treemap. `name` is the accessible name.
pub fn draw(folder: &Tile, name: &str, size: Size) -> Markup {
    let bounds = Rect { x: 0.0, y: 0.0, width: size.width, height: size.height };
    let mut tiles = Vec::new();
    let mut folders = Vec::new();
    place(folder, bounds, size, &mut tiles, &mut folders);
    // Outer folders first.
    folders.reverse();
    let names = names(&folders);
    html! {
        svg.treemap viewBox={ "0 0 " (Px(size.width)) " " (Px(size.height)) } role="group" aria-label=(name)
            xmlns="http://www.w3.org/2000/svg" {
            @for placed in &tiles { (drawn(placed, under_a_name(placed.rect, &folders))) }
            @for ((rect, tile), name) in folders.iter().zip(&names) { (frame(*rect, tile, name.as_ref())) }
        }
    }
}

fn place<'a>(
    folder: &'a Tile,
    bounds: Rect,
    size: Size,
    tiles: &mut Vec<Placed<'a>>,
    folders: &mut Vec<(Rect, &'a Tile)>,
) {
    let mut children: Vec<&Tile> = folder.children.iter().filter(|child| child.weight > 0).collect();
    children.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.label.cmp(&b.label)));
    let total: u64 = children.iter().map(|child| child.weight).sum();
    let area = |weight: u64| bounds.area() * weight as f64 / total as f64;
    let large = children.iter().take_while(|child| area(child.weight) >= size.least_area).count();
    // A single small tile says more than a placeholder for it.
    let large = if large + 1 == children.len() { children.len() } else { large };
    let rest: u64 = children[large..].iter().map(|child| child.weight).sum();
    let mut weights: Vec<f64> = children[..large].iter().map(|child| child.weight as f64).collect();
    let rest_at = weights.iter().position(|weight| *weight < rest as f64).unwrap_or(large);
    if rest > 0 {
        weights.insert(rest_at, rest as f64);
    }
    for (index, rect) in squarify(&weights, bounds).into_iter().enumerate() {
        if rest > 0 && index == rest_at {
            let what = What::Rest { count: children.len() - large, weight: rest, href: &folder.href };
            tiles.push(Placed { rect, what });
            continue;
        }
        let child = children[if rest > 0 && index > rest_at { index - 1 } else { index }];
        if child.children.is_empty() || rect.width < OPENED.0 || rect.height < OPENED.1 {
            tiles.push(Placed { rect, what: What::Tile(child) });
        } else {
            place(child, rect, size, tiles, folders);
            folders.push((rect, child));
        }
    }
}

/// The position of a folder's name, and as much of the name as fits. Names of folders that share a corner are placed
/// side by side.
fn names(folders: &[(Rect, &Tile)]) -> Vec<Option<(f64, String)>> {
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    let mut name = |rect: Rect, tile: &Tile| {
        let of_others = |other: &&(f64, f64, f64)| near(other.0, rect.x) && near(other.1, rect.y);
        let start = taken.iter().filter(of_others).map(|other| other.2).fold(rect.x + 2.0, f64::max);
        let name = fitted(&tile.label, rect.x + rect.width - start - 10.0, BOLD)?;
        taken.push((rect.x, rect.y, start + chip_width(&name) + 2.0));
        Some((start, name))
    };
    folders.iter().map(|(rect, tile)| name(*rect, tile)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.01
}

fn chip_width(name: &str) -> f64 {
    name.chars().filter_map(UnicodeWidthChar::width).sum::<usize>() as f64 * BOLD * 0.6 + 8.0
}

/// True for the tile in the corner that holds its folder's name.
fn under_a_name(rect: Rect, folders: &[(Rect, &Tile)]) -> bool {
    folders.iter().any(|(folder, _)| near(folder.x, rect.x) && near(folder.y, rect.y))
}

fn drawn(placed: &Placed<'_>, under_a_name: bool) -> Markup {
    let rect = placed.rect;
    let top = if under_a_name { CHIP.min(rect.height) } else { 0.0 };
    let free = Rect { y: rect.y + top, height: rect.height - top, ..rect };
    match &placed.what {
        What::Tile(tile) => html! {
            a href=(tile.href) class=(Shade::class(tile.shade)) {
                title { (tile.title) }
                (rectangle(rect))
                (texts(free, &[&tile.label, &tile.figure]))
            }
        },
        What::Rest { count, weight, href } => html! {
            a.rest href=(href) {
                title { (count) " smaller ones, " (weight) " lines together" }
                (rectangle(rect))
                (texts(free, &[&format!("+{count}")]))
            }
        },
    }
}

fn rectangle(rect: Rect) -> Markup {
    html! { rect x=(Px(rect.x)) y=(Px(rect.y)) width=(Px(rect.width)) height=(Px(rect.height)) {} }
}

/// Lines of text in the middle of a rectangle, as many as fit.
fn texts(rect: Rect, lines: &[&str]) -> Markup {
    let room = ((rect.height - 6.0) / LINE).floor().max(0.0) as usize;
    let shown: Vec<String> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .take(room)
        .map_while(|line| fitted(line, rect.width - 8.0, FONT))
        .collect();
    let first = rect.y + rect.height / 2.0 - (shown.len() as f64 - 1.0) * LINE / 2.0 + FONT * 0.35;
    html! {
        @for (nth, line) in shown.iter().enumerate() {
            text x=(Px(rect.x + rect.width / 2.0)) y=(Px(first + nth as f64 * LINE)) text-anchor="middle" { (line) }
        }
    }
}

/// The outline of a folder, and its name.
fn frame(rect: Rect, tile: &Tile, name: Option<&(f64, String)>) -> Markup {
    html! {
        a.folder href=(tile.href) {
            title { (tile.title) }
            rect.edge x=(Px(rect.x)) y=(Px(rect.y)) width=(Px(rect.width)) height=(Px(rect.height)) fill="none" {}
            @if let Some((start, name)) = name {
                rect.chip x=(Px(*start)) y=(Px(rect.y + 2.0)) rx="3" width=(Px(chip_width(name))) height="16" {}
                text x=(Px(start + 4.0)) y=(Px(rect.y + 14.0)) { (name) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CUTS: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    const BOUNDS: Rect = Rect { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };

    /// The example of the paper's figure 4: weights 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4.
    #[test]
    fn the_published_example() {
        let bounds = Rect { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let rects = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], bounds);
        let near = |a: Rect, b: (f64, f64, f64, f64)| {
            [a.x - b.0, a.y - b.1, a.width - b.2, a.height - b.3].iter().all(|d| d.abs() < 1e-9)
        };
        let expected = [
            (0.0, 0.0, 3.0, 2.0),
            (0.0, 2.0, 3.0, 2.0),
            (3.0, 0.0, 12.0 / 7.0, 7.0 / 3.0),
            (3.0 + 12.0 / 7.0, 0.0, 9.0 / 7.0, 7.0 / 3.0),
        ];
        for (rect, expected) in rects.iter().zip(expected) {
            assert!(near(*rect, expected), "{rect:?} is not {expected:?}");
        }
        let aspect = |rect: &Rect| (rect.width / rect.height).max(rect.height / rect.width);
        assert!(rects.iter().all(|rect| aspect(rect) < 3.0));
    }

    fn overlap(a: &Rect, b: &Rect) -> f64 {
        let along = |a0: f64, a1: f64, b0: f64, b1: f64| (a1.min(b1) - a0.max(b0)).max(0.0);
        along(a.x, a.x + a.width, b.x, b.x + b.width) * along(a.y, a.y + a.height, b.y, b.y + b.height)
    }

    proptest! {
        #[test]
        fn areas_are_in_proportion_and_fill_the_whole_without_overlap(
            mut weights in prop::collection::vec(1_u32..100_000, 1..80)
        ) {
            weights.sort_unstable_by(|a, b| b.cmp(a));
            let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
            let rects = squarify(&weights, BOUNDS);
            prop_assert_eq!(rects.len(), weights.len());
            let total: f64 = weights.iter().sum();
            for (rect, weight) in rects.iter().zip(&weights) {
                let wanted = BOUNDS.area() * weight / total;
                prop_assert!((rect.area() - wanted).abs() <= 1e-6 * BOUNDS.area(), "{rect:?} for {weight}");
                prop_assert!(rect.x >= BOUNDS.x - 1e-6 && rect.y >= BOUNDS.y - 1e-6);
                prop_assert!(rect.x + rect.width <= BOUNDS.x + BOUNDS.width + 1e-6);
                prop_assert!(rect.y + rect.height <= BOUNDS.y + BOUNDS.height + 1e-6);
            }
            let filled: f64 = rects.iter().map(Rect::area).sum();
            prop_assert!((filled - BOUNDS.area()).abs() < 1e-6 * BOUNDS.area());
            for (index, a) in rects.iter().enumerate() {
                for b in &rects[index + 1..] {
                    prop_assert!(overlap(a, b) < 1e-3, "{a:?} and {b:?} overlap");
                }
            }
        }

        #[test]
        fn any_order_and_weights_of_nothing_do_no_harm(weights in prop::collection::vec(0_u32..5, 0..20)) {
            let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
            let rects = squarify(&weights, BOUNDS);
            let all_finite = |r: &Rect| [r.x, r.y, r.width, r.height].iter().all(|part| part.is_finite());
            let some = weights.iter().any(|weight| *weight > 0.0);
            prop_assert!(!some || rects.iter().all(all_finite));
        }
    }

    fn file(name: &str, weight: u64) -> Tile {
        Tile {
            label: name.to_owned(),
            title: format!("{name}: {weight} lines"),
            figure: weight.to_string(),
            href: format!("/{name}"),
            weight,
            shade: Some(Shade::of(5.0, &CUTS)),
            children: Vec::new(),
        }
    }

    fn folder(name: &str, children: Vec<Tile>) -> Tile {
        let weight = children.iter().map(|child| child.weight).sum();
        Tile { shade: None, children, ..file(name, weight) }
    }

    /// The sides of the drawn tiles, in order.
    fn rectangles(markup: &str) -> Vec<(f64, f64)> {
        let side = |part: &str, name: &str| -> f64 {
            let rest = part.split_once(&format!("{name}=\"")).map_or("0", |(_, rest)| rest);
            rest.split('"').next().and_then(|number| number.parse().ok()).expect("a length is a number")
        };
        let tiles = markup.split("<rect x=").skip(1);
        tiles.map(|part| (side(part, "width"), side(part, "height"))).collect()
    }

    #[test]
    fn nested_files_have_their_share_of_the_whole_picture() {
        let tree = folder(
            "",
            vec![folder("src", vec![file("a.rs", 600), file("b.rs", 200)]), file("build.rs", 200)],
        );
        let size = Size { width: 500.0, height: 200.0, least_area: 10.0 };
        let markup = draw(&tree, "Map", size).into_string();
        let mut areas: Vec<f64> = rectangles(&markup).iter().map(|(width, height)| width * height).collect();
        areas.sort_by(f64::total_cmp);
        assert_eq!(areas.len(), 3);
        for (area, wanted) in areas.iter().zip([20_000.0, 20_000.0, 60_000.0]) {
            assert!((area - wanted).abs() < 50.0, "{area} is not {wanted}");
        }
        assert!(markup.contains("<a class=\"folder\" href=\"/src\">"), "{markup}");
    }

    #[test]
    fn small_ones_become_one_that_leads_to_their_folder() {
        let mut files = vec![file("large.rs", 10_000)];
        files.extend((0..30).map(|nth| file(&format!("small{nth}.rs"), 1)));
        let markup = draw(&folder("", files), "Map", Size::default()).into_string();
        assert!(markup.contains("30 smaller ones, 30 lines together"), "{markup}");
        assert!(!markup.contains("small7.rs"));
    }

    #[test]
    fn names_cannot_break_out() {
        let name = "\"><script>alert(1)</script>";
        let markup = draw(&folder("", vec![file(name, 5)]), name, Size::default()).into_string();
        assert!(!markup.contains("<script"), "{markup}");
    }

    #[test]
    fn a_shade_is_the_number_of_cuts_that_a_value_reaches() {
        let class = |value| Shade::class(Some(Shade::of(value, &CUTS)));
        assert_eq!([0.0, 0.9, 1.0, 5.5, 6.0, 700.0].map(class), ["s0", "s0", "s1", "s5", "s6", "s6"]);
        assert_eq!(Shade::class(None), "sx");
        assert_eq!(Shade::all().count(), 7);
    }
}
