import CConfine

/// What a process gives up before it reads something hostile.
package enum Confinement {
    /// Gives up sockets, other programs, and all ways into other processes; false where the system does not know how.
    package static func isolate() -> Bool { cconfine_isolate() == 0 }

    /// Gives up all files but `readable`, those in the folder `writable`, and the system's own.
    ///
    /// It holds for this thread and those that it starts; false where the system does not know how.
    package static func keepOnly(readable: String, writable: String) -> Bool {
        unsafe cconfine_files(readable, writable) == 0
    }
}
