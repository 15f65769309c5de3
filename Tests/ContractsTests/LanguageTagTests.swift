import Contracts
import Testing

@Suite struct LanguageTagTests {
    @Test(arguments: [
        ("EN", "en"), ("pt-br", "pt-BR"), ("PT-BR", "pt-BR"), ("ZH-hans-cn", "zh-Hans-CN"),
        ("es-419", "es-419"), ("sl-ROZAJ", "sl-rozaj"), ("", ""),
    ])
    func `a tag is written in one way, whatever its capitals are`(given: String, canonical: String) {
        #expect(LanguageTag.canonical(given) == canonical)
        #expect(LanguageTag.canonical(canonical) == canonical)
    }
}
