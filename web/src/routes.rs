//! Routes requests to answers, after checking who asks and from where.

use crate::api::{self, Asked, ENDPOINTS, Endpoint, Ping, RepositoryList, RepositoryRow, Source};
use crate::badges::{self, BADGES};
use crate::entity_tag::entity_tag;
use crate::guard::{Guarded, broken};
use crate::index::{source_text, to_open};
use crate::live;
use crate::login;
use crate::metrics::Kind;
use crate::pages::{self, Address, Page, assets};
use crate::percent;
use crate::problem::Problem;
use crate::query::Query;
use crate::security::{self, ClientAddress};
use crate::service::Service;
use crate::state::{Repository, RepositoryView};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Most bytes in a request body.
const MOST_BODY: usize = 16 * 1024;
/// Time limit for receiving the body, counted from the head of the request.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);
/// Time limit for producing the head of an answer.
const LONGEST: Duration = Duration::from_secs(60);

const JSON: &str = "application/json";
const PAGE: &str = "text/html; charset=utf-8";

/// Answers any request. `begun` is called once the whole request has arrived.
pub async fn answer(
    service: Arc<Service>,
    client: ClientAddress,
    request: Request<Body>,
    begun: impl FnOnce(),
) -> Response {
    let started = Instant::now();
    let kind = Kind::of(request.uri().path());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let head_only = method == Method::HEAD;
    let mut response = match whole(request).await {
        Ok(request) => {
            begun();
            made_in_time(&service, client, request).await
        }
        Err(problem) => {
            begun();
            let mut response = problem.into_response();
            // Does not wait for the rest of the body.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    };
    security::protect(response.headers_mut());
    if head_only {
        *response.body_mut() = Body::empty();
    }
    let seconds = started.elapsed().as_secs_f64();
    service.metrics.answered(kind, response.status().as_u16(), seconds);
    tracing::debug!(%method, path, status = response.status().as_u16(), seconds, "answered");
    response
}

/// The answer, or an error answer if it took too long or panicked.
async fn made_in_time(service: &Arc<Service>, client: ClientAddress, request: Request<Bytes>) -> Response {
    let made = Guarded::new(admitted(service, client, request));
    match tokio::time::timeout(LONGEST, made).await {
        Ok(Some(response)) => response,
        Ok(None) => {
            service.metrics.panics.add(1);
            tracing::error!(what = "an answer", "internal error");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, broken("making the answer")).into_response()
        }
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the answer took too long").into_response(),
    }
}

/// Reads the body of a request. Bodies must arrive soon and be small, for every kind of request.
async fn whole(request: Request<Body>) -> Result<Request<Bytes>, Problem> {
    let (parts, body) = request.into_parts();
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large, or broken");
    if hyper::body::Body::size_hint(&body).lower() > MOST_BODY as u64 {
        return Err(too_large());
    }
    let read = tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, MOST_BODY)).await;
    let read = read.map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "the body came too slowly"))?;
    // A client that disconnected gets no answer.
    Ok(Request::from_parts(parts, read.map_err(|_| too_large())?))
}

