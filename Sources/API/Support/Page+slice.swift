import Contracts

extension Page {
    /// A page of a list that is short and at hand: a run's stages in their order, its shorts in source order.
    ///
    /// `after` is the id of the last item that was seen; one that is not in the list gives an empty page.
    init(_ items: [Item], limit: Int, after: String?, id: (Item) -> String) {
        let start = after.map { cursor in
            items.firstIndex { id($0) == cursor }.map { $0 + 1 } ?? items.count
        }
        let rest = items.dropFirst(start ?? 0)
        let data = Array(rest.prefix(limit))
        let hasMore = rest.count > data.count
        self.init(data: data, hasMore: hasMore, next: hasMore ? data.last.map(id) : nil)
    }
}
