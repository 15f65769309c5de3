import Contracts

extension String {
    /// The text with a capital at its start and a full stop at its end.
    var sentence: String { (prefix(1).uppercased() + dropFirst()).closed }
}

extension Double {
    /// Rounded to one decimal, as far as loudness can be told.
    var tenths: Double { (self * 10).rounded() / 10 }
}
