/// Why a worker cannot start.
package struct WorkerError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
