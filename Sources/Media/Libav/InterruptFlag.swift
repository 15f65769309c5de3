import CLibav

/// What libav's blocking reads and writes ask whether they should give up.
@safe
final class InterruptFlag {
    let cancel: @Sendable () -> Bool

    init(_ cancel: @escaping @Sendable () -> Bool) { self.cancel = cancel }

    /// The C callback; `self` must outlive the context that holds it.
    @unsafe
    var callback: AVIOInterruptCB {
        unsafe AVIOInterruptCB(
            callback: { opaque in
                guard let opaque = unsafe opaque else { return 0 }
                return unsafe Unmanaged<InterruptFlag>.fromOpaque(opaque).takeUnretainedValue().cancel()
                    ? 1 : 0
            },
            opaque: unsafe Unmanaged.passUnretained(self).toOpaque()
        )
    }
}
