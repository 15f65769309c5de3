import CLibav

/// Renders a short: one pass over its clip, all ratios at once.
package enum ShortRenderer {
    /// Renders all ratios of `spec`; the results are in the order of the ratios, and one that fails leaves the others.
    ///
    /// Throws what concerns them all: a clip that cannot be read, a request that makes no sense, a cancel.
    package static func render(
        _ spec: ShortRenderSpec,
        cancel: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(MediaError) -> [Result<RenderedFile, MediaError>] {
        guard !spec.ratios.isEmpty, spec.leadMs >= 0, spec.durationMs > 0 else {
            throw MediaError(.invalidRequest, "a short needs a duration and at least one ratio")
        }
        let pass = try RenderPass(spec, cancel: cancel)
        do throws(MediaError) {
            try pass.run(progress)
        } catch {
            pass.abort()
            throw error
        }
        let results = pass.results()
        progress(1)
        return results
    }
}
