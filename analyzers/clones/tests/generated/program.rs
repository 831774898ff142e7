//! Random functions that only share the language, and their rendering in three languages.

/// The generator of Vigna's SplitMix64 (2015): the same numbers for the same seed everywhere.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Shuffles a list.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[derive(Debug, Clone)]
enum Expr {
    Name(String),
    Number(u64),
    Text(String),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Call(String, Vec<Expr>),
    Method(Box<Expr>, String, Vec<Expr>),
    Index(Box<Expr>, Box<Expr>),
    Negated(Box<Expr>),
}

#[derive(Debug, Clone)]
enum Statement {
    Let(String, Expr),
    Assign(String, &'static str, Expr),
    Do(Expr),
    If(Expr, Vec<Statement>, Vec<Statement>),
    While(Expr, Vec<Statement>),
    For(String, Expr, Vec<Statement>),
    Return(Expr),
}

/// A function.
#[derive(Debug, Clone)]
pub struct Function {
    name: String,
    parameters: Vec<String>,
    body: Vec<Statement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Rust,
    Python,
    JavaScript,
}

const FIRST: &[&str] = &[
    "read", "merge", "split", "count", "find", "load", "parse", "scan", "build", "match", "trim", "pack",
    "send", "fold", "rank", "walk", "hash", "mark", "join", "skip",
];
const SECOND: &[&str] = &[
    "row", "node", "block", "edge", "page", "user", "token", "field", "line", "frame", "queue", "table",
    "group", "price", "store", "event", "value", "index", "chunk", "route",
];
const OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "<", ">", "<=", ">=", "&", "|", "^"];

/// Makes functions.
pub struct Maker {
    pub random: Random,
    scope: Vec<String>,
}

impl Maker {
    pub fn new(seed: u64) -> Self {
        Maker { random: Random(seed), scope: Vec::new() }
    }

    fn word(&mut self) -> String {
        format!("{}_{}{}", self.random.pick(FIRST), self.random.pick(SECOND), self.random.below(1000))
    }

    fn known(&mut self) -> String {
        if self.scope.is_empty() {
            self.word()
        } else {
            self.scope[self.random.below(self.scope.len())].clone()
        }
    }

    /// A unique function with 8 to 20 top-level statements.
    pub fn function(&mut self) -> Function {
        let parameters: Vec<String> = (0..1 + self.random.below(4)).map(|_| self.word()).collect();
        self.scope = parameters.clone();
        let count = 8 + self.random.below(13);
        let mut body: Vec<Statement> = (0..count).map(|_| self.statement(0)).collect();
        body.push(Statement::Return(self.expression(2)));
        Function { name: self.word(), parameters, body }
    }

    fn statement(&mut self, depth: usize) -> Statement {
        let forms = if depth < 2 { 12 } else { 7 };
        match self.random.below(forms) {
            0..=2 => {
                let value = self.expression(3);
                let name = self.word();
                self.scope.push(name.clone());
                Statement::Let(name, value)
            }
            3 | 4 => Statement::Assign(
                self.known(),
                self.random.pick(&["=", "+=", "-=", "*=", "|="]),
                self.expression(3),
            ),
            5 | 6 => Statement::Do(self.call(2)),
            7 | 8 => Statement::If(self.expression(2), self.block(depth), Vec::new()),
            9 => Statement::If(self.expression(2), self.block(depth), self.block(depth)),
            10 => Statement::While(self.expression(2), self.block(depth)),
            _ => {
                let over = self.expression(1);
                let name = self.word();
                self.scope.push(name.clone());
                Statement::For(name, over, self.block(depth))
            }
        }
    }

    fn block(&mut self, depth: usize) -> Vec<Statement> {
        (0..1 + self.random.below(3)).map(|_| self.statement(depth + 1)).collect()
    }

    fn call(&mut self, depth: usize) -> Expr {
        let count = self.random.below(4);
        let arguments = (0..count).map(|_| self.expression(depth.saturating_sub(1))).collect();
        match self.random.below(2) {
            0 => Expr::Call(self.word(), arguments),
            _ => Expr::Method(Box::new(Expr::Name(self.known())), self.word(), arguments),
        }
    }

