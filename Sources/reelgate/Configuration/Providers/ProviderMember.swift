/// One member of a provider in the providers file; in the environment it is a variable of its own.
struct ProviderMember: Sendable, Hashable {
    /// What its value may be.
    enum Form: Sendable, Hashable {
        /// Text of one line.
        case text
        /// Text without blanks.
        case word
        /// One of these words.
        case choice([String])
        /// What is never printed; in the file also `{"env": "NAME"}` or `{"file": "path"}`.
        case secret(lengthMin: Int, mayHaveBlanks: Bool)
        /// An http or https address that paths are put behind.
        case address
        case flag
        case number(ClosedRange<Int>)
        /// Texts, of these if they are told; a variable has commas between them.
        case list([String]?)
        /// Texts by name, of these if they are told; a variable has `name=text`, with commas between them.
        case pairs([String]?)

        static let key = secret(lengthMin: 1, mayHaveBlanks: false)
    }

    let name: String
    let form: Form
    let help: String
    /// What counts where it is left out.
    let standard: String?
    let isNeeded: Bool
    /// What stands behind the provider's name in the variable's.
    let variable: String

    init(
        _ name: String,
        _ form: Form,
        _ help: String,
        standard: String? = nil,
        isNeeded: Bool = false,
        variable: String? = nil
    ) {
        self.name = name
        self.form = form
        self.help = help
        self.standard = standard
        self.isNeeded = isNeeded
        self.variable = variable ?? name.uppercased()
    }

    var isSecret: Bool {
        if case .secret = form { true } else { false }
    }
}

/// Why a value cannot be used: the end of a sentence that begins with where it stands.
struct ProviderFault: Error, Hashable {
    let words: String

    init(_ words: String) { self.words = words }
}
