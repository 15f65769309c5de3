package import Contracts

/// Decides whether a style can be drawn with the fonts and files that are there.
package enum StylePublication {
    package static let fileBytesMax = 16 << 20

    /// What is known of a file that a style pins.
    package struct File: Sendable, Hashable {
        package let sizeBytes: Int
        /// In words, as whoever decoded it says; nil: nothing.
        package let fault: String?

        package init(sizeBytes: Int, fault: String?) {
            self.sizeBytes = sizeBytes
            self.fault = fault
        }
    }

    /// Everything that stands against publishing, each at its JSON pointer; `files` are those that the style pins.
    package static func problems(
        _ document: StyleDocument,
        files: [StyleAsset: File],
        fonts: FontBook
    ) -> [Problem.Detail] {
        var check = StyleCheck()
        for (pointer, family) in families(document) where FontLibrary.families.contains(family) {
            check.require(
                fonts.has(family: family),
                pointer,
                "'\(family)' is not installed here; 'scripts/setup' does it"
            )
        }
        for (pointer, asset) in document.assets {
            guard let file = files[asset] else {
                check.require(false, pointer, "there is no \(asset.kind.rawValue) with this digest")
                continue
            }
            check.require(
                file.sizeBytes <= fileBytesMax,
                pointer,
                "the \(asset.kind.rawValue) has \(file.sizeBytes) bytes; it may have \(fileBytesMax)"
            )
            if let fault = file.fault {
                check.require(false, pointer, "is no usable \(asset.kind.rawValue): \(fault)")
            }
        }
        return StyleValidator.problems(document) + check.problems
    }

    /// The families that the style draws text in.
    private static func families(_ document: StyleDocument) -> [(pointer: String, family: String)] {
        var families: [(pointer: String, family: String)] = []
        if document.captions.enabled {
            families.append(("/captions/font_family", document.captions.fontFamily))
        }
        if let title = document.title { families.append(("/title/font_family", title.fontFamily)) }
        if let third = document.lowerThird {
            families.append(("/lower_third/font_family", third.fontFamily))
        }
        return families
    }
}
