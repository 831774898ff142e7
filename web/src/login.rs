//! The page where a browser sends the token once.

use crate::pages::assets;
use crate::problem::Problem;
use crate::query::Query;
use crate::security::{Attempt, ClientAddress, Sessions, session_of};
use crate::service::Service;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use std::time::{Duration, Instant};

/// Where it is.
pub const LOGIN: &str = "/login";
/// The address that ends a browser's session.
pub const LOGOUT: &str = "/logout";
/// Limit on the bytes of the form.
const MOST_BYTES: usize = 4096;
/// Why a client is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The token or cookie is wrong or missing.
    Unknown,
    /// The token was not checked, because there were too many wrong ones before. The next attempt is possible after
    /// this time.
    TooMany(Duration),
}

/// Admits clients that send the token, or the cookie of a browser that sent it. Without a token, everyone is admitted.
///
/// Everything that could be guessed goes through the throttle. The cookie of a session cannot be guessed, so logged-in
/// browsers are not delayed by other clients at their address; wrong cookies still count.
///
/// # Errors
/// Why it is refused.
pub fn admit(service: &Service, client: ClientAddress, headers: &HeaderMap) -> Result<(), Refused> {
    let Some(token) = &service.token else { return Ok(()) };
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let authorization = authorization.to_str().unwrap_or_default();
        return attempt(service, client, || token.is_in_header(authorization));
    }
    match session_of(headers) {
        Some(session) if service.sessions.knows(session) => Ok(()),
        // Nobody guesses 256 random bits; browsers show old ones after a restart.
        Some(_) | None => Err(Refused::Unknown),
    }
}

fn attempt(service: &Service, client: ClientAddress, is_right: impl FnOnce() -> bool) -> Result<(), Refused> {
    match service.throttle.attempt(client, Instant::now(), is_right) {
        Attempt::Right => Ok(()),
        Attempt::Wrong => {
            service.metrics.wrong_tokens.add(1);
            Err(Refused::Unknown)
        }
        Attempt::TooMany(wait) => {
            service.metrics.throttled.add(1);
            Err(Refused::TooMany(wait))
        }
    }
}

/// The answer to a client that is refused.
pub fn refuse(refused: Refused, headers: &HeaderMap) -> Response {
    match refused {
        Refused::TooMany(wait) => too_many(wait),
        Refused::Unknown if wants_page(headers) => see_other(LOGIN),
        Refused::Unknown => {
            let detail = "this service wants a token, as `Authorization: Bearer TOKEN`";
            Problem::new(StatusCode::UNAUTHORIZED, detail).into_response()
        }
    }
}

fn too_many(wait: Duration) -> Response {
    let detail = "too many wrong tokens came from your address; this one was not looked at";
    let mut response = Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).into_response();
    let seconds = wait.as_secs_f64().ceil().max(1.0) as u64;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// True if a browser requests a page for a person.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// Answers requests for the page, and for its form.
pub fn answer(service: &Service, client: ClientAddress, request: &Request<Bytes>) -> Response {
    if request.method() != Method::POST {
        // A token in the header is not checked here: that would be another place for guessing.
        let session = session_of(request.headers());
        let is_in = service.token.is_some() && session.is_some_and(|name| service.sessions.knows(name));
        return page(StatusCode::OK, None, is_in);
    }
    if request.body().len() > MOST_BYTES {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the form is too large").into_response();
    }
    let form = Query::parse(&String::from_utf8_lossy(request.body()));
    let shown = form.text("token").unwrap_or_default().trim();
    let judged = service.token.as_ref().map_or(Ok(()), |token| attempt(service, client, || token.is(shown)));
    match judged {
        Ok(()) => {}
        Err(Refused::Unknown) => {
            return page(StatusCode::UNAUTHORIZED, Some("That is not the token."), false);
        }
        Err(Refused::TooMany(wait)) => return too_many(wait),
    }
    match service.sessions.open() {
        Ok(session) => with_cookie(see_other("/"), Some(&session)),
        Err(error) => {
            tracing::error!(%error, "no random numbers for a session");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "no session can be opened").into_response()
        }
    }
}

/// Ends the browser's session.
pub fn leave(service: &Service, headers: &HeaderMap) -> Response {
    if let Some(session) = session_of(headers) {
        service.sessions.close(session);
    }
    with_cookie(see_other(LOGIN), None)
}

fn with_cookie(mut response: Response, session: Option<&str>) -> Response {
    response.headers_mut().insert(header::SET_COOKIE, Sessions::cookie(session));
    response
}

fn see_other(place: &'static str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, place), (header::CACHE_CONTROL, "no-store")]).into_response()
}

fn page(status: StatusCode, error: Option<&str>, is_in: bool) -> Response {
    let text = markup(error, is_in).into_string();
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Without a referrer, browsers send no origin with the form either, and it would be taken for a cross-site request.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn markup(error: Option<&str>, is_in: bool) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Log in · batuta" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                @if let Some(asset) = assets::named("dashboard.css") { link rel="stylesheet" href=(asset.address()); }
            }
            body {
                main #main {
                    h1 { "batuta" }
                    @if let Some(error) = error { p role="alert" { (error) } }
                    @if is_in {
                        p { a href="/" { "All repositories" } }
                        form method="post" action=(LOGOUT) { button type="submit" { "Log out" } }
                    } @else {
                        form method="post" action=(LOGIN) {
                            p {
                                label for="token" { "Token" }
                                " "
                                input #token name="token" type="password" autocomplete="current-password" required autofocus;
                            }
                            p { button type="submit" { "Log in" } }
                        }
                    }
                }
            }
        }
    }
}
