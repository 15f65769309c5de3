import CLibav

/// Pieces of filter graph text.
enum FilterText {
    /// Escapes a value, such as a file name, for use inside a filter graph.
    ///
    /// Two parsers read it: the graph's, which knows quotes and separators, then the filter's own options.
    static func escape(_ value: String) -> String {
        escape(escape(value, "\\':"), "\\'[],; \t\n")
    }

    private static func escape(_ value: String, _ special: String) -> String {
        var escaped = ""
        for character in value {
            if special.contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }

    /// A source for pictures like `frame`.
    static func videoSource(_ name: String, _ frame: Frame, _ timeBase: AVRational) -> String {
        let aspect = frame.sampleAspect
        let known = aspect.num > 0 && aspect.den > 0
        return "buffer@\(name)=video_size=\(frame.width)x\(frame.height):pix_fmt=\(frame.format)"
            + ":time_base=\(timeBase.num)/\(timeBase.den)"
            + ":pixel_aspect=\(known ? aspect.num : 1)/\(known ? aspect.den : 1)"
    }

    /// A source for sound like `frame`.
    static func audioSource(_ name: String, _ frame: Frame, _ timeBase: AVRational) -> String {
        "abuffer@\(name)=time_base=\(timeBase.num)/\(timeBase.den):sample_rate=\(frame.sampleRate)"
            + ":sample_fmt=\(frame.format):channel_layout=\(escape(frame.channelLayoutName))"
    }

    /// Options for `scale` that end in limited-range BT.709, whatever the frame says or leaves out.
    static func toBT709(_ frame: Frame) -> String {
        // swscale takes an unnamed matrix for BT.601, which is wrong for HD.
        let unnamed = frame.colorSpace == AVCOL_SPC_UNSPECIFIED
        let source = unnamed && frame.height >= 720 ? ":in_color_matrix=bt709" : ""
        return "out_color_matrix=bt709:out_range=tv\(source)"
    }

    static func isHighDynamicRange(_ frame: Frame) -> Bool {
        frame.colorTransfer == AVCOL_TRC_SMPTE2084 || frame.colorTransfer == AVCOL_TRC_ARIB_STD_B67
    }

    /// Maps HDR pictures to BT.709.
    static let toneMap =
        "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
        + "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
}
