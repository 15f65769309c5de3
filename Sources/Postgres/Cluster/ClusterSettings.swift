/// How a private cluster is run.
package struct ClusterSettings: Sendable {
    /// Every commit is on disk before it is answered; only tests go without.
    package var isDurable = true
    /// The server ends when this process does, however that ends; otherwise the next start finds it and adopts it.
    package var diesWithProcess = false
    package var connectionsMax = 80
    package var sharedBuffersMegabytes = 128

    package init() {}

    /// The text of the server's settings file.
    func file(socketFolder: String) -> String {
        let switchWord = isDurable ? "on" : "off"
        return """
            listen_addresses = ''
            unix_socket_directories = '\(socketFolder.replacing("'", with: "''"))'
            unix_socket_permissions = 0700
            port = 5432
            max_connections = \(connectionsMax)
            shared_buffers = '\(sharedBuffersMegabytes)MB'
            work_mem = '8MB'
            maintenance_work_mem = '64MB'
            max_wal_size = '1GB'
            fsync = \(switchWord)
            synchronous_commit = \(switchWord)
            full_page_writes = \(switchWord)
            jit = off
            timezone = 'UTC'
            log_timezone = 'UTC'
            logging_collector = \(isDurable ? "on" : "off")
            log_directory = 'log'
            log_filename = 'postgres-%a.log'
            log_rotation_age = '1d'
            log_rotation_size = 0
            log_truncate_on_rotation = on
            log_parameter_max_length_on_error = 0
            log_error_verbosity = terse
            """ + "\n"
    }
}
