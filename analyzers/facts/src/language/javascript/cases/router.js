'use strict';
// A small path router with middleware.
import { readFile } from 'node:fs';

const WILDCARD = '*';

/** Splits a path; `//` is no comment here: "http://x". */
export function split(path) {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

class Route {
  #hits = 0;

  constructor(method, path, handler) {
    this.method = method;
    this.parts = split(path);
    this.handler = handler;
  }

  get hits() {
    return this.#hits;
  }

  matches(parts, params = {}) {
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i];
      if (part === WILDCARD) {
        return params;
      } else if (part.startsWith(':')) {
        params[part.slice(1)] = parts[i] ?? null;
      } else if (part !== parts[i]) {
        return null;
      }
    }
    return parts.length === this.parts.length ? params : null;
  }
}

export const find = (routes, method, path) => {
  const parts = split(path);
  search: for (const route of routes) {
    for (const part of route.parts) {
      if (part === '') {
        continue search;
      }
    }
    if (route.method === method || route.method === 'ANY' && path) {
      const params = route.matches(parts);
      if (params) return { route, params };
    }
  }
  return null;
};

function status(code) {
  switch (code) {
    case 200:
    case 204:
      return 'ok';
    case 404:
      return `missing ${code > 400 ? 'page' : 'thing'}`;
    default:
      return 'error';
  }
}

async function serve(routes, request, log) {
  try {
    const found = find(routes, request.method, request.path);
    while (request.pending) {
      await request.next();
    }
    return found?.route.handler(found.params) || status(404);
  } catch (error) {
    if (error.code === 'ENOENT' && !error.fatal) {
      log(`gone: ${error.path}`);
    } else {
      throw error;
    }
  }
}

function install(app) {
  app.use = function (path, handler) {
    if (typeof path === 'function') {
      handler = path;
    }
    app.stack.push([path, handler]);
  };
  app.walk = (node) => {
    do {
      node.children.forEach(function visit(child) {
        if (child.leaf) return;
        child.children.forEach(visit);
      });
    } while (node.dirty);
  };
}

const table = {
  depth: (node) => (node.parent ? 1 + table.depth(node.parent) : 0),
  read(path, done) {
    readFile(path, done);
  },
};
