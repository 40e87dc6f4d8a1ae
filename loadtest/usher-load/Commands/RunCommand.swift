import ArgumentParser
import Foundation
import NIOCore
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run a scenario.")

    @Argument(help: "A scenario's name (see list), or a YAML file.")
    var scenario: String

    @Option(help: "The server.")
    var url = "http://127.0.0.1:8080"

    @Option(help: "Event loops; the virtual users are dealt out over them.")
    var threads = 1

    @Option(help: "Virtual users, in place of the scenario's; for an arrival rate, the most of them.")
    var vus: Int?

    @Option(help: "The scenarios' length, such as 30s; stages are stretched.")
    var duration: PlanTime?

    @Option(help: "Iterations a second, in place of the scenario's; stages are scaled to this peak.")
    var rate: Double?

    @Option(name: .customLong("env"), help: "KEY=VALUE for the journeys, in front of the scenario's env.")
    var env: [String] = []

    @Option(help: "Of all random choices.")
    var seed: UInt64 = 1

    @Option(help: "json=FILE: k6's lines of metrics and points, one point a second and series.")
    var out: String?

    @Option(help: "Write the summary as JSON, in k6's form.")
    var summaryExport: String?

    @Option(help: "Write the run as one HTML file, with curves and a map of the seats.")
    var report: String?

    @Flag(help: "Run `usher verify` at the end, with this environment: it must be the server's.")
    var verify = false

    @Option(help: "The program usher, for --verify.")
    var usher = ".build/release/usher"

    @Option(help: "The server's process id, to compare its processor time with.")
    var serverPid: Int?

    @Flag(help: "No progress line.")
    var quiet = false

    func run() async throws {
        do {
            OpenFiles.raiseLimit()
            let run = try makeRun()
            let verification = verify ? try StoreVerification(program: usher) : nil
            let result = try await perform(run)
            if let verification { try keepPromises(verification) }
            if let status = result.exitStatus { throw ExitCode(status) }
        } catch let exit as ExitCode {
            throw exit
        } catch {
            say("usher-load: \(error)\n")
            throw ExitCode(2)
        }
    }

    private func makeRun() throws -> Run {
        let shipped = ShippedScenarios.yaml(scenario)
        guard let yaml = try shipped ?? readFile(scenario) else {
            throw PlanError(
                "there is neither a file nor a scenario \(scenario): see `usher-load list`")
        }
        var plan = try PlanReader.read(yaml, file: shipped == nil ? scenario : "\(scenario).yaml")
        try PlanOverrides(vus: vus, duration: duration?.amount, rate: rate).apply(to: &plan)
        guard (1...64).contains(threads) else { throw PlanError("--threads is \(threads), and must be from 1 to 64") }
        return Run(
            plan,
            RunOptions(
                server: try ServerAddress(url: url), threads: threads, env: try settings(), seed: seed,
                serverProcess: serverPid, looksAtSeats: report != nil))
    }

    /// A broken promise weighs more than any threshold.
    private func keepPromises(_ verification: StoreVerification) throws {
        print("\nusher verify:")
        // Its lines come from another process, and would overtake what this one has not yet written.
        fflush(nil)
        guard try verification.run() else {
            say("usher-load: a promise was broken: see the lines of usher verify\n")
            throw ExitCode(StoreVerification.brokenStatus)
        }
    }

    private func perform(_ run: Run) async throws -> RunResult {
        // Of this run alone, so that the names of what it makes are new.
        let label = String(UInt64(Date().timeIntervalSince1970 * 1000), radix: 36)
        var progress = Progress(duration: run.plan.length.inSeconds)
        var outputs = try outputs()
        announce(run)
        let result = try await stopping(run) {
            try await run.run(label: label) { second in
                if !quiet, let text = progress.text(of: second) { say(text) }
                for index in outputs.indices { try outputs[index].add(second) }
            }
        }
        if !quiet { say(progress.end) }
        for index in outputs.indices { try outputs[index].finish(result) }
        print(Summary(result).text, terminator: "")
        return result
    }

    /// Ends the run at Ctrl-C, with what was measured until then. At the second the process ends, whatever it does.
    private func stopping(_ run: Run, _ work: () async throws -> RunResult) async throws -> RunResult {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watch = Task {
            await withDiscardingTaskGroup { group in
                var isStopping = false
                for await signal in signals {
                    if isStopping { _exit(128 + signal.rawValue) }
                    isStopping = true
                    // Beside the next signal, which must not have to wait for a lane.
                    group.addTask { await run.stop() }
                }
            }
        }
        defer { watch.cancel() }
        return try await work()
    }

    private func outputs() throws -> [any RunOutput] {
        var outputs: [any RunOutput] = []
        if let out {
            guard out.hasPrefix("json="), out.count > 5 else { throw PlanError("--out \(out): give it as json=FILE") }
            outputs.append(try JSONPoints(path: String(out.dropFirst(5))))
        }
        if let summaryExport { outputs.append(SummaryExport(path: summaryExport)) }
        if let report { outputs.append(HTMLReport(path: report)) }
        return outputs
    }

    private func announce(_ run: Run) {
        guard !quiet else { return }
        for scenario in run.plan.scenarios {
            say("* \(scenario.name): \(scenario.executor.summary) (exec: \(scenario.exec))\n")
        }
    }

    private func readFile(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private func settings() throws(PlanError) -> [String: String] {
        var settings: [String: String] = [:]
        for entry in env {
            guard let equals = entry.firstIndex(of: "="), equals > entry.startIndex else {
                throw PlanError("--env \(entry): give it as KEY=VALUE")
            }
            settings[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
        }
        return settings
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// A time on the command line.
struct PlanTime: ExpressibleByArgument {
    let amount: TimeAmount

    init?(argument: String) {
        guard let amount = PlanDuration.parse(argument) else { return nil }
        self.amount = amount
    }
}

extension Plan {
    /// Until the last scenario ends, its graceful time left out.
    var length: TimeAmount { scenarios.map { $0.startTime + $0.executor.duration }.max() ?? .zero }
}
