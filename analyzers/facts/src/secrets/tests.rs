//! Every credential here is made up, and split into pieces so that no scanner reports this file as a leak.

use super::*;

/// A made-up credential of each kind: the text it is in, with the value between `«` and `»`.
fn positives() -> Vec<(&'static str, String)> {
    [tokens(), more_positives(), tokens_of_parts(), in_their_places()].concat()
}

/// Tokens that do not consist of just a prefix and a run.
fn tokens_of_parts() -> Vec<(&'static str, String)> {
    let body = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQ";
    let long = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQx1VzB0nMoIlEfyDarGhJ3kP5sT7uW9qA2cF4";
    let hex = "9f8b27c4d1e05a6b3c7d8e9f0a1b2c4d";
    let more_hex = format!("{hex}7a3e9b1c5d8f2046{hex}5b9d1f3a7c2e4068{hex}1e6c8a0b2d4f9375{hex}");
    vec![
        ("azure-shared-access-key", format!("SharedAccessKey={}", mark("", &format!("{}+=", &long[..42])))),
        ("azure-client-secret", format!("secret: {}", mark("k9L8", &format!("Q~{}", &long[..33])))),
        ("azure-devops-token", mark(&format!("{long}q7Zt"), &format!("AZ{}9Kq2", "DO"))),
        ("doppler-token", mark("dp.", &format!("st.dev.{}", &long[..43]))),
        ("databricks-token", mark("da", &format!("pi{hex}"))),
        ("grafana-token", mark("gl", &format!("sa_{}_9f8b27c4", &body[..32]))),
        ("terraform-cloud-token", mark(&body[..14], &format!(".atla{}.{}", "sv1", &long[..64]))),
        ("new-relic-key", mark(&more_hex[..36], &format!("NR{}", "AL"))),
        ("postman-api-key", mark("PM", &format!("AK-{}-{}", &hex[..24], &more_hex[..34]))),
        ("cloudflare-origin-ca-key", mark("v1", &format!(".0-{}-{}", &hex[..24], &more_hex[..146]))),
        ("asana-token", mark("1/", &format!("1204857392018475:{hex}"))),
        ("airtable-token", mark("pa", &format!("t{}.{}", &body[..14], &more_hex[..64]))),
        ("mailgun-key", mark("ke", &format!("y-{hex}"))),
        ("mailchimp-key", mark(hex, "-us14")),
        (
            "discord-webhook-url",
            format!(
                "https://discord.com/api/webhooks/{}",
                mark("11928374650192837", &format!("46/{}", &long[..68]))
            ),
        ),
    ]
}

/// Passwords and tokens that are recognised by their position.
fn in_their_places() -> Vec<(&'static str, String)> {
    let body = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQ";
    vec![
        (
            "heroku-api-key",
            format!("HEROKU_API_KEY = \"{}\"", mark("", "7c41f2d8-93ab-4e05-b6d1-f0839ac27e54")),
        ),
        ("pgpass-password", format!("db.internal:5432:app:app:{}", mark("", "k9Lm-R2sY")) + "\n"),
        ("authorization-header", format!("Authorization: Bearer {}", mark("", body))),
        (
            "authorization-header",
            format!("Authorization: Basic {}", mark("", "YXBwOms5TG1SMnNZcDhOYkM0ZA==")),
        ),
        ("password-of-command", format!("curl -u app:{} https://api.internal/", mark("", "k9Lm-R2sYq7"))),
    ]
}

