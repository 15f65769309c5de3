import Testing

@testable import Editorial

@Suite struct SpokenWordsTests {
    private static let said = SpokenWords(
        """
        We moved to git hub in 2019, and Anna's bakery paid 30,000 dollars for four ovens. Docker helped \
        Saint-Étienne; it's the A.I. that nobody needs.
        """.split(separator: " ").map(String.init),
        language: "en"
    )

    @Test(arguments: [
        "Why Anna paid for four ovens", "How GitHub helped", "30,000 dollars for 4 ovens",
        "What happened in 2019?",
        "Bakeries and Docker", "It's the AI that nobody needs", "I'm not sure that Docker's the one",
        "Anna’s Saint-Étienne", "Pay $30000",
    ])
    func `what was said may be named, in other forms too`(title: String) {
        #expect(Self.said.unsaid(in: title, isLine: true) == [])
    }

    @Test(arguments: [
        ("Why Berta paid", ["Berta"]), ("Kubernetes helped", ["Kubernetes"]),
        ("What happened in 2020?", ["2020"]),
        ("How GitLab failed", ["GitLab"]), ("Why IBM paid for 5 ovens", ["IBM", "5"]),
        ("Why Great Teams Fail", ["Great", "Teams", "Fail"]),
    ])
    func `names and numbers that nobody said are found`(title: String, found: [String]) {
        #expect(Self.said.unsaid(in: title, isLine: true) == found)
    }

    @Test func `every sentence of a longer text may open as it likes`() {
        let text = "Paid too much? Customers know. “Yesterday” was Berta's day."

        #expect(Self.said.unsaid(in: text, isLine: false) == ["Berta"])
    }

    @Test(arguments: ["en", "EN", "En-us", "en-GB"]) func `English is English in any letters`(
        language: String
    ) {
        let said = SpokenWords(["the", "oven", "costs", "much"], language: language)

        #expect(said.unsaid(in: "Bakers pay much", isLine: true) == ["Bakers"])
    }

    @Test func `in other languages the first word is free`() {
        let said = SpokenWords(["Der", "Ofen", "kostet", "viel."], language: "de")

        #expect(said.unsaid(in: "Warum der Ofen viel kostet", isLine: true) == [])
        #expect(said.unsaid(in: "Warum der Bäcker zahlt", isLine: true) == ["Bäcker"])
    }
}
