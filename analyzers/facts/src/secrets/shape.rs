//! Tokens with a fixed prefix, alphabet and length, as defined by their issuer. Sources: the issuers' documentation of
//! their token formats and secret-scanning partner patterns.

use super::{Found, dummy, encoded};
use std::ops::Range;

/// One kind of token.
pub(super) struct Shape {
    pub kind: &'static str,
    /// Its prefixes.
    prefixes: &'static [&'static str],
    /// What follows the prefix.
    body: Body,
}

/// What follows a prefix.
enum Body {
    /// One run of an alphabet with a length between bounds, for which `holds` must be true.
    Run { alphabet: Alphabet, min: usize, max: usize, holds: fn(&[u8]) -> bool },
    /// Anything else: a function from the source and the prefix's position to the bytes of the token.
    Custom(fn(&[u8], &Range<usize>) -> Option<Range<usize>>),
}

type Alphabet = fn(u8) -> bool;

/// Longer runs are not tokens.
const LONGEST: usize = 4_096;

const fn run(
    kind: &'static str,
    prefixes: &'static [&'static str],
    alphabet: Alphabet,
    length: (usize, usize),
    holds: fn(&[u8]) -> bool,
) -> Shape {
    Shape { kind, prefixes, body: Body::Run { alphabet, min: length.0, max: length.1, holds } }
}

const fn custom(
    kind: &'static str,
    prefixes: &'static [&'static str],
    find: fn(&[u8], &Range<usize>) -> Option<Range<usize>>,
) -> Shape {
    Shape { kind, prefixes, body: Body::Custom(find) }
}

