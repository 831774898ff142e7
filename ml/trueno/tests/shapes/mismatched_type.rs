use trueno::Matrix;

fn fit(_: &Matrix<100, 10>) {}

fn main() {
    fit(&Matrix::<10, 100>::zeros());
}
