//! What the compiler says about shapes that do not fit: the texts are golden files next to the cases.
//!
//! A reshape that changes the number of elements is refused when code is made, not when it is checked; its case is a documentation
//! test of `trueno::matrix`, since its text differs with the compiler's components.

#[test]
fn shape_errors_name_both_shapes_and_the_way_out() {
    trybuild::TestCases::new().compile_fail("tests/shapes/*.rs");
}
