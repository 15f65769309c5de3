package import Foundation
import OutboundHTTP

extension S3ArtifactStore {
    /// Pages of one walk; beyond it the bucket is full of what is not ours.
    private static let pagesMax = 200

    package func files(after: String?, limit: Int) async throws -> [StoredFile] {
        var found: [StoredFile] = []
        var mark = after
        for _ in 0..<Self.pagesMax {
            let page = try await page(after: mark, limit: limit)
            for entry in page.entries where found.count < limit {
                // What is no place of a store is not ours, and stays.
                guard let path = requests.configuration.place.path(ofKey: entry.key),
                    let location = ArtifactLocation(parsing: path)
                else { continue }
                found.append(StoredFile(location: location, modifiedAt: entry.modifiedAt))
            }
            guard page.hasMore, found.count < limit, let last = page.entries.last else { return found }
            guard let next = requests.configuration.place.path(ofKey: last.key), Self.goesOn(mark, next)
            else { throw ArtifactError(.ioFailed, "the object store lists keys out of their order") }
            mark = next
        }
        throw ArtifactError(.ioFailed, "too many objects in the bucket are not ours: use a prefix of its own")
    }

    /// Looks before each try: somebody may write the object while a failed one is waited out.
    package func remove(_ location: ArtifactLocation, unlessChangedSince moment: Date) async throws -> Bool {
        var attempt = 1
        while true {
            guard let modifiedAt = try await modifiedAt(location) else {
                // Gone after a try that was not answered: by that.
                return attempt > 1
            }
            guard modifiedAt <= moment else { return false }
            do {
                try await client.single.send(requests.delete(location.path)) { _ in }
                return true
            } catch let failure as S3Failure {
                if failure.isMissing { return true }
                guard failure.isRetryable, let wait = client.retry.pause(after: attempt) else {
                    throw failure.artifactError
                }
                try await client.pause(wait)
                attempt += 1
            }
        }
    }

    /// Drops uploads in parts that were begun before `moment` and spooled files that nobody writes.
    package func removeUnfinished(since moment: Date) async throws -> Int {
        var removed = try await removeStaged(since: moment)
        var mark: S3UploadPage.Mark?
        for _ in 0..<Self.pagesMax {
            let page = try await uploads(after: mark)
            for entry in page.entries where entry.begunAt < moment {
                guard let path = requests.configuration.place.path(ofKey: entry.key),
                    ArtifactLocation(parsing: path) != nil
                else { continue }
                try await abort(S3Upload(id: entry.id, location: path))
                removed += 1
            }
            guard let next = page.next, next != mark else { break }
            mark = next
        }
        return removed
    }

    private func modifiedAt(_ location: ArtifactLocation) async throws -> Date? {
        let page = try await page(startingWith: location.path, after: nil, limit: 1)
        let key = requests.configuration.place.key(location.path)
        return page.entries.first.flatMap { $0.key == key ? $0.modifiedAt : nil }
    }

    /// Whether a list leads on, so that a walk comes to an end.
    private static func goesOn(_ mark: String?, _ next: String) -> Bool {
        mark.map { $0.utf8.lexicographicallyPrecedes(next.utf8) } ?? true
    }

    private func abort(_ upload: S3Upload) async throws {
        do {
            try await client.send(requests.abort(upload)) { _ in }
        } catch let failure as S3Failure {
            // Somebody else was faster.
            guard failure.isMissing else { throw failure.artifactError }
        }
    }

    private func page(startingWith path: String = "", after: String?, limit: Int) async throws -> S3Page {
        try await asArtifactError {
            let request = requests.list(path, after: after, limit: limit)
            return try await client.send(request) { response throws(S3Failure) in
                guard let page = S3Page(response.body) else { throw .unreadableList }
                return page
            }
        }
    }

    private func uploads(after mark: S3UploadPage.Mark?) async throws -> S3UploadPage {
        try await asArtifactError {
            try await client.send(requests.uploads(after: mark)) { response throws(S3Failure) in
                guard let page = S3UploadPage(response.body) else { throw .unreadableList }
                return page
            }
        }
    }
}
