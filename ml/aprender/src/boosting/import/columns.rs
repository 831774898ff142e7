//! Column information in another library's file: the names, and the categories behind the numbers.
//!
//! Both libraries number the categories of a data frame and keep the list next to the trees: LightGBM in the line
//! `pandas_categorical`, in the order of the frame's categorical columns; XGBoost from 3.1 on under `cats`, for each
//! column.

use super::ImportError;
use alimentar::ColumnType;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// The column information of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForeignColumns {
    /// The names; empty if the file has none.
    pub names: Vec<String>,
    /// By place of the column.
    pub categories: BTreeMap<usize, ForeignCategories>,
    /// Indices of the columns whose cells contain category numbers directly.
    pub numbered: Vec<usize>,
    /// Whether the library refuses unlisted categories; otherwise they count as missing.
    pub refuses_others: bool,
}

/// The categories of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignCategories {
    /// How their cells are parsed.
    pub column_type: ColumnType,
    /// As text, in the order of their numbers.
    pub words: Vec<String>,
}

/// The columns of a model of LightGBM.
///
/// # Errors
/// Categories of a data frame whose column is unknown, or categories that no cell can contain.
pub fn columns_of_lightgbm(text: &str) -> Result<ForeignColumns, ImportError> {
    let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim();
    let names = line("feature_names=").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let infos = line("feature_infos=").split_whitespace().collect::<Vec<_>>();
    let by_info = infos.iter().enumerate().filter(|(_, info)| **info != "none" && !info.starts_with('['));
    let named = line("[categorical_feature:").trim_end_matches(']');
    let places = named.split(',').filter_map(|place| place.trim().parse::<usize>().ok());
    let mut places = places.chain(by_info.map(|(place, _)| place)).collect::<Vec<_>>();
    places.sort_unstable();
    places.dedup();
    let lists: Option<Vec<Vec<Value>>> = match line("pandas_categorical:") {
        "" => None,
        text => serde_json::from_str(text).map_err(|error| ImportError::Malformed {
            format: "LightGBM",
            what: format!("pandas_categorical: {error}"),
        })?,
    };
    let Some(lists) = lists.filter(|lists| !lists.is_empty()) else {
        return Ok(ForeignColumns { names, numbered: places, ..ForeignColumns::default() });
    };
    if lists.len() != places.len() {
        return Err(ImportError::Unsupported {
            format: "LightGBM",
            what: format!(
                "{} lists of categories for {} columns of them (some are ordered, or were named in addition to the data frame's)",
                lists.len(),
                places.len()
            ),
        });
    }
    let mut categories = BTreeMap::new();
    for (place, list) in places.into_iter().zip(lists) {
        let words = words("LightGBM", &list)?;
        let seen = infos.get(place).copied().filter(|info| !info.starts_with('[')).unwrap_or_default();
        let numbers = seen.split(':').filter_map(|number| number.parse::<f64>().ok());
        if numbers.fold(-1.0, f64::max) >= words.words.len() as f64 {
            let what =
                "a column of categories whose numbers are no places in the data frame's list".to_owned();
            return Err(ImportError::Unsupported { format: "LightGBM", what });
        }
        categories.insert(place, words);
    }
    Ok(ForeignColumns { names, categories, ..ForeignColumns::default() })
}

/// Categories that are all numbers, all words, or all truth values.
fn words(format: &'static str, list: &[Value]) -> Result<ForeignCategories, ImportError> {
    let all = |of: fn(&Value) -> Option<String>| list.iter().map(of).collect::<Option<Vec<_>>>();
    let number = |value: &Value| value.as_f64().map(|number| number.to_string());
    let kinds = [
        (ColumnType::Number, all(number)),
        (ColumnType::Boolean, all(|value| value.as_bool().map(|truth| truth.to_string()))),
        (ColumnType::Text, all(|value| value.as_str().map(str::to_owned))),
    ];
    let found = kinds.into_iter().find_map(|(column_type, words)| Some((column_type, words?)));
    let different = |words: &[String]| words.iter().collect::<HashSet<_>>().len() == words.len();
    match found.filter(|(_, words)| !words.is_empty() && different(words)) {
        Some((column_type, words)) => Ok(ForeignCategories { column_type, words }),
        None => {
            let what =
                "categories that are neither all numbers nor all words, or not all different".to_owned();
            Err(ImportError::Unsupported { format, what })
        }
    }
}

