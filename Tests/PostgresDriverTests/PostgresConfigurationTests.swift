import PostgresDriver
import Testing

struct PostgresConfigurationTests {
    @Test(arguments: ["", "localhost", "http://localhost/db", "dbname=usher", "postgresql://host/db?no_such_option=1"])
    func `a URL that libpq cannot use is refused`(url: String) async throws {
        let error = try await failure { try PostgresConfiguration(url: url) }
        #expect(error.code == .configuration)
    }

    @Test func `the password appears in no description`() throws {
        let configuration = try PostgresConfiguration(url: "postgresql://usher:topsecret@localhost/db")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("topsecret"))
        }
    }

    @Test func `the error about a URL does not quote it`() async throws {
        let error = try await failure { try PostgresConfiguration(url: "postgresql://usher:topsecret%ZZ@localhost/db") }
        #expect(!"\(error)".contains("topsecret"))
    }
}
