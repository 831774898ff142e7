use trueno::{DynMatrix, Matrix};

fn main() {
    let x = Matrix::<10, 100>::zeros();
    let y = x.matmul(&x);
    let rows = DynMatrix::<100>::from_slice(&[]).unwrap();
    let z = rows.matmul(&Matrix::<7, 3>::zeros());
}