/// The part of an XGBoost model that describes columns.
#[derive(Deserialize)]
struct File {
    learner: Learner,
}

#[derive(Deserialize)]
struct Learner {
    #[serde(default)]
    feature_names: Option<Vec<String>>,
    #[serde(default)]
    feature_types: Option<Vec<String>>,
    #[serde(default)]
    cats: Option<Categories>,
    #[serde(default)]
    gradient_booster: Booster,
}

#[derive(Deserialize, Default)]
struct Booster {
    #[serde(default)]
    model: Trees,
    #[serde(default)]
    gbtree: Inner,
}

#[derive(Deserialize, Default)]
struct Inner {
    #[serde(default)]
    model: Trees,
}

#[derive(Deserialize, Default)]
struct Trees {
    #[serde(default)]
    cats: Option<Categories>,
}

#[derive(Deserialize)]
struct Categories {
    #[serde(default)]
    enc: Vec<Encoding>,
}

/// The categories of one column: numbers, or the bytes of all words and the end of each word.
#[derive(Deserialize)]
struct Encoding {
    #[serde(default)]
    offsets: Option<Vec<usize>>,
    #[serde(default)]
    values: Vec<Value>,
}

/// The columns of a model of XGBoost.
///
/// # Errors
/// Categorical columns without a category list, as versions before 3.1 write them; or categories that no cell can hold.
pub fn columns_of_xgboost(json: &str) -> Result<ForeignColumns, ImportError> {
    const FORMAT: &str = "XGBoost";
    let file: File = serde_json::from_str(json)
        .map_err(|error| ImportError::Malformed { format: FORMAT, what: error.to_string() })?;
    let Learner { feature_names, feature_types, cats, gradient_booster: Booster { model, gbtree } } =
        file.learner;
    let types = feature_types.unwrap_or_default();
    let columns = types.iter().enumerate().filter(|(_, name)| *name == "c").map(|(place, _)| place);
    let Some(cats) = cats.or(model.cats).or(gbtree.model.cats) else {
        if let Some(place) = columns.clone().next() {
            let what = format!(
                "categories in column {} whose meaning is not in the file (save it with XGBoost 3.1 or newer)",
                place + 1
            );
            return Err(ImportError::Unsupported { format: FORMAT, what });
        }
        return Ok(ForeignColumns { names: feature_names.unwrap_or_default(), ..ForeignColumns::default() });
    };
    let mut categories = BTreeMap::new();
    for (place, Encoding { offsets, values }) in
        cats.enc.into_iter().enumerate().filter(|(_, e)| !e.values.is_empty())
    {
        let values = match offsets {
            None => values,
            Some(offsets) => spelled(&offsets, &values).ok_or_else(|| ImportError::Unsupported {
                format: FORMAT,
                what: format!(
                    "categories in column {} that are not ASCII, which it stores cut off",
                    place + 1
                ),
            })?,
        };
        categories.insert(place, words(FORMAT, &values)?);
    }
    let numbered = columns.filter(|place| !categories.contains_key(place)).collect();
    let names = feature_names.unwrap_or_default();
    Ok(ForeignColumns { names, categories, numbered, refuses_others: true })
}

/// Words from their bytes. XGBoost up to 3.2 wrongly counts a word's characters instead of its bytes, so words that are
/// not ASCII, and all words after them, are garbled. `None` in that case.
fn spelled(offsets: &[usize], bytes: &[Value]) -> Option<Vec<Value>> {
    let byte = |value: &Value| value.as_i64().and_then(|x| u8::try_from(x).ok()).filter(u8::is_ascii);
    let bytes = bytes.iter().map(byte).collect::<Option<Vec<u8>>>()?;
    let word = |pair: &[usize]| std::str::from_utf8(bytes.get(pair[0]..pair[1])?).ok().map(Value::from);
    offsets.windows(2).map(word).collect()
}
