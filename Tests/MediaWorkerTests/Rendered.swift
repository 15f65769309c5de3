import Contracts
import Foundation
import Media
import MediaWorker
import Testing
import Threads

/// Files of a short as the worker renders them over a dark clip.
enum Rendered {
    static func files(
        _ short: Composition.Short,
        clip: Data? = nil,
        assets: [String: Data] = [:]
    ) async throws -> [AspectRatio: Data] {
        let clip = try clip ?? SampleMedia.darkVideo(seconds: (short.leadMs + short.durationMs) / 1_000 + 1)
        let engines = EmbeddedEngines.bare()
        let files = Locked<[AspectRatio: Data]>([:])
        try await WorkerHarness.run(handlers: engines.handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/\(short.clip).mp4", clip)] + assets.map { ($0.key, $0.value) },
                parameters: .init(short: short),
                seconds: 280
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()
            try #require(report.state == .completed, "\(String(describing: report.error))")
            for canvas in short.canvases {
                let name = "rendition/\(short.clip).\(canvas.aspectRatio.slug).mp4"
                files.withLock { $0[canvas.aspectRatio] = worker.gateway.upload(name) }
            }
        }
        return files.withLock { $0 }
    }

    /// Hands out every picture of a file, with its time.
    static func pictures(
        _ file: Data,
        width: Int,
        each: (_ timeMs: Int, _ picture: BGRFrame) -> Void
    ) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "ink-\(UUID().uuidString).mp4")
        try file.write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        try FrameSampler.sample(
            path: path.path(percentEncoded: false),
            fromMs: 0,
            toMs: 60_000,
            framesPerSecond: 30,
            width: width
        ) { timeMs, picture in
            each(timeMs, picture)
            return true
        }
    }
}

/// Where one picture has the colours of captions, in columns of a picture 270 wide.
struct CaptionInk {
    let ratio: AspectRatio
    let timeMs: Int
    private(set) var yellow: Range<Int>?
    private(set) var white: Range<Int>?
    private(set) var isInSafeArea = true

    var ink: Range<Int>? {
        guard let yellow else { return white }
        guard let white else { return yellow }
        return min(yellow.lowerBound, white.lowerBound)..<max(yellow.upperBound, white.upperBound)
    }

    static func read(_ file: Data, ratio: AspectRatio) throws -> [CaptionInk] {
        var all: [CaptionInk] = []
        try Rendered.pictures(file, width: 270) { timeMs, picture in
            all.append(CaptionInk(ratio, timeMs, picture))
        }
        return all
    }

    private init(_ ratio: AspectRatio, _ timeMs: Int, _ picture: BGRFrame) {
        (self.ratio, self.timeMs) = (ratio, timeMs)
        // Distances from the edges that platforms cover: sides, top and bottom.
        let (side, top, bottom) = ratio == .portrait ? (0.06, 0.10, 0.20) : (0.06, 0.06, 0.08)
        for line in 0..<picture.height {
            for column in 0..<picture.width {
                let at = line * picture.stride + column * 3
                let (blue, green, red) = (picture.bytes[at], picture.bytes[at + 1], picture.bytes[at + 2])
                guard red > 170, green > 150 else { continue }
                if blue < 90 { yellow = Self.adding(column, to: yellow) }
                if blue > 170 { white = Self.adding(column, to: white) }
                let (x, y) = (
                    Double(column) / Double(picture.width), Double(line) / Double(picture.height)
                )
                if x < side || x > 1 - side || y < top || y > 1 - bottom { isInSafeArea = false }
            }
        }
    }

    private static func adding(_ column: Int, to range: Range<Int>?) -> Range<Int> {
        guard let range else { return column..<column + 1 }
        return min(range.lowerBound, column)..<max(range.upperBound, column + 1)
    }
}
