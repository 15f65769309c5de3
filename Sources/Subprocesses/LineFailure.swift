/// How a process ended.
package struct ProcessEnd: Sendable, Equatable {
    package enum How: Sendable, Equatable {
        case signal(Int32)
        case status(Int32)
        /// It closed its output, went on, and was killed for it.
        case silent
    }

    package let how: How
    /// The last line that it wrote to its log; it may name paths.
    package let lastWords: String?

    package init(how: How, lastWords: String?) {
        self.how = how
        self.lastWords = lastWords
    }
}

/// Why there is no line from a process, and will be none.
package enum LineFailure: Error, Sendable, Equatable {
    case endless
    case ended(ProcessEnd)
}

/// Why a process was not started.
package struct LaunchError: Error, Sendable, CustomStringConvertible {
    package let description: String
}
