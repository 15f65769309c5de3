/// A stretch of one shot in which the crop of no aspect ratio changes.
package struct FramedStretch: Sendable, Hashable {
    package let startMs: Int
    package let endMs: Int
    package let shotIndex: Int
    package let crops: [CropRatio: ShotCrop]

    package init(startMs: Int, endMs: Int, shotIndex: Int, crops: [CropRatio: ShotCrop]) {
        self.startMs = startMs
        self.endMs = endMs
        self.shotIndex = shotIndex
        self.crops = crops
    }
}