/// Refuses clients without permission.
async fn admitted(service: &Arc<Service>, client: ClientAddress, request: Request<Bytes>) -> Response {
    let headers = request.headers();
    if !service.hosts.own(request.uri(), headers) {
        let detail = "this service does not answer to that host name; `batuta serve --host NAME` allows one";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response();
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let reads = matches!(method, Method::GET | Method::HEAD);
    if !reads && method != Method::POST {
        return not_allowed("GET, HEAD, POST");
    }
    if !reads && security::is_from_elsewhere(headers) {
        let detail = "a page of another site made this request";
        return Problem::new(StatusCode::FORBIDDEN, detail).into_response();
    }
    let open = reads && (path == "/healthz" || path.starts_with("/assets/"));
    if path == login::LOGIN {
        return login::answer(service, client, &request);
    }
    if !open && let Err(refused) = login::admit(service, client, headers) {
        return login::refuse(refused, headers);
    }
    if path == login::LOGOUT && !reads {
        return login::leave(service, headers);
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    let asking = Asking { service, client, headers };
    match asking.routed(&method, &path, &query).await {
        Ok(response) => response,
        Err(problem) if login::wants_page(headers) => problem_page(&problem),
        Err(problem) => problem.into_response(),
    }
}

fn not_allowed(allowed: &'static str) -> Response {
    let mut response =
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("allowed here: {allowed}")).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

// ---- the API

/// Finds the endpoint of a path below the prefix, and the slug in it.
fn endpoint(rest: &str) -> Option<(&'static Endpoint, Option<&str>)> {
    let matching = |endpoint: &&'static Endpoint| {
        if !endpoint.is_of_repository() {
            return (endpoint.path == rest).then_some((*endpoint, None));
        }
        let (before, after) = endpoint.path.split_once("{slug}")?;
        let slug = rest.strip_prefix(before)?.strip_suffix(after)?;
        (!slug.is_empty() && !slug.contains('/')).then_some((*endpoint, Some(slug)))
    };
    ENDPOINTS.iter().find_map(|endpoint| matching(&endpoint))
}

/// A client with permission to ask.
struct Asking<'a> {
    service: &'a Arc<Service>,
    client: ClientAddress,
    headers: &'a HeaderMap,
}