/// The kinds up to npm.
fn tokens() -> Vec<(&'static str, String)> {
    let body = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQ";
    let long = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQx1VzB0nMoIlE_yD-rGhJ3kP5sT7uW9qA2cF4";
    let aws = "wJ8rXUtnFEMI/K7MDxNGqbPxRfiCYzQ4vLm9+aB1";
    vec![
        ("aws-access-key-id", format!("id = {}", mark("AK", "IAQ3EGT7Z5XKWM2PLN"))),
        ("aws-access-key-id", format!("id: {}", mark("AS", "IAQ3EGT7Z5XKWM2PLN"))),
        ("aws-secret-access-key", format!("aws_secret_access_key = {}\n", mark("", aws))),
        ("aws-secret-access-key", format!("SecretAccessKey: \"{}\"", mark("", aws))),
        ("github-token", mark("gh", &format!("p_{body}"))),
        ("github-token", mark("gh", &format!("o_{body}"))),
        ("github-token", mark("gh", &format!("u_{body}"))),
        ("github-token", mark("gh", &format!("s_{body}"))),
        ("github-token", mark("gh", &format!("r_{body}"))),
        ("github-token", mark("github", &format!("_pat_11{}_{body}", &body[..20]))),
        ("gitlab-token", mark("gl", &format!("pat-{}", &body[..20]))),
        ("slack-token", mark("xo", "xb-2847561930472-2847561930481-q7Zt3WvXk9LmR2sYp8NbC4dF")),
        (
            "slack-webhook-url",
            format!(
                "https://{}",
                mark("hooks.sl", "ack.com/services/T02ABCD3E/B04FGHI5J/q7Zt3WvXk9LmR2sYp8NbC4dF")
            ),
        ),
        ("stripe-key", mark("sk_", "live_q7Zt3WvXk9LmR2sYp8NbC4dF")),
        ("stripe-key", mark("rk_", "live_q7Zt3WvXk9LmR2sYp8NbC4dF")),
        ("google-api-key", mark("AI", &format!("za{}", &body[..35]))),
        ("google-oauth-client-secret", mark("GOC", &format!("SPX-{}", &body[..28]))),
        ("openai-api-key", mark("s", &format!("k-{}", &format!("{body}{body}")[..48]))),
        ("openai-api-key", mark("s", &format!("k-proj-{long}"))),
        ("anthropic-api-key", mark("s", &format!("k-ant-api03-{long}"))),
    ]
}

/// The same for the kinds from npm on.
fn more_positives() -> Vec<(&'static str, String)> {
    let body = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQ";
    let long = "q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQx1VzB0nMoIlE_yD-rGhJ3kP5sT7uW9qA2cF4";
    let hex = "9f8b27c4d1e05a6b3c7d8e9f0a1b2c4d";
    let letters = "qWeRtZuIoPaSdFgHjKlYxCvBnMqAzWsXeD";
    let key_body = format!("{body}{body}\n{body}{body}\n{body}");
    let azure = format!("{body}{body}K9LmR2sYp8Nb+/");
    vec![
        ("npm-token", mark("np", &format!("m_{body}"))),
        ("pypi-token", mark("py", &format!("pi-AgEIcHlwaS5vcmc{long}"))),
        ("crates-io-token", mark("c", &format!("io{}", &body[..32]))),
        ("docker-token", mark("dckr", &format!("_pat_{}", &body[..27]))),
        ("huggingface-token", mark("h", &format!("f_{letters}"))),
        ("sendgrid-api-key", mark("S", &format!("G.{}.{}", &long[..22], &long[..43]))),
        ("twilio-api-key", format!("sid={}", mark("S", &format!("K{hex}")))),
        ("telegram-bot-token", mark("2847561930", &format!(":A{}", &format!("A{long}")[..34]))),
        ("azure-storage-key", format!("AccountKey={};", mark("", &format!("{azure}==")))),
        (
            "jwt",
            format!(
                "Bearer {}",
                mark("ey", &format!("JhbGciOiJIUzI1NiJ9.ey{}.{}", "JpZCI6NDIsIm5hbWUiOiJxIn0", &long[..43]))
            ),
        ),
        (
            "private-key",
            mark("-----BE", &format!("GIN RSA PRIVATE KEY-----\n{key_body}\n-----END RSA PRIVATE KEY-----")),
        ),
        (
            "private-key",
            format!(
                "\"{}\\n\"",
                mark("-----BE", &format!("GIN PRIVATE KEY-----\\n{body}{body}\\n-----END PRIVATE KEY-----"))
            ),
        ),
        ("url-password", format!("postgres://svc:{}@db.internal:5432/app", mark("", "k9Lm-R2sY"))),
        ("url-password", format!("amqp://user:{}@mq.internal/vhost", mark("", "k9Lm%40R2s%2FYq7"))),
        ("assigned-secret", format!("const api_key = \"{}\";", mark("", &body[..24]))),
        ("assigned-secret", format!("{{\"clientSecret\": \"{}\"}}", mark("", &body[..24]))),
        ("assigned-secret", format!("let auth_token: &str = \"{}\";", mark("", hex))),
        ("assigned-secret", format!("config['password'] = '{}'", mark("", "Gx7!pQ2#vLm9"))),
        ("assigned-secret", format!("SESSION_SECRET={}\n", mark("", body))),
    ]
}

