/// Decides who of several faces speaks, and when, by the turns of the transcript and by the motion of mouths.
///
/// Pure arithmetic. A turn says when the speaker changes, mouths say whose it is.
package struct SpeakerFinder: Sendable {
    /// In a turn of one of several voices a mouth has to move so many times as much as the next one.
    package var leadMin = 1.15
    /// The same where no turns help: a head that turns also moves its mouth.
    package var leadAloneMin = 1.5
    /// Where mouths alone change the speaker more often, they are not believed.
    package var changeAloneMsMin = 3_000
    /// No change of the picture follows another one sooner.
    package var standMsMin = 1_000
    /// Not to know for a shorter time is no reason to change the picture.
    package var unsureMsMin = 2_000
    /// Three stretches in a row that are all shorter are too fast to cut between.
    package var calmMsMin = 2_000
    /// Where less of a shot is known, all of it is taken as unknown.
    package var knownShareMin = 0.5
    /// A voice belongs to a face that has this share of its turns.
    package var voteShareMin = 0.65
    /// So much of its turns a voice has to be heard with, before it belongs to a face.
    package var voteMsMin = 2_000
    /// A mouth that leads by so much in one turn is believed before the turn's voice.
    package var contradictionLeadMin = 2.0

    package init() {}

    /// Who speaks, from the shot's start to its end.
    package func stretches(
        shot: Shot,
        trackIDs: [Int],
        samples: [MouthSample],
        speech: [Range<Int>],
        turns: [SpeakerTurn]
    ) -> [SpokenStretch] {
        let unknown = [SpokenStretch(startMs: shot.startMs, endMs: shot.endMs, trackID: nil)]
        guard
            let mouths = MouthWindows(shot: shot, trackIDs: trackIDs, samples: samples, speech: speech)
        else { return unknown }
        let inside = turns.compactMap { turn -> SpeakerTurn? in
            let (start, end) = (max(turn.startMs, shot.startMs), min(turn.endMs, shot.endMs))
            return start < end ? SpeakerTurn(speaker: turn.speaker, startMs: start, endMs: end) : nil
        }
        let voices = Set(inside.map(\.speaker)).count
        var found: [SpokenStretch] = []
        if voices == 1 {
            // One voice is one face all through, or the voices were not told apart.
            let best = MouthWindows.liveliest(mouths.motion(from: shot.startMs, to: shot.endMs))
            guard let best, best.lead >= leadAloneMin else { return unknown }
            return [SpokenStretch(startMs: shot.startMs, endMs: shot.endMs, trackID: best.trackID)]
        }
        if voices > 1 { found = settled(byTurns(inside, mouths), shot) }
        if !isKnown(found, shot) {
            found = settled(byMouths(mouths), shot)
            let isHasty = found.count > 2 && shot.lengthMs / found.count < changeAloneMsMin
            if isHasty { return unknown }
        }
        return isKnown(found, shot) ? found : unknown
    }

    /// One stretch a turn.
    private func byTurns(_ inside: [SpeakerTurn], _ mouths: MouthWindows) -> [SpokenStretch] {
        let seen = inside.map { MouthWindows.liveliest(mouths.motion(from: $0.startMs, to: $0.endMs)) }
        let faces = faces(ofVoices: inside, seen)
        return zip(inside, seen).map { turn, seen in
            var face = faces[turn.speaker]
            if let seen, seen.lead >= (face == nil ? leadMin : contradictionLeadMin) { face = seen.trackID }
            return SpokenStretch(startMs: turn.startMs, endMs: turn.endMs, trackID: face)
        }
    }

    /// The face of each voice that has one of its own all through the shot.
    private func faces(
        ofVoices turns: [SpeakerTurn],
        _ seen: [(trackID: Int, lead: Double)?]
    ) -> [String: Int] {
        var votes: [String: [Int: Int]] = [:]
        for (turn, seen) in zip(turns, seen) {
            guard let seen, seen.lead >= leadMin else { continue }
            votes[turn.speaker, default: [:]][seen.trackID, default: 0] += turn.endMs - turn.startMs
        }
        var faces: [String: Int] = [:]
        for (speaker, counts) in votes {
            let all = counts.values.reduce(0, +)
            let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
            guard let best, all >= voteMsMin, Double(best.value) >= Double(all) * voteShareMin else {
                continue
            }
            faces[speaker] = best.key
        }
        // One face with two voices: one of them is wrong, and nobody knows which.
        let counts = Dictionary(grouping: faces.values) { $0 }
        return faces.filter { counts[$0.value]?.count == 1 }
    }

    /// The mouth that leads, window by window.
    private func byMouths(_ mouths: MouthWindows) -> [SpokenStretch] {
        var found: [SpokenStretch] = []
        for window in mouths.windows where window.hasSpeech {
            // One window is too short for a syllable with the lips closed.
            let around = mouths.motion(
                from: window.startMs - MouthWindows.windowMs,
                to: window.endMs + MouthWindows.windowMs
            )
            guard let best = MouthWindows.liveliest(around) else { continue }
            let speaker = best.lead >= leadAloneMin ? best.trackID : nil
            if let last = found.last, last.trackID == speaker {
                found[found.count - 1].endMs = window.endMs
            } else {
                found.append(
                    SpokenStretch(startMs: window.startMs, endMs: window.endMs, trackID: speaker)
                )
            }
        }
        return found
    }

    private func isKnown(_ stretches: [SpokenStretch], _ shot: Shot) -> Bool {
        let known = stretches.reduce(0) { $0 + ($1.trackID == nil ? 0 : $1.lengthMs) }
        return known > 0 && Double(known) >= Double(shot.lengthMs) * knownShareMin
    }

    /// The stretches without gaps, long enough to be looked at, and calm.
    private func settled(_ stretches: [SpokenStretch], _ shot: Shot) -> [SpokenStretch] {
        guard !stretches.isEmpty else { return [] }
        var joined = merged(stretches)
        // A pause belongs to who spoke before it; the next one is on at the first word.
        for index in joined.indices {
            joined[index].startMs = index == 0 ? shot.startMs : max(shot.startMs, joined[index].startMs)
            joined[index].endMs = index + 1 < joined.count ? joined[index + 1].startMs : shot.endMs
        }
        joined = calmed(joined)
        while let index = joined.indices.first(where: { isTooShort(joined[$0]) }), joined.count > 1 {
            let short = joined.remove(at: index)
            if index > 0 {
                joined[index - 1].endMs = short.endMs
            } else {
                joined[0].startMs = short.startMs
            }
            joined = merged(joined)
        }
        return calmed(joined)
    }

    private func isTooShort(_ stretch: SpokenStretch) -> Bool {
        stretch.lengthMs < (stretch.trackID == nil ? unsureMsMin : standMsMin)
    }

    /// Neighbours of the same face as one.
    private func merged(_ stretches: [SpokenStretch]) -> [SpokenStretch] {
        stretches.reduce(into: []) { found, stretch in
            if let last = found.last, last.trackID == stretch.trackID {
                found[found.count - 1].endMs = stretch.endMs
            } else {
                found.append(stretch)
            }
        }
    }

    /// Where three or more of several faces are short in a row, they are shown together instead.
    private func calmed(_ stretches: [SpokenStretch]) -> [SpokenStretch] {
        var found = stretches
        var index = 0
        while index < stretches.count {
            let run = stretches[index...].prefix { $0.lengthMs < calmMsMin }
            let isHasty = run.count >= 3 && Set(run.compactMap(\.trackID)).count > 1
            if isHasty { for hasty in run.indices { found[hasty].trackID = nil } }
            index += max(1, run.count)
        }
        return merged(found)
    }
}
