//! The compiler's messages about mismatched shapes: the texts are golden files next to the cases.
//!
//! A reshape that changes the number of elements is refused during code generation, not during type checking. Its case
//! is a doc test of `trueno::matrix`, because its text differs with the compiler's components.

#[test]
fn shape_errors_name_both_shapes_and_the_way_out() {
    trybuild::TestCases::new().compile_fail("tests/shapes/*.rs");
}
