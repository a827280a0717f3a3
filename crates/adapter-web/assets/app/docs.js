import { curlFor } from "./docs_example.js";
import { operationsByTag } from "./docs_model.js";
import { schemaView, typeName } from "./docs_schema.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

/** Draws the OpenAPI document of this server: every operation, by tag, with an example to paste. */

const contents = /** @type {HTMLElement} */ (document.getElementById("contents"));
const reference = /** @type {HTMLElement} */ (document.getElementById("reference"));

try {
  const response = await fetch("/api/v1/openapi.json");
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  draw(await response.json());
} catch (error) {
  fill(reference, h("p", { class: "notice", role: "alert" }, `The OpenAPI document could not be read: ${error.message}.`));
}

/** @param {any} document_ */
function draw(document_) {
  const groups = operationsByTag(document_);
  fill(contents, ...groups.map(contentsOf));
  fill(reference, intro(document_), ...groups.map((group) => groupView(document_, group)));
  openTarget();
  addEventListener("hashchange", openTarget);
}

/** @param {any} document_ */
function intro({ info, externalDocs }) {
  return h(
    "section",
    { class: "intro" },
    h("h1", {}, info.title, " ", h("span", { class: "muted" }, info.version)),
    ...prose(info.description),
    externalDocs?.url && h("p", {}, h("a", { href: externalDocs.url }, externalDocs.description ?? externalDocs.url)),
    h(
      "p",
      { class: "muted" },
      "Live events come over the WebSocket at ",
      h("code", {}, "/ws"),
      "; ",
      h("a", { href: "/sdk/rialto.js" }, "/sdk/rialto.js"),
      " is a client for it without dependencies.",
    ),
  );
}

/** @param {ReturnType<typeof operationsByTag>[number]} group */
function contentsOf({ name, operations }) {
  return h(
    "section",
    {},
    h("h2", {}, name),
    h("ul", {}, ...operations.map(({ id, method, path }) => h("li", {}, h("a", { href: `#${id}` }, methodBadge(method), h("span", {}, breakable(path)))))),
  );
}

/** @param {any} document_ @param {ReturnType<typeof operationsByTag>[number]} group */
function groupView(document_, { name, description, operations }) {
  return h(
    "section",
    { class: "group", "aria-label": name },
    h("h2", {}, name),
    ...prose(description),
    ...operations.map((operation) => operationView(document_, operation)),
  );
}

/** @param {any} document_ @param {any} operation */
function operationView(document_, { id, method, path, details, parameters, security }) {
  return h(
    "details",
    { class: "operation", id },
    h("summary", {}, methodBadge(method), h("code", { class: "path" }, breakable(path)), h("span", { class: "summary" }, details.summary ?? ""), lock(security)),
    h(
      "div",
      { class: "operation-body" },
      ...prose(details.description),
      parameters.length > 0 && section("Parameters", h("div", { class: "schema" }, ...parameters.map((one) => parameterView(document_, one)))),
      details.requestBody && section("Body", bodyView(document_, details.requestBody)),
      section("Example", h("pre", { tabindex: "0" }, h("code", {}, curlFor(document_, { method, path, details, parameters, security }, location.origin)))),
      section("Answers", ...Object.entries(details.responses ?? {}).map(([status, answer]) => answerView(document_, status, answer))),
    ),
  );
}

/** @param {boolean} needed */
function lock(needed) {
  return needed && h("span", { class: "lock", title: "Needs a token" }, icon("lock"), h("span", { class: "visually-hidden" }, "needs a token"));
}

/** @param {string} title @param {...Node} children */
function section(title, ...children) {
  return h("section", {}, h("h3", {}, title), ...children);
}

/** @param {any} document_ @param {any} parameter */
function parameterView(document_, { name, in: place, required, description, schema }) {
  return h(
    "div",
    { class: "property" },
    h("p", { class: "property-head" }, h("code", {}, name), h("span", { class: "type" }, `${typeName(schema, document_)} · ${place}`), required && h("span", { class: "required" }, "required")),
    ...prose(description),
  );
}

/** @param {any} document_ @param {any} body */
function bodyView(document_, { content = {}, description }) {
  const [mediaType, media] = Object.entries(content)[0] ?? ["", {}];
  return h("div", {}, ...prose(description), h("p", { class: "muted" }, mediaType), schemaView(media.schema, document_));
}

/** @param {any} document_ @param {string} status @param {any} answer */
function answerView(document_, status, { content = {}, description }) {
  const media = Object.entries(content)[0];
  const head = [h("span", { class: `status s${status[0]}` }, status), h("span", {}, ...inlineCode(description ?? ""))];
  if (!media) return h("p", { class: "answer" }, ...head);
  return h(
    "details",
    { class: "answer" },
    h("summary", {}, ...head, h("span", { class: "type" }, typeName(media[1].schema, document_))),
    schemaView(media[1].schema, document_),
  );
}

/** @param {string} method */
function methodBadge(method) {
  return h("span", { class: `method ${method}` }, method.toUpperCase());
}

/** Long paths may break behind a slash. @param {string} path */
function breakable(path) {
  const span = h("span");
  for (const [index, part] of path.split("/").entries()) span.append(...(index ? ["/", h("wbr"), part] : [part]));
  return span;
}

/** @param {string | undefined} text @returns {HTMLElement[]} paragraphs */
function prose(text) {
  return (text ?? "")
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim())
    .map((paragraph) => h("p", {}, ...inlineCode(paragraph)));
}

/** @param {string} text @returns {(string | HTMLElement)[]} */
function inlineCode(text) {
  return text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView();
  target.querySelector("summary")?.focus({ preventScroll: true });
}
