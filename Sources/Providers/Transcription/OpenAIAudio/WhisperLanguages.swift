/// The names by which Whisper calls languages in its answers.
enum WhisperLanguages {
    private static let names: [String: String] = {
        let pairs = """
            english:en chinese:zh german:de spanish:es russian:ru korean:ko french:fr japanese:ja portuguese:pt
            turkish:tr polish:pl catalan:ca dutch:nl arabic:ar swedish:sv italian:it indonesian:id hindi:hi
            finnish:fi vietnamese:vi hebrew:he ukrainian:uk greek:el malay:ms czech:cs romanian:ro danish:da
            hungarian:hu tamil:ta norwegian:no thai:th urdu:ur croatian:hr bulgarian:bg lithuanian:lt latin:la
            maori:mi malayalam:ml welsh:cy slovak:sk telugu:te persian:fa latvian:lv bengali:bn serbian:sr
            azerbaijani:az slovenian:sl kannada:kn estonian:et macedonian:mk breton:br basque:eu icelandic:is
            armenian:hy nepali:ne mongolian:mn bosnian:bs kazakh:kk albanian:sq swahili:sw galician:gl marathi:mr
            punjabi:pa sinhala:si khmer:km shona:sn yoruba:yo somali:so afrikaans:af occitan:oc georgian:ka
            belarusian:be tajik:tg sindhi:sd gujarati:gu amharic:am yiddish:yi lao:lo uzbek:uz faroese:fo
            pashto:ps turkmen:tk nynorsk:nn maltese:mt sanskrit:sa luxembourgish:lb myanmar:my tibetan:bo
            tagalog:tl malagasy:mg assamese:as tatar:tt hawaiian:haw lingala:ln hausa:ha bashkir:ba javanese:jv
            sundanese:su cantonese:yue
            """
        var names: [String: String] = [:]
        for pair in pairs.split(whereSeparator: \.isWhitespace) {
            let halves = pair.split(separator: ":")
            names[String(halves[0])] = String(halves[1])
        }
        return names
    }()

    /// Reads a name or a tag.
    static func tag(_ text: String?) -> String? {
        guard let text else { return nil }
        return names[text.lowercased()] ?? HeardLanguage.tag(text)
    }
}
