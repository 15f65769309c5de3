import Foundation
import Threads

/// How a job at a service of the tests is.
package enum FakeJobState: Sendable, Hashable {
    case waiting
    case running
    case done
    case failed(String)
    /// A word of tomorrow.
    case word(String)
}

/// A job that a service of the tests was given.
package struct FakeJob: Sendable {
    package let id: String
    /// The order, as it came.
    package let order: [UInt8]
    package var state = FakeJobState.waiting

    /// A member of the order, which is JSON: `notification_config.0.url`.
    package func member(_ path: String) -> String? {
        var value: Any? = try? JSONSerialization.jsonObject(with: Data(order))
        for name in path.split(separator: ".") {
            if let index = Int(name) {
                let list = value as? [Any] ?? []
                value = index < list.count ? list[index] : nil
            } else {
                value = (value as? [String: Any])?[String(name)]
            }
        }
        return value.map { "\($0)" }
    }
}

/// The jobs of a service of the tests, in the order in which they came.
package final class FakeJobs: Sendable {
    private let jobs = Locked<[FakeJob]>([])

    package init() {}

    package var all: [FakeJob] { jobs.withLock(\.self) }

    package subscript(id: String) -> FakeJob? { all.first { $0.id == id } }

    package func add(id: String, order: [UInt8]) -> FakeJob {
        let job = FakeJob(id: id, order: order)
        jobs.withLock { $0.append(job) }
        return job
    }

    /// Adds a job whose id follows from its number, 1 first: orders may come side by side.
    package func add(order: [UInt8], id: (_ number: Int) -> String) -> FakeJob {
        jobs.withLock { jobs in
            let job = FakeJob(id: id(jobs.count + 1), order: order)
            jobs.append(job)
            return job
        }
    }

    package func set(_ state: FakeJobState, of id: String) {
        jobs.withLock { jobs in
            guard let index = jobs.firstIndex(where: { $0.id == id }) else { return }
            jobs[index].state = state
        }
    }

    package func remove(_ id: String) { jobs.withLock { $0.removeAll { $0.id == id } } }
}

/// A service of the tests that is given jobs.
package protocol FakeJobService: Sendable {
    var service: FakeService { get }
    var jobs: FakeJobs { get }

    /// The callback about a job, in its order's own terms; `state` may be another than the job's.
    func callback(_ id: String, saying state: FakeJobState) -> FakeCallback?
}

/// One for speech.
package protocol FakeSpeechService: FakeJobService {}

/// JSON without an encoder.
enum FakeJSON {
    static func text(_ members: [(String, String?)]) -> String {
        let pairs = members.compactMap { name, value in value.map { "\"\(name)\": \($0)" } }
        return "{\(pairs.joined(separator: ", "))}"
    }

    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
