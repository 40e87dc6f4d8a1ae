// Shows openapi.json: what each route takes and answers, with a form to try it. No outside host is asked for anything.

const methods = ["get", "post", "put", "patch", "delete"];
const tokenField = document.getElementById("token");
tokenField.value = sessionStorage.getItem("token") ?? "";
tokenField.addEventListener("input", () => sessionStorage.setItem("token", tokenField.value));

const api = await (await fetch("/openapi.json")).json();
const page = document.getElementById("document");
const contents = document.getElementById("contents");
page.replaceChildren(...prose(api.info.description));

for (const tag of api.tags) {
  const list = element("ul");
  contents.append(element("h2", tag.name), list);
  const heading = element("h2", tag.name);
  page.append(heading, ...prose(tag.description));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of methods.filter((method) => item[method]?.tags.includes(tag.name))) {
      const operation = item[method];
      const link = element("a", operation.summary);
      link.href = `#${operation.operationId}`;
      const entry = element("li");
      entry.append(link);
      list.append(entry);
      page.append(operationSection(method, path, operation));
    }
  }
}
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();

// MARK: - One operation

function operationSection(method, path, operation) {
  const section = element("section");
  section.className = "operation";
  section.id = operation.operationId;
  const line = element("p");
  const verb = element("span", method);
  verb.className = `method ${method}`;
  const route = element("span", ` ${path}`);
  route.className = "path";
  line.append(verb, route);
  const callers = element("p", `For: ${operation["x-callers"].join(", ")}`);
  callers.className = "quiet";
  section.append(element("h3", operation.summary), line, ...prose(operation.description), callers);
  const parameters = (operation.parameters ?? []).map(resolve);
  if (parameters.length) section.append(parameterTable(parameters));
  const body = operation.requestBody?.content["application/json"];
  if (body) {
    section.append(element("h4", "Body"), schemaTable(resolve(body.schema)));
    for (const example of examples(body)) section.append(exampleBlock(example));
  }
  section.append(element("h4", "Answers"));
  for (const [status, response] of Object.entries(operation.responses)) {
    section.append(responseBlock(status, resolve(response)));
  }
  section.append(tryForm(method, path, parameters, body));
  return section;
}

function parameterTable(parameters) {
  return table(["parameter", "in", "type", "meaning"], parameters.map((parameter) => [
    code(parameter.name + (parameter.required ? "" : "?")), parameter.in, typeName(parameter.schema),
    inline(parameter.description ?? ""),
  ]));
}

function responseBlock(status, response) {
  const block = element("details");
  const summary = element("summary");
  summary.append(code(status), " ", inline(response.description));
  block.append(summary);
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    const line = element("p");
    line.append(code(name), ": ", inline(resolve(header).description ?? ""));
    block.append(line);
  }
  for (const [type, media] of Object.entries(response.content ?? {})) {
    const line = element("p", type);
    line.className = "quiet";
    block.append(line);
    const schema = resolve(media.schema ?? {});
    if (type === "application/json") block.append(schemaTable(schema));
    for (const example of examples(media)) block.append(exampleBlock(example));
  }
  return block;
}

function tryForm(method, path, parameters, body) {
  const block = element("details");
  block.append(element("summary", "Try it"));
  const form = element("form");
  const fields = parameters.filter((parameter) => parameter.in !== "cookie").map((parameter) => {
    const input = element("input");
    input.required = parameter.required ?? false;
    if (parameter.example !== undefined) input.placeholder = parameter.example;
    const label = element("label", `${parameter.name} `);
    label.append(input);
    form.append(label);
    return { parameter, input };
  });
  const text = element("textarea");
  if (body) {
    text.rows = 8;
    text.value = JSON.stringify(examples(body)[0]?.value ?? {}, null, 2);
    form.append(text);
  }
  const output = element("pre");
  output.hidden = true;
  const button = element("button", "Send");
  form.append(button, output);
  let stop;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (stop) return stop.abort();
    stop = new AbortController();
    button.disabled = true;
    output.hidden = false;
    output.textContent = "…";
    await send(request(method, path, fields, body ? text.value : undefined, stop.signal), output, button);
    button.textContent = "Send";
    button.disabled = false;
    stop = undefined;
  });
  block.append(form);
  return block;
}

