/// Name of an artifact inside its stage's namespace: `<kind>[/<clip>[.<variant>]].<ext>`.
///
/// `media.mp4`, `framing/clip-01.json`, `rendition/clip-01.9x16.mp4`. Names from outside are parsed here, so no
/// client's path ever reaches the file system.
package struct ArtifactName: Hashable, Sendable, CustomStringConvertible {
    package let kind: String
    package let clip: String?
    package let variant: String?
    package let fileExtension: String

    package init(_ kind: String, clip: String? = nil, variant: String? = nil, fileExtension: String = "json")
    {
        self.kind = kind
        self.clip = clip
        self.variant = variant
        self.fileExtension = fileExtension
    }

    /// Reads a name that came from outside; nil when it has any other shape.
    package init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 120 else { return nil }
        let last = parts[parts.count - 1].split(separator: ".", omittingEmptySubsequences: false)
        guard last.count >= 2, last.count <= (parts.count == 2 ? 3 : 2) else { return nil }
        let words = parts.dropLast() + last
        guard words.allSatisfy(Self.isPlain) else { return nil }
        kind = String(parts.count == 2 ? parts[0] : last[0])
        clip = parts.count == 2 ? String(last[0]) : nil
        variant = last.count == 3 ? String(last[1]) : nil
        fileExtension = String(last[last.count - 1])
    }

    package var description: String {
        let stem = [clip, variant].compactMap(\.self).joined(separator: ".")
        return stem.isEmpty ? "\(kind).\(fileExtension)" : "\(kind)/\(stem).\(fileExtension)"
    }

    /// Media type of content with this extension.
    package var mediaType: String {
        switch fileExtension {
        case "json": "application/json"
        case "mp4": "video/mp4"
        case "wav": "audio/wav"
        case "jpg": "image/jpeg"
        case "png": "image/png"
        case "srt": "application/x-subrip"
        case "vtt": "text/vtt"
        default: "application/octet-stream"
        }
    }

    private static func isPlain(_ word: Substring) -> Bool {
        !word.isEmpty && word.utf8.count <= 40 && word.first != "-"
            && word.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
