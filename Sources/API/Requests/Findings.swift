import Contracts

/// Everything found wrong with one request, so that its sender can mend it in one go.
struct Findings {
    struct Finding: Sendable {
        let slug: Problem.Slug
        let detail: Problem.Detail
    }

    /// A hostile body could be wrong in a million places.
    static let countMax = 100

    private(set) var all: [Finding] = []

    var isEmpty: Bool { all.isEmpty }

    mutating func add(_ pointer: String, _ detail: String, slug: Problem.Slug = .invalidRequest) {
        guard all.count < Self.countMax else { return }
        all.append(Finding(slug: slug, detail: Problem.Detail(pointer: pointer, detail: detail)))
    }

    /// Throws the problem that tells of all findings.
    func check() throws(Problem) {
        if let problem { throw problem }
    }

    /// The problem that tells of all findings, nil when there are none; one special cause names the problem itself.
    var problem: Problem? {
        guard let first = all.first else { return nil }
        let slug = all.allSatisfy { $0.slug == first.slug } ? first.slug : .invalidRequest
        let detail =
            all.count == 1
            ? "\(first.detail.pointer.isEmpty ? "" : "\(first.detail.pointer): ")\(first.detail.detail)"
            : "The request has \(all.count) mistakes; errors lists them."
        return Problem(slug, detail: detail, errors: all.map(\.detail))
    }
}
