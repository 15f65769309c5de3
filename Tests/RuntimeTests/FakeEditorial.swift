import Contracts
import Editorial
import StudioSupport

/// Chooses the two moments of `FakeResults`.
struct FakeEditorial: EditorialModel {
    let identity = "fake/1"

    func plan(_ request: EditorialRequest) async throws -> Plan { FakeResults.plan(request.transcript) }
}
