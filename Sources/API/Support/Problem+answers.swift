import Contracts

extension Problem {
    /// The one answer for whatever a caller may not see: it must not tell whether it exists.
    static let noSuchObject = Problem(.notFound, detail: "There is no such object, or it is not yours.")
    static let noSuchPath = Problem(
        .notFound,
        detail: "There is nothing at this path; contracts/openapi.yaml lists what is served."
    )
    static let internalError = Problem(
        .internalError,
        detail: "The request failed on our side; the request id finds it in our log."
    )
}
