import ArgumentParser
import Contracts
import MediaWorker

/// One program for the worker and for the processes in which it reads sources and files of styles.
@main
enum Program {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments == [SourceChild.argument] { SourceChild.run() }
        if arguments.first == StyleFileVerdict.argument { FileCheckChild.run(Array(arguments.dropFirst())) }
        await ReelgateWorker.main()
    }
}
