/// Nothing but the address, which only the provider was given: Shotstack, Creatomate, Vizard, Klap, Submagic.
///
/// Whoever learns the address can send anything, so such a callback is a reason to ask the provider and no more.
package struct CapabilityVerifier: CallbackVerifier {
    package init() {}

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .verified(messageId: callback.digestId, trust: .capability)
    }
}
