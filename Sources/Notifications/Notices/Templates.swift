/// The mails' words, as Mustache templates.
///
/// HTML templates escape every `{{value}}`; they put values between tags only, never into an attribute. Text templates
/// switch escaping off.
enum Templates {
    static let confirmedText = """
        {{% CONTENT_TYPE:TEXT}}
        Your booking is confirmed.

        {{event}}
        {{venue}}
        {{starts}}

        {{#places}}
          {{name}}: {{quantity}} × {{price}}
        {{/places}}

        Total paid: {{total}}
        Booking: {{booking}}

        Please bring this mail with you. We look forward to seeing you.
        """

    static let failedText = """
        {{% CONTENT_TYPE:TEXT}}
        Your booking did not succeed.

        {{reason}}
        {{advice}}

        {{event}}
        {{venue}}
        {{starts}}

        {{#places}}
          {{name}}: {{quantity}} × {{price}}
        {{/places}}

        Booking: {{booking}}
        """

    static let confirmedHTML =
        head + """
            <h1>Your booking is confirmed</h1>
            \(eventAndPlaces)
            <p>Total paid: <strong>{{total}}</strong><br>Booking: {{booking}}</p>
            <p>Please bring this mail with you. We look forward to seeing you.</p>
            </body></html>
            """

    static let failedHTML =
        head + """
            <h1>Your booking did not succeed</h1>
            <p>{{reason}}<br>{{advice}}</p>
            \(eventAndPlaces)
            <p>Booking: {{booking}}</p>
            </body></html>
            """

    private static let head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Your booking</title></head>
        <body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto">

        """

    private static let eventAndPlaces = """
        <p><strong>{{event}}</strong><br>{{venue}}<br>{{starts}}</p>
        <ul>
        {{#places}}
        <li>{{name}}: {{quantity}} × {{price}}</li>
        {{/places}}
        </ul>
        """
}
