import Foundation
import OutboundHTTP
import Signatures

/// A service of AWS that is spoken to in its JSON protocol (version 1.1), each request signed.
struct AWSJSONService: Sendable {
    let credentials: AWSCredentials
    let region: String
    /// As it is signed, which is also how its host begins: `transcribe`, `rekognition`.
    let name: String
    /// Stands before the operation: `Transcribe`, `RekognitionService`.
    let target: String
    /// In place of AWS, for services that speak like it.
    let endpoint: String?

    /// The content's members are named as the API names them; equal contents give equal bytes.
    func request(_ operation: String, _ content: some Encodable, now: Int64) throws -> HTTPRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = [UInt8](try encoder.encode(content))
        let halves = (endpoint ?? "https://\(name).\(region).amazonaws.com")
            .split(separator: "://", maxSplits: 1)
        let asked = AWSRequest(
            method: "POST",
            scheme: String(halves[0]),
            host: halves.count > 1 ? String(halves[1]) : "",
            headers: [
                (name: "content-type", value: "application/x-amz-json-1.1"),
                (name: "x-amz-target", value: "\(target).\(operation)"),
            ],
            payload: .bytes(body)
        )
        let signer = AWSSigner(credentials: credentials, region: region, service: name)
        return HTTPRequest(
            method: "POST",
            url: asked.url,
            headers: signer.headers(for: asked, now: now),
            body: body
        )
    }
}
