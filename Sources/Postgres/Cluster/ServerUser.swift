import Glibc

/// The user that the server runs as: this process's own, or `postgres` when this is root, since a server refuses
/// to run as root.
@safe
struct ServerUser: Sendable {
    let userID: uid_t
    let groupID: gid_t
    /// This process is root and gives its rights up for the server's programs.
    let dropsRights: Bool

    private static let unprivilegedName = "postgres"
    private static let recordBytesMax = 16 << 10

    static func current() throws(PostgresError) -> ServerUser {
        guard geteuid() == 0 else {
            return ServerUser(userID: geteuid(), groupID: getegid(), dropsRights: false)
        }
        var record = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: recordBytesMax)
        let status = unsafe getpwnam_r(unprivilegedName, &record, &buffer, buffer.count, &found)
        guard status == 0, unsafe found != nil else {
            throw .cluster(
                "as root a private Postgres needs the user '\(unprivilegedName)' to run as; create it or set"
                    + " REELGATE_DATABASE_URL"
            )
        }
        return ServerUser(userID: unsafe record.pw_uid, groupID: unsafe record.pw_gid, dropsRights: true)
    }

    /// The words before a command that make it run as this user.
    var commandPrefix: [String] {
        guard dropsRights else { return [] }
        return ["setpriv", "--reuid=\(userID)", "--regid=\(groupID)", "--init-groups", "--"]
    }
}
