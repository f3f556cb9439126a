//! Tells the audit trail of an operation when it is over.
//!
//! What is told is decided in `audit`; here is only when.

use crate::audit::told;
use crate::audit::told::Operation;
use crate::graphql::gate;
use crate::graphql::gate::Answer;
use crate::identity::Ctx;
use crate::refusal::Code;

/// Tells what was noted of an operation, and that it was refused whole. A trail that cannot be written keeps nobody from
/// their answer, which they may have by now; it is an error in the log.
pub async fn settle(ctx: &Ctx, answer: &Answer) {
    let operation = answer.operation.as_ref();
    note_refusals(ctx, answer);
    tell(ctx, operation).await;
}

/// The same of a subscription that begins.
pub async fn tell(ctx: &Ctx, operation: Option<&gate::Operation>) {
    let noted = ctx.notes().take();
    let operation = Operation {
        kind: operation.map_or("", |it| it.kind),
        fields: operation.map_or(&[], |it| it.fields.as_slice()),
        named: operation.and_then(|it| it.named),
    };
    if let Err(cause) = told::tell(ctx, operation, noted).await {
        tracing::error!(request.id = ctx.request_id(), %cause, "the trail was not written");
    }
}

fn note_refusals(ctx: &Ctx, answer: &Answer) {
    for code in [Code::Forbidden, Code::TokenScope, Code::TokenNever] {
        if answer.has_rule(code.rule()) {
            ctx.notes().refused(code);
        }
    }
}
