//! An operation of the API: what it takes, what it answers, and what does it. The router and the OpenAPI
//! document are both made from these.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, delete, get, post, put};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};

use crate::app::App;
use trimodal::fields::Field;

/// The method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Asks or begins something.
    Post,
    /// Writes.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// The word of OpenAPI.
    pub fn word(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Post => "post",
            Method::Put => "put",
            Method::Delete => "delete",
        }
    }
}

/// A body of an answer.
#[derive(Clone, Copy)]
pub enum Content {
    /// JSON of a type.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// Something else, by its media type.
    Media(&'static str),
}

/// An answer other than a refusal.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// What it is.
    pub about: &'static str,
    /// Its bodies.
    pub contents: Vec<Content>,
}

/// An operation.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1`, with parameters in braces.
    pub path: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Fields: of the query for GET, of the body otherwise.
    pub fields: Vec<&'static [Field]>,
    /// Answers.
    pub answers: Vec<Answer>,
    /// Statuses of refusals.
    pub refusals: Vec<u16>,
    /// What does it.
    pub handler: MethodRouter<Arc<App>>,
}

impl Operation {
    fn new(
        method: Method,
        path: &'static str,
        about: &'static str,
        handler: MethodRouter<Arc<App>>,
    ) -> Operation {
        let (fields, answers) = (Vec::new(), Vec::new());
        // Any request can be refused for who asks, or for want of room.
        Operation { method, path, about, fields, answers, refusals: vec![401, 403, 503], handler }
    }

    /// One that reads.
    pub fn get<H: Handler<T, Arc<App>>, T: 'static>(
        path: &'static str,
        about: &'static str,
        handler: H,
    ) -> Operation {
        Operation::new(Method::Get, path, about, get(handler))
    }

    /// One that asks or begins something.
    pub fn post<H: Handler<T, Arc<App>>, T: 'static>(
        path: &'static str,
        about: &'static str,
        handler: H,
    ) -> Operation {
        Operation::new(Method::Post, path, about, post(handler)).refuses(&[400, 408, 413])
    }

    /// One that writes.
    pub fn put<H: Handler<T, Arc<App>>, T: 'static>(
        path: &'static str,
        about: &'static str,
        handler: H,
    ) -> Operation {
        Operation::new(Method::Put, path, about, put(handler)).refuses(&[400, 408, 413])
    }

    /// One that removes.
    pub fn delete<H: Handler<T, Arc<App>>, T: 'static>(
        path: &'static str,
        about: &'static str,
        handler: H,
    ) -> Operation {
        Operation::new(Method::Delete, path, about, delete(handler))
    }

    /// With these fields; unknown ones and bad values are refused.
    pub fn takes(mut self, fields: &[&'static [Field]]) -> Operation {
        self.fields = fields.to_vec();
        self.refuses(&[400])
    }

    /// With an answer of JSON.
    pub fn answers<T: JsonSchema>(self, status: StatusCode, about: &'static str) -> Operation {
        self.answers_with(status, about, Content::Json(|g| g.subschema_for::<T>()))
    }

    /// With an answer.
    pub fn answers_with(
        mut self,
        status: StatusCode,
        about: &'static str,
        content: Content,
    ) -> Operation {
        match self.answers.iter_mut().find(|a| a.status == status) {
            Some(answer) => answer.contents.push(content),
            None => self.answers.push(Answer { status, about, contents: vec![content] }),
        }
        self
    }

    /// With refusals of these statuses.
    pub fn refuses(mut self, statuses: &[u16]) -> Operation {
        self.refusals.extend(statuses);
        self.refusals.sort_unstable();
        self.refusals.dedup();
        self
    }
}
