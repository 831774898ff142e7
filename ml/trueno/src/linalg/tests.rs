use super::*;
use crate::random::Philox;
use crate::{Array, matmul};

mod nist;

fn random_matrix(random: &mut Philox, rows: usize, columns: usize) -> Array<f64> {
    Array::from_fn(&[rows, columns], |_| random.normal()).expect("small")
}

/// Largest absolute difference.
fn distance(a: &Array<f64>, b: &Array<f64>) -> f64 {
    assert_eq!(a.dims(), b.dims());
    a.as_slice().iter().zip(b.as_slice()).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

fn identity(n: usize) -> Array<f64> {
    Array::from_fn(&[n, n], |i| if i[0] == i[1] { 1.0 } else { 0.0 }).expect("small")
}

fn times(a: &ArrayView<'_, f64>, b: &ArrayView<'_, f64>) -> Array<f64> {
    matmul(a, b).expect("the shapes fit")
}

#[test]
fn cholesky_and_lu_rebuild_and_solve() {
    let mut random = Philox::new(1);
    for n in [1, 2, 3, 10, 33, 90] {
        let a = random_matrix(&mut random, n, n + 5);
        let spd = times(&a.view(), &a.transpose());
        let b = random_matrix(&mut random, n, 3);
        let cholesky = Cholesky::new(&spd.view()).expect("positive definite");
        let rebuilt = times(&cholesky.lower().view(), &cholesky.lower().transpose());
        assert!(distance(&rebuilt, &spd) < 1e-11);
        let x = cholesky.solve(&b.view()).expect("fits");
        assert!(distance(&times(&spd.view(), &x.view()), &b) < 1e-8);

        let general = random_matrix(&mut random, n, n);
        let lu = Lu::new(&general.view()).expect("square");
        let x = lu.solve(&b.view()).expect("not singular");
        assert!(distance(&times(&general.view(), &x.view()), &b) < 1e-9);
        assert!(
            distance(&times(&general.view(), &lu.inverse().expect("not singular").view()), &identity(n))
                < 1e-9
        );
        let log = Lu::new(&spd.view()).expect("square").determinant().ln();
        assert!((log - cholesky.log_determinant()).abs() < 1e-9 * log.abs().max(1.0));
    }
    let known = Array::from_slice(&[0.0, 2.0, 1.0, 3.0], &[2, 2]).expect("small");
    assert_eq!(Lu::new(&known.view()).expect("square").determinant(), -2.0);
}

#[test]
fn matrices_without_a_solution_say_which_pivot() {
    let flat = Array::full(&[3, 3], 1.0).expect("small");
    let b = Array::full(&[3], 1.0).expect("small");
    assert_eq!(
        Lu::new(&flat.view()).expect("square").solve(&b.view()).err(),
        Some(LinalgError::Singular { index: 1 })
    );
    assert!(matches!(Cholesky::new(&flat.view()), Err(LinalgError::NotPositiveDefinite { index: 1, .. })));
    let mut bad = flat.clone();
    bad.as_mut_slice()[5] = f64::NAN;
    assert!(matches!(Svd::new(&bad.view()), Err(LinalgError::NotFinite { row: 1, column: 2, .. })));
    assert!(Cholesky::new(&Array::zeros(&[2, 3]).expect("small").view()).is_err());
    assert!(
        Lu::new(&flat.view()).expect("square").solve(&Array::zeros(&[2]).expect("small").view()).is_err()
    );
}

#[test]
fn qr_and_svd_rebuild_with_orthonormal_factors() {
    let mut random = Philox::new(2);
    for (rows, columns) in [(1, 1), (5, 3), (3, 5), (40, 40), (100, 7), (7, 100), (0, 3), (3, 0)] {
        let mut a = random_matrix(&mut random, rows, columns);
        if columns > 3 {
            // A column that depends on others.
            for row in a.as_mut_slice().chunks_mut(columns) {
                row[2] = row[0] - 2.0 * row[1];
            }
        }
        let small = rows.min(columns);
        let qr = Qr::new(&a.view()).expect("finite");
        let (q, r) = (qr.q().expect("small"), qr.r().expect("small"));
        assert!(distance(&times(&q.view(), &r.view()), &a) < 1e-12);
        assert!(distance(&times(&q.transpose(), &q.view()), &identity(small)) < 1e-13);
        let svd = Svd::new(&a.view()).expect("finite");
        let scaled =
            Array::from_fn(&[rows, small], |i| svd.u.get(i).expect("within") * svd.singular_values[i[1]]);
        assert!(distance(&times(&scaled.expect("small").view(), &svd.v_transposed.view()), &a) < 1e-12);
        assert!(svd.singular_values.is_sorted_by(|a, b| a >= b));
        let v = &svd.v_transposed;
        assert!(distance(&times(&v.view(), &v.transpose()), &identity(small)) < 1e-12 || rows < columns);
        let dependent = usize::from(columns > 3 && rows >= 3 && rows >= columns);
        assert_eq!(svd.rank(1e-12), small - dependent);
        let inverse = svd.pseudo_inverse(1e-12).expect("small");
        assert!(distance(&times(&times(&a.view(), &inverse.view()).view(), &a.view()), &a) < 1e-11);
    }
}

/// Hilbert's matrix of order 8; its extreme singular values to 10 digits, from its known condition 1.525757556e10.
#[test]
fn small_singular_values_are_accurate() {
    let hilbert = Array::from_fn(&[8, 8], |i| 1.0 / (i[0] + i[1] + 1) as f64).expect("small");
    let svd = Svd::new(&hilbert.view()).expect("finite");
    let condition = svd.singular_values[0] / svd.singular_values[7];
    assert!((condition / 1.525_757_556e10 - 1.0).abs() < 1e-6, "{condition:e}");
    let tiny = Array::full(&[3, 2], 1e-200).expect("small");
    let svd = Svd::new(&tiny.view()).expect("finite");
    assert!((svd.singular_values[0] / (6f64.sqrt() * 1e-200) - 1.0).abs() < 1e-14 && svd.rank(1e-12) == 1);
}

#[test]
fn eigenvectors_are_turned_into_multiples_of_themselves() {
    let mut random = Philox::new(3);
    for n in [0, 1, 2, 3, 10, 60] {
        let a = random_matrix(&mut random, n, n);
        let mut symmetric = times(&a.view(), &a.transpose());
        if n == 10 {
            symmetric = identity(10);
        }
        let eigen = SymmetricEigen::new(&symmetric.view()).expect("settles");
        let turned = times(&eigen.vectors.view(), &symmetric.view());
        let scaled = Array::from_fn(&[n, n], |i| eigen.vectors.get(i).expect("within") * eigen.values[i[0]]);
        assert!(distance(&turned, &scaled.expect("small")) < 1e-11);
        assert!(distance(&times(&eigen.vectors.view(), &eigen.vectors.transpose()), &identity(n)) < 1e-12);
        assert!(eigen.values.is_sorted());
    }
    // The second difference matrix: 2 - 2 cos(kπ/(n+1)).
    let n = 30;
    let laplace = Array::from_fn(&[n, n], |i| match i[0].abs_diff(i[1]) {
        0 => 2.0,
        1 => -1.0,
        _ => 0.0,
    });
    let eigen = SymmetricEigen::new(&laplace.expect("small").view()).expect("settles");
    for (k, value) in eigen.values.iter().enumerate() {
        let exact = 2.0 - 2.0 * ((k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64).cos();
        assert!((value - exact).abs() < 1e-14 * 4.0);
    }
}

#[test]
fn dependent_columns_get_the_solution_of_least_norm() {
    let mut random = Philox::new(4);
    let mut a = random_matrix(&mut random, 2000, 6);
    for row in a.as_mut_slice().chunks_mut(6) {
        row[5] = row[4];
        row[3] = 0.0;
    }
    let truth = [1.0, -2.0, 3.0, 0.0, 0.5, 0.5];
    let b = times(&a.view(), &ArrayView::from_slice(&truth, &[6, 1]).expect("small"));
    let found = least_squares(&a.view(), &b.view()).expect("finite");
    assert_eq!(found.rank, 4);
    assert!(found.coefficients.as_slice().iter().zip(truth).all(|(x, y)| (x - y).abs() < 1e-12));
    assert!(found.residual_sums[0] < 1e-24);
    let wide = random_matrix(&mut random, 3, 5);
    let b = random_matrix(&mut random, 3, 1);
    let found = least_squares(&wide.view(), &b.view()).expect("finite");
    assert!(found.rank == 3 && distance(&times(&wide.view(), &found.coefficients.view()), &b) < 1e-12);
    // The solution must not contain components that the rows do not determine: it is Aᵀ w.
    let w = least_squares(&wide.view().transpose(), &found.coefficients.view()).expect("finite");
    assert!(w.residual_sums[0] < 1e-24, "{}", w.residual_sums[0]);
    let again = random_matrix(&mut random, 1, 5);
    let twice = Array::from_fn(&[2, 5], |i| again.as_slice()[i[1]]).expect("small");
    let found = least_squares(&twice.view(), &Array::from_slice(&[1.0, 3.0], &[2]).expect("small").view());
    let found = found.expect("finite");
    assert!(found.rank == 1 && (found.residual_sums[0] - 2.0).abs() < 1e-12);
    let none = least_squares(
        &Array::zeros(&[0, 3]).expect("empty").view(),
        &Array::zeros(&[0]).expect("empty").view(),
    );
    assert_eq!(none.expect("finite").coefficients.as_slice(), [0.0; 3]);
    assert!(least_squares(&wide.view(), &Array::zeros(&[4]).expect("small").view()).is_err());
}
