/// The names of the providers that a run may ask for, by need.
package struct ProviderNames: Sendable {
    package var transcription: Set<String>
    package var vision: Set<String>
    package var render: Set<String>
    package var editorial: Set<String>

    package init(
        transcription: Set<String> = ["embedded"],
        vision: Set<String> = ["embedded"],
        render: Set<String> = ["embedded"],
        editorial: Set<String> = ["embedded"]
    ) {
        self.transcription = transcription
        self.vision = vision
        self.render = render
        self.editorial = editorial
    }
}
