//! Drawings as pictures made of dots.

use crate::failure::Failure;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Dots along each unit of a drawing.
const SCALE: f32 = 2.0;

/// Makes PNG files of SVG drawings, their words in the machine's own fonts.
pub struct Painter {
    options: Options<'static>,
}

impl Painter {
    /// A painter that knows the machine's fonts.
    ///
    /// # Errors
    /// The machine has none.
    pub fn new() -> Result<Painter, Failure> {
        let mut options = Options::default();
        let fonts = options.fontdb_mut();
        fonts.load_system_fonts();
        // The machine may not have the generic family; any installed one will do.
        let families = || fonts.faces().flat_map(|face| &face.families).map(|(name, _)| name);
        let sans = families().find(|name| name.contains("Sans") && !name.contains("Mono"));
        let Some(family) = sans.or_else(|| families().next()).cloned() else {
            let help = "install a font, or write SVG: --plot-format svg";
            return Err(failure().why("this machine has no fonts for the text of plots").help(help));
        };
        fonts.set_sans_serif_family(family);
        Ok(Painter { options })
    }

    /// The PNG file of a drawing.
    ///
    /// # Errors
    /// It is not an SVG drawing.
    pub fn png(&self, drawing: &str) -> Result<Vec<u8>, Failure> {
        let tree = Tree::from_str(drawing, &self.options).map_err(|error| failure().why(error))?;
        let size = tree.size().to_int_size().scale_by(SCALE).ok_or_else(failure)?;
        let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or_else(failure)?;
        pixmap.fill(Color::WHITE);
        resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
        pixmap.encode_png().map_err(|error| failure().why(error))
    }
}

fn failure() -> Failure {
    Failure::new("cannot write the plot as PNG")
}
