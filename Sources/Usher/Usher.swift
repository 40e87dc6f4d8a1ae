import ArgumentParser

/// `usher`: one program for the server, its parts, and the tools around it.
@main
struct Usher: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher", abstract: "Usher sells what must never be sold twice.",
        discussion: "Settings come from the environment and a YAML file: see `usher configuration`.",
        subcommands: [
            ServeCommand.self, MigrateCommand.self, NotifyCommand.self, VerifyCommand.self, DemoCommand.self,
            SimulateCommand.self, TicketsCommand.self, RoleCommand.self, ConfigurationCommand.self, MetricsCommand.self,
            DoctorCommand.self,
        ])
}
