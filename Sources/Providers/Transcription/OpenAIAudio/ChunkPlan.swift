/// One piece of the audio, as it is sent in one request.
struct AudioChunk: Sendable, Hashable {
    /// Bytes of the file.
    let bytes: Range<Int64>
    /// Where the piece begins in the audio.
    let startMs: Int

    var lengthMs: Int { Int(bytes.upperBound - bytes.lowerBound) / WaveHeader.bytesPerMs }
    var endMs: Int { startMs + lengthMs }
}

/// Cuts audio into pieces that overlap, each small enough for one request.
enum ChunkPlan {
    static let chunksMax = 4_000

    static func chunks(
        _ header: WaveHeader,
        chunkBytesMax: Int,
        chunkMsMax: Int,
        overlapMs: Int
    ) throws(AnswerFault) -> [AudioChunk] {
        let perMs = WaveHeader.bytesPerMs
        let lengthMsMax = min(chunkBytesMax / perMs, chunkMsMax)
        // A piece that is mostly overlap would never come to the end.
        let stepMs = max(lengthMsMax - overlapMs, lengthMsMax / 2, 1)
        var chunks: [AudioChunk] = []
        var startMs = 0
        while true {
            guard chunks.count < chunksMax else {
                throw AnswerFault("the audio is too long to be sent in pieces")
            }
            let first = header.dataStart + Int64(startMs * perMs)
            let end = header.dataStart + header.dataBytes
            let last = min(first + Int64(lengthMsMax * perMs), end)
            guard last > first else { break }
            chunks.append(AudioChunk(bytes: first..<last, startMs: startMs))
            if last == end { break }
            startMs += stepMs
        }
        return chunks
    }
}
