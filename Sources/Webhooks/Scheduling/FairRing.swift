/// Deficit round robin in two steps: the tenants take turns, and in a tenant's turn its endpoints do.
///
/// A large message uses up more of a turn than a small one. What a burst puts in waits behind its own kind only.
struct FairRing: Sendable {
    private struct Seat: Sendable {
        let endpoint: String
        var deficit = 0
    }

    private struct Tenant: Sendable {
        var seats = FIFO<Seat>()
        var deficit = 0

        /// Brings the endpoint to the front that can pay for its next message.
        mutating func choose(_ cost: (_ endpoint: String) -> Int?) -> (Seat, Int)? {
            while var seat = seats.first {
                guard let price = cost(seat.endpoint) else {
                    _ = seats.popFirst()
                    continue
                }
                guard seat.deficit < price else { return (seat, price) }
                _ = seats.popFirst()
                seat.deficit += FairRing.quantum
                seats.append(seat)
            }
            return nil
        }
    }

    /// What a turn is worth.
    private static let quantum = 4

    private var turns = FIFO<String>()
    private var tenants: [String: Tenant] = [:]

    var isEmpty: Bool { tenants.isEmpty }

    /// Lets an endpoint take part; it must not do so already.
    mutating func add(_ endpoint: String, of tenant: String) {
        if tenants[tenant] == nil {
            tenants[tenant] = Tenant()
            turns.append(tenant)
        }
        tenants[tenant]?.seats.append(Seat(endpoint: endpoint))
    }

    /// Takes an endpoint out before its turn.
    mutating func remove(_ endpoint: String, of tenant: String) {
        tenants[tenant]?.seats.removeAll { $0.endpoint == endpoint }
    }

    /// The endpoint whose turn it is, which stays in the ring.
    ///
    /// `cost` says what its next message costs; an endpoint that it says nil of leaves the ring.
    mutating func next(cost: (_ endpoint: String) -> Int?) -> String? {
        while let name = turns.first {
            guard var tenant = tenants[name], let (seat, price) = tenant.choose(cost) else {
                tenants[name] = nil
                _ = turns.popFirst()
                continue
            }
            if tenant.deficit >= price {
                tenant.deficit -= price
                tenant.seats.replaceFirst(Seat(endpoint: seat.endpoint, deficit: seat.deficit - price))
                tenants[name] = tenant
                return seat.endpoint
            }
            tenant.deficit += Self.quantum
            tenants[name] = tenant
            _ = turns.popFirst()
            turns.append(name)
        }
        return nil
    }
}
