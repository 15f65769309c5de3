/// Something that was done less well than asked, told to whoever reads the record.
package struct Warning: Codable, Sendable, Hashable {
    /// Stable word for programs: `no-face`, `source-partly-unreadable`, `few-moments`.
    package var code: String
    /// One sentence for people.
    package var detail: String
    package var clip: String?

    package init(code: String, detail: String, clip: String? = nil) {
        self.code = code
        self.detail = detail
        self.clip = clip
    }
}
