import Foundation
import Testing

@testable import reelgate

@Suite struct SettingsTests {
    @Test func `the environment wins over the file, and the file over the default`() throws {
        let path = NSTemporaryDirectory() + "reelgate-settings-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "# a comment\nREELGATE_PORT = 1\nREELGATE_HOST=10.0.0.1\n".write(
            toFile: path,
            atomically: true,
            encoding: .utf8
        )

        var settings = try Settings(environment: ["REELGATE_CONFIG_FILE": path, "REELGATE_PORT": "2"])

        #expect(settings[.port] == "2")
        #expect(settings.source(of: .port) == .environment)
        #expect(settings[.host] == "10.0.0.1")
        #expect(settings.source(of: .host) == .file)
        #expect(settings[.dataDirectory] == ".reelgate")
        settings.override(.port, with: "3")
        #expect(settings[.port] == "3")
        #expect(settings.source(of: .port) == .commandLine)
    }

    @Test(arguments: ["REELGATE_PROT=1\n", "no equals sign\n"])
    func `a line that names no setting is refused`(text: String) throws {
        let path = NSTemporaryDirectory() + "reelgate-settings-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)

        #expect(throws: Settings.Invalid.self) {
            _ = try Settings(environment: ["REELGATE_CONFIG_FILE": path])
        }
    }

    @Test(arguments: ["-1", "65536", "http", ""])
    func `a port outside of its range is refused`(text: String) throws {
        var settings = try Settings(environment: [:])
        settings.override(.port, with: text)

        #expect(throws: Settings.Invalid.self) { _ = try settings.integer(.port, in: 0...65_535) }
    }

    @Test func `every setting has a name of its own and a meaning`() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        #expect(Setting.all.allSatisfy { $0.name.hasPrefix("REELGATE_") && !$0.help.isEmpty })
    }

    @Test func `a process does all parts unless it is told which`() throws {
        #expect(try Settings(environment: [:]).roles == [.api, .runtime, .webhooks])
        #expect(try Settings(environment: ["REELGATE_ROLES": "webhooks, api"]).roles == [.api, .webhooks])
    }

    @Test(arguments: ["api,worker", ",", "API"])
    func `parts that do not exist are refused`(text: String) throws {
        let settings = try Settings(environment: ["REELGATE_ROLES": text])

        #expect(throws: Settings.Invalid.self) { _ = try settings.roles }
    }
}
