mod index;

use self::index::Index;
use crate::shape;
use helper::Clock;

pub struct Store {
    index: Index,
    clock: Clock,
}

impl Store {
    pub fn new(clock: Clock) -> Store {
        Store { index: Index::new(), clock }
    }

    pub fn put(&mut self, name: &str) {
        let key = index::key_of(name);
        self.index.insert(key, self.clock.ticks());
    }

    pub fn len(&self) -> usize {
        self.index.len()
    }

    pub fn area(&self, square: &shape::Square) -> f64 {
        use crate::shape::Shape as _;
        square.area()
    }
}
