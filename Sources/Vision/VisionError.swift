/// Why faces cannot be looked for.
package struct VisionError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The processor lacks what the detector is built for; the same on every try.
        case processorUnsupported
        /// The library is missing or does not load.
        case libraryUnavailable
        /// The picture's sizes contradict each other or are beyond the limits.
        case pictureInvalid
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
