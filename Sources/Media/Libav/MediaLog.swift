import CLibav

/// Keeps libav from writing to standard error: what matters of its log comes back as error codes.
enum MediaLog {
    /// The first use does it for the process.
    static func silence() { _ = isSilent }

    private static let isSilent: Bool = {
        av_log_set_level(AV_LOG_QUIET)
        return true
    }()
}
