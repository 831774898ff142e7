use trueno::{HasColumns, Matrix};

fn predict<X: HasColumns<10>>(_: &X) {}

fn main() {
    let x = Matrix::<10, 100>::zeros();
    predict(&x);
}
