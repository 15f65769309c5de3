import Foundation
import OutboundHTTP
import Providers
import Threads

@testable import reelgate

/// A folder with a providers file, for as long as the test lasts.
final class ProviderFolder: Sendable {
    let path = NSTemporaryDirectory() + "reelgate-providers-\(UUID().uuidString.prefix(8).lowercased())"

    var file: String { "\(path)/providers.json" }

    init(_ text: String? = nil) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if let text { try write(text, to: "providers.json") }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    /// The settings of a process with these variables and the file.
    func settings(_ environment: [String: String] = [:]) throws -> Settings {
        try Settings(environment: environment.merging(["REELGATE_PROVIDERS_FILE": file]) { own, _ in own })
    }

    func read(_ environment: [String: String] = [:]) throws -> ProviderSettings {
        try ProviderSettings(settings(environment))
    }
}

extension ProviderParts {
    /// Of a process with these variables.
    static func bench(
        _ settings: Settings,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws
        -> ProviderParts
    {
        let policy: AddressPolicy =
            try settings.flag(.allowPrivateNetworks) ? .allowPrivateNetworks : .publicOnly
        let client = HTTPClient(policy: policy)
        return ProviderParts(
            settings: settings,
            client: client,
            privateClient: HTTPClient(policy: .allowPrivateNetworks),
            metadataClient: HTTPClient(policy: .cloudMetadata),
            meter: ProviderMeter(),
            certificates: SNSCertificates(client: client),
            pool: ThreadPool(name: "bench", threadCount: 1),
            log: log
        )
    }
}
