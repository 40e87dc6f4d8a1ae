/// The mails' layout, as Mustache templates.
///
/// The HTML template escapes every `{{value}}`; it puts values between tags only, never into an attribute. The text
/// template switches escaping off.
enum Templates {
    static let text = """
        {{% CONTENT_TYPE:TEXT}}
        {{headline}}.

        {{#opening}}
        {{.}}
        {{#last()}}

        {{/last()}}
        {{/opening}}
        {{event}}
        {{venue}}
        {{starts}}

        {{#places}}
          {{name}}: {{quantity}} × {{price}}
        {{/places}}

        {{#facts}}
        {{name}}: {{value}}
        {{/facts}}
        {{#tickets}}
        {{#first()}}

        Your tickets, one for each place:
        {{/first()}}

          {{number}}. {{place}}
          {{token}}
        {{/tickets}}
        {{#closing}}

        {{.}}
        {{/closing}}
        """

    static let html = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Your booking</title></head>
        <body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto">
        <h1>{{headline}}</h1>
        {{#opening}}
        {{#first()}}
        <p>
        {{/first()}}
        {{.}}<br>
        {{#last()}}
        </p>
        {{/last()}}
        {{/opening}}
        <p><strong>{{event}}</strong><br>{{venue}}<br>{{starts}}</p>
        <ul>
        {{#places}}
        <li>{{name}}: {{quantity}} × {{price}}</li>
        {{/places}}
        </ul>
        <p>
        {{#facts}}
        {{name}}: <strong>{{value}}</strong><br>
        {{/facts}}
        </p>
        {{#tickets}}
        {{#first()}}
        <h2>Your tickets, one for each place</h2>
        <ol>
        {{/first()}}
        <li>{{place}}<br><code style="word-break: break-all">{{token}}</code></li>
        {{#last()}}
        </ol>
        {{/last()}}
        {{/tickets}}
        {{#closing}}
        <p>{{.}}</p>
        {{/closing}}
        </body></html>
        """
}
