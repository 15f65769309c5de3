import Contracts
import Foundation
import Threads

/// Downloaded inputs by their digest, so that tasks of one run fetch each file once.
///
/// Files in use are never dropped; of the others the one that was used longest ago goes first.
final class InputCache: Sendable {
    private struct File {
        var sizeBytes: Int64
        var leases: Int
        var lastUse: Int
    }

    private struct State {
        var files: [String: File] = [:]
        var downloads: [String: Latch] = [:]
        var useCount = 0
        var partCount = 0
    }

    private enum Turn {
        case ready
        case wait(Latch)
        case download(Latch, part: Int, dropped: [String])
    }

    private let folder: String
    private let bytesMax: Int64
    private let transfers: Transfers
    private let pool: ThreadPool
    private let state: Locked<State>

    /// Takes over what an earlier worker left in `folder`: files get their name only when they are verified.
    init(folder: String, bytesMax: Int64, transfers: Transfers, pool: ThreadPool) throws {
        self.folder = folder
        self.bytesMax = bytesMax
        self.transfers = transfers
        self.pool = pool
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var found = State()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(name)"
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
            if TaskValidation.isDigest(name), let size {
                found.files[name] = File(sizeBytes: size.int64Value, leases: 0, lastUse: 0)
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
        }
        state = Locked(found)
    }

    /// The verified local file of an input, which stays until `release`.
    func lease(_ input: ProviderTask.Input, of task: ProviderTask) async throws -> String {
        guard input.sizeBytes <= bytesMax else {
            throw Problem(.sourceTooLarge, detail: "'\(input.name)' has more than \(bytesMax) bytes")
        }
        while true {
            try Task.checkCancellation()
            switch turn(input) {
            case .ready: return path(input.sha256)
            case .wait(let latch): await latch.wait()
            case .download(let latch, let part, let dropped):
                defer {
                    state.withLock { $0.downloads[input.sha256] = nil }
                    latch.open()
                }
                try await fetch(input, of: task, partPath: "\(folder)/part-\(part)", dropped: dropped)
                state.withLock { state in
                    state.useCount += 1
                    state.files[input.sha256] = File(
                        sizeBytes: input.sizeBytes,
                        leases: 1,
                        lastUse: state.useCount
                    )
                }
                return path(input.sha256)
            }
        }
    }

    func release(_ sha256: String) { state.withLock { $0.files[sha256]?.leases -= 1 } }

    private func path(_ sha256: String) -> String { "\(folder)/\(sha256)" }

    private func turn(_ input: ProviderTask.Input) -> Turn {
        state.withLock { state in
            state.useCount += 1
            if var file = state.files[input.sha256] {
                file.leases += 1
                file.lastUse = state.useCount
                state.files[input.sha256] = file
                return .ready
            }
            if let latch = state.downloads[input.sha256] { return .wait(latch) }
            let latch = Latch()
            state.downloads[input.sha256] = latch
            state.partCount += 1
            let dropped = Self.makeRoom(for: input.sizeBytes, bytesMax, &state)
            return .download(latch, part: state.partCount, dropped: dropped)
        }
    }

    private static func makeRoom(for sizeBytes: Int64, _ bytesMax: Int64, _ state: inout State) -> [String] {
        var total = state.files.values.reduce(0) { $0 + $1.sizeBytes }
        let unused = state.files.filter { $0.value.leases <= 0 }.sorted {
            $0.value.lastUse < $1.value.lastUse
        }
        var dropped: [String] = []
        for (sha256, file) in unused where total + sizeBytes > bytesMax {
            state.files[sha256] = nil
            total -= file.sizeBytes
            dropped.append(sha256)
        }
        return dropped
    }

    private func fetch(
        _ input: ProviderTask.Input,
        of task: ProviderTask,
        partPath: String,
        dropped: [String]
    ) async throws {
        let paths = dropped.map(path)
        try await pool.run {
            for path in paths { try FileManager.default.removeItem(atPath: path) }
        }
        let target = path(input.sha256)
        do {
            if input.sizeBytes == 0 {
                try Data().write(to: URL(filePath: partPath))
            } else {
                try await transfers.download(input, of: task, to: partPath)
            }
            try await pool.run {
                let digest = try FileDigest.sha256(of: partPath)
                guard digest.sizeBytes == input.sizeBytes, digest.sha256 == input.sha256 else {
                    throw Problem(
                        .artifactInvalid,
                        detail: "'\(input.name)' has not the size and digest that the task names",
                        retryable: true
                    )
                }
                try FileManager.default.moveItem(atPath: partPath, toPath: target)
            }
        } catch {
            // The part may not exist yet; what failed first is what counts.
            try? FileManager.default.removeItem(atPath: partPath)
            throw error
        }
    }
}
