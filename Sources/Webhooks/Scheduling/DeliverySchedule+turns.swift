/// Beginning and ending attempts.
extension DeliverySchedule {
    /// Begins what may begin now.
    mutating func start(now: Int) -> [Start] {
        noteOverdue(now: now)
        unpark(now: now)
        var starts: [Start] = []
        while !isBehindOnRecords, inFlight < limits.inFlightHardMax, let endpointId = nextEndpoint(now: now) {
            guard let start = begin(endpointId, now: now) else { continue }
            starts.append(start)
        }
        return starts
    }

    /// Notes how an attempt has ended; `noteWritten` is owed for it, unless it was abandoned.
    ///
    /// With `bars` its endpoint wants no more: nothing goes there until then.
    mutating func end(_ ticket: Ticket, _ result: AttemptResult, bars: Bool = false, now: Int) {
        guard let flight = flights.removeValue(forKey: ticket) else { return }
        let endpointId = flight.endpointId
        if result != .abandoned { unwritten += 1 }
        guard let wasLate = lanes[endpointId]?.isLate, let tenantId = lanes[endpointId]?.tenantId else {
            return
        }
        lanes[endpointId]?.inFlight -= 1
        if flight.isOverdue { lanes[endpointId]?.overdue -= 1 }
        // What an attempt at the endpoint as it was before tells is nothing of what it is like.
        if flight.version == lanes[endpointId]?.version {
            lanes[endpointId]?.note(result, isUrgent: flight.isUrgent, now: now)
        }
        if bars { lanes[endpointId]?.bars += 1 }
        if wasLate { inFlightLate -= 1 }
        move(endpointId, from: wasLate)
        drop(tenantId, flight.bytes)
        // What waits for one that is down would only take up room.
        if lanes[endpointId]?.isDown == true { surrender(endpointId, keepsUrgent: true) }
        seat(endpointId)
        forgetIfIdle(endpointId)
    }

    /// Notes that an attempt is written down, or that nobody will.
    ///
    /// Where it barred its endpoint, what has come for it meanwhile goes back: the table says whether it is still to be
    /// sent.
    mutating func noteWritten(_ endpointId: String, barred: Bool = false) {
        unwritten -= 1
        guard barred, let bars = lanes[endpointId]?.bars, bars > 0 else { return }
        lanes[endpointId]?.bars = bars - 1
        if bars == 1 { surrender(endpointId) }
        forgetIfIdle(endpointId)
    }

    /// When `start` may have something to do though nothing has come or ended; nil when that cannot be.
    func nextChange(now: Int) -> Int? {
        var times = parked.isEmpty ? [] : [parkedUntil]
        if let first = begun.first {
            // One that has ended meanwhile hides those behind it until the next look.
            times.append((flights[first]?.startedAt ?? now) + limits.patienceMs)
        }
        return times.min()
    }

    /// Gives an endpoint its part in the turns.
    mutating func seat(_ endpointId: String) {
        guard let lane = lanes[endpointId], !lane.isSeated, lane.first != nil else { return }
        lanes[endpointId]?.isSeated = true
        ring(isLate: lane.isLate) { $0.add(endpointId, of: lane.tenantId) }
    }

    mutating func ring(isLate: Bool, _ body: (inout FairRing) -> Void) {
        if isLate { body(&late) } else { body(&quick) }
    }

    /// Begins anew with an endpoint that its owner has changed; what waits for it as it was goes back.
    mutating func renew(_ endpointId: String, version: Int) {
        guard let wasLate = lanes[endpointId]?.isLate else { return }
        lanes[endpointId]?.renew(version: version)
        move(endpointId, from: wasLate)
        lanes[endpointId]?.parkedUntil = nil
        parked.remove(endpointId)
        surrender(endpointId)
    }

    /// Follows an endpoint that has become slow, or quick again.
    private mutating func move(_ endpointId: String, from wasLate: Bool) {
        guard let lane = lanes[endpointId], lane.isLate != wasLate else { return }
        inFlightLate += lane.isLate ? lane.inFlight : -lane.inFlight
        guard lane.isSeated else { return }
        ring(isLate: wasLate) { $0.remove(endpointId, of: lane.tenantId) }
        lanes[endpointId]?.isSeated = false
        seat(endpointId)
    }

