import Artifacts
import Foundation
import OutboundHTTP
import Postgres
import Providers
import Threads

/// All that `reelgate doctor` looks at, in the order in which it is told.
struct DoctorChecks: Sendable {
    let settings: Settings

    func findings() async throws -> [DoctorFinding] {
        var settings = settings
        var findings: [DoctorFinding] = []
        let providers: ProviderSettings?
        do {
            let read = try ProviderSettings(settings)
            settings.adopt(read)
            providers = read
        } catch {
            findings += "\(error)".split(separator: "\n").map {
                DoctorFinding(.failed, "configuration of providers", String($0))
            }
            providers = nil
        }
        let checks = DoctorChecks(settings: settings)
        findings = try await checks.machine() + findings
        if let providers { findings += try await checks.checkUp(providers) }
        return findings
    }

    /// The parts beside the gateway.
    private func machine() async throws -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        func tell(_ isFine: Bool, _ name: String, remedy: String, isNeeded: Bool = true) {
            let state: DoctorFinding.State = isFine ? .ok : isNeeded ? .missing : .warning
            findings.append(DoctorFinding(state, name, isFine ? nil : remedy))
        }
        if settings[.workerURL] == nil {
            for part in Installation(settings: settings).parts {
                tell(part.isThere, part.name, remedy: part.remedy, isNeeded: part.isNeeded)
            }
        }
        if settings[.databaseURL] == nil {
            let isInstalled = PrivateCluster.isInstalled
            tell(
                isInstalled,
                "Postgres 15 or later",
                remedy: "run scripts/setup, or set REELGATE_DATABASE_URL"
            )
        }
        let data = try settings.required(.dataDirectory)
        tell(
            Self.isWritable(data),
            "data folder (\(data))",
            remedy: "make it writable, or set REELGATE_DATA_DIR"
        )
        if let configuration = try settings.s3Configuration() {
            let failure = await Self.failure(of: configuration)
            tell(
                failure == nil,
                "bucket (\(configuration.place.description))",
                remedy: "\(failure ?? ""); docs/artifacts.md lists the rights that the key needs"
            )
        }
        return findings
    }

    private func checkUp(_ providers: ProviderSettings) async throws -> [DoctorFinding] {
        let policy: AddressPolicy =
            try settings.flag(.allowPrivateNetworks) ? .allowPrivateNetworks : .publicOnly
        let (client, privateClient) = (HTTPClient(policy: policy), HTTPClient(policy: .allowPrivateNetworks))
        let metadataClient = HTTPClient(policy: .cloudMetadata)
        let pool = ThreadPool(name: "doctor", threadCount: 1)
        defer {
            pool.shutdown()
            for client in [client, privateClient, metadataClient] { client.shutdown() }
        }
        let parts = ProviderParts(
            settings: settings,
            client: client,
            privateClient: privateClient,
            metadataClient: metadataClient,
            meter: ProviderMeter(),
            certificates: SNSCertificates(client: client),
            pool: pool,
            log: { _ in }
        )
        let publicURL = try GatewayAddresses(settings: settings).publicURL
        return await ProviderCheckup(providers: providers, parts: parts, publicURL: publicURL).findings()
    }

    /// Why no object can be written to the bucket, read and removed; nil when it can.
    private static func failure(of configuration: S3Configuration) async -> String? {
        let spool = FileManager.default.temporaryDirectory.appending(path: "reelgate-doctor-\(UUID())")
        defer { try? FileManager.default.removeItem(at: spool) }
        do {
            try await S3ArtifactStore(configuration, spoolFolder: spool.path).probe()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Whether the folder, or the nearest one above it that exists, can be written to.
    private static func isWritable(_ path: String) -> Bool {
        let files = FileManager.default
        var folder = URL(fileURLWithPath: path).standardizedFileURL.path
        while !files.fileExists(atPath: folder) && folder != "/" {
            folder = (folder as NSString).deletingLastPathComponent
        }
        return files.isWritableFile(atPath: folder)
    }
}
