//! Reported messages, and the queue of those who keep order.

use actix_web::{HttpResponse, get, patch, post};
use rialto_convert::identity::actor;
use rialto_convert::moderation::{report_outcome, report_view};
use rialto_messaging::MessageRefusal;
use rialto_wire::list::List;
use rialto_wire::messaging::{CloseReportRequest, ReasonRequest, ReportView};
use utoipa::IntoParams;

use super::convert::reason;
use crate::auth::Signed;
use crate::body::{OptionalJson, ValidJson};
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::{MessagePath, ReportPath};
use crate::query::{FromQuery, PageQuery, Params, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Tells those who keep order of a message.
///
/// The report keeps what the message says now. Reporting it again while the report is open changes nothing.
#[utoipa::path(
    tag = "moderation",
    params(("id" = uuid::Uuid, Path, description = "Which message")),
    request_body(content = Option<ReasonRequest>),
    responses((status = 201, description = "The report", body = ReportView))
)]
#[post("/api/v1/messages/{id}/report")]
pub(crate) async fn report_message(
    state: State,
    request: Signed<(MessagePath, OptionalJson<ReasonRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (MessagePath(id), OptionalJson(body)) } = request;
    let (messaging, reason) = (state.messaging.clone(), reason(&body.reason)?);
    let report = run_to_end(async move { messaging.report_message(id, caller.id(), reason).await }).await?;
    let report = report.ok_or(MessageRefusal::UnknownMessage)?;
    Ok(HttpResponse::Created().json(report_view(&report)))
}

/// Which reports.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportsQuery {
    /// `true` for those that are closed, instead of those that are open.
    #[param(value_type = Option<bool>)]
    closed: bool,
}

impl FromQuery for (ReportsQuery, PageQuery) {
    fn read(params: &mut Params) -> Self {
        (ReportsQuery { closed: params.flag("closed") }, PageQuery::read(params))
    }
}

/// The reports one may decide on, newest first.
///
/// They are those of the conversations one keeps order in; all of them for an admin of the server.
#[utoipa::path(
    tag = "moderation",
    params(ReportsQuery, PageQuery),
    responses((status = 200, description = "A page of reports", body = List<ReportView>))
)]
#[get("/api/v1/moderation/reports")]
pub(crate) async fn list_reports(
    state: State,
    request: Signed<ValidQuery<(ReportsQuery, PageQuery)>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery((query, page)) } = request;
    let found = state.messaging.list_reports(actor(&caller.user), !query.closed, page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |report| report_view(&report))))
}

/// Closes a report. Closing it again changes nothing.
#[utoipa::path(
    tag = "moderation",
    params(("id" = uuid::Uuid, Path, description = "Which report")),
    request_body = CloseReportRequest,
    responses((status = 200, description = "The report as it is now", body = ReportView))
)]
#[patch("/api/v1/moderation/reports/{id}")]
pub(crate) async fn close_report(
    state: State,
    request: Signed<(ReportPath, ValidJson<CloseReportRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ReportPath(id), ValidJson(body)) } = request;
    let (messaging, by, outcome) = (state.messaging.clone(), actor(&caller.user), report_outcome(body.outcome));
    let report = run_to_end(async move { messaging.close_report(id, by, outcome).await }).await?;
    let report = report.ok_or_else(|| ApiError::not_found("report_not_found", "there is no such report"))?;
    Ok(HttpResponse::Ok().json(report_view(&report)))
}
