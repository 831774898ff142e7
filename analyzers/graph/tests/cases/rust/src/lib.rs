pub mod shape;
pub mod store;

use helper::{Clock, clean, now as current, shout};
use shape::{Shape, Square};
use store::Store;

pub fn run() -> usize {
    let mut store = Store::new(Clock::new());
    store.put(&clean(" box "));
    let text = shout!("done");
    store.put(&text);
    let square = Square::default();
    print_area(&square);
    current();
    store.len() + self::count(&store)
}

fn count(store: &Store) -> usize {
    store.len()
}

fn print_area(shape: &dyn Shape) {
    println!("{} {}", shape.area(), shape.describe());
}

fn shadow(count: fn() -> usize) -> usize {
    count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs() {
        assert_eq!(run(), helper());
        assert!(shadow(|| 1) > 0);
    }

    fn helper() -> usize {
        3
    }
}
