import CLibpq
import Glibc

/// A child process in a session of its own, with no file of ours open.
///
/// Foundation's `Process` waits for the end of a socket that the child inherits; a server that goes into the
/// background keeps it open for ever.
struct SpawnedProcess: Sendable {
    let id: pid_t

    /// Starts `words` with standard input from nowhere and both outputs appended to a file.
    init(words: [String], environment: [String: String], outputPath: String) throws(PostgresError) {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        // Signals that this process ignores or blocks must reach the child.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGPIPE] {
            unsafe sigaddset(&signals, signal)
        }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | clibpq_spawn_new_session
        unsafe posix_spawnattr_setflags(&attributes, flags)

        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for index in unsafe arguments.indices { unsafe free(arguments[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        var id: pid_t = 0
        let status = unsafe posix_spawnp(&id, words[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else {
            throw .cluster("cannot start '\(words[0])': \(unsafe String(cString: strerror(status)))")
        }
        self.id = id
    }

    /// Waits for the end of the process and returns its exit status, 128 and more for a signal (blocks).
    func waitUntilExit() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 {
            // Somebody else reaped it, or children are reaped by themselves.
            if errno != EINTR { return 0 }
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
