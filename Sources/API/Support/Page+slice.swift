import Contracts

extension Page {
    /// A page of a list that is short and at hand: a run's stages in their order, its shorts in source order.
    ///
    /// `after` is the id of the last item that was seen; throws when that is not in the list.
    init(_ items: [Item], limit: Int, after: String?, id: (Item) -> String) throws(Problem) {
        var start = 0
        if let after {
            guard let place = items.firstIndex(where: { id($0) == after }) else {
                throw QueryReader.problem(
                    "after",
                    "is not in this list, or not any more; leave it out to begin with the first page"
                )
            }
            start = place + 1
        }
        let rest = items.dropFirst(start)
        let data = Array(rest.prefix(limit))
        let hasMore = rest.count > data.count
        self.init(data: data, hasMore: hasMore, next: hasMore ? data.last.map(id) : nil)
    }
}
