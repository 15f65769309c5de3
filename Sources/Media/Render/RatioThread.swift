import Foundation

/// Runs one ratio on a thread of its own, so that the encoders work side by side.
final class RatioThread: Sendable {
    /// What the decoding thread hands over.
    ///
    /// Unchecked: a frame or packet in an item is a reference of its own, and the sender forgets it.
    enum Item: @unchecked Sendable {
        case picture(Frame, clipMs: Double, index: Int)
        case sound(Packet)
        case end
    }

    /// Enough to smooth out uneven frames; each waiting picture may hold 3 MB.
    private static let itemsMax = 12

    private let queue = BoundedQueue<Item>(capacity: itemsMax)
    private let outcome = BoundedQueue<Result<RenderedFile, MediaError>>(capacity: 1)

    init(_ renderer: RatioRenderer) {
        let thread = Thread { [queue, outcome] in
            outcome.push(Self.work(renderer, queue))
            queue.close(dropping: true)
        }
        thread.name = "render"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Hands over one item; false if the ratio has failed or ended.
    func push(_ item: Item) -> Bool { queue.push(item) }

    /// Whether the thread takes nothing more, because it failed or is done.
    var hasEnded: Bool { queue.hasClosed }

    /// Gives the ratio up.
    func abort() { queue.close(dropping: true) }

    /// Waits for the thread and returns what it made.
    func wait() -> Result<RenderedFile, MediaError> {
        outcome.pop() ?? .failure(MediaError(.encodeFailed, "a ratio ended without a result"))
    }

    private static func work(
        _ renderer: RatioRenderer,
        _ queue: BoundedQueue<Item>
    ) -> Result<RenderedFile, MediaError> {
        do throws(MediaError) {
            while let item = queue.pop() {
                switch item {
                case .picture(let frame, let clipMs, let index):
                    try renderer.add(picture: frame, clipMs: clipMs, index: index)
                case .sound(let packet): try renderer.add(sound: packet)
                case .end: return .success(try renderer.finish())
                }
            }
            throw MediaError(.cancelled, "the rendering was given up")
        } catch {
            renderer.discard()
            return .failure(error)
        }
    }
}
