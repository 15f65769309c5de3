/// The languages that the model knows, and their tags.
enum WhisperLanguage {
    /// The model's code for a BCP 47 tag, or nil where it does not know the language.
    static func code(forTag tag: String) -> String? {
        let primary = tag.lowercased().split { $0 == "-" || $0 == "_" }.first.map(String.init) ?? ""
        let code = aliases[primary] ?? primary
        return codes.contains(code) ? code : nil
    }

    private static let aliases = [
        "iw": "he", "in": "id", "ji": "yi", "jv": "jw", "nb": "no", "fil": "tl", "cmn": "zh", "mo": "ro",
    ]

    private static let codes = Set(
        """
        af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy
        id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru
        sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh
        """.split { $0.isWhitespace }.map(String.init)
    )
}
