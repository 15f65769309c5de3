/// Names for clips that no other moment has.
struct FreeNames {
    private let taken: Set<String>
    private var number = 0

    init(taken: Set<String>) {
        self.taken = taken
    }

    mutating func next() -> String {
        repeat { number += 1 } while taken.contains(Self.name(number))
        return Self.name(number)
    }

    static func name(_ number: Int) -> String { "clip-\(number < 10 ? "0" : "")\(number)" }
}
