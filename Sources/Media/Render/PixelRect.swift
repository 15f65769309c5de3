/// A rectangle in pixels, counted from the top left corner.
package struct PixelRect: Sendable, Hashable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The same rectangle on even pixels, since two neighbours share their colour.
    var even: PixelRect {
        PixelRect(x: x / 2 * 2, y: y / 2 * 2, width: width / 2 * 2, height: height / 2 * 2)
    }

    func fits(width pictureWidth: Int, height pictureHeight: Int) -> Bool {
        x >= 0 && y >= 0 && width >= 16 && height >= 16 && x + width <= pictureWidth
            && y + height <= pictureHeight
    }
}
