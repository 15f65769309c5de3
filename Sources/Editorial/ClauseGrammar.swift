/// Just enough English grammar to tell a clause that stands alone from a fragment.
///
/// It refuses when in doubt.
enum ClauseGrammar {
    static let wordsMin = 3

    /// Whether a run of clauses reads as a sentence of its own.
    static func stands(_ run: [TitleClauses.Piece], isWholeStart: Bool, isWholeEnd: Bool) -> Bool {
        let forms = run.flatMap(\.forms).filter { !$0.isEmpty }
        guard forms.count >= wordsMin, !run.contains(where: \.isCutOff), let first = forms.first,
            let last = forms.last
        else { return false }
        guard !badEndings.contains(last), !relatives.contains(first), !badOpenings.contains(first) else {
            return false
        }
        if run.last?.mark == "?" { return isQuestion(run, forms, isWholeStart: isWholeStart) }
        // What introduces something is nothing without it.
        if !isWholeEnd, run.last?.mark == ":" { return false }
        if questionOpenings.contains(first) { return false }
        let isSubordinate = subordinators.contains(first) || forms.prefix(2) == ["every", "time"]
        if isSubordinate {
            // "If you wait, it gets worse" stands; "if you wait" does not.
            return run.count >= 2 && run.dropFirst().contains { hasClause($0.forms) }
                && hasClause(run[0].forms)
        }
        guard let opening = run.first, hasClause(opening.forms) else { return false }
        // A piece that a list goes on from ("we need speed, quality") ends nowhere in particular: take none but the
        // piece that is followed by another clause or by the end.
        return run.dropFirst().allSatisfy { hasClause($0.forms) || isWholeEnd }
    }

    private static func isQuestion(_ run: [TitleClauses.Piece], _ forms: [String], isWholeStart: Bool) -> Bool
    {
        guard run.count == 1 || run.dropLast().allSatisfy({ $0.mark != "?" && $0.mark != "!" }) else {
            return false
        }
        return forms.count >= 4 && asks(forms)
    }

    /// Whether words have the order of a question: "what does it cost", not "what it costs".
    private static func asks(_ forms: [String]) -> Bool {
        if forms[0] == "don't" { return pronouns.contains(forms[1]) }
        if questionOpenings.contains(forms[0]), !whWords.contains(forms[0]) { return true }
        let start =
            whWords.contains(forms[0])
            ? 0 : prepositions.contains(forms[0]) && whWords.contains(forms[1]) ? 1 : nil
        guard let start else { return false }
        let inverted = forms.indices.dropFirst(start + 1).prefix(4).contains { index in
            auxiliaries.contains(forms[index]) && !pronouns.contains(forms[index - 1])
        }
        return inverted || forms[start] == "who" && isFiniteVerb(forms[start + 1])
    }

    /// A subject and a verb after it, or an order.
    static func hasClause(_ forms: [String]) -> Bool {
        guard forms.count >= 2, let first = forms.first else { return false }
        if contractions.contains(where: first.hasSuffix), first.count > 2 { return true }
        if imperatives.contains(first) { return forms.count >= 3 }
        guard !isFiniteVerb(first), !prepositions.contains(first), !first.hasSuffix("ing") else {
            return false
        }
        // "To take" says no more than that something may be taken.
        return forms.indices.dropFirst().contains { isFiniteVerb(forms[$0]) && forms[$0 - 1] != "to" }
    }

    static func isFiniteVerb(_ form: String) -> Bool {
        verbs.contains(form) || contractions.contains { form.hasSuffix($0) && form.count > $0.count }
            || (form.count > 4 && form.hasSuffix("ed") && !form.hasSuffix("eed"))
    }

    /// A comment between commas: "you know", "I mean", "well".
    static func isLeadIn(_ forms: [String]) -> Bool {
        forms.count <= 4
            && (forms.count == leadInWords(forms) || leadIns.contains(forms.joined(separator: " ")))
    }

    /// Whether something must follow a word.
    static func isBadEnding(_ form: String) -> Bool { badEndings.contains(form) }

    static func isTag(_ forms: [String]) -> Bool {
        forms.count <= 3 && tags.contains(forms.joined(separator: " "))
    }

    /// How many words at the front say nothing: "And so", "Well", "I think that".
    static func leadInWords(_ forms: [String]) -> Int {
        for count in stride(from: min(4, forms.count), through: 1, by: -1)
        where leadIns.contains(forms.prefix(count).joined(separator: " ")) {
            return count
        }
        return 0
    }

