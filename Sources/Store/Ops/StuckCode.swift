/// Why something does not move, as the SQL that finds it says.
enum StuckCode: String {
    case runIdle = "run-idle"
    case runReview = "run-review"
    case jobUnclaimed = "job-unclaimed"
    case jobLease = "job-lease"
    case jobOrphan = "job-orphan"
    case taskCancel = "task-cancel"
    case taskOverdue = "task-overdue"
    case taskDeadline = "task-deadline"
    case taskUndispatched = "task-undispatched"
    case taskUnknown = "task-unknown"
    case taskUnreachable = "task-unreachable"
    case taskSlow = "task-slow"
    case callbackWaiting = "callback-waiting"
    case deliveryOverdue = "delivery-overdue"
    case deliveryFailing = "delivery-failing"

    var reason: String {
        switch self {
        case .runIdle: "nothing of the run is under way or due"
        case .runReview: "the run waits for its plan to be reviewed"
        case .jobUnclaimed: "the stage is ready, and no gateway has taken it"
        case .jobLease: "the gateway that had the stage is gone, and no other has taken it"
        case .jobOrphan: "the stage waits for a task that does not exist"
        case .taskCancel: "the task is abandoned, and its provider has not been told yet"
        case .taskOverdue: "the task is due, and no gateway has taken it"
        case .taskDeadline: "the task's deadline is over, and it has not been ended"
        case .taskUndispatched: "the provider has not taken the task yet"
        case .taskUnknown: "nobody knows whether the provider has the task"
        case .taskUnreachable: "the provider cannot be asked"
        case .taskSlow: "the provider says that it still works on the task"
        case .callbackWaiting: "the callback is stored and has not been applied"
        case .deliveryOverdue: "the message is due, and no gateway has sent it"
        case .deliveryFailing: "the endpoint does not accept the message"
        }
    }

    var remedy: String {
        switch self {
        case .runIdle: "reset the job that failed or waits, or cancel the run and rerun it"
        case .runReview: "send the reviewed plan, or cancel the run"
        case .jobUnclaimed, .jobLease, .taskOverdue, .callbackWaiting:
            "see that a gateway with the role runtime runs and reaches the database, then POST /v1/ops/reconcile"
        case .jobOrphan: "cancel the run and rerun it from this stage"
        case .taskCancel: "see that the provider is reachable; the run does not wait for it"
        case .taskDeadline: "POST /v1/ops/reconcile, which ends it"
        case .taskUndispatched: "see that the provider is up and not full; it is tried again by itself"
        case .taskUnknown, .taskUnreachable:
            "see that the provider is reachable, then POST /v1/ops/reconcile to ask it now"
        case .taskSlow: "wait until its deadline, or cancel the run; POST /v1/ops/reconcile asks it now"
        case .deliveryOverdue: "see that a gateway with the role webhooks runs and reaches the database"
        case .deliveryFailing: "look at the attempts of the delivery, and mend the receiver"
        }
    }
}
