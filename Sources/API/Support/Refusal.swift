import Contracts
import HTTPTypes

/// A problem with headers that belong to it.
struct Refusal: Error {
    let problem: Problem
    let headers: HTTPFields

    init(_ problem: Problem, headers: HTTPFields) {
        self.problem = problem
        self.headers = headers
    }
}
