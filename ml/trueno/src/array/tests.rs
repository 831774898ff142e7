use super::*;
use proptest::prelude::*;

fn counted(dims: &[usize]) -> Array<i32> {
    let mut next = 0;
    Array::from_fn(dims, |_| {
        next += 1;
        next - 1
    })
    .expect("a small shape")
}

#[test]
fn views_agree_with_index_arithmetic() {
    let a = counted(&[3, 4, 5]);
    let by_hand = |i: usize, j: usize, k: usize| (i * 20 + j * 5 + k) as i32;
    let t = a.transpose();
    let p = a.view().permute(&[1, 2, 0]).expect("a permutation");
    let s = a.view().slice(1, 1..3).expect("within").slice_step(2, 0..5, -2).expect("within");
    assert_eq!(s.shape().dims(), [3, 2, 3]);
    for i in 0..3 {
        for j in 0..4 {
            for k in 0..5 {
                assert_eq!(a.get(&[i, j, k]), Ok(by_hand(i, j, k)));
                assert_eq!(t.get(&[k, j, i]), Ok(by_hand(i, j, k)));
                assert_eq!(p.get(&[j, k, i]), Ok(by_hand(i, j, k)));
            }
        }
        assert_eq!(s.get(&[i, 1, 0]), Ok(by_hand(i, 2, 4)));
        assert_eq!(s.get(&[i, 0, 2]), Ok(by_hand(i, 1, 0)));
    }
    assert_eq!(t.to_array().transpose().to_array(), a);
}

#[test]
fn wrong_shapes_are_errors_that_name_them() {
    let a = counted(&[2, 3]);
    assert!(matches!(a.get(&[0]), Err(ShapeError::Rank { .. })));
    assert!(matches!(a.get(&[0, 3]), Err(ShapeError::Bounds { index: 3, axis: 1, length: 3 })));
    assert!(matches!(a.view().slice(2, 0..1), Err(ShapeError::Axis { axis: 2, .. })));
    assert!(matches!(a.view().slice(0, 1..3), Err(ShapeError::Bounds { .. })));
    assert!(a.view().slice_step(0, 0..2, 0).is_err());
    assert!(a.view().permute(&[0, 0]).is_err());
    assert!(a.transpose().reshape(&[6]).is_err());
    let refused = a.shape().broadcast(counted(&[2]).shape()).expect_err("3 against 2");
    assert_eq!(refused.to_string(), "shapes 2×3 and 2 (one axis) cannot be broadcast together");
    let refused = Array::from_slice(&[1, 2, 3], &[2, 2]).expect_err("three values for four");
    assert_eq!(refused.to_string(), "3 values cannot fill shape 2×2 of 4 elements");
    assert!(Array::<f32>::zeros(&[usize::MAX, 2]).is_err());
    assert!(Array::<f32>::zeros(&[1; 9]).is_err());
    assert!(Array::<f32>::zeros(&[0, usize::MAX, 3]).is_err());
}

#[test]
fn empty_arrays_have_views_and_no_elements() {
    let a = Array::<f32>::zeros(&[3, 0, 2]).expect("an empty shape");
    assert_eq!(a.view().iter().count(), 0);
    assert_eq!(a.transpose().to_array().dims(), [2, 0, 3]);
    assert_eq!(a.view().index_axis(0, 2).expect("within").shape().dims(), [0, 2]);
    assert_eq!(a.view().slice(1, 0..0).expect("within").as_slice(), Some(&[][..]));
    assert_eq!(Array::full(&[], 7).expect("no axes").get(&[]), Ok(7));
}

#[test]
fn broadcasting_repeats_without_a_copy() {
    let row = counted(&[4]);
    let wide = row.view().broadcast_to(&Shape::new(&[3, 4]).expect("small")).expect("stretches");
    assert_eq!(wide.strides(), [0, 1]);
    assert_eq!(wide.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    let mut target = Array::<i32>::zeros(&[3, 4]).expect("small");
    target.view_mut().assign(&counted(&[3, 1]).view()).expect("stretches");
    assert_eq!(target.as_slice(), [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    target
        .view_mut()
        .transpose()
        .slice(0, 3..4)
        .expect("within")
        .assign(&row.view().slice(0, 1..4).expect("in"))
        .expect("fits");
    assert_eq!(target.as_slice(), [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3]);
}

proptest! {
    #[test]
    fn broadcasting_is_symmetric_and_keeps_elements(a in prop::collection::vec(1usize..4, 0..4), b in prop::collection::vec(1usize..4, 0..4)) {
        let (x, y) = (counted(&a), counted(&b));
        let both = x.shape().broadcast(y.shape());
        prop_assert_eq!(both.is_ok(), y.shape().broadcast(x.shape()).is_ok());
        if let Ok(shape) = both {
            let wide = x.view().broadcast_to(&shape).expect("its own broadcast shape");
            prop_assert_eq!(wide.iter().len(), shape.elements());
            prop_assert!(wide.iter().all(|v| (v as usize) < x.shape().elements()));
        }
    }

    #[test]
    fn slices_never_leave_their_array(dims in prop::collection::vec(0usize..5, 1..4), steps in prop::collection::vec((0usize..4, 0usize..6, 0usize..6, -3isize..4), 0..5)) {
        let a = counted(&dims);
        let mut view = a.view();
        for (axis, from, to, step) in steps {
            if let Ok(next) = view.slice_step(axis, from..to, step) {
                view = next;
            }
        }
        let elements = view.iter().collect::<Vec<_>>();
        prop_assert_eq!(elements.len(), view.shape().elements());
        let mut distinct = elements.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), elements.len());
    }
}
