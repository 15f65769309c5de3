import ArgumentParser
import MediaWorker

/// One program for the worker and for the processes in which it reads sources.
@main
enum Program {
    static func main() async {
        if Array(CommandLine.arguments.dropFirst()) == [SourceChild.argument] { SourceChild.run() }
        await ReelgateWorker.main()
    }
}
