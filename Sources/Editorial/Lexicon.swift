/// English word lists that the scorer looks words up in; in other languages they match nothing.
///
/// Punctuation, numbers, pauses, energy and repetition speak every language, so scores stay meaningful there.
enum Lexicon {
    static let stopwords = words(
        """
        a an the and or but so if then than as of to in on at by for with from into about over under after before
        up down out off again once i me my mine we us our ours you your yours he him his she her hers it its they
        them their theirs this that these those here there what which who whom whose when where why how is are was
        were be been being am do does did doing have has had having can could will would shall should may might
        must not no nor too very just also only even still yet all any some each few more most other such own same
        i'm you're we're they're it's that's there's i've you've we've they've i'd you'd we'd i'll you'll we'll
        don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't let's get got go
        going gonna really kind sort thing things stuff like yeah yes okay ok well right mean know think say said
        lot bit much many one because while through during being way actually basically
        """
    )
    static let fillers = words("um uh uhm erm hmm mm mhm blah basically literally whatever yada")
    static let backchannels = words(
        """
        yeah yes yep yup no nope right okay ok mm mhm hmm uh huh wow sure exactly cool nice oh ah totally absolutely
        true gotcha great awesome definitely indeed haha ha correct agreed interesting alright hello hi hey thanks
        thank bye welcome perfect good gosh man
        """
    )
    static let conjunctions = words("and but so because or nor plus also then which though although whereas")
    static let weakOpeners = words(
        "well um uh okay ok yeah right alright anyway anyways like hmm oh ah hey hi hello"
    )
    static let danglingOpeners = words(
        """
        he she it they him her them his its their that this those these it's that's he's she's they're
        those's there's such it'll that'll they'll they've it'd he'd she'd same neither both
        """
    )
    static let questionWords = words(
        """
        what why how who when where which whose is are was were do does did can could will would should have has
        what's why's how's who's where's isn't aren't don't doesn't didn't can't
        """
    )
    static let contrasts = words(
        """
        but instead not never wrong actually myth mistake however despite except unlike don't doesn't isn't can't
        won't opposite surprising surprisingly unless nobody without although versus
        """
    )
    static let address = words("you your you're you've you'll yours yourself you'd")
    static let promises = words(
        """
        how why here's secret key reason reasons lesson lessons problem trick rule rules truth answer step steps
        mistake mistakes biggest best worst fastest easiest hardest simplest learned discovered figured realized
        realised advice tip strategy
        """
    )
    static let strongOpeners = words(
        """
        imagine never stop nobody everyone everybody most people why how what's here's remember forget think always
        there's suppose picture when if every the biggest best worst
        """
    )
    static let emotions = words(
        """
        love loved hate hated afraid fear scared scary amazing incredible crazy insane terrible awful beautiful
        excited exciting angry proud ashamed embarrassed embarrassing shocked shocking surprised surprising happy
        sad painful pain joy fun funny hilarious laugh laughed cry cried dream nightmare disaster miracle magic
        worry worried hope hopeless brilliant stupid ridiculous impossible passionate frustrated frustrating dread
        heartbreaking genius epic wild unbelievable fantastic horrible
        """
    )
    static let superlatives = words(
        """
        best worst biggest most least first last only always never every everything nothing nobody everyone all
        greatest hardest fastest huge massive tiny entire absolutely completely
        """
    )
    static let explanations = words(
        """
        because means therefore example instance reason why works happens turns basically if when imagine result
        means which causes instead leads depends difference important
        """
    )
    static let numberWords = words(
        """
        two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy
        eighty ninety hundred hundreds thousand thousands million millions billion billions percent half double
        twice dozen
        """
    )

    static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
