//! What happened to accounts.

use actix_web::{HttpResponse, get};
use rialto_identity::{SecurityAct, SecurityFilter};
use rialto_kernel::InvalidValue;
use rialto_wire::admin::SecurityEntryView;
use rialto_wire::list::List;
use utoipa::IntoParams;

use super::convert::security_entry_view;
use super::guard::ByAdmin;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::canonical;
use crate::query::{FromQuery, PageQuery, Params, ValidQuery};
use crate::state::State;

/// Which entries.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Those about this user's account.
    #[param(rename = "user_id", value_type = Option<uuid::Uuid>)]
    user_id: Option<rialto_kernel::UserId>,
    /// Those of this act, such as `login_failed`.
    #[param(value_type = Option<String>)]
    act: Option<SecurityAct>,
}

impl FromQuery for (AuditQuery, PageQuery) {
    fn read(params: &mut Params) -> Self {
        let user_id = params.parse("user_id", |text| {
            canonical(text)
                .map(Into::into)
                .ok_or_else(|| InvalidValue::new("invalid_format", "must be the id of a user"))
        });
        let act = params.parse("act", |word| {
            let known = || SecurityAct::ALL.iter().map(|act| act.as_str()).collect::<Vec<_>>().join(", ");
            SecurityAct::from_word(word)
                .ok_or_else(|| InvalidValue::new("unknown_value", format!("must be one of {}", known())))
        });
        (AuditQuery { user_id, act }, PageQuery::read(params))
    }
}

/// What happened to accounts, newest first.
#[utoipa::path(
    tag = "admin",
    params(AuditQuery, PageQuery),
    responses((status = 200, description = "A page of entries", body = List<SecurityEntryView>))
)]
#[get("/api/v1/admin/audit")]
pub(crate) async fn list_security_log(
    state: State,
    request: ByAdmin<ValidQuery<(AuditQuery, PageQuery)>>,
) -> Result<HttpResponse, ApiError> {
    let ValidQuery((wanted, page)) = request.input;
    let filter = SecurityFilter { user_id: wanted.user_id, act: wanted.act };
    let found = state.admin.read_security_log(filter, page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, security_entry_view)))
}