    private mutating func noteOverdue(now: Int) {
        while let ticket = begun.first {
            if var flight = flights[ticket] {
                guard now - flight.startedAt >= limits.patienceMs else { return }
                flight.isOverdue = true
                flights[ticket] = flight
                let wasLate = lanes[flight.endpointId]?.isLate ?? false
                lanes[flight.endpointId]?.overdue += 1
                move(flight.endpointId, from: wasLate)
            }
            _ = begun.popFirst()
        }
    }

    private mutating func unpark(now: Int) {
        guard now >= parkedUntil else { return }
        parkedUntil = .max
        for endpointId in parked {
            if let until = lanes[endpointId]?.parkedUntil, until > now {
                parkedUntil = min(parkedUntil, until)
            } else {
                parked.remove(endpointId)
                lanes[endpointId]?.parkedUntil = nil
                seat(endpointId)
            }
        }
    }

    /// The endpoint whose turn it is; quick ones come first, slow ones have their own slots.
    private mutating func nextEndpoint(now: Int) -> String? {
        let quickMax = limits.inFlightMax - min(inFlightLate, limits.inFlightSlowMax)
        if inFlight - inFlightLate < quickMax, let found = next(isLate: false, now: now) { return found }
        if inFlightLate < limits.inFlightSlowMax, let found = next(isLate: true, now: now) { return found }
        return nil
    }

    private mutating func next(isLate: Bool, now: Int) -> String? {
        // Out of the way, so that asking for costs may change all else.
        var ring = FairRing()
        if isLate { swap(&ring, &late) } else { swap(&ring, &quick) }
        let found = ring.next { endpointId in cost(of: endpointId, now: now) }
        if isLate { swap(&ring, &late) } else { swap(&ring, &quick) }
        return found
    }

    /// What the next delivery of an endpoint costs; nil, with the seat given up, when none may begin now.
    private mutating func cost(of endpointId: String, now: Int) -> Int? {
        guard let lane = lanes[endpointId] else { return nil }
        guard lane.bars == 0 else { return stand(endpointId, until: nil) }
        guard let first = lane.first else { return stand(endpointId, until: nil) }
        if isStale(first, now: now) {
            surrender(endpointId)
            return stand(endpointId, until: nil)
        }
        guard lane.inFlight < lane.allowance(limits, now: now) else {
            guard case .open(let until) = lane.breaker.state, until > now else {
                return stand(endpointId, until: nil)
            }
            return stand(endpointId, until: until)
        }
        if let readyAt = lanes[endpointId]?.bucket?.readyAt(now: now), readyAt > now {
            return stand(endpointId, until: readyAt)
        }
        return 1 + first.bytes / Self.bytesPerCost
    }

    private static var bytesPerCost: Int { 16 << 10 }

    /// Lets an endpoint give up its seat until a time, or until something of it ends.
    private mutating func stand(_ endpointId: String, until: Int?) -> Int? {
        lanes[endpointId]?.isSeated = false
        guard let until else { return nil }
        lanes[endpointId]?.parkedUntil = until
        parked.insert(endpointId)
        parkedUntil = min(parkedUntil, until)
        return nil
    }

    private mutating func begin(_ endpointId: String, now: Int) -> Start? {
        let isUrgent = lanes[endpointId]?.urgent.isEmpty == false
        guard let entry = lanes[endpointId]?.popFirst() else { return nil }
        lastTicket += 1
        let ticket = Ticket(number: lastTicket)
        lanes[endpointId]?.inFlight += 1
        lanes[endpointId]?.bucket?.take(now: now)
        if lanes[endpointId]?.isLate == true { inFlightLate += 1 }
        flights[ticket] = Flight(
            endpointId: endpointId,
            bytes: entry.bytes,
            version: entry.version,
            isUrgent: isUrgent,
            startedAt: now
        )
        begun.append(ticket)
        return Start(ticket: ticket, item: entry.item, begunAt: now, leasedAt: entry.since)
    }
}
