import AsyncHTTPClient
import ArgumentParser
import Configuration
import Hummingbird
import Yams



@main struct UsherPlaceholder { static func main() {} }