fn mark(head: &str, tail: &str) -> String {
    format!("«{head}{tail}»")
}

/// Splits a marked text into the plain text and the bytes between the marks.
fn unmark(marked: &str) -> (String, Range<usize>) {
    let start = marked.find('«').expect("a mark");
    let end = marked.find('»').expect("a mark") - '«'.len_utf8();
    (marked.replace(['«', '»'], ""), start..end)
}

#[test]
fn every_kind_is_found_exactly_where_it_stands() {
    for (kind, marked) in positives() {
        let (text, expected) = unmark(&marked);
        for (before, after) in
            [("", ""), ("first line\n\tx = ", "\n"), ("(", ")"), ("ünïcode '", "' and more")]
        {
            let whole = format!("{before}{text}{after}");
            if after.starts_with('\'') && text.ends_with('\n')
                || text.contains("SESSION")
                || text.contains("aws_secret")
            {
                continue;
            }
            let found = scan(whole.as_bytes(), Text::Code);
            assert_eq!(found.len(), 1, "{kind}: {found:?} in a text of {} bytes: {whole:?}", whole.len());
            assert_eq!(found[0].kind, kind);
            let span = found[0].span;
            assert_eq!(
                (span.start_byte as usize, span.end_byte as usize),
                (before.len() + expected.start, before.len() + expected.end),
                "{kind}"
            );
            let start_line = 1 + whole[..span.start_byte as usize].matches('\n').count();
            assert_eq!(span.start_line as usize, start_line, "{kind}");
        }
    }
}

#[test]
fn unquoted_values_are_found_at_the_end_of_a_line() {
    for (kind, marked) in positives() {
        let (text, expected) = unmark(&marked);
        let found = scan(text.as_bytes(), Text::Code);
        assert_eq!(found.len(), 1, "{kind}");
        assert_eq!(found[0].span.of(text.as_bytes()), text[expected].as_bytes());
    }
}

#[test]
fn the_positives_cover_every_kind() {
    let mut covered: Vec<_> = positives().into_iter().map(|(kind, _)| kind).collect();
    // Thousands of random tokens of these kinds are tested elsewhere.
    covered.extend(shape::SHAPES.iter().filter(|shape| shape.run().is_some()).map(|shape| shape.kind));
    covered.sort_unstable();
    covered.dedup();
    assert_eq!(covered, kinds());
}

#[test]
fn masking_takes_out_what_scanning_finds_and_nothing_else() {
    for (kind, marked) in positives() {
        let (text, range) = unmark(&marked);
        let (masked, count) = mask(&text, Text::Code);
        assert_eq!(count, 1);
        assert_eq!(masked, format!("{}[masked: {kind}]{}", &text[..range.start], &text[range.end..]));
        assert!(scan(masked.as_bytes(), Text::Code).is_empty(), "{kind}: masked text is clean");
    }
    assert_eq!(mask("nothing to hide", Text::Code), ("nothing to hide".to_owned(), 0));
}

#[test]
fn masking_has_no_upper_limit() {
    let line = format!("{}\n", mark("AK", "IAQ3EGT7Z5XKWM2PLN")).replace(['«', '»'], "");
    let many = line.repeat(MAX_FINDINGS + 5);
    assert_eq!(scan(many.as_bytes(), Text::Code).len(), MAX_FINDINGS);
    let (masked, count) = mask(&many, Text::Code);
    assert_eq!(count, MAX_FINDINGS + 5);
    assert!(!masked.contains(line.trim()));
}

