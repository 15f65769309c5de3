import Foundation

/// Small media files made with the ffmpeg program.
enum SampleMedia {
    struct Failure: Error { let status: Int32 }

    /// Moving test pictures and a tone of H.264 and AAC in MP4.
    static func video(seconds: Int, size: String = "640x360") throws -> Data {
        try withTone("testsrc2=size=\(size):rate=30:duration=\(seconds)", seconds: seconds)
    }

    /// Nothing but dark grey, and a tone.
    static func darkVideo(seconds: Int) throws -> Data {
        try withTone("color=0x101010:size=640x360:rate=30:duration=\(seconds)", seconds: seconds)
    }

    /// Red on the left, blue on the right, and a tone.
    static func twoColors(seconds: Int) throws -> Data {
        try make(
            "mp4",
            [
                "-f", "lavfi", "-i", "color=red:size=640x360:rate=30:duration=\(seconds)",
                "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=\(seconds)",
                "-vf", "drawbox=x=320:w=320:color=blue:t=fill", "-c:v", "libx264", "-preset", "ultrafast",
                "-g", "30", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest",
            ]
        )
    }

    /// Stripes that stand still, but for a place as large as a mouth: in the left one they run until `changeAt`, then
    /// in the right one.
    static func mouths(at x: (left: Int, right: Int), y: Int, seconds: Int, changeAt: Int) throws -> Data {
        func place(_ x: Int) -> String { "between(X,\(x - 16),\(x + 16))*between(Y,\(y - 13),\(y + 13))" }
        let moves = "\(place(x.left))*lt(T,\(changeAt))+\(place(x.right))*gte(T,\(changeAt))"
        let light = "128+60*sin(X/3+Y/5+if(\(moves),T*20,0))"
        return try make(
            "mp4",
            [
                "-f", "lavfi", "-i", "color=gray:size=320x180:rate=24:duration=\(seconds)", "-vf",
                "geq=lum='\(light)':cb=128:cr=128", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt",
                "yuv420p",
            ]
        )
    }

    /// Pictures without sound.
    static func silentVideo() throws -> Data {
        try make(
            "mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=1", "-c:v", "libx264", "-preset",
                "ultrafast", "-pix_fmt", "yuv420p",
            ]
        )
    }

    /// Half a second of a loud tone and a white picture at each full second, a hum and black between them; the path.
    static func beeps(seconds: Int, rate: String) throws -> String {
        let tone = "0.05*sin(2*PI*100*t)+if(lt(mod(t\\,1)\\,0.5)\\,0.5*sin(2*PI*1000*t)\\,0)"
        let file = path("mp4")
        try write(
            file,
            [
                "-f", "lavfi", "-i",
                "color=black:size=160x90:rate=\(rate):duration=\(seconds)"
                    + ",drawbox=color=white:t=fill:enable='lt(mod(t\\,1)\\,0.5)'",
                "-f", "lavfi", "-i", "aevalsrc=\(tone):s=48000:d=\(seconds)", "-c:v", "libx264", "-preset",
                "ultrafast", "-g", "30", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k", "-shortest",
            ]
        )
        return file
    }

    /// A small picture.
    static func png() throws -> Data {
        try make("png", ["-f", "lavfi", "-i", "color=red:size=64x32", "-frames:v", "1"])
    }

    private static func withTone(_ picture: String, seconds: Int) throws -> Data {
        try make(
            "mp4",
            [
                "-f", "lavfi", "-i", picture,
                "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=\(seconds)",
                "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p",
                "-c:a", "aac", "-shortest",
            ]
        )
    }

    private static func make(_ fileExtension: String, _ arguments: [String]) throws -> Data {
        let file = path(fileExtension)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try write(file, arguments)
        return try Data(contentsOf: URL(filePath: file))
    }

    private static func path(_ fileExtension: String) -> String {
        FileManager.default.temporaryDirectory
            .appending(path: "sample-\(UUID().uuidString).\(fileExtension)").path(percentEncoded: false)
    }

    private static func write(_ file: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-v", "error", "-nostdin"] + arguments + [file]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    }
}