impl Asking<'_> {
    async fn routed(&self, method: &Method, path: &str, query: &str) -> Result<Response, Problem> {
        let (service, headers) = (self.service, self.headers);
        if let Some(rest) = path.strip_prefix(api::PREFIX) {
            return self.api_answer(method, rest, query).await;
        }
        if *method == Method::POST {
            return Ok(not_allowed("GET, HEAD"));
        }
        match path {
            "/healthz" => return Ok(with_type("text/plain; charset=utf-8", "ok\n")),
            "/metrics" => {
                let text = service.metrics.text(&service.repositories, &service.events);
                return Ok(with_type("text/plain; version=0.0.4; charset=utf-8", text));
            }
            "/events" => return self.events(None),
            "/" => return self.portfolio().await,
            _ => {}
        }
        if let Some(name) = path.strip_prefix("/assets/") {
            return asset(name, headers);
        }
        if let Some(rest) = path.strip_prefix("/badge/") {
            return badge(service, rest, headers);
        }
        if let Some(rest) = path.strip_prefix(pages::address::REPOSITORIES) {
            return self.repository_page(rest, query).await;
        }
        Err(Problem::not_found("there is nothing at this address"))
    }

    async fn api_answer(&self, method: &Method, rest: &str, query: &str) -> Result<Response, Problem> {
        let (service, headers) = (self.service, self.headers);
        if rest == "/openapi.json" {
            static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(api::document().to_string()));
            return Ok(cached(JSON, DOCUMENT.clone(), headers));
        }
        let found = endpoint(rest);
        let (endpoint, slug) = found.ok_or_else(|| {
            Problem::not_found(format!("there is no such endpoint; {}/openapi.json lists all", api::PREFIX))
        })?;
        if (*method == Method::POST) != endpoint.is_post() {
            return Ok(not_allowed(if endpoint.is_post() { "POST" } else { "GET, HEAD" }));
        }
        let query = Query::parse(query);
        api::check(endpoint, &query)?;
        let repository = slug.map(|slug| repository(service, slug)).transpose()?;
        match (&endpoint.source, repository) {
            (Source::Repositories, _) => repositories(service, headers),
            (Source::Events, repository) => self.events(repository.map(|repository| repository.slug.clone())),
            (_, None) => Err(Problem::not_found("there is no such endpoint")),
            (Source::Status, Some(repository)) => {
                Ok(cached(JSON, to_json(&RepositoryRow::of(&repository.view()))?, headers))
            }
            (Source::Ping, Some(repository)) => {
                let text = to_json(&Ping { asked: service.indexer.ask(&repository.slug) })?;
                Ok((StatusCode::ACCEPTED, with_type(JSON, text)).into_response())
            }
            (Source::Summary, Some(repository)) => match repository.summary() {
                Some(summary) => Ok(tagged(JSON, summary.text.clone(), &summary.tag, headers)),
                None => Err(not_yet(&repository.view())),
            },
            (Source::Snapshot(_) | Source::Ability(_), Some(repository)) => {
                let (source, own) = (endpoint.source, Arc::clone(service));
                let live = match source {
                    Source::Ability(offered) if !offered.is_ready(&query) => {
                        let turn = service.leave_to_measure(self.client).await;
                        Some(turn.ok_or_else(|| {
                            let detail = "too many questions are being answered; ask again";
                            Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
                        })?)
                    }
                    _ => None,
                };
                let text = self.made(move || {
                    // Held until the work is done, even if the client has left.
                    let _live = live;
                    from_snapshot(source, &own, &repository, &query)
                });
                Ok(cached(JSON, Bytes::from(text.await?), headers))
            }
        }
    }

    fn events(&self, slug: Option<String>) -> Result<Response, Problem> {
        self.service.events.stream(self.client, slug).ok_or_else(|| {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many clients listen to events; poll instead")
        })
    }

    /// Makes an expensive answer: limits how many run at once, and keeps them off the threads that talk to clients.
    async fn made<T: Send + 'static>(
        &self,
        make: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let metrics = &self.service.metrics;
        let Some(turn) = self.service.leave(self.client).await else {
            metrics.turned_away.add(1);
            let detail = "too many requests are being answered; ask again";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
        };
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if the client has left.
            let _turn = turn;
            make()
        });
        done.await.unwrap_or_else(|_| {
            metrics.panics.add(1);
            tracing::error!(what = "an answer", "internal error");
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, broken("making the answer")))
        })
    }

    async fn portfolio(&self) -> Result<Response, Problem> {
        let repositories = Arc::clone(&self.service.repositories);
        let text = self.made(move || {
            let views: Vec<RepositoryView> = repositories.iter().map(|one| one.view()).collect();
            Ok(pages::portfolio(&views).into_string())
        });
        Ok(cached(PAGE, Bytes::from(text.await?), self.headers))
    }

    async fn repository_page(&self, rest: &str, query: &str) -> Result<Response, Problem> {
        let (slug, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let repository = repository(self.service, slug)?;
        let nothing = || Problem::not_found("this repository has no such page");
        let address = Address::parse(rest).ok_or_else(nothing)?;
        let query = Query::parse(query);
        let text = self.made(move || {
            let view = repository.view();
            let Some(snapshot) = view.snapshot.clone() else {
                return Ok((StatusCode::SERVICE_UNAVAILABLE, pages::not_measured(&view).into_string()));
            };
            let page = Page {
                repository: &view,
                snapshot: &snapshot,
                query: &query,
                read: &|path| source_text(to_open(&repository)?, &snapshot, path),
                trend: &|| repository.trend(),
            };
            let page = pages::render(&page, &address);
            let nothing = || Problem::not_found("this commit has no such file or finding");
            Ok((StatusCode::OK, page.ok_or_else(nothing)?.into_string()))
        });
        let (status, text) = text.await?;
        let mut response = cached(PAGE, Bytes::from(text), self.headers);
        if status != StatusCode::OK {
            *response.status_mut() = status;
        }
        Ok(response)
    }
}

// ---- parts of answers

/// The body of an answer about the served commit.
fn from_snapshot(
    source: Source,
    service: &Service,
    repository: &Repository,
    query: &Query,
) -> Result<Vec<u8>, Problem> {
    let view = repository.view();
    let snapshot = view.snapshot.clone().ok_or_else(|| not_yet(&view))?;
    let trend = || repository.trend();
    let ask = |ability, input| live::report(service, repository, &snapshot, ability, input);
    let asked = Asked { view: &view, snapshot: &snapshot, query, trend: &trend, ask: &ask };
    match source {
        Source::Snapshot(make) => make(&asked),
        Source::Ability(offered) => offered.answer(&asked),
        _ => Err(Problem::not_found("there is no such endpoint")),
    }
}

