import Artifacts
import Editorial
import Foundation
import OutboundHTTP
import Providers
import Signatures

/// Looks at each provider that is set up: whether it is complete, answers, and takes its key.
struct ProviderCheckup: Sendable {
    private static let askedAtOnceMax = 8

    let providers: ProviderSettings
    let parts: ProviderParts
    /// Where providers reach the gateway.
    let publicURL: String

    func findings() async -> [DoctorFinding] {
        let asked = await ask()
        return asked + bucketFindings() + addressFindings()
    }

    /// What the providers say, each asked once, a few at a time.
    private func ask() async -> [DoctorFinding] {
        await withTaskGroup(of: (Int, DoctorFinding).self) { group in
            var found: [(Int, DoctorFinding)] = []
            for (index, entry) in providers.entries.enumerated() {
                if index >= Self.askedAtOnceMax, let one = await group.next() { found.append(one) }
                group.addTask { (index, await finding(entry)) }
            }
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func finding(_ entry: ProviderSettings.Entry) async -> DoctorFinding {
        let name = "provider \(entry.name)\(entry.name == entry.kind.name ? "" : " (\(entry.kind.name))")"
        let verdict: KeyVerdict
        do {
            switch try entry.kind.make(entry.values, parts) {
            case .provider(let provider): verdict = await provider.checkKey()
            case .model(let model, _): verdict = await model.checkKey()
            case .worker: verdict = try await worker(entry.values).checkKey()
            }
        } catch {
            return DoctorFinding(.failed, name, "\(error)")
        }
        return finding(name, verdict, entry)
    }

    private func finding(
        _ name: String,
        _ verdict: KeyVerdict,
        _ entry: ProviderSettings.Entry
    ) -> DoctorFinding {
        func setBy(_ member: ProviderMember?) -> String {
            member.map { " in the providers file, or by \(ProviderKind.variable($0, of: entry.name))" } ?? ""
        }
        switch verdict {
        case .accepted: return DoctorFinding(.ok, "\(name): takes the key")
        case .refused(let why):
            return DoctorFinding(
                .failed,
                "\(name): does not take the key",
                "\(why); set it\(setBy(entry.kind.members.first(where: \.isSecret)))"
            )
        case .unwell(let why):
            return DoctorFinding(
                .warning,
                "\(name): answers, but is busy or broken; key not checked",
                "\(why); look again later"
            )
        case .strange(let why):
            return DoctorFinding(
                .failed,
                "\(name): answers otherwise than its API does; key not checked",
                "\(why); it may be another server: see its address\(setBy(entry.kind.member("url")))"
            )
        case .unreachable(let why): return DoctorFinding(.failed, "\(name): cannot be reached", why)
        case .unknown(let why): return DoctorFinding(.ok, "\(name): answers; key not checked", why)
        case .unasked(let why): return DoctorFinding(.ok, "\(name): not checked", why)
        }
    }

    private func worker(_ values: ProviderValues) throws -> EmbeddedWorker {
        let url = try values.neededText("url")
        let secret = try WebhookSecret(parsing: try values.neededSecret("secret").reveal())
        return EmbeddedWorker(secret: secret, client: parts.privateClient) { url }
    }

    /// Amazon Transcribe reads from a bucket at Amazon, by links that lead there.
    private func bucketFindings() -> [DoctorFinding] {
        let names = providers.entries.filter { $0.kind.name == AWSTranscribeProvider.standardName }.map(
            \.name
        )
        guard !names.isEmpty else { return [] }
        let name = "bucket for \(names.joined(separator: ", "))"
        do {
            guard let bucket = try parts.settings.s3Configuration(), parts.settings[.s3Endpoint] == nil else {
                return [
                    DoctorFinding(
                        .failed,
                        name,
                        "it only reads audio in a bucket at Amazon: set \(Setting.artifacts.name) to s3://bucket/prefix"
                    )
                ]
            }
            guard bucket.linkSeconds != nil else {
                return [
                    DoctorFinding(
                        .failed,
                        name,
                        "it finds the audio by links into the bucket: set \(Setting.s3Presign.name) to 900 or so"
                    )
                ]
            }
            return [DoctorFinding(.ok, name)]
        } catch {
            return [DoctorFinding(.failed, name, "\(error)")]
        }
    }

    /// Whether those that fetch from the gateway, and call it back, can get there.
    private func addressFindings() -> [DoctorFinding] {
        let outside = providers.entries.filter(\.kind.reachesGateway).map(\.name)
        guard !outside.isEmpty else { return [] }
        let name = "address for \(outside.joined(separator: ", ")) (\(publicURL))"
        do throws(AddressPolicyError) {
            try AddressPolicy.publicOnly.check(url: publicURL)
            return [DoctorFinding(.ok, name)]
        } catch {
            return [
                DoctorFinding(
                    .warning,
                    name,
                    "it is no public https address (\(error.description)): callbacks may not come, so that polls are "
                        + "used, and media may not be fetched; set \(Setting.publicURL.name)"
                )
            ]
        }
    }
}
