"use strict";

const { createHash, timingSafeEqual } = require("node:crypto");

const digest = (text) => createHash("sha256").update(text).digest();

/** Lets only requests with the token pass, and none that a web page makes. */
function guard(token) {
  const wanted = digest(`Bearer ${token}`);
  return (request, response, next) => {
    if (request.headers.origin) {
      response.status(403).end();
      return;
    }
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), wanted)) {
      response.status(401).set("WWW-Authenticate", "Bearer").end();
      return;
    }
    next();
  };
}

module.exports = { guard };
