//! What counts as test code in small trees, and which tests each language's files define.

use crate::source::MemoryTree;
use crate::{MeasureOptions, RepoFacts, measure};

fn measured(files: &[(&str, &str)]) -> RepoFacts {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    measure(&tree, None, &MeasureOptions::default()).expect("memory can be listed")
}

/// Paths of the test files.
fn test_files(files: &[(&str, &str)]) -> Vec<String> {
    let repo = measured(files);
    repo.files.iter().filter(|file| file.is_test_file()).map(|file| file.path().to_string()).collect()
}

/// Names of the tests of one file.
fn tests(path: &str, text: &str) -> Vec<String> {
    let repo = measured(&[(path, text)]);
    repo.files.iter().flat_map(|file| file.tests()).map(|test| test.qualified_name.clone()).collect()
}

/// Path, text, and the names of the tests in it.
const TESTS: &[(&str, &str, &[&str])] = &[
    (
        "a.test.js",
        "describe('add', () => {\n  beforeEach(() => {});\n  it('adds (two)', () => {});\n  \
         it.each([1, 2])('adds %d', (n) => {});\n  it(`t ${1}`, fakeAsync(() => {}));\n  it(name, () => {});\n});\n",
        &["add.adds (two)", "add.adds %d", "add.t ${1}", "add.name"],
    ),
    ("a.js", "test('a', { skip: 1 }, async () => {});\nconst t = other('b', () => {});\n", &["a"]),
    ("a.js", "suiteOf(1, () => {});\nif (re.test('x', () => 1)) f();\nit(name, () => {});\n", &[]),
    (
        "b.js",
        "test.suite('s', () => { test.it('a', () => {}); test.test.only('b', () => {}); });\n",
        &["s.a", "s.b"],
    ),
    ("a.spec.tsx", "test.describe('s', () => { test.only('a', async ({ page }) => {}); });\n", &["s.a"]),
    (
        "a.cc",
        "TEST_F(Adds, Zero) { f(); }\nTEST(Add, DISABLED_One) {}\nint main() {}\n",
        &["Adds.Zero", "Add.DISABLED_One"],
    ),
    (
        "b.cpp",
        "namespace a {\nTEST_CASE(\"adds (two)\", \"[x]\") {\n  SECTION(\"in\") { f(); }\n}\n}\n",
        &["a::adds (two)"],
    ),
    ("c.cpp", "BOOST_FIXTURE_TEST_CASE(adds, Fixture) { f(); }\nSCENARIO(\"x\") { f(); }\n", &["adds", "x"]),
    ("d.cpp", "void f() {}\n{\n}\nint LATEST(int a) { return a; }\n", &[]),
    (
        "b.c",
        "Test(suite, name, .timeout = 1) { f(); }\nSTART_TEST(foo)\n{\n  f();\n}\nEND_TEST\nTEST(a, b) { f(); }\n",
        &["suite.name", "foo", "a.b"],
    ),
    (
        "test_a.c",
        "static void test_add(void **state) { f(); }\nint helper(void) { return 1; }\n",
        &["test_add"],
    ),
    (
        "test_a.py",
        "def test_a():\n    def test_inner(): pass\n\ndef testb(): pass\n\nclass TestC:\n    def test_d(self): pass\n\
         \x20   def setup(self): pass\n\n@pytest.mark.usefixtures(\"a\")\ndef test_f(): pass\n\n@pytest.fixture(scope=\"module\")\ndef test_data(): pass\n\nclass Tool:\n    def test_e(self): pass\n",
        &["test_a", "testb", "TestC.test_d", "test_f"],
    ),
    (
        "checks.py",
        "class A(unittest.TestCase):\n    def testX(self): pass\n\ndef test_y(): pass\n",
        &["A.testX"],
    ),
    ("client.py", "class Client:\n    def test_connection(self): pass\n\ndef test_it(): pass\n", &[]),
    (
        "a_test.go",
        "package a\nfunc TestA(t *testing.T) {}\nfunc TestMain(m *testing.M) {}\nfunc Testify(t *testing.T) {}\n\
         func BenchmarkB(b *testing.B) {}\nfunc ExampleC() {\n\t// Output: 1\n}\nfunc ExampleD() {}\n",
        &["TestA", "BenchmarkB", "ExampleC"],
    ),
    ("a.go", "package a\nfunc TestA(t *testing.T) {}\n", &[]),
    (
        "ATest.java",
        "class ATest {\n  @Test(timeout = 5) void a() {}\n  @org.junit.jupiter.api.Test void b() {}\n  @BeforeTest void c() {}\n\
         \x20 @ParameterizedTest @ValueSource(ints = {1}) void d(int x) {}\n  void helper() {}\n}\n",
        &["ATest.a", "ATest.b", "ATest.d"],
    ),
    (
        "B.java",
        "class B extends TestCase {\n  public void testA() {}\n  private void testB() {}\n}\n",
        &["B.testA"],
    ),
    (
        "a_spec.rb",
        "RSpec.describe Foo, 'x' do\n  before { f }\n  it 'adds' do\n    f\n  end\n  it { is_expected.to eq 1 }\n\
         \x20 context 'y' do\n    specify('z') { g }\n  end\nend\n",
        &["Foo::adds", "Foo::it", "Foo::y::z"],
    ),
    (
        "b_spec.rb",
        "RSpec.describe Foo do\n  pending 'p' do\n    f\n  end\n  skip('s') { f }\n  focus 'f' do\n    f\n  end\n  pending 'later'\nend\n\
         skip('x') { f }\n",
        &["Foo::p", "Foo::s", "Foo::f"],
    ),
    ("test_a.rb", "class A < Minitest::Test\n  def test_b; f; end\n  def help; end\nend\n", &["A::test_b"]),
    ("a.rb", "class A\n  def test_b; f; end\nend\nconfig.test('x') { f }\nexample(:a) { f }\n", &[]),
    (
        "ATest.php",
        "<?php\nclass ATest extends TestCase {\n  public function testA() {}\n  /**\n   * @test\n   */\n  public function b() {}\n\
         \x20 #[DataProvider('x')] #[Test] public function c() {}\n  public function d() {}\n}\n",
        &["ATest::testA", "ATest::b", "ATest::c"],
    ),
    ("pest.php", "<?php\nit('adds', function () { f(); });\ntest('b', fn () => 1);\n", &["adds", "b"]),
    (
        "src/a.rs",
        "#[cfg(all(test, unix))]\nmod tests {\n    #[test]\n    fn a() {}\n    fn helper() {}\n    #[tokio::test(flavor = \"x\")]\n\
         \x20   async fn b() {}\n    #[test_case(1; \"one\")]\n    fn c(x: u8) {}\n}\nfn product() {}\n",
        &["tests::a", "tests::b", "tests::c"],
    ),
    (
        "ATests.swift",
        "class ATests: XCTestCase {\n  func testA() {}\n  func testB(x: Int) {}\n  func help() {}\n}\n@Test func c() {}\n",
        &["ATests.testA", "c"],
    ),
    (
        "ATest.kt",
        "class ATest {\n  @Test\n  fun `adds two`() {}\n  fun help() {}\n}\n",
        &["ATest.`adds two`"],
    ),
    ("BSpec.kt", "class B : FunSpec({\n  test(\"adds\") { f() }\n})\n", &["B.adds"]),
    (
        "A.cs",
        "class A {\n  [Fact] public void X() {}\n  [Xunit.ConditionalTheory] void Y() {}\n  void Z() {}\n}\n",
        &["A.X", "A.Y"],
    ),
    (
        "ASuite.scala",
        "class A extends FunSuite {\n  test(\"adds\") { f() }\n  \"x\" should \"y\" in { g() }\n}\n",
        &["A.adds", "A.x should y"],
    ),
    (
        "a_test.exs",
        "defmodule ATest do\n  test \"adds (two)\" do\n    f()\n  end\n  def help, do: 1\nend\n",
        &["ATest.adds (two)"],
    ),
    ("tests/testthat/test-a.R", "test_that(\"adds (two)\", {\n  f()\n})\n", &["adds (two)"]),
    ("a_spec.lua", "describe(\"a\", function()\n  it(\"adds\", function() f() end)\nend)\n", &["a.adds"]),
    // Playwright's conditions are not tests.
    (
        "a.spec.ts",
        "test.skip(({ browserName }) => browserName === 'x', 'why');\ntest.slow(() => true, 'why');\ntest.fixme(cond, 'why');\n\
         test('a', async ({ page }) => { test.fail(() => true, `why`); });\ntest.skip('b', async () => {});\n\
         test(() => {}, 'c');\n",
        &["a", "b", "c"],
    ),
    (
        "a.js",
        "const tape = require('tape');\ntape('adds', (t) => {});\ntape.only('b', (t) => {});\n\
         const T = suite('x'), U = other('y');\nT('one', () => {});\nT.skip('two', () => {});\nU('three', () => {});\n\
         Deno.test({ name: 'd', fn() {} });\nDeno.test({ name: \"e\", ignore: true, fn: async () => {} });\n\
         Deno.test(function adds() {});\nDeno.serve({ name: 'f', fn() {} });\n",
        &["adds", "b", "one", "two", "d", "e", "adds"],
    ),
    // A framework runs what it can call: public instance methods without parameters and result.
    (
        "BTest.php",
        "<?php\nclass BTest extends TestCase {\n  private function testA() {}\n  protected function testB() {}\n  function testC() {}\n\
         \x20 #[Test] private function d() {}\n  final public function testE() {}\n}\n",
        &["BTest::testC", "BTest::testE"],
    ),
    (
        "ACest.php",
        "<?php\nclass ACest {\n  public function adds(Tester $i) {}\n  private function b() {}\n  public function _before() {}\n}\n",
        &["ACest::adds"],
    ),
    (
        "BTests.swift",
        "class B: XCTestCase {\n  private func testA() {}\n  static func testB() {}\n  func testC() -> Int { return 1 }\n\
         \x20 func testD() async throws {}\n  public func testE() -> Void {}\n  fileprivate func testF() {}\n}\n",
        &["B.testD", "B.testE"],
    ),
    (
        "test_b.rb",
        "class B < Minitest::Test\n  def test_a; f; end\n  private\n  def test_b; f; end\n  public\n  def test_c; f; end\n\
         \x20 private def test_d; f; end\nend\n",
        &["B::test_a", "B::test_c"],
    ),
    (
        "A.t.sol",
        "contract A {\n  function testA() public {}\n  function testB(uint a) external {}\n  function testC() internal {}\n\
         \x20 function testD() private {}\n}\n",
        &["A.testA", "A.testB"],
    ),
    (
        "ATests.mm",
        "@implementation ATests\n- (void)testA { f(); }\n- (void)testB:(int)x { f(); }\n- (int)testC { return 1; }\n+ (void)testD { }\n@end\n",
        &["ATests.testA"],
    ),
    (
        "C.java",
        "class C extends TestCase {\n  public void testA() {}\n  public void testB(int x) {}\n  public int testC() { return 1; }\n\
         \x20 public static void testD() {}\n  @Test private void e() {}\n}\n",
        &["C.testA"],
    ),
    (
        "D.java",
        "@Test(groups = \"x\")\npublic class D {\n  public void a() {}\n  void b() {}\n  @BeforeMethod public void c() {}\n\
         \x20 @DataProvider public Object[][] d() { return null; }\n}\n@DataJpaTest class E { public void f() {} }\n",
        &["D.a"],
    ),
    (
        "test_b.py",
        "class TestA:\n    __test__ = False\n    def test_a(self): pass\n\nclass TestB:\n    def __init__(self): pass\n    def test_b(self): pass\n\n\
         class TestC:\n    __test__ = True\n    def test_c(self): pass\n",
        &["TestC.test_c"],
    ),
    (
        "a_test.dart",
        "void main() {\n  group('a', () {\n    setUp(() {});\n    test('adds', () { f(); });\n    testWidgets(\"w\", (t) async { f(); }, skip: true);\n\
         \x20 });\n  other('b', () {});\n  r.test('c', () {});\n}\n",
        &["main.a.adds", "main.a.w"],
    ),
    (
        "BSuite.scala",
        "class B extends AnyFlatSpec {\n  it must \"x\" taggedAs(Slow) in { f() }\n  \"a\" should \"y\" taggedAs (Slow) in { g() }\n\
         \x20 test(\"z\".fail) { f() }\n  test(\"u\".tag(Slow).ignore) { f() }\n  test(x.fail) { f() }\n}\n",
        &["B.it must x", "B.a should y", "B.z", "B.u"],
    ),
    ("a.zig", "test \"adds\" {\n    f();\n}\nfn help() void {}\n", &["adds"]),
];

