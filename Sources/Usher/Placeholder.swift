import ArgumentParser
import AsyncHTTPClient
import Configuration
import Hummingbird
import Yams

@main struct UsherPlaceholder { static func main() {} }
