/// A key of which printing, quoting and dumping show nothing but its prefix.
package protocol HiddenKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What its text begins with, which is no secret.
    static var prefix: String { get }
}

extension HiddenKey {
    package var description: String { "\(Self.prefix)(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
