import Notifications

extension UsherConfiguration.Mail {
    /// SMTP or a function when one of them is configured, and else a folder.
    ///
    /// - Parameter isUrgent: Whether somebody waits for its mails; others let sales go first.
    func transport(isUrgent: Bool = false) throws -> any MailTransport {
        if let smtpURL {
            SMTPTransport(configuration: try SMTPConfiguration(url: smtpURL.text), isUrgent: isUrgent)
        } else if let functionURL {
            FunctionTransport(configuration: try function(at: functionURL), isUrgent: isUrgent)
        } else {
            try MaildirTransport(directory: directory, isUrgent: isUrgent)
        }
    }

    private func function(at url: ServerURL) throws -> FunctionConfiguration {
        var function = try FunctionConfiguration(url: url.text)
        function.allowsPrivateAddresses = allowsPrivateURLs
        return function
    }

    /// The `From` of every mail.
    func sender() throws -> MailAddress {
        guard let sender = MailAddress(from) else { throw SenderError(address: from) }
        return sender
    }
}

private struct SenderError: Error, CustomStringConvertible {
    let address: String
    var description: String { "USHER_MAIL_FROM is \"\(address)\", which is no e-mail address." }
}
