import Contracts
import Pipeline
import Postgres

extension RunState: SQLValue {}
extension JobState: SQLValue {}
extension OutputState: SQLValue {}
extension TaskState: SQLValue {}
extension Submission: SQLValue {}
extension Stage: SQLArrayElement {}
extension EventType: SQLValue {}
extension AspectRatio: SQLArrayElement {}
