import ArgumentParser
import Contracts

/// `reelgate doctor`: finds what is missing on this machine, or wrong with what is set up, and says what mends it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Finds what is missing and says how to mend it.",
        discussion:
            "Asks each provider that is set up for something that costs nothing. Ends with 1 when anything is wrong."
    )

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() async throws {
        let findings = try await DoctorChecks(settings: try Settings()).findings()
        if json {
            print(String(decoding: try WireJSON.encodePretty(findings), as: UTF8.self))
        } else {
            for finding in findings { print(finding.text) }
        }
        if !findings.allSatisfy(\.isHealthy) { throw ExitCode(1) }
    }
}
