extension FakeSetup {
    /// Services that find faces: their descriptions stand here, with `stage: .framing`.
    static let vision: [FakeSetup] = []
}