    fn expression(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return match self.random.below(6) {
                0 => Expr::Number(self.random.below(1000) as u64),
                1 => Expr::Text(self.word()),
                _ => Expr::Name(self.known()),
            };
        }
        let smaller = |maker: &mut Self| Box::new(maker.expression(depth - 1));
        match self.random.below(8) {
            0..=3 => Expr::Binary(self.random.pick(OPERATORS), smaller(self), smaller(self)),
            4 => self.call(depth),
            5 => Expr::Index(Box::new(Expr::Name(self.known())), smaller(self)),
            6 => Expr::Negated(smaller(self)),
            _ => self.expression(0),
        }
    }

    /// The same function with names replaced consistently, and other literals.
    pub fn renamed(&mut self, function: &Function) -> Function {
        let mut names = std::collections::BTreeMap::new();
        let mut copy = function.clone();
        let mut rename = |name: &mut String, maker: &mut Self| {
            *name = names.entry(name.clone()).or_insert_with(|| format!("{}x", maker.word())).clone();
        };
        rename(&mut copy.name, self);
        copy.parameters.iter_mut().for_each(|name| rename(name, self));
        each_statement(&mut copy.body, &mut |statement| match statement {
            Statement::Let(name, _) | Statement::Assign(name, ..) | Statement::For(name, ..) => {
                rename(name, self)
            }
            _ => {}
        });
        each_expression(&mut copy.body, &mut |expression| match expression {
            Expr::Name(name) | Expr::Call(name, _) | Expr::Method(_, name, _) => rename(name, self),
            Expr::Number(number) => *number += 1000,
            Expr::Text(text) => *text = format!("other {text}"),
            _ => {}
        });
        copy
    }

    /// The same function with a share of its statements inserted, deleted or changed.
    pub fn edited(&mut self, function: &Function, share: f64) -> Function {
        let mut copy = function.clone();
        self.scope = function.parameters.clone();
        let mut total = 0;
        each_statement(&mut copy.body, &mut |_| total += 1);
        let edits = ((total as f64 * share) as usize).max(1);
        for _ in 0..edits {
            let place = self.random.below(copy.body.len() - 1);
            match self.random.below(3) {
                0 => copy.body.insert(place, self.simple()),
                1 if is_simple(&copy.body[place]) => drop(copy.body.remove(place)),
                _ if is_simple(&copy.body[place]) => copy.body[place] = self.simple(),
                _ => self.change_inside(&mut copy.body[place]),
            }
        }
        copy
    }

    fn simple(&mut self) -> Statement {
        match self.random.below(2) {
            0 => Statement::Assign(self.known(), "=", self.expression(2)),
            _ => Statement::Do(self.call(2)),
        }
    }

    fn change_inside(&mut self, statement: &mut Statement) {
        let condition = self.expression(2);
        match statement {
            Statement::If(own, ..) | Statement::While(own, _) | Statement::For(_, own, _) => *own = condition,
            _ => {}
        }
    }
}

fn is_simple(statement: &Statement) -> bool {
    matches!(statement, Statement::Let(..) | Statement::Assign(..) | Statement::Do(_))
}

fn each_statement(body: &mut [Statement], visit: &mut dyn FnMut(&mut Statement)) {
    for statement in body {
        visit(statement);
        match statement {
            Statement::If(_, then, otherwise) => {
                each_statement(then, visit);
                each_statement(otherwise, visit);
            }
            Statement::While(_, body) | Statement::For(_, _, body) => each_statement(body, visit),
            _ => {}
        }
    }
}

fn each_expression(body: &mut [Statement], visit: &mut dyn FnMut(&mut Expr)) {
    fn inside(expression: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
        visit(expression);
        match expression {
            Expr::Binary(_, a, b) | Expr::Index(a, b) => {
                inside(a, visit);
                inside(b, visit);
            }
            Expr::Call(_, arguments) => arguments.iter_mut().for_each(|argument| inside(argument, visit)),
            Expr::Method(object, _, arguments) => {
                inside(object, visit);
                arguments.iter_mut().for_each(|argument| inside(argument, visit));
            }
            Expr::Negated(a) => inside(a, visit),
            Expr::Name(_) | Expr::Number(_) | Expr::Text(_) => {}
        }
    }
    each_statement(body, &mut |statement| match statement {
        Statement::Let(_, value)
        | Statement::Assign(_, _, value)
        | Statement::Do(value)
        | Statement::If(value, ..)
        | Statement::While(value, _)
        | Statement::For(_, value, _)
        | Statement::Return(value) => inside(value, visit),
    });
}