/// Every kind of token. Longer prefixes come before shorter ones that they begin with: the first match wins.
pub(super) static SHAPES: &[Shape] = &[
    run("aws-access-key-id", &["AKIA", "ASIA", "ABIA", "ACCA"], upper_alnum, (16, 16), no_sample),
    run("aws-bedrock-api-key", &["ABSK"], base64, (109, 269), random),
    run("github-token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], alnum, (36, 255), random),
    run("github-token", &["github_pat_"], word, (50, 255), random),
    run(
        "gitlab-token",
        &[
            "glpat-",
            "gldt-",
            "glrt-",
            "glcbt-",
            "glptt-",
            "glft-",
            "glsoat-",
            "gloas-",
            "glimt-",
            "glagent-",
            "glffct-",
            "glrtr-",
            "GR1348941",
        ],
        url_safe_dot,
        (20, 300),
        random,
    ),
    custom("slack-token", &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe", "xoxo-", "xapp-"], slack),
    custom("slack-webhook-url", &["hooks.slack.com/"], slack_webhook),
    run("stripe-key", &["sk_live_", "rk_live_"], alnum, (16, 255), random),
    run("stripe-webhook-secret", &["whsec_"], base64, (32, 64), random_bytes),
    run("google-api-key", &["AIza"], url_safe, (35, 35), random),
    run("google-oauth-client-secret", &["GOCSPX-"], url_safe, (28, 28), random),
    run("google-oauth-token", &["ya29."], url_safe, (40, 1_000), mixed),
    run("google-oauth-token", &["1//0"], url_safe, (40, 160), mixed),
    run("anthropic-api-key", &["sk-ant-"], url_safe, (32, 300), random),
    run("openrouter-api-key", &["sk-or-v1-"], hex, (64, 64), random),
    custom("openai-api-key", &["sk-"], openai),
    run("npm-token", &["npm_"], alnum, (36, 36), random),
    run("pypi-token", &["pypi-AgE"], url_safe, (50, 1_000), random),
    run("crates-io-token", &["cio"], alnum, (32, 32), mixed),
    run("docker-token", &["dckr_pat_", "dckr_oat_"], url_safe, (27, 64), random),
    run("huggingface-token", &["hf_", "api_org_"], alnum, (34, 34), mixed_letters),
    custom("sendgrid-api-key", &["SG."], sendgrid),
    custom("twilio-api-key", &["SK"], twilio),
    custom("telegram-bot-token", &[":AA"], telegram),
    custom("azure-storage-key", &["AccountKey="], azure),
    custom("azure-shared-access-key", &["SharedAccessKey=", "SharedSecretValue="], azure_shared),
    custom("azure-client-secret", &["Q~"], azure_client),
    custom("azure-devops-token", &["AZDO"], azure_devops),
    run("digitalocean-token", &["dop_v1_", "doo_v1_", "dor_v1_"], hex, (64, 64), random),
    run("doppler-token", &["dp.pt.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."], alnum, (40, 44), random),
    custom("doppler-token", &["dp.st."], doppler_service),
    custom("databricks-token", &["dapi"], databricks),
    run("fly-token", &["fm1_", "fm2_", "fm1a_", "fm1r_"], base64, (100, 2_000), mixed),
    run("fly-token", &["fo1_"], url_safe, (43, 43), random),
    custom("grafana-token", &["glsa_"], grafana),
    run("grafana-token", &["glc_"], base64, (32, 400), mixed),
    run("vault-token", &["hvs.", "hvb.", "hvr."], url_safe, (24, 300), random),
    custom("terraform-cloud-token", &[".atlasv1."], terraform_cloud),
    run("heroku-api-key", &["HRKU-AA"], url_safe, (50, 64), random),
    run("linear-api-key", &["lin_api_", "lin_oauth_"], alnum, (40, 64), random),
    run("new-relic-key", &["NRAK-"], upper_alnum, (27, 27), random),
    run("new-relic-key", &["NRII-"], url_safe, (32, 32), random),
    custom("new-relic-key", &["NRAL"], new_relic_licence),
    run("notion-token", &["ntn_"], alnum, (40, 60), random),
    run("notion-token", &["secret_"], alnum, (43, 43), mixed),
    run("planetscale-token", &["pscale_tkn_", "pscale_pw_", "pscale_oauth_"], url_safe_dot, (32, 64), random),
    custom("postman-api-key", &["PMAK-"], postman),
    run("pulumi-token", &["pul-"], hex, (40, 40), random),
    run("rubygems-api-key", &["rubygems_"], hex, (48, 48), random),
    run("sentry-token", &["sntryu_"], hex, (64, 64), random),
    run("sentry-token", &["sntrys_"], token_base64, (60, 800), mixed),
    run("supabase-token", &["sbp_"], hex, (40, 40), random),
    run("supabase-token", &["sb_secret_"], url_safe, (25, 64), random),
    run("vercel-token", &["vercel_blob_rw_"], word, (30, 100), random),
    run("age-secret-key", &["AGE-SECRET-KEY-1"], upper_alnum, (58, 58), random),
    run("jfrog-api-key", &["AKCp"], alnum, (69, 69), random),
    run("jfrog-token", &["cmVmdGtu"], alnum, (56, 56), random),
    custom("cloudflare-origin-ca-key", &["v1.0-"], cloudflare),
    run("dropbox-token", &["sl.u.", "sl."], url_safe, (120, 1_400), mixed),
    run("facebook-token", &["EAAC", "EAAM", "EAAG", "EAAB"], alnum, (80, 400), mixed),
    run("atlassian-token", &["ATATT3", "ATCTT3"], token_base64, (90, 250), random),
    run("atlassian-token", &["ATBB"], alnum, (32, 40), mixed),
    custom("asana-token", &["1/"], asana),
    run("adafruit-key", &["aio_"], alnum, (28, 28), random),
    custom("airtable-token", &["pat"], airtable),
    run("alibaba-access-key-id", &["LTAI"], alnum, (17, 21), random),
    run("tencent-secret-id", &["AKID"], alnum, (32, 32), mixed_letters),
    run("yandex-key", &["AQVN"], url_safe, (35, 38), mixed),
    run("yandex-key", &["YCAJ", "YCAN"], url_safe, (21, 36), mixed_letters),
    run("yandex-token", &["y0_"], url_safe, (50, 64), mixed),
    run("shopify-token", &["shpat_", "shpca_", "shppa_", "shpss_"], alnum, (32, 32), random),
    run("square-token", &["sq0atp-", "sq0csp-"], url_safe, (22, 60), random),
    run("square-token", &["EAAAE", "EAAAl"], url_safe, (59, 60), mixed),
    custom("mailgun-key", &["key-"], mailgun),
    custom("mailchimp-key", &["-us"], mailchimp),
    custom("discord-webhook-url", &["/api/webhooks/"], discord_webhook),
    run("contentful-token", &["CFPAT-"], url_safe, (43, 43), random),
    run("figma-token", &["figd_", "figo_"], url_safe, (38, 64), random),
    run("buildkite-token", &["bkua_"], hex, (40, 40), random),
    run("circleci-token", &["CCIPAT_", "CCIPRJ_"], word, (40, 120), random),
    run("sonar-token", &["squ_", "sqp_", "sqa_"], hex, (40, 40), random),
    run("netlify-token", &["nfp_", "nfc_"], alnum, (36, 60), random),
    run("replicate-token", &["r8_"], alnum, (37, 37), random),
    run("groq-api-key", &["gsk_"], alnum, (52, 52), random),
    run("perplexity-api-key", &["pplx-"], alnum, (48, 64), random),
    run("xai-api-key", &["xai-"], alnum, (70, 90), random),
    run("nuget-api-key", &["oy2"], lower_alnum, (43, 43), random),
    run("nvidia-api-key", &["nvapi-"], url_safe, (60, 80), random),
    run("readme-api-key", &["rdme_"], lower_alnum, (70, 70), random),
    run("prefect-api-key", &["pnu_"], alnum, (36, 36), random),
    run("brevo-api-key", &["xkeysib-", "xsmtpsib-"], lower_alnum_dash, (81, 90), random),
    run("typeform-token", &["tfp_"], url_safe_dot, (59, 59), random),
    run("clojars-token", &["CLOJARS_"], lower_alnum, (60, 60), random),
    run("infracost-key", &["ico-"], alnum, (32, 32), mixed),
    run("dynatrace-token", &["dt0c01."], url_safe_dot, (89, 89), random),
    run("sourcegraph-token", &["sgp_", "slk_"], word, (40, 64), random),
    run("tailscale-key", &["tskey-"], url_safe, (24, 90), random),
    run("langfuse-key", &["sk-lf-"], lower_alnum_dash, (36, 36), random),
    run("elevenlabs-key", &["sk_"], hex, (48, 48), random),
    run("resend-api-key", &["re_"], word, (33, 33), mixed),
    run("aiven-password", &["AVNS_"], url_safe, (19, 30), random),
    run("easypost-key", &["EZAK", "EZTK"], alnum, (54, 54), random),
    run("shippo-token", &["shippo_live_"], hex, (40, 40), random),
    run("1password-token", &["ops_eyJ"], token_base64, (200, 1_500), random),
    run("openshift-token", &["sha256~"], url_safe, (43, 43), mixed),
    custom("jwt", &["eyJ"], jwt),
];

impl Shape {
    /// The strings to search for.
    pub(super) fn anchors(&self) -> &'static [&'static str] {
        self.prefixes
    }

    /// Alphabet and least length of the text after the prefix, if that is a run.
    #[cfg(test)]
    pub(super) fn run(&self) -> Option<(Alphabet, usize)> {
        match self.body {
            Body::Run { alphabet, min, .. } => Some((alphabet, min)),
            Body::Custom(_) => None,
        }
    }

    /// The token whose prefix is at `anchor`.
    pub(super) fn find(&self, source: &[u8], anchor: Range<usize>) -> Option<Found> {
        let range = match self.body {
            Body::Custom(find) => find(source, &anchor)?,
            Body::Run { alphabet, min, max, holds } => {
                if !begins(source, anchor.start, alphabet) {
                    return None;
                }
                let body = run_at(source, anchor.end, alphabet);
                if body.len() < min || body.len() > max || !holds(&source[body.clone()]) {
                    return None;
                }
                anchor.start..body.end
            }
        };
        Some(Found { kind: self.kind, range })
    }
}

pub(super) fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn upper_alnum(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn url_safe(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

fn url_safe_dot(byte: u8) -> bool {
    url_safe(byte) || byte == b'.'
}

pub(super) fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn token_base64(byte: u8) -> bool {
    base64(byte) || matches!(byte, b'-' | b'_' | b'=')
}

fn lower_alnum(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn lower_alnum_dash(byte: u8) -> bool {
    lower_alnum(byte) || byte == b'-'
}

fn hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// True if a token may begin at `start`: the byte before does not continue a longer run. The letter of an escape (`\n`,
/// `\t`, `\r`) does not count.
fn begins(source: &[u8], start: usize, alphabet: Alphabet) -> bool {
    match source[..start] {
        [.., b'\\', b'n' | b't' | b'r'] | [] => true,
        [.., byte] => !(alphabet(byte) || word(byte)),
    }
}

/// The run of `alphabet` that starts at `start`, up to [`LONGEST`] bytes.
fn run_at(source: &[u8], start: usize, alphabet: Alphabet) -> Range<usize> {
    let length = source[start..].iter().take(LONGEST).take_while(|byte| alphabet(**byte)).count();
    start..start + length
}

/// A run of exactly `length`.
fn exact(source: &[u8], start: usize, alphabet: Alphabet, length: usize) -> Option<Range<usize>> {
    let run = run_at(source, start, alphabet);
    (run.len() == length).then_some(run)
}

/// Steps over `byte`.
fn after(source: &[u8], at: usize, byte: u8) -> Option<usize> {
    (source.get(at) == Some(&byte)).then_some(at + 1)
}

fn no_sample(body: &[u8]) -> bool {
    !dummy::is_dummy(body) && body.iter().any(u8::is_ascii_digit)
}

fn random(body: &[u8]) -> bool {
    !dummy::is_dummy(body) && dummy::entropy(body) >= 3.0
}

/// Base64 of bytes that are not readable text.
fn random_bytes(body: &[u8]) -> bool {
    random(body) && encoded::text_of_base64(body).is_none()
}

/// Upper case, lower case and digits: a random string of 32 characters almost always has all of them, a name seldom.
fn mixed(body: &[u8]) -> bool {
    random(body) && mixed_letters(body) && body.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2
}

fn mixed_letters(body: &[u8]) -> bool {
    let upper = body.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let lower = body.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    random(body) && upper >= 4 && lower >= 4
}

/// `xoxb-` and the like: dashed groups, at least one of them a number of about ten digits.
fn slack(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let dotted = |byte| alnum(byte) || matches!(byte, b'-' | b'.');
    if !begins(source, prefix.start, dotted) {
        return None;
    }
    let body = run_at(source, prefix.end, dotted);
    let text = &source[body.clone()];
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    (text.len() >= 20 && text.len() <= 400 && digits >= 8 && random(text)).then_some(prefix.start..body.end)
}

/// `hooks.slack.com/services/T…/B…/…`: anybody who knows the address can post.
fn slack_webhook(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let path = b"services/T";
    if !source[prefix.end..].starts_with(path) {
        return None;
    }
    let team = run_at(source, prefix.end + path.len(), alnum);
    let service = run_at(source, after(source, team.end, b'/')?, alnum);
    let token = run_at(source, after(source, service.end, b'/')?, alnum);
    let fits = team.len() >= 7 && service.len() >= 8 && (20..=48).contains(&token.len());
    (fits && random(&source[token.clone()])).then_some(prefix.start..token.end)
}

/// `sk-proj-…`, `sk-svcacct-…`, `sk-admin-…`, and the older `sk-` with 48 letters and digits.
fn openai(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe) {
        return None;
    }
    let body = run_at(source, prefix.end, url_safe);
    let text = &source[body.clone()];
    let named =
        [&b"proj-"[..], b"svcacct-", b"admin-", b"None-"].into_iter().find(|name| text.starts_with(name));
    let fits = match named {
        Some(name) => (40..=300).contains(&(text.len() - name.len())) && random(&text[name.len()..]),
        None => text.len() == 48 && text.iter().copied().all(alnum) && mixed(text),
    };
    fits.then_some(prefix.start..body.end)
}

/// `SG.` with 22 and 43 characters.
fn sendgrid(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe) {
        return None;
    }
    let id = exact(source, prefix.end, url_safe, 22)?;
    let key = exact(source, after(source, id.end, b'.')?, url_safe, 43)?;
    random(&source[key.clone()]).then_some(prefix.start..key.end)
}

/// `SK` with 32 hexadecimal digits.
fn twilio(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let any_base64 = |byte| base64(byte) || byte == b'-';
    if !begins(source, prefix.start, any_base64) {
        return None;
    }
    let body = exact(source, prefix.start + 2, alnum, 32)?;
    let text = &source[body.clone()];
    (text.iter().copied().all(hex) && random(text)).then_some(prefix.start..body.end)
}

/// The bot's number, a colon, `AA` and 33 characters.
fn telegram(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let body = exact(source, prefix.start + 1, url_safe, 35)?;
    let digits =
        source[..prefix.start].iter().rev().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    let start = prefix.start - digits;
    // In a URL of the service's API the number follows the word `bot`.
    let fits = begins(source, start, alnum) || source[..start].ends_with(b"bot");
    ((8..=10).contains(&digits) && fits && mixed_letters(&source[body.clone()])).then_some(start..body.end)
}

/// 64 bytes in base64.
fn azure(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let key = exact(source, prefix.end, base64, 86)?;
    let padded = source[key.end..].starts_with(b"==");
    (padded && mixed(&source[key.clone()]) && !is_emulator_key(&source[key.clone()]))
        .then_some(key.start..key.end + 2)
}

/// 32 bytes in base64.
fn azure_shared(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let key = exact(source, prefix.end, base64, 43)?;
    let padded = source.get(key.end) == Some(&b'=');
    (padded && mixed_letters(&source[key.clone()])).then_some(key.start..key.end + 1)
}

/// Three characters, a digit, `Q~` and 31 to 34 more.
fn azure_client(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let part = |byte: u8| url_safe_dot(byte) || byte == b'~';
    let start = prefix.start.checked_sub(4)?;
    let head = &source[start..prefix.start];
    let body = run_at(source, prefix.end, part);
    let fits = head[3].is_ascii_digit() && head.iter().copied().all(part) && (31..=34).contains(&body.len());
    (fits && begins(source, start, part) && mixed(&source[body.clone()])).then_some(start..body.end)
}

/// 76 letters and digits, `AZDO`, four more.
fn azure_devops(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let start = prefix.start.checked_sub(76)?;
    let whole = exact(source, start, alnum, 84)?;
    (begins(source, start, alnum) && mixed(&source[whole.clone()])).then_some(whole)
}

/// `dp.st.`, an optional name, and 40 to 44 characters.
fn doppler_service(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let whole = run_at(source, prefix.end, url_safe_dot);
    let last = source[whole.clone()].rsplit(|byte| *byte == b'.').next()?;
    ((40..=44).contains(&last.len()) && last.iter().copied().all(alnum) && random(last))
        .then_some(prefix.start..whole.end)
}

/// `dapi`, 32 hexadecimal digits, and in some tokens a dash with a digit.
fn databricks(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let body = exact(source, prefix.end, alnum, 32)?;
    let text = &source[body.clone()];
    let fits = begins(source, prefix.start, alnum) && text.iter().copied().all(hex) && random(text);
    let tail = run_at(source, body.end, |byte| byte == b'-' || byte.is_ascii_digit());
    fits.then_some(prefix.start..if tail.len() == 2 { tail.end } else { body.end })
}

/// `glsa_`, 32 letters and digits, and a checksum of 8 hexadecimal digits.
fn grafana(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let body = exact(source, prefix.end, alnum, 32)?;
    let sum = exact(source, after(source, body.end, b'_')?, |byte| byte.is_ascii_hexdigit(), 8)?;
    random(&source[body]).then_some(prefix.start..sum.end)
}

/// 14 letters and digits, `.atlasv1.`, and about 60 characters.
fn terraform_cloud(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let start = prefix.start.checked_sub(14)?;
    let body = run_at(source, prefix.end, url_safe);
    let fits = source[start..prefix.start].iter().copied().all(alnum) && (60..=70).contains(&body.len());
    (fits && random(&source[body.clone()])).then_some(start..body.end)
}

/// 36 hexadecimal digits and `NRAL`; since 2019 the licence keys have this shape.
fn new_relic_licence(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let start = prefix.start.checked_sub(36)?;
    let digits = &source[start..prefix.start];
    let ends = source.get(prefix.end).is_none_or(|byte| !word(*byte));
    let fits =
        digits.iter().all(u8::is_ascii_hexdigit) && ends && begins(source, start, alnum) && random(digits);
    fits.then_some(start..prefix.end)
}

/// `PMAK-` with 24 and 34 hexadecimal digits.
fn postman(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let id = exact(source, prefix.end, hex, 24)?;
    let key = exact(source, after(source, id.end, b'-')?, hex, 34)?;
    random(&source[key.clone()]).then_some(prefix.start..key.end)
}

/// `v1.0-` with 24 and 146 hexadecimal digits.
fn cloudflare(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let id = exact(source, prefix.end, hex, 24)?;
    let key = exact(source, after(source, id.end, b'-')?, hex, 146)?;
    random(&source[key.clone()]).then_some(prefix.start..key.end)
}

/// `1/`, the number of the user, a colon and 32 hexadecimal digits.
fn asana(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let user = run_at(source, prefix.end, |byte| byte.is_ascii_digit() || byte == b'/');
    if !(15..=36).contains(&user.len()) || !begins(source, prefix.start, alnum) {
        return None;
    }
    let key = exact(source, after(source, user.end, b':')?, hex, 32)?;
    random(&source[key.clone()]).then_some(prefix.start..key.end)
}

/// `pat`, 14 letters and digits, a dot and 64 hexadecimal digits.
fn airtable(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if source.get(prefix.end + 14) != Some(&b'.') || !begins(source, prefix.start, alnum) {
        return None;
    }
    exact(source, prefix.end, alnum, 14)?;
    let key = exact(source, prefix.end + 15, hex, 64)?;
    random(&source[key.clone()]).then_some(prefix.start..key.end)
}

/// `key-` with 32 hexadecimal digits.
fn mailgun(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe_dot) {
        return None;
    }
    let key = exact(source, prefix.end, alnum, 32)?;
    let text = &source[key.clone()];
    (text.iter().copied().all(lower_alnum) && random(text)).then_some(prefix.start..key.end)
}

/// 32 hexadecimal digits, `-us` and the number of the data centre.
fn mailchimp(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let start = prefix.start.checked_sub(32)?;
    let number = run_at(source, prefix.end, word);
    let digits = &source[number.clone()];
    let key = &source[start..prefix.start];
    let fits = (1..=2).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && key.iter().copied().all(hex);
    (fits && begins(source, start, alnum) && random(key)).then_some(start..number.end)
}

/// `discord.com/api/webhooks/…/…`: anybody who knows the address can post.
fn discord_webhook(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let host = &source[prefix.start.saturating_sub(16)..prefix.start];
    let known = host.ends_with(b"discord.com") || host.ends_with(b"discordapp.com");
    let number = run_at(source, prefix.end, |byte| byte.is_ascii_digit());
    let token = run_at(source, after(source, number.end, b'/')?, url_safe);
    let fits = known && (17..=20).contains(&number.len()) && (60..=80).contains(&token.len());
    (fits && random(&source[token.clone()])).then_some(prefix.end..token.end)
}

/// The storage emulator's account key is the same on every machine and is published in its documentation.
fn is_emulator_key(key: &[u8]) -> bool {
    key.starts_with(b"Eby8vdM02xNOcqFl")
}

/// A JSON web token: two JSON objects and a signature, in base64url (RFC 7519).
fn jwt(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe_dot) {
        return None;
    }
    let header = run_at(source, prefix.start, url_safe);
    let payload = run_at(source, after(source, header.end, b'.')?, url_safe);
    let signature = run_at(source, after(source, payload.end, b'.')?, url_safe);
    let claims = &source[payload.clone()];
    // `{"sub":"1234567890"`: the sample token of jwt.io, copied into countless documents.
    let sample = claims.starts_with(b"eyJzdWIiOiIxMjM0NTY3ODkw");
    let fits =
        header.len() >= 16 && claims.starts_with(b"eyJ") && claims.len() >= 10 && signature.len() >= 20;
    (fits && !sample && dummy::entropy(&source[signature.clone()]) >= 3.0)
        .then_some(prefix.start..signature.end)
}
