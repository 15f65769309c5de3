/// A queue whose ends both cost the same however long it is.
struct FIFO<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var head = 0

    /// Room at the front that is given back once it is this large and more than half of all.
    private static var slackMin: Int { 32 }

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        elements[head] = nil
        head += 1
        if head >= Self.slackMin && head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }

    mutating func replaceFirst(_ element: Element) {
        if !isEmpty { elements[head] = element }
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        elements = elements[head...].filter { element in element.map { !isUnwanted($0) } ?? false }
        head = 0
    }

    /// Takes out all, in their order.
    mutating func removeAll() -> [Element] {
        defer { (elements, head) = ([], 0) }
        return elements[head...].compactMap(\.self)
    }
}
