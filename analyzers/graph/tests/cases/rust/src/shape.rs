pub trait Shape {
    fn area(&self) -> f64;

    fn describe(&self) -> String {
        format!("area {}", self.area())
    }
}

pub struct Square {
    side: f64,
}

impl Square {
    pub fn with_side(side: f64) -> Self {
        Square { side }
    }

    pub fn grow(&mut self, by: f64) {
        fn clamp(value: f64) -> f64 {
            value.max(0.0)
        }
        self.side = clamp(self.side + by);
    }
}

impl Shape for Square {
    fn area(&self) -> f64 {
        square(self.side)
    }
}

impl Default for Square {
    fn default() -> Self {
        Self::with_side(1.0)
    }
}

fn square(x: f64) -> f64 {
    x * x
}
