/// A picture of three bytes a pixel in the order blue, green, red.
package struct BGRFrame: Sendable {
    package let width: Int
    package let height: Int
    /// Bytes from one line to the next; may be more than three times the width.
    package let stride: Int
    package let bytes: [UInt8]
}
