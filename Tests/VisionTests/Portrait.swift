import Foundation

/// A picture in blue, green and red bytes, made of NASA's portrait of an astronaut (public domain, 192x192).
struct Portrait {
    var width: Int
    var height: Int
    var bgr: [UInt8]

    static let side = 192

    /// An empty grey canvas.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        bgr = [UInt8](repeating: 110, count: width * height * 3)
    }

    /// Puts the portrait at a place of the canvas, which must hold it.
    mutating func paste(x: Int, y: Int) throws {
        let rgb = try Self.rgb()
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                let from = (row * Self.side + column) * 3
                let to = ((y + row) * width + x + column) * 3
                (bgr[to], bgr[to + 1], bgr[to + 2]) = (rgb[from + 2], rgb[from + 1], rgb[from])
            }
        }
    }

    private static func rgb() throws -> [UInt8] {
        let file = repositoryRoot.appending(path: "Tests/Fixtures/portrait-192.ppm")
        return [UInt8](try Data(contentsOf: file).suffix(side * side * 3))
    }
}

/// The folder that holds Package.swift.
let repositoryRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The library that `scripts/setup` puts in place; without it these tests fail.
let libraryPath =
    (ProcessInfo.processInfo.environment["REELGATE_VENDOR_DIR"]
        ?? repositoryRoot.appending(path: ".vendor").path)
    + "/vision/libfacedetection.so"
