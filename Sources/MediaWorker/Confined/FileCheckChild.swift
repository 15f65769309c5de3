import Contracts
import Foundation
import Glibc
import Subprocesses

/// The process in which a file of a style is tried before the style is published.
package enum FileCheckChild {
    /// Reads the file without network, tells on standard output what is wrong with it, and ends.
    package static func run(_ arguments: [String]) -> Never {
        guard arguments.count == 2, let kind = StyleAsset.Kind(rawValue: arguments[0]) else { _exit(2) }
        _ = Confinement.isolate()
        let verdict = StyleFileVerdict(fault: StyleFileCheck.fault(kind, path: arguments[1]))
        guard let line = try? WireJSON.encode(verdict) else { _exit(3) }
        FileHandle.standardOutput.write(line + [UInt8(ascii: "\n")])
        _exit(0)
    }
}
