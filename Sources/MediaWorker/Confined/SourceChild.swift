import Contracts
import Foundation
import Glibc
import Media
import Subprocesses
import Threads

/// The process in which a source is read: it carries out one order and ends.
package enum SourceChild {
    /// The only argument of a worker's program that is started for this.
    package static let argument = "transcode-source"

    private static let newsInterval: TimeInterval = 0.5

    /// Reads an order from standard input and tells on standard output what comes of it.
    package static func run() -> Never {
        let progress = Locked(0.0)
        // An ignored signal is inherited, and these two tell which limit was reached.
        for limit in [SIGXCPU, SIGXFSZ] { signal(limit, SIG_DFL) }
        say(SourceNews(isIsolated: Confinement.isolate()))
        guard let line = readLine(),
            let order = try? WireJSON.decode(SourceOrder.self, from: Data(line.utf8))
        else { _exit(2) }
        say(
            SourceNews(
                isConfined: Confinement.keepOnly(readable: order.source, writable: order.folder)
            )
        )
        // Started last, so that they have given up what this thread has.
        endWithParent()
        tellOfWork(progress)
        do throws(MediaError) {
            let result = try SourceWork.run(order) { part in progress.withLock { $0 = part } }
            say(SourceNews(result: result))
        } catch {
            let peakBytes = UsageMeter.peakRSSBytes()
            say(
                SourceNews(
                    failure: .init(code: error.code.rawValue, detail: error.detail, peakBytes: peakBytes)
                )
            )
        }
        // What libraries would do at an ordinary end is not wanted while threads run.
        _exit(0)
    }

    private static let voice = Locked(FileHandle.standardOutput)

    /// Writes one line; a process that cannot tell anybody ends.
    private static func say(_ news: SourceNews) {
        do {
            let line = try WireJSON.encode(news) + [UInt8(ascii: "\n")]
            try voice.withLock { try $0.write(contentsOf: line) }
        } catch {
            _exit(3)
        }
    }

    private static func tellOfWork(_ progress: Locked<Double>) {
        let thread = Thread {
            var told = -1
            while true {
                let steps = WorkCounter.count
                if steps > told { say(SourceNews(steps: steps, progress: progress.withLock(\.self))) }
                told = steps
                Thread.sleep(forTimeInterval: newsInterval)
            }
        }
        thread.name = "news"
        thread.start()
    }

    /// Whoever started this process holds the other end of standard input, and nothing more is written to it.
    private static func endWithParent() {
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { _exit(4) }
            }
        }
        thread.name = "parent-watch"
        thread.start()
    }
}
