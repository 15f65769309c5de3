import LoopbackSupport

/// What the render services of the tests have in common: a job for each render, and a film for each done job.
enum FakeRenders {
    private static let folder = "/films/"

    /// Where the film of a job is.
    static func url(_ id: String, port: Int) -> String { "http://127.0.0.1:\(port)\(folder)\(id).mp4" }

    static func isFilm(_ request: LoopbackRequest) -> Bool {
        request.method == "GET" && request.path.hasPrefix(folder)
    }

    /// The film behind such an address, of what `shape` reads in the order.
    static func film(
        _ request: LoopbackRequest,
        _ jobs: FakeJobs,
        shape: (FakeJob) -> FilmShape?
    ) -> LoopbackAnswer {
        let id = String(request.path.dropFirst(folder.count).dropLast(4))
        guard let job = jobs[id], job.state == .done, let shape = shape(job) else {
            return LoopbackAnswer(404)
        }
        return LoopbackAnswer(200, bytes: shape.film)
    }
}

/// Size and length of a film.
struct FilmShape: Sendable {
    var width: Int
    var height: Int
    var durationMs: Int

    var film: [UInt8] { FakeMP4.file(width: width, height: height, durationMs: durationMs) }
}