/// Writes functions.
pub struct Writer<'r> {
    pub style: Style,
    /// Comments and blank lines come from here.
    pub layout: &'r mut Random,
    pub text: String,
}

impl Writer<'_> {
    pub fn function(&mut self, function: &Function) {
        let parameters = function.parameters.join(if self.style == Style::Rust { ": u64, " } else { ", " });
        let heading = match self.style {
            Style::Rust => format!("fn {}({parameters}: u64) -> u64 {{", function.name),
            Style::Python => format!("def {}({parameters}):", function.name),
            Style::JavaScript => format!("function {}({parameters}) {{", function.name),
        };
        self.line(0, &heading);
        self.block(&function.body, 1);
        self.close(0);
    }

    fn line(&mut self, depth: usize, text: &str) {
        let indent = "    ".repeat(depth);
        if depth > 0 && self.layout.below(8) == 0 {
            let mark = if self.style == Style::Python { "#" } else { "//" };
            self.text.push_str(&format!("{indent}{mark} Remark {}.\n", self.layout.below(10_000)));
        }
        if depth > 0 && self.layout.below(10) == 0 {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{indent}{text}\n"));
    }

    fn close(&mut self, depth: usize) {
        if self.style != Style::Python {
            self.text.push_str(&format!("{}}}\n", "    ".repeat(depth)));
        }
    }

    fn block(&mut self, body: &[Statement], depth: usize) {
        for statement in body {
            self.statement(statement, depth);
        }
    }

    fn statement(&mut self, statement: &Statement, depth: usize) {
        let end = if self.style == Style::Python { "" } else { ";" };
        match statement {
            Statement::Let(name, value) => {
                let keyword = match self.style {
                    Style::Rust => "let mut ",
                    Style::Python => "",
                    Style::JavaScript => "let ",
                };
                self.line(depth, &format!("{keyword}{name} = {}{end}", self.expression(value)));
            }
            Statement::Assign(name, sign, value) => {
                self.line(depth, &format!("{name} {sign} {}{end}", self.expression(value)));
            }
            Statement::Do(value) => self.line(depth, &format!("{}{end}", self.expression(value))),
            Statement::Return(value) => self.line(depth, &format!("return {}{end}", self.expression(value))),
            Statement::If(condition, then, otherwise) => {
                self.opening(depth, "if", &self.expression(condition));
                self.block(then, depth + 1);
                if !otherwise.is_empty() {
                    self.line(depth, if self.style == Style::Python { "else:" } else { "} else {" });
                    self.block(otherwise, depth + 1);
                }
                self.close(depth);
            }
            Statement::While(condition, body) => {
                self.opening(depth, "while", &self.expression(condition));
                self.block(body, depth + 1);
                self.close(depth);
            }
            Statement::For(name, over, body) => {
                let over = self.expression(over);
                let heading = match self.style {
                    Style::Rust => format!("for {name} in {over} {{"),
                    Style::Python => format!("for {name} in {over}:"),
                    Style::JavaScript => format!("for (const {name} of {over}) {{"),
                };
                self.line(depth, &heading);
                self.block(body, depth + 1);
                self.close(depth);
            }
        }
    }

    fn opening(&mut self, depth: usize, keyword: &str, condition: &str) {
        let heading = match self.style {
            Style::Rust => format!("{keyword} {condition} {{"),
            Style::Python => format!("{keyword} {condition}:"),
            Style::JavaScript => format!("{keyword} ({condition}) {{"),
        };
        self.line(depth, &heading);
    }

    fn expression(&self, expression: &Expr) -> String {
        let list = |arguments: &[Expr]| {
            arguments.iter().map(|argument| self.expression(argument)).collect::<Vec<_>>().join(", ")
        };
        match expression {
            Expr::Name(name) => name.clone(),
            Expr::Number(number) => number.to_string(),
            Expr::Text(text) => format!("\"{text}\""),
            Expr::Binary(sign, a, b) => format!("({} {sign} {})", self.expression(a), self.expression(b)),
            Expr::Call(name, arguments) => format!("{name}({})", list(arguments)),
            Expr::Method(object, name, arguments) => {
                format!("{}.{name}({})", self.expression(object), list(arguments))
            }
            Expr::Index(a, b) => format!("{}[{}]", self.expression(a), self.expression(b)),
            Expr::Negated(a) if self.style == Style::Python => format!("(not {})", self.expression(a)),
            Expr::Negated(a) => format!("!{}", self.expression(a)),
        }
    }
}
