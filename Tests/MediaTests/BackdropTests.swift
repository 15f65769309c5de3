import Media
import Testing

@Suite struct BackdropTests {
    let media: TestMedia

    init() throws { media = try TestMedia() }

    /// Red and blue halves, shown whole in a tall picture whose upper and lower parts are backdrop.
    private func pictures(_ backdrop: Backdrop) throws -> Pictures {
        let spec = ShortRenderSpec(
            clipPath: try media.halves(),
            leadMs: 500,
            durationMs: 2_000,
            ratios: [
                ShortRenderSpec.Ratio(
                    width: 180,
                    height: 320,
                    outputPath: media.path("fit.mp4"),
                    // Away and back again: the backdrop is that of every shot.
                    shots: [
                        Shot(startMs: 0, endMs: 700, layout: .fit),
                        Shot(
                            startMs: 700,
                            endMs: 1_400,
                            layout: .crop(PixelRect(x: 0, y: 0, width: 100, height: 180))
                        ),
                        Shot(startMs: 1_400, endMs: 2_000, layout: .fit),
                    ],
                    encoding: VideoEncoding(preset: "ultrafast", crf: 12),
                    backdrop: backdrop
                )
            ]
        )
        let file = try #require(try ShortRenderer.render(spec).first).get()
        #expect(file.frames == 60)
        return try Pictures(file.path, width: 180)
    }

    private func color(
        _ pictures: Pictures,
        _ index: Int,
        x: Int,
        y: Int
    ) -> (red: Int, green: Int, blue: Int) {
        let picture = pictures.frames[index]
        let at = y * picture.stride + x * 3
        return (Int(picture.bytes[at + 2]), Int(picture.bytes[at + 1]), Int(picture.bytes[at]))
    }

    private func isNear(
        _ color: (red: Int, green: Int, blue: Int),
        _ red: Int,
        _ green: Int,
        _ blue: Int
    ) -> Bool {
        abs(color.red - red) <= 8 && abs(color.green - green) <= 8 && abs(color.blue - blue) <= 8
    }

    @Test func `a colour lies behind pictures that are shown whole, as it is named`() throws {
        let pictures = try pictures(.color(.init(red: 0x20, green: 0x90, blue: 0x40)))

        for index in [0, 5, 20, 43, 59] {
            for y in [10, 90, 230, 310] {
                let found = color(pictures, index, x: 90, y: y)
                #expect(isNear(found, 0x20, 0x90, 0x40), "\(index) \(y): \(found)")
            }
            #expect(color(pictures, index, x: 30, y: 160).red > 180)
            #expect(color(pictures, index, x: 150, y: 160).blue > 180)
        }
        #expect(color(pictures, 30, x: 90, y: 10).red > 180)
    }

    @Test func `a picture covers the output, and a colour shows through it`() throws {
        // Green on the left, nothing on the right.
        let png = try media.make(
            "back.png",
            [
                "-f", "lavfi", "-i", "color=0x00C000:s=200x200,format=rgba", "-vf",
                "geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,100),255,0)'", "-frames:v", "1",
            ]
        )

        let pictures = try pictures(.image(path: png, over: .init(red: 0xC0, green: 0x20, blue: 0xC0)))

        for index in [0, 59] {
            let (left, right) = (
                color(pictures, index, x: 40, y: 20), color(pictures, index, x: 140, y: 300)
            )
            #expect(isNear(left, 0, 0xC0, 0), "\(left)")
            #expect(isNear(right, 0xC0, 0x20, 0xC0), "\(right)")
            #expect(color(pictures, index, x: 30, y: 160).red > 180)
        }
    }

    @Test func `a backdrop that is no picture fails its ratio`() throws {
        let text = try media.write("back.png", Array("no picture".utf8))

        #expect(throws: MediaError.self) {
            try pictures(.image(path: text, over: .init(red: 0, green: 0, blue: 0)))
        }
    }
}
