import Contracts

/// Callbacks of Remotion: signed over the body alone, so that what the headers say has to be in the body, too.
struct RemotionVerifier: CallbackVerifier {
    private let code = BodyCodeVerifier.remotion()

    func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        let verdict = code.verify(callback)
        guard case .verified = verdict else { return verdict }
        // The words of a demonstration are not signed either; nothing of ours asks for one.
        guard callback.headers["x-remotion-mode"] == "production" else {
            return .rejected(reason: "it is a demonstration")
        }
        guard let told = RemotionAnswers.callback(callback.body) else {
            return .rejected(reason: "it names no render")
        }
        guard callback.headers["x-remotion-status"] == told.type else {
            return .rejected(reason: "its header and its body tell different ends")
        }
        return verdict
    }
}
