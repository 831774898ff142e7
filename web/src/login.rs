//! The page on which a browser shows the token once.

use crate::pages::assets;
use crate::problem::Problem;
use crate::security::{Sessions, session_of};
use crate::service::Service;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use std::time::Duration;

/// Where it is.
pub const LOGIN: &str = "/login";
/// Where a browser is forgotten.
pub const LOGOUT: &str = "/logout";
/// Bytes of the form at most.
const MOST_BYTES: usize = 4096;
/// How long a wrong guess takes.
const WRONG_GUESS: Duration = Duration::from_millis(300);

/// True when the request shows the token, or the cookie of a browser that did. Where there is no token everybody may ask.
pub fn is_admitted(service: &Service, headers: &HeaderMap) -> bool {
    let Some(token) = &service.token else { return true };
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match authorization {
        Some(authorization) => token.is_in_header(authorization),
        None => session_of(headers).is_some_and(|session| service.sessions.knows(session)),
    }
}

/// Waits as long as a wrong guess takes; too many at once are turned away.
pub async fn refuse(service: &Service, headers: &HeaderMap) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        let Ok(_guess) = service.guesses.try_acquire() else {
            return Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens at once")
                .into_response();
        };
        tokio::time::sleep(WRONG_GUESS).await;
    }
    if wants_page(headers) {
        return see_other(LOGIN);
    }
    let detail = "this service wants a token, as `Authorization: Bearer TOKEN`";
    Problem::new(StatusCode::UNAUTHORIZED, detail).into_response()
}

/// True when a browser asks for something that a person looks at.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// The page, and what its form sends.
pub async fn answer(service: &Service, method: &Method, headers: &HeaderMap, body: Body) -> Response {
    if *method != Method::POST {
        return page(StatusCode::OK, None, is_admitted(service, headers) && service.token.is_some());
    }
    let Ok(form) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the form is too large").into_response();
    };
    let form = crate::pages::Query::parse(&String::from_utf8_lossy(&form));
    let right = match &service.token {
        Some(token) => form.text("token").is_some_and(|guess| token.is(guess.trim())),
        None => true,
    };
    if !right {
        let Ok(_guess) = service.guesses.try_acquire() else {
            return Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens at once")
                .into_response();
        };
        tokio::time::sleep(WRONG_GUESS).await;
        return page(StatusCode::UNAUTHORIZED, Some("That is not the token."), false);
    }
    match service.sessions.open() {
        Ok(session) => with_cookie(see_other("/"), Some(&session)),
        Err(error) => {
            tracing::error!(%error, "no random numbers for a session");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "no session can be opened").into_response()
        }
    }
}

/// Forgets the browser.
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
    // Without a referrer browsers send no origin with the form either, and it would be taken for one from elsewhere.
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
