import OutboundHTTP

/// Whose prefix it is: an object beside the files names the one database that has records of them.
///
/// Two databases at one prefix would take each other's files for leftovers.
extension S3ArtifactStore {
    static let ownerPath = ".owner"

    private static let looksMax = 3

    package func claim(owner: String) async throws {
        for _ in 0..<Self.looksMax {
            // Read again after it was written: of two at once only one has it, whatever the store made of the condition.
            if let found = try await markedOwner() {
                guard found == owner else { throw foreign(found, owner: owner) }
                return
            }
            try await mark(owner: owner)
        }
        throw ArtifactError(.ioFailed, "the object store does not keep the mark of its owner")
    }

    private func markedOwner() async throws -> String? {
        do {
            return try await client.send(requests.get(Self.ownerPath)) { response in
                String(decoding: response.body, as: UTF8.self)
            }
        } catch let failure as S3Failure {
            if failure.isMissing { return nil }
            throw failure.artifactError
        }
    }

    /// Writes the mark unless there is one.
    private func mark(owner: String) async throws {
        let bytes = Array(owner.utf8)
        do {
            try await client.send(requests.put(bytes, to: Self.ownerPath, replaces: false)) { _ in }
        } catch let failure as S3Failure where failure.status == 412 || failure.status == 409 {
            // Another was faster.
            return
        } catch let failure as S3Failure where failure.status == 501 {
            // A store that knows no conditions.
            try await asArtifactError {
                try await client.send(requests.put(bytes, to: Self.ownerPath)) { _ in }
            }
        } catch let failure as S3Failure {
            throw failure.artifactError
        }
    }

    private func foreign(_ found: String, owner: String) -> ArtifactError {
        let place = requests.configuration.place
        // It goes into a log: what is no id of ours is not repeated.
        let isId = (1...64).contains(found.utf8.count) && found.utf8.allSatisfy(S3Failure.isPlain)
        return ArtifactError(
            .foreign,
            "\(place.description) belongs to \(isId ? "database '\(found)'" : "another"), and this one is '\(owner)': "
                + "each would remove the other's files. Use a prefix of its own; where this database has taken the "
                + "other's place, remove the object '\(place.key(Self.ownerPath))' first"
        )
    }
}
