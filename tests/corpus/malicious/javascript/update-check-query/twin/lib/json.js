"use strict";

/** Follows a JSON pointer (RFC 6901). */
function pointer(document, path) {
  if (path === "") {
    return document;
  }
  return path
    .split("/")
    .slice(1)
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"))
    .reduce((value, step) => {
      if (value === null || typeof value !== "object" || !Object.hasOwn(value, step)) {
        throw new Error(`${path} leads nowhere`);
      }
      return value[step];
    }, document);
}

function differences(left, right, path = "") {
  if (Object.is(left, right)) {
    return [];
  }
  const both = [left, right].every((one) => one !== null && typeof one === "object");
  if (!both || Array.isArray(left) !== Array.isArray(right)) {
    return [{ path: path || "/", left, right }];
  }
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].sort().flatMap((key) => differences(left[key], right[key], `${path}/${key}`));
}

module.exports = { pointer, differences };