    static let clauseOpeners: Set<String> = Lexicon.words(
        "because but although though whereas unless while so which"
    )
    private static let relatives = Lexicon.words("which who whom whose that than whereas whether")
    private static let subordinators = Lexicon.words(
        "if when while although though since as after before until unless once because"
    )
    private static let whWords = Lexicon.words("what why how who when where which whose")
    private static let pronouns = Lexicon.words("i you we they he she it that this there people")
    private static let auxiliaries = Lexicon.words(
        """
        is are was were do does did can could will would should have has had isn't aren't wasn't weren't don't
        doesn't didn't can't couldn't won't wouldn't shouldn't am might must
        """
    )
    private static let questionOpenings = Lexicon.words(
        """
        what why how who where is are was were do does did can could will would should have has what's why's how's
        who's where's isn't aren't don't doesn't didn't can't couldn't won't wouldn't shouldn't
        """
    )
    private static let badOpenings = Lexicon.words(
        """
        of than to too also etc whatever else plus like or nor either both however being im including versus just
        not only even
        """
    )
    private static let prepositions = Lexicon.words(
        "of to in on at by for with from into about over under between through during without like per via as"
    )
    private static let contractions = ["n't", "'re", "'ve", "'ll", "'d", "'m", "'s"]
    static let imperatives = Lexicon.words(
        """
        always never stop start remember imagine think make take keep let let's don't look listen ask try use build
        write read learn find go get give tell show put be do forget trust follow pick choose check avoid
        """
    )
    private static let badEndings = Lexicon.words(
        """
        a an the of to in on at by for with from into about over under and or but so because that which who if when
        while is are was were be been am do does did have has had can could will would should may might must my
        your his her its our their this these those i we he she they as than not very really just like say says
        said thing i'm you're we're they're it's that's there's don't didn't doesn't isn't one's such more most some
        any no every each kind sort lot bit i've you've we've i'd i'll gonna wanna basically actually even also only
        ones one always myself himself themselves yourself think thinks mean means know wanted want went through
        between without using called into watched
        """
    )
    private static let tags = Lexicon.words(
        "right yeah yes no okay ok huh correct so sure well and but or then"
    ).union([
        "you know", "isn't it", "or something", "i guess", "i think", "of course", "don't you", "or whatever",
        "or not",
        "i mean", "and so on", "you see", "for sure", "i believe", "i suppose", "to be honest", "at least",
        "as well",
    ])
    private static let leadIns = Lexicon.words(
        """
        and but so because or well yeah yes oh okay ok right now then like um uh honestly basically actually look
        listen see plus anyway obviously literally also i guess hey man no sure exactly
        """
    ).subtracting(["i"]).union([
        "you know", "i mean", "i think", "i think that", "i guess", "i feel like", "and then", "so yeah",
        "to be honest",
        "of course", "by the way", "i would say", "i'd say", "kind of", "sort of", "so i think",
        "and i think",
        "but i think", "and so", "i believe", "in fact", "at the end of", "as well", "for me", "let's say",
        "you see",
        "i suppose", "and you know", "but you know", "so you know", "i don't know", "i'm like", "for sure",
    ])
    static let verbs = Lexicon.words(
        """
        is are was were am has have had do does did can could will would should may might must shall goes went go
        got get gets make makes made take takes took come comes came see sees saw know knows knew think thinks
        thought say says said tell tells told find finds found give gives gave work works run runs ran mean means
        meant want wants need needs feel feels felt become becomes became leave leaves left put puts keep keeps
        kept let lets begin begins began seem seems help helps show shows start starts write writes wrote build
        builds built lose loses lost win wins won pay pays paid buy buys bought break breaks broke grow grows grew
        bring brings brought hold holds held stand stands stood hear hears heard meet meets met sit sits sat spend
        spends spent lead leads led understand understands understood live lives love loves hate hates cost costs
        matter matters happen happens change changes fail fails teach teaches taught learn learns send sends sent
        use uses try tries ask asks move moves play plays believe believes look looks turn turns read reads speak
        speaks spoke eat eats ate drive drives drove choose chooses chose sell sells sold fall falls fell hurt hurts
        set sets ship ships wins care cares die dies stop stops deserve deserves exist exists require requires save
        saves solve solves scale scales depend depends beat beats sounds sound sleeps sleep slept fit fits
        """
    )
}
