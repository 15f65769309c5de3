/// Makes a failing sequence short enough to be read.
package enum Shrinking {
    /// The shortest sequence that is found by leaving parts of `steps` out while `fails` still says yes.
    package static func shortest<Step>(_ steps: [Step], fails: ([Step]) -> Bool) -> [Step] {
        var best = steps
        var size = max(best.count / 2, 1)
        while size >= 1 {
            var start = 0
            while start < best.count {
                var shorter = best
                shorter.removeSubrange(start..<min(start + size, best.count))
                if fails(shorter) { best = shorter } else { start += size }
            }
            size /= 2
        }
        return best
    }
}
