//! Refusals as RFC 9457 problem details, with the error ids of the command line.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal::fields::in_fields;
use trimodal::model::problem::{
    BODY, BUSY, Code, JOB_UNKNOWN, Location, NOT_READY, PATH_UNKNOWN, Problem, Problems, REFUSED,
    SCENARIO_EXISTS, SCENARIO_UNKNOWN, TOO_MANY_CELLS,
};

/// Why a request is refused: problem details (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemDetails {
    /// Always `about:blank`: the ids are in `problems`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The meaning of the status.
    pub title: String,
    /// The HTTP status.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// The first problem, in one line.
    pub detail: String,
    /// The problems of the request, the first thousand of them.
    pub problems: Vec<Finding>,
    /// How many problems there are beyond those; left out where there is none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more_problems: usize,
}

/// One problem, or a note on how an input was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable id, as on the command line.
    pub id: String,
    /// The problem, with the value as given.
    pub message: String,
    /// Where it is, in a file of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl From<&Problem> for Finding {
    fn from(problem: &Problem) -> Finding {
        Finding {
            id: problem.code.id.to_string(),
            message: in_fields(&problem.message),
            at: problem.at.clone(),
            hint: problem.hint.as_deref().map(in_fields),
        }
    }
}

/// Problems that an answer tells at most: a table of many rows can be wrong in each.
pub const MOST_FINDINGS: usize = 1_000;

/// The first problems, and how many more there are.
pub fn findings(problems: &[Problem]) -> (Vec<Finding>, usize) {
    let told = problems.iter().take(MOST_FINDINGS).map(Finding::from).collect();
    (told, problems.len().saturating_sub(MOST_FINDINGS))
}

/// Whether a number is left out of an answer.
pub fn is_none(number: &usize) -> bool {
    *number == 0
}

/// A request that is refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    problems: Vec<Finding>,
    more_problems: usize,
    retry_after_s: Option<u32>,
}

impl Refusal {
    /// Whether the token is missing.
    pub fn asks_for_token(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// One problem with a status.
    pub fn new(status: StatusCode, code: Code, message: impl Into<String>, hint: &str) -> Refusal {
        Refusal::of(status, &[Problem::new(code, message).hint(hint)])
    }

    /// Problems with a status.
    pub fn of(status: StatusCode, problems: &[Problem]) -> Refusal {
        let (problems, more_problems) = findings(problems);
        Refusal { status, problems, more_problems, retry_after_s: None }
    }

    /// Bad input.
    pub fn bad_input(problems: &[Problem]) -> Refusal {
        Refusal::of(StatusCode::BAD_REQUEST, problems)
    }

    /// Nothing at this address.
    pub fn no_path(path: &str) -> Refusal {
        let message = format!("there is nothing at `{path}`");
        Refusal::new(
            StatusCode::NOT_FOUND,
            PATH_UNKNOWN,
            message,
            "/api/v1/openapi.json lists what there is",
        )
    }

    /// No scenario of this name.
    pub fn no_scenario(name: &str) -> Refusal {
        let message = format!("there is no scenario `{}`", trimodal::model::problem::shown(name));
        Refusal::new(
            StatusCode::NOT_FOUND,
            SCENARIO_UNKNOWN,
            message,
            "/api/v1/scenarios lists them",
        )
    }

    /// A scenario of this name is there.
    pub fn scenario_exists(name: &str, hint: &str) -> Refusal {
        let message = format!("there is a scenario `{name}` already");
        Refusal::new(StatusCode::CONFLICT, SCENARIO_EXISTS, message, hint)
    }

    /// No job of this id.
    pub fn no_job(id: &str) -> Refusal {
        let message = format!("there is no job `{}`", trimodal::model::problem::shown(id));
        Refusal::new(StatusCode::NOT_FOUND, JOB_UNKNOWN, message, "/api/v1/jobs lists them")
    }

    /// A job without a result.
    pub fn not_ready(state: &str, hint: &str) -> Refusal {
        let message = format!("the job has no result: it is {state}");
        Refusal::new(StatusCode::CONFLICT, NOT_READY, message, hint)
    }

    /// A table that is too large to be answered at once.
    pub fn too_many_cells(asked: usize, limit: usize) -> Refusal {
        let message = format!("the table has {asked} cells, and the limit is {limit}");
        let hint = "POST /api/v1/skim makes it as a job; `--max-cells` of `trimodal serve` raises the limit";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, TOO_MANY_CELLS, message, hint)
    }

    /// As much work as the server takes.
    pub fn busy(what: &str) -> Refusal {
        let message = format!("the server is busy: {what}");
        let refusal =
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, BUSY, message, "try again in a moment");
        Refusal { retry_after_s: Some(2), ..refusal }
    }

    /// A caller that is not answered.
    pub fn refused(status: StatusCode, message: &str, hint: &str) -> Refusal {
        Refusal::new(status, REFUSED, message, hint)
    }

    /// A body that cannot be taken.
    pub fn body(status: StatusCode, message: impl Into<String>, hint: &str) -> Refusal {
        Refusal::new(status, BODY, message, hint)
    }

    /// The details, as they are sent.
    pub fn details(self) -> ProblemDetails {
        ProblemDetails {
            kind: "about:blank".into(),
            title: self.status.canonical_reason().unwrap_or("Refused").into(),
            status: self.status.as_u16(),
            detail: self.problems.first().map(|p| p.message.clone()).unwrap_or_default(),
            problems: self.problems,
            more_problems: self.more_problems,
        }
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Refusal {
        Refusal::bad_input(&problems.problems)
    }
}

impl From<Vec<Problem>> for Refusal {
    fn from(problems: Vec<Problem>) -> Refusal {
        Refusal::bad_input(&problems)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, retry) = (self.status, self.retry_after_s);
        let body = serde_json::to_vec(&self.details()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
