import { resolve } from "./docs_model.js";

/** A value that fits a schema: its example where it has one. @param {any} schema @param {any} document_ @param {number} [depth] @returns {any} */
export function exampleOf(schema, document_, depth = 0) {
  const real = resolve(schema, document_);
  const given = real.example ?? real.examples?.[0] ?? real.default ?? real.const ?? real.enum?.[0];
  if (given !== undefined) return given;
  if (depth > 6) return null;
  if (real.allOf) return Object.assign({}, ...real.allOf.map((one) => exampleOf(one, document_, depth + 1)));
  const choice = (real.oneOf ?? real.anyOf)?.find((one) => one.type !== "null");
  if (choice) return exampleOf(choice, document_, depth + 1);
  const type = [real.type].flat().find((one) => one !== "null");
  if (type === "array") return real.maxItems === 0 ? [] : [exampleOf(real.items, document_, depth + 1)];
  if (type === "integer" || type === "number") return real.minimum ?? 1;
  if (type === "boolean") return true;
  if (type === "string") return { uuid: "01900000-0000-7000-8000-000000000000", "date-time": "2026-01-31T12:00:00.000Z" }[real.format] ?? "text";
  // What may be left out is left out: the example stays short, and works.
  const wanted = Object.entries(real.properties ?? {}).filter(([name]) => real.required?.includes(name));
  return Object.fromEntries(wanted.map(([name, value]) => [name, exampleOf(value, document_, depth + 1)]));
}

/**
 * A command to paste into a shell.
 * @param {any} document_
 * @param {{ method: string, path: string, details: any, parameters: any[], security: boolean }} operation
 * @param {string} origin
 */
export function curlFor(document_, { method, path, details, parameters, security }, origin) {
  const value = (/** @type {any} */ parameter) => String(parameter.example ?? exampleOf(parameter.schema, document_));
  const named = (/** @type {string} */ place) => parameters.filter((one) => one.in === place && (one.required || place === "path"));
  let address = path;
  for (const one of named("path")) address = address.replace(`{${one.name}}`, encodeURIComponent(value(one)));
  const query = new URLSearchParams(named("query").map((one) => [one.name, value(one)])).toString();
  const lines = [`curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} ${quoted(`${origin}${address}${query && `?${query}`}`)}`];
  if (security) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  for (const one of named("header")) lines.push(`-H ${quoted(`${one.name}: ${value(one)}`)}`);
  const media = details.requestBody?.content?.["application/json"];
  if (media) {
    lines.push(`-H 'Content-Type: application/json'`);
    lines.push(`-d ${quoted(JSON.stringify(media.example ?? exampleOf(media.schema, document_)))}`);
  }
  return lines.join(" \\\n  ");
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
