/// What a worker's program found in a file that a style is to pin.
package struct StyleFileVerdict: Codable, Sendable, Hashable {
    /// The first argument of the program that is started for this; the kind and the absolute path follow.
    package static let argument = "check-style-file"

    /// Nil: the file is what its member takes.
    package var fault: String?

    package init(fault: String?) { self.fault = fault }
}
