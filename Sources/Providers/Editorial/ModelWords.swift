import Editorial

/// What a provider says about its refusal of a question.
struct ModelWords: Sendable, Hashable {
    /// Its name for what went wrong, as `overloaded_error`: the one part that tenants may see.
    let code: String?
    /// All that it says, for operators.
    let told: String?

    init(code: String?, message: String?) {
        self.code = code.flatMap { $0.wholeMatch(of: /[A-Za-z0-9_.\-]{1,60}/) == nil ? nil : $0 }
        let told = [code, message].compactMap(\.self).joined(separator: ": ")
        self.told = told.isEmpty ? nil : told
    }
}
