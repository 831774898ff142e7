//! A small repository with a history, several authors, copies, a circle of imports and code with findings.

use crate::repository::{CLEAN, Tree, branching};
use crate::service::commit_as;

/// Copied into several files.
const COPIED: &str = "def total(prices, rate):\n    result = 0\n    for price in prices:\n        if price > 10:\n            result += price * 2\n        elif price > 5:\n            result += price + 1\n        else:\n            result -= price\n    print('the total is', result)\n    for step in range(rate):\n        result = result * step + rate\n    return result\n";

/// The repository: five commits by three people over two years, two tags.
pub fn shop() -> Tree {
    let tree = Tree::unborn(&[("src/lib.rs", CLEAN), ("README.md", "# Shop\n\nSells things.\n")]);
    commit_as(&tree, "Ada Lovelace", "2023-01-10", "Begin");
    tree.write("src/cart/mod.rs", branching("price_of", 8));
    tree.write("src/cart/coupon.rs", branching("redeem", 26));
    commit_as(&tree, "Grace Hopper", "2023-06-10", "Sell");
    tree.git(&["tag", "v1.0"]);
    tree.write("tools/__init__.py", "");
    tree.write("tools/orders.py", format!("from tools import stock\n\n\n{COPIED}"));
    tree.write("tools/stock.py", format!("from tools import orders\n\n\n{COPIED}"));
    commit_as(&tree, "Alan Turing", "2024-01-10", "Count the stock");
    tree.write("src/cart/coupon.rs", branching("redeem", 34));
    tree.write("src/checkout/pay.rs", format!("//! Pays.\n// TODO: refunds\n\n{}", branching("pay", 14)));
    tree.write("src/checkout/mod.rs", branching("checkout", 5));
    commit_as(&tree, "Grace Hopper", "2024-07-10", "Redeem more kinds of coupons");
    tree.git(&["tag", "v2.0"]);
    tree.write("web/shop.js", "export function show(items) {\n  for (const item of items) {\n    if (item.price) console.log(item);\n  }\n}\n");
    commit_as(&tree, "Ada Lovelace", "2024-12-10", "Show the shop");
    tree
}

/// Address of the pages of a repository, from its slug.
pub fn pages(slug: &str) -> Vec<String> {
    let of = |page: &str| format!("/r/{slug}{page}");
    let mut pages = vec!["/".to_owned()];
    pages.extend(
        [
            "",
            "/map",
            "/map?metric=cognitive&folder=src",
            "/files",
            "/files?sort=lines",
            "/file/src/cart/coupon.rs",
        ]
        .map(of),
    );
    pages.extend(
        ["/findings", "/clones", "/clones?class=0", "/graph", "/graph?folder=tools", "/people", "/gate"]
            .map(of),
    );
    pages
}

/// The slug of the only repository on the page of all repositories.
pub fn slug_in(html: &str) -> String {
    let link = html.split("href=\"/r/").nth(1).expect("there is a repository");
    link.split(['"', '/', '?']).next().expect("a link ends").to_owned()
}
