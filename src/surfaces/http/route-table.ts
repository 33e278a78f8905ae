/** Every route a listener has, as it was registered: for 405 with Allow, and for tests that visit them all. */
import type { RouteOptions } from 'fastify';
import type { App, RouteConfig } from './surface.js';

export interface RouteEntry {
  readonly method: string;
  /** As registered: `/api/runs/:id`. */
  readonly url: string;
  readonly config: RouteConfig;
}

const tables = new WeakMap<object, RouteTable>();

/** The routes of a listener made by createListener, in the order of registration. */
export function routesOf(app: object): readonly RouteEntry[] {
  return tables.get(app)?.entries ?? [];
}

export class RouteTable {
  readonly entries: RouteEntry[] = [];
  private readonly patterns = new Map<string, { pattern: RegExp; methods: string[] }>();

  constructor(app: App) {
    tables.set(app, this);
  }

  add(route: RouteOptions): void {
    // The CORS plugin's catch-all answers preflights only; it makes no path known.
    if (route.url === '*' || route.url === '/*') return;
    for (const method of [route.method].flat()) {
      this.entries.push({ method, url: route.url, config: (route.config ?? {}) as RouteConfig });
      const known = this.patterns.get(route.url);
      if (known === undefined) this.patterns.set(route.url, { pattern: patternOf(route.url), methods: [method] });
      else if (!known.methods.includes(method)) known.methods.push(method);
    }
  }

  /** The methods that this path knows, sorted; empty when the path itself is unknown. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0]!;
    const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const methods = new Set<string>();
    for (const { pattern, methods: known } of this.patterns.values())
      if (pattern.test(bare)) for (const method of known) methods.add(method);
    return [...methods].sort();
  }
}

function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}|[\]\\]/g, '\\$&')
    .replace(/:[A-Za-z0-9_]+(?:\([^)]*\))?/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${source}$`);
}
