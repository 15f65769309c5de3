/// Why a database was refused.
package enum MigrationError: Error, Equatable, CustomStringConvertible {
    case newerDatabase(String)
    case otherHistory(expected: String, found: String)
    case edited(String)
    case missing(String, database: Int)
    case locked(String)

    package var description: String {
        switch self {
        case .newerDatabase(let name):
            "the database has step '\(name)', which this version neither knows nor works with: start a newer version"
        case .otherHistory(let expected, let found):
            "the database has step '\(found)' in the place of '\(expected)'"
        case .edited(let name): "step '\(name)' was changed after it was applied"
        case .missing(let name, let database):
            "the database is at step \(database) and lacks '\(name)': run `reelgate migrate`, or set "
                + "REELGATE_MIGRATE=auto"
        case .locked(let name):
            "step '\(name)' did not get its locks: something holds the tables for long; try again"
        }
    }
}
