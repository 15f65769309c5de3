/// Width to height of a rendition, as 9 to 16.
package struct CropRatio: Sendable, Hashable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        precondition(width > 0 && height > 0)
        self.width = width
        self.height = height
    }

    package static let portrait = CropRatio(width: 9, height: 16)
    package static let square = CropRatio(width: 1, height: 1)
    package static let landscape = CropRatio(width: 16, height: 9)
}
