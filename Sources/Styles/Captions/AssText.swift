/// The small notations of the ASS format.
enum AssText {
    /// Text that libass shows as it is, whatever characters it has.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in visible(text).unicodeScalars {
            switch scalar {
            case "{": result += "\\{"
            case "}": result += "\\}"
            // The joiner, which has no width, keeps libass from reading `\N` and the like.
            case "\\": result += "\\\u{2060}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Text without line breaks and without what is not to be seen.
    static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}": result += " "
            default:
                if !isHidden(scalar) { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }

    /// Controls, and marks that turn the direction of what follows.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || (0x202A...0x202E).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
    }

    /// `&HBBGGRR&`, the colour of an override.
    static func color(_ color: HexColor) -> String { "&H\(hex(color))&" }

    /// `&HAABBGGRR`, the colour of a style; alpha 0 is opaque.
    static func styleColor(_ color: HexColor, alpha: UInt8 = 0) -> String { "&H\(hex(alpha))\(hex(color))" }

    /// A font name that cannot break the line that it stands in.
    static func fontName(_ text: String) -> String {
        text.filter { ($0.isLetter || $0.isNumber || $0 == " " || $0 == "-") && $0.isASCII }
    }

    /// `H:MM:SS.cc`.
    static func time(centiseconds: Int) -> String {
        let seconds = centiseconds / 100
        return "\(seconds / 3_600):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(two(centiseconds % 100))"
    }

    private static func hex(_ color: HexColor) -> String {
        hex(color.blue) + hex(color.green) + hex(color.red)
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
