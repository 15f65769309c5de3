import CLibav

/// A configured filter graph.
///
/// Sources are named `buffer@NAME` or `abuffer@NAME` and sinks `buffersink@NAME` or
/// `abuffersink@NAME` in its text.
@safe
final class FilterGraph {
    @unsafe private let graph: UnsafeMutablePointer<AVFilterGraph>

    init(_ text: String, threads: Int = 1) throws(MediaError) {
        guard let graph = unsafe avfilter_graph_alloc() else { throw LibavCall.outOfMemory() }
        unsafe self.graph = unsafe graph
        unsafe graph.pointee.nb_threads = Int32(threads)
        var inputs: UnsafeMutablePointer<AVFilterInOut>? = nil
        var outputs: UnsafeMutablePointer<AVFilterInOut>? = nil
        let parsed = unsafe avfilter_graph_parse2(graph, text, &inputs, &outputs)
        let isOpen = unsafe inputs != nil || outputs != nil
        unsafe avfilter_inout_free(&inputs)
        unsafe avfilter_inout_free(&outputs)
        try LibavCall.check(parsed, .encodeFailed, "a filter graph was not understood")
        if isOpen { throw MediaError(.encodeFailed, "a filter graph has loose ends") }
        try LibavCall.check(
            unsafe avfilter_graph_config(graph, nil),
            .encodeFailed,
            "a filter graph cannot be set up"
        )
    }

    deinit {
        var graph: UnsafeMutablePointer<AVFilterGraph>? = unsafe self.graph
        unsafe avfilter_graph_free(&graph)
    }

    /// Feeds a frame, of which the graph takes its own reference; nil ends the source.
    func push(_ frame: Frame?, to source: String) throws(MediaError) {
        let filter = unsafe try find(source)
        let flags = Int32(AV_BUFFERSRC_FLAG_KEEP_REF)
        let result = unsafe av_buffersrc_add_frame_flags(filter, frame?.pointer, flags)
        if result == clibav_end { return }
        try LibavCall.check(result, .encodeFailed, "a filter graph refused a frame")
    }

    /// Takes the next filtered frame; false if there is none now.
    func pull(from sink: String, into frame: Frame) throws(MediaError) -> Bool {
        frame.clear()
        let result = unsafe av_buffersink_get_frame(try find(sink), frame.pointer)
        if result == clibav_again || result == clibav_end { return false }
        try LibavCall.check(result, .encodeFailed, "a filter graph failed")
        return true
    }

    /// The time base of what the sink gives.
    func timeBase(of sink: String) throws(MediaError) -> AVRational {
        unsafe av_buffersink_get_time_base(try find(sink))
    }

    @unsafe
    private func find(_ name: String) throws(MediaError) -> UnsafeMutablePointer<AVFilterContext> {
        guard let filter = unsafe avfilter_graph_get_filter(graph, name) else {
            throw MediaError(.encodeFailed, "a filter graph has no '\(name)'")
        }
        return unsafe filter
    }
}
