import Contracts

/// What stands for the parts of an accepted run's JSON that are not kept with it.
///
/// No JSON text can contain these characters.
enum RunTextMarks {
    static let moment = "\u{1}"
    static let jobs = "\u{2}"
    static let message = "\u{3}"
    static let run = "\u{4}"

    private static let momentByte: UInt8 = 1
    private static let jobsByte: UInt8 = 2
    private static let coreLength = 25
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// What the id of a run has in common with those of its jobs.
    static func core(_ runId: String) -> String {
        String(runId.utf8.dropFirst(4).prefix(coreLength)) ?? ""
    }

    /// The id of the job at this place of the workflow, 1 first; `insert_runs` makes the same.
    static func jobId(runId: String, position: Int) -> String { "job_\(core(runId))\(digits[position])" }

    /// Puts the parts in.
    static func fill(_ text: some Sequence<UInt8>, moment: String, jobs: [UInt8]) -> [UInt8] {
        var filled: [UInt8] = []
        filled.reserveCapacity(text.underestimatedCount + jobs.count + 64)
        for byte in text {
            switch byte {
            case momentByte: filled += moment.utf8
            case jobsByte: filled += jobs
            default: filled.append(byte)
            }
        }
        return filled
    }
}
