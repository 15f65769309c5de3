import Contracts
import Glibc
import Media
import Subprocesses

/// Makes a problem of the way in which reading a source came to nothing.
struct SourceVerdict {
    let limits: SourceLimits

    /// Memory in use from which on a crash is put down to the lack of more.
    ///
    /// What was asked for in vain was never held, so it lies well below the limit.
    private var memoryBytesSuspect: Int64 { limits.process.memoryBytes / 2 }
    private static let detailLengthMax = 300

    func problem(for verdict: SourceWatch.Verdict) -> Problem {
        switch verdict {
        case .stalled:
            Problem(
                .sourceUnreadable,
                detail: "decoding it hung: nothing was read or written for \(limits.stallMs / 1_000) s"
            )
        case .overtime: overLimit("decoding it takes longer than \(limits.totalMs / 60_000) minutes")
        }
    }

    /// `peakBytes` is the most memory that the process was seen to hold.
    func problem(for end: ProcessEnd, peakBytes: Int64) -> Problem {
        switch end.how {
        case .status(let status):
            return Problem(.sourceUnreadable, detail: "decoding it broke off (status \(status))")
        case .silent: return Problem(.sourceUnreadable, detail: "decoding it broke off without a word")
        case .signal(SIGXCPU):
            return overLimit("decoding it needs more than \(limits.process.cpuSeconds) s of processor time")
        case .signal(SIGXFSZ):
            return overLimit("it becomes larger than \(limits.process.fileBytesMax >> 20) MiB")
        case .signal(let signal) where [SIGKILL, SIGTERM, SIGINT, SIGHUP].contains(signal):
            return Problem(
                .stageFailed,
                detail: "decoding it was ended from outside (signal \(signal)), as when memory runs out",
                retryable: true
            )
        case .signal where peakBytes >= memoryBytesSuspect: return outOfMemory
        case .signal(let signal):
            return Problem(.sourceUnreadable, detail: "decoding it crashed (signal \(signal))")
        }
    }

    /// What the process itself told, which is not believed to be short or plain.
    func problem(for failure: SourceNews.Failure) -> Problem {
        guard let code = MediaError.Code(rawValue: failure.code) else { return astray }
        // Libraries rarely say that memory is what they lack.
        let isOurs = [.encodeFailed, .io].contains(code)
        if code == .outOfMemory || isOurs && failure.peakBytes ?? 0 >= memoryBytesSuspect {
            return outOfMemory
        }
        let plain = failure.detail.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }
        let detail = String(String.UnicodeScalarView(plain)).prefix(Self.detailLengthMax)
        return ProblemMapping.problem(for: MediaError(code, String(detail)))
    }

    /// For lines that are none of ours.
    var astray: Problem {
        Problem(.sourceUnreadable, detail: "decoding it went astray: what came of it is no result")
    }

    private var outOfMemory: Problem {
        overLimit("decoding it needs more than \(limits.process.memoryBytes >> 20) MiB of memory")
    }

    private func overLimit(_ what: String) -> Problem {
        Problem(.sourceOverLimit, detail: "\(what), the most that a source of its size is given")
    }
}
