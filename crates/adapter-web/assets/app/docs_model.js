const METHODS = ["get", "post", "put", "patch", "delete"];

/** Follows a `$ref` within the document. @param {any} value @param {any} document_ @returns {any} */
export function resolve(value, document_) {
  let seen = 0;
  while (value?.$ref && seen < 32) {
    const names = value.$ref.replace(/^#\//, "").split("/");
    value = names.reduce((at, name) => at?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], document_);
    seen += 1;
  }
  return value ?? {};
}

/**
 * The operations of a document by their first tag, in the order of its `tags`.
 * @param {any} document_
 * @returns {{ name: string, description?: string, operations: { id: string, method: string, path: string, details: any,
 *   parameters: any[], security: boolean }[] }[]}
 */
export function operationsByTag(document_) {
  const groups = new Map((document_.tags ?? []).map((tag) => [tag.name, { ...tag, operations: [] }]));
  for (const [path, item] of Object.entries(document_.paths ?? {})) {
    for (const method of METHODS.filter((name) => item[name])) {
      const details = item[method];
      const name = details.tags?.[0] ?? "Other";
      if (!groups.has(name)) groups.set(name, { name, operations: [] });
      const parameters = [...(item.parameters ?? []), ...(details.parameters ?? [])].map((one) => resolve(one, document_));
      const needs = details.security ?? document_.security ?? [];
      groups.get(name).operations.push({
        id: details.operationId ?? `${method}-${path}`.replace(/[^a-z0-9]+/gi, "-"),
        method,
        path,
        details,
        parameters,
        security: needs.length > 0 && !needs.some((need) => Object.keys(need).length === 0),
      });
    }
  }
  return [...groups.values()].filter(({ operations }) => operations.length > 0);
}
