//! Models of XGBoost and LightGBM.
#![no_main]

use aprender::boosting::rounds_of_xgboost;
use aprender::saved::SavedModel;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = SavedModel::from_foreign_bytes(data, "target");
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = rounds_of_xgboost(text);
    }
});
