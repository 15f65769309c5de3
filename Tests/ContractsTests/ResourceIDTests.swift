import Contracts
import Foundation
import Testing

@Suite struct ResourceIDTests {
    @Test(arguments: [0, 1_796_116_200.123, 4_102_444_800]) func `an id tells when it was made`(
        seconds: Double
    ) {
        let id = ResourceID.make(.task, now: Date(timeIntervalSince1970: seconds))

        let madeAt = ResourceID.madeAt(id)?.timeIntervalSince1970
        #expect(madeAt.map { abs($0 - seconds) < 0.002 } == true)
    }

    @Test(arguments: ["", "tsk_1", "tsk_", "tsk_01jdf8w3n7q2k5m9x4c6v8b0aU"])
    func `what is no id of ours tells nothing`(text: String) {
        #expect(ResourceID.madeAt(text) == nil)
    }
}
