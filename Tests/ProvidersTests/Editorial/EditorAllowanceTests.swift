import Contracts
import Editorial
import LoopbackSupport
import StudioSupport
import Testing
import Threads

@testable import Providers

/// A hosted editor that shares its model with others, and its budget with attempts before it.
@Suite struct EditorAllowanceTests {
    /// Counts in memory; `waits` come before each question is admitted.
    private final class Book: EditorAllowance {
        struct Entry: Equatable {
            let tokensMax: Int
            var tokens: Int?
        }

        let before: Int
        private let waits: Locked<[Int]>
        private let entries = Locked<[Entry]>([])

        init(before: Int = 0, waits: [Int] = []) {
            self.before = before
            self.waits = Locked(waits)
        }

        var all: [Entry] { entries.withLock(\.self) }

        func tokensBefore() async throws -> Int { before }

        func admit(tokens: Int) async throws -> EditorAdmission {
            if let ms = waits.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return .wait(ms: ms) }
            return entries.withLock { entries in
                entries.append(Entry(tokensMax: tokens))
                return .admitted(questionId: "\(entries.count - 1)")
            }
        }

        func settle(_ questionId: String, tokens: Int) async throws {
            entries.withLock { $0[Int(questionId) ?? 0].tokens = tokens }
        }
    }

    private static func request(_ book: Book) -> EditorialRequest {
        var request = ModelDesk.talk
        request.allowance = book
        return request
    }

    @Test func `every question is admitted and settled at what it has cost`() async throws {
        let desk = try ModelDesk { question in
            question.index == 0 ? .answer(LoopbackAnswer(429)) : .work
        }
        defer { desk.server.stop() }
        let book = Book()

        let plan = try await desk.editor(desk.model(.messages)).plan(Self.request(book))

        let tokens = try #require(plan.provenance?.tokens)
        #expect(book.all.count == desk.server.questions.count)
        #expect(book.all.first?.tokens == 0, "what was turned away costs nothing")
        #expect(book.all.reduce(0) { $0 + ($1.tokens ?? .max / 8) } == tokens.input + tokens.output)
        #expect(book.all.allSatisfy { $0.tokensMax > HostedLimits().answerTokensMax })
    }

    @Test func `what earlier attempts have had is missing in the budget`() async throws {
        let desk = try ModelDesk()
        defer { desk.server.stop() }
        var limits = HostedLimits()
        limits.tokensPerRun = 50_000
        let rich = Book(before: 10_000)
        let poor = Book(before: 49_999)

        let whole = try await desk.editor(desk.model(.messages), limits: limits).plan(Self.request(rich))
        let asked = desk.server.questions.count
        let none = try await desk.editor(desk.model(.messages), limits: limits).plan(Self.request(poor))

        #expect(ModelDesk.fallbacks(whole) == [] && asked > 0)
        #expect(desk.server.questions.count == asked && poor.all.isEmpty)
        #expect(none.model == "embedded/scorer-1" && none.provenance?.fallback == .whole)
        let told = try #require(ModelDesk.fallbacks(none).first).detail
        #expect(told.contains("50000 tokens that one run may use"))
        #expect(told.contains("earlier attempts have had 49999"))
    }

    @Test func `a question waits for its place`() async throws {
        let desk = try ModelDesk()
        defer { desk.server.stop() }
        let book = Book(waits: [2_000, 30_000])

        let plan = try await desk.editor(desk.model(.messages)).plan(Self.request(book))

        #expect(desk.paused == [2_000, 30_000] && ModelDesk.fallbacks(plan) == [])
    }

    @Test func `a question that finds no place in time is not asked`() async throws {
        let desk = try ModelDesk()
        defer { desk.server.stop() }
        var limits = HostedLimits()
        limits.totalMs = 100_000
        let book = Book(waits: Array(repeating: 40_000, count: 9))

        let plan = try await desk.editor(desk.model(.messages), limits: limits).plan(Self.request(book))

        #expect(desk.paused == [40_000, 40_000] && desk.server.questions.isEmpty)
        #expect(plan.provenance?.fallback == .whole)
        #expect(ModelDesk.fallbacks(plan).map(\.detail).joined().contains("as much as it may be"))
    }

    @Test(.timeLimit(.minutes(1))) func `a cancelled question is settled, too`() async throws {
        let desk = try ModelDesk { _ in .silence }
        defer { desk.server.stop() }
        let book = Book()
        let editor = desk.editor(desk.model(.messages))
        let work = Task { try await editor.plan(Self.request(book)) }
        while desk.server.questions.isEmpty { await Task.yield() }

        work.cancel()

        await #expect(throws: CancellationError.self) { try await work.value }
        let entry = try #require(book.all.first)
        // Nobody knows whether it was worked on.
        #expect(book.all.count == 1 && (entry.tokens ?? 0) > 0)
    }
}
