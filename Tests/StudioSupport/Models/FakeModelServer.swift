package import Editorial
package import LoopbackSupport
import Threads

/// A server that speaks the Anthropic Messages API and both of OpenAI's, as their contracts say, or badly on request.
package final class FakeModelServer: Sendable {
    package enum Step: Sendable {
        /// Answers as asked.
        case work
        /// Answers as asked, with something changed.
        case change(@Sendable (JSONTree) -> JSONTree)
        /// A whole answer with this text.
        case text(String)
        /// An answer that ends with this stop or finish reason.
        case stop(String, text: String)
        case refuse
        /// Some answer of no API.
        case answer(LoopbackAnswer)
        /// Reads the question and says nothing.
        case silence
    }

    package static let key = "sk-test-0123456789"

    private let server: LoopbackServer
    private let asked: Locked<[FakeQuestion]>

    package var url: String { server.url }
    package var questions: [FakeQuestion] { asked.withLock(\.self) }

    package init(_ script: @escaping @Sendable (FakeQuestion) -> Step = { _ in .work }) throws {
        let asked = Locked<[FakeQuestion]>([])
        self.asked = asked
        server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                guard let api = Self.api(request), let body = JSONTree(parsing: request.body) else {
                    guard connection.respond(LoopbackAnswer(404)) else { return }
                    continue
                }
                let question = asked.withLock { questions in
                    let question = FakeQuestion(
                        api: api,
                        index: questions.count,
                        request: request,
                        body: body
                    )
                    questions.append(question)
                    return question
                }
                guard
                    let answer = FakeModelAnswers.refusal(question) ?? Self.answer(question, script(question))
                else {
                    connection.waitForClose()
                    return
                }
                guard connection.respond(answer) else { return }
            }
        }
    }

    package func stop() { server.stop() }

    private static func api(_ request: LoopbackRequest) -> FakeQuestion.API? {
        switch (request.method, request.target) {
        case ("POST", "/v1/messages"): .messages
        case ("POST", "/v1/chat/completions"): .chat
        case ("POST", "/v1/responses"): .responses
        default: nil
        }
    }

    private static func answer(_ question: FakeQuestion, _ step: Step) -> LoopbackAnswer? {
        switch step {
        case .work: FakeModelAnswers.answer(question, text: FakeEditor.answer(question).text)
        case .change(let change):
            FakeModelAnswers.answer(question, text: change(FakeEditor.answer(question)).text)
        case .text(let text): FakeModelAnswers.answer(question, text: text)
        case .stop(let reason, let text): FakeModelAnswers.answer(question, text: text, reason: reason)
        case .refuse: FakeModelAnswers.declined(question)
        case .answer(let answer): answer
        case .silence: nil
        }
    }
}
