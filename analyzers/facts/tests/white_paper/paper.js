function bar() {
  var foo;
  bar.myFun = function(a) {
    if (condition) {
      work();
    }
  };
}

function baz() {
  var foo;
  if (condition) {
    work();
  }
  baz.myFun = function(a) {
    if (condition) {
      work();
    }
  };
}
