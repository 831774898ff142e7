//! How many generated values are found, in every kind of file. The generator has a fixed seed, so the shares are the
//! same on every machine.

use super::{Text, scan};

/// Marsaglia's xorshift64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    fn value(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.below(letters.len())]).collect()
    }
}

const LETTERS_AND_DIGITS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Alphabets of password and token generators.
const ALPHABETS: &[(&str, &str)] = &[
    ("letters and digits", LETTERS_AND_DIGITS),
    ("lower case and digits", "abcdefghijklmnopqrstuvwxyz0123456789"),
    ("upper case and digits", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    ("letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("base64url", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
    ("base64", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"),
    ("hexadecimal", "0123456789abcdef"),
    ("with signs", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#^*-_+=.?"),
];

const VARIABLES: &[&str] = &[
    "DB_PASSWORD",
    "API_KEY",
    "SECRET_KEY",
    "AUTH_TOKEN",
    "MYSQL_ROOT_PASSWORD",
    "JWT_SECRET",
    "SMTP_PASS",
    "GITHUB_TOKEN",
    "REDIS_PASSWORD",
    "CLIENT_SECRET",
    "ACCESS_TOKEN",
    "ENCRYPTION_KEY",
    "PGPASSWORD",
    "APP_SECRET",
    "ADMIN_PWD",
];
const NAMES: &[&str] = &[
    "password",
    "apiKey",
    "secret",
    "token",
    "clientSecret",
    "db_password",
    "access_token",
    "secret-key",
    "authToken",
    "passphrase",
    "dbPassword",
    "api_key",
    "private_key",
    "credential",
];

/// Kinds of files: how they assign a value (`{v}`) to the name of a variable (`{N}`) or of a setting (`{n}`).
const SETTINGS: &[(&str, &str)] = &[
    (".env", "{N}={v}\n"),
    (".env, exported", "export {N}={v}\n"),
    (".env, with a comment", "{N}={v} # rotated\n"),
    (".env, quoted", "{N}=\"{v}\"\n"),
    (".env, end of file", "{N}={v}"),
    (".env, CRLF", "{N}={v}\r\n"),
    ("YAML", "database:\n  {n}: {v}\n"),
    ("YAML, quoted", "database:\n  {n}: '{v}'\n"),
    ("YAML, flow", "database: { user: app, {n}: {v} }\n"),
    ("YAML, block", "{n}: |\n  {v}\n"),
    ("docker-compose, list", "    environment:\n      - {N}={v}\n"),
    ("docker-compose, map", "    environment:\n      {N}: {v}\n"),
    ("Kubernetes", "        - name: {N}\n          value: {v}\n"),
    ("Kubernetes, quoted", "        - name: {N}\n          value: \"{v}\"\n"),
    ("properties", "spring.datasource.{n}={v}\n"),
    ("properties, colon", "spring.datasource.{n}: {v}\n"),
    ("INI", "[db]\n{n} = {v}\n"),
    ("TOML", "{n} = \"{v}\"\n"),
    ("Dockerfile, ENV", "ENV {N}={v}\n"),
    ("Dockerfile, ENV with a blank", "ENV {N} {v}\n"),
    ("Dockerfile, several", "ENV MODE=production {N}={v} PORT=80\n"),
    ("Dockerfile, ARG", "ARG {N}={v}\n"),
    ("shell", "export {N}={v}; run\n"),
    ("shell, local", "  local {n}={v}\n"),
    ("command line", "deploy --user app --{n} {v}\n"),
    ("command line, =", "deploy --{n}={v} now\n"),
    ("Makefile", "{N} := {v}\n"),
    ("Makefile, ?=", "{N} ?= {v}\n"),
    ("systemd", "[Service]\nEnvironment={N}={v}\n"),
    ("systemd, quoted", "[Service]\nEnvironment=\"MODE=x\" \"{N}={v}\"\n"),
    ("tfvars", "{n} = \"{v}\"\n"),
    ("JSON", "{\"{n}\": \"{v}\"}\n"),
    ("ECS task", "{\"name\": \"{N}\", \"value\": \"{v}\"}\n"),
    ("XML, element", "<server><{n}>{v}</{n}></server>\n"),
    ("XML, attribute", "<server {n}=\"{v}\"/>\n"),
    (".NET settings", "<add key=\"{n}\" value=\"{v}\" />\n"),
    (".npmrc", "//registry.npmjs.org/:_authToken={v}\n"),
    (".npmrc, _auth", "_auth={v}\n"),
    (".pypirc", "[pypi]\nusername = app\npassword = {v}\n"),
    (".netrc", "machine git.internal login app password {v}\n"),
    (".netrc, lines", "machine git.internal\nlogin app\npassword {v}\n"),
    ("redis.conf", "requirepass {v}\n"),
    ("PowerShell", "$env:{N} = \"{v}\"\n"),
    ("batch", "set {N}={v}\r\n"),
    (".pgpass", "db.internal:5432:app:app:{v}\n"),
    ("mysqldump", "    mysqldump -h db.internal -uapp -p{v} shop > dump.sql\n"),
    ("mysqldump, quoted", "\tmysqldump -uapp -p'{v}' shop\n"),
    ("sshpass", "sshpass -p '{v}' ssh -p 22 app@host\n"),
    ("redis-cli", "      - run: redis-cli -h cache -a {v} ping\n"),
    ("redis-cli, listed", "      test: [\"CMD\", \"redis-cli\", \"-a\", \"{v}\", \"ping\"]\n"),
    ("psql", "PGPASSWORD={v} psql -h db.internal -U app\n"),
    ("docker login", "RUN docker login -u app -p {v} registry.internal\n"),
    ("curl, continued", "curl -s \\\n  -u app:{v} \\\n  https://api.internal/\n"),
];
/// The same for code, where values are in quotes or inside other texts.
const CODE: &[(&str, &str)] = &[
    ("Python", "{n} = \"{v}\"\n"),
    ("Python, argument", "connect(user=\"app\", {N}='{v}')\n"),
    ("JavaScript", "const {N} = '{v}';\n"),
    ("JavaScript, member", "  {N}: \"{v}\",\n"),
    ("Go", "\tcfg := Config{{N}: \"{v}\"}\n"),
    ("Java", "private static final String {N} = \"{v}\";\n"),
    ("Rust", "const {N}: &str = \"{v}\";\n"),
    ("PHP", "define('{N}', '{v}');\n"),
    ("Ruby", "config[:{N}] = '{v}'\n"),
    ("C", "#define {N} \"{v}\"\n"),
    ("call", "builder.password(\"{v}\")\n"),
    ("ADO.NET", "var c = \"Server=db;User Id=app;Password={v};\";\n"),
    ("ADO.NET, Pwd", "var c = \"Server=db;Uid=app;Pwd={v}\";\n"),
    ("JDBC", "url = \"jdbc:sqlserver://db:1433;user=app;password={v};encrypt=true\";\n"),
    ("JDBC, query", "url = \"jdbc:mysql://db:3306/app?user=app&password={v}\";\n"),
    ("bearer", "curl -H \"Authorization: Bearer {v}\" https://api.internal/\n"),
    ("key header", "curl -H 'X-Api-Key: {v}' https://api.internal/\n"),
    ("curl -u", "curl -u app:{v} https://api.internal/\n"),
];
/// URLs, in which signs are escaped.
const ADDRESSES: &[(&str, &str)] = &[
    ("PostgreSQL", "postgres://app:{v}@db.internal:5432/app"),
    ("MongoDB", "mongodb+srv://app:{v}@cluster0.abcde.mongodb.net/app"),
    ("AMQP", "amqp://app:{v}@queue.internal:5672/%2f"),
    ("Redis", "redis://:{v}@cache.internal:6379/0"),
    (".git-credentials", "https://app:{v}@git.internal"),
];

/// The share of 400 values of 12 to 24 characters that are found, in percent.
fn share(template: &str, alphabet: &str, text: Text, chance: &mut Chance) -> f64 {
    let mut found = 0;
    for _ in 0..400 {
        let length = 12 + chance.below(13);
        let value = chance.value(alphabet, length);
        let written = template
            .replace("{N}", VARIABLES[chance.below(VARIABLES.len())])
            .replace("{n}", NAMES[chance.below(NAMES.len())])
            .replace("{v}", &value);
        found += usize::from(!scan(written.as_bytes(), text).is_empty());
    }
    found as f64 / 4.0
}

fn shares(
    kinds: &[(&'static str, &str)],
    text: Text,
    alphabets: &[(&'static str, &str)],
) -> Vec<(String, f64)> {
    let mut chance = Chance(0x5eed_1234_5678_9abc);
    let mut all = Vec::new();
    for (kind, template) in kinds {
        for (name, alphabet) in alphabets {
            all.push((format!("{kind}, {name}"), share(template, alphabet, text, &mut chance)));
        }
    }
    all
}

fn all_over(least: f64, shares: Vec<(String, f64)>) {
    let low: Vec<_> = shares.into_iter().filter(|(_, share)| *share < least).collect();
    assert!(low.is_empty(), "less than {least} % found: {low:#?}");
}

#[test]
fn nineteen_of_twenty_random_values_are_found_in_every_kind_of_settings() {
    all_over(95.0, shares(SETTINGS, Text::Settings, ALPHABETS));
}

#[test]
fn nineteen_of_twenty_random_values_are_found_in_code() {
    all_over(95.0, shares(CODE, Text::Code, &ALPHABETS[..3]));
}

#[test]
fn nineteen_of_twenty_random_passwords_are_found_in_addresses_in_code_and_settings() {
    for text in [Text::Code, Text::Settings] {
        all_over(95.0, shares(ADDRESSES, text, &ALPHABETS[..5]));
    }
}

#[test]
fn nineteen_of_twenty_passwords_are_found_in_base64() {
    let mut chance = Chance(7);
    for template in ["{\"auths\": {\"r.internal\": {\"auth\": \"{v}\"}}}", "Authorization: Basic {v}\n"] {
        let mut found = 0;
        for _ in 0..400 {
            let length = 12 + chance.below(13);
            let pair = format!("app:{}", chance.value(LETTERS_AND_DIGITS, length));
            let text = template.replace("{v}", &base64(pair.as_bytes()));
            found += usize::from(!scan(text.as_bytes(), Text::Settings).is_empty());
        }
        assert!(found >= 380, "{found} of 400: {template}");
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let padded = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..4 {
            let digit = digits[((bits >> (18 - 6 * place)) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { digit });
        }
    }
    text
}

/// A body of random characters behind the prefix of every issuer whose tokens are a prefix and a run.
#[test]
fn nineteen_of_twenty_random_tokens_of_every_issuer_are_found() {
    let mut chance = Chance(11);
    let all: Vec<u8> = (b'!'..=b'~').collect();
    let mut low = Vec::new();
    for shape in super::shape::SHAPES {
        let Some((alphabet, least)) = shape.run() else { continue };
        let letters: String =
            all.iter().filter(|byte| alphabet(**byte) && **byte != b'=').map(|b| char::from(*b)).collect();
        for prefix in shape.anchors() {
            let mut found = 0;
            for _ in 0..100 {
                let token = format!("{prefix}{}", chance.value(&letters, least));
                let list = scan(format!("value = \"{token}\"").as_bytes(), Text::Code);
                let whole = list.iter().any(|f| {
                    f.kind == shape.kind && (f.span.end_byte - f.span.start_byte) as usize == token.len()
                });
                found += usize::from(whole);
            }
            if found < 95 {
                low.push((shape.kind, prefix, found));
            }
        }
    }
    assert!(low.is_empty(), "less than 95 of 100 found: {low:?}");
}