function request(method, path, fields, body, signal) {
  const headers = {};
  const query = new URLSearchParams();
  for (const { parameter, input } of fields) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value.trim()));
    else if (input.value && parameter.in === "query") query.set(parameter.name, input.value);
    else if (input.value && parameter.in === "header") headers[parameter.name] = input.value;
  }
  if (tokenField.value) headers.Authorization = `Bearer ${tokenField.value.trim()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return [query.size ? `${path}?${query}` : path, { method: method.toUpperCase(), headers, body, signal }];
}

/** Shows the answer, and what a stream tells as it comes: it may have no end, so that `button` stops it. */
async function send([address, options], output, button) {
  try {
    const response = await fetch(address, options);
    const lines = [`${response.status} ${response.statusText}`];
    for (const [name, value] of response.headers) lines.push(`${name}: ${value}`);
    const head = `${lines.join("\n")}\n\n`;
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      const text = await response.text();
      output.textContent = head + pretty(text);
      keepToken(text);
      return;
    }
    output.textContent = head;
    button.textContent = "Stop";
    button.disabled = false;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      output.append(part.value);
      if (output.childNodes.length > 500) output.firstChild.remove();
    }
    output.append("The stream has ended.");
  } catch (error) {
    output.append(options.signal.aborted ? "\nStopped." : `\nNo answer: ${error.message}`);
  }
}

/** Whoever has signed in need not copy the token. */
function keepToken(text) {
  try {
    const { token, refresh_token: session } = JSON.parse(text);
    if (!token || !session) return;
    tokenField.value = token;
    sessionStorage.setItem("token", token);
  } catch {
    // Not every answer is JSON.
  }
}

// MARK: - Schemas and examples

function schemaTable(schema) {
  const rows = [];
  collect(schema, "", rows, 0);
  return table(["member", "type", "meaning"], rows);
}

function collect(schema, prefix, rows, depth) {
  for (const choice of [...(schema.oneOf ?? []), ...(schema.allOf ?? [])].map(resolve)) {
    if (choice.type !== "null") collect(choice, prefix, rows, depth);
  }
  if (schema.items) collect(resolve(schema.items), `${prefix}[]`, rows, depth);
  for (const [name, raw] of Object.entries(schema.properties ?? {})) {
    const member = resolve(raw);
    const path = prefix ? `${prefix}.${name}` : name;
    const optional = schema.required?.includes(name) ? "" : "?";
    rows.push([code(path + optional), typeName(member), inline(meaning(member))]);
    if (depth < 3) collect(member, path, rows, depth + 1);
  }
}

function typeName(raw) {
  const schema = resolve(raw ?? {});
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.oneOf) return [...new Set(schema.oneOf.map(typeName))].join(" or ");
  const types = [schema.type ?? "any"].flat();
  return types.map((type) => (type === "array" ? `list of ${typeName(schema.items)}` : type)).join(" or ");
}

function meaning(schema) {
  const parts = [schema.description];
  if (schema.enum) parts.push(schema.enum.map((value) => `\`${value}\``).join(", "));
  if (schema.minimum !== undefined && schema.maximum !== undefined) parts.push(`${schema.minimum} to ${schema.maximum}.`);
  if (schema.default !== undefined) parts.push(`Default: \`${JSON.stringify(schema.default)}\`.`);
  return parts.filter(Boolean).join(" ");
}

function examples(media) {
  return Object.entries(media.examples ?? {}).map(([name, example]) => ({ name, ...resolve(example) }));
}

function exampleBlock(example) {
  const block = element("details");
  const value = typeof example.value === "string" ? example.value : JSON.stringify(example.value, null, 2);
  const pre = element("pre");
  pre.append(element("code", value));
  block.append(element("summary", `Example: ${example.summary ?? example.name}`), pre);
  return block;
}

function resolve(object) {
  if (!object.$ref) return object;
  const { $ref, ...own } = object;
  const target = $ref.slice(2).split("/").reduce((part, key) => part[key], api);
  return { ...resolve(target), ...own };
}

// MARK: - Text

/** Paragraphs, lists, headings and code fences of Markdown; all that the document uses. */
function prose(markdown = "") {
  // A fence is one block, whatever blank lines it has.
  const blocks = markdown.split(/^(```[^]*?\n```)$/m)
    .flatMap((part, index) => (index % 2 ? part : part.split("\n\n")));
  return blocks.filter((block) => block.trim()).map((block) => {
    const fence = block.match(/^```\w*\n([^]*)\n```$/);
    if (fence) {
      const pre = element("pre");
      pre.append(element("code", fence[1]));
      return pre;
    }
    const heading = block.match(/^#+ (.*)$/);
    if (heading) return element("h2", heading[1]);
    if (/^(- |\d+\. )/.test(block)) {
      const list = element(block.startsWith("- ") ? "ul" : "ol");
      for (const line of block.split(/\n(?=- |\d+\. )/)) {
        const item = element("li");
        item.append(inline(line.replace(/^(- |\d+\. )/, "")));
        list.append(item);
      }
      return list;
    }
    const paragraph = element("p");
    paragraph.append(inline(block));
    return paragraph;
  });
}

function inline(text) {
  const fragment = document.createDocumentFragment();
  text.split("`").forEach((part, index) => fragment.append(index % 2 ? code(part) : part));
  return fragment;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function table(titles, rows) {
  const result = element("table");
  const head = element("tr");
  for (const title of titles) head.append(element("th", title));
  result.append(head);
  for (const row of rows) {
    const line = element("tr");
    for (const cell of row) {
      const data = element("td");
      data.append(cell);
      line.append(data);
    }
    result.append(line);
  }
  return result;
}

function code(text) {
  return element("code", text);
}

function element(name, text) {
  const result = document.createElement(name);
  if (text !== undefined) result.textContent = text;
  return result;
}
