import Contracts
import OutboundHTTP

/// Finds the object in S3 that a link of the gateway leads to: services of AWS take nothing else.
struct S3Finder: Sendable {
    /// Asks the gateway's own links, which may lie in a private network.
    let links: ProviderCall

    /// Nil where the gateway gives the file out itself.
    ///
    /// A gateway that keeps its artifacts in S3 and signs links to them sends the readers of its own on to there. Links
    /// of tasks ask it to answer itself, which the signature leaves open.
    func object(_ url: String) async throws(CallFailure) -> S3Object? {
        if let object = S3Object(link: url) { return object }
        let asked = url.replacing("redirect=false", with: "redirect=true")
        var request = HTTPRequest(url: asked, headers: [(name: "range", value: "bytes=0-0")])
        request.limits.excess = .truncate
        let response: HTTPResponse
        do throws(CallFailure) {
            response = try await links.exchange(request, answerBytesMax: 1_024)
        } catch {
            throw error.kind == .refused ? error : away("it cannot be fetched")
        }
        switch response.status {
        case 302, 303, 307, 308: return response.header("location").flatMap(S3Object.init(link:))
        case 200, 206: return nil
        default: throw away("its link answered with status \(response.status)")
        }
    }

    /// The provider knows nothing of the file yet.
    private func away(_ reason: String) -> CallFailure {
        CallFailure(
            .away,
            Problem(
                .artifactMissing,
                detail: "The file for provider '\(links.provider)' cannot be found in S3: \(reason).",
                retryable: true
            )
        )
    }
}
