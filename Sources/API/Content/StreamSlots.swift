import Threads

/// Places for what only some may have at once: event streams, which take connections of the database, and long
/// bodies, which take memory.
final class StreamSlots: Sendable {
    /// One place; given back at most once, at the latest when nobody holds it any more.
    final class Slot: Sendable {
        private let slots: StreamSlots
        private let isHeld = Locked(true)

        fileprivate init(_ slots: StreamSlots) { self.slots = slots }

        deinit { release() }

        func release() {
            let wasHeld = isHeld.withLock { isHeld in
                defer { isHeld = false }
                return isHeld
            }
            if wasHeld { slots.taken.withLock { $0 -= 1 } }
        }
    }

    private let countMax: Int
    private let taken = Locked(0)

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { taken.withLock { $0 } }

    /// Nil when all places are taken.
    func take() -> Slot? {
        let isFree = taken.withLock { taken in
            guard taken < countMax else { return false }
            taken += 1
            return true
        }
        return isFree ? Slot(self) : nil
    }
}
