import Foundation
import Testing

@testable import UsherFaults

/// The scenarios that take little time, as `make faults` runs them all.
@Suite(.serialized, .ownStack, .timeLimit(.minutes(5)))
struct ShortScenarioTests {
    private static let names = Scenario.all(isQuick: true).filter(\.isShort).map(\.name)

    @Test("No promise is broken", arguments: names)
    func scenario(_ name: String) async throws {
        let scenario = try #require(Scenario.all(isQuick: true).first { $0.name == name })
        let report = try await Sale.run(scenario, try Self.options())
        #expect(report.isGood, "\(report.text())")
    }

    @Test(arguments: [Plant.uniqueIndexOff, .fenceOff])
    func `A fault that is planted is found`(_ plant: Plant) async throws {
        let scenario = try #require(Scenario.all(isQuick: true).first { $0.name == plant.scenario })
        let report = try await Sale.find(plant, in: scenario, try Self.options())
        #expect(!report.isGood)
    }

    private static func options() throws -> World.Options {
        // SwiftPM puts the program beside the tests.
        let folder = try #require(Bundle.main.executableURL?.deletingLastPathComponent())
        return World.Options(
            program: folder.appending(path: "usher"), repository: FaultsCommand.repository, name: OwnStack.name,
            seed: UInt64.random(in: 0...9_999), isQuick: true)
    }
}

/// Takes the suite's servers down when it is over.
private struct OwnStack: SuiteTrait, TestScoping {
    static let name = "faults-test"

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let stack = Stack(name: Self.name, repository: FaultsCommand.repository)
        do {
            try await function()
            try await stack.remove()
        } catch {
            try await stack.remove()
            throw error
        }
    }
}

extension Trait where Self == OwnStack {
    fileprivate static var ownStack: Self { Self() }
}
