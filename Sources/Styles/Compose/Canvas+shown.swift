package import Contracts

extension Composition.Canvas {
    /// The canvas with the times of its shots in the time of the short; a shot that is cut out lasts no time.
    package func shown(in short: Composition.Short) -> Composition.Canvas {
        guard short.keptRangesMs != nil else { return self }
        let kept = KeptTime(short)
        var shown = self
        for index in shots.indices {
            shown.shots[index].startMs = kept.output(shots[index].startMs)
            shown.shots[index].endMs = kept.output(shots[index].endMs)
        }
        return shown
    }
}
