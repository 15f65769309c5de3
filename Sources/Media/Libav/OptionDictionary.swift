import CLibav

/// Options for a libav open call; what is left after it was not understood.
@safe
final class OptionDictionary {
    @unsafe var pointer: OpaquePointer?

    init(_ options: [(String, String)]) {
        for (name, value) in options { unsafe av_dict_set(&pointer, name, value, 0) }
    }

    deinit { unsafe av_dict_free(&pointer) }

    /// The first option that the call did not take, if any.
    var unusedName: String? {
        guard let entry = unsafe av_dict_get(pointer, "", nil, AV_DICT_IGNORE_SUFFIX) else { return nil }
        return unsafe String(cString: entry.pointee.key)
    }

    /// One value of a dictionary that belongs to someone else.
    @unsafe
    static func value(_ name: String, in dictionary: OpaquePointer?) -> String? {
        guard let entry = unsafe av_dict_get(dictionary, name, nil, 0) else { return nil }
        return unsafe String(cString: entry.pointee.value)
    }
}