fn repository(service: &Service, slug: &str) -> Result<Arc<Repository>, Problem> {
    let slug = percent::decoded(slug).and_then(|slug| String::from_utf8(slug).ok());
    let found = slug.and_then(|slug| service.repositories.get(&slug).map(Arc::clone));
    found.ok_or_else(|| Problem::not_found("there is no repository of that name here"))
}

fn not_yet(view: &RepositoryView) -> Problem {
    let why = view.status.remark().unwrap_or_else(|| "no commit was measured yet".to_owned());
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, why)
}

fn repositories(service: &Service, headers: &HeaderMap) -> Result<Response, Problem> {
    let views: Vec<RepositoryView> = service.repositories.iter().map(|one| one.view()).collect();
    Ok(cached(JSON, to_json(&RepositoryList::of(&views))?, headers))
}

fn problem_page(problem: &Problem) -> Response {
    let page = pages::problem(problem.title(), &problem.detail).into_string();
    (problem.status, with_type(PAGE, page)).into_response()
}

fn asset(name: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let asset = assets::named(name).ok_or_else(|| Problem::not_found("there is no such asset"))?;
    let mut response = cached(asset.media_type, Bytes::from_static(asset.bytes), headers);
    // The address changes with the bytes.
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, forever);
    Ok(response)
}

fn badge(service: &Service, rest: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let nothing = || {
        let names: Vec<&str> = BADGES.iter().map(|badge| badge.name).collect();
        Problem::not_found(format!(
            "badges are /badge/REPOSITORY/METRIC.svg with a metric of {}",
            names.join(", ")
        ))
    };
    let (slug, file) = rest.split_once('/').ok_or_else(nothing)?;
    let name = file.strip_suffix(".svg").ok_or_else(nothing)?;
    let badge = BADGES.iter().find(|badge| badge.name == name).ok_or_else(nothing)?;
    let repository = repository(service, slug)?;
    let picture = badges::picture(badge, repository.snapshot().as_deref());
    let mut response = cached("image/svg+xml", Bytes::from(picture), headers);
    // Pages of other sites embed it.
    let anywhere = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert("cross-origin-resource-policy", anywhere);
    Ok(response)
}

// ---- answers

fn to_json(value: &impl Serialize) -> Result<Bytes, Problem> {
    let text = facts::visible::json::to_vec(value);
    text.map(Bytes::from)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("no JSON form: {error}")))
}

fn with_type(kind: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body.into()).into_response()
}

/// An answer whose entity tag is made from its bytes. It has no body if the client already has these bytes.
fn cached(kind: &'static str, body: Bytes, headers: &HeaderMap) -> Response {
    let tag = entity_tag(&body);
    tagged(kind, body, &tag, headers)
}

fn tagged(kind: &'static str, body: Bytes, tag: &HeaderValue, headers: &HeaderMap) -> Response {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let own = tag.to_str().unwrap_or_default();
    let mut tags = known.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    let mut response = match tags.any(|tag| tag == own || tag == "*") {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => with_type(kind, body),
    };
    response.headers_mut().insert(header::ETAG, tag.clone());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_endpoints() {
        let named = |path| endpoint(path).map(|(endpoint, slug)| (endpoint.id, slug));
        assert_eq!(named("/repositories"), Some(("listRepositories", None)));
        assert_eq!(named("/repositories/x/summary"), Some(("getSummary", Some("x"))));
        assert_eq!(named("/repositories/x/file"), Some(("getFile", Some("x"))));
        for nothing in [
            "",
            "/",
            "/repositories/",
            "/repositories//summary",
            "/repositories/x/y/summary",
            "/repositories/x",
        ] {
            assert_eq!(named(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let ask = |known: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(known) = known {
                headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(known).expect("ASCII"));
            }
            cached(JSON, Bytes::from_static(b"{}"), &headers)
        };
        let first = ask(None);
        let tag = first.headers()[header::ETAG].to_str().expect("ASCII").to_owned();
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(ask(Some(&tag)).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask(Some(&format!("\"other\", W/{tag}"))).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask(Some("\"other\"")).status(), StatusCode::OK);
    }
}
