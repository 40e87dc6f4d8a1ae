import ArgumentParser
import Logging

/// What every command that needs the configuration takes.
struct SharedOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "A YAML file with settings; the environment goes before it.")
    var configurationFile: String?

    /// Reads the configuration and begins to log as it says.
    ///
    /// - Returns: The configuration, and the logger that the command's parts share.
    func load() throws -> (configuration: UsherConfiguration, logger: Logger) {
        let configuration = try UsherConfiguration.load(file: configurationFile)
        configuration.logFormat.bootstrap()
        var logger = Logger(label: "usher")
        logger.logLevel = configuration.logLevel
        return (configuration, logger)
    }
}
