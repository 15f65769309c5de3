extension String {
    /// The text with a full stop at its end, unless it ends as a sentence does or is empty.
    package var closed: String {
        let isClosed = last.map { ".!?".contains($0) } ?? true
        return isClosed ? self : "\(self)."
    }
}