#[test]
fn every_language_has_the_tests_that_its_frameworks_run() {
    let mut wrong = String::new();
    for (path, text, expected) in TESTS {
        let found = tests(path, text);
        if found != *expected {
            wrong.push_str(&format!("{path}: {found:?} instead of {expected:?}\n{text}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_name_alone_makes_no_test_of_a_product_file() {
    let product = [
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        ("src/main.rs", "mod test_plan;\nmod tests;\nfn main() {}\n"),
        ("src/test_plan.rs", "pub fn plan() {}\n"),
        ("src/tests.rs", "pub fn run() {}\n"),
        ("src/tests/run.rs", "pub fn run() {}\n"),
        ("app/test_plan.py", "def plan(): pass\n"),
        ("app/test/client.py", "class Client:\n    def test_connection(self): pass\n"),
        ("java/LatencyTest.java", "class LatencyTest { void run() {} }\n"),
        ("lib/load_test.rb", "def run; end\n"),
        ("lib/unit-test.js", "exports.run = () => 1;\n"),
        ("src/jinja2/tests.py", "import typing as t\n\ndef test_odd(value):\n    return value % 2 == 1\n"),
        ("app/test_filters.py", "def test_odd(value):\n    return value % 2 == 1\n"),
        ("app/testing.py", "def test_all():\n    run()\n"),
        ("lib/commands/test.js", "class Test { exec() {} }\nmodule.exports = Test;\n"),
        ("lib/ab_test.ex", "defmodule AbTest do\n  def run, do: 1\nend\n"),
        ("coreutils/test.c", "static void test_exit(int x) {}\nint main(void) { return 0; }\n"),
        ("scripts/tests.sh", "test_exists() {\n  command -v x\n}\n"),
        ("app/SpeedTest.php", "<?php\nclass SpeedTest {\n  public function testServer() {}\n}\n"),
        ("app/LoadTest.swift", "class LoadTest {\n  func testPing() {}\n}\n"),
        ("lib/speed_test.rb", "class SpeedTest\n  def test_server; run; end\nend\n"),
        ("hs/TestPlan.hs", "module TestPlan where\n\ntest_plan :: Int -> Int\ntest_plan x = x\n"),
        ("lib/tests.lua", "function test_odd(x)\n  return x % 2 == 1\nend\n"),
        ("contracts/TestToken.sol", "contract TestToken {\n  function testMint() public {}\n}\n"),
    ];
    assert_eq!(test_files(&product), [""; 0]);
}

#[test]
fn files_are_of_tests_by_their_frameworks_rules() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        (
            "src/lib.rs",
            "#[cfg(test)]\nmod checks;\n#[cfg(test)]\n#[path = \"odd.rs\"]\nmod other;\n#[path = \"./unit/../unit/even.rs\"]\n#[cfg(test)]\n/// Even.\nmod even;\nmod a { #[cfg(test)] mod b; }\n",
        ),
        ("src/checks.rs", "mod deeper;\n"),
        ("src/checks/deeper.rs", "fn help() {}\n"),
        ("src/odd.rs", "fn help() {}\n"),
        ("src/unit/even.rs", "fn help() {}\n"),
        ("src/a/b.rs", "fn help() {}\n"),
        ("src/whole.rs", "//! Checks.\n#![cfg(test)]\nfn help() {}\n"),
        ("tests/help/mod.rs", "pub fn help() {}\n"),
        ("pkg/test_a.py", "def test_a(): pass\n"),
        ("pkg/conftest.py", "def data(): pass\n"),
        ("web/a.test.ts", "help();\n"),
        ("web/b.js", "describe('b', () => { it('c', () => {}); });\nfunction help() {}\n"),
        ("web/unit-tests/help.js", "exports.help = () => 1;\n"),
        ("web/unit-tests/c.js", "it('c', () => {});\n"),
        ("go/a_test.go", "package a\n"),
        ("go/testdata/a.json", "{}\n"),
        ("c/check.c", "int add(int a) { return a; }\n"),
        ("c/add_test.c", "int main(void) { return 0; }\n"),
        (
            "pkg/app/tests.py",
            "from django.test import TestCase\n\nclass A(TestCase):\n    def test_a(self): pass\n",
        ),
        ("pkg/tests.py", "import os, pytest\n\ndef test_a(): pass\n"),
        ("site/pytest.ini", "[pytest]\npython_files = tests.py check_*.py\n"),
        ("site/blog/tests.py", "def test_a(db): pass\n"),
        ("site/blog/check_a.py", "def test_a(db): pass\n"),
        ("site/blog/test_b.py", "def test_b(db): pass\n"),
        ("lua/tests.lua", "local lu = require('luaunit')\nfunction test_odd() lu.fail() end\n"),
        (
            "c/lib/test.c",
            "static void test_a(void) {}\nstatic void test_b(int x) {}\nstatic void test_c(void) {}\nint main(void) { return 0; }\n",
        ),
        ("web/old/test.js", "const assert = require('assert');\nassert(f());\n"),
        ("ex/a_test.exs", "defmodule ATest do\nend\n"),
    ];
    // With a configuration, pytest leaves out files that it would take by default.
    let product = ["Cargo.toml", "c/check.c", "site/blog/test_b.py", "site/pytest.ini", "src/lib.rs"];
    let mut expected: Vec<&str> =
        files.iter().map(|(path, _)| *path).filter(|path| !product.contains(path)).collect();
    expected.sort_unstable();
    assert_eq!(test_files(&files), expected);
}

#[test]
fn what_stands_in_a_product_function_named_like_a_test_is_no_test_code() {
    let repo = measured(&[("client.py", "def test_it():\n    def inner(): pass\n    return inner\n")]);
    let file = &repo.files[0];
    assert!(file.data.facts.functions.iter().all(|function| !file.is_test(function)));
    assert_eq!(repo.tests(), 0);
}

#[test]
fn blocks_have_kinds_of_their_own_and_what_stands_in_them_is_test_code() {
    use crate::model::FunctionKind::{Anonymous, Suite, Test};
    let text = "describe('a', () => {\n  beforeEach(() => {});\n  it('b', () => { run(() => 1); });\n});\nconst f = () => 1;\n";
    let repo = measured(&[("a.js", text), ("b.js", "exports.a = () => 1;\n")]);
    let file = &repo.files[0];
    let functions = &file.data.facts.functions;
    assert_eq!(
        functions[..4].iter().map(|f| f.kind).collect::<Vec<_>>(),
        [Suite, Anonymous, Test, Anonymous]
    );
    assert_eq!(
        functions.iter().map(|f| f.test.is_test_code()).collect::<Vec<_>>(),
        [true, true, true, true, false]
    );
    assert!(
        functions.iter().all(|f| file.is_test(f))
            && !repo.files[1].is_test(&repo.files[1].data.facts.functions[0])
    );
    assert_eq!(repo.tests(), 1);
}
