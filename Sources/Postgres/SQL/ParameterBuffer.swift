/// The values of one statement in one buffer, as libpq wants to see them.
@safe
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []

    init(_ bindings: [SQL.Binding]) {
        for binding in bindings {
            offsets.append(binding.bytes == nil ? nil : bytes.count)
            lengths.append(Int32(binding.bytes?.count ?? 0))
            // The byte behind each value keeps an empty one from pointing past the buffer.
            bytes += (binding.bytes ?? []) + [0]
        }
    }

    /// Calls `body` with pointers that live as long as the call: values, their lengths, their formats (binary).
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) ->
            Result
    ) -> Result {
        let formats = [Int32](repeating: 1, count: lengths.count)
        return unsafe bytes.withUnsafeBytes { bytes in
            let pointers = unsafe offsets.map { offset in
                unsafe offset.flatMap {
                    unsafe bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self)
                }
            }
            return unsafe pointers.withUnsafeBufferPointer { pointers in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe body(pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
