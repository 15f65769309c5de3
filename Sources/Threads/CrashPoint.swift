/// A named step between two that belong together, where a test ends or stops the process to see that nothing is lost.
///
/// A debug build started with `REELGATE_CRASH_AT=name` kills itself there with signal 9, with `name:3` at the third
/// time; `REELGATE_PAUSE_AT` stops it with SIGSTOP instead. A release build has none of this.
package enum CrashPoint: String, CaseIterable, Sendable {
    case acceptBeforeCommit = "accept.before-commit"
    case acceptAfterCommit = "accept.after-commit"
    case claimAfterCommit = "claim.after-commit"
    case stageComputed = "stage.computed"
    case dispatchAfterMint = "dispatch.after-mint"
    case dispatchBeforeSubmit = "dispatch.before-submit"
    case dispatchAfterSubmit = "dispatch.after-submit"
    case dispatchAfterRecord = "dispatch.after-record"
    case uploadWritten = "upload.written"
    case uploadAfterCommit = "upload.after-commit"
    case callbackBeforeCommit = "callback.before-commit"
    case callbackAfterCommit = "callback.after-commit"
    case callbackAfterClaim = "callback.after-claim"
    case callbackAfterApply = "callback.after-apply"
    case callbackAfterFinish = "callback.after-finish"
    case completionBeforeCommit = "completion.before-commit"
    case completionAfterCommit = "completion.after-commit"
    case fanOutBeforeCommit = "fan-out.before-commit"
    case fanOutAfterCommit = "fan-out.after-commit"
    case finalBeforeCommit = "final.before-commit"
    case finalAfterCommit = "final.after-commit"
    case deliveryAfterClaim = "delivery.after-claim"
    case deliveryAfterResponse = "delivery.after-response"
    case deliveryBeforeCommit = "delivery.before-commit"
    case deliveryAfterCommit = "delivery.after-commit"
    case drainBeforeHandBack = "drain.before-hand-back"

    /// Ends or stops the process when its environment says so.
    @inline(__always)
    package func pass() {
        #if DEBUG
        CrashPlan.shared.pass(self)
        #endif
    }
}
