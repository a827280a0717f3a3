import { resolve } from "./docs_model.js";
import { h } from "./dom.js";

/** A schema's own name, or what it is. @param {any} schema @param {any} document_ @returns {string} */
export function typeName(schema, document_) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((one) => typeName(one, document_)).join(" or ");
  if (schema.allOf) return schema.allOf.map((one) => typeName(one, document_)).join(" and ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [schema.type ?? "any"].flat();
  const words = types.map((type) => (type === "array" ? `array of ${typeName(schema.items, document_) || "anything"}` : type));
  return `${words.join(" or ")}${schema.format ? ` (${schema.format})` : ""}`;
}

/**
 * The fields of a schema; what has fields of its own opens below.
 * @param {any} schema
 * @param {any} document_
 * @param {string[]} [above] names of the schemas around this one: a schema within itself is only named
 * @returns {HTMLElement}
 */
export function schemaView(schema, document_, above = []) {
  const name = schema?.$ref ?? "";
  const path = name ? [...above, name] : above;
  const real = resolve(schema, document_);
  const parts = real.allOf ?? [real];
  const choices = real.oneOf ?? real.anyOf;
  if (choices) {
    const views = choices.filter((one) => one.type !== "null").map((one) => choiceView(one, document_, path));
    return h("div", { class: "schema" }, ...views);
  }
  if (real.type === "array" || [real.type].flat().includes("array")) return inner(real.items, document_, path) ?? plain(real, document_);
  const fields = parts.flatMap((part) => {
    const whole = resolve(part, document_);
    return Object.entries(whole.properties ?? {}).map(([field, value]) => ({ field, value, required: whole.required?.includes(field) }));
  });
  if (fields.length === 0) return plain(real, document_);
  return h("div", { class: "schema" }, ...fields.map((one) => fieldView(one, document_, path)));
}

/** @param {any} schema @param {any} document_ */
function plain(schema, document_) {
  return h("p", { class: "type" }, typeName(schema, document_));
}

/** @param {any} choice @param {any} document_ @param {string[]} path */
function choiceView(choice, document_, path) {
  const description = resolve(choice, document_).description;
  return h(
    "details",
    { class: "nested" },
    h("summary", {}, h("code", {}, typeName(choice, document_)), description && h("span", { class: "muted" }, ` ${description}`)),
    inner(choice, document_, path),
  );
}

/** @param {{ field: string, value: any, required: boolean }} field @param {any} document_ @param {string[]} path */
function fieldView({ field, value, required }, document_, path) {
  const real = resolve(value, document_);
  const nested = inner(value, document_, path);
  return h(
    "div",
    { class: "property" },
    h(
      "p",
      { class: "property-head" },
      h("code", {}, field),
      h("span", { class: "type" }, typeName(value, document_)),
      required && h("span", { class: "required" }, "required"),
      bounds(real) && h("span", { class: "muted" }, bounds(real)),
    ),
    (value.description ?? real.description) && h("p", { class: "muted" }, (value.description ?? real.description).replaceAll("`", "")),
    nested && h("details", { class: "nested" }, h("summary", {}, "fields"), nested),
  );
}

/** The view of what is inside a field, when it has fields of its own. @param {any} schema @param {any} document_ @param {string[]} path @returns {HTMLElement | null} */
function inner(schema, document_, path) {
  if (!schema || path.includes(schema.$ref)) return null;
  const real = resolve(schema, document_);
  if (real.items) return inner(real.items, document_, path);
  const structured = real.properties || real.allOf || (real.oneOf ?? real.anyOf)?.some((one) => one.$ref || one.properties);
  return structured ? schemaView(schema, document_, path) : null;
}

/** @param {any} schema */
function bounds({ minLength, maxLength, minimum, maximum, minItems, maxItems, default: standard }) {
  const range = (/** @type {number} */ low, /** @type {number} */ high, /** @type {string} */ unit) =>
    low === undefined && high === undefined ? null : `${low ?? 0} to ${high ?? "any"}${unit}`;
  return [
    range(minLength, maxLength, " characters"),
    range(minimum, maximum, ""),
    range(minItems, maxItems, " items"),
    standard !== undefined && `default ${JSON.stringify(standard)}`,
  ]
    .filter(Boolean)
    .join(", ");
}
