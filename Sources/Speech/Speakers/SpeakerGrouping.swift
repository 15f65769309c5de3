/// Tells speakers apart by how the voices of their sentences sound.
///
/// The result is a suggestion: who speaks a sentence is its likeliest speaker, and a change of speaker within a
/// sentence is not seen.
package struct SpeakerGrouping: Sendable {
    /// Two groups of sentences whose voices are on average this alike are one speaker.
    package var likenessMin: Float = 0.78
    /// A group with less speech is no speaker of its own.
    package var speakerMsMin = 4000
    /// Shorter sentences say too little of a voice to found a group.
    package var windowsMin = 2
    /// So many sentences, the longest, are grouped; the others join the speaker that they sound like.
    package var sentencesGroupedMax = 1200

    package init() {}

    /// The speaker of each sentence (`speaker-0` is who speaks first); nil for all without voices.
    package func speakers(sentencesMs: [Range<Int>], voices: [VoiceWindow]) -> [String?] {
        let unknown = [String?](repeating: nil, count: sentencesMs.count)
        let sounds = sentencesMs.map { sound(of: $0, voices) }
        let heard = sounds.indices.filter { sounds[$0].count >= windowsMin }
        let founders = heard.sorted { (sounds[$1].count, $0) < (sounds[$0].count, $1) }
            .prefix(sentencesGroupedMax).sorted()
        guard !founders.isEmpty else { return unknown }

        let groups = grouped(founders.map { sounds[$0] }).map { group in group.map { sounds[founders[$0]] } }
        let sized = groups.map { group in
            (sound: Sound(group), lengthMs: group.reduce(0) { $0 + $1.count } * VoiceWindow.stepMs)
        }
        var speakers = sized.filter { $0.lengthMs >= speakerMsMin }.map(\.sound)
        if speakers.isEmpty, let longest = sized.max(by: { $0.lengthMs < $1.lengthMs }) {
            speakers = [longest.sound]
        }

        return labelled(sounds.map { nearest($0, speakers) })
    }

    /// The mean direction of some windows, and how many they are.
    struct Sound {
        var vector: [Float]
        var count: Int

        init(_ parts: [Sound]) {
            count = parts.reduce(0) { $0 + $1.count }
            var sum = [Float](repeating: 0, count: parts.first?.vector.count ?? 0)
            for part in parts {
                for (index, value) in part.vector.enumerated() where index < sum.count {
                    sum[index] += value * Float(part.count)
                }
            }
            vector = VoiceWindow.normalised(sum)
        }

        init(_ window: VoiceWindow) {
            vector = window.vector
            count = 1
        }
    }

    private func sound(of sentenceMs: Range<Int>, _ voices: [VoiceWindow]) -> Sound {
        // Voices are in order of time: only those near the sentence are looked at.
        var first = 0
        var end = voices.count
        while first < end {
            let middle = (first + end) / 2
            if voices[middle].middleMs < sentenceMs.lowerBound - 200 {
                first = middle + 1
            } else {
                end = middle
            }
        }
        let near = voices[first...].prefix { $0.middleMs <= sentenceMs.upperBound + 200 }
        return Sound(near.map { Sound($0) })
    }

    private func nearest(_ sound: Sound, _ speakers: [Sound]) -> Int? {
        guard sound.count > 0 else { return nil }
        return speakers.indices.max {
            VoiceWindow.likeness(sound.vector, speakers[$0].vector)
                < VoiceWindow.likeness(sound.vector, speakers[$1].vector)
        }
    }

    /// Joins the two most alike groups until none are alike enough; groups are lists of indices.
    private func grouped(_ sounds: [Sound]) -> [[Int]] {
        var groups: [[Int]?] = sounds.indices.map { [$0] }
        var weights = sounds.map { Float($0.count) }
        var likeness = sounds.map { a in sounds.map { b in VoiceWindow.likeness(a.vector, b.vector) } }
        func mostAlike(_ row: Int) -> Int? {
            groups.indices.filter { $0 != row && groups[$0] != nil }.max {
                likeness[row][$0] < likeness[row][$1]
            }
        }
        var best = sounds.indices.map { mostAlike($0) }
        while true {
            let rows = groups.indices.filter { groups[$0] != nil && best[$0] != nil }
            let worth = { (row: Int) in likeness[row][best[row] ?? row] }
            guard let kept = rows.max(by: { worth($0) < worth($1) }), let gone = best[kept],
                likeness[kept][gone] >= likenessMin
            else { break }
            let share = weights[kept] / (weights[kept] + weights[gone])
            for other in rows where other != kept && other != gone {
                let mean = share * likeness[kept][other] + (1 - share) * likeness[gone][other]
                likeness[kept][other] = mean
                likeness[other][kept] = mean
            }
            weights[kept] += weights[gone]
            groups[kept] = (groups[kept] ?? []) + (groups[gone] ?? [])
            groups[gone] = nil
            for row in groups.indices where groups[row] != nil {
                if row == kept || best[row] == kept || best[row] == gone { best[row] = mostAlike(row) }
            }
        }
        return groups.compactMap { $0 }
    }

    /// Numbers the speakers by who speaks first; a sentence too short to tell belongs to who spoke before.
    private func labelled(_ found: [Int?]) -> [String?] {
        var names: [Int: String] = [:]
        var last = found.lazy.compactMap { $0 }.first
        return found.map { speaker in
            last = speaker ?? last
            guard let last else { return nil }
            if names[last] == nil { names[last] = "speaker-\(names.count)" }
            return names[last]
        }
    }
}