#[test]
fn stand_ins_are_left_alone() {
    let fine = [
        // documentation samples and stand-ins
        concat!("AK", "IAIOSFODNN7EXAMPLE"),
        concat!("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY"),
        concat!("gh", "p_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        concat!("gh", "p_1234567890abcdefghijklmnopqrstuvwxyz"),
        concat!("xo", "xb-your-token-goes-here-please"),
        concat!("s", "k-proj-<your key here>"),
        concat!(
            "ey",
            "JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0",
            ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
        ),
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;",
        // names and values that are not credentials
        "password = \"changeme\"",
        "password: \"correct horse battery staple\"",
        "token = \"${GITHUB_TOKEN}\"",
        "let token = std::env::var(\"GITHUB_ACCESS_TOKEN_V2\");",
        "api_key = os.environ[\"SERVICE_API_KEY_2024_V1\"]",
        "secret = get_secret_from_vault_v2(path1, key2)",
        "\"token\": \"constant.numeric.hex.x2.lang3\"",
        "token: \"string.quoted.double.js2.es6.next\"",
        "public_key_token = \"b77a5c561934e089b77a5c561934e089\"",
        "password_hash = \"$2b$12$KIXQ4S8pWmZ1vY6fV9eYQeJ8u3nT5rB7xC2dF4gH6jK8lM0nP2qR4\"",
        "csrf_token = \"9f8b27c4d1e05a6b3c7d8e9f0a1b2c4d\"",
        "secret_name: \"550e8400-e29b-41d4-a716-446655440000\"",
        "client_secret = \"550e8400-e29b-41d4-a716-446655440000\"",
        "nextPageToken: \"CAUQAA3Zt3WvXk9LmR2sYp8NbC4dFg\"",
        "secret: \"projects/my-project/secrets/db-pass/versions/12\"",
        "api_key = \"test_q7Zt3WvXk9LmR2sYp8NbC4dF\"",
        // the input of tests, and samples of standards
        "client.password(\"c:\\u0001@/\\\\?#%d\")",
        "Authorization: Bearer mF_9.B5f-4.1JqM",
        "machine host password d1ff3r3nt login anotherone",
    ];
    assert_clean(&fine);
}

#[test]
fn what_only_looks_random_is_left_alone() {
    let fine = [
        // hashes and other random-looking text
        "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "checksum = \"c982642fa9e8606056828ee9a8505737230110bb1099153c79efe865c59d12ba\"",
        "\"integrity\": \"sha512-q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQx1VzB0nMoIlE+yDrGhJ3kP5sT7uW9qA2cF4==\"",
        "src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4\"",
        "id = 550e8400-e29b-41d4-a716-446655440000",
        // addresses
        "https://example.com:8080/path@2x.png",
        "postgres://postgres:postgres@localhost:5432/db",
        "postgres://user:password@db.internal/app",
        "https://user:pa55w0rd!@example.com/",
        "http://user:p%40ss@proxy.com:6180",
        "http://username:p%40ssword@proxyserver.net:3128/",
        "scheme://me%40company:p%40ssw%24rd@proxy.com:80",
        "http://a%3A%01%40%2F%5C%3F%23%25b:c%3A%01%40%2F%5C%3F%23%25d@ef:8080/",
        "http://foo:pass1%40bar%3Apass2@baz/path",
        "http://foo:pass1@bar:pass2@baz/path",
        "http://user:%F0%9F%8D%A9@proxy.net",
        "http://s1lly:pers0n@%HOSTIP:%HTTPPORT/",
        "socks5://uz3r:p4ssworm@proxy.net:1080",
        concat!("https://gh", "p_1234567890abcdefghijklmnopqrstuvwxyzAB:x-oauth-basic@github.com/acme/repo"),
        "https://$USER:$PASS1@host.internal",
        "ssh://git@github.com:22/owner/name",
        "https://unpkg.com/@babel/standalone@7.1",
        // key material that is only mentioned
        concat!("if text.starts_with(\"-----BEGIN RSA ", "PRIVATE KEY-----\") {"),
        concat!(
            "-----BEGIN ",
            "PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq7Zt3WvXk9LmR2sYp8Nb\n-----END PUBLIC KEY-----"
        ),
        concat!("-----BEGIN ", "PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
        // prefixes inside words
        "task-q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQq7Zt3WvXk9Lm",
        "social spacious precious",
        "half_hf_and_more",
    ];
    assert_clean(&fine);
}

/// Settings that often are next to secrets.
#[test]
fn look_alikes_in_settings_are_left_alone() {
    let fine = [
        "DB_PASSWORD=changeme\nAPI_KEY=<your-key>\nTOKEN=${TOKEN}\nSECRET=$(vault read secret)\nKEY={{ .Values.key }}\n",
        "PASSWORD=%DB_PASSWORD%\nTOKEN=xxxxxxxxxxxxxxxx\nSECRET_KEY=your-secret-key-here\nAPI_TOKEN=example-token-value\n",
        "password: P@ssw0rd!\ntoken: A1B2C3D4E5F6G7H8I9J0\nsecret: correct-horse-battery-staple\npassphrase: letmein123\n",
        "token: string\npassword: Option<String>\nsecret: required\napi_key: optional,omitempty\nkey: metadata.name\n",
        "secretName: database-credentials\nsecretKeyRef:\n  name: database\n  key: password\ntokenUrl: /oauth/token\n",
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db\n",
        "- name: DB_PASSWORD\n  value: $(DB_PASS)\n- name: TOKEN\n  value: \"{{ token }}\"\n",
        "password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]\nsecret: vault:secret/data/app#key\ntoken: op://vault/item/field\n",
        "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  62313365396662343061393464336163383764373764613633653634306231386433626436623361\n",
        "password: \"{cipher}AQB4mYq7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQ\"\nspring.password=${DB_PASSWORD:q7Zt3WvXk9Lm}\n",
        "password=os.environ['DB_PASSWORD']\ntoken=process.env.API_TOKEN\nsecret=getSecret(\"db\")\nkey=config.get('key')\n",
        "api_key = 550e8400-e29b-41d4-a716-446655440000\nsecret = /run/secrets/database_password\ntoken = ./token.txt\n",
        "password = admin@example.com\ntoken = 1234567890123\nsecret = 2024-01-31T12:00:00\nkey = 10.0.0.1:8080\n",
        "db-password: YWRtaW4=\nusername: cm9vdA==\npassword: Y2hhbmdlbWU=\ntoken: dG9rZW4tdmFsdWU=\n",
        "integrity sha512-q7Zt3WvXk9LmR2sYp8NbC4dFgH6jKa5TeUwQx1VzB0nMoIlE+yDrGhJ3kP5sT7uW9qA2cF4==\n",
        "public_key: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq7Zt3WvXk9LmR2sYp8Nb\nkey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ\n",
        "password_hash: $2b$12$KIXQ4S8pWmZ1vY6fV9eYQeJ8u3nT5rB7xC2dF4gH6jK8lM0nP2qR4\nsecret: sha256:da39a3ee5e6b4b0d3255bfef95601890\n",
        "errors.password.too_short=The password is too short\nlabel.token=Access token\nform.secret.placeholder=Your secret\n",
        "app_user:$apr1$wQ7Zt3Wv$Xk9LmR2sYp8NbC4dFgH6j.\n",
        "Authorization: Bearer <token>\nAuthorization: Bearer ${TOKEN}\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\n",
        "curl -u user:password https://example.com\ncurl -u $USER:$TOKEN https://api.internal/\nsort -u file:name\n",
        "machine github.com login ada password changeme\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n_auth=dXNlcjpwYXNzd29yZA==\n",
        "ENV DB_PASSWORD ${DB_PASSWORD}\nARG GITHUB_TOKEN\nENV SECRET_KEY_FILE=/run/secrets/key\n",
        "Server=db;User Id=sa;Password=<password>;\nServer=db;User Id=sa;Password=$(Password);\n",
        concat!("wh", "sec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk\n"),
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ\n",
    ];
    let found = |text: &&str| {
        let found = scan(text.as_bytes(), Text::Settings);
        found
            .into_iter()
            .map(|secret| {
                (secret.kind, String::from_utf8_lossy(secret.span.of(text.as_bytes())).into_owned())
            })
            .collect::<Vec<_>>()
    };
    let wrong: Vec<_> = fine.iter().flat_map(found).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn assert_clean(fine: &[&str]) {
    let kinds = [Text::Code, Text::Settings];
    let wrong: Vec<_> = fine
        .iter()
        .flat_map(|text| kinds.map(|kind| (text, kind, scan(text.as_bytes(), kind))))
        .filter(|(_, _, found)| !found.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (text, kind) in fine.iter().flat_map(|text| kinds.map(|kind| (*text, kind))) {
        assert_eq!(mask(text, kind), (text.to_owned(), 0));
    }
}

#[test]
fn bytes_that_are_not_utf8_and_long_lines_are_ordinary() {
    let key = mark("AK", "IAQ3EGT7Z5XKWM2PLN").replace(['«', '»'], "");
    let mut bytes = vec![0xff, 0xfe, 0x00];
    bytes.extend(std::iter::repeat_n(b"\xc3(a\x80 ", 600_000).flatten());
    bytes.extend(key.as_bytes());
    bytes.push(0xff);
    let found = scan(&bytes, Text::Code);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span.of(&bytes), key.as_bytes());
    assert_eq!(found[0].span.start_column as usize, bytes.len() - key.len());
}

/// Input made of anchors only costs no more than a constant per byte: a quadratic scan would take hours.
#[test]
fn hostile_repetition_stays_linear() {
    for unit in [
        "eyJ",
        "eyJa.",
        "sk-",
        "://a:b",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "glpat-",
        "token=",
        "xoxb-1",
        "SG.a",
        "password:'",
        "key ",
        "key,",
        "pass=\n",
        "secret_token_key_",
        "Bearer a",
        "Basic YTpi",
        " -u a:b",
        "mysql ",
        "mysql -",
        "/mysql=",
        "=mysql \"a",
        "\"mysql\",",
        "docker -p",
        ":5432:a:b:",
        "LS0tLS1CRUdJTi",
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t",
        "key=a9Qz",
        "key=andkey=thenkey=otherkey=last\n",
        "-us1",
        "key:|\n ",
        "key:\n  a",
        "key||'",
        "${key:-a",
        "identified by ",
    ] {
        let text = unit.repeat(4_000_000 / unit.len());
        let started = std::time::Instant::now();
        scan(text.as_bytes(), Text::Code);
        assert!(started.elapsed().as_secs() < 20, "{unit}");
    }
}

#[test]
fn every_prefix_of_a_text_is_scanned_without_trouble() {
    let all: String = positives().into_iter().map(|(_, marked)| unmark(&marked).0 + "\n").collect();
    for end in 0..=all.len() {
        scan(&all.as_bytes()[..end], Text::Settings);
        scan(&all.as_bytes()[all.len() - end..], Text::Settings);
    }
}

/// Passwords passed to programs, each between `«` and `»`.
#[test]
fn passwords_on_command_lines_are_found() {
    let found = [
        "mysql -uroot -p«k9LmR2sYq7» shop < schema.sql\n",
        "mysqladmin -h 127.0.0.1 -P 3306 -uroot \\\n  -p\"«Winter2031»\" ping\n",
        "sshpass -p«k9LmR2sYq7» ssh -p 22 app@host\n",
        "sshpass -p '«k9LmR2$Yq7»' scp a app@host:\n",
        "docker exec -it db mysql -uroot -p«k9LmR2sYq7»\n",
        "docker run -p 80:80 web sh -c \"mysql -uroot -p«k9LmR2sYq7» -e 'select 1'\"\n",
        "curl -s \\\n  -u app:«k9LmR2sYq7» https://api.internal/\n",
        "curl --user 'app:«k9LmR2sYq7»' https://api.internal/\n",
        concat!("psql postgresql:", "//app:«k9LmR2sYq7»@db.internal/app\n"),
        "PGPASSWORD=«k9LmR2sYq7» psql -h db.internal\n",
        "redis-cli -h cache -p 6379 -a «k9LmR2sYq7» ping\n",
        "\t@redis-cli -a«k9LmR2sYq7» flushall\n",
        "  run: mysql -uroot -p«k9LmR2sYq7» -e 'select 1'\n",
        "RUN /usr/bin/mysql -uroot -p«k9LmR2sYq7» && rm -f a\n",
        "  test: [\"CMD\", \"mysqladmin\", \"ping\", \"-p«k9LmR2sYq7»\"]\n",
        "CMD [\"redis-cli\", \"-a\", \"«k9LmR2sYq7»\"]\n",
        "docker login -u app -p «k9LmR2sYq7» registry.internal\n",
        "mongodump --host db -u app -p «k9LmR2sYq7» --out a\n",
        "ldapsearch -x -D cn=app -w «k9LmR2sYq7» -b dc=a\n",
    ];
    for marked in found {
        let (text, range) = unmark(marked);
        let list = scan(text.as_bytes(), Text::Settings);
        let values: Vec<_> = list.iter().map(|found| found.span.of(text.as_bytes())).collect();
        assert_eq!(values, [&text.as_bytes()[range]], "{text}");
    }
}

#[test]
fn options_that_tell_no_password_are_left_alone() {
    assert_clean(&[
        "mysql -uroot -p\nmysql -uroot -p shop_k9LmR2sYq7\nmysql -uroot -p3306 -p10.0.0.1\n",
        "mysql -uroot -p$PASS -p${PASS} -p\"$PASS\" -p$(cat /run/k9LmR2sYq7)\nmysql -p`cat k9LmR2sYq7`\n",
        "mysql -p${{ env.K9LmR2sYq7 }}\nmysql -p{{ k9LmR2sYq7 }}\nmysql -p<password>\nmysql -p@K9LmR2sYq7@\n",
        "mysql -ppassword\nmysql -pxxx\nmysql -pxxxxxxxx\nmysql -proot\nmysql -pchangeme123\nmysql -p$$PASS\n",
        "mysql -uroot -psecret shop\nmysqldump -p --all-databases\nmysql --protocol=tcp -P 3306\n",
        "sshpass -e ssh -pk9LmR2sYq7 host\nsshpass -p $PASS ssh host\nsshpass -p \"$1\" ssh -p k9LmR2sYq7 host\n",
        "sshpass -f k9LmR2sYq7 ssh host\nredis-cli -p 6379 ping\nredis-cli -a $PASS\nredis-cli -a password ping\n",
        "serve -p8080\nssh -p 22 host\nmkdir -p k9LmR2sYq7\ncp -pk9LmR2sYq7 a b\nfoo -pk9LmR2sYq7\n",
        "docker run -p 80:80 -p 127.0.0.1:8080:80 web\ndocker compose -p k9LmR2sYq7 up\ndocker ps -a\n",
        "docker exec db mysql -uroot -p\"$MYSQL_ROOT_PASSWORD\"\ndocker login -u app --password-stdin\n",
        "docker login -u app -p ${{ secrets.K9LmR2sYq7 }}\ndocker login -u app -p $TOKEN\n",
        "apt-get install mysql-client -pk9LmR2sYq7\nmysql | tar -pk9LmR2sYq7\nmysql; run -pk9LmR2sYq7\n",
        "curl -u user:pass https://a\ncurl -u app:$PASS https://a\ncurl -u app: https://a\ncurl -k9LmR2sYq7\n",
        "exec.Command(\"mysql\", \"-u\", user, \"-p\"+k9LmR2sYq7)\nexec.Command(\"sshpass\", \"-p\", k9LmR2sYq7)\n",
        "PGPASSWORD=$PASS psql\npsql postgresql://app:$PASS@db/app\npsql postgresql://app:password@db/app\n",
    ]);
}

/// A random value in each of these texts is found just where it is.
fn assert_found(texts: &[&str], kind: Text) {
    for text in texts {
        let (text, range) = unmark(&text.replace("{v}", "«q7Zt3WvXk9LmR2sYp8NbC4dF»"));
        let list = scan(text.as_bytes(), kind);
        let values: Vec<_> = list.iter().map(|found| found.span.of(text.as_bytes())).collect();
        assert_eq!(values, [&text.as_bytes()[range]], "{text}");
    }
}

#[test]
fn values_on_other_lines_and_behind_alternatives_are_found_in_settings() {
    let texts = [
        "database:\n  password:\n    {v}\n",
        "password:\n  \"{v}\"\n",
        "password:\r\n  '{v}'\r\n",
        "password: &p {v}\n",
        "password: !!str {v}\n",
        "password: &p !!str '{v}'\n",
        "- value: {v}\n  name: DB_PASSWORD\n",
        "env:\n  - value: \"{v}\"\n    name: \"API_KEY\"",
        "{\n  \"value\": \"{v}\",\n  \"name\": \"API_KEY\"\n}\n",
        "db.password = \\\n   {v}\n",
        "export API_KEY=${API_KEY:-{v}}\n",
        "  TOKEN: \"${TOKEN:-{v}}\"\n",
        "<password><![CDATA[{v}]]></password>\n",
        "<key>APIToken</key>\n\t<string>{v}</string>\n",
        "<name>fs.secret.key</name>\n<value>{v}</value>\n",
        "$p = ConvertTo-SecureString \"{v}\" -AsPlainText -Force\n",
        "ConvertTo-SecureString -AsPlainText -Force -String '{v}'\n",
        "Connect-App -User app -Password \"{v}\"\n",
    ];
    assert_found(&texts, Text::Settings);
}

#[test]
fn values_on_other_lines_and_behind_alternatives_are_found_in_code() {
    let texts = [
        "API_KEY = (\n    \"{v}\"\n)\n",
        "const c = {\n  apiKey:\n    \"{v}\",\n};\n",
        "const API_KEY: &str =\n    \"{v}\";\n",
        "const k = process.env.API_KEY || \"{v}\";\n",
        "const apiKey = process.env.K ?? '{v}';\n",
        "API_KEY = os.environ.get(\"K\") or \"{v}\"\n",
        "k = os.environ.get(\"API_KEY\") or \"{v}\"\n",
        "secret_key ||= \"{v}\"\n",
        "$key = getenv('API_KEY') ?: '{v}';\n",
        "std::string api_key{\"{v}\"};\n",
        "let api_key = r#\"{v}\"#;\n",
        "CREATE USER app IDENTIFIED BY '{v}';\n",
        "ALTER ROLE app WITH PASSWORD '{v}';\n",
        "CREATE USER app\n  WITH ENCRYPTED PASSWORD '{v}';\n",
        "buildConfigField(\"String\", \"API_KEY\", \"\\\"{v}\\\"\")\n",
    ];
    assert_found(&texts, Text::Code);
}

#[test]
fn what_only_stands_where_values_may_be_is_left_alone() {
    assert_clean(&[
        "an item identified by 'q7Zt3WvXk9LmR2sYp8NbC4dF'\n",
        "password:\n  secretKeyRef:\n    name: db-7f3a9c2e\ncredentials:\n  user: app\n",
        "token:\n  \"q7Zt3WvXk9LmR2sY\": x\npassword: &p\n  user: app\npassword:\nq7Zt3WvXk9LmR2sY\n",
        "- value: q7Zt3WvXk9LmR2sYp8NbC4dF\n- name: DB_PASSWORD\n  valueFrom: x\n",
        "A=${API_KEY:-changeme}\nB=${TOKEN:-$OTHER_TOKEN}\nC=${SECRET:-your-secret}\n",
        "<password><![CDATA[${db.password}]]></password>\n<key>APIToken</key>\n<string>$(API_TOKEN)</string>\n",
        "ConvertTo-SecureString \"76492d1116743f0423413b16050a5345MgB8\"\n",
        "Set-App -Password $password -Token \"$env:TOKEN\"\n",
        "API_KEY = (\n    os.environ[\"API_KEY\"]\n)\n",
        "const k = process.env.API_KEY || \"your-api-key\";\nsecret_key ||= ENV['SECRET_KEY_BASE_V2']\n",
        "CREATE USER app IDENTIFIED BY 'password';\nALTER ROLE app WITH PASSWORD '$1';\n",
    ]);
}
